/* SPDX-License-Identifier: MIT */
/* Spawning: at once, later, with a copy of the argument. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "core/greenthread.h"

#define COPY_MAX 1024

static int spawn(eventlet_greenthread **out, eventlet_hub *hub, eventlet_fn *fn,
                 void *arg, uint8_t flags, const void *spawner)
{
    eventlet_greenthread *gt;
    int rc = eventlet__thread_new(&gt, hub, fn, arg, 0);

    if (rc < 0)
        return rc;
    gt->task.flags = flags;
    gt->spawner = spawner;
    eventlet__list_append(&hub->next, &gt->task.node);
    eventlet__hub_poke(hub);
    if (out) {
        gt->refs = 2;
        *out = gt;
    }
    return 0;
}

int eventlet_spawn(eventlet_greenthread **gt, eventlet_fn *fn, void *arg)
{
    eventlet_hub *hub;
    int rc = eventlet__hub_get(&hub);

    if (rc < 0)
        return rc;
    return spawn(gt, hub, fn, arg, 0, __builtin_return_address(0));
}

int eventlet_spawn_n(eventlet_greenthread **gt, eventlet_fn *fn, void *arg)
{
    eventlet_hub *hub;
    int rc = eventlet__hub_get(&hub);

    if (rc < 0)
        return rc;
    return spawn(gt, hub, fn, arg, EVENTLET__NO_RESULT,
                 __builtin_return_address(0));
}

static int spawn_copy(eventlet_greenthread **out, eventlet_fn *fn,
                      const void *arg, size_t size, const void *spawner)
{
    size_t extra = (size + 15) & ~(size_t)15;
    eventlet_greenthread *gt;
    eventlet_hub *hub;
    int rc = size > COPY_MAX ? -E2BIG : eventlet__hub_get(&hub);

    if (rc < 0)
        return rc;
    rc = eventlet__thread_new(&gt, hub, fn, NULL, extra);
    if (rc < 0)
        return rc;
    gt->arg = (char *)gt - extra;
    if (size > 0)
        memcpy(gt->arg, arg, size);
    gt->spawner = spawner;
    eventlet__list_append(&hub->next, &gt->task.node);
    eventlet__hub_poke(hub);
    *out = gt;
    return 0;
}

int eventlet__spawn_copy(eventlet_greenthread **gt, eventlet_fn *fn,
                         const void *arg, size_t size)
{
    return spawn_copy(gt, fn, arg, size, __builtin_return_address(0));
}

int eventlet_spawn_copy(eventlet_greenthread **out, eventlet_fn *fn,
                        const void *arg, size_t size)
{
    eventlet_greenthread *gt;
    int rc = spawn_copy(&gt, fn, arg, size, __builtin_return_address(0));

    if (rc < 0)
        return rc;
    if (out) {
        gt->refs = 2;
        *out = gt;
    }
    return 0;
}

/* Its spawner is dead, so it will not start; who waits for it waits on. */
static void abandon(struct eventlet__local *local)
{
    eventlet_greenthread *gt =
        EVENTLET__CONTAINER(local, eventlet_greenthread, local);

    eventlet__heap_remove(&gt->hub->heap, &gt->timer);
    eventlet__unlink(&gt->task.node);
    gt->task.flags |= EVENTLET__ABANDONED;
    eventlet__unref(gt);
}

static int spawn_after(eventlet_greenthread **out, double seconds,
                       eventlet_fn *fn, void *arg, bool local,
                       const void *spawner)
{
    eventlet_greenthread *gt;
    eventlet_hub *hub;
    int rc = isnan(seconds) ? -EINVAL : eventlet__hub_get(&hub);

    if (rc == 0)
        rc = eventlet__thread_new(&gt, hub, fn, arg, 0);
    if (rc < 0)
        return rc;
    gt->spawner = spawner;
    gt->timer.kind = EVENTLET__ITEM_START;
    if (seconds == 0)
        eventlet__list_append(&hub->next, &gt->task.node);
    else
        rc = eventlet__hub_arm(hub, &gt->timer,
                               eventlet__seconds_to_ns(seconds));
    if (rc < 0) {
        gt->task.flags |= EVENTLET__ABANDONED;
        eventlet__unref(gt);
        return rc;
    }
    if (local && hub->current) {
        gt->local.spawner_died = abandon;
        eventlet__list_append(&hub->current->locals, &gt->local.node);
    }
    eventlet__hub_poke(hub);
    if (out) {
        gt->refs = 2;
        *out = gt;
    }
    return 0;
}

int eventlet_spawn_after(eventlet_greenthread **gt, double seconds,
                         eventlet_fn *fn, void *arg)
{
    return spawn_after(gt, seconds, fn, arg, false,
                       __builtin_return_address(0));
}

int eventlet_spawn_after_local(eventlet_greenthread **gt, double seconds,
                               eventlet_fn *fn, void *arg)
{
    return spawn_after(gt, seconds, fn, arg, true, __builtin_return_address(0));
}
