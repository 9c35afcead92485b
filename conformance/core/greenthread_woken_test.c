/* SPDX-License-Identifier: MIT */
/* The hard case: thrown at after being woken and before having run. A kill
 * wins, a timeout waits for the next park, and no wake-up outlives its wait. */
#include "core_support.h"
#include "pair.h"

#include "core/park.h"

static int parked[3];

/* Parks up to three times and keeps what each park gave. */
static int park_thrice(void *arg)
{
    (void)arg;
    for (int i = 0; i < 3; i++) {
        parked[i] = eventlet__park();
        if (parked[i] == EVENTLET_EXIT)
            return EVENTLET_EXIT; /* the test is over */
    }
    return 0;
}

static eventlet_greenthread *parked_thread(void)
{
    eventlet_greenthread *gt = spawn(park_thrice, NULL);

    for (int i = 0; i < 3; i++)
        parked[i] = 1;
    CHECK_OK(eventlet_sleep(0));
    return gt;
}

GREEN_TEST(greenthread, a_kill_beats_a_wake_up, "greenthread.26")
{
    eventlet_greenthread *gt = parked_thread();

    eventlet__wake(gt);
    CHECK_OK(eventlet_kill(gt, EVENTLET_USER(1)));
    CHECK_CODE(parked[0], EVENTLET_USER(1));
    CHECK_INT(parked[1], 1); /* the wake-up is gone */
    clock_advance(1);
    CHECK_INT(parked[1], 1);
    eventlet_reap(gt);
}

GREEN_TEST(greenthread, a_throw_from_the_hub_beats_a_wake_up, "greenthread.26")
{
    eventlet_greenthread *gt = parked_thread();

    eventlet__wake(gt);
    eventlet__throw(gt, EVENTLET_USER(1));
    clock_advance(0);
    CHECK_CODE(parked[0], EVENTLET_USER(1));
    CHECK_INT(parked[1], 1);
    eventlet_reap(gt);
}

GREEN_TEST(greenthread, a_wake_up_after_a_throw_changes_nothing,
           "greenthread.26")
{
    eventlet_greenthread *gt = parked_thread();

    eventlet__throw(gt, EVENTLET_USER(1));
    eventlet__wake(gt);
    clock_advance(0);
    CHECK_CODE(parked[0], EVENTLET_USER(1));
    CHECK_INT(parked[1], 1);
    eventlet_reap(gt);
}

GREEN_TEST(greenthread, woken_twice_it_runs_once, "greenthread.26")
{
    eventlet_greenthread *gt = parked_thread();

    eventlet__wake(gt);
    eventlet__wake(gt);
    clock_advance(0);
    CHECK_INT(parked[0], 0);
    CHECK_INT(parked[1], 1);
    eventlet_reap(gt);
}

GREEN_TEST(greenthread, a_wake_up_of_one_that_does_not_wait_is_nothing,
           "greenthread.26")
{
    eventlet_greenthread *gt = spawn(park_thrice, NULL);

    parked[0] = 1;
    eventlet__wake(eventlet_getcurrent());
    eventlet__wake(gt); /* not started: that is not a wait */
    clock_advance(0);
    CHECK_INT(parked[0], 1);
    eventlet_reap(gt);
    CHECK_OK(eventlet_sleep(1));
}

static eventlet_greenthread *waiter;
static int waiter_got;

static int wait_and_tell(void *gt)
{
    waiter_got = eventlet_wait(gt);
    return eventlet_sleep(1);
}

static void kill_the_waiter(eventlet_greenthread *gt, void *arg)
{
    (void)gt;
    (void)arg;
    CHECK_OK(eventlet_kill(waiter, EVENTLET_USER(2)));
}

GREEN_TEST(greenthread, a_waiter_killed_after_the_end_it_waited_for,
           "greenthread.26 greenthread.19")
{
    double second = 1, began;
    eventlet_greenthread *gt = spawn(sleep_it, &second);

    waiter_got = 1;
    waiter = spawn(wait_and_tell, gt);
    CHECK_OK(eventlet_link(gt, kill_the_waiter, NULL));
    CHECK_OK(eventlet_wait(gt));
    CHECK_CODE(waiter_got, EVENTLET_USER(2));
    began = now();
    CHECK_OK(eventlet_wait(waiter));
    CHECK_DBL_NEAR(now() - began, 1, 1e-3);
    eventlet_release(gt);
    eventlet_release(waiter);
}

/* ---- lines of waiters ---- */

static struct eventlet__waitq line;

static int stand_in_line(void *name)
{
    int rc = eventlet__wait_on(&line);

    note(rc < 0 ? "-" : name);
    return rc;
}

GREEN_TEST(greenthread, a_line_is_served_in_order, "greenthread.29")
{
    eventlet__waitq_init(&line);
    notes_clear();
    CHECK_OK(eventlet_spawn(NULL, stand_in_line, "a"));
    CHECK_OK(eventlet_spawn(NULL, stand_in_line, "b"));
    CHECK_OK(eventlet_spawn(NULL, stand_in_line, "c"));
    CHECK_OK(eventlet_sleep(0));
    CHECK(eventlet__wake_one(&line));
    clock_advance(0);
    CHECK_STR(notes, "a");
    eventlet__wake_all(&line);
    CHECK(eventlet__waitq_empty(&line) || notes[1] == '\0');
    clock_advance(0);
    CHECK_STR(notes, "abc");
    CHECK(eventlet__waitq_empty(&line));
    CHECK(!eventlet__wake_one(&line));
}

GREEN_TEST(greenthread, who_is_thrown_at_leaves_the_line, "greenthread.29")
{
    eventlet_greenthread *gt[3];

    eventlet__waitq_init(&line);
    notes_clear();
    gt[0] = spawn(stand_in_line, "a");
    gt[1] = spawn(stand_in_line, "b");
    gt[2] = spawn(stand_in_line, "c");
    CHECK_OK(eventlet_sleep(0));
    CHECK_OK(eventlet_kill(gt[1], 0));
    eventlet__wake_all(&line);
    clock_advance(0);
    CHECK_STR(notes, "-ac");
    for (int i = 0; i < 3; i++)
        eventlet_release(gt[i]);
}

/* ---- against timeouts ---- */

/* Waits under a timeout of a second, twice. */
static int park_under_a_timeout(void *arg)
{
    struct eventlet_timeout *t = arg;

    CHECK_OK(eventlet_timeout_start(t, 1));
    parked[0] = eventlet__park();
    note("first ");
    parked[1] = eventlet__park();
    note("second ");
    parked[2] = eventlet_timeout_cancel(t);
    return 0;
}

static int burn_and_wake(void *gt)
{
    eventlet__wake(gt);
    return 0;
}

GREEN_TEST(greenthread, a_wake_up_beats_a_timeout_due_at_the_same_time,
           "timeout.5")
{
    struct eventlet_timeout t;
    eventlet_greenthread *gt;
    eventlet_hub *hub = eventlet_hubs_get_hub();

    notes_clear();
    gt = spawn(park_under_a_timeout, &t);
    CHECK_OK(
        eventlet_hub_schedule_call_global(NULL, hub, 1, burn_and_wake, gt));
    clock_advance(2);
    CHECK_INT(parked[0], 0);
    CHECK_CODE(parked[1], EVENTLET_TIMEOUT); /* it waited for the next park */
    CHECK_INT(parked[2], true);
    CHECK_OK(eventlet_wait(gt));
    eventlet_release(gt);
}

static int park_once_under_a_timeout(void *arg)
{
    struct eventlet_timeout *t = arg;

    CHECK_OK(eventlet_timeout_start(t, 1));
    parked[0] = eventlet__park();
    parked[1] = eventlet_timeout_cancel(t);
    parked[2] = eventlet_sleep(1);
    return 0;
}

GREEN_TEST(greenthread, a_timeout_that_lost_and_was_cancelled_never_fires,
           "timeout.5 timeout.9")
{
    struct eventlet_timeout t;
    eventlet_greenthread *gt = spawn(park_once_under_a_timeout, &t);
    eventlet_hub *hub = eventlet_hubs_get_hub();

    CHECK_OK(
        eventlet_hub_schedule_call_global(NULL, hub, 1, burn_and_wake, gt));
    CHECK_OK(eventlet_wait(gt));
    CHECK_INT(parked[0], 0);
    CHECK_INT(parked[1], false);
    CHECK_INT(parked[2], 0);
    eventlet_release(gt);
}

static int kill_at_one_second(void *gt)
{
    eventlet__throw(gt, EVENTLET_USER(1));
    return 0;
}

GREEN_TEST(greenthread, a_kill_beats_a_timeout_due_at_the_same_time,
           "greenthread.26 timeout.5")
{
    struct eventlet_timeout t;
    eventlet_greenthread *gt;
    eventlet_hub *hub = eventlet_hubs_get_hub();

    /* Armed first: it throws before the timeout is looked at. */
    parked[0] = parked[1] = 1;
    gt = spawn(park_under_a_timeout, &t);
    CHECK_OK(eventlet_hub_schedule_call_global(NULL, hub, 1, kill_at_one_second,
                                               gt));
    CHECK_OK(eventlet_wait(gt));
    CHECK_CODE(parked[0], EVENTLET_USER(1));
    CHECK_CODE(parked[1], EVENTLET_TIMEOUT);
    eventlet_release(gt);
}

static int kill_and_close(void *arg)
{
    struct waiter *w = arg;

    CHECK_OK(eventlet_kill(w->gt, EVENTLET_USER(1)));
    eventlet_hubs_notify_close(w->fd);
    return 0;
}

GREEN_TEST(greenthread, a_close_does_not_undo_a_kill, "greenthread.26")
{
    struct waiter w;
    int pair[2];

    REQUIRE(pair_open(pair));
    waiter_start(&w, pair[0], EVENTLET_READ, 100);
    CHECK_OK(eventlet_hub_schedule_call_global(NULL, eventlet_hubs_get_hub(), 0,
                                               kill_and_close, &w));
    CHECK_CODE(waiter_end(&w), EVENTLET_USER(1));
    pair_close(pair);
}
