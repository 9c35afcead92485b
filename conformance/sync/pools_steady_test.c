/* SPDX-License-Identifier: MIT */
/* Pools of resources: what goes on for ever needs no memory. */
#include "check.h"
#include "sync/pools.h"
#include "sync/steady.h"

static int use_for_ever(void *pool)
{
    void *item;
    int rc;

    while ((rc = eventlet_pool_get(pool, &item)) == 0) {
        steps++;
        rc = eventlet_sleep(0);
        eventlet_pool_put(pool, item);
        if (rc < 0)
            break;
    }
    return rc;
}

static int use_in_time_for_ever(void *pool)
{
    void *item;
    int rc;

    while ((rc = eventlet_pool_get_timeout(pool, &item, 1)) == 0) {
        steps++;
        rc = eventlet_sleep(0);
        eventlet_pool_put(pool, item);
        if (rc < 0)
            break;
    }
    return rc;
}

GREEN_TEST(pools, what_goes_on_for_ever_needs_no_memory, "pools.24")
{
    struct factory f = { .silent = true };
    eventlet_pool *pool = items(&f, 2);
    struct crowd crowd = { .len = 0 };

    crowd_add(&crowd, 5, use_for_ever, pool);
    crowd_add(&crowd, 2, use_in_time_for_ever, pool);
    check_steady(&crowd);
    CHECK_INT(f.made, 2);
    eventlet_pool_free(pool);
}
