/* SPDX-License-Identifier: MIT */
/* Locks under test. */
#ifndef CONFORMANCE_SYNC_LOCK_H
#define CONFORMANCE_SYNC_LOCK_H

#include <errno.h>

#include "check.h"
#include "eventlet.h"
#include "sync/notes.h"

__attribute__((unused)) static eventlet_lock *lock_new(void)
{
    eventlet_lock *lock = NULL;

    CHECK_CODE(eventlet_lock_new(&lock), 0);
    return lock;
}

__attribute__((unused)) static eventlet_rlock *rlock_new(void)
{
    eventlet_rlock *lock = NULL;

    CHECK_CODE(eventlet_rlock_new(&lock), 0);
    return lock;
}

__attribute__((unused)) static eventlet_condition *condition_of(
    eventlet_lock *lock)
{
    eventlet_condition *c = NULL;

    CHECK_CODE(eventlet_condition_new(&c, lock), 0);
    return c;
}

/* Takes a lock, does with it what it is told to, and releases it. */
struct user {
    eventlet_lock *lock;
    eventlet_condition *c; /* NULL: only takes the lock */
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

    u->rc = u->seconds > 0 ? eventlet_lock_acquire_timeout(u->lock, u->seconds)
                           : eventlet_lock_acquire(u->lock);
    note_end(u);
    if (u->rc == 0)
        CHECK_CODE(eventlet_lock_release(u->lock), 0);
    return 0;
}

/* Waits for the condition; whatever it returns, it must hold the lock. */
__attribute__((unused)) static int waits(void *arg)
{
    struct user *u = arg;

    CHECK_CODE(eventlet_lock_acquire(u->lock), 0);
    u->rc = u->seconds > 0 ? eventlet_condition_wait_timeout(u->c, u->seconds)
                           : eventlet_condition_wait(u->c);
    note_end(u);
    CHECK_CODE(eventlet_lock_acquire_nowait(u->lock), -EAGAIN);
    CHECK_CODE(eventlet_lock_release(u->lock), 0);
    return 0;
}

/* A, B, C … do it, one after the other, up to where they wait. */
__attribute__((unused)) static void start(struct user *u, int count,
                                          eventlet_lock *lock, eventlet_fn *fn)
{
    static const char *names[] = { "A", "B", "C", "D" };

    notes();
    for (int i = 0; i < count; i++) {
        u[i].lock = lock;
        u[i].name = names[i];
        CHECK_CODE(eventlet_spawn(&u[i].gt, fn, &u[i]), 0);
    }
    let_others_run();
}

__attribute__((unused)) static void start_waiting(struct user *u, int count,
                                                  eventlet_condition *c,
                                                  eventlet_lock *lock)
{
    for (int i = 0; i < count; i++)
        u[i].c = c;
    start(u, count, lock, waits);
}

__attribute__((unused)) static void end(struct user *u, int count)
{
    for (int i = 0; i < count; i++)
        eventlet_reap(u[i].gt);
}

/* Notifies n, holding the lock only for that. */
__attribute__((unused)) static void notify(eventlet_condition *c,
                                           eventlet_lock *lock, int n)
{
    CHECK_CODE(eventlet_lock_acquire(lock), 0);
    CHECK_CODE(eventlet_condition_notify(c, n), 0);
    CHECK_CODE(eventlet_lock_release(lock), 0);
}

/* Runs fn(arg) in the hub. */
__attribute__((unused)) static void in_hub(eventlet_hub_fn *fn, void *arg)
{
    CHECK_CODE(eventlet_hub_schedule_call_global(NULL, eventlet_hubs_get_hub(),
                                                 0, fn, arg),
               0);
    clock_advance(0);
}

__attribute__((unused)) static long locks_alive(void)
{
    struct eventlet_live live;

    eventlet_live(&live);
    return live.locks;
}

__attribute__((unused)) static long conditions_alive(void)
{
    struct eventlet_live live;

    eventlet_live(&live);
    return live.conditions;
}

#endif
