/* SPDX-License-Identifier: MIT */
/* The order of things in a pass, and the end of the loop. */
#include "core_support.h"
#include "poll_kind.h"

#include <errno.h>

/* ---- the order of a pass ---- */

GREEN_TEST(hub, what_is_due_at_one_reading_runs_in_one_pass, "hub.5")
{
    eventlet_hub *hub = eventlet_hubs_get_hub();

    notes_clear();
    CHECK_OK(eventlet_hub_schedule_call_global(NULL, hub, 1, note_it, "a"));
    CHECK_OK(eventlet_spawn_after(NULL, 1, note_it, "b"));
    CHECK_OK(eventlet_hub_schedule_call_global(NULL, hub, 1, note_it, "c"));
    CHECK_OK(eventlet_sleep(1));
    CHECK_STR(notes, "abc");
}

static int spawn_in_hub(void *text)
{
    return eventlet_spawn(NULL, note_it, text);
}

GREEN_TEST(hub, what_a_callback_spawns_starts_on_the_next_pass, "hub.5")
{
    notes_clear();
    call_in_hub(spawn_in_hub, "thread");
    call_in_hub(note_it, "second ");
    CHECK_OK(eventlet_sleep(0));
    CHECK_STR(notes, "second ");
    CHECK_OK(eventlet_sleep(0));
    CHECK_STR(notes, "second thread");
}

static int ready_reader(void *fd)
{
    int rc = eventlet_hubs_trampoline(*(int *)fd, EVENTLET_READ, 10);

    note("reader ");
    return rc;
}

static int rearm(void *left)
{
    note("timer ");
    if (--*(int *)left > 0)
        call_in_hub(rearm, left);
    return 0;
}

GREEN_TEST_HUBS(hub, between_two_passes_descriptors_are_polled, "hub.5")
{
    int pair[2], left = 6;
    eventlet_greenthread *gt;

    REQUIRE_OK(pipe(pair));
    notes_clear();
    gt = spawn(ready_reader, &pair[0]);
    CHECK_OK(eventlet_sleep(0));
    call_in_hub(rearm, &left);
    CHECK_INT(write(pair[1], "x", 1), 1);
    CHECK_OK(eventlet_wait(gt));
    CHECK(left >= 4); /* at most two of six timers fired before */
    while (left > 0)
        CHECK_OK(eventlet_sleep(0));
    eventlet_release(gt);
    close(pair[0]);
    close(pair[1]);
}

static eventlet_greenthread *ping_pong[2];
static long rounds;

/* Two that kill each other's waits for ever. */
static int wake_the_other(void *which)
{
    int other = !*(int *)which;

    for (;;) {
        int rc = eventlet_sleep(1000);

        if (rc != EVENTLET_USER(1) || ++rounds > 100000)
            return 0;
        rc = eventlet_kill(ping_pong[other], EVENTLET_USER(1));
        if (rc < 0 && rc != EVENTLET_USER(1))
            return 0;
    }
}

GREEN_TEST_HUBS(hub, two_that_wake_each_other_do_not_starve_descriptors,
                "hub.5")
{
    static int which[2] = { 0, 1 };
    int pair[2];
    eventlet_greenthread *gt;

    REQUIRE_OK(pipe(pair));
    rounds = 0;
    for (int i = 0; i < 2; i++)
        ping_pong[i] = spawn(wake_the_other, &which[i]);
    gt = spawn(ready_reader, &pair[0]);
    CHECK_OK(eventlet_sleep(0));
    CHECK_OK(eventlet_kill(ping_pong[0], EVENTLET_USER(1)));
    CHECK_INT(write(pair[1], "x", 1), 1);
    CHECK_OK(eventlet_wait(gt));
    CHECK(rounds < 100);
    for (int i = 0; i < 2; i++)
        eventlet_reap(ping_pong[i]);
    eventlet_release(gt);
    close(pair[0]);
    close(pair[1]);
}

/* ---- abort ---- */

static int abort_in_hub(void *arg)
{
    CHECK_CODE(eventlet_hub_abort(eventlet_hubs_get_hub(), true),
               EVENTLET_IN_HUB);
    CHECK_OK(eventlet_hub_abort(eventlet_hubs_get_hub(), false));
    note(arg);
    return 0;
}

TEST(hub, abort_ends_the_loop_and_discards_the_timers, "hub.26")
{
    eventlet_hub *hub;

    REQUIRE_OK(eventlet_hubs_use_hub("sim"));
    hub = eventlet_hubs_get_hub();
    notes_clear();
    call_in_hub(note_it, "this pass ");
    CHECK_OK(
        eventlet_hub_schedule_call_global(NULL, hub, 1, note_it, "never "));
    CHECK_OK(eventlet_hub_abort(hub, true));
    CHECK(!eventlet_hub_running(hub));
    CHECK_INT(eventlet_hub_get_timers_count(hub), 0);
    note("aborted");
    CHECK_OK(eventlet_sleep(2));
    CHECK(eventlet_hub_running(hub));
    CHECK_STR(notes, "this pass aborted");
}

TEST(hub, a_callback_may_abort, "hub.26")
{
    REQUIRE_OK(eventlet_hubs_use_hub("sim"));
    notes_clear();
    call_in_hub(abort_in_hub, "abort ");
    call_in_hub(note_it, "same pass");
    CHECK_OK(eventlet_hub_abort(eventlet_hubs_get_hub(), true));
    CHECK_STR(notes, "abort same pass");
    CHECK_OK(eventlet_sleep(0));
}

static int sleep_and_end(void *arg)
{
    int rc = eventlet_sleep(0);

    if (rc == 0)
        rc = eventlet_sleep(0);
    note(arg);
    return rc;
}

TEST(hub, green_threads_outlive_an_aborted_loop, "hub.40")
{
    int pair[2];
    eventlet_greenthread *gt, *reader;

    REQUIRE_OK(pipe(pair));
    REQUIRE_OK(eventlet_hubs_use_hub("sim"));
    notes_clear();
    reader = spawn(ready_reader, &pair[0]);
    CHECK_OK(eventlet_sleep(0));
    CHECK_OK(eventlet_hub_abort(eventlet_hubs_get_hub(), true));
    gt = spawn(sleep_and_end, "end ");
    CHECK_INT(write(pair[1], "x", 1), 1);
    CHECK_OK(eventlet_wait(gt)); /* and control comes back here */
    CHECK_OK(eventlet_wait(reader));
    CHECK(eventlet_dead(gt) && eventlet_dead(reader));
    eventlet_release(gt);
    eventlet_release(reader);
    close(pair[0]);
    close(pair[1]);
}

/* ---- interrupts ---- */

static int interrupt(void *code)
{
    return *(int *)code;
}

TEST(hub, an_interrupt_out_of_a_callback_reaches_the_main_one, "hub.33")
{
    static int codes[] = { EVENTLET_INTERRUPT, EVENTLET_SYSTEM_EXIT };

    REQUIRE_OK(eventlet_hubs_use_hub("sim"));
    log_catch();
    for (int i = 0; i < 2; i++) {
        call_in_hub(interrupt, &codes[i]);
        CHECK_CODE(eventlet_sleep(10), codes[i]);
        CHECK_OK(eventlet_spawn_n(NULL, interrupt, &codes[i]));
        CHECK_CODE(eventlet_sleep(10), codes[i]);
        CHECK_OK(eventlet_sleep(1));
    }
    CHECK_INT(logged.lines, 0);
    log_let_go();
}

TEST(hub, after_an_interrupt_a_kill_comes_back_once, "hub.33")
{
    static int code = EVENTLET_INTERRUPT;
    eventlet_greenthread *gt;

    REQUIRE_OK(eventlet_hubs_use_hub("sim"));
    gt = spawn(sleep_long, NULL);
    call_in_hub(interrupt, &code);
    CHECK_CODE(eventlet_sleep(10), EVENTLET_INTERRUPT);
    CHECK_OK(eventlet_kill(gt, 0));
    CHECK(eventlet_dead(gt));
    for (int i = 0; i < 3; i++) {
        double began = now();

        CHECK_OK(eventlet_sleep(1));
        CHECK_DBL_NEAR(now() - began, 1, 1e-6);
    }
    eventlet_release(gt);
}

/* ---- how often it wakes ---- */

TEST(hub, an_idle_one_hardly_ever_wakes, "hub.8")
{
    int pair[2];

    REQUIRE_OK(pipe(pair));
    REQUIRE(use_poll_kind());
    CHECK_OK(eventlet_spawn(NULL, ready_reader, &pair[0]));
    CHECK_OK(eventlet_sleep(0));
    poll_kind.waits = 0;
    CHECK_OK(eventlet_sleep(9.5));
    CHECK(poll_kind.waits <= 2);
    poll_kind.waits = 0;
    CHECK_OK(eventlet_sleep(3600));
    CHECK(poll_kind.waits <= 2 * 60);
    CHECK_OK(eventlet_hubs_drop());
    close(pair[0]);
    close(pair[1]);
}

TEST(hub, a_sleep_costs_one_wait, "hub.9")
{
    REQUIRE(use_poll_kind());
    CHECK_OK(eventlet_sleep(0.02));
    poll_kind.waits = 0;
    for (int i = 0; i < 100; i++)
        CHECK_OK(eventlet_sleep(0.02));
    CHECK(poll_kind.waits <= 120);
    poll_kind.waits = 0;
    for (int i = 0; i < 100; i++)
        CHECK_OK(eventlet_sleep(0.0009)); /* below a millisecond as well */
    CHECK(poll_kind.waits <= 120);
}
