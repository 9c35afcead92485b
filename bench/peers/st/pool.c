/* SPDX-License-Identifier: MIT */
/* pool free|waiting COUNT: as ours. The library has no pools: a ring of items
 * and a condition. */
#include "../../common.h"

#include <st.h>

enum { ITEMS = 4 };

struct pool {
    void *items[ITEMS];
    unsigned puts, gets;
    st_cond_t filled;
};

static char things[ITEMS];
static struct pool pools[2];

static void put(struct pool *pool, void *item)
{
    pool->items[pool->puts++ % ITEMS] = item;
    st_cond_signal(pool->filled);
}

static void *get(struct pool *pool)
{
    while (pool->puts == pool->gets)
        st_cond_wait(pool->filled);
    return pool->items[pool->gets++ % ITEMS];
}

static void get_and_put(uint64_t count)
{
    for (int i = 0; i < ITEMS; i++)
        put(&pools[0], &things[i]);
    for (uint64_t i = 0; i < count; i++) {
        void *item = get(&pools[0]);
        check(item == &things[i % ITEMS], "items take turns");
        put(&pools[0], item);
    }
    check(pools[0].puts - pools[0].gets == ITEMS, "items left");
}

static void *answer(void *arg)
{
    uint64_t count = *(uint64_t *)arg;
    for (uint64_t i = 0; i < count; i++)
        put(&pools[1], get(&pools[0]));
    return NULL;
}

static void wait_for_each(uint64_t count)
{
    st_thread_t other = st_thread_create(answer, &count, 1, 0);
    check(other, "st_thread_create");
    for (uint64_t i = 0; i < count; i++) {
        put(&pools[0], things);
        check(get(&pools[1]) == things, "item back");
    }
    must(st_thread_join(other, NULL), "st_thread_join");
}

int main(int argc, char **argv)
{
    uint64_t count = count_arg(argc, argv, 2, "free|waiting COUNT");
    must(st_init(), "st_init");
    pools[0].filled = st_cond_new();
    pools[1].filled = st_cond_new();
    if (strcmp(argv[1], "free") == 0)
        get_and_put(count);
    else if (strcmp(argv[1], "waiting") == 0)
        wait_for_each(count / 2);
    else
        die("%s: no such mode", argv[1]);
    return 0;
}
