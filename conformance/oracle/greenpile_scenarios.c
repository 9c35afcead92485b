/* SPDX-License-Identifier: MIT */
/* Section F of the rules: piles. */
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

static eventlet_greenpile *pile_of(int size)
{
    eventlet_greenpile *pile;

    must(eventlet_greenpile_new(&pile, size));
    return pile;
}

static eventlet_greenpile *pile_over(eventlet_greenpool *pool)
{
    eventlet_greenpile *pile;

    must(eventlet_greenpile_new_pool(&pile, pool));
    return pile;
}

static void pile_run(eventlet_greenpile *pile, eventlet_fn *fn, const void *arg)
{
    must(eventlet_greenpile_spawn(pile, fn, (void *)(uintptr_t)arg));
}

/* The next result or error, or how asking for it ended. */
static int next_of(void *pile)
{
    int result = 0;
    int rc = eventlet_greenpile_next(pile, &result, NULL);

    return rc < 0 ? rc : result;
}

static void drain(const char *who, eventlet_greenpile *pile)
{
    int rc;

    do {
        rc = next_of(pile);
        say(who, "%s", code(rc));
    } while (rc != EVENTLET_END);
}

SCENARIO(pile_order)
{
    const struct delayed jobs[] = {
        { 0.04, 0 }, { 0.03, 1 }, { 0.02, 2 }, { 0.01, 3 }
    };
    eventlet_greenpile *pile = pile_of(4);

    for (int n = 0; n < 4; n++)
        pile_run(pile, delayed_value, &jobs[n]);
    drain("main", pile);
}

SCENARIO(pile_errors)
{
    eventlet_greenpile *pile = pile_of(4);

    for (int n = 0; n < 4; n++)
        pile_run(pile, odd_fails, number(n));
    drain("main", pile);
}

SCENARIO(pile_empty)
{
    drain("main", pile_of(2));
}

SCENARIO(pile_again)
{
    eventlet_greenpile *pile = pile_of(2);

    pile_run(pile, quick, number(1));
    drain("main", pile);
    pile_run(pile, quick, number(2));
    drain("main", pile);
}

SCENARIO(pile_mixed)
{
    eventlet_greenpile *pile = pile_of(2);

    pile_run(pile, quick, number(1));
    pile_run(pile, quick, number(2));
    say("main", "%s", code(next_of(pile)));
    pile_run(pile, quick, number(3));
    drain("main", pile);
}

SCENARIO(pile_spawn_waits)
{
    const struct delayed jobs[] = { { 0.01, 0 }, { 0.01, 1 }, { 0.01, 2 } };
    eventlet_greenpile *pile = pile_of(1);

    for (int n = 0; n < 3; n++) {
        pile_run(pile, delayed_value, &jobs[n]);
        say("main", "spawned %d", n);
    }
    drain("main", pile);
}

static int spawns_double(void *pile)
{
    return eventlet_greenpile_spawn(pile, doubles, (void *)(intptr_t)2);
}

SCENARIO(pile_spawn_fails)
{
    const struct delayed job = { 0.03, 1 };
    eventlet_greenpile *pile = pile_over(pool_of(1));

    pile_run(pile, delayed_value, &job);
    say("main", "%s",
        code(eventlet_with_timeout(0.01, spawns_double, pile, NULL)));
    drain("main", pile);
}

SCENARIO(pile_shared_pool)
{
    const struct delayed jobs[] = { { 0.01, 0 },  { 0.01, 10 }, { 0.01, 1 },
                                    { 0.01, 11 }, { 0.01, 2 },  { 0.01, 12 } };
    eventlet_greenpool *pool = pool_of(2);
    eventlet_greenpile *one = pile_over(pool);
    eventlet_greenpile *two = pile_over(pool);

    for (int n = 0; n < 6; n++)
        pile_run(n % 2 ? two : one, delayed_value, &jobs[n]);
    drain("one", one);
    drain("two", two);
}

SCENARIO(pile_timeout)
{
    const struct delayed jobs[] = { { 0.03, 1 }, { 0.03, 2 } };
    eventlet_greenpile *pile = pile_of(2);

    pile_run(pile, delayed_value, &jobs[0]);
    pile_run(pile, delayed_value, &jobs[1]);
    say("main", "%s", code(eventlet_with_timeout(0.01, next_of, pile, NULL)));
    drain("main", pile);
}

static int spawns_later(void *pile)
{
    must(eventlet_sleep(0.01));
    pile_run(pile, quick, number(1));
    return 0;
}

SCENARIO(pile_other_thread)
{
    eventlet_greenpile *pile = pile_of(2);

    spawn(spawns_later, pile);
    drain("main", pile);
    eventlet_sleep(0.02);
    drain("main", pile);
}

static int kills_itself(void *arg)
{
    (void)arg;
    return eventlet_kill(eventlet_getcurrent(), 0);
}

SCENARIO(pile_killed_worker)
{
    eventlet_greenpile *pile = pile_over(pool_of(2));

    pile_run(pile, kills_itself, NULL);
    pile_run(pile, doubles, number(3));
    drain("main", pile);
}
