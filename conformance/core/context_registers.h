/* SPDX-License-Identifier: MIT */
/* context_registers.h - a call with all registers in use. The function is in
 * assembly, so include this in one file only. */
#ifndef CONTEXT_REGISTERS_H
#define CONTEXT_REGISTERS_H

#include <stdint.h>

/* Fills every register that a callee has to keep with values made of `seed`,
 * calls away(arg), and counts those that changed. */
int context_test_registers(uintptr_t seed, void (*away)(void *), void *arg);

#if defined(__x86_64__)

__asm__(".text\n"
        ".globl context_test_registers\n"
        ".type context_test_registers, @function\n"
        "context_test_registers:\n"
        "pushq %rbx\n pushq %rbp\n pushq %r12\n"
        "pushq %r13\n pushq %r14\n pushq %r15\n"
        "pushq %rdi\n"
        "leaq 1(%rdi), %rbx\n leaq 2(%rdi), %rbp\n leaq 3(%rdi), %r12\n"
        "leaq 4(%rdi), %r13\n leaq 5(%rdi), %r14\n leaq 6(%rdi), %r15\n"
        "movq %rsi, %rax\n movq %rdx, %rdi\n"
        "call *%rax\n"
        "popq %rdi\n"
        "xorl %eax, %eax\n"
        "subq %rdi, %rbx\n subq %rdi, %rbp\n subq %rdi, %r12\n"
        "subq %rdi, %r13\n subq %rdi, %r14\n subq %rdi, %r15\n"
        "cmpq $1, %rbx\n je 1f\n incl %eax\n1:"
        "cmpq $2, %rbp\n je 1f\n incl %eax\n1:"
        "cmpq $3, %r12\n je 1f\n incl %eax\n1:"
        "cmpq $4, %r13\n je 1f\n incl %eax\n1:"
        "cmpq $5, %r14\n je 1f\n incl %eax\n1:"
        "cmpq $6, %r15\n je 1f\n incl %eax\n1:"
        "popq %r15\n popq %r14\n popq %r13\n"
        "popq %r12\n popq %rbp\n popq %rbx\n"
        "ret\n"
        ".size context_test_registers, .-context_test_registers\n");

#elif defined(__aarch64__)

#define KEEP(n)  "add x" #n ", x0, #" #n "\n"
#define KEEPF(n) "add x9, x0, #" #n "\n fmov d" #n ", x9\n"
#define SAME(n)  "add x9, x10, #" #n "\n cmp x9, x" #n "\n cinc x11, x11, ne\n"
#define SAMEF(n)                                                               \
    "add x9, x10, #" #n "\n fmov x12, d" #n "\n cmp x9, x12\n"                 \
    "cinc x11, x11, ne\n"

__asm__(
    ".text\n"
    ".globl context_test_registers\n"
    ".type context_test_registers, %function\n"
    "context_test_registers:\n"
    "stp x29, x30, [sp, #-192]!\n"
    "stp x19, x20, [sp, #16]\n stp x21, x22, [sp, #32]\n"
    "stp x23, x24, [sp, #48]\n stp x25, x26, [sp, #64]\n"
    "stp x27, x28, [sp, #80]\n stp d8, d9, [sp, #96]\n"
    "stp d10, d11, [sp, #112]\n stp d12, d13, [sp, #128]\n"
    "stp d14, d15, [sp, #144]\n str x0, [sp, #160]\n" KEEP(19) KEEP(20) KEEP(21)
        KEEP(22) KEEP(23) KEEP(24) KEEP(25) KEEP(26) KEEP(27) KEEP(28) KEEP(29)
            KEEPF(8) KEEPF(9) KEEPF(10) KEEPF(11) KEEPF(12) KEEPF(13) KEEPF(14)
                KEEPF(15) "mov x9, x1\n mov x0, x2\n blr x9\n"
                          "ldr x10, [sp, #160]\n mov x11, #0\n" SAME(19) SAME(
                              20) SAME(21) SAME(22) SAME(23) SAME(24) SAME(25)
                              SAME(26) SAME(27) SAME(28) SAME(29) SAMEF(8)
                                  SAMEF(9) SAMEF(10) SAMEF(11) SAMEF(12)
                                      SAMEF(13) SAMEF(14) SAMEF(
                                          15) "mov x0, x11\n"
                                              "ldp x19, x20, [sp, #16]\n ldp "
                                              "x21, x22, [sp, #32]\n"
                                              "ldp x23, x24, [sp, #48]\n ldp "
                                              "x25, x26, [sp, #64]\n"
                                              "ldp x27, x28, [sp, #80]\n ldp "
                                              "d8, d9, [sp, #96]\n"
                                              "ldp d10, d11, [sp, #112]\n ldp "
                                              "d12, d13, [sp, #128]\n"
                                              "ldp d14, d15, [sp, #144]\n ldp "
                                              "x29, x30, [sp], #192\n"
                                              "ret\n"
                                              ".size context_test_registers, "
                                              ".-context_test_registers\n");

#else

int context_test_registers(uintptr_t seed, void (*away)(void *), void *arg)
{
    (void)seed;
    away(arg);
    return 0;
}

#endif

#endif
