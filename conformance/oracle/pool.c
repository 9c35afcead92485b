/* SPDX-License-Identifier: MIT */
/* What the scenarios of pools share. */
#include "pool.h"

#include <stdint.h>

int task(void *arg)
{
    const struct task *self = arg;
    int rc;

    say(self->name, "starts");
    rc = eventlet_sleep(self->seconds);
    if (rc < 0)
        return rc;
    say(self->name, "ends");
    return self->result;
}

eventlet_greenpool *pool_of(int size)
{
    eventlet_greenpool *pool;

    must(eventlet_greenpool_new(&pool, size));
    return pool;
}

void tell_counts(eventlet_greenpool *pool)
{
    say("pool", "size %d running %d free %d waiting %d",
        eventlet_greenpool_size(pool), eventlet_greenpool_running(pool),
        eventlet_greenpool_free_count(pool), eventlet_greenpool_waiting(pool));
}

void pool_run(eventlet_greenpool *pool, eventlet_fn *fn, const void *arg)
{
    must(eventlet_greenpool_spawn_n(pool, fn, (void *)(uintptr_t)arg));
}

eventlet_greenthread *pool_spawn(eventlet_greenpool *pool, eventlet_fn *fn,
                                 const void *arg)
{
    eventlet_greenthread *gt;

    must(eventlet_greenpool_spawn(pool, &gt, fn, (void *)(uintptr_t)arg));
    return gt;
}

void tell_end(eventlet_greenthread *gt)
{
    say("main", "%s", code(wait_for(gt)));
}

int spawns(void *arg)
{
    struct spawner *self = arg;
    int rc = eventlet_greenpool_spawn_n(self->pool, task, &self->task);

    if (rc < 0)
        return rc;
    say(self->who, "spawned");
    return 0;
}

int waits_for_all(void *pool)
{
    return eventlet_greenpool_waitall(pool);
}
