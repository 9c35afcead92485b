/* SPDX-License-Identifier: MIT */
/* Capped semaphores: who gives back waits, too. */
#include "sync/semaphore.h"

#include <errno.h>

GREEN_TEST(semaphore, capped_one_balances, "semaphore.1 semaphore.13")
{
    eventlet_semaphore *s = capped_of(2, 3);
    struct user giver = { 0 }, taker = { 0 };

    CHECK_CODE(eventlet_semaphore_acquire(s), 0);
    CHECK_CODE(eventlet_semaphore_acquire(s), 0);
    giver = (struct user){ .s = s, .name = "giver" };
    taker = (struct user){ .s = s, .name = "taker" };
    notes();
    CHECK_CODE(eventlet_spawn(&giver.gt, gives, &giver), 0);
    CHECK_CODE(eventlet_semaphore_acquire(s), 0); /* waits for it */
    CHECK_INT(eventlet_semaphore_balance(s), -3);
    for (int i = 0; i < 3; i++)
        CHECK_CODE(eventlet_semaphore_release(s), 0);
    CHECK_CODE(eventlet_spawn(&taker.gt, takes, &taker), 0);
    CHECK_CODE(eventlet_semaphore_release(s), 0); /* waits for it */
    CHECK_INT(eventlet_semaphore_balance(s), 3);
    CHECK_STR(notes(), "giver taker");
    end(&giver, 1);
    end(&taker, 1);
    eventlet_semaphore_free(s);
}

GREEN_TEST(semaphore, capped_release_meets_an_acquire, "semaphore.13")
{
    eventlet_semaphore *s = capped_of(0, 0);
    struct user u = { 0 };

    u = (struct user){ .s = s, .name = "taker" };
    notes();
    CHECK_CODE(eventlet_spawn(&u.gt, takes, &u), 0);
    CHECK_CODE(eventlet_semaphore_release(s), 0);
    CHECK_CODE(eventlet_wait(u.gt), 0);
    CHECK_STR(notes(), "taker");
    CHECK_INT(eventlet_semaphore_balance(s), 0);
    end(&u, 1);
    eventlet_semaphore_free(s);
}

GREEN_TEST(semaphore, capped_acquire_that_waits_lets_a_release_through,
           "semaphore.13 semaphore.14")
{
    eventlet_semaphore *s = capped_of(0, 0);
    struct user u[2] = { { 0 } };

    CHECK(eventlet_semaphore_bounded(s));
    CHECK_CODE(eventlet_semaphore_release_nowait(s), -EAGAIN);
    start(u, 2, s, takes);
    CHECK(!eventlet_semaphore_bounded(s));
    CHECK_CODE(eventlet_semaphore_release_nowait(s), 0);
    CHECK_CODE(eventlet_semaphore_release(s), 0);
    CHECK(eventlet_semaphore_bounded(s)); /* one for each */
    CHECK_CODE(eventlet_semaphore_release_nowait(s), -EAGAIN);
    let_others_run();
    CHECK_STR(notes(), "A B");
    end(u, 2);
    eventlet_semaphore_free(s);
}

GREEN_TEST(semaphore, capped_release_waits_while_full_in_order,
           "semaphore.13 semaphore.17")
{
    eventlet_semaphore *s = capped_of(2, 2);
    struct user u[3] = { { 0 } };

    CHECK_INT(eventlet_semaphore_balance(s), 2);
    start(u, 3, s, gives);
    CHECK_STR(notes(), "");
    CHECK_INT(eventlet_semaphore_balance(s), 8);
    CHECK_INT(eventlet_semaphore_counter(s), 2);
    CHECK_CODE(eventlet_semaphore_acquire(s), 0);
    CHECK_CODE(eventlet_semaphore_release_nowait(s), -EAGAIN);
    let_others_run();
    CHECK_STR(notes(), "A");
    CHECK_CODE(eventlet_semaphore_acquire_nowait(s), 0);
    CHECK_CODE(eventlet_semaphore_acquire_nowait(s), 0);
    let_others_run();
    CHECK_STR(notes(), "B C");
    CHECK_INT(eventlet_semaphore_counter(s), 2);
    end(u, 3);
    eventlet_semaphore_free(s);
}

GREEN_TEST(semaphore, capped_giver_killed_has_given_nothing, "semaphore.15")
{
    eventlet_semaphore *s = capped_of(1, 1);
    struct user u[3] = { { 0 } };

    start(u, 3, s, gives);
    CHECK_CODE(eventlet_kill(u[1].gt, EVENTLET_EXIT), 0);
    CHECK_CODE(eventlet_semaphore_acquire(s), 0); /* wakes A */
    CHECK_CODE(eventlet_kill(u[0].gt, EVENTLET_EXIT), 0);
    CHECK_INT(eventlet_semaphore_counter(s), 0);
    let_others_run();
    CHECK_STR(notes(), "B:EXIT A:EXIT C");
    CHECK_INT(eventlet_semaphore_counter(s), 1);
    CHECK_INT(eventlet_semaphore_balance(s), 1);
    end(u, 3);
    eventlet_semaphore_free(s);
}

GREEN_TEST(semaphore, capped_taker_killed_after_a_unit_came_for_it,
           "semaphore.16")
{
    eventlet_semaphore *s = capped_of(0, 0);
    struct user u = { 0 };

    start(&u, 1, s, takes);
    CHECK_CODE(eventlet_semaphore_release(s), 0);
    CHECK_CODE(eventlet_kill(u.gt, EVENTLET_EXIT), 0);
    CHECK_INT(eventlet_semaphore_counter(s), 1);
    CHECK(eventlet_semaphore_bounded(s));
    CHECK_CODE(eventlet_semaphore_acquire_nowait(s), 0);
    CHECK(eventlet_semaphore_bounded(s));
    CHECK_INT(eventlet_semaphore_balance(s), 0);
    end(&u, 1);
    eventlet_semaphore_free(s);
}

GREEN_TEST(semaphore, capped_taker_killed_takes_its_room_along,
           "semaphore.9 semaphore.13")
{
    eventlet_semaphore *s = capped_of(0, 0);
    struct user taker = { 0 }, giver = { 0 };

    start(&taker, 1, s, takes);
    CHECK_CODE(eventlet_kill(taker.gt, EVENTLET_EXIT), 0);
    start(&giver, 1, s, gives);
    CHECK_STR(notes(), ""); /* it waits */
    CHECK_CODE(eventlet_semaphore_acquire(s), 0);
    CHECK_STR(notes(), "A");
    end(&taker, 1);
    end(&giver, 1);
    eventlet_semaphore_free(s);
}

GREEN_TEST(semaphore, capped_giver_woken_for_a_taker_that_is_killed,
           "semaphore.13")
{
    eventlet_semaphore *s = capped_of(0, 0);
    struct user giver = { 0 }, taker = { 0 };

    start(&giver, 1, s, gives);
    start(&taker, 1, s, takes);                            /* wakes the giver */
    CHECK_CODE(eventlet_kill(taker.gt, EVENTLET_EXIT), 0); /* which runs then */
    let_others_run();
    CHECK_STR(notes(), "A:EXIT");
    CHECK_INT(eventlet_semaphore_counter(s), 0);
    CHECK_CODE(eventlet_semaphore_acquire(s), 0);
    CHECK_STR(notes(), "A");
    end(&giver, 1);
    end(&taker, 1);
    eventlet_semaphore_free(s);
}

static int touch_full_in_hub(void *s)
{
    CHECK_CODE(eventlet_semaphore_release(s), EVENTLET_IN_HUB);
    CHECK_CODE(eventlet_semaphore_release_nowait(s), -EAGAIN);
    CHECK_CODE(eventlet_semaphore_acquire(s), 0);
    CHECK_CODE(eventlet_semaphore_acquire(s), EVENTLET_IN_HUB);
    CHECK_CODE(eventlet_semaphore_release(s), 0);
    note("hub");
    return 0;
}

GREEN_TEST(semaphore, capped_hub_cannot_wait_to_give, "semaphore.19")
{
    eventlet_semaphore *s = capped_of(1, 1);

    notes();
    in_hub(touch_full_in_hub, s);
    CHECK_STR(notes(), "hub");
    CHECK_INT(eventlet_semaphore_balance(s), 1);
    eventlet_semaphore_free(s);
}

GREEN_TEST(semaphore, capped_a_timeout_does_not_beat_room, "semaphore.11")
{
    eventlet_semaphore *s = capped_of(1, 1);
    struct eventlet_timeout t;
    struct user u = { .s = s, .name = "taker" };

    notes();
    CHECK_CODE(eventlet_spawn_after(&u.gt, 1, takes, &u), 0);
    CHECK_CODE(eventlet_timeout_start(&t, 1), 0);
    CHECK_CODE(eventlet_semaphore_release(s), 0);
    CHECK(!eventlet_timeout_cancel(&t));
    CHECK_STR(notes(), "taker");
    CHECK_INT(eventlet_semaphore_counter(s), 1);
    end(&u, 1);
    eventlet_semaphore_free(s);
}

GREEN_TEST(semaphore, capped_at_0_nowait_finds_nothing, "semaphore.7")
{
    eventlet_semaphore *s = capped_of(0, 0);
    struct user u = { 0 };

    start(&u, 1, s, gives);
    CHECK_CODE(eventlet_semaphore_acquire_nowait(s), -EAGAIN);
    CHECK_STR(notes(), "");
    CHECK_CODE(eventlet_semaphore_acquire(s), 0);
    CHECK_STR(notes(), "A");
    end(&u, 1);
    eventlet_semaphore_free(s);
}

/* Everybody takes and gives as often; some are killed, at all moments. */
struct crowd {
    eventlet_semaphore *s;
    int taken;
    int given;
    int seed;
};

static int mill(void *arg)
{
    struct crowd *c = arg;
    int rc = 0;

    for (int i = 0; rc == 0; i++) {
        rc = (i + c->seed) % 2 ? eventlet_semaphore_acquire(c->s)
                               : eventlet_semaphore_release(c->s);
        if (rc == 0)
            (i + c->seed) % 2 ? c->taken++ : c->given++;
        if (rc == 0)
            rc = eventlet_sleep((i * 7 + c->seed) % 5 * 0.001);
    }
    return rc;
}

static void kill_some_at(int limit, double seconds)
{
    eventlet_semaphore *s = capped_of(limit, limit);
    struct crowd c[6] = { { 0 } };
    eventlet_greenthread *gts[6];
    int units = limit;

    for (int i = 0; i < 6; i++) {
        c[i] = (struct crowd){ .s = s, .seed = i };
        CHECK_CODE(eventlet_spawn(&gts[i], mill, &c[i]), 0);
    }
    clock_advance(seconds);
    for (int i = 0; i < 6; i++) {
        eventlet_reap(gts[i]);
        units += c[i].given - c[i].taken;
    }
    CHECK_INT(eventlet_semaphore_counter(s), units);
    CHECK(units >= 0 && units <= limit + 3);
    eventlet_semaphore_free(s);
}

GREEN_TEST(semaphore, capped_nothing_is_lost_or_doubled,
           "semaphore.9 semaphore.15 semaphore.16")
{
    for (int limit = 0; limit < 3; limit++)
        for (int ms = 0; ms < 40; ms++)
            kill_some_at(limit, ms * 0.0005);
}
