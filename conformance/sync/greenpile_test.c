/* SPDX-License-Identifier: MIT */
/* Piles: what they give, and spawning into them. */
#include "check.h"
#include "sync/notes.h"
#include "sync/pile.h"
#include "sync/pool.h"

#include <errno.h>
#include <stdint.h>

TEST(greenpile, stands_on_a_pool_of_its_own, "greenpile.1")
{
    eventlet_greenpile *pile = NULL;

    CHECK_CODE(eventlet_greenpile_new(&pile, -1), -EINVAL);
    CHECK_PTR(pile, NULL);
    eventlet_greenpile_free(pile_of(0));
    eventlet_greenpile_free(NULL);
}

GREEN_TEST(greenpile, results_come_in_order, "greenpile.4")
{
    eventlet_greenpile *pile = pile_of(4);

    notes();
    for (int i = 0; i < 10; i++)
        CHECK_CODE(eventlet_greenpile_spawn(pile, give_backwards, number(i)),
                   0);
    CHECK_CODE(drain(pile), EVENTLET_END);
    CHECK_STR(notes(), "0 1 2 3 4 5 6 7 8 9");
    eventlet_greenpile_free(pile);
}

GREEN_TEST(greenpile, asking_waits_for_the_slow, "greenpile.4")
{
    eventlet_greenpile *pile;
    int result = 0;

    REQUIRE_CODE(eventlet_greenpile_new(&pile, 4), 0);
    notes();
    CHECK_CODE(eventlet_greenpile_spawn(pile, say_and_nap, "began"), 0);
    CHECK_CODE(eventlet_greenpile_next(pile, &result, NULL), 0);
    CHECK_STR(notes(), "began");
    CHECK_INT(result, 0);
    eventlet_greenpile_free(pile);
}

GREEN_TEST(greenpile, results_come_with_their_arguments, "greenpile.4")
{
    eventlet_greenpile *pile = pile_of(1);
    char here[] = "x";
    void *arg = NULL;
    int result = 1;

    CHECK_CODE(eventlet_greenpile_spawn(pile, say, here), 0);
    CHECK_CODE(eventlet_greenpile_spawn(pile, give, number(7)), 0);
    CHECK_CODE(eventlet_greenpile_next(pile, &result, &arg), 0);
    CHECK_PTR(arg, here);
    CHECK_INT(result, 0);
    CHECK_CODE(eventlet_greenpile_next(pile, &result, NULL), 0);
    CHECK_INT(result, 7);
    notes();
    eventlet_greenpile_free(pile);
}

GREEN_TEST(greenpile, errors_take_their_place, "greenpile.5")
{
    eventlet_greenpile *pile = pile_of(2);

    catch_log();
    notes();
    for (int i = 0; i < 6; i++)
        CHECK_CODE(
            eventlet_greenpile_spawn(pile, give, number(i % 3 == 1 ? -i : i)),
            0);
    CHECK_CODE(drain(pile), EVENTLET_END);
    CHECK_STR(notes(), "0 -1 2 3 -4 5");
    release_log();
    eventlet_greenpile_free(pile);
}

static int kill_myself(void *arg)
{
    (void)arg;
    return eventlet_kill(eventlet_getcurrent(), EVENTLET_EXIT);
}

GREEN_TEST(greenpile, killed_one_takes_its_place, "greenpile.5")
{
    eventlet_greenpile *pile = pile_of(2);
    int result;

    CHECK_CODE(eventlet_greenpile_spawn(pile, kill_myself, NULL), 0);
    CHECK_CODE(eventlet_greenpile_spawn(pile, give, number(3)), 0);
    CHECK_CODE(eventlet_greenpile_next(pile, &result, NULL), 0);
    CHECK_CODE(result, EVENTLET_EXIT);
    CHECK_CODE(eventlet_greenpile_next(pile, &result, NULL), 0);
    CHECK_INT(result, 3);
    eventlet_greenpile_free(pile);
}

GREEN_TEST(greenpile, empty_one_ends_at_once, "greenpile.6")
{
    eventlet_greenpile *pile = pile_of(2);

    notes();
    CHECK_CODE(eventlet_spawn(NULL, say, "other"), 0);
    CHECK_CODE(drain(pile), EVENTLET_END);
    CHECK_CODE(drain(pile), EVENTLET_END);
    CHECK_STR(notes(), "");
    let_others_run();
    CHECK_STR(notes(), "other");
    eventlet_greenpile_free(pile);
}

GREEN_TEST_HUBS(greenpile, can_be_filled_again, "greenpile.6")
{
    eventlet_greenpile *pile = pile_of(2);
    int result;

    notes();
    CHECK_CODE(eventlet_greenpile_spawn(pile, give, number(1)), 0);
    CHECK_CODE(drain(pile), EVENTLET_END);
    CHECK_CODE(eventlet_greenpile_spawn(pile, give, number(2)), 0);
    CHECK_CODE(eventlet_greenpile_spawn(pile, give, number(3)), 0);
    CHECK_CODE(eventlet_greenpile_next(pile, &result, NULL), 0);
    CHECK_CODE(eventlet_greenpile_spawn(pile, give, number(4)), 0);
    CHECK_CODE(drain(pile), EVENTLET_END);
    CHECK_STR(notes(), "1 3 4");
    eventlet_greenpile_free(pile);
}

GREEN_TEST(greenpile, several_share_a_pool, "greenpile.1")
{
    for (int first = 0; first < 2; first++) {
        eventlet_greenpool *pool = pool_of(2);
        eventlet_greenpile *piles[] = { pile_over(pool), pile_over(pool) };

        notes();
        for (int i = 0; i < 4; i++)
            for (int p = 0; p < 2; p++)
                CHECK_CODE(eventlet_greenpile_spawn(piles[p], give_backwards,
                                                    number(i + 4 * p)),
                           0);
        CHECK_CODE(drain(piles[first]), EVENTLET_END);
        CHECK_STR(notes(), first ? "4 5 6 7" : "0 1 2 3");
        CHECK_CODE(drain(piles[!first]), EVENTLET_END);
        CHECK_STR(notes(), first ? "0 1 2 3" : "4 5 6 7");
        eventlet_greenpile_free(piles[0]);
        eventlet_greenpile_free(piles[1]);
        eventlet_greenpool_free(pool);
    }
}

/* ---- spawning ---- */

GREEN_TEST(greenpile, spawn_waits_as_the_pools_does, "greenpile.2")
{
    eventlet_greenpile *pile = pile_of(1);
    double before = eventlet_hub_clock(eventlet_hubs_get_hub());

    CHECK_CODE(eventlet_greenpile_spawn(pile, nap, NULL), 0);
    CHECK_CODE(eventlet_greenpile_spawn(pile, nap, NULL), 0);
    CHECK_CODE(eventlet_greenpile_spawn(pile, nap, NULL), 0);
    CHECK_DBL_NEAR(eventlet_hub_clock(eventlet_hubs_get_hub()) - before, 2,
                   0.001);
    CHECK_CODE(drain(pile), EVENTLET_END);
    notes();
    eventlet_greenpile_free(pile);
}

GREEN_TEST(greenpile, asking_waits_for_a_spawn_that_waits, "greenpile.2")
{
    eventlet_greenpool *pool = pool_of(1);
    eventlet_greenpile *pile = pile_over(pool);
    eventlet_greenthread *spawner;

    notes();
    CHECK_CODE(eventlet_greenpool_spawn_n(pool, nap, NULL), 0);
    CHECK_CODE(eventlet_spawn(&spawner, spawn_seven, pile), 0);
    let_others_run();
    CHECK_CODE(drain(pile), EVENTLET_END);
    CHECK_STR(notes(), "7");
    eventlet_release(spawner);
    eventlet_greenpile_free(pile);
    eventlet_greenpool_free(pool);
}

GREEN_TEST(greenpile, spawn_that_fails_leaves_no_trace, "greenpile.3")
{
    eventlet_greenpile *pile = pile_of(1);
    struct eventlet_timeout t;

    notes();
    CHECK_CODE(eventlet_greenpile_spawn(pile, give_backwards, number(9)), 0);
    CHECK_CODE(eventlet_timeout_start(&t, 0), 0);
    CHECK_CODE(eventlet_greenpile_spawn(pile, give, number(1)),
               EVENTLET_TIMEOUT);
    CHECK(eventlet_timeout_cancel(&t));
    CHECK_CODE(eventlet_greenpile_spawn(pile, give, number(2)), 0);
    CHECK_CODE(drain(pile), EVENTLET_END);
    CHECK_STR(notes(), "9 2");
    eventlet_greenpile_free(pile);
}

GREEN_TEST(greenpile, who_waits_behind_a_failed_spawn_is_told, "greenpile.3")
{
    eventlet_greenpool *pool = pool_of(0);
    eventlet_greenpile *pile = pile_over(pool);
    eventlet_greenthread *spawner, *reader;

    CHECK_CODE(eventlet_spawn(&spawner, spawn_seven, pile), 0);
    CHECK_CODE(eventlet_spawn(&reader, drain_pile, pile), 0);
    let_others_run();
    CHECK_CODE(eventlet_reap(spawner), EVENTLET_EXIT);
    catch_log();
    CHECK_CODE(eventlet_wait(reader), EVENTLET_END);
    release_log();
    eventlet_release(reader);
    eventlet_greenpile_free(pile);
    eventlet_greenpool_free(pool);
}

static int spawn_both_inside(void *pile)
{
    CHECK_CODE(eventlet_greenpile_spawn(pile, give, number(1)), 0);
    CHECK_CODE(eventlet_greenpile_spawn(pile, give, number(-EIO)), -EIO);
    return 2;
}

GREEN_TEST(greenpile, member_of_a_full_one_calls_at_once, "greenpile.3")
{
    eventlet_greenpool *pool = pool_of(1);
    eventlet_greenpile *pile = pile_over(pool);

    notes();
    CHECK_CODE(eventlet_greenpool_spawn_n(pool, spawn_both_inside, pile), 0);
    CHECK_CODE(eventlet_greenpool_waitall(pool), 0);
    CHECK_CODE(drain(pile), EVENTLET_END);
    CHECK_STR(notes(), "1");
    eventlet_greenpile_free(pile);
    eventlet_greenpool_free(pool);
}
