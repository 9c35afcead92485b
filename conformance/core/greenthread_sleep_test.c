/* SPDX-License-Identifier: MIT */
/* Sleeping and giving way. */
#include "core_support.h"

#include <errno.h>
#include <math.h>

GREEN_TEST(greenthread, sleep_lasts_as_long_as_asked, "greenthread.7")
{
    static const double seconds[] = { 1e-9, 0.001, 0.1, 1, 3600, 86400 * 365 };

    for (size_t i = 0; i < sizeof seconds / sizeof seconds[0]; i++) {
        double began = now();

        CHECK_OK(eventlet_sleep(seconds[i]));
        CHECK_DBL_NEAR(now() - began, seconds[i], seconds[i] * 1e-6 + 1e-6);
    }
}

GREEN_TEST_REAL(greenthread, sleep_never_ends_early, "greenthread.7")
{
    for (int i = 0; i < 20; i++) {
        double began = now();

        CHECK_OK(eventlet_sleep(0.0007));
        CHECK(now() - began >= 0.0007 - 1e-9);
    }
}

GREEN_TEST(greenthread, sleepers_wake_in_the_order_of_their_deadlines,
           "greenthread.7")
{
    static const char *const name[] = { "c", "a", "d", "b" };
    static const double after[] = { 0.3, 0.1, 0.4, 0.2 };

    notes_clear();
    for (int i = 0; i < 4; i++)
        CHECK_OK(eventlet_spawn_after(NULL, after[i], note_it,
                                      (void *)(uintptr_t)name[i]));
    clock_advance(1);
    CHECK_STR(notes, "abcd");
}

static int take_turns(void *name)
{
    for (int i = 0; i < 3; i++) {
        note(name);
        CHECK_OK(eventlet_sleep(0));
    }
    return 0;
}

GREEN_TEST(greenthread, sleep_zero_takes_turns, "greenthread.8")
{
    notes_clear();
    CHECK_OK(eventlet_spawn(NULL, take_turns, "a"));
    CHECK_OK(eventlet_spawn(NULL, take_turns, "b"));
    CHECK_OK(eventlet_spawn(NULL, take_turns, "c"));
    clock_advance(0);
    CHECK_STR(notes, "abcabcabc");
}

GREEN_TEST(greenthread, a_negative_sleep_is_a_yield, "greenthread.7")
{
    double began = now();

    notes_clear();
    CHECK_OK(eventlet_spawn(NULL, note_it, "x"));
    CHECK_OK(eventlet_sleep(-1));
    CHECK_OK(eventlet_sleep(0));
    CHECK_STR(notes, "x");
    CHECK_DBL_NEAR(now(), began, 1e-6);
}

GREEN_TEST(greenthread, sleep_refuses_what_is_not_a_number, "greenthread.7")
{
    CHECK_CODE(eventlet_sleep((double)NAN), -EINVAL);
}

static int sleep_for_ever(void *arg)
{
    (void)arg;
    return eventlet_sleep(EVENTLET_NEVER);
}

GREEN_TEST(greenthread, a_sleep_without_end_ends_by_a_kill, "greenthread.7")
{
    size_t before = timers();
    eventlet_greenthread *gt = spawn(sleep_for_ever, NULL);

    clock_advance(1e6);
    CHECK(!eventlet_dead(gt));
    CHECK_INT(timers(), before);
    CHECK_CODE(eventlet_reap(gt), EVENTLET_EXIT);
}

GREEN_TEST(greenthread, a_sleeper_killed_leaves_no_timer, "greenthread.28")
{
    size_t before = timers();
    eventlet_greenthread *gt = spawn(sleep_long, NULL);

    clock_advance(1);
    CHECK_INT(timers(), before + 1);
    CHECK_OK(eventlet_kill(gt, 0));
    CHECK_INT(timers(), before);
    eventlet_release(gt);
}

/* ---- in the hub ---- */

static int rc_in_hub;

static int sleep_in_hub(void *seconds)
{
    rc_in_hub = eventlet_sleep(*(double *)seconds);
    note("after ");
    return 0;
}

GREEN_TEST(greenthread, sleep_zero_in_the_hub_does_nothing, "greenthread.8")
{
    double zero = 0;

    notes_clear();
    rc_in_hub = 1;
    call_in_hub(sleep_in_hub, &zero);
    call_in_hub(note_it, "next");
    clock_advance(0);
    CHECK_INT(rc_in_hub, 0);
    CHECK_STR(notes, "after next");
}

GREEN_TEST(greenthread, a_longer_sleep_in_the_hub_is_an_error,
           "greenthread.8 hub.32")
{
    double second = 1;

    call_in_hub(sleep_in_hub, &second);
    clock_advance(0);
    CHECK_CODE(rc_in_hub, EVENTLET_IN_HUB);
}

/* ---- fairness ---- */

static bool stop;
static long yields;

static int yield_until_stopped(void *arg)
{
    (void)arg;
    while (!stop && yields < 1000000) {
        yields++;
        CHECK_OK(eventlet_sleep(0));
    }
    return 0;
}

static int read_a_byte(void *arg)
{
    int fd = *(int *)arg;
    int rc = eventlet_hubs_trampoline(fd, EVENTLET_READ, EVENTLET_NEVER);

    stop = true;
    return rc;
}

/* Two that yield to each other all the time, and a third that waits. */
static void check_not_starved(eventlet_greenthread *third)
{
    eventlet_greenthread *busy[2];

    stop = false;
    yields = 0;
    for (int i = 0; i < 2; i++)
        busy[i] = spawn(yield_until_stopped, NULL);
    CHECK_OK(eventlet_wait(third));
    CHECK(yields < 1000000);
    for (int i = 0; i < 2; i++)
        eventlet_reap(busy[i]);
    eventlet_release(third);
}

GREEN_TEST_HUBS(greenthread, sleep_zero_does_not_starve_descriptors,
                "greenthread.8")
{
    int pair[2];
    eventlet_greenthread *reader;

    REQUIRE_OK(pipe(pair));
    reader = spawn(read_a_byte, &pair[0]);
    CHECK_OK(eventlet_sleep(0));
    CHECK_INT(write(pair[1], "x", 1), 1);
    check_not_starved(reader);
    close(pair[0]);
    close(pair[1]);
}

static int sleep_a_little(void *arg)
{
    int rc = eventlet_sleep(0.002);

    (void)arg;
    stop = true;
    return rc;
}

GREEN_TEST_REAL(greenthread, sleep_zero_does_not_starve_timers, "greenthread.8")
{
    check_not_starved(spawn(sleep_a_little, NULL));
}

/* ---- a failure at each place ---- */

static int sleep_twice(void *arg)
{
    int rc = eventlet_sleep(0);

    (void)arg;
    return rc < 0 ? rc : eventlet_sleep(1);
}

TEST(greenthread, sleep_survives_a_failure_at_each_place, "greenthread.36")
{
    log_catch();
    FAULT_EACH(sleep_twice, NULL);
    log_let_go();
}
