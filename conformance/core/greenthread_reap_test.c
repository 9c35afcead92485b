/* SPDX-License-Identifier: MIT */
/* Reaping, and what is said about codes that nobody caught. */
#include "core_support.h"

#include <errno.h>

/* Ends half a second after it was killed, with a result of its own. */
static int end_slowly(void *arg)
{
    int rc = eventlet_sleep(1000);

    CHECK_CODE(rc, EVENTLET_EXIT);
    do
        rc = eventlet_sleep(0.5);
    while (rc < 0);
    note("end");
    *(int *)arg = 1;
    return 6;
}

GREEN_TEST(greenthread, reap_kills_and_waits_for_the_end, "greenthread.24")
{
    int done = 0;
    double began = now();
    eventlet_greenthread *gt = spawn(end_slowly, &done);

    clock_advance(0);
    CHECK_INT(eventlet_reap(gt), 6);
    CHECK_INT(done, 1);
    CHECK_DBL_NEAR(now() - began, 0.5, 1e-6);
}

GREEN_TEST(greenthread, reap_before_the_start, "greenthread.24")
{
    eventlet_greenthread *gt;

    notes_clear();
    gt = spawn(note_it, "never");
    CHECK_CODE(eventlet_reap(gt), EVENTLET_EXIT);
    clock_advance(0);
    CHECK_STR(notes, "");
}

GREEN_TEST(greenthread, reap_of_the_dead_gives_its_result, "greenthread.24")
{
    int answer = 5;
    eventlet_greenthread *gt = spawn(return_it, &answer);

    clock_advance(0);
    CHECK_INT(eventlet_reap(gt), 5);
}

GREEN_TEST(greenthread, reap_of_nothing, "greenthread.24")
{
    CHECK_OK(eventlet_reap(NULL));
}

static int reap_and_sleep(void *arg)
{
    int done = 0;
    eventlet_greenthread *gt = spawn(end_slowly, &done);
    int *got = arg;

    got[0] = eventlet_sleep(0);
    got[1] = eventlet_reap(gt);
    CHECK_INT(done, 1);
    got[2] = eventlet_sleep(0);
    got[3] = eventlet_sleep(0);
    return 0;
}

GREEN_TEST(greenthread, reap_defers_what_is_thrown_at_the_reaper,
           "greenthread.24")
{
    int got[4];
    eventlet_greenthread *reaper = spawn(reap_and_sleep, got);

    clock_advance(0.1); /* it is in eventlet_reap now */
    CHECK_OK(eventlet_kill(reaper, EVENTLET_USER(1)));
    CHECK(!eventlet_dead(reaper));
    CHECK_OK(eventlet_wait(reaper));
    CHECK_INT(got[0], 0);
    CHECK_INT(got[1], 6);
    CHECK_CODE(got[2], EVENTLET_USER(1)); /* at its next wait */
    CHECK_INT(got[3], 0);                 /* and once */
    eventlet_release(reaper);
}

GREEN_TEST(greenthread, reap_defers_a_timeout, "greenthread.24 timeout.9")
{
    int done = 0;
    struct eventlet_timeout t;
    eventlet_greenthread *gt = spawn(end_slowly, &done);

    clock_advance(0);
    CHECK_OK(eventlet_timeout_start(&t, 0.25));
    CHECK_INT(eventlet_reap(gt), 6);
    CHECK_CODE(eventlet_sleep(0), EVENTLET_TIMEOUT);
    CHECK(eventlet_timeout_cancel(&t));
    CHECK_OK(eventlet_sleep(0));
}

static int use_the_callers_memory(void *arg)
{
    volatile int *there = arg;

    for (;;) {
        int rc = eventlet_sleep(0.1);

        (*there)++;
        if (rc < 0)
            return rc;
    }
}

GREEN_TEST(greenthread, reap_makes_arguments_on_the_stack_safe,
           "greenthread.24")
{
    volatile int here = 0;
    eventlet_greenthread *gt =
        spawn(use_the_callers_memory, (int *)(uintptr_t)&here);
    int then;

    clock_advance(1);
    CHECK_CODE(eventlet_reap(gt), EVENTLET_EXIT);
    then = here;
    clock_advance(1);
    CHECK_INT(here, then);
}

/* ---- what is logged ---- */

static void check_logged(int code, int lines)
{
    eventlet_greenthread *gt;

    log_catch();
    gt = spawn(return_it, &code);
    CHECK_CODE(eventlet_wait(gt), code);
    CHECK_CODE(eventlet_wait(gt), code);
    clock_advance(0);
    CHECK_INT(logged.lines, lines);
    eventlet_release(gt);
    log_let_go();
}

GREEN_TEST(greenthread, an_uncaught_code_is_logged_once, "greenthread.25")
{
    check_logged(EVENTLET_USER(1), 1);
    check_logged(-ECONNRESET, 1);
    CHECK_HAS(logged.text, "ECONNRESET");
    check_logged(EVENTLET_TIMEOUT, 1);
}

GREEN_TEST(greenthread, an_exit_or_a_result_is_not_logged, "greenthread.25")
{
    check_logged(EVENTLET_EXIT, 0);
    check_logged(0, 0);
    check_logged(17, 0);
}

GREEN_TEST(greenthread, the_log_names_the_green_thread, "greenthread.25")
{
    int code = EVENTLET_USER(1);
    char id[24];
    eventlet_greenthread *gt;

    log_catch();
    gt = spawn(return_it, &code);
    CHECK_CODE(eventlet_wait(gt), code);
    snprintf(id, sizeof id, "%llu", (unsigned long long)eventlet_id(gt));
    CHECK_HAS(logged.text, id);
    eventlet_release(gt);
    log_let_go();
}

GREEN_TEST(greenthread, spawn_n_logs_what_nobody_caught, "greenthread.25")
{
    int code = EVENTLET_USER(1);

    log_catch();
    CHECK_OK(eventlet_spawn_n(NULL, return_it, &code));
    clock_advance(0);
    CHECK_INT(logged.lines, 1);
    log_let_go();
}

GREEN_TEST(greenthread, hub_exceptions_can_be_silenced, "greenthread.25")
{
    eventlet_debug_hub_exceptions(false);
    check_logged(EVENTLET_USER(1), 0);
    eventlet_debug_hub_exceptions(true);
    check_logged(EVENTLET_USER(1), 1);
}

/* ---- a failure at each place ---- */

static int reap_some(void *arg)
{
    int rc, done = 0;
    eventlet_greenthread *gt = NULL;

    (void)arg;
    rc = eventlet_spawn(&gt, sleep_long, &done);
    if (rc < 0)
        return rc;
    rc = eventlet_sleep(0);
    eventlet_reap(gt);
    return rc;
}

TEST(greenthread, reap_survives_a_failure_at_each_place, "greenthread.36")
{
    log_catch();
    FAULT_EACH(reap_some, NULL);
    log_let_go();
}
