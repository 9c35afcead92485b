/* SPDX-License-Identifier: MIT */
/* Waiting until a pool is empty. */
#include "sync/greenpool.h"

struct joining {
    struct eventlet__stay stay;
    eventlet_greenpool *pool;
};

static void joiner_left(eventlet_greenpool *pool)
{
    pool->joining--;
    if (pool->closed)
        eventlet__greenpool_settle(pool);
}

static void joiner_vanished(struct eventlet__keeper *keeper,
                            struct eventlet__stay *stay)
{
    (void)keeper;
    joiner_left(EVENTLET__CONTAINER(stay, struct joining, stay)->pool);
}

static struct eventlet__keeper joiners = { joiner_vanished };

static int join(eventlet_greenpool *pool, eventlet_greenthread *self)
{
    struct joining me = { .pool = pool };
    int rc = 0;

    eventlet__stay(self, &me.stay, &joiners);
    pool->joining++;
    while (rc == 0 && !pool->closed && !eventlet__greenpool_is_idle(pool))
        rc = eventlet__wait_on(&pool->joiners);
    eventlet__stay_ends(self, &me.stay);
    if (rc == 0 && pool->closed)
        rc = EVENTLET_CLOSED;
    joiner_left(pool);
    return rc;
}

int eventlet_greenpool_waitall(eventlet_greenpool *pool)
{
    eventlet_greenthread *self;

    if (eventlet__greenpool_is_member(pool))
        return EVENTLET_FROM_MEMBER;
    if (pool->closed || eventlet__greenpool_is_idle(pool))
        return pool->closed ? EVENTLET_CLOSED : 0;
    self = eventlet__self();
    return self ? join(pool, self) : EVENTLET_IN_HUB;
}
