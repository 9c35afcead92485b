/* SPDX-License-Identifier: MIT */
/* Where a new stack begins on x86-64. Unwinders stop here: the return address
 * is declared undefined, and the frame pointer is zero. */
#if defined(__x86_64__) && !defined(EVENTLET_UCONTEXT)
    .text
    .globl eventlet__context_entry
    .hidden eventlet__context_entry
    .type eventlet__context_entry, @function
    .p2align 4
eventlet__context_entry:
    .cfi_startproc
    .cfi_undefined rip
    .cfi_undefined rbp
    /* context_init left the function to call where the stack pointer is. */
    popq %rax
    .cfi_adjust_cfa_offset -8
    xorl %ebp, %ebp
    call *%rax
    ud2
    .cfi_endproc
    .size eventlet__context_entry, . - eventlet__context_entry
#endif
    .section .note.GNU-stack, "", @progbits
