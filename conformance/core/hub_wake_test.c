/* SPDX-License-Identifier: MIT */
/* Waits that another OS thread ends. */
#include "core_support.h"
#include "gate.h"

#include <errno.h>

#include "core/park.h"

static int passed;

static int pass(void *seconds)
{
    int rc = gate_wait(seconds ? *(double *)seconds : EVENTLET_NEVER, NULL);

    passed += rc == 0;
    return rc;
}

/* n of them wait when it returns. */
static void start_sleepers(eventlet_greenthread **gt, int n)
{
    passed = 0;
    for (int i = 0; i < n; i++)
        gt[i] = spawn(pass, NULL);
    let_others_run();
    CHECK_INT(gate_waiting(), n);
}

static void end_sleepers(eventlet_greenthread **gt, int n)
{
    for (int i = 0; i < n; i++)
        eventlet_reap(gt[i]);
    CHECK_INT(gate_waiting(), 0);
}

static bool counting;

static int count_passes(void *n)
{
    int rc = 0;

    for (; rc == 0 && counting; ++*(int *)n)
        rc = eventlet_sleep(0);
    return rc;
}

GREEN_TEST_HUBS(hub_wake, ends_the_wait_of_a_green_thread, "hub_wake.1")
{
    int one = 1;
    pthread_t waker;

    REQUIRE_INT(pthread_create(&waker, NULL, gate_wake_when, &one), 0);
    CHECK_OK(gate_wait(EVENTLET_NEVER, NULL));
    pthread_join(waker, NULL);
}

GREEN_TEST_HUBS(hub_wake, while_one_waits_the_hub_goes_on, "hub_wake.1")
{
    int passes = 0, one = 1;
    pthread_t waker;
    eventlet_greenthread *gt;

    counting = true;
    gt = spawn(count_passes, &passes);
    for (int i = 0; i < 10; i++)
        let_others_run();
    REQUIRE_INT(pthread_create(&waker, NULL, gate_wake_when, &one), 0);
    CHECK_OK(gate_wait(EVENTLET_NEVER, NULL));
    CHECK(passes >= 10);
    counting = false;
    CHECK_OK(eventlet_wait(gt));
    eventlet_release(gt);
    pthread_join(waker, NULL);
}

GREEN_TEST_HUBS(hub_wake, ends_many_waits_in_order, "hub_wake.1 hub_wake.3")
{
    eventlet_greenthread *gt[GATE_ROOM];
    int writes = -1;

    start_sleepers(gt, GATE_ROOM);
    elsewhere(gate_count_writes, &writes);
    CHECK_INT(writes, 0); /* this hub is awake */
    CHECK_INT(passed, 0);
    let_woken_run();
    CHECK_INT(passed, GATE_ROOM);
    end_sleepers(gt, GATE_ROOM);
}

/* ---- an OS thread without a hub ---- */

static void *pass_without_hub(void *arg)
{
    CHECK_STR(eventlet_hubs_current_name(), NULL);
    *(int *)arg = gate_wait(EVENTLET_NEVER, NULL);
    CHECK_STR(eventlet_hubs_current_name(), NULL);
    return NULL;
}

TEST(hub_wake, an_os_thread_without_hub_blocks, "hub_wake.2")
{
    int one = 1, rc = 1;
    pthread_t sleeper;

    REQUIRE_INT(pthread_create(&sleeper, NULL, pass_without_hub, &rc), 0);
    gate_wake_when(&one);
    pthread_join(sleeper, NULL);
    CHECK_INT(rc, 0);
    CHECK_STR(eventlet_hubs_current_name(), NULL);
}

TEST(hub_wake, an_os_thread_without_hub_has_limits_of_time, "hub_wake.2")
{
    bool expired = false;

    CHECK_CODE(gate_wait(0.001, &expired), GATE_CODE);
    CHECK(expired);
    CHECK_INT(gate_waiting(), 0);
}

/* It is woken, the call has yet to come, and its time is up: it must not go. */
static void *call_late(void *call)
{
    eventlet__sleeper_call(call);
    return NULL;
}

TEST(hub_wake, a_call_that_comes_late_finds_its_sleeper, "hub_wake.2")
{
    struct eventlet__sleeper s;
    struct eventlet__call call;
    pthread_t caller;

    REQUIRE_OK(eventlet__sleeper_init(&s, gate_vanish));
    CHECK(eventlet__sleeper_wake(&s, &call));
    CHECK_CODE(eventlet__sleeper_wait(&s, 0.001, GATE_CODE), GATE_CODE);
    REQUIRE_INT(pthread_create(&caller, NULL, call_late, &call), 0);
    eventlet__sleeper_deinit(&s);
    CHECK(s.woken);
    pthread_join(caller, NULL);
}

static void *be_cancelled(void *rc)
{
    *(int *)rc = gate_wait(EVENTLET_NEVER, NULL);
    pthread_testcancel();
    *(int *)rc = 1;
    return NULL;
}

TEST(hub_wake, an_os_thread_is_not_cancelled_while_it_waits, "hub_wake.2")
{
    int one = 1, rc = 1;
    pthread_t sleeper;
    void *result = NULL;

    REQUIRE_INT(pthread_create(&sleeper, NULL, be_cancelled, &rc), 0);
    while (gate_waiting() < 1)
        sched_yield();
    CHECK_INT(pthread_cancel(sleeper), 0);
    gate_wake_when(&one);
    pthread_join(sleeper, &result);
    CHECK(result == PTHREAD_CANCELED);
    CHECK_INT(rc, 0);
}

/* ---- other ways for a wait to end ---- */

GREEN_TEST_HUBS(hub_wake, a_limit_of_time_ends_a_wait, "hub_wake.5")
{
    bool expired = false;

    CHECK_CODE(gate_wait(0.001, &expired), GATE_CODE);
    CHECK(expired);
    CHECK_INT(timers(), 0);
}

GREEN_TEST(hub_wake, what_is_thrown_ends_a_wait, "hub_wake.5")
{
    struct eventlet_timeout t;
    bool expired = true;

    CHECK_OK(eventlet_timeout_start_code(&t, 1, GATE_CODE));
    CHECK_CODE(gate_wait(2, &expired), GATE_CODE);
    CHECK(!expired); /* it was another's */
    CHECK(eventlet_timeout_cancel(&t));
    CHECK_INT(timers(), 0);
}

GREEN_TEST_HUBS(hub_wake, a_kill_beats_a_letter, "hub_wake.6")
{
    eventlet_greenthread *gt[3];

    start_sleepers(gt, 3);
    elsewhere(gate_wake_all, NULL);
    CHECK_OK(eventlet_kill(gt[1], GATE_CODE)); /* gone, with its stack */
    CHECK_CODE(eventlet_wait(gt[1]), GATE_CODE);
    let_woken_run();
    CHECK_INT(passed, 2);
    end_sleepers(gt, 3);
}

GREEN_TEST(hub_wake, a_letter_that_was_read_beats_a_timeout, "hub_wake.6")
{
    double second = 1;
    eventlet_greenthread *gt;

    passed = 0;
    gt = spawn(pass, &second);
    let_others_run();
    elsewhere(gate_wake_all, NULL);
    clock_advance(2);
    CHECK_INT(passed, 1);
    eventlet_release(gt);
}

static int wait_in_hub(void *rc)
{
    *(int *)rc = gate_wait(1, NULL);
    return 0;
}

GREEN_TEST(hub_wake, the_hub_itself_cannot_wait, "hub_wake.7")
{
    int rc = 0;

    call_in_hub(wait_in_hub, &rc);
    clock_advance(1);
    CHECK_CODE(rc, EVENTLET_IN_HUB);
}

/* The end of the loop wakes the main one, whatever that waits for. */
static int abort_hub(void *arg)
{
    (void)arg;
    return eventlet_hub_abort(eventlet_hubs_get_hub(), false);
}

static int wake_later(void *arg)
{
    int rc = eventlet_hub_schedule_call_global(NULL, eventlet_hubs_get_hub(), 0,
                                               abort_hub, NULL);

    (void)arg;
    for (int i = 0; i < 5 && rc == 0; i++)
        rc = eventlet_sleep(0);
    CHECK_INT(gate_waiting(), 1);
    gate_wake_all(NULL);
    return rc;
}

TEST(hub_wake, is_woken_by_nothing_else, "hub_wake.1")
{
    REQUIRE_OK(eventlet_hubs_use_hub("sim"));
    CHECK_OK(eventlet_spawn(NULL, wake_later, NULL));
    CHECK_OK(gate_wait(EVENTLET_NEVER, NULL));
    CHECK_INT(gate_waiting(), 0);
    CHECK_OK(eventlet_sleep(0));
}

/* ---- within one hub ---- */

GREEN_TEST_HUBS(hub_wake, within_one_hub_nothing_is_asked_of_the_kernel,
                "hub_wake.4")
{
    eventlet_greenthread *gt[2];

    start_sleepers(gt, 2);
    eventlet__fault_arm(0, 0);
    gate_wake();
    for (int i = 0; i < 10; i++)
        let_others_run();
    CHECK_INT(passed, 1);
    CHECK_INT(eventlet__fault_count(), 0);
    end_sleepers(gt, 2);
}

GREEN_TEST_HUBS(hub_wake, the_bell_counts_as_no_reader, "hub_wake.4")
{
    eventlet_greenthread *gt[1];

    start_sleepers(gt, 1);
    CHECK_INT(readers(), 0);
    CHECK_INT(timers(), 0);
    end_sleepers(gt, 1);
}
