/* SPDX-License-Identifier: MIT */
/* A hub that sleeps is woken by its bell: how often, when that fails, and in
 * loops that are not the hub's own. An embedded hub sleeps whenever the loop
 * around it is not turned, so here it is known which one does. */
#include "core_support.h"
#include "gate.h"

#include <errno.h>
#include <event2/event.h>

static struct event_base *base;
static int passed;

static bool embed(void)
{
    passed = 0;
    base = event_base_new();
    return CHECK(base) && CHECK_OK(eventlet_hubs_use_base(base));
}

static void unembed(void)
{
    CHECK_OK(eventlet_hubs_drop());
    event_base_free(base);
}

static int pass(void *arg)
{
    int rc = gate_wait(EVENTLET_NEVER, NULL);

    (void)arg;
    passed += rc == 0;
    return rc;
}

/* Turns until n have passed. */
static void turn(int n)
{
    for (int i = 0; i < 1000 && passed < n; i++)
        event_base_loop(base, EVLOOP_ONCE);
    CHECK_INT(passed, n);
}

static void start_sleepers(int n)
{
    for (int i = 0; i < n; i++)
        CHECK_OK(eventlet_spawn(NULL, pass, NULL));
    for (int i = 0; i < 3; i++)
        event_base_loop(base, EVLOOP_NONBLOCK);
    CHECK_INT(gate_waiting(), n);
}

TEST(hub_wake, a_burst_rings_once, "hub_wake.3")
{
    int writes = 0;

    REQUIRE(embed());
    start_sleepers(GATE_ROOM);
    elsewhere(gate_count_writes, &writes);
    CHECK_INT(writes, 1);
    turn(GATE_ROOM);
    start_sleepers(1); /* asleep again */
    elsewhere(gate_count_writes, &writes);
    CHECK_INT(writes, 1);
    turn(GATE_ROOM + 1);
    unembed();
}

static int say_nothing(void *arg)
{
    (void)arg;
    return 0;
}

static int added(void)
{
    return event_base_get_num_events(base, EVENT_BASE_COUNT_ADDED);
}

TEST(hub_wake, holds_a_loop_only_while_somebody_waits, "hub_wake.8")
{
    REQUIRE(embed());
    start_sleepers(1);
    CHECK_INT(added(), 1);
    elsewhere(gate_wake_all, NULL);
    event_base_dispatch(base); /* returns when no event is left */
    CHECK_INT(passed, 1);
    CHECK_INT(added(), 0);
    unembed();
}

/* One wakes another's while it runs in a pass, in which it is awake. */
static int wake_in_a_pass(void *writes)
{
    elsewhere(gate_count_writes, writes);
    return 0;
}

TEST(hub_wake, a_loop_does_not_wait_over_letters, "hub_wake.3 hub_wake.8")
{
    int writes = -1;

    REQUIRE(embed());
    start_sleepers(2);
    CHECK_OK(eventlet_spawn(NULL, wake_in_a_pass, &writes));
    turn(2);
    CHECK_INT(writes, 0);
    unembed();
}

/* ---- who rings is late ---- */

static void *wake_without_ringing(void *call)
{
    struct eventlet__sleeper *s = gate.at[0];

    pthread_mutex_lock(&gate.lock);
    gate_take_out(s);
    CHECK(eventlet__sleeper_wake(s, call));
    pthread_mutex_unlock(&gate.lock);
    return NULL;
}

static void *ring(void *call)
{
    eventlet__sleeper_call(call);
    return NULL;
}

/* Else the number would be another file's. */
TEST(hub_wake, the_bell_outlives_its_hub_for_who_is_about_to_ring,
     "hub_wake.11")
{
    struct eventlet__call call = { 0 };

    REQUIRE(embed());
    start_sleepers(1);
    elsewhere(wake_without_ringing, &call);
    unembed();
    elsewhere(ring, &call);
}

/* It sleeps again, and somebody else rings before. */
TEST(hub_wake, a_late_ring_harms_nobody, "hub_wake.3")
{
    struct eventlet__call call = { 0 };
    int writes = 0;

    REQUIRE(embed());
    start_sleepers(1);
    elsewhere(wake_without_ringing, &call);
    CHECK_OK(eventlet_spawn(NULL, say_nothing, NULL)); /* another reason */
    turn(1);
    start_sleepers(1);
    elsewhere(gate_count_writes, &writes);
    CHECK_INT(writes, 1);
    elsewhere(ring, &call);
    turn(2);
    unembed();
}

/* ---- the bell does not ring ---- */

static void *wake_interrupted(void *arg)
{
    eventlet__fault_arm(1, EINTR);
    gate_wake_all(arg);
    CHECK_STR(eventlet__fault_site(), "write");
    eventlet__fault_arm(0, 0);
    return NULL;
}

TEST(hub_wake, an_interrupted_call_is_made_again, "hub_wake.10")
{
    REQUIRE(embed());
    start_sleepers(1);
    elsewhere(wake_interrupted, NULL);
    turn(1);
    unembed();
}

static void *wake_in_vain(void *arg)
{
    eventlet__fault_arm(1, EIO);
    gate_wake_all(arg);
    eventlet__fault_arm(0, 0);
    return NULL;
}

TEST(hub_wake, a_bell_that_fails_is_logged_and_the_letter_kept, "hub_wake.10")
{
    REQUIRE(embed());
    start_sleepers(1);
    log_catch();
    elsewhere(wake_in_vain, NULL);
    log_let_go();
    CHECK_HAS(logged.text, "cannot wake a hub");
    CHECK_INT(passed, 0);
    CHECK_OK(eventlet_spawn(NULL, say_nothing, NULL)); /* another reason */
    turn(1);
    unembed();
}

/* ---- a bell cannot be had ---- */

static int wait_a_little(void *arg)
{
    int rc = gate_wait(0.001, NULL);

    (void)arg;
    CHECK_INT(gate_waiting(), 0);
    return rc == GATE_CODE ? 0 : rc;
}

TEST(hub_wake, whatever_fails_leaves_nothing_behind, "hub_wake.9")
{
    static const char *const kinds[] = { "epolls", "poll", "selects", "pyevent",
                                         "sim" };

    for (int i = 0; i < 5; i++)
        FAULT_EACH_ON(kinds[i], wait_a_little, NULL);
}

GREEN_TEST_HUBS(hub_wake, want_of_descriptors_is_named, "hub_wake.9")
{
    int rc = 0;

    for (int nth = 1; nth < 10; nth++) {
        eventlet__fault_arm(nth, EMFILE);
        rc = gate_wait(0.001, NULL);
        if (eventlet__fault_site() &&
            strcmp(eventlet__fault_site(), "eventfd") == 0)
            break;
    }
    eventlet__fault_arm(0, 0);
    CHECK_CODE(rc, -EMFILE);
    CHECK_CODE(gate_wait(0.001, NULL), GATE_CODE); /* the next time */
}

/* ---- sim ---- */

TEST(hub_wake, who_waits_for_another_os_thread_is_in_no_deadlock, "hub_wake.8")
{
    int one = 1;
    pthread_t waker;

    REQUIRE_OK(eventlet_hubs_use_hub("sim"));
    for (int i = 0; i < 20; i++) {
        REQUIRE_INT(pthread_create(&waker, NULL, gate_wake_when, &one), 0);
        CHECK_OK(gate_wait(EVENTLET_NEVER, NULL));
        pthread_join(waker, NULL);
    }
    CHECK_CODE(eventlet_sleep(EVENTLET_NEVER), EVENTLET_DEADLOCK);
}
