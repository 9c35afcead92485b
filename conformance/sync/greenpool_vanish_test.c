/* SPDX-License-Identifier: MIT */
/* Those who use pools of green threads, piles and maps vanish. */
#include "sync/vanish.h"

/* ---- pools of green threads ---- */

static eventlet_greenpool *greenpool;

static int spawn_in_pool(void *arg)
{
    (void)arg;
    return eventlet_greenpool_spawn_n(greenpool, nap, NULL) < 0 ? EVENTLET_EXIT
                                                                : 0;
}

static int wait_for_members(void *arg)
{
    (void)arg;
    return eventlet_greenpool_waitall(greenpool) < 0 ? EVENTLET_EXIT : 0;
}

static eventlet_greenthread *member;

/* One runs, one has a handle, one has not started, two wait. */
static void begin_greenpool(void)
{
    CHECK_CODE(eventlet_greenpool_new(&greenpool, 3), 0);
    CHECK_CODE(eventlet_greenpool_spawn_n(greenpool, nap, NULL), 0);
    CHECK_CODE(eventlet_greenpool_spawn(greenpool, &member, nap, NULL), 0);
    settle();
    CHECK_CODE(eventlet_greenpool_spawn_n(greenpool, nap, NULL), 0);
    start(spawn_in_pool, NULL);
    start(wait_for_members, NULL);
    settle();
    CHECK_CODE(eventlet_greenpool_resize(greenpool, 4), 0);
    CHECK_CODE(eventlet_greenpool_spawn_n(greenpool, nap, NULL), 0);
}

static bool greenpool_is_empty(void)
{
    MUST(eventlet_greenpool_running(greenpool) == 0);
    MUST(eventlet_greenpool_waiting(greenpool) == 0);
    for (int i = 0; i < 4; i++)
        MUST(eventlet_greenpool_spawn_n(greenpool, nap, NULL) == 0);
    MUST(eventlet_greenpool_waitall(greenpool) == 0);
    eventlet_greenpool_free(greenpool);
    return alive().pools == 0;
}

static void end_greenpool(void)
{
    eventlet_greenpool_free(greenpool);
    eventlet_release(member);
}

VANISH_TEST(greenpool, members_that_vanish_give_their_places_back,
            "greenpool.17", begin_greenpool, greenpool_is_empty, end_greenpool)

static void begin_freed_greenpool(void)
{
    begin_greenpool();
    eventlet_greenpool_free(greenpool);
}

static bool freed_greenpool_is_gone(void)
{
    return alive().pools == 0;
}

static void end_member(void)
{
    eventlet_release(member);
}

VANISH_TEST(greenpool, memory_goes_with_the_last_that_vanishes, "greenpool.17",
            begin_freed_greenpool, freed_greenpool_is_gone, end_member)

/* ---- piles and maps ---- */

static eventlet_greenpile *pile;

static int spawn_in_pile(void *arg)
{
    (void)arg;
    return eventlet_greenpile_spawn(pile, nap, NULL) < 0 ? EVENTLET_EXIT : 0;
}

static int read_pile(void *arg)
{
    int result;

    (void)arg;
    return eventlet_greenpile_next(pile, &result, NULL) < 0 ? EVENTLET_EXIT : 0;
}

/* One is done, one runs, one waits to be spawned; and one reads. */
static void begin_pile(void)
{
    CHECK_CODE(eventlet_greenpile_new(&pile, 1), 0);
    CHECK_CODE(eventlet_greenpile_spawn(pile, give, number(5)), 0);
    settle();
    CHECK_CODE(eventlet_greenpile_spawn(pile, nap, NULL), 0);
    settle();
    start(spawn_in_pile, NULL);
    settle();
}

static bool pile_ends(void)
{
    int result = 0;

    MUST(eventlet_greenpile_next(pile, &result, NULL) == 0);
    MUST(result == 5);
    MUST(eventlet_greenpile_next(pile, &result, NULL) == 0);
    MUST(result == EVENTLET_EXIT);
    MUST(eventlet_greenpile_next(pile, &result, NULL) == EVENTLET_END);
    MUST(eventlet_greenpile_spawn(pile, give, number(7)) == 0);
    MUST(eventlet_greenpile_next(pile, &result, NULL) == 0);
    MUST(result == 7);
    eventlet_greenpile_free(pile);
    return alive().piles == 0 && alive().pools == 0;
}

static void end_pile(void)
{
    eventlet_greenpile_free(pile);
}

VANISH_TEST(greenpile, workers_that_vanish_leave_their_code, "greenpile.19",
            begin_pile, pile_ends, end_pile)

static void begin_read_pile(void)
{
    CHECK_CODE(eventlet_greenpile_new(&pile, 2), 0);
    CHECK_CODE(eventlet_greenpile_spawn(pile, nap, NULL), 0);
    start(read_pile, NULL);
    settle();
    CHECK_CODE(eventlet_greenpile_spawn(pile, nap, NULL), 0);
}

static bool readers_have_left(void)
{
    int result = 0;

    for (int i = 0; i < 2; i++) { /* the second had not started */
        MUST(eventlet_greenpile_next(pile, &result, NULL) == 0);
        MUST(result == EVENTLET_EXIT);
    }
    MUST(eventlet_greenpile_next(pile, &result, NULL) == EVENTLET_END);
    eventlet_greenpile_free(pile);
    return alive().piles == 0 && alive().pools == 0;
}

VANISH_TEST(greenpile, readers_that_vanish_take_nothing, "greenpile.19",
            begin_read_pile, readers_have_left, end_pile)

static eventlet_greenmap *map;

static int next_slowly(void *source, void **arg)
{
    int *n = source;

    *arg = number((*n)++);
    return *n > 2 ? eventlet_sleep(1) : 0;
}

static int asked;

/* Two workers run, and the third argument is being asked for. */
static void begin_map(void)
{
    CHECK_CODE(eventlet_greenpool_new(&greenpool, 5), 0);
    asked = 0;
    CHECK_CODE(
        eventlet_greenpool_imap(greenpool, &map, nap, next_slowly, &asked), 0);
    settle();
    CHECK_INT(asked, 3);
}

static bool map_ends(void)
{
    int result = 0;

    for (int i = 0; i < 3; i++) {
        MUST(eventlet_greenmap_next(map, &result, NULL) == 0);
        MUST(result == EVENTLET_EXIT);
    }
    MUST(eventlet_greenmap_next(map, &result, NULL) == EVENTLET_END);
    eventlet_greenmap_free(map);
    eventlet_greenpool_free(greenpool);
    return alive().piles == 0;
}

static void end_map(void)
{
    eventlet_greenmap_free(map);
    eventlet_greenpool_free(greenpool);
}

VANISH_TEST(greenpile, a_map_whose_feeder_vanishes_ends, "greenpile.19",
            begin_map, map_ends, end_map)

static void begin_map_only(void)
{
    CHECK_CODE(eventlet_greenpool_new(&greenpool, 5), 0);
    asked = 0;
    CHECK_CODE(
        eventlet_greenpool_imap(greenpool, &map, nap, next_slowly, &asked), 0);
}

static bool empty_map_ends(void)
{
    int result = 0;

    MUST(eventlet_greenmap_next(map, &result, NULL) == EVENTLET_END);
    eventlet_greenmap_free(map);
    eventlet_greenpool_free(greenpool);
    return alive().piles == 0;
}

VANISH_TEST(greenpile, a_map_whose_feeder_never_began_ends, "greenpile.19",
            begin_map_only, empty_map_ends, end_map)
