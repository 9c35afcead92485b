/* SPDX-License-Identifier: MIT */
/* The switch on x86-64. Loading the target and jumping to it costs less than
 * half of ending in `ret`, since the return predictor would always miss. */
#ifndef EVENTLET_CORE_CONTEXT_X86_64_H
#define EVENTLET_CORE_CONTEXT_X86_64_H

#ifdef __AVX512F__
#define EVENTLET__CLOBBER_AVX512                                               \
    , "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23",  \
        "xmm24", "xmm25", "xmm26", "xmm27", "xmm28", "xmm29", "xmm30",         \
        "xmm31", "k1", "k2", "k3", "k4", "k5", "k6", "k7"
#else
#define EVENTLET__CLOBBER_AVX512
#endif

/* Every register but the stack and frame pointers is declared lost, so the
 * compiler keeps what it needs where the function keeps it anyway. The frame
 * pointer cannot be declared lost: it is kept by hand. Nothing is pushed, so
 * the unwinding tables of the surrounding function stay right. */
static inline __attribute__((always_inline)) void eventlet__jump(
    struct eventlet__context *from, struct eventlet__context *to)
{
    __asm__ volatile("leaq 1f(%%rip), %%rax\n\t"
                     "movq %%rsp, 0(%0)\n\t"
                     "movq %%rbp, 8(%0)\n\t"
                     "movq %%rax, 16(%0)\n\t"
                     "movq 16(%1), %%rcx\n\t"
                     "movq 8(%1), %%rbp\n\t"
                     "movq 0(%1), %%rsp\n\t"
                     "jmpq *%%rcx\n"
                     "1:"
                     : "+D"(from), "+S"(to)
                     :
                     : "rax", "rbx", "rcx", "rdx", "r8", "r9", "r10", "r11",
                       "r12", "r13", "r14", "r15", "xmm0", "xmm1", "xmm2",
                       "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9",
                       "xmm10", "xmm11", "xmm12", "xmm13", "xmm14",
                       "xmm15" EVENTLET__CLOBBER_AVX512, "memory", "cc");
}

#endif
