/* SPDX-License-Identifier: MIT */
/* Timers as objects of their own. */
#include "core_support.h"

#include <errno.h>
#include <math.h>

static eventlet_timer *timer_for(double seconds, eventlet_hub_fn *fn, void *arg)
{
    eventlet_timer *timer = NULL;

    CHECK_OK(eventlet_timer_new(&timer, seconds, fn, arg));
    return timer;
}

GREEN_TEST(timer, does_not_run_before_it_is_scheduled, "timer.1")
{
    eventlet_timer *timer = timer_for(0.1, note_it, "x");

    notes_clear();
    CHECK(!eventlet_timer_pending(timer));
    CHECK(!eventlet_timer_called(timer));
    CHECK_DBL_NEAR(eventlet_timer_seconds(timer), 0.1, 0);
    clock_advance(1);
    CHECK_STR(notes, "");
    eventlet_timer_free(timer);
}

GREEN_TEST(timer, calls_once_when_its_time_has_come, "timer.2 timer.5")
{
    eventlet_timer *timer = timer_for(0.5, note_it, "x");

    notes_clear();
    CHECK_OK(eventlet_timer_schedule(timer));
    CHECK(eventlet_timer_pending(timer));
    clock_advance(0.4);
    CHECK_STR(notes, "");
    clock_advance(0.1);
    CHECK_STR(notes, "x");
    CHECK(!eventlet_timer_pending(timer));
    CHECK(eventlet_timer_called(timer));
    clock_advance(10);
    CHECK_STR(notes, "x");
    eventlet_timer_free(timer);
}

static int look_around(void *arg)
{
    *(bool *)arg = eventlet_getcurrent() == NULL;
    return 0;
}

GREEN_TEST(timer, calls_in_the_hub, "timer.2")
{
    bool in_hub = false;
    eventlet_timer *timer = timer_for(0, look_around, &in_hub);

    CHECK_OK(eventlet_timer_schedule(timer));
    clock_advance(0);
    CHECK(in_hub);
    eventlet_timer_free(timer);
}

GREEN_TEST(timer, refuses_to_be_scheduled_twice, "timer.2")
{
    eventlet_timer *timer = timer_for(1, note_it, "x");

    notes_clear();
    CHECK_OK(eventlet_timer_schedule(timer));
    CHECK_CODE(eventlet_timer_schedule(timer), -EBUSY);
    clock_advance(2);
    CHECK_STR(notes, "x");
    eventlet_timer_free(timer);
}

GREEN_TEST(timer, can_be_scheduled_again, "timer.2")
{
    eventlet_timer *timer = timer_for(1, note_it, "x");

    notes_clear();
    CHECK_OK(eventlet_timer_schedule(timer));
    clock_advance(1);
    CHECK_OK(eventlet_timer_schedule(timer));
    CHECK(eventlet_timer_pending(timer));
    CHECK(!eventlet_timer_called(timer));
    eventlet_timer_cancel(timer);
    CHECK_OK(eventlet_timer_schedule(timer));
    clock_advance(1);
    CHECK_STR(notes, "xx");
    eventlet_timer_free(timer);
}

/* ---- order ---- */

GREEN_TEST(timer, fires_by_deadline, "timer.3")
{
    static const char *const name[] = { "d", "a", "c", "b" };
    static const double seconds[] = { 4, 1, 3, 2 };
    eventlet_timer *timer[4];

    notes_clear();
    for (int i = 0; i < 4; i++) {
        timer[i] = timer_for(seconds[i], note_it, (void *)(uintptr_t)name[i]);
        CHECK_OK(eventlet_timer_schedule(timer[i]));
    }
    clock_advance(5);
    CHECK_STR(notes, "abcd");
    for (int i = 0; i < 4; i++)
        eventlet_timer_free(timer[i]);
}

static int fired[1000];
static int fired_count;

static int remember(void *which)
{
    fired[fired_count++] = (int)((int *)which - fired);
    return 0;
}

static void check_ties(double seconds)
{
    eventlet_timer *timer[200];

    fired_count = 0;
    for (int i = 0; i < 200; i++) {
        timer[i] = timer_for(seconds, remember, &fired[i]);
        CHECK_OK(eventlet_timer_schedule(timer[i]));
    }
    for (int i = 0; i < 200; i += 3)
        eventlet_timer_cancel(timer[i]);
    clock_advance(seconds + 1);
    for (int i = 0, at = 0; i < 200; i++) {
        if (i % 3 != 0)
            CHECK_INT(fired[at++], i);
        eventlet_timer_free(timer[i]);
    }
}

GREEN_TEST(timer, equal_deadlines_fire_in_the_order_of_arming, "timer.3")
{
    check_ties(1);
    check_ties(0);
}

GREEN_TEST(timer, a_negative_delay_is_due_before_a_zero_one, "timer.10")
{
    static const char *const name[] = { "c", "b", "a" };
    eventlet_timer *timer[3];

    notes_clear();
    for (int i = 0; i < 3; i++) {
        timer[i] = timer_for(-i, note_it, (void *)(uintptr_t)name[i]);
        CHECK_OK(eventlet_timer_schedule(timer[i]));
    }
    CHECK_OK(eventlet_sleep(0));
    CHECK_STR(notes, "abc");
    for (int i = 0; i < 3; i++)
        eventlet_timer_free(timer[i]);
}

static int schedule_it(void *timer)
{
    note("first ");
    return eventlet_timer_schedule(timer);
}

GREEN_TEST(timer, armed_while_timers_fire_it_waits_for_the_next_pass, "timer.8")
{
    static const double seconds[] = { 0, -1 };

    for (int i = 0; i < 2; i++) {
        eventlet_timer *late = timer_for(seconds[i], note_it, "late");

        notes_clear();
        call_in_hub(schedule_it, late);
        call_in_hub(note_it, "second ");
        CHECK_OK(eventlet_sleep(0));
        CHECK_STR(notes, "first second ");
        CHECK_OK(eventlet_sleep(0));
        CHECK_STR(notes, "first second late");
        eventlet_timer_free(late);
    }
}

/* ---- cancelling ---- */

GREEN_TEST(timer, cancelled_it_is_not_called, "timer.4 timer.5")
{
    eventlet_timer *timer = timer_for(1, note_it, "x");
    size_t before = timers();

    notes_clear();
    CHECK_OK(eventlet_timer_schedule(timer));
    CHECK_INT(timers(), before + 1);
    eventlet_timer_cancel(timer);
    CHECK_INT(timers(), before);
    CHECK(!eventlet_timer_pending(timer));
    eventlet_timer_cancel(timer);
    clock_advance(2);
    CHECK_STR(notes, "");
    CHECK(!eventlet_timer_called(timer));
    eventlet_timer_free(timer);
}

GREEN_TEST(timer, cancelled_after_the_call_nothing_happens, "timer.4")
{
    eventlet_timer *timer = timer_for(0, note_it, "x");

    notes_clear();
    CHECK_OK(eventlet_timer_schedule(timer));
    clock_advance(0);
    eventlet_timer_cancel(timer);
    CHECK(eventlet_timer_called(timer));
    CHECK_STR(notes, "x");
    eventlet_timer_free(timer);
    eventlet_timer_free(NULL);
}

static eventlet_timer *own;

static int cancel_own(void *arg)
{
    eventlet_timer_cancel(own);
    note(arg);
    return 0;
}

static int free_own(void *arg)
{
    eventlet_timer_free(own);
    note(arg);
    return 0;
}

GREEN_TEST(timer, may_cancel_or_free_itself_while_it_fires, "timer.4 timer.12")
{
    notes_clear();
    own = timer_for(0, cancel_own, "c");
    CHECK_OK(eventlet_timer_schedule(own));
    clock_advance(0);
    eventlet_timer_free(own);
    own = timer_for(0.1, free_own, "f");
    CHECK_OK(eventlet_timer_schedule(own));
    clock_advance(1);
    CHECK_STR(notes, "cf");
}

GREEN_TEST(timer, may_cancel_another_that_is_due_as_well, "timer.4")
{
    eventlet_timer *first = timer_for(1, cancel_own, "first");

    own = timer_for(1, note_it, "never");
    notes_clear();
    CHECK_OK(eventlet_timer_schedule(first));
    CHECK_OK(eventlet_timer_schedule(own));
    clock_advance(2);
    CHECK_STR(notes, "first");
    eventlet_timer_free(first);
    eventlet_timer_free(own);
}

static int schedule_own(void *left)
{
    note("x");
    return --*(int *)left > 0 ? eventlet_timer_schedule(own) : 0;
}

GREEN_TEST(timer, may_schedule_itself_again, "timer.2 timer.8")
{
    int left = 3;
    double began = now();

    notes_clear();
    own = timer_for(1, schedule_own, &left);
    CHECK_OK(eventlet_timer_schedule(own));
    clock_advance(2.5);
    CHECK_STR(notes, "xx");
    clock_advance(1);
    CHECK_STR(notes, "xxx");
    CHECK_DBL_NEAR(now() - began, 3.5, 1e-6);
    eventlet_timer_free(own);
}

GREEN_TEST(timer, freed_it_is_not_called, "timer.12")
{
    eventlet_timer *timer = timer_for(1, note_it, "x");
    size_t before = timers();

    notes_clear();
    CHECK_OK(eventlet_timer_schedule(timer));
    eventlet_timer_free(timer);
    CHECK_INT(timers(), before);
    clock_advance(2);
    CHECK_STR(notes, "");
}

GREEN_TEST_HUBS(timer, the_most_negative_delay_is_due_as_well, "timer.10")
{
    const double before[] = { -1e300, (double)-INFINITY };

    notes_clear();
    for (int i = 0; i < 2; i++) {
        eventlet_timer *timer;

        REQUIRE_OK(eventlet_timer_new(&timer, before[i], note_it, "x"));
        CHECK_OK(eventlet_timer_schedule(timer));
        CHECK_OK(eventlet_sleep(0.001));
        eventlet_timer_free(timer);
    }
    CHECK_STR(notes, "xx");
}
