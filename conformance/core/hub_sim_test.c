/* SPDX-License-Identifier: MIT */
/* The deterministic hub. */
#include "core_support.h"
#include "pair.h"

#include <time.h>

GREEN_TEST(hub_sim, time_passes_only_by_waiting, "hub_sim.1 clock.2")
{
    double began = now();
    time_t wall = time(NULL);

    for (volatile int i = 0; i < 1000000; i++)
        ;
    CHECK_DBL_NEAR(now(), began, 0);
    CHECK_OK(eventlet_sleep(0));
    CHECK_DBL_NEAR(now(), began, 0);
    CHECK_OK(eventlet_sleep(86400 * 365));
    CHECK_DBL_NEAR(now() - began, 86400 * 365, 1e-3);
    CHECK(time(NULL) - wall < 30);
}

GREEN_TEST(hub_sim, what_is_ready_goes_before_time, "hub_sim.2")
{
    int pair[2];
    double began = now();

    REQUIRE(pair_open(pair));
    pair_poke(pair[1]);
    CHECK_OK(eventlet_hubs_trampoline(pair[0], EVENTLET_READ, 1));
    CHECK_DBL_NEAR(now(), began, 0);
    pair_drain(pair[0]);
    CHECK_CODE(eventlet_hubs_trampoline(pair[0], EVENTLET_READ, 1),
               EVENTLET_TIMEOUT);
    CHECK_DBL_NEAR(now() - began, 1, 1e-6);
    pair_close(pair);
}

static char traces[2][512];

static int step_about(void *name)
{
    for (int i = 0; i < 5; i++) {
        note(name);
        CHECK_OK(eventlet_sleep(0.25 * (i % 3)));
    }
    return 0;
}

TEST(hub_sim, two_runs_have_the_same_trace, "hub_sim.3")
{
    for (int run = 0; run < 2; run++) {
        REQUIRE_OK(eventlet_hubs_use_hub("sim"));
        notes_clear();
        CHECK_OK(eventlet_spawn(NULL, step_about, "a"));
        CHECK_OK(eventlet_spawn_after(NULL, 0.25, step_about, "b"));
        CHECK_OK(eventlet_spawn(NULL, step_about, "c"));
        CHECK_OK(eventlet_sleep(100));
        memcpy(traces[run], notes, sizeof notes);
    }
    CHECK_INT(strlen(traces[0]), 15);
    CHECK_STR(traces[0], traces[1]);
}

TEST(hub_sim, a_wait_that_nothing_can_end_is_a_deadlock, "hub_sim.4")
{
    eventlet_greenthread *gt;
    int rc;

    REQUIRE_OK(eventlet_hubs_use_hub("sim"));
    log_catch();
    gt = eventlet_getcurrent();
    rc = eventlet_sleep(EVENTLET_NEVER);
    CHECK_CODE(rc, EVENTLET_DEADLOCK);
    CHECK_PTR(eventlet_getcurrent(), gt);
    CHECK_OK(eventlet_sleep(1)); /* it is the wait that failed, not the hub */
    log_let_go();
}
