/* SPDX-License-Identifier: MIT */
/* Pools of resources: who waits for an item, and what becomes of them. */
#include "sync/pools.h"

#include <errno.h>

GREEN_TEST(pools, who_waits_gets_what_is_put, "pools.11 pools.17")
{
    struct factory f = { 0 };
    eventlet_pool *pool = items(&f, 4);
    struct getter g = { 0 };

    for (int i = 1; i <= 4; i++)
        CHECK_INT(got(pool), i);
    check_pool(pool, 4, 0, 0);
    getter(&g, pool, "got");
    CHECK_INT(g.rc, 1);
    check_pool(pool, 4, 0, 1);
    put(pool, 3);
    CHECK_STR(notes(), "");
    let_others_run();
    CHECK_STR(notes(), "got");
    CHECK_INT(give(g.item), 3);
    check_pool(pool, 4, 0, 0);
    end_getter(&g);
    for (int i = 1; i <= 4; i++)
        if (i != 3)
            put(pool, i);
    eventlet_pool_free(pool);
}

GREEN_TEST(pools, who_came_first_is_served_first, "pools.11")
{
    struct factory f = { 0 };
    eventlet_pool *pool = items(&f, 1);
    struct getter gs[4] = {
        { .back = true }, { .back = true }, { .back = true }, { .back = true }
    };
    static const char *names[] = { "a", "b", "c", "d" };

    CHECK_INT(got(pool), 1);
    for (int i = 0; i < 3; i++)
        getter(&gs[i], pool, names[i]);
    getter_soon(&gs[3], pool, names[3]);
    put(pool, 1); /* wakes a; d runs before it */
    CHECK_CODE(eventlet_pool_get_nowait(pool, &(void *){ NULL }),
               EVENTLET_EMPTY);
    clock_advance(1);
    CHECK_STR(notes(), "a b c d");
    for (int i = 0; i < 4; i++)
        end_getter(&gs[i]);
    CHECK_INT(f.made, 1);
    eventlet_pool_free(pool);
}

GREEN_TEST(pools, two_put_are_got_by_two, "pools.11 pools.17")
{
    struct factory f = { 0 };
    eventlet_pool *pool = items(&f, 2);
    struct getter a = { 0 }, b = { 0 };

    CHECK_INT(got(pool), 1);
    CHECK_INT(got(pool), 2);
    getter(&a, pool, "a");
    getter(&b, pool, "b");
    put(pool, 2);
    put(pool, 1);
    check_pool(pool, 2, 2, 2);
    let_others_run();
    CHECK_STR(notes(), "a b");
    CHECK_INT(give(a.item), 2);
    CHECK_INT(give(b.item), 1);
    end_getter(&a);
    end_getter(&b);
    eventlet_pool_free(pool);
}

GREEN_TEST(pools, place_to_spare_is_taken_past_the_woken, "pools.11")
{
    struct factory f = { 0 };
    eventlet_pool *pool = items(&f, 1);
    struct getter a = { 0 };

    CHECK_INT(got(pool), 1);
    getter(&a, pool, "a");
    CHECK_CODE(eventlet_pool_resize(pool, 3), 0); /* wakes a */
    CHECK_INT(got(pool), 2);                      /* and there is one more */
    CHECK_CODE(eventlet_pool_get_nowait(pool, &(void *){ NULL }),
               EVENTLET_EMPTY);
    let_others_run();
    CHECK_INT(give(a.item), 3);
    end_getter(&a);
    put(pool, 1);
    put(pool, 2);
    eventlet_pool_free(pool);
}

/* ---- thrown at ---- */

GREEN_TEST(pools, killed_while_it_waits_takes_nothing, "pools.12")
{
    struct factory f = { 0 };
    eventlet_pool *pool = items(&f, 1);
    struct getter a = { 0 }, b = { 0 };

    CHECK_INT(got(pool), 1);
    getter(&a, pool, "a");
    getter(&b, pool, "b");
    CHECK_CODE(eventlet_kill(a.gt, EVENTLET_EXIT), 0);
    CHECK_CODE(a.rc, EVENTLET_EXIT);
    check_pool(pool, 1, 0, 1);
    put(pool, 1);
    let_others_run();
    CHECK_STR(notes(), "b");
    end_getter(&a);
    end_getter(&b);
    check_pool(pool, 1, 1, 0);
    eventlet_pool_free(pool);
}

GREEN_TEST(pools, killed_when_woken_the_next_gets_it, "pools.12")
{
    struct factory f = { 0 };
    eventlet_pool *pool = items(&f, 1);
    struct getter a = { 0 }, b = { 0 };

    CHECK_INT(got(pool), 1);
    getter(&a, pool, "a");
    getter(&b, pool, "b");
    put(pool, 1); /* wakes a, which does not come to run */
    CHECK_CODE(eventlet_kill(a.gt, EVENTLET_EXIT), 0);
    CHECK_CODE(a.rc, EVENTLET_EXIT);
    let_others_run();
    CHECK_STR(notes(), "b");
    end_getter(&a);
    end_getter(&b);
    check_pool(pool, 1, 1, 0);
    eventlet_pool_free(pool);
}

GREEN_TEST(pools, killed_when_woken_as_the_only_one_it_is_free, "pools.17")
{
    struct factory f = { 0 };
    eventlet_pool *pool = items(&f, 1);
    struct getter a = { 0 };

    CHECK_INT(got(pool), 1);
    getter(&a, pool, "a");
    put(pool, 1);
    CHECK_CODE(eventlet_kill(a.gt, EVENTLET_EXIT), 0);
    check_pool(pool, 1, 1, 0);
    CHECK_INT(got(pool), 1);
    put(pool, 1);
    end_getter(&a);
    eventlet_pool_free(pool);
}

static int put_after_one_second(void *pool)
{
    int rc = eventlet_sleep(1);

    put(pool, 1);
    return rc;
}

GREEN_TEST(pools, wake_up_beats_a_timeout, "pools.13 pools.15")
{
    struct factory f = { 0 };
    eventlet_pool *pool = items(&f, 1);
    eventlet_greenthread *putter;
    struct getter a = { .seconds = 1 };

    CHECK_INT(got(pool), 1);
    CHECK_CODE(eventlet_spawn(&putter, put_after_one_second, pool), 0);
    let_others_run();
    getter(&a, pool, "a"); /* its time is over in the same pass */
    clock_advance(2);
    CHECK_STR(notes(), "a");
    CHECK_CODE(a.rc, 0);
    end_getter(&a);
    eventlet_reap(putter);
    eventlet_pool_free(pool);
}

static int put_both(void *pool)
{
    put(pool, 1);
    put(pool, 2);
    return 0;
}

/* Their time is over first, in the pass in which the items come. */
GREEN_TEST(pools, put_does_not_wait_for_who_has_given_up, "pools.17")
{
    struct factory f = { 0 };
    eventlet_pool *pool = items(&f, 2);
    struct getter a = { .seconds = 1 }, b = { .seconds = 1 };

    catch_log();
    CHECK_INT(got(pool), 1);
    CHECK_INT(got(pool), 2);
    getter_soon(&a, pool, "a");
    getter_soon(&b, pool, "b");
    let_others_run();
    CHECK_CODE(eventlet_hub_schedule_call_global(NULL, eventlet_hubs_get_hub(),
                                                 1, put_both, pool),
               0);
    clock_advance(1);
    CHECK_CODE(a.rc, EVENTLET_EMPTY);
    CHECK(b.rc == EVENTLET_EMPTY || b.rc == 0); /* it may find one, at last */
    end_getter(&a);
    end_getter(&b);
    check_pool(pool, 2, 2, 0);
    eventlet_pool_free(pool);
    release_log();
}

GREEN_TEST(pools, waiting_ends_when_its_time_is_over, "pools.15")
{
    struct factory f = { 0 };
    eventlet_pool *pool = items(&f, 1);
    void *item = NULL;

    CHECK_CODE(eventlet_pool_get_timeout(pool, &item, 0), 0); /* at once */
    CHECK_CODE(eventlet_pool_get_timeout(pool, &item, 0.5), EVENTLET_EMPTY);
    CHECK_INT(give(item), 1);
    check_pool(pool, 1, 0, 0);
    put(pool, 1);
    CHECK_CODE(eventlet_pool_get_timeout(pool, &item, 0.5), 0);
    put(pool, 1);
    eventlet_pool_free(pool);
}

GREEN_TEST(pools, another_timeout_comes_through, "pools.15 pools.12")
{
    struct factory f = { 0 };
    eventlet_pool *pool = items(&f, 1);
    struct eventlet_timeout t;
    void *item;

    CHECK_INT(got(pool), 1);
    CHECK_CODE(eventlet_timeout_start(&t, 0.5), 0);
    CHECK_CODE(eventlet_pool_get_timeout(pool, &item, 1), EVENTLET_TIMEOUT);
    CHECK(eventlet_timeout_cancel(&t));
    CHECK_CODE(eventlet_timeout_start(&t, 0.5), 0);
    CHECK_CODE(eventlet_pool_get(pool, &item), EVENTLET_TIMEOUT);
    CHECK(eventlet_timeout_cancel(&t));
    check_pool(pool, 1, 0, 0);
    put(pool, 1);
    eventlet_pool_free(pool);
}

/* ---- create ---- */

GREEN_TEST(pools, slow_create_makes_no_more_than_there_may_be, "pools.8")
{
    struct factory f = { .create_takes = 0.1, .silent = true };
    eventlet_pool *pool = items(&f, 4);
    static struct getter gs[100];

    for (int i = 0; i < 100; i++) {
        gs[i] = (struct getter){ .back = true };
        getter_soon(&gs[i], pool, NULL);
    }
    clock_advance(1);
    CHECK_INT(f.made, 4);
    for (int i = 0; i < 100; i++) {
        CHECK_CODE(gs[i].rc, 0);
        end_getter(&gs[i]);
    }
    check_pool(pool, 4, 4, 0);
    eventlet_pool_free(pool);
}

GREEN_TEST(pools, failed_create_frees_its_place, "pools.9")
{
    struct factory f = { .fails = 3 };
    eventlet_pool *pool = items(&f, 3);

    for (int i = 0; i < 3; i++) {
        CHECK_CODE(got(pool), EVENTLET_USER(7));
        check_pool(pool, 0, 3, 0);
    }
    CHECK_INT(got(pool), 1);
    put(pool, 1);
    eventlet_pool_free(pool);
}

GREEN_TEST(pools, who_waits_for_a_failing_create_makes_its_own, "pools.9")
{
    struct factory f = { .create_takes = 1, .fails = 1 };
    eventlet_pool *pool = items(&f, 1);
    struct getter a = { 0 }, b = { 0 };

    catch_log();
    getter(&a, pool, "a");
    getter(&b, pool, "b");
    check_pool(pool, 1, 0, 1);
    clock_advance(1);
    CHECK_CODE(a.rc, EVENTLET_USER(7));
    check_pool(pool, 1, 0, 0);
    clock_advance(1);
    CHECK_STR(notes(), "b");
    CHECK_INT(give(b.item), 1);
    end_getter(&a);
    end_getter(&b);
    eventlet_pool_free(pool);
    release_log();
}

GREEN_TEST(pools, killed_in_create_frees_its_place, "pools.9")
{
    struct factory f = { .create_takes = 1 };
    eventlet_pool *pool = items(&f, 1);
    struct getter a = { 0 }, b = { 0 };

    getter(&a, pool, "a");
    getter(&b, pool, "b");
    CHECK_CODE(eventlet_kill(a.gt, EVENTLET_EXIT), 0);
    CHECK_CODE(a.rc, EVENTLET_EXIT);
    let_others_run();
    check_pool(pool, 1, 0, 0); /* b's, in create */
    clock_advance(1);
    CHECK_STR(notes(), "b");
    CHECK_INT(f.made, 1);
    end_getter(&a);
    end_getter(&b);
    eventlet_pool_free(pool);
}

GREEN_TEST(pools, time_may_be_over_in_create, "pools.15 pools.9")
{
    struct factory f = { .create_takes = 1 };
    eventlet_pool *pool = items(&f, 1);
    void *item = NULL;

    CHECK_CODE(eventlet_pool_get_timeout(pool, &item, 0.5), EVENTLET_EMPTY);
    check_pool(pool, 0, 1, 0);
    CHECK_CODE(eventlet_pool_get_timeout(pool, &item, 2), 0);
    eventlet_pool_put(pool, item);
    eventlet_pool_free(pool);
}

/* While one makes its item the next in line may make another. */
GREEN_TEST(pools, who_is_woken_together_makes_together, "pools.8 pools.21")
{
    struct factory f = { .create_takes = 1 };
    eventlet_pool *pool = items(&f, 1);
    struct getter a = { 0 }, b = { 0 };

    CHECK_INT(got(pool), 1);
    getter(&a, pool, "a");
    getter(&b, pool, "b");
    CHECK_CODE(eventlet_pool_resize(pool, 3), 0);
    clock_advance(1);
    CHECK_STR(notes(), "a b");
    end_getter(&a);
    end_getter(&b);
    put(pool, 1);
    check_pool(pool, 3, 3, 0);
    eventlet_pool_free(pool);
}
