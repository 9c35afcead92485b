/* SPDX-License-Identifier: MIT */
/* Pools: places, members, and calls in a full one. */
#include "check.h"
#include "sync/notes.h"
#include "sync/pool.h"

#include <errno.h>
#include <stdint.h>

#include "base/sys.h"

TEST(greenpool, new_one_is_empty, "greenpool.1 greenpool.15")
{
    eventlet_greenpool *pool = pool_of(4);

    CHECK_INT(eventlet_greenpool_size(pool), 4);
    check_counts(pool, 0, 4, 0);
    eventlet_greenpool_free(pool);
    eventlet_greenpool_free(NULL);
}

TEST(greenpool, size_is_checked, "greenpool.2")
{
    eventlet_greenpool *pool = NULL;

    CHECK_CODE(eventlet_greenpool_new(&pool, -1), -EINVAL);
    CHECK_PTR(pool, NULL);
    for (int size = 0; size <= 1; size++)
        eventlet_greenpool_free(pool_of(size));
    eventlet_greenpool_free(pool_of(EVENTLET_GREENPOOL_SIZE));
}

GREEN_TEST(greenpool, size_zero_lets_nobody_in, "greenpool.2")
{
    eventlet_greenpool *pool = pool_of(0);
    struct eventlet_timeout t;

    CHECK_CODE(eventlet_timeout_start(&t, 1), 0);
    CHECK_CODE(eventlet_greenpool_spawn_n(pool, say, "never"),
               EVENTLET_TIMEOUT);
    CHECK(eventlet_timeout_cancel(&t));
    check_counts(pool, 0, 0, 0);
    eventlet_greenpool_free(pool);
}

GREEN_TEST(greenpool, handles_give_the_results, "greenpool.3")
{
    eventlet_greenpool *pool = pool_of(4);

    for (int i = 0; i < 10; i++) {
        eventlet_greenthread *gt;

        REQUIRE_CODE(eventlet_greenpool_spawn(pool, &gt, give, number(i)), 0);
        CHECK_INT(eventlet_wait(gt), i);
        eventlet_release(gt);
    }
    eventlet_greenpool_free(pool);
}

GREEN_TEST_HUBS(greenpool, members_start_in_order, "greenpool.3 greenpool.8")
{
    static int numbers[10];
    eventlet_greenpool *pool = pool_of(4);

    notes();
    for (int i = 0; i < 10; i++) {
        numbers[i] = i;
        CHECK_CODE(eventlet_greenpool_spawn_n(pool, note_it, &numbers[i]), 0);
    }
    CHECK_CODE(eventlet_greenpool_waitall(pool), 0);
    CHECK_STR(notes(), "0 1 2 3 4 5 6 7 8 9");
    eventlet_greenpool_free(pool);
}

GREEN_TEST(greenpool, nobody_runs_before_the_spawner_yields, "greenpool.3")
{
    eventlet_greenpool *pool = pool_of(2);

    notes();
    CHECK_CODE(eventlet_greenpool_spawn(pool, NULL, say, "a"), 0);
    CHECK_CODE(eventlet_greenpool_spawn_n(pool, say, "b"), 0);
    CHECK_STR(notes(), "");
    let_others_run();
    CHECK_STR(notes(), "a b");
    eventlet_greenpool_free(pool);
}

GREEN_TEST_HUBS(greenpool, full_one_makes_spawn_wait,
                "greenpool.4 greenpool.15")
{
    eventlet_greenpool *pool = pool_of(2);

    notes();
    CHECK_CODE(eventlet_greenpool_spawn_n(pool, say, "a"), 0);
    check_counts(pool, 1, 1, 0);
    CHECK_CODE(eventlet_greenpool_spawn_n(pool, say, "b"), 0);
    check_counts(pool, 2, 0, 0);
    CHECK_STR(notes(), "");
    CHECK_CODE(eventlet_greenpool_spawn_n(pool, say, "c"), 0);
    CHECK_STR(notes(), "a b");
    CHECK_CODE(eventlet_greenpool_waitall(pool), 0);
    check_counts(pool, 0, 2, 0);
    CHECK_STR(notes(), "c");
    eventlet_greenpool_free(pool);
}

GREEN_TEST(greenpool, who_waits_is_counted, "greenpool.15")
{
    eventlet_greenpool *pool = pool_of(1);
    struct outsider one = { pool, nap, NULL, 0 }, two = one;
    eventlet_greenthread *a, *b;

    check_counts(pool, 0, 1, 0);
    CHECK_CODE(eventlet_greenpool_spawn_n(pool, nap, NULL), 0);
    check_counts(pool, 1, 0, 0);
    a = outside(&one);
    check_counts(pool, 1, 0, 1);
    b = outside(&two);
    check_counts(pool, 1, 0, 2);
    clock_advance(3.5);
    check_counts(pool, 0, 1, 0);
    CHECK_CODE(eventlet_reap(a), 0);
    CHECK_CODE(eventlet_reap(b), 0);
    eventlet_greenpool_free(pool);
}

static int most_running;

static int watch_running(void *pool)
{
    int running = eventlet_greenpool_running(pool);

    most_running = running > most_running ? running : most_running;
    return eventlet_sleep(0.01 * running);
}

GREEN_TEST(greenpool, never_more_than_its_size_run, "greenpool.4")
{
    eventlet_greenpool *pool = pool_of(3);
    struct outsider one = { pool, watch_running, pool, 0 };
    eventlet_greenthread *gts[20];

    most_running = 0;
    for (int i = 0; i < 20; i++)
        gts[i] = outside(&one);
    for (int i = 0; i < 20; i++)
        CHECK_CODE(eventlet_wait(gts[i]), 0);
    CHECK_CODE(eventlet_greenpool_waitall(pool), 0);
    CHECK_INT(most_running, 3);
    for (int i = 0; i < 20; i++)
        eventlet_release(gts[i]);
    eventlet_greenpool_free(pool);
}

/* ---- what members do ---- */

static int spawn_say_inside(void *pool)
{
    eventlet_greenthread *gt = NULL;
    int rc = eventlet_greenpool_spawn(pool, &gt, say, "inner");

    if (!CHECK_CODE(rc, 0))
        return rc;
    note("back");
    CHECK(eventlet_dead(gt));
    CHECK_INT(eventlet_wait(gt), 0);
    eventlet_release(gt);
    rc = eventlet_greenpool_spawn(pool, &gt, give, number(5));
    CHECK_CODE(rc, 0);
    CHECK_INT(eventlet_reap(gt), 5);
    return eventlet_greenpool_spawn(pool, NULL, give, number(6));
}

GREEN_TEST(greenpool, member_of_a_full_one_calls_at_once, "greenpool.5")
{
    eventlet_greenpool *pool = pool_of(1);
    eventlet_greenthread *gt;

    notes();
    REQUIRE_CODE(eventlet_greenpool_spawn(pool, &gt, spawn_say_inside, pool),
                 0);
    CHECK_CODE(eventlet_wait(gt), 0);
    CHECK_STR(notes(), "inner back");
    eventlet_release(gt);
    eventlet_greenpool_free(pool);
}

static int spawn_n_inside(void *pool)
{
    int rc = eventlet_greenpool_spawn_n(pool, say, "inner");

    note("back");
    check_counts(pool, 1, 0, 0);
    return rc;
}

GREEN_TEST(greenpool, calls_in_the_caller_do_not_count,
           "greenpool.5 greenpool.15")
{
    eventlet_greenpool *pool = pool_of(1);

    notes();
    CHECK_CODE(eventlet_greenpool_spawn_n(pool, spawn_n_inside, pool), 0);
    CHECK_CODE(eventlet_greenpool_waitall(pool), 0);
    CHECK_STR(notes(), "inner back");
    eventlet_greenpool_free(pool);
}

GREEN_TEST(greenpool, member_with_room_spawns_as_anybody, "greenpool.5")
{
    eventlet_greenpool *pool = pool_of(2);

    notes();
    CHECK_CODE(eventlet_greenpool_spawn_n(pool, spawn_as_member, pool), 0);
    CHECK_CODE(eventlet_greenpool_waitall(pool), 0);
    CHECK_STR(notes(), "spawned inner");
    eventlet_greenpool_free(pool);
}

/* One place becomes free, somebody is woken for it, and before that one has
 * run a member spawns. */
static int end_one_then_spawn(void *pool)
{
    CHECK_CODE(eventlet_sleep(0), 0);
    CHECK_CODE(eventlet_greenpool_resize(pool, 2), 0);
    check_counts(pool, 1, 1, 1);
    CHECK_CODE(eventlet_greenpool_spawn_n(pool, say, "inner"), 0);
    note("back");
    return 0;
}

GREEN_TEST(greenpool, promised_place_is_not_a_members, "greenpool.5")
{
    eventlet_greenpool *pool = pool_of(1);
    struct outsider one = { pool, say, "outer", 0 };
    eventlet_greenthread *gt;

    notes();
    CHECK_CODE(eventlet_greenpool_spawn_n(pool, end_one_then_spawn, pool), 0);
    gt = outside_soon(&one);
    CHECK_CODE(eventlet_greenpool_waitall(pool), 0);
    CHECK_STR(notes(), "inner back outer");
    CHECK_CODE(eventlet_reap(gt), 0);
    eventlet_greenpool_free(pool);
}

static int fail_inside(void *pool)
{
    eventlet_greenthread *gt = NULL;

    CHECK_CODE(
        eventlet_greenpool_spawn(pool, &gt, give, number(EVENTLET_USER(3))),
        EVENTLET_USER(3));
    CHECK_PTR(gt, NULL);
    CHECK_CODE(
        eventlet_greenpool_spawn(pool, NULL, give, number(EVENTLET_USER(4))),
        EVENTLET_USER(4));
    CHECK_INT(logged_lines, 0);
    CHECK_CODE(eventlet_greenpool_spawn_n(pool, give, number(EVENTLET_USER(5))),
               0);
    CHECK_INT(logged_lines, 1);
    return 0;
}

GREEN_TEST(greenpool, errors_of_calls_in_the_caller, "greenpool.6")
{
    eventlet_greenpool *pool = pool_of(1);

    catch_log();
    CHECK_CODE(eventlet_greenpool_spawn_n(pool, fail_inside, pool), 0);
    CHECK_CODE(eventlet_greenpool_waitall(pool), 0);
    CHECK_HAS(logged_line, "user error 5");
    CHECK_INT(logged_lines, 1);
    release_log();
    eventlet_greenpool_free(pool);
}

static int nap_inside(void *pool)
{
    return eventlet_greenpool_spawn_n(pool, nap, NULL);
}

GREEN_TEST(greenpool, a_kill_in_such_a_call_ends_the_caller, "greenpool.6")
{
    eventlet_greenpool *pool = pool_of(1);
    static const int codes[] = { EVENTLET_EXIT, EVENTLET_USER(1) };

    catch_log();
    for (int i = 0; i < 2; i++) {
        eventlet_greenthread *gt;

        REQUIRE_CODE(eventlet_greenpool_spawn(pool, &gt, nap_inside, pool), 0);
        let_others_run();
        CHECK_CODE(eventlet_kill(gt, codes[i]), 0);
        CHECK_CODE(eventlet_wait(gt), i == 0 ? EVENTLET_EXIT : 0);
        eventlet_release(gt);
    }
    release_log();
    eventlet_greenpool_free(pool);
}

static int call_deeper(void *arg)
{
    struct depth *d = arg;

    if (++d->reached == d->wanted)
        return 0;
    return eventlet_greenpool_spawn_n(d->pool, call_deeper, d);
}

GREEN_TEST(greenpool, calls_in_the_caller_nest, "greenpool.5")
{
    struct depth d = { pool_of(1), 0, 50 };

    CHECK_CODE(eventlet_greenpool_spawn_n(d.pool, call_deeper, &d), 0);
    CHECK_CODE(eventlet_greenpool_waitall(d.pool), 0);
    CHECK_INT(d.reached, 50);
    eventlet_greenpool_free(d.pool);
}

/* ---- what it costs ---- */

GREEN_TEST(greenpool, members_cost_no_memory, "greenpool.16")
{
    eventlet_greenpool *pool = pool_of(2);
    eventlet_greenthread *gt = NULL;

    CHECK_CODE(eventlet_greenpool_spawn_n(pool, give, NULL), 0);
    CHECK_CODE(eventlet_greenpool_waitall(pool), 0);
    eventlet__fault_arm(0, 0);
    CHECK_CODE(eventlet_greenpool_spawn_n(pool, give, NULL), 0);
    CHECK_INT(eventlet__fault_count(), 0);
    CHECK_CODE(eventlet_greenpool_waitall(pool), 0);
    eventlet__fault_arm(0, 0);
    CHECK_CODE(eventlet_greenpool_spawn(pool, &gt, give, NULL), 0);
    CHECK_INT(eventlet__fault_count(), 1);
    eventlet_reap(gt);
    eventlet_greenpool_free(pool);
}
