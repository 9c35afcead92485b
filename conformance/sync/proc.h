/* SPDX-License-Identifier: MIT */
/* Procs under test. */
#ifndef CONFORMANCE_SYNC_PROC_H
#define CONFORMANCE_SYNC_PROC_H

#include <stdint.h>

#include "check.h"
#include "eventlet.h"
#include "sync/notes.h"

__attribute__((unused)) static eventlet_proc *source_new(void)
{
    eventlet_proc *p = NULL;

    CHECK_CODE(eventlet_proc_source_new(&p), 0);
    return p;
}

__attribute__((unused)) static eventlet_proc *proc_spawn(eventlet_fn *fn,
                                                         void *arg)
{
    eventlet_proc *p = NULL;

    CHECK_CODE(eventlet_proc_spawn(&p, fn, arg), 0);
    return p;
}

/* Ends as the number says, after a second. */
__attribute__((unused)) static int give_late(void *n)
{
    int rc = eventlet_sleep(1);

    return rc < 0 ? rc : (int)(intptr_t)n;
}

/* What it ended with, as a number. */
__attribute__((unused)) static long got(eventlet_proc *p)
{
    void *value = NULL;
    int rc = eventlet_proc_wait(p, &value);

    return rc < 0 ? rc : (intptr_t)value;
}

/* A link that notes its argument. */
__attribute__((unused)) static int note_link(eventlet_proc *p, void *word)
{
    (void)p;
    note(word);
    return 0;
}

__attribute__((unused)) static int note_and_fail(eventlet_proc *p, void *word)
{
    note_link(p, word);
    return EVENTLET_USER(9);
}

__attribute__((unused)) static void link_fn(eventlet_proc *p,
                                            enum eventlet_proc_end end,
                                            char *word)
{
    CHECK_CODE(eventlet_proc_link(p, end, note_link, word), 0);
}

/* Notes what its long sleep ended with, if with anything. */
__attribute__((unused)) static int sleep_and_tell(void *name)
{
    char text[64];
    int rc = eventlet_sleep(100);

    snprintf(text, sizeof text, "%s:%s", (char *)name,
             eventlet_strerrorname(rc) + strlen("EVENTLET_"));
    note(text);
    return rc == EVENTLET_EXIT ? rc : 0;
}

__attribute__((unused)) static eventlet_greenthread *receiver(char *name)
{
    eventlet_greenthread *gt = NULL;

    CHECK_CODE(eventlet_spawn(&gt, sleep_and_tell, name), 0);
    let_others_run();
    return gt;
}

#endif
