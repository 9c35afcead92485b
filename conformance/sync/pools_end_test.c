/* SPDX-License-Identifier: MIT */
/* Pools of resources: the end, and calls that fail. */
#include "sync/pools.h"

#include <errno.h>

#include "base/sys.h"

/* ---- the end ---- */

GREEN_TEST(pools, freed_while_waited_on, "pools.5 pools.6")
{
    struct factory f = { 0 };
    eventlet_pool *pool = items(&f, 2);
    struct getter a = { 0 }, b = { .seconds = 9 };
    struct eventlet_live live;

    catch_log();
    CHECK_INT(got(pool), 1);
    CHECK_INT(got(pool), 2);
    put(pool, 2);
    CHECK_INT(got(pool), 2);
    getter(&a, pool, "a");
    getter(&b, pool, "b");
    put(pool, 2); /* wakes a, which comes too late */
    eventlet_pool_free(pool);
    CHECK_STR(notes(), "destroyed 2");
    CHECK_CODE(eventlet_wait(a.gt), EVENTLET_CLOSED);
    CHECK_CODE(eventlet_wait(b.gt), EVENTLET_CLOSED);
    put(pool, 1);
    CHECK_STR(notes(), "destroyed 1");
    eventlet_live(&live);
    CHECK_INT(live.resourcepools, 0);
    end_getter(&a);
    end_getter(&b);
    release_log();
}

GREEN_TEST(pools, freed_one_stays_for_what_is_out, "pools.6")
{
    struct factory f = { 0 };
    eventlet_pool *pool = items(&f, 2);
    struct eventlet_live live;

    CHECK_INT(got(pool), 1);
    CHECK_INT(got(pool), 2);
    eventlet_pool_free(pool);
    CHECK_CODE(got(pool), EVENTLET_CLOSED);
    CHECK_CODE(eventlet_pool_get_nowait(pool, &(void *){ NULL }),
               EVENTLET_CLOSED);
    CHECK_CODE(eventlet_pool_get_timeout(pool, &(void *){ NULL }, 1),
               EVENTLET_CLOSED);
    put(pool, 2);
    eventlet_live(&live);
    CHECK_INT(live.resourcepools, 1);
    eventlet_pool_discard(pool, number(1));
    eventlet_live(&live);
    CHECK_INT(live.resourcepools, 0);
    CHECK_STR(notes(), "destroyed 2 destroyed 1");
}

GREEN_TEST(pools, freed_while_one_is_made, "pools.5")
{
    struct factory f = { .create_takes = 1 };
    eventlet_pool *pool = items(&f, 2);
    struct getter a = { 0 }, b = { 0 };

    catch_log();
    getter(&a, pool, "a");
    getter(&b, pool, "b");
    clock_advance(0.5);
    eventlet_pool_free(pool);
    CHECK_CODE(eventlet_kill(b.gt, EVENTLET_EXIT), 0);
    CHECK_CODE(eventlet_wait(a.gt), EVENTLET_CLOSED);
    CHECK_CODE(b.rc, EVENTLET_EXIT);
    CHECK_STR(notes(), "destroyed 1");
    end_getter(&a);
    end_getter(&b);
    release_log();
}

GREEN_TEST(pools, freed_and_all_who_wait_are_killed, "pools.5 pools.12")
{
    struct factory f = { 0 };
    eventlet_pool *pool = items(&f, 1);
    struct getter a = { 0 }, b = { 0 };

    catch_log();
    CHECK_INT(got(pool), 1);
    getter(&a, pool, "a");
    getter(&b, pool, "b");
    put(pool, 1);
    eventlet_pool_free(pool);
    CHECK_CODE(eventlet_kill(b.gt, EVENTLET_EXIT), 0);
    CHECK_CODE(eventlet_kill(a.gt, EVENTLET_EXIT), 0);
    end_getter(&a);
    end_getter(&b);
    CHECK_INT(f.alive, 0);
    release_log();
}

static int free_it(void *pool)
{
    eventlet_pool_free(pool);
    return 0;
}

GREEN_TEST(pools, freed_with_a_slow_destroy, "pools.5 pools.6")
{
    struct factory f = { .destroy_takes = 1 };
    eventlet_pool *pool =
        items_with(&f, (struct eventlet_pool_opts){ .min_size = 3 });
    eventlet_greenthread *gt;

    CHECK_INT(got(pool), 1);
    CHECK_CODE(eventlet_spawn(&gt, free_it, pool), 0);
    let_others_run();
    CHECK_CODE(got(pool), EVENTLET_CLOSED);
    put(pool, 1); /* as slow, and done before the last of the others */
    CHECK_CODE(eventlet_wait(gt), 0);
    CHECK_INT(f.alive, 0);
    eventlet_release(gt);
}

GREEN_TEST(pools, freed_ones_waiters_do_not_wait_for_destroy, "pools.5")
{
    struct factory f = { .destroy_takes = 1 };
    eventlet_pool *pool = items(&f, 2);
    struct getter a = { 0 }, b = { 0 };
    eventlet_greenthread *gt;

    catch_log();
    CHECK_INT(got(pool), 1);
    CHECK_INT(got(pool), 2);
    getter(&a, pool, "a");
    getter(&b, pool, "b");
    CHECK_CODE(eventlet_spawn(&gt, free_it, pool), 0);
    put(pool, 2); /* wakes a, behind the other */
    let_others_run();
    let_others_run();
    CHECK_CODE(a.rc, EVENTLET_CLOSED);
    CHECK_CODE(b.rc, EVENTLET_CLOSED);
    CHECK_STR(notes(), "");
    put(pool, 1);
    CHECK_CODE(eventlet_wait(gt), 0);
    end_getter(&a);
    end_getter(&b);
    eventlet_release(gt);
    release_log();
}

GREEN_TEST(pools, freed_with_all_items_out, "pools.5")
{
    struct factory f = { 0 };
    eventlet_pool *pool = items(&f, 1);
    struct getter a = { 0 }, b = { 0 };

    catch_log();
    CHECK_INT(got(pool), 1);
    getter(&a, pool, "a");
    getter(&b, pool, "b");
    eventlet_pool_free(pool);
    let_others_run();
    CHECK_CODE(a.rc, EVENTLET_CLOSED);
    CHECK_CODE(b.rc, EVENTLET_CLOSED);
    put(pool, 1);
    end_getter(&a);
    end_getter(&b);
    release_log();
}

/* ---- every call fails once ---- */

static int use_it(void *arg)
{
    struct getter *g = arg;
    void *more = NULL;
    int rc;

    for (int i = 0; i < 3; i++) {
        rc = eventlet_pool_get_timeout(g->pool, &g->item, 5);
        if (rc < 0)
            return rc;
        rc = eventlet_pool_get_nowait(g->pool, &more);
        if (rc == 0)
            eventlet_pool_discard(g->pool, more);
        rc = eventlet_sleep(0.1);
        eventlet_pool_put(g->pool, g->item);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int use_together(eventlet_pool *pool)
{
    struct getter gs[8];
    int rc = 0, n = 0, end;

    for (; n < 8 && rc == 0; n++) {
        gs[n] = (struct getter){ .pool = pool };
        rc = eventlet_spawn(&gs[n].gt, use_it, &gs[n]);
        n -= rc < 0;
    }
    for (int i = 0; i < n; i++) {
        end = eventlet_wait(gs[i].gt);
        rc = rc < 0 ? rc : end;
        eventlet_reap(gs[i].gt);
    }
    return rc;
}

static int use_pool(void *arg)
{
    struct factory f = { .create_takes = 0.1, .silent = true };
    struct eventlet_pool_opts opts = *(struct eventlet_pool_opts *)arg;
    eventlet_pool *pool;
    int rc;

    opts.arg = &f;
    rc = eventlet_pool_new(&pool, &opts);
    if (rc == 0) {
        rc = use_together(pool);
        CHECK_INT(eventlet_pool_free_count(pool), opts.max_size);
        CHECK_INT(eventlet_pool_current_size(pool), f.alive);
        eventlet_pool_free(pool);
    }
    CHECK_INT(f.alive, 0);
    CHECK(f.peak <= opts.max_size);
    return rc;
}

TEST(pools, every_call_may_fail, "pools.24 pools.9 pools.3")
{
    static struct eventlet_pool_opts opts[] = {
        { 0, 2, false, make_item, destroy_item, NULL },
        { 1, 6, true, make_item, destroy_item, NULL },
    };

    catch_log();
    for (int i = 0; i < 2; i++)
        FAULT_EACH(use_pool, &opts[i]);
    release_log();
}

static int fail_nth(void *arg)
{
    struct eventlet_pool_opts opts = {
        0, 2, false, make_item, destroy_item, arg
    };
    struct factory *f = arg;
    eventlet_pool *pool;
    int left, rc = eventlet_pool_new(&pool, &opts);

    if (rc < 0)
        return rc;
    left = f->fails;
    rc = use_together(pool);
    CHECK_CODE(rc, left ? EVENTLET_USER(7) : 0);
    CHECK_INT(eventlet_pool_free_count(pool), 2);
    eventlet_pool_free(pool);
    CHECK_INT(f->alive, 0);
    return 0;
}

GREEN_TEST(pools, any_number_of_creates_may_fail, "pools.9")
{
    catch_log();
    for (int n = 0; n < 6; n++) {
        struct factory f = { .create_takes = 0.1, .fails = n, .silent = true };

        fail_nth(&f);
    }
    release_log();
}

GREEN_TEST(pools, getting_and_putting_needs_no_memory, "pools.24")
{
    struct factory f = { 0 };
    eventlet_pool *pool = items(&f, 5);

    for (int i = 1; i <= 5; i++)
        CHECK_INT(got(pool), i);
    for (int i = 1; i <= 5; i++)
        put(pool, i);
    eventlet__fault_arm(1000, ENOMEM);
    for (int i = 0; i < 20; i++) {
        int n = got(pool);

        CHECK(n > 0);
        put(pool, n);
    }
    CHECK_INT(eventlet__fault_count(), 0);
    eventlet__fault_arm(0, 0);
    eventlet_pool_free(pool);
}

GREEN_TEST(pools, without_memory_none_is_made, "pools.24")
{
    struct factory f = { 0 };
    eventlet_pool *pool = items(&f, 5);

    eventlet__fault_arm(1, ENOMEM);
    CHECK_CODE(got(pool), -ENOMEM);
    eventlet__fault_arm(0, 0);
    CHECK_INT(f.made, 0);
    check_pool(pool, 0, 5, 0);
    CHECK_INT(got(pool), 1);
    put(pool, 1);
    eventlet_pool_free(pool);
}
