/* SPDX-License-Identifier: MIT */
/* Naming the green thread whose stack has overflowed: a handler of SIGSEGV on a
 * stack of its own, since the one that faulted has no room left. */
#include "core/overflow.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "core/greenthread.h"
#include "core/hub.h"
#include "core/stack.h"

#define ROOM ((size_t)64 << 10)

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool handles;
static __thread char *own_stack;

static void say(const void *address)
{
    eventlet_hub *hub = eventlet__hub;
    char who[160], line[256];
    char *base;
    int len;

    if (!hub || !eventlet__stacks_guards(&hub->stacks, address, &base))
        return;
    if (hub->current)
        eventlet__describe(hub->current, who, sizeof who);
    else
        snprintf(who, sizeof who, "the hub (a callback of it)");
    len = snprintf(line, sizeof line,
                   "eventlet: error: stack overflow: %s, used more than its "
                   "%zu KiB\n",
                   who, eventlet__stack_size() >> 10);
    if (len > 0 && write(STDERR_FILENO, line, (size_t)len) < 0)
        return; /* nobody listens; the process dies anyway */
}

/* Returning runs the faulting access again, now with the default action: the
 * core dump shows the place. */
static void faulted(int number, siginfo_t *info, void *unused)
{
    (void)unused;
    say(info->si_addr);
    signal(number, SIG_DFL);
}

static void install(void)
{
    struct sigaction now;

    if (sigaction(SIGSEGV, NULL, &now) < 0 || now.sa_handler != SIG_DFL)
        return;
    memset(&now, 0, sizeof now);
    now.sa_sigaction = faulted;
    now.sa_flags = SA_SIGINFO | SA_ONSTACK;
    handles = sigaction(SIGSEGV, &now, NULL) == 0;
}

void eventlet__overflow_watch(void)
{
    stack_t stack;

    pthread_once(&once, install);
    if (!handles || own_stack || sigaltstack(NULL, &stack) < 0 ||
        !(stack.ss_flags & SS_DISABLE))
        return;
    own_stack = eventlet__alloc(ROOM);
    if (!own_stack)
        return;
    stack = (stack_t){ .ss_sp = own_stack, .ss_size = ROOM };
    sigaltstack(&stack, NULL);
}

void eventlet__overflow_unwatch(void)
{
    stack_t none = { .ss_flags = SS_DISABLE };

    if (!own_stack)
        return;
    sigaltstack(&none, NULL);
    eventlet__free(own_stack);
    own_stack = NULL;
}
