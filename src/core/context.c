/* SPDX-License-Identifier: MIT */
/* Making contexts, and telling sanitizers about switches. */
#include "core/context.h"

#include <stdint.h>

#ifndef EVENTLET_UCONTEXT

void eventlet__context_entry(void); /* in assembly */

#ifdef EVENTLET__ASAN
#include <sanitizer/asan_interface.h>

/* Who had the stack before never returned from its frames. */
static void forget_frames(void *stack, void *top)
{
    __asan_unpoison_memory_region(stack, (size_t)((char *)top - (char *)stack));
}
#else
static void forget_frames(void *stack, void *top)
{
    (void)stack, (void)top;
}
#endif

int eventlet__context_init(struct eventlet__context *context, void *stack,
                           size_t size, void *top, void (*entry)(void))
{
    /* Two words, so that the stack stays aligned once entry was popped. */
    uintptr_t *sp = (uintptr_t *)((uintptr_t)top & ~(uintptr_t)15) - 2;

#ifdef __x86_64__
    /* A call pushes eight bytes: aligned before it, as the ABI wants. */
    sp += 1;
#endif
    sp[0] = (uintptr_t)entry;
    *context = (struct eventlet__context){
        .sp = sp,
        .ip = (void *)(uintptr_t)eventlet__context_entry,
    };
    (void)size;
#ifdef EVENTLET__ANNOTATED
    context->stack = stack;
    context->size = size;
#endif
    forget_frames(stack, top);
    return 0;
}

#endif

#if defined(EVENTLET__TSAN)

#include <sanitizer/tsan_interface.h>

void eventlet__context_init_running(struct eventlet__context *context)
{
    context->fiber = __tsan_get_current_fiber();
}

/* A fiber cannot be given back while it runs: who comes after it does that. */
static __thread void *ended_fiber;

static void bury(void)
{
    if (ended_fiber)
        __tsan_destroy_fiber(ended_fiber);
    ended_fiber = NULL;
}

void eventlet__context_entered(struct eventlet__context *self)
{
    (void)self;
    bury();
}

void eventlet__switch(struct eventlet__context *from,
                      struct eventlet__context *to)
{
    if (!to->fiber)
        to->fiber = __tsan_create_fiber(0);
    __tsan_switch_to_fiber(to->fiber, 0);
    eventlet__jump(from, to);
    bury();
}

void eventlet__switch_last(struct eventlet__context *from,
                           struct eventlet__context *to)
{
    ended_fiber = from->fiber;
    from->fiber = NULL;
    eventlet__switch(from, to);
}

void eventlet__context_deinit(struct eventlet__context *context)
{
    if (context->fiber && context->fiber != __tsan_get_current_fiber())
        __tsan_destroy_fiber(context->fiber);
    context->fiber = NULL;
}

#elif defined(EVENTLET__ASAN)

#include <sanitizer/common_interface_defs.h>

/* Whom the running stack was entered from: its bounds are learnt when it is
 * left for the first time (an OS thread's own stack cannot be asked). */
static __thread struct eventlet__context *left;

void eventlet__context_init_running(struct eventlet__context *context)
{
    context->stack = NULL;
}

static void arrived(void *fake_stack)
{
    const void *stack;
    size_t size;

    __sanitizer_finish_switch_fiber(fake_stack, &stack, &size);
    if (left && !left->stack) {
        left->stack = (void *)(uintptr_t)stack;
        left->size = size;
    }
}

void eventlet__context_entered(struct eventlet__context *self)
{
    (void)self;
    arrived(NULL);
}

void eventlet__switch(struct eventlet__context *from,
                      struct eventlet__context *to)
{
    left = from;
    __sanitizer_start_switch_fiber(&from->fake_stack, to->stack, to->size);
    eventlet__jump(from, to);
    arrived(from->fake_stack);
}

void eventlet__switch_last(struct eventlet__context *from,
                           struct eventlet__context *to)
{
    left = NULL;
    __sanitizer_start_switch_fiber(NULL, to->stack, to->size);
    eventlet__jump(from, to);
}

void eventlet__context_deinit(struct eventlet__context *context)
{
    (void)context;
}

#else

void eventlet__context_init_running(struct eventlet__context *context)
{
    *context = (struct eventlet__context){ 0 };
}

#ifndef EVENTLET_UCONTEXT
void eventlet__context_deinit(struct eventlet__context *context)
{
    (void)context;
}
#endif

#endif
