/* SPDX-License-Identifier: MIT */
/* Pools of green threads, for what stands on them. */
#ifndef EVENTLET_SYNC_GREENPOOL_H
#define EVENTLET_SYNC_GREENPOOL_H

#include "core/greenthread.h"
#include "eventlet/greenpool.h"
#include "sync/line.h"

struct eventlet_greenpool {
    int size;
    int running;                    /* places taken */
    int joining;                    /* calls inside waitall */
    bool closed;                    /* its owner has freed it */
    struct eventlet__line line;     /* outsiders who wait for a place */
    struct eventlet__waitq joiners; /* who wait in waitall */
};

/* Nobody runs, and nobody is about to. */
static inline bool eventlet__greenpool_is_idle(const eventlet_greenpool *pool)
{
    return pool->running == 0 && (pool->line.count == 0 || pool->size == 0);
}

/* Whether the caller is one. */
static inline bool eventlet__greenpool_is_member(const eventlet_greenpool *pool)
{
    eventlet_greenthread *self = eventlet__self();

    return self && *eventlet__slot(self) == pool;
}

/* After any change: wakes who can go on now. The pool may be gone then. */
void eventlet__greenpool_settle(eventlet_greenpool *pool);

/* As eventlet_greenpool_spawn without a handle, but `end`, whose spawner_died
 * is set, joins what ends with the member, whether that has started or not.
 * Nothing is done with it where fn is called at once. */
int eventlet__greenpool_spawn(eventlet_greenpool *pool, eventlet_fn *fn,
                              void *arg, struct eventlet__local *end);

#endif
