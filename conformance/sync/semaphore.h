/* SPDX-License-Identifier: MIT */
/* Semaphores under test. */
#ifndef CONFORMANCE_SYNC_SEMAPHORE_H
#define CONFORMANCE_SYNC_SEMAPHORE_H

#include "check.h"
#include "eventlet.h"
#include "sync/notes.h"

__attribute__((unused)) static eventlet_semaphore *semaphore_of(int value)
{
    eventlet_semaphore *s = NULL;

    CHECK_CODE(eventlet_semaphore_new(&s, value), 0);
    return s;
}

__attribute__((unused)) static eventlet_semaphore *capped_of(int count,
                                                             int limit)
{
    eventlet_semaphore *s = NULL;

    CHECK_CODE(eventlet_cappedsemaphore_new(&s, count, limit), 0);
    return s;
}

/* Takes, or gives back, once. */
struct user {
    eventlet_semaphore *s;
    const char *name;
    double seconds; /* 0: no time limit */
    eventlet_greenthread *gt;
    int rc;
};

__attribute__((unused)) static void note_end(const struct user *u)
{
    char text[64];

    snprintf(text, sizeof text, "%s%s%s", u->name, u->rc < 0 ? ":" : "",
             u->rc < 0 ? eventlet_strerrorname(u->rc) + strlen("EVENTLET_")
                       : "");
    note(text);
}

__attribute__((unused)) static int takes(void *arg)
{
    struct user *u = arg;

    u->rc = u->seconds > 0
                ? eventlet_semaphore_acquire_timeout(u->s, u->seconds)
                : eventlet_semaphore_acquire(u->s);
    note_end(u);
    return 0;
}

__attribute__((unused)) static int gives(void *arg)
{
    struct user *u = arg;

    u->rc = eventlet_semaphore_release(u->s);
    note_end(u);
    return 0;
}

/* A, B, C … do it, one after the other, up to where they wait. */
__attribute__((unused)) static void start(struct user *u, int count,
                                          eventlet_semaphore *s,
                                          eventlet_fn *fn)
{
    static const char *names[] = { "A", "B", "C", "D", "E" };

    notes();
    for (int i = 0; i < count; i++) {
        u[i].s = s;
        u[i].name = names[i];
        CHECK_CODE(eventlet_spawn(&u[i].gt, fn, &u[i]), 0);
    }
    let_others_run();
}

__attribute__((unused)) static void end(struct user *u, int count)
{
    for (int i = 0; i < count; i++)
        eventlet_reap(u[i].gt);
}

/* Runs fn(arg) in the hub. */
__attribute__((unused)) static void in_hub(eventlet_hub_fn *fn, void *arg)
{
    CHECK_CODE(eventlet_hub_schedule_call_global(NULL, eventlet_hubs_get_hub(),
                                                 0, fn, arg),
               0);
    clock_advance(0);
}

__attribute__((unused)) static double now(void)
{
    return eventlet_hub_clock(eventlet_hubs_get_hub());
}

__attribute__((unused)) static int release_it(void *s)
{
    CHECK_CODE(eventlet_semaphore_release(s), 0);
    return 0;
}

/* Armed before a time limit for the same time, it is given back first. */
__attribute__((unused)) static void release_in(eventlet_semaphore *s,
                                               double seconds)
{
    CHECK_CODE(eventlet_hub_schedule_call_global(NULL, eventlet_hubs_get_hub(),
                                                 seconds, release_it, s),
               0);
}

#endif
