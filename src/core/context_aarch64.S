/* SPDX-License-Identifier: MIT */
/* Where a new stack begins on aarch64; see context_x86_64.S. */
#if defined(__aarch64__) && !defined(EVENTLET_UCONTEXT)
    .text
    .globl eventlet__context_entry
    .hidden eventlet__context_entry
    .type eventlet__context_entry, %function
    .p2align 4
eventlet__context_entry:
    .cfi_startproc
    .cfi_undefined x30
    .cfi_undefined x29
    hint #36 /* bti j: reached by a jump */
    ldr x9, [sp], #16
    mov x29, xzr
    mov x30, xzr
    blr x9
    brk #1
    .cfi_endproc
    .size eventlet__context_entry, . - eventlet__context_entry
#endif
    .section .note.GNU-stack, "", %progbits
