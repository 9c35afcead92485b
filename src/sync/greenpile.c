/* SPDX-License-Identifier: MIT */
/* Results of green threads in the order in which they were spawned. */
#include "eventlet/greenpile.h"

#include <errno.h>

#include "base/mem.h"
#include "sync/greenpool.h"
#include "sync/results.h"

struct eventlet_greenpile {
    struct eventlet__results results; /* first: see results.h */
    eventlet_greenpool *pool;
    bool owns_pool;
};

int eventlet_greenpile_new_pool(eventlet_greenpile **pile,
                                eventlet_greenpool *pool)
{
    eventlet_greenpile *made = eventlet__alloc(sizeof *made);

    if (!made)
        return -ENOMEM;
    eventlet__results_init(&made->results);
    made->pool = pool;
    *pile = made;
    return 0;
}

int eventlet_greenpile_new(eventlet_greenpile **pile, int size)
{
    eventlet_greenpool *pool;
    int rc = eventlet_greenpool_new(&pool, size);

    if (rc < 0)
        return rc;
    rc = eventlet_greenpile_new_pool(pile, pool);
    if (rc < 0)
        eventlet_greenpool_free(pool);
    else
        (*pile)->owns_pool = true;
    return rc;
}

void eventlet_greenpile_free(eventlet_greenpile *pile)
{
    if (!pile)
        return;
    if (pile->owns_pool)
        eventlet_greenpool_free(pile->pool);
    eventlet__results_free(&pile->results);
}

struct spawning {
    struct eventlet__stay stay;
    struct eventlet__result *r;
};

static void spawner_vanished(struct eventlet__keeper *keeper,
                             struct eventlet__stay *stay)
{
    (void)keeper;
    eventlet__result_drop(EVENTLET__CONTAINER(stay, struct spawning, stay)->r);
}

static struct eventlet__keeper spawners = { spawner_vanished };

static int spawn(eventlet_greenpool *pool, struct eventlet__result *r)
{
    struct spawning me = { .r = r };
    eventlet_greenthread *self = eventlet__stay_begins(&me.stay, &spawners);
    int rc = eventlet__greenpool_spawn(pool, eventlet__result_run, r, &r->end);

    eventlet__stay_ended(self, &me.stay);
    return rc;
}

/* The result takes its place in the row before spawn may wait: a reader that
 * comes meanwhile waits for it. It is held until spawn has returned, for a
 * member of a full pool runs it right here, while the pile may be freed. */
int eventlet_greenpile_spawn(eventlet_greenpile *pile, eventlet_fn *fn,
                             void *arg)
{
    struct eventlet__result *r = eventlet__result_new(fn, arg);
    int rc;

    if (!r)
        return -ENOMEM;
    eventlet__result_put(&pile->results, r);
    r->held = true;
    rc = spawn(pile->pool, r);
    r->held = false;
    if (rc < 0 || (r->done && !r->owner))
        eventlet__result_drop(r);
    return rc;
}

int eventlet_greenpile_next(eventlet_greenpile *pile, int *result, void **arg)
{
    return eventlet__results_next(&pile->results, result, arg);
}
