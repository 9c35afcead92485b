/* SPDX-License-Identifier: MIT */
/* pool free|waiting COUNT: in `free` one green thread gets and puts back where
 * nobody waits, COUNT times, an item of four. In `waiting` an item goes to
 * another green thread and comes back, through two pools for one: COUNT puts
 * and as many gets in all, each of which waits. */
#include "common.h"

#include <eventlet.h>

enum { ITEMS = 4 };

static eventlet_pool *pool_of(int items)
{
    struct eventlet_pool_opts opts = { .min_size = items, .max_size = items };
    eventlet_pool *pool;
    check(eventlet_tokenpool_new(&pool, &opts) == 0, "new");
    return pool;
}

static void *get(eventlet_pool *pool)
{
    void *item;
    check(eventlet_pool_get(pool, &item) == 0, "get");
    return item;
}

static void get_and_put(uint64_t count)
{
    eventlet_pool *pool = pool_of(ITEMS);
    void *items[ITEMS] = { NULL };
    for (uint64_t i = 0; i < count; i++) {
        void *item = get(pool);
        if (i < ITEMS)
            items[i] = item;
        check(items[i % ITEMS] == item, "items take turns");
        eventlet_pool_put(pool, item);
    }
    check(eventlet_pool_free_count(pool) == ITEMS, "items left");
    eventlet_pool_free(pool);
}

struct pair {
    eventlet_pool *there, *back;
    uint64_t count;
};

/* A pool takes another item in the stead of its own. */
static int answer(void *arg)
{
    struct pair *p = arg;
    for (uint64_t i = 0; i < p->count; i++)
        eventlet_pool_put(p->back, get(p->there));
    return 0;
}

static void wait_for_each(uint64_t count)
{
    struct pair p = { pool_of(1), pool_of(1), count / 2 };
    void *item = get(p.there), *other_item = get(p.back);
    eventlet_greenthread *other;
    check(eventlet_spawn(&other, answer, &p) == 0, "spawn");
    for (uint64_t i = 0; i < p.count; i++) {
        eventlet_pool_put(p.there, item);
        check(get(p.back) == item, "item back");
    }
    check(eventlet_wait(other) == 0, "wait");
    eventlet_release(other);
    eventlet_pool_put(p.there, item);
    eventlet_pool_put(p.back, other_item);
    eventlet_pool_free(p.there);
    eventlet_pool_free(p.back);
}

int main(int argc, char **argv)
{
    uint64_t count = count_arg(argc, argv, 2, "free|waiting COUNT");
    if (strcmp(argv[1], "free") == 0)
        get_and_put(count);
    else if (strcmp(argv[1], "waiting") == 0)
        wait_for_each(count);
    else
        die("%s: no such mode", argv[1]);
    return 0;
}
