/* SPDX-License-Identifier: MIT */
/* simd_each.h - the ways in which a codec can work. */
#ifndef SIMD_EACH_H
#define SIMD_EACH_H

#include "proto/simd.h"

/* Makes the n-th way the one that is used and returns its name, NULL if there
 * are not so many. The first is what users get on this machine. */
static inline const char *simd_choose(int n)
{
    static const char *const names[] = { "avx2", "sse4.2", "plain" };

    eventlet__simd_limit =
        n < 3 ? (enum eventlet__simd)(EVENTLET__AVX2 - n) : EVENTLET__AVX2;
    if (n < 3 && EVENTLET__X86)
        return names[n];
    return n == 0 ? "plain" : NULL;
}

/* The statement runs once in each way. */
#define SIMD_EACH(n) for (int n = 0; simd_choose(n); n++)

#endif
