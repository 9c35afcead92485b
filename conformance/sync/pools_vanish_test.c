/* SPDX-License-Identifier: MIT */
/* Those who use pools of resources vanish. */
#include <errno.h>

#include "sync/vanish.h"

static eventlet_pool *pool;
static bool slow; /* create and destroy take their time */

static int make_item(void *arg, void **item)
{
    (void)arg;
    *item = number(1);
    return slow ? eventlet_sleep(1) : 0;
}

static void destroy_item(void *arg, void *item)
{
    (void)arg, (void)item;
    if (slow)
        (void)!eventlet_sleep(1);
}

static void new_pool(int max_size)
{
    const struct eventlet_pool_opts opts = { .max_size = max_size,
                                             .create = make_item,
                                             .destroy = destroy_item };

    slow = false;
    CHECK_CODE(eventlet_pool_new(&pool, &opts), 0);
}

static int get_item(void *arg)
{
    void *item;

    (void)arg;
    if (eventlet_pool_get(pool, &item) < 0)
        return EVENTLET_EXIT;
    eventlet_pool_put(pool, item);
    return 0;
}

static bool pool_is_gone(void)
{
    eventlet_pool_free(pool);
    return alive().resourcepools == 0;
}

static void end_pool(void)
{
    eventlet_pool_free(pool);
}

static void *held;

static void begin_getters(void)
{
    new_pool(1);
    CHECK_CODE(eventlet_pool_get(pool, &held), 0);
    for (int i = 0; i < 3; i++)
        start(get_item, NULL);
    settle();
}

static bool item_comes_back(void)
{
    void *item = NULL;

    MUST(eventlet_pool_waiting(pool) == 0);
    eventlet_pool_put(pool, held);
    settle();
    MUST(eventlet_pool_get_nowait(pool, &item) == 0);
    MUST(item == held);
    MUST(eventlet_pool_get_timeout(pool, &item, 1) == EVENTLET_EMPTY);
    eventlet_pool_put(pool, held);
    return pool_is_gone();
}

static void end_getters(void)
{
    eventlet_pool_put(pool, held);
    end_pool();
}

VANISH_TEST(pools, who_vanishes_has_left_the_line, "pools.25", begin_getters,
            item_comes_back, end_getters)

static int discard_item(void *item)
{
    eventlet_pool_discard(pool, item);
    return 0;
}

static void begin_calls(void)
{
    new_pool(2);
    CHECK_CODE(eventlet_pool_get(pool, &held), 0);
    slow = true;
    start(get_item, NULL); /* in create */
    start(discard_item, held);
    settle();
    CHECK_INT(eventlet_pool_current_size(pool), 2);
}

static bool places_come_back(void)
{
    void *items[2];

    slow = false;
    MUST(eventlet_pool_current_size(pool) == 0);
    MUST(eventlet_pool_get_nowait(pool, &items[0]) == 0);
    MUST(eventlet_pool_get_nowait(pool, &items[1]) == 0);
    eventlet_pool_put(pool, items[0]);
    eventlet_pool_put(pool, items[1]);
    return pool_is_gone();
}

VANISH_TEST(pools, calls_that_vanish_give_their_places_back, "pools.25",
            begin_calls, places_come_back, end_pool)

static int make_pool(void *arg)
{
    const struct eventlet_pool_opts opts = { .min_size = 3,
                                             .create = make_item,
                                             .destroy = destroy_item };

    (void)arg;
    if (eventlet_pool_new(&pool, &opts) < 0)
        return EVENTLET_EXIT;
    eventlet_pool_free(pool);
    return 0;
}

static void begin_to_make(void)
{
    slow = true;
    start(make_pool, NULL);
    settle();
    CHECK_INT(alive().resourcepools, 1);
}

static bool nobody_has_it(void)
{
    return alive().resourcepools == 0;
}

static void end_nothing(void)
{
}

VANISH_TEST(pools, a_pool_whose_maker_vanishes_is_freed, "pools.25",
            begin_to_make, nobody_has_it, end_nothing)

static int busy[2];

static int drop_the_hub(void *arg, void **item)
{
    *item = arg;
    busy[0] = eventlet_hubs_drop();
    busy[1] = eventlet_hubs_use_hub("sim");
    return 0;
}

TEST(hub, is_not_thrown_away_inside_a_call, "hub.43")
{
    const struct eventlet_pool_opts opts = { .create = drop_the_hub };
    void *item;

    REQUIRE_CODE(eventlet_hubs_use_hub("sim"), 0);
    REQUIRE_CODE(eventlet_pool_new(&pool, &opts), 0);
    CHECK_CODE(eventlet_pool_get(pool, &item), 0);
    CHECK_CODE(busy[0], -EBUSY);
    CHECK_CODE(busy[1], -EBUSY);
    eventlet_pool_put(pool, item);
    eventlet_pool_free(pool);
    CHECK_CODE(eventlet_hubs_drop(), 0);
}

static pid_t child;

static int fork_in_create(void *arg, void **item)
{
    *item = arg;
    child = fork();
    return 0;
}

/* The child goes on inside the call, and so does what the pool keeps for it. */
TEST(hub, a_child_goes_on_in_the_call_that_forked, "hub.43")
{
    const struct eventlet_pool_opts opts = { .max_size = 1,
                                             .create = fork_in_create };
    void *item;

    REQUIRE_CODE(eventlet_hubs_use_hub("sim"), 0);
    REQUIRE_CODE(eventlet_pool_new(&pool, &opts), 0);
    CHECK_CODE(eventlet_pool_get(pool, &item), 0);
    if (child == 0)
        _exit(eventlet_pool_current_size(pool) == 1 &&
                      eventlet_pool_free_count(pool) == 0
                  ? 0
                  : 1);
    CHECK_INT(child_status(child), 0);
    eventlet_pool_put(pool, item);
    eventlet_pool_free(pool);
}
