/* SPDX-License-Identifier: MIT */
/* Local timers, copies, errors, and many timers. */
#include "core_support.h"

#include <errno.h>
#include <stdlib.h>

static eventlet_timer *local;

static int arm_local(void *seconds)
{
    int rc = eventlet_timer_new_local(&local, 1, note_it, "local");

    if (rc == 0)
        rc = eventlet_timer_schedule(local);
    CHECK(eventlet_timer_pending(local));
    return rc < 0 ? rc : eventlet_sleep(*(double *)seconds);
}

GREEN_TEST(timer, a_local_one_fires_while_its_maker_lives, "timer.6")
{
    double two = 2;
    eventlet_greenthread *gt = spawn(arm_local, &two);

    notes_clear();
    clock_advance(1.5);
    CHECK_STR(notes, "local");
    eventlet_reap(gt);
    eventlet_timer_free(local);
}

GREEN_TEST(timer, a_local_one_does_not_outlive_its_maker, "timer.5 timer.6")
{
    double half = 0.5;
    size_t before = timers();
    eventlet_greenthread *gt = spawn(arm_local, &half);

    notes_clear();
    CHECK_OK(eventlet_wait(gt));
    CHECK(!eventlet_timer_pending(local));
    clock_advance(2);
    CHECK_STR(notes, "");
    CHECK(!eventlet_timer_called(local));
    CHECK_INT(timers(), before);
    eventlet_timer_free(local);
    eventlet_release(gt);
}

GREEN_TEST(timer, a_local_one_may_be_freed_before_its_maker_ends, "timer.6")
{
    double half = 0.5;
    eventlet_greenthread *gt = spawn(arm_local, &half);

    clock_advance(0.1);
    eventlet_timer_free(local);
    CHECK_OK(eventlet_wait(gt));
    eventlet_release(gt);
}

GREEN_TEST(timer, a_copy_has_the_same_call_and_is_not_scheduled, "timer.7")
{
    eventlet_timer *timer = NULL, *copy = NULL;

    notes_clear();
    REQUIRE_OK(eventlet_timer_new(&timer, 0.25, note_it, "x"));
    CHECK_OK(eventlet_timer_schedule(timer));
    REQUIRE_OK(eventlet_timer_copy(&copy, timer));
    CHECK_DBL_NEAR(eventlet_timer_seconds(copy), 0.25, 0);
    CHECK(!eventlet_timer_pending(copy));
    CHECK(!eventlet_timer_called(copy));
    clock_advance(1);
    CHECK_STR(notes, "x");
    CHECK_OK(eventlet_timer_schedule(copy));
    clock_advance(1);
    CHECK_STR(notes, "xx");
    eventlet_timer_free(copy);
    eventlet_timer_free(timer);
}

/* ---- errors ---- */

static int fail(void *code)
{
    note("failed ");
    return *(int *)code;
}

GREEN_TEST(timer, an_error_is_logged_and_the_next_fires, "timer.9")
{
    int code = EVENTLET_USER(3);

    log_catch();
    notes_clear();
    call_in_hub(fail, &code);
    call_in_hub(note_it, "next");
    CHECK_OK(eventlet_sleep(0));
    CHECK_STR(notes, "failed next");
    CHECK_INT(logged.lines, 1);
    log_let_go();
}

GREEN_TEST(timer, an_error_does_not_shorten_a_later_sleep, "timer.9")
{
    int code = -EIO;
    double began;

    log_catch();
    call_in_hub(fail, &code);
    CHECK_OK(eventlet_sleep(0));
    began = now();
    CHECK_OK(eventlet_sleep(2));
    CHECK_DBL_NEAR(now() - began, 2, 1e-6);
    CHECK_HAS(logged.text, "EIO");
    log_let_go();
}

GREEN_TEST(timer, an_error_is_not_logged_if_that_is_switched_off, "timer.9")
{
    int code = EVENTLET_USER(3);

    log_catch();
    eventlet_debug_hub_exceptions(false);
    call_in_hub(fail, &code);
    clock_advance(0);
    eventlet_debug_hub_exceptions(true);
    CHECK_INT(logged.lines, 0);
    log_let_go();
}

/* ---- many ---- */

static int nothing(void *arg)
{
    (void)arg;
    return 0;
}

static void cancel_many(bool yield)
{
    size_t before = timers();

    for (int i = 0; i < 2000; i++) {
        eventlet_timer *timer;

        if (!CHECK_OK(eventlet_hub_schedule_call_global(
                &timer, eventlet_hubs_get_hub(), 60, nothing, NULL)))
            return;
        if (yield)
            CHECK_OK(eventlet_sleep(0));
        eventlet_timer_cancel(timer);
        CHECK(timers() <= before + 1);
        eventlet_timer_free(timer);
    }
    CHECK_INT(timers(), before);
}

GREEN_TEST(timer, cancelled_at_once_they_do_not_pile_up, "timer.11")
{
    cancel_many(false);
}

GREEN_TEST(timer, cancelled_later_they_do_not_pile_up, "timer.11")
{
    cancel_many(true);
}

GREEN_TEST(timer, to_cancel_a_third_leaves_the_others, "timer.11")
{
    static eventlet_timer *all[3000];
    size_t before = timers();

    for (int i = 0; i < 3000; i++)
        REQUIRE_OK(eventlet_hub_schedule_call_global(
            &all[i], eventlet_hubs_get_hub(), 60, nothing, NULL));
    for (int i = 0; i < 3000; i += 3)
        eventlet_timer_cancel(all[i]);
    CHECK_INT(timers(), before + 2000);
    for (int i = 0; i < 3000; i++) {
        CHECK_INT(eventlet_timer_pending(all[i]), i % 3 != 0);
        eventlet_timer_free(all[i]);
    }
    CHECK_INT(timers(), before);
}

static double last_time;
static int out_of_order;

static int see_time(void *due)
{
    out_of_order += now() < last_time;
    last_time = now();
    CHECK_DBL_NEAR(last_time, *(double *)due, 1e-6);
    return 0;
}

GREEN_TEST(timer, thousands_fire_in_order_at_their_time, "timer.3")
{
    static double due[5000];
    unsigned seed = 7;

    last_time = 0;
    out_of_order = 0;
    for (int i = 0; i < 5000; i++) {
        double after = (double)((seed = seed * 1103515245 + 12345) >> 8) / 1e5;

        due[i] = now() + after;
        CHECK_OK(eventlet_hub_schedule_call_global(
            NULL, eventlet_hubs_get_hub(), after, see_time, &due[i]));
    }
    clock_advance(200);
    CHECK_INT(out_of_order, 0);
    CHECK(last_time > 0);
}

/* ---- a failure at each place ---- */

static int arm_some(void *arg)
{
    eventlet_timer *timer[3] = { NULL };
    int rc = 0;

    for (int i = 0; i < 3; i++) {
        int code = i == 2 && timer[1] ? eventlet_timer_copy(&timer[2], timer[1])
                   : i == 1
                       ? eventlet_timer_new_local(&timer[1], 1, nothing, arg)
                       : eventlet_timer_new(&timer[i], i, nothing, arg);

        if (code == 0)
            code = eventlet_timer_schedule(timer[i]);
        rc = code < 0 ? code : rc;
    }
    if (rc == 0)
        rc = eventlet_sleep(2);
    for (int i = 0; i < 3; i++)
        eventlet_timer_free(timer[i]);
    return rc;
}

TEST(timer, survives_a_failure_at_each_place, "timer.14")
{
    log_catch();
    FAULT_EACH(arm_some, NULL);
    log_let_go();
}
