/* SPDX-License-Identifier: MIT */
/* The switch by ucontext: see context_ucontext.h. */
#ifdef EVENTLET_UCONTEXT

#include <stdint.h>
#include <ucontext.h>

#include "core/context.h"

#ifdef EVENTLET__ANNOTATED
#error "sanitizers are told about switches by the assembly version only"
#endif

/* What it needs to remember lies at the top of its own stack. */
int eventlet__context_init(struct eventlet__context *context, void *stack,
                           size_t size, void *top, void (*entry)(void))
{
    ucontext_t *u = (void *)(((uintptr_t)top - sizeof *u) & ~(uintptr_t)63);

    (void)size;
    getcontext(u);
    u->uc_stack.ss_sp = stack;
    u->uc_stack.ss_size = (size_t)((char *)u - (char *)stack);
    u->uc_link = NULL;
    makecontext(u, entry, 0);
    *context = (struct eventlet__context){ .ucontext = u };
    return 0;
}

void eventlet__context_deinit(struct eventlet__context *context)
{
    context->ucontext = NULL;
}

void eventlet__jump(struct eventlet__context *from,
                    struct eventlet__context *to)
{
    ucontext_t here;

    /* Where a running stack is left its context lives there. */
    if (!from->ucontext) {
        from->ucontext = &here;
        swapcontext(&here, to->ucontext);
        from->ucontext = NULL;
        return;
    }
    swapcontext(from->ucontext, to->ucontext);
}

/* Nothing of `from` is kept. */
void eventlet__jump_last(struct eventlet__context *from,
                         struct eventlet__context *to)
{
    (void)from;
    setcontext(to->ucontext);
}

#else

typedef int eventlet__no_ucontext; /* a file may not be empty */

#endif
