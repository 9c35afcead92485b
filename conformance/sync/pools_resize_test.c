/* SPDX-License-Identifier: MIT */
/* Pools of resources: other sizes, and items that are destroyed. */
#include "sync/pools.h"

#include <errno.h>

GREEN_TEST(pools, resize_step_by_step, "pools.18 pools.21 pools.23")
{
    struct factory f = { 0 };
    eventlet_pool *pool = items(&f, 2);

    CHECK_INT(got(pool), 1);
    CHECK_INT(got(pool), 2);
    CHECK_CODE(eventlet_pool_resize(pool, 1), 0);
    check_pool(pool, 2, -1, 0);
    CHECK_INT(eventlet_pool_max_size(pool), 1);
    put(pool, 1);
    CHECK_STR(notes(), "destroyed 1");
    check_pool(pool, 1, 0, 0);
    put(pool, 2);
    CHECK_STR(notes(), "");
    check_pool(pool, 1, 1, 0);
    CHECK_CODE(eventlet_pool_resize(pool, 2), 0);
    check_pool(pool, 1, 2, 0);
    CHECK_CODE(eventlet_pool_resize(pool, -1), -EINVAL);
    CHECK_INT(eventlet_pool_max_size(pool), 2);
    eventlet_pool_free(pool);
}

GREEN_TEST(pools, put_into_a_shrunken_one_serves_nobody, "pools.18")
{
    struct factory f = { 0 };
    eventlet_pool *pool = items(&f, 2);
    struct getter g = { 0 };

    CHECK_INT(got(pool), 1);
    CHECK_INT(got(pool), 2);
    CHECK_CODE(eventlet_pool_resize(pool, 1), 0);
    getter(&g, pool, "got");
    put(pool, 1);
    let_others_run();
    CHECK_STR(notes(), "destroyed 1");
    put(pool, 2);
    let_others_run();
    CHECK_STR(notes(), "got");
    CHECK_INT(give(g.item), 2);
    end_getter(&g);
    eventlet_pool_free(pool);
}

GREEN_TEST(pools, growing_wakes_as_many_as_there_is_room_for, "pools.21")
{
    struct factory f = { .silent = true };
    eventlet_pool *pool = items(&f, 1);
    struct getter gs[3] = { { 0 }, { 0 }, { 0 } };

    CHECK_INT(got(pool), 1);
    for (int i = 0; i < 3; i++)
        getter(&gs[i], pool, "in");
    CHECK_CODE(eventlet_pool_resize(pool, 3), 0);
    let_others_run();
    CHECK_STR(notes(), "in in");
    check_pool(pool, 3, 0, 1);
    put(pool, 1);
    let_others_run();
    CHECK_STR(notes(), "in");
    for (int i = 0; i < 3; i++)
        end_getter(&gs[i]);
    eventlet_pool_free(pool);
}

GREEN_TEST(pools, size_zero_lets_nobody_have_any, "pools.21")
{
    struct factory f = { 0 };
    eventlet_pool *pool = items(&f, 1);
    void *item;

    CHECK_CODE(eventlet_pool_resize(pool, 0), 0);
    check_pool(pool, 0, 0, 0);
    CHECK_CODE(eventlet_pool_get_nowait(pool, &item), EVENTLET_EMPTY);
    CHECK_CODE(eventlet_pool_get_timeout(pool, &item, 1), EVENTLET_EMPTY);
    CHECK_CODE(eventlet_pool_resize(pool, 1), 0);
    CHECK_INT(got(pool), 1);
    put(pool, 1);
    eventlet_pool_free(pool);
}

/* In a stack it is the bottom that has been unused for the longest time. */
GREEN_TEST(pools, shrinking_destroys_what_is_free, "pools.22")
{
    for (int stack = 0; stack < 2; stack++) {
        struct factory f = { 0 };
        eventlet_pool *pool =
            items_with(&f, (struct eventlet_pool_opts){
                               .min_size = 4, .order_as_stack = stack });

        CHECK_CODE(eventlet_pool_resize(pool, 2), 0);
        CHECK_STR(notes(), "destroyed 1 destroyed 2");
        check_pool(pool, 2, 2, 0);
        CHECK_INT(got(pool), stack ? 4 : 3);
        put(pool, stack ? 4 : 3);
        eventlet_pool_free(pool);
    }
}

static int discard_first(void *pool)
{
    eventlet_pool_discard(pool, number(1));
    return 0;
}

GREEN_TEST(pools, place_counts_until_destroy_has_returned, "pools.19 pools.8")
{
    struct factory f = { .destroy_takes = 1 };
    eventlet_pool *pool = items(&f, 1);
    eventlet_greenthread *gt;
    struct getter g = { 0 };

    CHECK_INT(got(pool), 1);
    getter(&g, pool, "got");
    CHECK_CODE(eventlet_spawn(&gt, discard_first, pool), 0);
    let_others_run();
    check_pool(pool, 1, 0, 1);
    clock_advance(2);
    CHECK_STR(notes(), "destroyed 1 got");
    CHECK_INT(f.peak, 1);
    end_getter(&g);
    eventlet_reap(gt);
    eventlet_pool_free(pool);
}

static int resize_to_two(void *pool)
{
    return eventlet_pool_resize(pool, 2);
}

/* What is on its way out does not make others surplus, nor hides them. */
GREEN_TEST(pools, slow_destroy_costs_no_other_item, "pools.18 pools.22")
{
    struct factory f = { .destroy_takes = 1 };
    eventlet_pool *pool = items(&f, 3);
    eventlet_greenthread *gt;
    void *item = NULL;

    for (int i = 1; i <= 3; i++)
        CHECK_INT(got(pool), i);
    put(pool, 1);
    CHECK_CODE(eventlet_spawn(&gt, resize_to_two, pool), 0);
    let_others_run();
    check_pool(pool, 3, -1, 0);
    put(pool, 2);
    check_pool(pool, 3, 1, 0);
    CHECK_CODE(eventlet_pool_get_nowait(pool, &item), 0);
    CHECK_INT(give(item), 2);
    CHECK_CODE(eventlet_wait(gt), 0);
    CHECK_STR(notes(), "destroyed 1");
    check_pool(pool, 2, 0, 0);
    put(pool, 2);
    put(pool, 3);
    eventlet_release(gt);
    eventlet_pool_free(pool);
}
