/* SPDX-License-Identifier: MIT */
/* Section K of the rules: pools of resources. */
#include <errno.h>
#include <stdint.h>

#include "support.h"

/* Items are numbers, from 1; so many calls of create fail first. */
struct numbers {
    int made;
    double seconds;
    int failures;
    eventlet_pool *pool;
};

static int make_number(void *arg, void **item)
{
    struct numbers *self = arg;
    int rc = self->seconds > 0 ? eventlet_sleep(self->seconds) : 0;

    if (rc < 0)
        return rc;
    if (self->failures > 0) {
        self->failures--;
        return EVENTLET_USER(7);
    }
    *item = (void *)(intptr_t)++self->made;
    return 0;
}

static eventlet_pool *numbers(struct numbers *self,
                              struct eventlet_pool_opts opts)
{
    opts.create = make_number;
    opts.arg = self;
    must(eventlet_pool_new(&self->pool, &opts));
    return self->pool;
}

static eventlet_pool *numbers_of(struct numbers *self, int max_size)
{
    return numbers(self, (struct eventlet_pool_opts){ .max_size = max_size });
}

static void counts(eventlet_pool *pool)
{
    say("pool", "size %d free %d waiting %d", eventlet_pool_current_size(pool),
        eventlet_pool_free_count(pool), eventlet_pool_waiting(pool));
}

static int get(void *pool)
{
    void *item;
    int rc = eventlet_pool_get(pool, &item);

    return rc < 0 ? rc : (int)(intptr_t)item;
}

static void put(eventlet_pool *pool, long n)
{
    eventlet_pool_put(pool, (void *)n);
}

static void tell_got(eventlet_pool *pool)
{
    say("main", "%s", code(get(pool)));
}

struct getter {
    eventlet_pool *pool;
    const char *who;
};

static int gets(void *arg)
{
    const struct getter *self = arg;

    say(self->who, "%s", code(get(self->pool)));
    return 0;
}

SCENARIO(resource_made_when_needed)
{
    struct numbers n = { 0 };
    eventlet_pool *pool = numbers_of(&n, 0);

    counts(pool);
    for (int i = 0; i < 4; i++)
        tell_got(pool);
    counts(pool);
    put(pool, 2);
    counts(pool);
    tell_got(pool);
}

SCENARIO(resource_min_size)
{
    struct numbers n = { 0 };
    eventlet_pool *pool =
        numbers(&n, (struct eventlet_pool_opts){ .min_size = 3 });

    say("pool", "made %d", n.made);
    counts(pool);
    tell_got(pool);
    say("pool", "made %d", n.made);
}

static void put_two_get_two(struct eventlet_pool_opts opts)
{
    struct numbers n = { 0 };
    eventlet_pool *pool = numbers(&n, opts);

    must(get(pool));
    must(get(pool));
    put(pool, 2);
    put(pool, 1);
    tell_got(pool);
    tell_got(pool);
}

SCENARIO(resource_fifo)
{
    put_two_get_two((struct eventlet_pool_opts){ .max_size = 2 });
}

SCENARIO(resource_stack)
{
    put_two_get_two(
        (struct eventlet_pool_opts){ .max_size = 2, .order_as_stack = true });
}

SCENARIO(resource_waits)
{
    struct numbers n = { 0 };
    struct getter getter = { numbers_of(&n, 2), "getter" };

    must(get(n.pool));
    must(get(n.pool));
    spawn(gets, &getter);
    eventlet_sleep(0);
    counts(n.pool);
    put(n.pool, 2);
    yield_times(2);
    counts(n.pool);
}

struct served {
    eventlet_pool *pool;
    int *count;
    int item;
};

static int is_served(void *arg)
{
    struct served *self = arg;

    self->item = get(self->pool);
    ++*self->count;
    return 0;
}

SCENARIO(resource_getters_are_all_served)
{
    struct numbers n = { 0 };
    eventlet_pool *pool = numbers_of(&n, 1);
    int count = 0;
    struct served all[3];

    must(get(pool));
    for (int i = 0; i < 3; i++) {
        all[i] = (struct served){ pool, &count, 0 };
        spawn(is_served, &all[i]);
    }
    eventlet_sleep(0);
    counts(pool);
    for (int i = 0; i < 3; i++) {
        put(pool, 1);
        eventlet_sleep(0.005);
        say("main", "served %d", count);
    }
    for (int i = 0; i < 3; i++)
        say((const char *[]){ "a", "b", "c" }[i], "got %d", all[i].item);
    counts(pool);
}

SCENARIO(resource_killed_getter)
{
    struct numbers n = { 0 };
    eventlet_pool *pool = numbers_of(&n, 1);
    struct getter a = { pool, "a" }, b = { pool, "b" };
    eventlet_greenthread *first;

    must(get(pool));
    first = spawn(gets, &a);
    spawn(gets, &b);
    eventlet_sleep(0);
    eventlet_kill(first, 0);
    counts(pool);
    put(pool, 1);
    eventlet_sleep(0.005);
    counts(pool);
}

static int gets_in_time(void *pool)
{
    return eventlet_with_timeout(0.01, get, pool, NULL);
}

static int put_one(void *pool)
{
    put(pool, 1);
    return 0;
}

SCENARIO(resource_put_against_timeout)
{
    struct numbers n = { 0 };
    eventlet_pool *pool = numbers_of(&n, 1);
    eventlet_greenthread *thread;

    must(get(pool));
    thread = spawn(gets_in_time, pool);
    eventlet_sleep(0);
    after(0.01, put_one, pool);
    say("getter", "%s", code(wait_for(thread)));
    eventlet_sleep(0.005);
    counts(pool);
    tell_got(pool);
}

SCENARIO(resource_create_fails)
{
    struct numbers n = { .failures = 2 };
    eventlet_pool *pool = numbers_of(&n, 3);

    tell_got(pool);
    counts(pool);
    tell_got(pool);
    tell_got(pool);
    counts(pool);
}

SCENARIO(resource_create_killed)
{
    struct numbers n = { .seconds = 0.02 };
    struct getter getter = { numbers_of(&n, 3), "getter" };
    eventlet_greenthread *thread = spawn(gets, &getter);

    eventlet_sleep(0);
    counts(n.pool);
    eventlet_kill(thread, 0);
    counts(n.pool);
}

static int gets_and_puts(void *pool)
{
    int rc = get(pool);

    if (rc > 0)
        put(pool, rc);
    return rc;
}

SCENARIO(resource_create_contention)
{
    struct numbers n = { .seconds = 0.01 };
    eventlet_pool *pool = numbers_of(&n, 4);
    eventlet_greenthread *threads[100];

    for (int i = 0; i < 100; i++)
        threads[i] = spawn(gets_and_puts, pool);
    for (int i = 0; i < 100; i++)
        must(wait_for(threads[i]));
    say("pool", "made %d", n.made);
    counts(pool);
}

SCENARIO(resource_create_fails_before_a_waiter)
{
    struct numbers n = { .seconds = 0.01, .failures = 1 };
    eventlet_pool *pool = numbers_of(&n, 1);
    struct getter a = { pool, "a" }, b = { pool, "b" };

    spawn(gets, &a);
    spawn(gets, &b);
    eventlet_sleep(0.05);
    counts(pool);
}

SCENARIO(resource_no_create)
{
    eventlet_pool *pool;

    must(eventlet_pool_new(&pool, NULL));
    tell_got(pool);
    counts(pool);
}

SCENARIO(resource_shrink)
{
    struct numbers n = { 0 };
    eventlet_pool *pool = numbers_of(&n, 2);

    must(get(pool));
    must(get(pool));
    must(eventlet_pool_resize(pool, 1));
    counts(pool);
    put(pool, 1);
    counts(pool);
    put(pool, 2);
    counts(pool);
    tell_got(pool);
}

SCENARIO(resource_shrink_free)
{
    struct numbers n = { 0 };
    eventlet_pool *pool =
        numbers(&n, (struct eventlet_pool_opts){ .min_size = 4 });

    must(eventlet_pool_resize(pool, 2));
    counts(pool);
    for (int i = 0; i < 3; i++)
        say("main", "%s", code(eventlet_with_timeout(0.01, get, pool, NULL)));
}

SCENARIO(resource_grow)
{
    struct numbers n = { 0 };
    struct getter getter = { numbers_of(&n, 1), "getter" };

    must(get(n.pool));
    spawn(gets, &getter);
    eventlet_sleep(0);
    must(eventlet_pool_resize(n.pool, 2));
    eventlet_sleep(0.005);
    counts(n.pool);
}

SCENARIO(resource_min_above_max)
{
    struct eventlet_pool_opts opts = { .min_size = 5 };
    eventlet_pool *pool;

    say("main", "%s", code(eventlet_pool_new(&pool, &opts)));
}

struct block {
    eventlet_pool *pool;
    int error;
};

static int block(void *item, void *arg)
{
    const struct block *self = arg;

    counts(self->pool);
    return self->error ? EVENTLET_USER(self->error) : (int)(intptr_t)item;
}

SCENARIO(resource_item)
{
    struct numbers n = { 0 };
    eventlet_pool *pool = numbers_of(&n, 1);
    struct block fine = { pool, 0 }, failing = { pool, 3 };

    say("main", "%s", code(eventlet_pool_with(pool, block, &fine)));
    say("main", "%s", code(eventlet_pool_with(pool, block, &failing)));
    counts(pool);
}

SCENARIO(resource_tokens)
{
    struct eventlet_pool_opts opts = { .max_size = 2 };
    eventlet_pool *pool;
    void *one, *two, *again;

    must(eventlet_tokenpool_new(&pool, &opts));
    must(eventlet_pool_get(pool, &one));
    must(eventlet_pool_get(pool, &two));
    say("main", "differ: %s", yes(one != two));
    counts(pool);
    eventlet_pool_put(pool, two);
    must(eventlet_pool_get(pool, &again));
    say("main", "again: %s", yes(again == two));
}
