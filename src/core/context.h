/* SPDX-License-Identifier: MIT */
/* The context switch: leaving one stack in the middle of a call and going on
 * with another where it left.
 *
 * Only what the calling convention makes a callee keep survives: the general
 * callee-saved registers (and on aarch64 d8-d15). The control words of the
 * floating-point units are one per OS thread, shared by its green threads.
 *
 * There are two implementations, chosen when compiling: assembly where we have
 * it (x86-64, aarch64), inlined where a thread parks so that the compiler saves
 * only what is live; ucontext elsewhere or with EVENTLET_UCONTEXT. Builds under
 * a sanitizer tell it of every switch. */
#ifndef EVENTLET_CORE_CONTEXT_H
#define EVENTLET_CORE_CONTEXT_H

#include <stddef.h>

#if defined(__SANITIZE_ADDRESS__)
#define EVENTLET__ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define EVENTLET__ASAN 1
#elif __has_feature(thread_sanitizer)
#define EVENTLET__TSAN 1
#endif
#endif
#if defined(__SANITIZE_THREAD__) && !defined(EVENTLET__TSAN)
#define EVENTLET__TSAN 1
#endif
#if defined(EVENTLET__ASAN) || defined(EVENTLET__TSAN)
#define EVENTLET__ANNOTATED 1
#endif

struct eventlet__context {
    void *sp;
    void *fp;
    void *ip;
#ifdef EVENTLET_UCONTEXT
    void *ucontext;
#endif
#ifdef EVENTLET__ANNOTATED
    void *fake_stack; /* ASan's, while the context is left */
    void *stack;      /* lowest address, and */
    size_t size;      /* bytes: what the sanitizer is told */
    void *fiber;      /* TSan's */
#endif
};

/* Prepares a context that will call entry() on the stack of `size` bytes from
 * `stack` upwards, below `top` (16-byte aligned). entry must never return; it
 * must begin with eventlet__context_entered.
 * Returns 0, or negative where a port of this has to take something for it. */
int eventlet__context_init(struct eventlet__context *context, void *stack,
                           size_t size, void *top, void (*entry)(void));

/* Prepares the context of the stack that is running now (an OS thread's own):
 * there is nothing to do but to tell the sanitizer. */
void eventlet__context_init_running(struct eventlet__context *context);

/* Gives back what init took; the context is not running. */
void eventlet__context_deinit(struct eventlet__context *context);

#ifdef EVENTLET__ANNOTATED
void eventlet__context_entered(struct eventlet__context *self);
#else
static inline void eventlet__context_entered(struct eventlet__context *self)
{
    (void)self;
}
#endif

#if defined(EVENTLET_UCONTEXT)
#include "core/context_ucontext.h"
#elif defined(__x86_64__)
#include "core/context_x86_64.h"
#elif defined(__aarch64__)
#include "core/context_aarch64.h"
#else
#error "no assembly for this processor: compile with -DEVENTLET_UCONTEXT"
#endif

/* Leaves `from` and goes on in `to`; returns when somebody switches back. */
#ifdef EVENTLET__ANNOTATED
void eventlet__switch(struct eventlet__context *from,
                      struct eventlet__context *to);
/* The same, never to come back: the stack of `from` may be given away. */
void eventlet__switch_last(struct eventlet__context *from,
                           struct eventlet__context *to);
#else
#define eventlet__switch(from, to) eventlet__jump(from, to)
#ifdef EVENTLET_UCONTEXT
#define eventlet__switch_last(from, to) eventlet__jump_last(from, to)
#else
#define eventlet__switch_last(from, to) eventlet__jump(from, to)
#endif
#endif

#endif
