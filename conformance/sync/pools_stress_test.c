/* SPDX-License-Identifier: MIT */
/* Pools of resources together with pools of green threads; and under random
 * use, with kills and timeouts at any step. The seed decides everything. */
#include "sync/pools.h"

#include <stdlib.h>

/* ---- with green pools ---- */

static int get_too_late(void *pool)
{
    struct eventlet_timeout t;
    void *token;

    CHECK_CODE(eventlet_timeout_start_code(&t, 0, EVENTLET_USER(1)), 0);
    CHECK_CODE(eventlet_pool_get(pool, &token), EVENTLET_USER(1));
    CHECK(eventlet_timeout_cancel(&t));
    return 7;
}

static int put_token(void *pool)
{
    eventlet_pool_put(pool, "wakeup");
    return 0;
}

GREEN_TEST(pools, time_over_in_a_job_harms_neither_pool, "pools.12 pools.17")
{
    struct eventlet_pool_opts one = { .max_size = 1 };
    eventlet_greenthread *gt;
    eventlet_greenpool *jobs;
    eventlet_pool *tokens;
    void *token;

    REQUIRE_OK(eventlet_greenpool_new(&jobs, 1));
    REQUIRE_OK(eventlet_tokenpool_new(&tokens, &one));
    CHECK_CODE(eventlet_pool_get(tokens, &token), 0);
    CHECK_CODE(eventlet_greenpool_spawn(jobs, &gt, get_too_late, tokens), 0);
    CHECK_INT(eventlet_wait(gt), 7);
    eventlet_release(gt);
    CHECK_CODE(eventlet_spawn(NULL, put_token, tokens), 0);
    CHECK_CODE(eventlet_greenpool_spawn(jobs, &gt, give, number(8)), 0);
    CHECK_INT(eventlet_wait(gt), 8);
    eventlet_release(gt);
    CHECK_CODE(eventlet_pool_get(tokens, &token), 0);
    CHECK_STR(token, "wakeup");
    eventlet_pool_put(tokens, token);
    eventlet_pool_free(tokens);
    eventlet_greenpool_free(jobs);
}

struct members {
    eventlet_pool *pool;
    int done;
};

static int hold_for_a_moment(void *item, void *arg)
{
    struct members *m = arg;
    int rc = eventlet_sleep(0.01);

    CHECK(give(item) > 0);
    m->done += rc == 0;
    return rc;
}

static int use_one(void *arg)
{
    struct members *m = arg;

    return eventlet_pool_with(m->pool, hold_for_a_moment, m);
}

GREEN_TEST(pools, shared_by_the_members_of_a_greenpool, "pools.8 pools.11")
{
    for (int size = 1; size <= 20; size += 6) {
        struct factory f = { .create_takes = 0.005, .silent = true };
        struct members m = { items(&f, size), 0 };
        eventlet_greenpool *jobs;

        REQUIRE_OK(eventlet_greenpool_new(&jobs, 10));
        for (int i = 0; i < 50; i++)
            CHECK_CODE(eventlet_greenpool_spawn_n(jobs, use_one, &m), 0);
        CHECK_CODE(eventlet_greenpool_waitall(jobs), 0);
        CHECK_INT(m.done, 50);
        CHECK_INT(f.peak, size < 10 ? size : 10);
        check_pool(m.pool, f.alive, size, 0);
        eventlet_pool_free(m.pool);
        eventlet_greenpool_free(jobs);
    }
}

/* ---- at random ---- */

enum { USERS = 8, STEPS = 60, SEEDS = 60 };

static unsigned seed;

static int some(int n)
{
    return rand_r(&seed) % n;
}

struct crowd {
    eventlet_pool *pool;
    struct factory f;
    int most; /* the largest limit that there was */
};

/* The n-th try may fail, or take its time. */
static int make_by_chance(void *arg, void **item)
{
    struct crowd *c = arg;

    c->f.fails = some(4) == 0;
    c->f.create_takes = some(2) * 0.01 * some(3);
    return make_item(&c->f, item);
}

static void destroy_by_chance(void *arg, void *item)
{
    struct crowd *c = arg;

    (void)item;
    if (some(3) == 0)
        (void)!eventlet_sleep(0.01 * some(3));
    c->f.alive--;
}

static int get_somehow(struct crowd *c, void **item)
{
    switch (some(3)) {
    case 0:
        return eventlet_pool_get(c->pool, item);
    case 1:
        return eventlet_pool_get_timeout(c->pool, item, 0.01 * some(4));
    default:
        return eventlet_pool_get_nowait(c->pool, item);
    }
}

static int use_at_random(void *arg)
{
    struct crowd *c = arg;

    for (int i = 0; i < STEPS; i++) {
        void *item;
        int rc = get_somehow(c, &item);

        if (rc == EVENTLET_EXIT)
            return rc;
        if (rc < 0) {
            rc = eventlet_sleep(0);
        } else {
            rc = eventlet_sleep(0.01 * some(3));
            if (some(6) == 0)
                eventlet_pool_discard(c->pool, item);
            else
                eventlet_pool_put(c->pool, item);
        }
        if (rc == EVENTLET_EXIT)
            return rc;
    }
    return 0;
}

static void trouble(struct crowd *c, eventlet_greenthread **gts)
{
    for (int i = 0; i < 20; i++) {
        int size = some(5);

        CHECK_CODE(eventlet_sleep(0.01 * some(5)), 0);
        if (size > c->most)
            c->most = size;
        CHECK_CODE(eventlet_pool_resize(c->pool, size), 0);
        if (some(3) == 0)
            eventlet_kill(gts[some(USERS)], EVENTLET_EXIT);
        CHECK(eventlet_pool_current_size(c->pool) >= c->f.alive);
    }
    CHECK_CODE(eventlet_pool_resize(c->pool, 3), 0);
}

/* Whatever happened, no place is lost in the end, and nobody waits. */
GREEN_TEST(pools, no_place_is_lost_at_random, "pools.9 pools.12 pools.17")
{
    for (unsigned s = 1; s <= SEEDS; s++) {
        struct crowd c = { .most = 3 };
        eventlet_greenthread *gts[USERS];

        seed = s;
        REQUIRE_OK(eventlet_pool_new(
            &c.pool, &(struct eventlet_pool_opts){ .max_size = 3,
                                                   .order_as_stack = s % 2,
                                                   .create = make_by_chance,
                                                   .destroy = destroy_by_chance,
                                                   .arg = &c }));
        for (int i = 0; i < USERS; i++)
            REQUIRE_OK(eventlet_spawn(&gts[i], use_at_random, &c));
        trouble(&c, gts);
        for (int i = 0; i < USERS; i++) {
            (void)!eventlet_wait(gts[i]);
            eventlet_release(gts[i]);
        }
        check_pool(c.pool, c.f.alive, 3, 0);
        CHECK(c.f.peak <= c.most);
        eventlet_pool_free(c.pool);
        CHECK_INT(c.f.alive, 0);
    }
}
