/* SPDX-License-Identifier: MIT */
/* Which instructions for many bytes at once this machine has. */
#ifndef EVENTLET_PROTO_SIMD_H
#define EVENTLET_PROTO_SIMD_H

/* Each includes those before it. */
enum eventlet__simd { EVENTLET__PLAIN, EVENTLET__SSE42, EVENTLET__AVX2 };

#ifdef EVENTLET_TESTING
/* No better than that: tests go through all of them. */
extern enum eventlet__simd eventlet__simd_limit;
#else
#define eventlet__simd_limit EVENTLET__AVX2
#endif

#ifdef __x86_64__
#define EVENTLET__X86 1

/* Tests bits that the compiler's runtime has set before main; needs no state
 * of ours. AVX2 here is that with the bit instructions that came at the same
 * time, which a virtual machine may hide. */
static inline enum eventlet__simd eventlet__simd(void)
{
    if (eventlet__simd_limit >= EVENTLET__AVX2 &&
        __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
        __builtin_cpu_supports("bmi2"))
        return EVENTLET__AVX2;
    if (eventlet__simd_limit >= EVENTLET__SSE42 &&
        __builtin_cpu_supports("sse4.2"))
        return EVENTLET__SSE42;
    return EVENTLET__PLAIN;
}
#else
#define EVENTLET__X86 0

static inline enum eventlet__simd eventlet__simd(void)
{
    return EVENTLET__PLAIN;
}
#endif

#endif
