/* SPDX-License-Identifier: MIT */
/* Section F of the rules: imap and starmap. */
#include <stdint.h>

#include "pool.h"

struct delayed {
    double seconds;
    int value;
};

static int delayed_value(void *arg)
{
    const struct delayed *self = arg;
    int rc = eventlet_sleep(self->seconds);

    return rc < 0 ? rc : self->value;
}

static int odd_fails(void *arg)
{
    return quick(arg) % 2 ? fails(arg) : quick(arg);
}

static int doubles(void *arg)
{
    return 2 * quick(arg);
}

/* A source of numbers from 0. */
struct numbers {
    int count; /* how many there are */
    int given;
    double wait; /* before each */
    bool tell;
    int failure; /* at the end, instead of the end */
};

static int next_number(void *source, void **arg)
{
    struct numbers *self = source;

    if (self->given == self->count)
        return self->failure ? self->failure : EVENTLET_END;
    if (self->wait > 0)
        must(eventlet_sleep(self->wait));
    if (self->tell)
        say("source", "%d", self->given);
    *arg = (void *)(intptr_t)self->given++;
    return 0;
}

static eventlet_greenmap *imap(eventlet_greenpool *pool, eventlet_fn *fn,
                               struct numbers *source)
{
    eventlet_greenmap *map;

    must(eventlet_greenpool_imap(pool, &map, fn, next_number, source));
    return map;
}

static eventlet_greenmap *starmap(eventlet_greenpool *pool, eventlet_fn *fn,
                                  void *const *args, size_t n)
{
    eventlet_greenmap *map;

    must(eventlet_greenpool_starmap(pool, &map, fn, args, n));
    return map;
}

static int next_of(void *map)
{
    int result = 0;
    int rc = eventlet_greenmap_next(map, &result, NULL);

    return rc < 0 ? rc : result;
}

static void drain(const char *who, eventlet_greenmap *map)
{
    int rc;

    do {
        rc = next_of(map);
        say(who, "%s", code(rc));
    } while (rc != EVENTLET_END);
}

SCENARIO(imap_order)
{
    struct numbers source = { .count = 5 };

    drain("main", imap(pool_of(2), doubles, &source));
}

SCENARIO(imap_delays)
{
    struct delayed jobs[] = { { 0.03, 0 }, { 0.01, 1 }, { 0.02, 2 }, { 0, 3 } };
    void *const args[] = { &jobs[0], &jobs[1], &jobs[2], &jobs[3] };

    drain("main", starmap(pool_of(4), delayed_value, args, 4));
}

SCENARIO(imap_errors)
{
    struct numbers source = { .count = 5 };

    drain("main", imap(pool_of(2), odd_fails, &source));
}

SCENARIO(imap_empty)
{
    struct numbers source = { .count = 0 };

    drain("main", imap(pool_of(2), doubles, &source));
}

SCENARIO(imap_size_one)
{
    struct numbers source = { .count = 3, .tell = true };

    drain("main", imap(pool_of(1), doubles, &source));
}

SCENARIO(imap_private_pool)
{
    const double seconds = 0.05;
    struct numbers source = { .count = 2 };
    eventlet_greenpool *pool = pool_of(1);
    eventlet_greenmap *map;

    pool_run(pool, naps, &seconds);
    map = imap(pool, doubles, &source);
    say("main", "%s", code(next_of(map)));
    say("pool", "running %d free %d", eventlet_greenpool_running(pool),
        eventlet_greenpool_free_count(pool));
    drain("main", map);
}

SCENARIO(imap_bounded)
{
    struct numbers source = { .count = 100 };
    eventlet_greenmap *map = imap(pool_of(3), doubles, &source);
    int results = 0;

    eventlet_sleep(0.01);
    say("main", "fed fewer than ten: %s", yes(source.given < 10));
    while (next_of(map) >= 0)
        results++;
    say("main", "results %d", results);
}

SCENARIO(imap_source_blocks)
{
    struct numbers source = { .count = 3, .wait = 0.01, .tell = true };

    drain("main", imap(pool_of(3), doubles, &source));
}

SCENARIO(imap_timeout)
{
    struct delayed jobs[] = { { 0.03, 1 }, { 0.03, 2 } };
    void *const args[] = { &jobs[0], &jobs[1] };
    eventlet_greenmap *map = starmap(pool_of(2), delayed_value, args, 2);

    say("main", "%s", code(eventlet_with_timeout(0.01, next_of, map, NULL)));
    say("main", "%s", code(next_of(map)));
}

SCENARIO(imap_source_fails)
{
    struct numbers source = { .count = 1, .failure = EVENTLET_USER(7) };
    eventlet_greenmap *map = imap(pool_of(2), doubles, &source);

    say("main", "%s", code(next_of(map)));
    say("main", "%s", code(eventlet_with_timeout(0.02, next_of, map, NULL)));
}

SCENARIO(starmap_pairs)
{
    struct delayed jobs[] = { { 0.02, 1 }, { 0.01, 2 }, { 0, 3 } };
    void *const args[] = { &jobs[0], &jobs[1], &jobs[2] };

    drain("main", starmap(pool_of(3), delayed_value, args, 3));
}
