/* SPDX-License-Identifier: MIT */
/* gate.h - a line for sleepers as small as it gets, and OS threads that wake
 * those who stand in it. */
#ifndef GATE_H
#define GATE_H

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>

#include "base/sys.h"
#include "check.h"
#include "core/hub_wake.h"
#include "eventlet.h"

enum { GATE_ROOM = 8, GATE_CODE = EVENTLET_USER(7) };

struct gate {
    pthread_mutex_t lock;
    struct eventlet__sleeper *at[GATE_ROOM]; /* who waits, in order */
    int waiting;
    int vanished;
};

/* Sleepers vanish out of this one. */
static struct gate gate = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* With the lock held: whether it stood there. */
static inline bool gate_take_out(const struct eventlet__sleeper *s)
{
    for (int i = 0; i < gate.waiting; i++)
        if (gate.at[i] == s) {
            for (gate.waiting--; i < gate.waiting; i++)
                gate.at[i] = gate.at[i + 1];
            return true;
        }
    return false;
}

static inline void gate_vanish(struct eventlet__sleeper *s)
{
    pthread_mutex_lock(&gate.lock);
    gate_take_out(s);
    gate.vanished++;
    pthread_mutex_unlock(&gate.lock);
}

/* Waits at the gate. Returns as eventlet__sleeper_wait; *expired too. */
static inline int gate_wait(double seconds, bool *expired)
{
    struct eventlet__sleeper s;
    int rc = eventlet__sleeper_init(&s, gate_vanish);

    if (rc < 0)
        return rc;
    pthread_mutex_lock(&gate.lock);
    gate.at[gate.waiting++] = &s;
    pthread_mutex_unlock(&gate.lock);
    rc = eventlet__sleeper_wait(&s, seconds, GATE_CODE);
    pthread_mutex_lock(&gate.lock);
    gate_take_out(&s);
    pthread_mutex_unlock(&gate.lock);
    if (expired)
        *expired = s.expired;
    eventlet__sleeper_deinit(&s);
    return rc;
}

static inline int gate_waiting(void)
{
    int n;

    pthread_mutex_lock(&gate.lock);
    n = gate.waiting;
    pthread_mutex_unlock(&gate.lock);
    return n;
}

/* Wakes who waits longest; whether there was one. */
static inline bool gate_wake(void)
{
    struct eventlet__call call;
    struct eventlet__sleeper *s;
    bool late = false;

    pthread_mutex_lock(&gate.lock);
    s = gate.waiting ? gate.at[0] : NULL;
    if (s) {
        gate_take_out(s);
        late = eventlet__sleeper_wake(s, &call);
    }
    pthread_mutex_unlock(&gate.lock);
    if (late)
        eventlet__sleeper_call(&call);
    return s;
}

/* ---- OS threads ---- */

static inline void *gate_wake_all(void *arg)
{
    (void)arg;
    while (gate_wake())
        ;
    return NULL;
}

/* Not before n wait. */
static inline void *gate_wake_when(void *n)
{
    while (gate_waiting() < *(int *)n)
        sched_yield();
    return gate_wake_all(NULL);
}

/* In another OS thread, to its end: the calling one's hub stands still. */
static inline void elsewhere(void *(*fn)(void *), void *arg)
{
    pthread_t thread;

    if (CHECK_INT(pthread_create(&thread, NULL, fn, arg), 0))
        pthread_join(thread, NULL);
}

/* Letters are read as a pass begins, and who yields may be in front of those
 * that they wake. */
static inline void let_woken_run(void)
{
    let_others_run();
    let_others_run();
}

/* ---- how often a bell is rung ---- */

static _Thread_local int gate_writes;

static inline ssize_t gate_count_write(int fd, const void *buf, size_t len)
{
    gate_writes++;
    return write(fd, buf, len);
}

static const struct eventlet__system gate_system = {
    .write = gate_count_write,
};

/* Wakes all; in *n how many calls of write that took. */
static inline void *gate_count_writes(void *n)
{
    gate_writes = 0;
    eventlet__system = &gate_system;
    gate_wake_all(NULL);
    eventlet__system = NULL;
    *(int *)n = gate_writes;
    return NULL;
}

#endif
