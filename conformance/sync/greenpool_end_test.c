/* SPDX-License-Identifier: MIT */
/* Pools: other sizes, the end, and calls that fail. */
#include "check.h"
#include "sync/notes.h"
#include "sync/pool.h"

#include <errno.h>
#include <stdint.h>

#include "base/sys.h"

/* ---- resize ---- */

GREEN_TEST(greenpool, resize_step_by_step, "greenpool.10 greenpool.11")
{
    eventlet_greenpool *pool = pool_of(2);

    CHECK_CODE(eventlet_greenpool_spawn_n(pool, nap, NULL), 0);
    CHECK_CODE(eventlet_greenpool_spawn_n(pool, nap, NULL), 0);
    check_counts(pool, 2, 0, 0);
    CHECK_CODE(eventlet_greenpool_resize(pool, 1), 0);
    check_counts(pool, 2, -1, 0);
    CHECK_CODE(eventlet_greenpool_spawn_n(pool, nap, NULL), 0);
    check_counts(pool, 1, 0, 0);
    CHECK_CODE(eventlet_greenpool_waitall(pool), 0);
    check_counts(pool, 0, 1, 0);
    CHECK_CODE(eventlet_greenpool_resize(pool, 2), 0);
    check_counts(pool, 0, 2, 0);
    CHECK_CODE(eventlet_greenpool_resize(pool, -1), -EINVAL);
    CHECK_INT(eventlet_greenpool_size(pool), 2);
    eventlet_greenpool_free(pool);
}

GREEN_TEST(greenpool, shrinking_ends_nobody, "greenpool.10")
{
    eventlet_greenpool *pool = pool_of(3);
    struct outsider one = { pool, say, "one", 0 };
    eventlet_greenthread *gt;

    notes();
    for (int i = 0; i < 3; i++)
        CHECK_CODE(eventlet_greenpool_spawn_n(pool, say_and_nap, "member"), 0);
    CHECK_CODE(eventlet_greenpool_resize(pool, 1), 0);
    gt = outside(&one);
    CHECK_STR(notes(), "member member member");
    check_counts(pool, 3, -2, 1);
    clock_advance(1);
    CHECK_STR(notes(), "one");
    CHECK_CODE(eventlet_reap(gt), 0);
    eventlet_greenpool_free(pool);
}

GREEN_TEST(greenpool, growing_lets_in_who_waits, "greenpool.11")
{
    eventlet_greenpool *pool = pool_of(1);
    struct outsider one = { pool, say_and_nap, "in", 0 };
    eventlet_greenthread *gts[4];

    notes();
    CHECK_CODE(eventlet_greenpool_spawn_n(pool, nap, NULL), 0);
    for (int i = 0; i < 4; i++)
        gts[i] = outside(&one);
    CHECK_CODE(eventlet_greenpool_resize(pool, 4), 0);
    let_others_run();
    let_others_run();
    CHECK_STR(notes(), "in in in");
    check_counts(pool, 4, 0, 1);
    for (int i = 0; i < 4; i++)
        CHECK_CODE(eventlet_wait(gts[i]), 0);
    CHECK_CODE(eventlet_greenpool_waitall(pool), 0);
    for (int i = 0; i < 4; i++)
        eventlet_release(gts[i]);
    eventlet_greenpool_free(pool);
}

/* ---- the end ---- */

static int spawn_into_freed(void *pool)
{
    CHECK_CODE(eventlet_sleep(1), 0);
    CHECK_CODE(eventlet_greenpool_spawn_n(pool, say, "never"), EVENTLET_CLOSED);
    CHECK_CODE(eventlet_greenpool_spawn(pool, NULL, say, "never"),
               EVENTLET_CLOSED);
    note("member");
    return 0;
}

GREEN_TEST(greenpool, freed_one_lives_on_with_its_members, "greenpool.13")
{
    eventlet_greenpool *pool = pool_of(1);
    struct outsider one = { pool, say, "never", 0 };
    eventlet_greenthread *spawner, *waiter;
    struct eventlet_live live;

    catch_log();
    notes();
    CHECK_CODE(eventlet_greenpool_spawn_n(pool, spawn_into_freed, pool), 0);
    spawner = outside(&one);
    CHECK_CODE(eventlet_spawn(&waiter, wait_for_all, pool), 0);
    let_others_run();
    eventlet_greenpool_free(pool);
    CHECK_CODE(eventlet_wait(spawner), EVENTLET_CLOSED);
    CHECK_CODE(eventlet_wait(waiter), EVENTLET_CLOSED);
    eventlet_live(&live);
    CHECK_INT(live.pools, 1);
    clock_advance(1);
    CHECK_STR(notes(), "member");
    eventlet_live(&live);
    CHECK_INT(live.pools, 0);
    eventlet_release(spawner);
    eventlet_release(waiter);
    release_log();
}

GREEN_TEST(greenpool, freed_with_all_waiters_killed, "greenpool.13")
{
    eventlet_greenpool *pool = pool_of(0);
    struct outsider one = { pool, say, "never", 0 };
    struct outsider two = { pool, say, "never", 0 };
    eventlet_greenthread *a = outside(&one), *b = outside(&two);

    catch_log();
    eventlet_greenpool_free(pool); /* wakes both */
    CHECK_CODE(eventlet_kill(a, EVENTLET_EXIT), 0);
    CHECK_CODE(eventlet_kill(b, EVENTLET_EXIT), 0);
    CHECK_CODE(eventlet_reap(a), EVENTLET_EXIT);
    CHECK_INT(eventlet_reap(b) < 0, 1);
    release_log();
}

/* Runs in the member, after it gave its place back. */
static void check_pool_is_there(eventlet_greenthread *gt, void *arg)
{
    struct eventlet_live live;

    (void)gt;
    eventlet_live(&live);
    CHECK_INT(live.pools, *(int *)arg);
}

static void free_under(eventlet_fn *waiting, void *arg,
                       eventlet_greenpool *pool)
{
    eventlet_greenthread *member, *waiter;
    int pools = 1;

    catch_log();
    CHECK_CODE(eventlet_greenpool_spawn(pool, &member, nap, NULL), 0);
    CHECK_CODE(eventlet_link(member, check_pool_is_there, &pools), 0);
    CHECK_CODE(eventlet_spawn(&waiter, waiting, arg), 0);
    let_others_run();
    eventlet_greenpool_free(pool);                    /* wakes the waiter … */
    CHECK_CODE(eventlet_reap(member), EVENTLET_EXIT); /* … which runs later */
    CHECK_CODE(eventlet_reap(waiter), EVENTLET_CLOSED);
    release_log();
}

GREEN_TEST(greenpool, freed_one_stays_for_who_is_in_waitall, "greenpool.13")
{
    eventlet_greenpool *pool = pool_of(1);

    free_under(wait_for_all, pool, pool);
}

GREEN_TEST(greenpool, freed_one_stays_for_who_is_in_spawn, "greenpool.13")
{
    struct outsider one = { pool_of(1), say, "never", 0 };

    free_under(spawn_from_outside, &one, one.pool);
}

/* ---- every call fails once ---- */

static int fill_pool(eventlet_greenpool *pool, eventlet_greenthread **gt)
{
    int rc = eventlet_greenpool_spawn(pool, gt, nap, NULL);

    for (int i = 0; rc == 0 && i < 3; i++)
        rc = eventlet_greenpool_spawn_n(pool, nap, NULL);
    if (rc == 0)
        rc = eventlet_greenpool_spawn_n(pool, spawn_as_member, pool);
    return rc;
}

static int use_pool(void *size)
{
    eventlet_greenthread *gt = NULL;
    eventlet_greenpool *pool;
    int rc = eventlet_greenpool_new(&pool, *(int *)size);
    int end;

    if (rc < 0)
        return rc;
    rc = fill_pool(pool, &gt);
    end = eventlet_greenpool_waitall(pool);
    check_counts(pool, 0, *(int *)size, 0);
    eventlet_release(gt);
    eventlet_greenpool_free(pool);
    return rc < 0 ? rc : end;
}

TEST(greenpool, every_call_may_fail, "greenpool.14")
{
    static int sizes[] = { 1, 2, 10 };

    catch_log();
    for (int i = 0; i < 3; i++)
        FAULT_EACH(use_pool, &sizes[i]);
    release_log();
}

static int spawn_held_inside(void *pool)
{
    eventlet_greenthread *gt = NULL;
    int rc = eventlet_greenpool_spawn(pool, &gt, give, number(1));

    eventlet_release(gt);
    return rc < 0 ? rc : 0;
}

static int call_inside(void *arg)
{
    eventlet_greenthread *gt;
    eventlet_greenpool *pool;
    int rc = eventlet_greenpool_new(&pool, 1);

    (void)arg;
    if (rc < 0)
        return rc;
    rc = eventlet_greenpool_spawn(pool, &gt, spawn_held_inside, pool);
    if (rc == 0) {
        rc = eventlet_wait(gt);
        eventlet_release(gt);
    }
    eventlet_greenpool_free(pool);
    return rc;
}

TEST(greenpool, calls_in_the_caller_may_fail, "greenpool.14")
{
    catch_log();
    FAULT_EACH(call_inside, NULL);
    release_log();
}

GREEN_TEST(greenpool, without_memory_for_a_handle_nothing_runs, "greenpool.14")
{
    eventlet_greenpool *pool = pool_of(1);
    eventlet_greenthread *gt = NULL;

    notes();
    CHECK_CODE(eventlet_greenpool_spawn_n(pool, give, NULL), 0);
    CHECK_CODE(eventlet_greenpool_waitall(pool), 0); /* there is a stack now */
    eventlet__fault_arm(1, ENOMEM);
    CHECK_CODE(eventlet_greenpool_spawn(pool, &gt, say, "never"), -ENOMEM);
    eventlet__fault_arm(0, 0);
    CHECK_PTR(gt, NULL);
    check_counts(pool, 0, 1, 0);
    let_others_run();
    CHECK_STR(notes(), "");
    eventlet_greenpool_free(pool);
}
