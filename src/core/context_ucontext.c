/* SPDX-License-Identifier: MIT */
/* The switch by ucontext: see context_ucontext.h. */
#ifdef EVENTLET_UCONTEXT

#include <errno.h>
#include <ucontext.h>

#include "base/mem.h"
#include "core/context.h"

#ifdef EVENTLET__ANNOTATED
#error "sanitizers are told about switches by the assembly version only"
#endif

int eventlet__context_init(struct eventlet__context *context, void *stack,
                           size_t size, void *top, void (*entry)(void))
{
    ucontext_t *u = eventlet__alloc(sizeof *u);

    if (!u)
        return -ENOMEM;
    getcontext(u);
    (void)size;
    u->uc_stack.ss_sp = stack;
    u->uc_stack.ss_size = (size_t)((char *)top - (char *)stack);
    u->uc_link = NULL;
    makecontext(u, entry, 0);
    *context = (struct eventlet__context){ .ucontext = u };
    return 0;
}

void eventlet__context_deinit(struct eventlet__context *context)
{
    eventlet__free(context->ucontext);
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

/* Nothing of `from` is kept, so what it took can be given back. */
void eventlet__jump_last(struct eventlet__context *from,
                         struct eventlet__context *to)
{
    eventlet__context_deinit(from);
    setcontext(to->ucontext);
}

#else

typedef int eventlet__no_ucontext; /* a file may not be empty */

#endif
