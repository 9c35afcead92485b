/* SPDX-License-Identifier: MIT */
/* Timeouts: when they fire, at whom, and what that does to a call. */
#include "core_support.h"

#include <errno.h>
#include <math.h>

GREEN_TEST(timeout, ends_a_wait_when_its_time_has_come, "timeout.1")
{
    struct eventlet_timeout t;
    double began = now();

    CHECK_OK(eventlet_timeout_start(&t, 0.5));
    CHECK(eventlet_timeout_pending(&t));
    CHECK_CODE(eventlet_sleep(1000), EVENTLET_TIMEOUT);
    CHECK_DBL_NEAR(now() - began, 0.5, 1e-6);
    CHECK(!eventlet_timeout_pending(&t));
    CHECK(eventlet_timeout_cancel(&t));
}

GREEN_TEST(timeout, is_gone_once_cancelled_in_time, "timeout.9")
{
    struct eventlet_timeout t;
    size_t before = timers();

    CHECK_OK(eventlet_timeout_start(&t, 0.5));
    CHECK_OK(eventlet_sleep(0.1));
    CHECK(eventlet_timeout_pending(&t));
    CHECK(!eventlet_timeout_cancel(&t));
    CHECK(!eventlet_timeout_pending(&t));
    CHECK_INT(timers(), before);
    CHECK_OK(eventlet_sleep(1));
    CHECK(!eventlet_timeout_cancel(&t));
}

GREEN_TEST(timeout, runs_from_its_start, "timeout.1")
{
    struct eventlet_timeout t;
    double began = now();

    CHECK_OK(eventlet_timeout_start(&t, 0.3));
    CHECK_OK(eventlet_sleep(0.2));
    CHECK_CODE(eventlet_sleep(0.2), EVENTLET_TIMEOUT);
    CHECK_DBL_NEAR(now() - began, 0.3, 1e-6);
    CHECK(eventlet_timeout_cancel(&t));
}

GREEN_TEST(timeout, is_thrown_once, "timeout.14")
{
    struct eventlet_timeout t;

    CHECK_OK(eventlet_timeout_start(&t, 0.1));
    CHECK_CODE(eventlet_sleep(1), EVENTLET_TIMEOUT);
    CHECK_OK(eventlet_sleep(1));
    CHECK_OK(eventlet_sleep(0));
    CHECK(eventlet_timeout_cancel(&t));
}

GREEN_TEST(timeout, says_again_that_it_fired, "timeout.9")
{
    struct eventlet_timeout t;

    CHECK_OK(eventlet_timeout_start(&t, 0.1));
    CHECK_CODE(eventlet_sleep(1), EVENTLET_TIMEOUT);
    CHECK(eventlet_timeout_cancel(&t));
    eventlet_timeout_cancel(&t);
    CHECK_OK(eventlet_sleep(1));
}

/* ---- never, zero, nonsense ---- */

GREEN_TEST(timeout, never_is_never_pending, "timeout.2")
{
    struct eventlet_timeout t;
    size_t before = timers();

    CHECK_OK(eventlet_timeout_start(&t, EVENTLET_NEVER));
    CHECK(!eventlet_timeout_pending(&t));
    CHECK_INT(timers(), before);
    CHECK_OK(eventlet_sleep(1e6));
    CHECK(!eventlet_timeout_cancel(&t));
}

GREEN_TEST(timeout, of_zero_fires_on_the_next_pass, "timeout.3")
{
    static const double seconds[] = { 0, -1, -1e300 };

    for (int i = 0; i < 3; i++) {
        struct eventlet_timeout t;
        double began = now();

        CHECK_OK(eventlet_timeout_start(&t, seconds[i]));
        CHECK_CODE(eventlet_sleep(1), EVENTLET_TIMEOUT);
        CHECK_DBL_NEAR(now(), began, 1e-6);
        CHECK(eventlet_timeout_cancel(&t));
    }
}

GREEN_TEST(timeout, of_zero_spares_what_does_not_wait, "timeout.3")
{
    struct eventlet_timeout t;

    CHECK_OK(eventlet_timeout_start(&t, 0));
    CHECK(!eventlet_timeout_cancel(&t));
    CHECK_OK(eventlet_sleep(0));
}

GREEN_TEST(timeout, of_zero_beats_a_yield_that_came_later, "timeout.3")
{
    struct eventlet_timeout t;

    CHECK_OK(eventlet_timeout_start(&t, 0));
    CHECK_CODE(eventlet_sleep(0), EVENTLET_TIMEOUT);
    CHECK(eventlet_timeout_cancel(&t));
}

GREEN_TEST(timeout, refuses_what_is_not_a_number, "timeout.16")
{
    struct eventlet_timeout t;

    CHECK_CODE(eventlet_timeout_start(&t, (double)NAN), -EINVAL);
    CHECK(!eventlet_timeout_pending(&t));
    CHECK_OK(eventlet_sleep(1));
    CHECK(!eventlet_timeout_cancel(&t));
}

static int start_in_hub(void *arg)
{
    struct eventlet_timeout t;

    *(int *)arg = eventlet_timeout_start(&t, 0.5);
    CHECK(!eventlet_timeout_cancel(&t));
    return 0;
}

GREEN_TEST(timeout, cannot_be_started_in_the_hub, "timeout.16")
{
    int rc = 0;

    call_in_hub(start_in_hub, &rc);
    clock_advance(0);
    CHECK_CODE(rc, EVENTLET_IN_HUB);
}

/* ---- at whom ---- */

struct aimed {
    struct eventlet_timeout t;
    int got;
};

static int start_and_sleep(void *arg)
{
    struct aimed *a = arg;

    CHECK_OK(eventlet_timeout_start(&a->t, 0.1));
    a->got = eventlet_sleep(1);
    CHECK(eventlet_timeout_cancel(&a->t));
    return 0;
}

GREEN_TEST(timeout, hits_who_started_it_and_nobody_else, "timeout.4")
{
    struct aimed a;
    eventlet_greenthread *gt = spawn(start_and_sleep, &a);

    CHECK_OK(eventlet_sleep(0.05));
    CHECK(eventlet_timeout_pending(&a.t));
    CHECK_OK(eventlet_sleep(0.2));
    CHECK_CODE(a.got, EVENTLET_TIMEOUT);
    CHECK_OK(eventlet_wait(gt));
    eventlet_release(gt);
}

static int start_and_end(void *t)
{
    return eventlet_timeout_start(t, 0.1);
}

GREEN_TEST(timeout, of_the_dead_harms_nobody, "timeout.4")
{
    static struct eventlet_timeout t; /* outlives who starts it */
    size_t before = timers();
    eventlet_greenthread *gt = spawn(start_and_end, &t);

    CHECK_OK(eventlet_wait(gt));
    eventlet_release(gt);
    CHECK(!eventlet_timeout_pending(&t));
    CHECK_INT(timers(), before);
    for (int i = 0; i < 5; i++)
        CHECK_OK(eventlet_sleep(0.1));
}

/* ---- nesting ---- */

GREEN_TEST(timeout, the_inner_one_fires_first_if_it_is_shorter, "timeout.6")
{
    struct eventlet_timeout outer, inner;

    CHECK_OK(eventlet_timeout_start(&outer, 2));
    CHECK_OK(eventlet_timeout_start(&inner, 1));
    CHECK_CODE(eventlet_sleep(10), EVENTLET_TIMEOUT);
    CHECK(eventlet_timeout_cancel(&inner));
    CHECK(eventlet_timeout_pending(&outer));
    CHECK_CODE(eventlet_sleep(10), EVENTLET_TIMEOUT);
    CHECK(eventlet_timeout_cancel(&outer));
}

GREEN_TEST(timeout, the_outer_one_passes_through_the_inner, "timeout.6")
{
    struct eventlet_timeout outer, inner;
    int rc;

    CHECK_OK(eventlet_timeout_start(&outer, 1));
    CHECK_OK(eventlet_timeout_start_silent(&inner, 2));
    rc = eventlet_sleep(10);
    CHECK(eventlet_timeout_pending(&inner));
    CHECK_CODE(eventlet_timeout_end(&inner, rc), EVENTLET_TIMEOUT);
    CHECK(!eventlet_timeout_pending(&inner));
    CHECK(eventlet_timeout_cancel(&outer));
}

GREEN_TEST(timeout, the_inner_one_passes_through_a_silent_outer,
           "timeout.6 timeout.8")
{
    struct eventlet_timeout outer, inner;
    int rc;

    CHECK_OK(eventlet_timeout_start_silent(&outer, 2));
    CHECK_OK(eventlet_timeout_start(&inner, 1));
    rc = eventlet_sleep(10);
    CHECK(eventlet_timeout_cancel(&inner));
    CHECK_CODE(eventlet_timeout_end(&outer, rc), EVENTLET_TIMEOUT);
    CHECK_OK(eventlet_sleep(10));
}

GREEN_TEST(timeout, of_two_due_together_the_first_started_fires, "timeout.6")
{
    struct eventlet_timeout outer, inner;
    int rc;

    CHECK_OK(eventlet_timeout_start_code(&outer, 1, EVENTLET_USER(1)));
    CHECK_OK(eventlet_timeout_start_code(&inner, 1, EVENTLET_USER(2)));
    rc = eventlet_sleep(10);
    CHECK_CODE(rc, EVENTLET_USER(1));
    CHECK(!eventlet_timeout_cancel(&inner));
    CHECK(eventlet_timeout_cancel(&outer));
    CHECK_OK(eventlet_sleep(1));
}

GREEN_TEST(timeout, of_two_due_together_the_second_waits_for_its_turn,
           "timeout.6")
{
    struct eventlet_timeout outer, inner;

    CHECK_OK(eventlet_timeout_start_code(&outer, 1, EVENTLET_USER(1)));
    CHECK_OK(eventlet_timeout_start_code(&inner, 1, EVENTLET_USER(2)));
    CHECK_CODE(eventlet_sleep(10), EVENTLET_USER(1));
    CHECK_CODE(eventlet_sleep(10), EVENTLET_USER(2));
    CHECK(eventlet_timeout_cancel(&inner));
    CHECK(eventlet_timeout_cancel(&outer));
}

/* ---- codes, silence ---- */

GREEN_TEST(timeout, throws_a_code_of_ones_own, "timeout.7")
{
    static const int codes[] = { EVENTLET_USER(4), -EIO, EVENTLET_EXIT,
                                 EVENTLET_USER_TIMEOUT(1) };

    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        struct eventlet_timeout t;

        CHECK_OK(eventlet_timeout_start_code(&t, 0.1, codes[i]));
        CHECK_CODE(eventlet_sleep(1), codes[i]);
        CHECK(eventlet_timeout_cancel(&t));
    }
}

GREEN_TEST(timeout, a_silent_one_keeps_itself_to_itself, "timeout.8")
{
    struct eventlet_timeout t;
    int rc;

    CHECK_OK(eventlet_timeout_start_silent(&t, 0.1));
    rc = eventlet_sleep(1);
    CHECK_CODE(rc, EVENTLET_TIMEOUT);
    CHECK_INT(eventlet_timeout_end(&t, rc), 0);
}

GREEN_TEST(timeout, a_silent_one_swallows_nothing_else, "timeout.8")
{
    struct eventlet_timeout t;

    CHECK_OK(eventlet_timeout_start_silent(&t, 0.1));
    CHECK_CODE(eventlet_timeout_end(&t, EVENTLET_USER(1)), EVENTLET_USER(1));
    CHECK_OK(eventlet_timeout_start_silent(&t, 0.1));
    CHECK_CODE(eventlet_timeout_end(&t, EVENTLET_TIMEOUT), EVENTLET_TIMEOUT);
    CHECK_OK(eventlet_timeout_start_silent(&t, 0.1));
    CHECK_INT(eventlet_timeout_end(&t, 7), 7);
    CHECK_OK(eventlet_sleep(1));
}

GREEN_TEST(timeout, one_that_is_not_silent_passes_its_end, "timeout.8")
{
    struct eventlet_timeout t;
    int rc;

    CHECK_OK(eventlet_timeout_start(&t, 0.1));
    rc = eventlet_sleep(1);
    CHECK_CODE(eventlet_timeout_end(&t, rc), EVENTLET_TIMEOUT);
    CHECK_OK(eventlet_timeout_start(&t, 0.1));
    CHECK_INT(eventlet_timeout_end(&t, 3), 3);
    CHECK(!eventlet_timeout_pending(&t));
}

/* ---- again ---- */

GREEN_TEST(timeout, can_be_started_again, "timeout.9")
{
    struct eventlet_timeout t;

    CHECK_OK(eventlet_timeout_start(&t, 1));
    CHECK(!eventlet_timeout_cancel(&t));
    CHECK_OK(eventlet_timeout_start(&t, 0.1));
    CHECK_CODE(eventlet_sleep(1), EVENTLET_TIMEOUT);
    CHECK(eventlet_timeout_cancel(&t));
    CHECK_OK(eventlet_timeout_start(&t, 0.1));
    CHECK_CODE(eventlet_sleep(1), EVENTLET_TIMEOUT);
    CHECK(eventlet_timeout_cancel(&t));
}

GREEN_TEST(timeout, many_started_and_cancelled_leave_nothing, "timeout.9")
{
    size_t before = timers();

    for (int i = 0; i < 10000; i++) {
        struct eventlet_timeout t;

        CHECK_OK(eventlet_timeout_start(&t, 1 + i % 7));
        CHECK(!eventlet_timeout_cancel(&t));
    }
    CHECK_INT(timers(), before);
}
