/* SPDX-License-Identifier: MIT */
/* Killing: what the victim, the killer and those who wait see. */
#include "core_support.h"

#include <errno.h>
#include <pthread.h>

static void link_note(eventlet_greenthread *gt, void *text)
{
    (void)gt;
    note(text);
}

/* ---- before the start ---- */

static eventlet_greenthread *link_ran_in;

static void link_who(eventlet_greenthread *gt, void *arg)
{
    (void)gt;
    (void)arg;
    link_ran_in = eventlet_getcurrent();
    note("link ");
}

GREEN_TEST(greenthread, killed_before_its_start_it_never_runs, "greenthread.11")
{
    eventlet_greenthread *gt;

    notes_clear();
    gt = spawn(note_it, "never");
    CHECK_OK(eventlet_kill(gt, 0));
    CHECK(eventlet_dead(gt));
    CHECK(!eventlet_started(gt));
    CHECK_CODE(eventlet_wait(gt), EVENTLET_EXIT);
    CHECK_OK(eventlet_kill(gt, 0));
    clock_advance(1);
    CHECK_STR(notes, "");
    eventlet_release(gt);
}

GREEN_TEST(greenthread, killed_before_its_start_its_links_run_in_the_killer,
           "greenthread.11")
{
    eventlet_greenthread *gt;

    notes_clear();
    gt = spawn(note_it, "never");
    link_ran_in = NULL;
    CHECK_OK(eventlet_link(gt, link_who, NULL));
    CHECK_OK(eventlet_spawn(NULL, note_it, "other"));
    CHECK_OK(eventlet_kill(gt, 0));
    CHECK_PTR(link_ran_in, eventlet_getcurrent());
    CHECK_STR(notes, "link other"); /* at once; and then the killer yields */
    eventlet_release(gt);
}

static int wait_for_it(void *gt)
{
    return eventlet_wait(gt);
}

GREEN_TEST(greenthread, killed_before_its_start_its_waiters_get_the_code,
           "greenthread.11 greenthread.15")
{
    eventlet_greenthread *gt, *waiter;

    log_catch();
    CHECK_OK(eventlet_spawn_after(&gt, 1, note_it, "never"));
    waiter = spawn(wait_for_it, gt);
    CHECK_OK(eventlet_sleep(0));
    CHECK_OK(eventlet_kill(gt, EVENTLET_USER(4)));
    CHECK_CODE(eventlet_wait(waiter), EVENTLET_USER(4));
    CHECK_CODE(eventlet_wait(gt), EVENTLET_USER(4));
    eventlet_release(waiter);
    eventlet_release(gt);
    log_let_go();
}

GREEN_TEST(greenthread, killed_before_its_start_from_spawn_n, "greenthread.3")
{
    eventlet_greenthread *gt;

    notes_clear();
    REQUIRE_OK(eventlet_spawn_n(&gt, note_it, "never"));
    CHECK_OK(eventlet_kill(gt, 0));
    CHECK(eventlet_dead(gt));
    CHECK_OK(eventlet_kill(gt, 0));
    clock_advance(0);
    CHECK_STR(notes, "");
    eventlet_release(gt);
}

GREEN_TEST(greenthread, cancel_is_a_kill_before_the_start, "greenthread.17")
{
    eventlet_greenthread *gt;

    log_catch();
    notes_clear();
    gt = spawn(note_it, "never");
    CHECK_OK(eventlet_link(gt, link_note, "l"));
    CHECK_OK(eventlet_cancel(gt, EVENTLET_USER(1)));
    CHECK_CODE(eventlet_wait(gt), EVENTLET_USER(1));
    CHECK_STR(notes, "l");
    eventlet_release(gt);
    log_let_go();
}

/* ---- suspended ---- */

static int catch_and_finish(void *arg)
{
    int rc = eventlet_sleep(1000);

    (void)arg;
    note("caught ");
    if (rc == 0)
        return -EINVAL;
    rc = eventlet_sleep(0);
    note("finished ");
    return rc < 0 ? rc : 1;
}

GREEN_TEST(greenthread, the_victim_has_run_when_kill_returns, "greenthread.10")
{
    eventlet_greenthread *gt;

    notes_clear();
    gt = spawn(catch_and_finish, NULL);
    clock_advance(0);
    CHECK_OK(eventlet_kill(gt, 0));
    note("killed ");
    CHECK_OK(eventlet_sleep(0));
    CHECK_OK(eventlet_sleep(0));
    CHECK_STR(notes, "caught killed finished ");
    CHECK_INT(eventlet_wait(gt), 1);
    eventlet_release(gt);
}

GREEN_TEST(greenthread, what_was_due_before_runs_before_the_killer_goes_on,
           "greenthread.10")
{
    eventlet_greenthread *gt;

    notes_clear();
    gt = spawn(catch_and_finish, NULL);
    clock_advance(0);
    CHECK_OK(eventlet_spawn(NULL, note_it, "due "));
    CHECK_OK(eventlet_kill(gt, 0));
    note("killed ");
    CHECK_STR(notes, "caught due killed ");
    eventlet_reap(gt);
}

static int catch_and_stay(void *arg)
{
    int rc = eventlet_sleep(1000);

    CHECK_CODE(rc, EVENTLET_EXIT);
    rc = eventlet_sleep(*(double *)arg);
    return rc < 0 ? rc : 8;
}

GREEN_TEST(greenthread, a_kill_is_a_request_that_may_be_refused,
           "greenthread.14")
{
    double second = 1, began;
    eventlet_greenthread *gt = spawn(catch_and_stay, &second);

    clock_advance(0);
    began = now();
    CHECK_OK(eventlet_kill(gt, 0));
    CHECK(!eventlet_dead(gt));
    CHECK_INT(eventlet_wait(gt), 8);
    CHECK_DBL_NEAR(now() - began, 1, 1e-6);
    eventlet_release(gt);
}

GREEN_TEST(greenthread, a_second_kill_hits_the_clean_up, "greenthread.14")
{
    double second = 1;
    eventlet_greenthread *gt;

    log_catch();
    gt = spawn(catch_and_stay, &second);
    clock_advance(0);
    CHECK_OK(eventlet_kill(gt, 0));
    CHECK_OK(eventlet_kill(gt, EVENTLET_USER(2)));
    CHECK(eventlet_dead(gt));
    CHECK_CODE(eventlet_wait(gt), EVENTLET_USER(2));
    eventlet_release(gt);
    log_let_go();
}

GREEN_TEST(greenthread, a_kill_throws_any_negative_code, "greenthread.15")
{
    static const int codes[] = { EVENTLET_EXIT, EVENTLET_USER(0),
                                 -EIO,          EVENTLET_TIMEOUT,
                                 EVENTLET_STOP, EVENTLET_USER_TIMEOUT(7) };

    log_catch();
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        eventlet_greenthread *gt = spawn(sleep_long, NULL);

        clock_advance(0);
        CHECK_OK(eventlet_kill(gt, codes[i]));
        CHECK_CODE(eventlet_wait(gt), codes[i]);
        eventlet_release(gt);
    }
    log_let_go();
}

GREEN_TEST(greenthread, a_kill_refuses_a_code_that_is_none, "greenthread.15")
{
    eventlet_greenthread *gt = spawn(sleep_long, NULL);

    clock_advance(0);
    CHECK_CODE(eventlet_kill(gt, 1), -EINVAL);
    CHECK(!eventlet_dead(gt));
    eventlet_reap(gt);
}

/* ---- the dead, oneself, the main one, strangers ---- */

GREEN_TEST(greenthread, to_kill_the_dead_does_not_yield, "greenthread.12")
{
    int answer = 7;
    eventlet_greenthread *gt = spawn(return_it, &answer);

    CHECK_INT(eventlet_wait(gt), 7);
    notes_clear();
    CHECK_OK(eventlet_spawn(NULL, note_it, "x"));
    CHECK_OK(eventlet_kill(gt, EVENTLET_USER(1)));
    CHECK_OK(eventlet_cancel(gt, EVENTLET_USER(1)));
    CHECK_STR(notes, "");
    CHECK_INT(eventlet_wait(gt), 7);
    eventlet_release(gt);
    clock_advance(0);
}

static double slept;

static int kill_self_and_sleep(void *arg)
{
    double began = now();

    CHECK_CODE(eventlet_kill(eventlet_getcurrent(), *(int *)arg), *(int *)arg);
    CHECK_OK(eventlet_sleep(1));
    slept = now() - began;
    return 2;
}

GREEN_TEST(greenthread, who_kills_itself_gets_its_own_code, "greenthread.13")
{
    int code = EVENTLET_USER(5);
    eventlet_greenthread *gt = spawn(kill_self_and_sleep, &code);

    CHECK_INT(eventlet_wait(gt), 2);
    CHECK_DBL_NEAR(slept, 1, 1e-6); /* nothing stale shortened the sleep */
    eventlet_release(gt);
}

static int kill_it(void *gt)
{
    return eventlet_kill(gt, EVENTLET_USER(6));
}

TEST(greenthread, the_main_one_can_be_killed, "greenthread.31")
{
    REQUIRE_OK(eventlet_hubs_use_hub("sim"));
    CHECK_OK(eventlet_spawn(NULL, kill_it, eventlet_getcurrent()));
    CHECK_CODE(eventlet_sleep(1000), EVENTLET_USER(6));
    CHECK_OK(eventlet_sleep(1));
}

static void *kill_from_outside(void *gt)
{
    static int rc;

    rc = eventlet_kill(gt, 0);
    return &rc;
}

GREEN_TEST(greenthread, a_kill_from_another_os_thread_is_refused,
           "greenthread.35")
{
    eventlet_greenthread *gt = spawn(sleep_long, NULL);
    pthread_t other;
    void *rc;

    clock_advance(0);
    REQUIRE_INT(pthread_create(&other, NULL, kill_from_outside, gt), 0);
    REQUIRE_INT(pthread_join(other, &rc), 0);
    CHECK_CODE(*(int *)rc, -EPERM);
    CHECK(!eventlet_dead(gt));
    eventlet_reap(gt);
}

GREEN_TEST(greenthread, the_log_names_one_that_was_killed_before_its_start,
           "greenthread.11 greenthread.25")
{
    eventlet_greenthread *gt = spawn(sleep_long, NULL);
    char id[64];

    snprintf(id, sizeof id, "green thread %llu,",
             (unsigned long long)eventlet_id(gt));
    log_catch();
    CHECK_OK(eventlet_kill(gt, EVENTLET_USER(1)));
    log_let_go();
    CHECK_HAS(logged.text, id);
    CHECK_INT(logged.lines, 1);
    eventlet_release(gt);
}
