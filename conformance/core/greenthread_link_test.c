/* SPDX-License-Identifier: MIT */
/* Links: callbacks at the end of a green thread. */
#include "core_support.h"

#include <errno.h>

static int answer = 12;

static eventlet_greenthread *link_got, *link_ran_in;
static int link_result;

static void look(eventlet_greenthread *gt, void *arg)
{
    link_got = gt;
    link_ran_in = eventlet_getcurrent();
    link_result = eventlet_wait(gt);
    note(arg);
}

static void link_note(eventlet_greenthread *gt, void *text)
{
    (void)gt;
    note(text);
}

GREEN_TEST(greenthread, a_link_is_called_at_the_end_in_the_dying_one,
           "greenthread.20")
{
    eventlet_greenthread *gt = spawn(return_it, &answer);

    notes_clear();
    CHECK_OK(eventlet_link(gt, look, "l"));
    CHECK_STR(notes, "");
    CHECK_OK(eventlet_sleep(0));
    CHECK_STR(notes, "l");
    CHECK_PTR(link_got, gt);
    CHECK_PTR(link_ran_in, gt);
    CHECK_INT(link_result, 12);
    eventlet_release(gt);
}

static int wait_and_note(void *gt)
{
    int rc = eventlet_wait(gt);

    note("waiter");
    return rc;
}

GREEN_TEST(greenthread, links_run_in_order_and_before_the_waiters,
           "greenthread.19 greenthread.20")
{
    eventlet_greenthread *gt = spawn(sleep_long, NULL);

    notes_clear();
    CHECK_OK(eventlet_spawn(NULL, wait_and_note, gt));
    CHECK_OK(eventlet_sleep(0));
    CHECK_OK(eventlet_link(gt, link_note, "a"));
    CHECK_OK(eventlet_link(gt, link_note, "b"));
    CHECK_OK(eventlet_link(gt, link_note, "c"));
    CHECK_OK(eventlet_kill(gt, 0));
    clock_advance(0);
    CHECK_STR(notes, "abcwaiter");
    eventlet_release(gt);
}

GREEN_TEST(greenthread, a_link_to_the_dead_is_called_at_once, "greenthread.21")
{
    eventlet_greenthread *gt = spawn(return_it, &answer);

    CHECK_INT(eventlet_wait(gt), 12);
    notes_clear();
    CHECK_OK(eventlet_spawn(NULL, note_it, "other"));
    CHECK_OK(eventlet_link(gt, look, "l"));
    CHECK_STR(notes, "l");
    CHECK_PTR(link_got, gt);
    CHECK_PTR(link_ran_in, eventlet_getcurrent());
    eventlet_release(gt);
    clock_advance(0);
}

static void link_another(eventlet_greenthread *gt, void *text)
{
    note("<");
    CHECK_OK(eventlet_link(gt, link_note, text));
    note(">");
}

GREEN_TEST(greenthread, a_link_made_in_a_link_runs_after_it_and_once,
           "greenthread.21")
{
    eventlet_greenthread *gt = spawn(return_it, &answer);

    notes_clear();
    CHECK_OK(eventlet_link(gt, link_another, "x"));
    CHECK_OK(eventlet_link(gt, link_note, "y"));
    clock_advance(0);
    CHECK_STR(notes, "<>yx");
    eventlet_release(gt);
}

GREEN_TEST(greenthread, a_link_made_in_a_link_to_the_dead, "greenthread.21")
{
    eventlet_greenthread *gt = spawn(return_it, &answer);

    CHECK_INT(eventlet_wait(gt), 12);
    notes_clear();
    CHECK_OK(eventlet_link(gt, link_another, "x"));
    CHECK_STR(notes, "<>x");
    clock_advance(0);
    CHECK_STR(notes, "<>x");
    eventlet_release(gt);
}

GREEN_TEST(greenthread, unlink_takes_the_very_function_and_argument,
           "greenthread.22")
{
    eventlet_greenthread *gt = spawn(return_it, &answer);
    char a[] = "a", also_a[] = "a";

    notes_clear();
    CHECK_OK(eventlet_link(gt, link_note, a));
    CHECK(!eventlet_unlink(gt, link_note, also_a));
    CHECK(!eventlet_unlink(gt, look, a));
    CHECK(eventlet_unlink(gt, link_note, a));
    CHECK(!eventlet_unlink(gt, link_note, a));
    CHECK_INT(eventlet_wait(gt), 12);
    CHECK_STR(notes, "");
    eventlet_release(gt);
}

GREEN_TEST(greenthread, unlink_takes_one_of_several_alike, "greenthread.22")
{
    eventlet_greenthread *gt = spawn(return_it, &answer);
    char a[] = "a", b[] = "b";

    notes_clear();
    CHECK_OK(eventlet_link(gt, link_note, a));
    CHECK_OK(eventlet_link(gt, link_note, b));
    CHECK_OK(eventlet_link(gt, link_note, a));
    CHECK(eventlet_unlink(gt, link_note, a));
    CHECK_INT(eventlet_wait(gt), 12);
    CHECK(strcmp(notes, "ab") == 0 || strcmp(notes, "ba") == 0);
    eventlet_release(gt);
}

static void unlink_the_next(eventlet_greenthread *gt, void *text)
{
    CHECK(eventlet_unlink(gt, link_note, text));
    note("u");
}

GREEN_TEST(greenthread, a_link_can_unlink_the_next, "greenthread.22")
{
    eventlet_greenthread *gt = spawn(return_it, &answer);
    char never[] = "never";

    notes_clear();
    CHECK_OK(eventlet_link(gt, unlink_the_next, never));
    CHECK_OK(eventlet_link(gt, link_note, never));
    CHECK_OK(eventlet_link(gt, link_note, "z"));
    CHECK_INT(eventlet_wait(gt), 12);
    CHECK_STR(notes, "uz");
    eventlet_release(gt);
}

/* ---- links that wait ---- */

static void sleep_in_link(eventlet_greenthread *gt, void *text)
{
    int rc;

    (void)gt;
    note("[");
    rc = eventlet_sleep(1);
    note(rc < 0 ? "!" : text);
}

GREEN_TEST(greenthread, a_link_that_waits_does_not_keep_the_waiters,
           "greenthread.39")
{
    double began = now();
    eventlet_greenthread *gt = spawn(return_it, &answer);

    notes_clear();
    CHECK_OK(eventlet_link(gt, sleep_in_link, "]"));
    CHECK_INT(eventlet_wait(gt), 12);
    note("waited");
    CHECK_DBL_NEAR(now(), began, 1e-6);
    clock_advance(1);
    CHECK_STR(notes, "[waited]");
    eventlet_release(gt);
}

GREEN_TEST(greenthread, a_link_thrown_at_does_not_keep_the_next_from_running,
           "greenthread.23")
{
    eventlet_greenthread *gt = spawn(sleep_long, NULL);

    notes_clear();
    CHECK_OK(eventlet_link(gt, sleep_in_link, "]"));
    CHECK_OK(eventlet_link(gt, link_note, "next"));
    clock_advance(0);
    CHECK_OK(eventlet_kill(gt, 0)); /* ends the sleep, runs the links */
    CHECK_STR(notes, "[");
    CHECK_OK(eventlet_kill(gt, 0)); /* ends the wait in the link, if alive */
    clock_advance(1);
    CHECK(strcmp(notes, "[!next") == 0 || strcmp(notes, "[]next") == 0);
    CHECK_CODE(eventlet_wait(gt), EVENTLET_EXIT);
    eventlet_release(gt);
}

/* ---- handles and failures ---- */

static void release_it(eventlet_greenthread *gt, void *arg)
{
    (void)arg;
    eventlet_release(gt);
    note("released");
}

GREEN_TEST(greenthread, a_link_may_give_the_last_handle_back, "greenthread.20")
{
    eventlet_greenthread *gt = spawn(return_it, &answer);

    notes_clear();
    CHECK_OK(eventlet_link(gt, release_it, NULL));
    clock_advance(0);
    CHECK_STR(notes, "released");
}

static int link_some(void *arg)
{
    eventlet_greenthread *gt = NULL;
    int rc = eventlet_spawn(&gt, note_it, "g");

    (void)arg;
    if (rc < 0)
        return rc;
    rc = eventlet_link(gt, link_note, "l");
    if (rc == 0 && (rc = eventlet_link(gt, link_note, "m")) < 0)
        eventlet_unlink(gt, link_note, NULL);
    if (rc < 0)
        eventlet_reap(gt);
    else if ((rc = eventlet_wait(gt)) >= 0)
        eventlet_release(gt);
    else
        eventlet_reap(gt);
    return rc;
}

TEST(greenthread, link_survives_a_failure_at_each_place,
     "greenthread.20 greenthread.36")
{
    log_catch();
    notes_clear();
    FAULT_EACH(link_some, NULL);
    log_let_go();
}
