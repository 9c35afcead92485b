/* SPDX-License-Identifier: MIT */
/* switch COUNT: the limit for a switch: two stacks, callee-saved registers
 * only, and an indirect jump instead of `ret`, whose prediction would always
 * miss. COUNT switches in all. */
#include "../../common.h"

void jump(void **save, void *load);

#if defined(__x86_64__)

__asm__(".text\n"
        ".globl jump\n"
        ".type jump, @function\n"
        "jump:\n"
        "    pushq %rbp\n"
        "    pushq %rbx\n"
        "    pushq %r12\n"
        "    pushq %r13\n"
        "    pushq %r14\n"
        "    pushq %r15\n"
        "    movq %rsp, (%rdi)\n"
        "    movq %rsi, %rsp\n"
        "    popq %r15\n"
        "    popq %r14\n"
        "    popq %r13\n"
        "    popq %r12\n"
        "    popq %rbx\n"
        "    popq %rbp\n"
        "    popq %rcx\n"
        "    jmp *%rcx\n"
        ".size jump, .-jump\n");

enum { SAVED = 6, FRAME = SAVED + 2 }; /* and one word to align the entry */

static void *first_frame(char *stack, size_t len, void (*entry)(void))
{
    void **top = (void **)(stack + len) - FRAME;
    top[SAVED] = (void *)entry;
    return top;
}

#elif defined(__aarch64__)

__asm__(".text\n"
        ".globl jump\n"
        ".type jump, @function\n"
        "jump:\n"
        "    sub sp, sp, #160\n"
        "    stp x19, x20, [sp]\n"
        "    stp x21, x22, [sp, #16]\n"
        "    stp x23, x24, [sp, #32]\n"
        "    stp x25, x26, [sp, #48]\n"
        "    stp x27, x28, [sp, #64]\n"
        "    stp x29, x30, [sp, #80]\n"
        "    stp d8, d9, [sp, #96]\n"
        "    stp d10, d11, [sp, #112]\n"
        "    stp d12, d13, [sp, #128]\n"
        "    stp d14, d15, [sp, #144]\n"
        "    mov x9, sp\n"
        "    str x9, [x0]\n"
        "    mov sp, x1\n"
        "    ldp x19, x20, [sp]\n"
        "    ldp x21, x22, [sp, #16]\n"
        "    ldp x23, x24, [sp, #32]\n"
        "    ldp x25, x26, [sp, #48]\n"
        "    ldp x27, x28, [sp, #64]\n"
        "    ldp x29, x30, [sp, #80]\n"
        "    ldp d8, d9, [sp, #96]\n"
        "    ldp d10, d11, [sp, #112]\n"
        "    ldp d12, d13, [sp, #128]\n"
        "    ldp d14, d15, [sp, #144]\n"
        "    add sp, sp, #160\n"
        "    br x30\n"
        ".size jump, .-jump\n");

static void *first_frame(char *stack, size_t len, void (*entry)(void))
{
    void **top = (void **)(stack + len) - 20;
    top[11] = (void *)entry;
    return top;
}

#endif

static _Alignas(16) char stack[64 * 1024];
static void *outer, *inner;
static uint64_t switched;

static void other(void)
{
    for (;;) {
        switched++;
        jump(&inner, outer);
    }
}

int main(int argc, char **argv)
{
    uint64_t count = count_arg(argc, argv, 1, "COUNT");
    inner = first_frame(stack, sizeof stack, other);
    for (uint64_t i = 0; i < count / 2; i++)
        jump(&outer, inner);
    check(switched == count / 2, "switches counted on the other stack");
    return 0;
}
