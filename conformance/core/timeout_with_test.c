/* SPDX-License-Identifier: MIT */
/* with_timeout, the text forms, what counts as a timeout. */
#include "core_support.h"

#include <errno.h>

static int sleep_and_answer(void *seconds)
{
    int rc = eventlet_sleep(*(double *)seconds);

    return rc < 0 ? rc : 4;
}

GREEN_TEST(timeout, with_timeout_gives_the_result_in_time, "timeout.11")
{
    double short_time = 0.1;
    int code = EVENTLET_USER(6);
    bool timed_out = true;

    CHECK_INT(
        eventlet_with_timeout(1, sleep_and_answer, &short_time, &timed_out), 4);
    CHECK(!timed_out);
    timed_out = true;
    CHECK_CODE(eventlet_with_timeout(1, return_it, &code, &timed_out),
               EVENTLET_USER(6));
    CHECK(!timed_out);
    CHECK_OK(eventlet_sleep(2));
}

GREEN_TEST(timeout, with_timeout_tells_that_time_ran_out, "timeout.12")
{
    double long_time = 10, began = now();
    bool timed_out = false;

    CHECK_INT(
        eventlet_with_timeout(1, sleep_and_answer, &long_time, &timed_out), 0);
    CHECK(timed_out);
    CHECK_DBL_NEAR(now() - began, 1, 1e-6);
}

GREEN_TEST(timeout, with_timeout_gives_the_code_if_nobody_asks, "timeout.11")
{
    double long_time = 10;

    CHECK_CODE(eventlet_with_timeout(1, sleep_and_answer, &long_time, NULL),
               EVENTLET_TIMEOUT);
}

GREEN_TEST(timeout, with_timeout_lets_other_timeouts_through, "timeout.12")
{
    double long_time = 10;
    bool timed_out = false;
    struct eventlet_timeout outer;

    CHECK_OK(eventlet_timeout_start(&outer, 0.5));
    CHECK_CODE(
        eventlet_with_timeout(1, sleep_and_answer, &long_time, &timed_out),
        EVENTLET_TIMEOUT);
    CHECK(!timed_out);
    CHECK(eventlet_timeout_cancel(&outer));
    CHECK_OK(eventlet_sleep(2));
}

struct inner {
    double limit;
    double seconds;
    bool timed_out;
};

static int inner_with_timeout(void *arg)
{
    struct inner *in = arg;

    return eventlet_with_timeout(in->limit, sleep_and_answer, &in->seconds,
                                 &in->timed_out);
}

GREEN_TEST(timeout, with_timeout_nested_the_outer_wins, "timeout.12")
{
    struct inner in = { 0.2, 10, false };
    bool timed_out = false;

    CHECK_CODE(eventlet_with_timeout(0.1, inner_with_timeout, &in, NULL),
               EVENTLET_TIMEOUT);
    CHECK(!in.timed_out);
    CHECK_INT(eventlet_with_timeout(0.1, inner_with_timeout, &in, &timed_out),
              0);
    CHECK(timed_out && !in.timed_out);
}

GREEN_TEST(timeout, with_timeout_nested_the_inner_wins, "timeout.12")
{
    struct inner in = { 0.1, 10, false };
    bool timed_out = true;

    CHECK_INT(eventlet_with_timeout(1, inner_with_timeout, &in, &timed_out), 0);
    CHECK(in.timed_out && !timed_out);
}

/* Catches the timeout and gives a result of its own. */
static int shrug(void *arg)
{
    (void)arg;
    CHECK_CODE(eventlet_sleep(10), EVENTLET_TIMEOUT);
    return 5;
}

GREEN_TEST(timeout, with_timeout_gives_what_was_made_of_the_timeout,
           "timeout.11")
{
    bool timed_out = true;

    CHECK_INT(eventlet_with_timeout(1, shrug, NULL, &timed_out), 5);
    CHECK(!timed_out);
}

GREEN_TEST(timeout, exc_after_throws_its_code_later, "timeout.17")
{
    struct eventlet_timeout t;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    CHECK_OK(eventlet_exc_after(&t, 0.1, EVENTLET_USER(2)));
#pragma GCC diagnostic pop
    CHECK_CODE(eventlet_sleep(1), EVENTLET_USER(2));
    CHECK(eventlet_timeout_cancel(&t));
}

/* ---- text ---- */

static void check_text(struct eventlet_timeout *t, const char *want)
{
    char buf[64];

    CHECK_INT(eventlet_timeout_str(t, buf, sizeof buf), strlen(want));
    CHECK_STR(buf, want);
    eventlet_timeout_cancel(t);
    eventlet_timeout_str(t, buf, sizeof buf);
    CHECK_STR(buf, want); /* in any state */
}

GREEN_TEST(timeout, has_a_text, "timeout.10")
{
    static const struct {
        double seconds;
        const char *plain, *silent;
    } rows[] = {
        { EVENTLET_NEVER, "", "" },
        { 1, "1 second", "1 second (silent)" },
        { 2.5, "2.5 seconds", "2.5 seconds (silent)" },
        { 0, "0 seconds", "0 seconds (silent)" },
        { 60, "60 seconds", "60 seconds (silent)" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct eventlet_timeout t;

        CHECK_OK(eventlet_timeout_start(&t, rows[i].seconds));
        check_text(&t, rows[i].plain);
        CHECK_OK(eventlet_timeout_start_silent(&t, rows[i].seconds));
        check_text(&t, rows[i].silent);
    }
}

GREEN_TEST(timeout, has_a_text_that_names_its_code, "timeout.10")
{
    struct eventlet_timeout t;
    char buf[8];

    CHECK_OK(eventlet_timeout_start_code(&t, 2, EVENTLET_STOP));
    check_text(&t, "2 seconds (EVENTLET_STOP)");
    CHECK_OK(eventlet_timeout_start_code(&t, 2, -EIO));
    CHECK(eventlet_timeout_str(&t, buf, sizeof buf) > 7);
    CHECK_STR(buf, "2 secon"); /* cut, but ended */
    eventlet_timeout_cancel(&t);
}

/* ---- what is one ---- */

TEST(timeout, codes_that_are_timeouts, "timeout.13")
{
    CHECK(eventlet_is_timeout(EVENTLET_TIMEOUT));
    CHECK(eventlet_is_timeout(EVENTLET_SOCKET_TIMEOUT));
    CHECK(eventlet_is_timeout(-ETIMEDOUT));
    CHECK(eventlet_is_timeout(EVENTLET_USER_TIMEOUT(0)));
    CHECK(eventlet_is_timeout(EVENTLET_USER_TIMEOUT(65535)));
    CHECK(!eventlet_is_timeout(0));
    CHECK(!eventlet_is_timeout(1));
    CHECK(!eventlet_is_timeout(EVENTLET_EXIT));
    CHECK(!eventlet_is_timeout(EVENTLET_USER(0)));
    CHECK(!eventlet_is_timeout(EVENTLET_USER(65535)));
    CHECK(!eventlet_is_timeout(-EAGAIN));
}

static int return_timeout_by_hand(void *arg)
{
    (void)arg;
    return EVENTLET_TIMEOUT;
}

GREEN_TEST(timeout, a_timeout_returned_by_hand_belongs_to_no_clock,
           "timeout.13 timeout.9")
{
    struct eventlet_timeout t;
    bool timed_out = true;

    CHECK_OK(eventlet_timeout_start(&t, EVENTLET_NEVER));
    CHECK_CODE(
        eventlet_with_timeout(1, return_timeout_by_hand, NULL, &timed_out),
        EVENTLET_TIMEOUT);
    CHECK(!timed_out);
    CHECK(!eventlet_timeout_pending(&t));
    CHECK(!eventlet_timeout_cancel(&t));
}

/* ---- against kills ---- */

static struct eventlet_timeout around;

static int sleep_under_a_timeout(void *arg)
{
    int *got = arg;

    CHECK_OK(eventlet_timeout_start(&around, 1));
    got[0] = eventlet_sleep(10);
    got[1] = eventlet_timeout_cancel(&around);
    return 0;
}

GREEN_TEST(timeout, does_not_claim_the_code_of_a_kill, "timeout.15")
{
    int got[2] = { 1, 1 };
    eventlet_greenthread *gt = spawn(sleep_under_a_timeout, got);

    clock_advance(0.5);
    CHECK_OK(eventlet_kill(gt, EVENTLET_TIMEOUT));
    CHECK_CODE(got[0], EVENTLET_TIMEOUT);
    CHECK_INT(got[1], false);
    eventlet_release(gt);
}

/* ---- a failure at each place ---- */

static int start_several(void *arg)
{
    struct eventlet_timeout t[3];
    int rc = 0;

    (void)arg;
    for (int i = 0; i < 3; i++) {
        int code = eventlet_timeout_start(&t[i], i + 1);

        rc = code < 0 ? code : rc;
    }
    if (rc == 0)
        rc = eventlet_sleep(1.5) == EVENTLET_TIMEOUT ? 0 : -EINVAL;
    for (int i = 0; i < 3; i++)
        eventlet_timeout_cancel(&t[i]);
    return rc;
}

TEST(timeout, survives_a_failure_at_each_place, "timeout.18")
{
    log_catch();
    FAULT_EACH(start_several, NULL);
    log_let_go();
}
