/* SPDX-License-Identifier: MIT */
/* Semaphores: units, and who gets them. */
#include "sync/semaphore.h"

#include <errno.h>
#include <limits.h>
#include <math.h>

/* ---- units ---- */

GREEN_TEST(semaphore, new_one_has_its_value, "semaphore.1 semaphore.17")
{
    eventlet_semaphore *s = semaphore_of(2);

    CHECK_INT(eventlet_semaphore_counter(s), 2);
    CHECK_INT(eventlet_semaphore_balance(s), 2);
    CHECK(!eventlet_semaphore_locked(s));
    CHECK(!eventlet_semaphore_bounded(s));
    eventlet_semaphore_free(s);
    eventlet_semaphore_free(NULL);
}

GREEN_TEST(semaphore, value_is_checked, "semaphore.2")
{
    eventlet_semaphore *s = NULL;

    CHECK_CODE(eventlet_semaphore_new(&s, -1), -EINVAL);
    CHECK_CODE(eventlet_boundedsemaphore_new(&s, -1), -EINVAL);
    CHECK_CODE(eventlet_cappedsemaphore_new(&s, -1, 1), -EINVAL);
    CHECK_CODE(eventlet_cappedsemaphore_new(&s, 2, 1), -EINVAL);
    CHECK_PTR(s, NULL);
    s = semaphore_of(0);
    CHECK(eventlet_semaphore_locked(s));
    eventlet_semaphore_free(s);
    eventlet_semaphore_free(capped_of(0, 0));
}

GREEN_TEST(semaphore, units_are_taken_without_yielding,
           "semaphore.3 semaphore.7 semaphore.17")
{
    eventlet_semaphore *s = semaphore_of(3);

    notes();
    CHECK_CODE(eventlet_spawn_n(NULL, say, "other"), 0);
    CHECK_CODE(eventlet_semaphore_acquire(s), 0);
    CHECK_CODE(eventlet_semaphore_acquire_timeout(s, 1), 0);
    CHECK_INT(eventlet_semaphore_counter(s), 1);
    CHECK_CODE(eventlet_semaphore_acquire_nowait(s), 0);
    CHECK_CODE(eventlet_semaphore_acquire_nowait(s), -EAGAIN);
    CHECK(eventlet_semaphore_locked(s));
    CHECK_INT(eventlet_semaphore_balance(s), 0);
    CHECK_STR(notes(), "");
    let_others_run();
    eventlet_semaphore_free(s);
}

GREEN_TEST(semaphore, acquire_waits_for_a_release, "semaphore.3 semaphore.6")
{
    eventlet_semaphore *s = semaphore_of(0);
    struct user u = { 0 };

    start(&u, 1, s, takes);
    CHECK_STR(notes(), "");
    CHECK_INT(eventlet_semaphore_balance(s), -1);
    CHECK_INT(eventlet_semaphore_counter(s), 0);
    CHECK_CODE(eventlet_semaphore_release(s), 0);
    CHECK_STR(notes(), "");
    CHECK_INT(eventlet_semaphore_balance(s), 0);
    let_others_run();
    CHECK_STR(notes(), "A");
    CHECK_INT(eventlet_semaphore_counter(s), 0);
    end(&u, 1);
    eventlet_semaphore_free(s);
}

GREEN_TEST(semaphore, more_may_be_given_than_it_had, "semaphore.6 semaphore.22")
{
    eventlet_semaphore *s = semaphore_of(0), *full = semaphore_of(INT_MAX);

    for (int i = 0; i < 3; i++)
        CHECK_CODE(eventlet_semaphore_release(s), 0);
    CHECK_CODE(eventlet_semaphore_release_nowait(s), 0);
    CHECK_INT(eventlet_semaphore_counter(s), 4);
    CHECK_CODE(eventlet_semaphore_release(full), -EOVERFLOW);
    CHECK_CODE(eventlet_semaphore_release_nowait(full), -EOVERFLOW);
    CHECK_INT(eventlet_semaphore_counter(full), INT_MAX);
    eventlet_semaphore_free(s);
    eventlet_semaphore_free(full);
}

/* ---- the line ---- */

GREEN_TEST(semaphore, first_come_first_served, "semaphore.4 semaphore.6")
{
    eventlet_semaphore *s = semaphore_of(0);
    struct user u[4] = { { 0 }, { .seconds = 9 }, { 0 }, { .seconds = 5 } };

    start(u, 4, s, takes);
    CHECK_INT(eventlet_semaphore_balance(s), -4);
    CHECK_CODE(eventlet_semaphore_release(s), 0);
    let_others_run();
    CHECK_STR(notes(), "A");
    for (int i = 0; i < 3; i++)
        CHECK_CODE(eventlet_semaphore_release(s), 0);
    let_others_run(); /* all in one pass */
    CHECK_STR(notes(), "B C D");
    end(u, 4);
    eventlet_semaphore_free(s);
}

GREEN_TEST(semaphore, nobody_gets_in_front_of_the_woken,
           "semaphore.4 semaphore.7")
{
    eventlet_semaphore *s = semaphore_of(0);
    struct user u = { 0 };

    start(&u, 1, s, takes);
    CHECK_CODE(eventlet_semaphore_release(s), 0);
    CHECK_CODE(eventlet_semaphore_release(s), 0);
    CHECK_INT(eventlet_semaphore_counter(s), 2);
    CHECK(eventlet_semaphore_locked(s)); /* for who comes now */
    CHECK_CODE(eventlet_semaphore_acquire_nowait(s), -EAGAIN);
    CHECK_CODE(eventlet_semaphore_acquire(s), 0);
    CHECK_STR(notes(), "A");
    CHECK_INT(eventlet_semaphore_counter(s), 0);
    end(&u, 1);
    eventlet_semaphore_free(s);
}

GREEN_TEST(semaphore, a_time_limit_is_no_way_to_the_front, "semaphore.4")
{
    eventlet_semaphore *s = semaphore_of(0);
    struct user u = { 0 };

    start(&u, 1, s, takes);
    CHECK_CODE(eventlet_semaphore_release(s), 0);
    CHECK_CODE(eventlet_semaphore_acquire_timeout(s, 1), EVENTLET_TIMEOUT);
    CHECK_STR(notes(), "A");
    end(&u, 1);
    eventlet_semaphore_free(s);
}

GREEN_TEST(semaphore, who_joins_behind_the_woken_is_woken_by_them,
           "semaphore.4")
{
    eventlet_semaphore *s = semaphore_of(0);
    struct user u[2] = { { 0 } };

    start(u, 1, s, takes);
    CHECK_CODE(eventlet_semaphore_release(s), 0);
    CHECK_CODE(eventlet_semaphore_release(s), 0);
    u[1] = (struct user){ .s = s, .name = "B" };
    CHECK_CODE(eventlet_spawn(&u[1].gt, takes, &u[1]), 0);
    CHECK_CODE(eventlet_kill(u[0].gt, EVENTLET_EXIT), 0);
    let_others_run();
    let_others_run();
    CHECK_STR(notes(), "A:EXIT B");
    CHECK_INT(eventlet_semaphore_counter(s), 1);
    end(u, 2);
    eventlet_semaphore_free(s);
}

struct looper {
    eventlet_semaphore *s;
    int times;
};

static int loop(void *arg)
{
    struct looper *l = arg;
    int rc = 0;

    while (rc == 0) {
        rc = eventlet_semaphore_acquire(l->s);
        if (rc == 0) {
            l->times++;
            rc = eventlet_sleep(0.001);
            eventlet_semaphore_release(l->s);
        }
    }
    return rc;
}

static int greedy_loop(void *arg)
{
    struct looper *l = arg;
    int rc = 0;

    while (rc == 0) {
        rc = eventlet_semaphore_acquire(l->s);
        l->times++;
        if (rc == 0) /* and takes it again, without a pause */
            eventlet_semaphore_release(l->s);
        if (rc == 0 && l->times > 1000)
            rc = eventlet_sleep(1000);
    }
    return rc;
}

GREEN_TEST(semaphore, contention_is_fair, "semaphore.5")
{
    eventlet_semaphore *s = semaphore_of(1);
    struct looper l[4] = { { s, 0 }, { s, 0 }, { s, 0 }, { s, 0 } };
    eventlet_greenthread *gts[4];

    for (int i = 0; i < 4; i++)
        CHECK_CODE(eventlet_spawn(&gts[i], loop, &l[i]), 0);
    clock_advance(0.4);
    CHECK(l[0].times > 50);
    for (int i = 1; i < 4; i++)
        CHECK(l[i].times == l[0].times || l[i].times == l[0].times - 1);
    for (int i = 0; i < 4; i++)
        eventlet_reap(gts[i]);
    CHECK_INT(eventlet_semaphore_counter(s), 1);
    eventlet_semaphore_free(s);
}

GREEN_TEST(semaphore, who_takes_again_at_once_starves_nobody, "semaphore.5")
{
    eventlet_semaphore *s = semaphore_of(0);
    struct looper l[2] = { { s, 0 }, { s, 0 } };
    eventlet_greenthread *gts[2];

    for (int i = 0; i < 2; i++)
        CHECK_CODE(eventlet_spawn(&gts[i], greedy_loop, &l[i]), 0);
    let_others_run();
    CHECK_CODE(eventlet_semaphore_release(s), 0);
    for (int i = 0; i < 100; i++)
        let_others_run();
    CHECK(l[0].times - l[1].times <= 1 && l[1].times - l[0].times <= 1);
    for (int i = 0; i < 2; i++)
        eventlet_reap(gts[i]);
    eventlet_semaphore_free(s);
}

/* ---- with a time limit ---- */

GREEN_TEST(semaphore, gives_up_when_the_time_is_over, "semaphore.8")
{
    eventlet_semaphore *s = semaphore_of(0);
    double before = now();

    CHECK_CODE(eventlet_semaphore_acquire_timeout(s, 0.1), EVENTLET_TIMEOUT);
    CHECK_DBL_NEAR(now() - before, 0.1, 1e-3);
    CHECK_INT(eventlet_semaphore_balance(s), 0);
    release_in(s, 0.1);
    CHECK_CODE(eventlet_semaphore_acquire_timeout(s, 0.2), 0);
    release_in(s, 1000);
    CHECK_CODE(eventlet_semaphore_acquire_timeout(s, EVENTLET_NEVER), 0);
    eventlet_semaphore_free(s);
}

GREEN_TEST(semaphore, time_limits_are_checked, "semaphore.8")
{
    eventlet_semaphore *s = semaphore_of(1);

    CHECK_CODE(eventlet_semaphore_acquire_timeout(s, -1), -EINVAL);
    CHECK_CODE(eventlet_semaphore_acquire_timeout(s, NAN), -EINVAL);
    CHECK_INT(eventlet_semaphore_counter(s), 1);
    CHECK_CODE(eventlet_semaphore_acquire_timeout(s, 0), 0);
    CHECK_CODE(eventlet_semaphore_acquire_timeout(s, 0), EVENTLET_TIMEOUT);
    eventlet_semaphore_free(s);
}

static int take_within_a_pass(void *s)
{
    int rc = eventlet_semaphore_acquire_timeout(s, 0);

    note(rc == 0 ? "taken" : "too late");
    return 0;
}

GREEN_TEST(semaphore, no_time_at_all_is_one_pass, "semaphore.8 semaphore.11")
{
    eventlet_semaphore *s = semaphore_of(0);

    notes();
    CHECK_CODE(eventlet_spawn_n(NULL, take_within_a_pass, s), 0);
    CHECK_CODE(eventlet_spawn_n(NULL, release_it, s), 0);
    let_others_run();
    let_others_run();
    CHECK_STR(notes(), "taken");
    eventlet_semaphore_free(s);
}

/* ---- bounded ---- */

GREEN_TEST(semaphore, bounded_one_counts, "semaphore.12")
{
    eventlet_semaphore *s;

    REQUIRE_CODE(eventlet_boundedsemaphore_new(&s, 2), 0);
    CHECK_CODE(eventlet_semaphore_release(s), EVENTLET_UNBALANCED);
    CHECK_CODE(eventlet_semaphore_release_nowait(s), EVENTLET_UNBALANCED);
    CHECK_INT(eventlet_semaphore_counter(s), 2);
    CHECK_CODE(eventlet_semaphore_acquire(s), 0);
    CHECK(!eventlet_semaphore_bounded(s));
    CHECK_CODE(eventlet_semaphore_release(s), 0);
    CHECK_CODE(eventlet_semaphore_release(s), EVENTLET_UNBALANCED);
    CHECK_INT(eventlet_semaphore_balance(s), 2);
    eventlet_semaphore_free(s);
}

GREEN_TEST(semaphore, bounded_one_wakes_in_order, "semaphore.12 semaphore.4")
{
    eventlet_semaphore *s;
    struct user u[2] = { { 0 } };

    REQUIRE_CODE(eventlet_boundedsemaphore_new(&s, 1), 0);
    CHECK_CODE(eventlet_semaphore_acquire(s), 0);
    start(u, 2, s, takes);
    for (int i = 0; i < 2; i++) {
        CHECK_CODE(eventlet_semaphore_release(s), 0);
        CHECK_CODE(eventlet_semaphore_release(s), EVENTLET_UNBALANCED);
        let_others_run();
    }
    CHECK_STR(notes(), "A B");
    end(u, 2);
    eventlet_semaphore_free(s);
}
