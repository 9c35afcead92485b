/* SPDX-License-Identifier: MIT */
/* Events under test. */
#ifndef CONFORMANCE_SYNC_EVENT_H
#define CONFORMANCE_SYNC_EVENT_H

#include "check.h"
#include "eventlet.h"
#include "sync/notes.h"

__attribute__((unused)) static eventlet_event *event_new(void)
{
    eventlet_event *event = NULL;

    CHECK_CODE(eventlet_event_new(&event), 0);
    return event;
}

/* Who waits, and what it got. */
struct waiter {
    eventlet_event *event;
    const char *name;
    double seconds; /* 0: no timeout */
    eventlet_greenthread *gt;
    void *value;
    int rc;
};

/* A word for how a wait ended: the value, which is a word, or the code. */
__attribute__((unused)) static void note_end(const struct waiter *w)
{
    char text[64];

    snprintf(text, sizeof text, "%s:%s", w->name,
             w->rc == 0 ? (const char *)w->value
                        : eventlet_strerrorname(w->rc) + strlen("EVENTLET_"));
    note(text);
}

__attribute__((unused)) static int wait_once(void *arg)
{
    struct waiter *w = arg;

    w->rc = w->seconds != 0
                ? eventlet_event_wait_timeout(w->event, &w->value, w->seconds)
                : eventlet_event_wait(w->event, &w->value);
    note_end(w);
    return 0;
}

/* Lets them wait, one after the other. */
__attribute__((unused)) static void start(struct waiter *w, int count)
{
    for (int i = 0; i < count; i++)
        CHECK_CODE(eventlet_spawn(&w[i].gt, wait_once, &w[i]), 0);
    let_others_run();
}

__attribute__((unused)) static void end(struct waiter *w, int count)
{
    for (int i = 0; i < count; i++)
        eventlet_reap(w[i].gt);
}

/* Runs fn(arg) in the hub. */
__attribute__((unused)) static void in_hub(eventlet_hub_fn *fn, void *arg)
{
    CHECK_CODE(eventlet_hub_schedule_call_global(NULL, eventlet_hubs_get_hub(),
                                                 0, fn, arg),
               0);
    clock_advance(0);
}

#endif
