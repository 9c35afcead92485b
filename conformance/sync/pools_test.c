/* SPDX-License-Identifier: MIT */
/* Pools of resources: what is got and put while nobody has to wait. */
#include "sync/pools.h"

#include <errno.h>

GREEN_TEST(pools, nothing_is_made_before_it_is_needed, "pools.1 pools.2")
{
    struct factory f = { 0 };
    eventlet_pool *pool = items(&f, 0);

    CHECK_INT(eventlet_pool_max_size(pool), 4);
    CHECK_INT(eventlet_pool_min_size(pool), 0);
    CHECK_INT(f.made, 0);
    check_pool(pool, 0, 4, 0);
    for (int i = 1; i <= 4; i++)
        CHECK_INT(got(pool), i);
    for (int i = 1; i <= 4; i++)
        put(pool, i);
    eventlet_pool_free(pool);
}

GREEN_TEST(pools, smallest_number_is_made_at_once, "pools.1")
{
    struct factory f = { 0 };
    struct eventlet_pool_opts opts = { .min_size = 3 };
    eventlet_pool *pool = items_with(&f, opts);

    CHECK_INT(f.made, 3);
    CHECK_INT(eventlet_pool_min_size(pool), 3);
    check_pool(pool, 3, 4, 0);
    CHECK_INT(got(pool), 1);
    CHECK_INT(f.made, 3);
    put(pool, 1);
    eventlet_pool_free(pool);
    CHECK_INT(f.alive, 0);
}

TEST(pools, sizes_are_checked, "pools.2")
{
    struct eventlet_pool_opts wrong[] = {
        { .min_size = -1 },
        { .max_size = -1 },
        { .min_size = 5 },
        { .min_size = 3, .max_size = 2 },
    };
    eventlet_pool *pool = NULL;

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CHECK_CODE(eventlet_pool_new(&pool, &wrong[i]), -EINVAL);
        CHECK_PTR(pool, NULL);
    }
}

/* Makes n, and then fails. */
static int make_some(void *arg, void **item)
{
    struct factory *f = arg;

    return f->made == f->fails ? EVENTLET_USER(1)
                               : make_item(&(struct factory){ 0 }, item) +
                                     (f->made++, f->alive++, 0);
}

TEST(pools, half_made_one_leaves_nothing, "pools.3")
{
    for (int n = 0; n < 3; n++) {
        struct factory f = { .fails = n, .silent = true };
        struct eventlet_pool_opts opts = { .min_size = 3,
                                           .create = make_some,
                                           .destroy = destroy_item,
                                           .arg = &f };
        eventlet_pool *pool = NULL;

        CHECK_CODE(eventlet_pool_new(&pool, &opts), EVENTLET_USER(1));
        CHECK_PTR(pool, NULL);
        CHECK_INT(f.made, n);
        CHECK_INT(f.alive, 0);
    }
}

GREEN_TEST(pools, tokens_differ, "pools.4")
{
    eventlet_pool *pool;
    void *a, *b, *again;

    REQUIRE_OK(eventlet_tokenpool_new(&pool, NULL));
    CHECK_CODE(eventlet_pool_get(pool, &a), 0);
    CHECK_CODE(eventlet_pool_get(pool, &b), 0);
    CHECK(a && b && a != b);
    check_pool(pool, 2, 2, 0);
    eventlet_pool_put(pool, b);
    CHECK_CODE(eventlet_pool_get(pool, &again), 0);
    CHECK_PTR(again, b);
    eventlet_pool_put(pool, a);
    eventlet_pool_put(pool, b);
    eventlet_pool_free(pool);
}

GREEN_TEST(pools, free_ones_are_counted, "pools.23")
{
    struct factory f = { 0 };
    eventlet_pool *pool = items(&f, 4);

    check_pool(pool, 0, 4, 0);
    CHECK_INT(got(pool), 1);
    check_pool(pool, 1, 3, 0);
    put(pool, 1);
    check_pool(pool, 1, 4, 0);
    eventlet_pool_free(pool);
}

GREEN_TEST(pools, first_put_is_first_got, "pools.7")
{
    struct factory f = { 0 };
    eventlet_pool *pool = items(&f, 2);

    CHECK_INT(got(pool), 1);
    CHECK_INT(got(pool), 2);
    put(pool, 2);
    put(pool, 1);
    CHECK_INT(got(pool), 2);
    CHECK_INT(got(pool), 1);
    put(pool, 1);
    put(pool, 2);
    eventlet_pool_free(pool);
}

GREEN_TEST(pools, stack_gives_the_last_put, "pools.7")
{
    struct factory f = { 0 };
    struct eventlet_pool_opts opts = { .max_size = 3, .order_as_stack = true };
    eventlet_pool *pool = items_with(&f, opts);

    for (int i = 1; i <= 3; i++)
        CHECK_INT(got(pool), i);
    put(pool, 1);
    put(pool, 2);
    CHECK_INT(got(pool), 2);
    put(pool, 3);
    CHECK_INT(got(pool), 3);
    CHECK_INT(got(pool), 1);
    for (int i = 1; i <= 3; i++)
        put(pool, i);
    eventlet_pool_free(pool);
}

/* The free ones go round, through each place of the memory they lie in. */
GREEN_TEST(pools, order_outlasts_growing, "pools.7")
{
    struct factory f = { 0 };
    eventlet_pool *pool = items(&f, 40);

    f.silent = true;
    for (int size = 1, next = 1; size <= 40; size++) {
        for (int i = 0; i < size; i++)
            CHECK_INT(got(pool) > 0, 1);
        for (int i = 1; i <= size; i++)
            put(pool, i);
        for (int i = 0; i < 3; i++, next = next % size + 1) {
            next = i == 0 ? 1 : next;
            CHECK_INT(got(pool), next);
            put(pool, next);
        }
    }
    CHECK_INT(f.made, 40);
    eventlet_pool_free(pool);
}

GREEN_TEST(pools, without_create_nothing_is_made, "pools.10")
{
    struct eventlet_pool_opts some = { .min_size = 1 };
    eventlet_pool *pool = NULL;
    void *item = NULL;

    REQUIRE_OK(eventlet_pool_new(&pool, NULL));
    CHECK_CODE(eventlet_pool_get(pool, &item), -ENOSYS);
    CHECK_CODE(eventlet_pool_get(pool, &item), -ENOSYS);
    CHECK_PTR(item, NULL);
    check_pool(pool, 0, 4, 0);
    eventlet_pool_free(pool);
    CHECK_CODE(eventlet_pool_new(&pool, &some), -ENOSYS);
}

GREEN_TEST(pools, nowait_is_empty_where_get_would_wait, "pools.16")
{
    struct factory f = { 0 };
    eventlet_pool *pool = items(&f, 1);
    void *item = NULL, *none = NULL;

    CHECK_CODE(eventlet_pool_get_nowait(pool, &item), 0);
    CHECK_INT(give(item), 1);
    CHECK_CODE(eventlet_pool_get_nowait(pool, &none), EVENTLET_EMPTY);
    CHECK_PTR(none, NULL);
    eventlet_pool_put(pool, item);
    CHECK_CODE(eventlet_pool_get_nowait(pool, &none), 0);
    eventlet_pool_put(pool, none);
    eventlet_pool_free(pool);
}

/* ---- with ---- */

struct use {
    int code; /* to be returned */
    double seconds;
    int seen; /* the item */
};

static int use_it(void *item, void *arg)
{
    struct use *use = arg;
    int rc = use->seconds > 0 ? eventlet_sleep(use->seconds) : 0;

    use->seen = give(item);
    return rc < 0 ? rc : use->code;
}

GREEN_TEST(pools, with_gives_back_whatever_comes, "pools.20")
{
    static const int codes[] = { 0, 3, EVENTLET_USER(1), EVENTLET_EXIT };
    struct factory f = { 0 };
    eventlet_pool *pool = items(&f, 1);

    for (int i = 0; i < 4; i++) {
        struct use use = { codes[i], 0, 0 };

        CHECK_CODE(eventlet_pool_with(pool, use_it, &use), codes[i]);
        CHECK_INT(use.seen, 1);
        check_pool(pool, 1, 1, 0);
    }
    f.fails = 1;
    eventlet_pool_discard(pool, number(got(pool)));
    CHECK_CODE(eventlet_pool_with(pool, use_it, NULL), EVENTLET_USER(7));
    eventlet_pool_free(pool);
}

struct user {
    eventlet_pool *pool;
    struct use use;
};

static int use_pool(void *arg)
{
    struct user *user = arg;

    return eventlet_pool_with(user->pool, use_it, &user->use);
}

GREEN_TEST(pools, with_gives_back_when_killed, "pools.20")
{
    struct factory f = { 0 };
    struct user user = { items(&f, 1), { 0, 5, 0 } };
    eventlet_greenthread *gt;

    CHECK_CODE(eventlet_spawn(&gt, use_pool, &user), 0);
    let_others_run();
    check_pool(user.pool, 1, 0, 0);
    CHECK_CODE(eventlet_reap(gt), EVENTLET_EXIT);
    CHECK_INT(user.use.seen, 1);
    check_pool(user.pool, 1, 1, 0);
    eventlet_pool_free(user.pool);
}

/* ---- discard ---- */

GREEN_TEST(pools, discarded_one_is_replaced, "pools.19")
{
    struct factory f = { 0 };
    eventlet_pool *pool = items(&f, 1);

    CHECK_INT(got(pool), 1);
    eventlet_pool_discard(pool, number(1));
    CHECK_STR(notes(), "destroyed 1");
    check_pool(pool, 0, 1, 0);
    CHECK_INT(got(pool), 2);
    put(pool, 2);
    eventlet_pool_free(pool);
    CHECK_STR(notes(), "destroyed 2");
}

GREEN_TEST(pools, without_destroy_items_are_dropped, "pools.19 pools.5")
{
    struct factory f = { 0 };
    struct eventlet_pool_opts opts = { .create = make_item, .arg = &f };
    eventlet_pool *pool;

    notes();
    REQUIRE_OK(eventlet_pool_new(&pool, &opts));
    CHECK_INT(got(pool), 1);
    CHECK_INT(got(pool), 2);
    eventlet_pool_discard(pool, number(1));
    put(pool, 2);
    check_pool(pool, 1, 4, 0);
    eventlet_pool_free(pool);
    CHECK_STR(notes(), "");
}

/* ---- in the hub ---- */

struct visit {
    eventlet_pool *pool;
    int codes[3];
};

static int visit(void *arg)
{
    struct visit *v = arg;
    void *item = NULL;

    v->codes[0] = eventlet_pool_get(v->pool, &item);
    v->codes[1] = eventlet_pool_get(v->pool, &item);
    v->codes[2] = eventlet_pool_waiting(v->pool);
    eventlet_pool_put(v->pool, item);
    return 0;
}

GREEN_TEST(pools, hub_gets_what_is_there, "pools.14")
{
    struct factory f = { 0 };
    struct visit v = { items(&f, 1), { 1, 1, 1 } };
    struct getter g = { .back = true };

    CHECK_CODE(eventlet_hub_schedule_call_global(NULL, eventlet_hubs_get_hub(),
                                                 0, visit, &v),
               0);
    clock_advance(1);
    CHECK_CODE(v.codes[0], 0);
    CHECK_CODE(v.codes[1], EVENTLET_IN_HUB);
    CHECK_INT(v.codes[2], 0);
    check_pool(v.pool, 1, 1, 0);
    getter(&g, v.pool, "got");
    CHECK_STR(notes(), "got");
    end_getter(&g);
    eventlet_pool_free(v.pool);
}
