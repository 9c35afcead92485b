/* SPDX-License-Identifier: MIT */
/* Piles: waiting for results, the end, and calls that fail. */
#include "check.h"
#include "sync/notes.h"
#include "sync/pile.h"
#include "sync/pool.h"

#include <errno.h>
#include <stdint.h>

/* ---- waiting for results ---- */

GREEN_TEST(greenpile, a_timeout_loses_no_result, "greenpile.7")
{
    eventlet_greenpile *pile = pile_of(3);
    struct eventlet_timeout t;
    int result;

    notes();
    CHECK_CODE(eventlet_greenpile_spawn(pile, give_backwards, number(8)), 0);
    CHECK_CODE(eventlet_greenpile_spawn(pile, give_backwards, number(9)), 0);
    CHECK_CODE(eventlet_timeout_start(&t, 0.5), 0);
    CHECK_CODE(eventlet_greenpile_next(pile, &result, NULL), EVENTLET_TIMEOUT);
    CHECK(eventlet_timeout_cancel(&t));
    CHECK_CODE(drain(pile), EVENTLET_END);
    CHECK_STR(notes(), "8 9");
    eventlet_greenpile_free(pile);
}

struct reader {
    eventlet_greenpile *pile;
    int rc;
    int result;
    eventlet_greenthread *gt;
};

static int read_one(void *arg)
{
    struct reader *r = arg;

    r->rc = eventlet_greenpile_next(r->pile, &r->result, NULL);
    return 0;
}

static void start_readers(eventlet_greenpile *pile, struct reader *r, int n)
{
    for (int i = 0; i < n; i++) {
        r[i] = (struct reader){ .pile = pile, .rc = 99 };
        CHECK_CODE(eventlet_spawn(&r[i].gt, read_one, &r[i]), 0);
    }
    let_others_run();
}

static void end_readers(struct reader *r, int n)
{
    for (int i = 0; i < n; i++)
        eventlet_reap(r[i].gt);
}

GREEN_TEST(greenpile, readers_take_turns, "greenpile.8")
{
    eventlet_greenpile *pile = pile_of(4);
    struct reader r[4];

    for (int i = 0; i < 3; i++)
        CHECK_CODE(eventlet_greenpile_spawn(pile, give_backwards, number(i)),
                   0);
    start_readers(pile, r, 4);
    clock_advance(9);
    CHECK_CODE(r[0].rc, 99);
    clock_advance(1);
    for (int i = 0; i < 3; i++) {
        CHECK_CODE(r[i].rc, 0);
        CHECK_INT(r[i].result, i);
    }
    CHECK_CODE(r[3].rc, EVENTLET_END);
    end_readers(r, 4);
    eventlet_greenpile_free(pile);
}

static struct reader *victim;

static int kill_victim(void *arg)
{
    (void)arg;
    return eventlet_kill(victim->gt, EVENTLET_EXIT);
}

static int give_and_kill_reader(void *n)
{
    CHECK_CODE(eventlet_sleep(1), 0);
    CHECK_CODE(eventlet_spawn(NULL, kill_victim, NULL), 0);
    return (int)(intptr_t)n;
}

GREEN_TEST(greenpile, killed_when_woken_the_next_reads, "greenpile.7")
{
    eventlet_greenpile *pile = pile_of(1);
    struct reader r[2];

    victim = &r[0];
    CHECK_CODE(eventlet_greenpile_spawn(pile, give_and_kill_reader, number(5)),
               0);
    start_readers(pile, r, 2);
    clock_advance(1);
    CHECK_CODE(r[0].rc, EVENTLET_EXIT);
    CHECK_CODE(r[1].rc, 0);
    CHECK_INT(r[1].result, 5);
    end_readers(r, 2);
    eventlet_greenpile_free(pile);
}

static struct reader latecomer;

static int give_and_send_reader(void *n)
{
    CHECK_CODE(eventlet_sleep(1), 0);
    CHECK_CODE(eventlet_spawn(&latecomer.gt, read_one, &latecomer), 0);
    return (int)(intptr_t)n;
}

GREEN_TEST(greenpile, nobody_overtakes_who_was_woken, "greenpile.8")
{
    eventlet_greenpile *pile = pile_of(1);
    struct reader r;

    latecomer = (struct reader){ .pile = pile };
    CHECK_CODE(eventlet_greenpile_spawn(pile, give_and_send_reader, number(5)),
               0);
    start_readers(pile, &r, 1);
    clock_advance(1);
    CHECK_CODE(r.rc, 0);
    CHECK_INT(r.result, 5);
    CHECK_CODE(latecomer.rc, EVENTLET_END);
    end_readers(&r, 1);
    end_readers(&latecomer, 1);
    eventlet_greenpile_free(pile);
}

/* ---- the end ---- */

GREEN_TEST(greenpile, freed_one_drops_results, "greenpile.9")
{
    eventlet_greenpile *pile = pile_of(2);
    struct reader r[2];

    notes();
    CHECK_CODE(eventlet_greenpile_spawn(pile, say_and_nap, "goes on"), 0);
    CHECK_CODE(eventlet_greenpile_spawn(pile, give, number(1)), 0);
    start_readers(pile, r, 2);
    eventlet_greenpile_free(pile);
    clock_advance(2);
    CHECK_CODE(r[0].rc, EVENTLET_CLOSED);
    CHECK_CODE(r[1].rc, EVENTLET_CLOSED);
    CHECK_STR(notes(), "goes on");
    end_readers(r, 2);
}

GREEN_TEST(greenpile, freed_one_ends_who_waits_in_spawn, "greenpile.9")
{
    eventlet_greenpile *pile = pile_of(1);
    eventlet_greenthread *spawner;

    catch_log();
    CHECK_CODE(eventlet_greenpile_spawn(pile, nap, NULL), 0);
    CHECK_CODE(eventlet_spawn(&spawner, spawn_seven, pile), 0);
    let_others_run();
    eventlet_greenpile_free(pile);
    CHECK_CODE(eventlet_wait(spawner), EVENTLET_CLOSED);
    clock_advance(1);
    release_log();
    eventlet_release(spawner);
}

GREEN_TEST(greenpile, freed_over_a_shared_pool_spawn_goes_on, "greenpile.9")
{
    eventlet_greenpool *pool = pool_of(1);
    eventlet_greenpile *pile = pile_over(pool);
    eventlet_greenthread *spawner;

    CHECK_CODE(eventlet_greenpool_spawn_n(pool, nap, NULL), 0);
    CHECK_CODE(eventlet_spawn(&spawner, spawn_seven, pile), 0);
    let_others_run();
    eventlet_greenpile_free(pile);
    CHECK_CODE(eventlet_wait(spawner), 0);
    CHECK_CODE(eventlet_greenpool_waitall(pool), 0);
    eventlet_release(spawner);
    eventlet_greenpool_free(pool);
}

static int free_pile_then_nap(void *pile)
{
    eventlet_greenpile_free(pile);
    return eventlet_sleep(1);
}

static int spawn_freeing(void *pile)
{
    return eventlet_greenpile_spawn(pile, free_pile_then_nap, pile);
}

GREEN_TEST(greenpile, freed_by_what_it_calls_itself, "greenpile.9")
{
    eventlet_greenpool *pool = pool_of(1);

    CHECK_CODE(eventlet_greenpool_spawn_n(pool, spawn_freeing, pile_over(pool)),
               0);
    CHECK_CODE(eventlet_greenpool_waitall(pool), 0);
    eventlet_greenpool_free(pool);
}

GREEN_TEST(greenpile, memory_goes_with_the_result, "greenpile.10")
{
    eventlet_greenpile *pile = pile_of(2);
    struct eventlet_live before, after;
    int result;

    eventlet_live(&before);
    for (int i = 0; i < 1000; i++) {
        CHECK_CODE(eventlet_greenpile_spawn(pile, give, number(i)), 0);
        CHECK_CODE(eventlet_greenpile_next(pile, &result, NULL), 0);
        CHECK_INT(result, i);
    }
    eventlet_live(&after);
    CHECK_INT(after.blocks, before.blocks);
    eventlet_greenpile_free(pile);
}

static int use_pile(void *size)
{
    eventlet_greenpile *pile;
    int rc = eventlet_greenpile_new(&pile, *(int *)size);
    int spawned = 0, end;

    if (rc < 0)
        return rc;
    notes();
    while (rc == 0 && spawned < 5) {
        rc = eventlet_greenpile_spawn(pile, give, number(spawned));
        spawned += rc == 0;
    }
    end = drain(pile);
    CHECK_CODE(end, EVENTLET_END);
    CHECK_INT(strlen(notes()), spawned ? 2 * spawned - 1 : 0);
    eventlet_greenpile_free(pile);
    return rc;
}

TEST(greenpile, every_call_may_fail, "greenpile.3")
{
    static int sizes[] = { 1, 3 };

    catch_log();
    for (int i = 0; i < 2; i++)
        FAULT_EACH(use_pile, &sizes[i]);
    release_log();
}
