/* SPDX-License-Identifier: MIT */
/* Pools under test. */
#ifndef CONFORMANCE_SYNC_POOL_H
#define CONFORMANCE_SYNC_POOL_H

#include "check.h"
#include "eventlet.h"
#include "sync/notes.h"

__attribute__((unused)) static eventlet_greenpool *pool_of(int size)
{
    eventlet_greenpool *pool = NULL;

    CHECK_CODE(eventlet_greenpool_new(&pool, size), 0);
    return pool;
}

__attribute__((unused)) static void check_counts(const eventlet_greenpool *pool,
                                                 int running, int left,
                                                 int waiting)
{
    CHECK_INT(eventlet_greenpool_running(pool), running);
    CHECK_INT(eventlet_greenpool_free_count(pool), left);
    CHECK_INT(eventlet_greenpool_waiting(pool), waiting);
}

/* Somebody who is no member and spawns. */
struct outsider {
    eventlet_greenpool *pool;
    eventlet_fn *fn;
    void *arg;
    int rc; /* of its spawn */
};

__attribute__((unused)) static int spawn_from_outside(void *arg)
{
    struct outsider *o = arg;

    o->rc = eventlet_greenpool_spawn_n(o->pool, o->fn, o->arg);
    return o->rc;
}

/* Spawns when the caller yields next. */
__attribute__((unused)) static eventlet_greenthread *outside_soon(
    struct outsider *o)
{
    eventlet_greenthread *gt = NULL;

    CHECK_CODE(eventlet_spawn(&gt, spawn_from_outside, o), 0);
    return gt;
}

__attribute__((unused)) static eventlet_greenthread *outside(struct outsider *o)
{
    eventlet_greenthread *gt = outside_soon(o);

    let_others_run();
    return gt;
}

__attribute__((unused)) static int note_it(void *n)
{
    note_number(*(int *)n);
    return 0;
}

__attribute__((unused)) static int wait_for_all(void *pool)
{
    return eventlet_greenpool_waitall(pool);
}

__attribute__((unused)) static int spawn_as_member(void *pool)
{
    int rc = eventlet_greenpool_spawn_n(pool, say, "inner");

    note("spawned");
    return rc;
}

struct depth {
    eventlet_greenpool *pool;
    int reached;
    int wanted;
};

#endif
