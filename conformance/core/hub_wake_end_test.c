/* SPDX-License-Identifier: MIT */
/* The end of a hub whose green threads wait for other OS threads; and forks. */
#include "child.h"
#include "core/context.h"
#include "core_support.h"
#include "gate.h"

static int pass(void *arg)
{
    (void)arg;
    return gate_wait(EVENTLET_NEVER, NULL);
}

static const char *const kinds[] = { "epolls", "poll", "selects", "pyevent",
                                     "sim" };

TEST(hub_wake, with_their_hub_sleepers_vanish, "hub_wake.11")
{
    for (int i = 0; i < 5; i++) {
        gate.vanished = 0;
        REQUIRE_OK(eventlet_hubs_use_hub(kinds[i]));
        CHECK_OK(eventlet_spawn(NULL, pass, NULL));
        CHECK_OK(eventlet_spawn(NULL, pass, NULL));
        CHECK_OK(eventlet_sleep(0));
        CHECK_INT(gate_waiting(), 2);
        CHECK_OK(eventlet_hubs_drop());
        CHECK_INT(gate_waiting(), 0);
        CHECK_INT(gate.vanished, 2);
        CHECK(!gate_wake());
    }
}

static void *use_and_leave(void *kind)
{
    CHECK_OK(eventlet_hubs_use_hub(kind));
    CHECK_OK(eventlet_spawn(NULL, pass, NULL));
    CHECK_OK(eventlet_sleep(0));
    CHECK_INT(gate_waiting(), 1);
    return NULL;
}

TEST(hub_wake, with_their_os_thread_sleepers_vanish, "hub_wake.11")
{
    for (int i = 0; i < 5; i++) {
        gate.vanished = 0;
        elsewhere(use_and_leave, (void *)(uintptr_t)kinds[i]);
        CHECK_INT(gate_waiting(), 0);
        CHECK_INT(gate.vanished, 1);
    }
}

/* Woken, but the letter was not read. */
TEST(hub_wake, letters_are_lost_with_the_hub, "hub_wake.11")
{
    gate.vanished = 0;
    REQUIRE_OK(eventlet_hubs_use_hub("epolls"));
    CHECK_OK(eventlet_spawn(NULL, pass, NULL));
    CHECK_OK(eventlet_sleep(0));
    elsewhere(gate_wake_all, NULL);
    CHECK_OK(eventlet_hubs_drop());
    CHECK_INT(gate.vanished, 1);
}

/* ---- forks ---- */

#define CHILD_CHECK(n, cond)                                                   \
    do {                                                                       \
        if (!(cond))                                                           \
            _exit(n);                                                          \
    } while (0)

/* ThreadSanitizer knows no OS threads that a child starts. */
#ifdef EVENTLET__TSAN
#define THREADS_IN_CHILD false
#else
#define THREADS_IN_CHILD true
#endif

static int woken_in_child(void)
{
    int one = 1;
    pthread_t waker;

    gate.waiting = 0;
    if (!THREADS_IN_CHILD)
        return gate_wait(0.001, NULL) == GATE_CODE ? 0 : 4;
    CHILD_CHECK(1, pthread_create(&waker, NULL, gate_wake_when, &one) == 0);
    CHILD_CHECK(2, gate_wait(EVENTLET_NEVER, NULL) == 0);
    CHILD_CHECK(3, pthread_join(waker, NULL) == 0);
    return gate.vanished;
}

GREEN_TEST_HUBS(hub_wake, a_child_has_a_bell_of_its_own, "hub_wake.12")
{
    eventlet_greenthread *gt = spawn(pass, NULL);
    pid_t pid;

    gate.vanished = 0;
    let_others_run();
    pid = fork();
    if (pid == 0)
        _exit(woken_in_child());
    CHECK_INT(child_status(pid), 0);
    CHECK_INT(gate_waiting(), 1);
    let_others_run();
    CHECK(!eventlet_dead(gt));
    elsewhere(gate_wake_all, NULL);
    CHECK_OK(eventlet_wait(gt));
    eventlet_release(gt);
}
