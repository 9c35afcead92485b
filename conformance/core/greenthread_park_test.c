/* SPDX-License-Identifier: MIT */
/* Waiting from inside: what the files of the library give way by. */
#include "core_support.h"

#include "core/park.h"

static int got[2];

/* ---- as if woken already ---- */

static int park_woken(void *arg)
{
    (void)arg;
    note("in ");
    got[0] = eventlet__park_woken();
    note("out ");
    got[1] = eventlet_sleep(1);
    return 0;
}

GREEN_TEST(greenthread, as_if_woken_it_goes_on_in_the_next_pass,
           "greenthread.40")
{
    eventlet_greenthread *gt, *other;

    notes_clear();
    gt = spawn(park_woken, NULL);
    other = spawn(note_it, "other ");
    CHECK_OK(eventlet_sleep(0));
    CHECK_STR(notes, "in other ");
    CHECK_OK(eventlet_spawn(NULL, note_it, "later "));
    CHECK_OK(eventlet_sleep(0));
    CHECK_STR(notes, "in other out later ");
    CHECK_INT(got[0], 0);
    eventlet_reap(gt);
    eventlet_release(other);
}

static int park_woken_under_a_timeout(void *arg)
{
    struct eventlet_timeout t;

    (void)arg;
    CHECK_OK(eventlet_timeout_start(&t, 0));
    got[0] = eventlet__park_woken();
    got[1] = eventlet_timeout_cancel(&t);
    return 0;
}

GREEN_TEST(greenthread, as_if_woken_no_timeout_comes_first, "greenthread.40")
{
    eventlet_greenthread *gt = spawn(park_woken_under_a_timeout, NULL);

    CHECK_OK(eventlet_wait(gt));
    CHECK_INT(got[0], 0);
    CHECK_INT(got[1], false);
    eventlet_release(gt);
}

GREEN_TEST(greenthread, as_if_woken_it_can_be_killed, "greenthread.40")
{
    eventlet_greenthread *gt, *killer;

    notes_clear();
    gt = spawn(park_woken, NULL);
    CHECK_OK(eventlet_sleep(0));
    killer = spawn(note_it, "other ");
    eventlet__throw(gt, EVENTLET_USER(1));
    CHECK_OK(eventlet_sleep(0));
    CHECK_CODE(got[0], EVENTLET_USER(1));
    CHECK_STR(notes, "in out other ");
    eventlet_reap(gt);
    eventlet_release(killer);
}

static int throw_and_park_woken(void *arg)
{
    (void)arg;
    eventlet__throw(eventlet_getcurrent(), EVENTLET_USER(2));
    got[0] = eventlet__park_woken();
    got[1] = eventlet__park_woken();
    return 0;
}

static int park_woken_in_hub(void *arg)
{
    (void)arg;
    got[1] = eventlet__park_woken();
    return 0;
}

GREEN_TEST(greenthread, as_if_woken_it_gets_what_was_thrown_before,
           "greenthread.40")
{
    eventlet_greenthread *gt = spawn(throw_and_park_woken, NULL);

    CHECK_OK(eventlet_wait(gt));
    CHECK_CODE(got[0], EVENTLET_USER(2));
    CHECK_INT(got[1], 0);
    eventlet_release(gt);
    call_in_hub(park_woken_in_hub, NULL);
    clock_advance(0);
    CHECK_CODE(got[1], EVENTLET_IN_HUB);
}

/* ---- woken at once ---- */

static int park_and_note(void *name)
{
    int rc = eventlet__park();

    note(rc < 0 ? "-" : name);
    return 0;
}

GREEN_TEST(greenthread, woken_at_once_it_runs_before_all_who_are_ready,
           "greenthread.41")
{
    eventlet_greenthread *a = spawn(park_and_note, "a");
    eventlet_greenthread *b = spawn(park_and_note, "b");
    eventlet_greenthread *c = spawn(park_and_note, "c");

    notes_clear();
    CHECK_OK(eventlet_sleep(0));
    CHECK_OK(eventlet_spawn(NULL, note_it, "ready"));
    eventlet__wake(a);
    eventlet__wake_at_once(b);
    eventlet__wake_at_once(c);
    CHECK_STR(notes, ""); /* it never switches */
    CHECK_OK(eventlet_sleep(0));
    CHECK_STR(notes, "cbreadya");
    eventlet_release(a);
    eventlet_release(b);
    eventlet_release(c);
}

GREEN_TEST(greenthread, woken_at_once_only_where_it_waits, "greenthread.41")
{
    eventlet_greenthread *gt = spawn(park_and_note, "a");
    eventlet_greenthread *other;

    notes_clear();
    eventlet__wake_at_once(gt); /* it has not started */
    CHECK_OK(eventlet_sleep(0));
    CHECK_STR(notes, "");
    other = spawn(note_it, "other ");
    eventlet__throw(gt, EVENTLET_USER(1));
    eventlet__wake_at_once(gt); /* it does not wait any more */
    CHECK_OK(eventlet_sleep(0));
    CHECK_STR(notes, "other -");
    eventlet__wake_at_once(gt); /* it has ended */
    CHECK_OK(eventlet_sleep(0));
    CHECK_STR(notes, "other -");
    eventlet_release(gt);
    eventlet_release(other);
}

/* ---- ending a wait ---- */

static int park_and_keep(void *rc)
{
    *(int *)rc = eventlet__park();
    return 0;
}

GREEN_TEST(greenthread, an_ended_wait_keeps_what_was_thrown_before,
           "greenthread.42")
{
    eventlet_greenthread *gt[3];
    int rc[3] = { 1, 1, 1 };

    for (int i = 0; i < 3; i++)
        gt[i] = spawn(park_and_keep, &rc[i]);
    CHECK_OK(eventlet_sleep(0));
    eventlet__throw(gt[0], EVENTLET_USER(1));
    eventlet__wake(gt[1]);
    for (int i = 0; i < 3; i++)
        eventlet__end_wait(gt[i], EVENTLET_USER(2));
    CHECK_OK(eventlet_sleep(0));
    CHECK_CODE(rc[0], EVENTLET_USER(1));
    CHECK_CODE(rc[1], EVENTLET_USER(2));
    CHECK_CODE(rc[2], EVENTLET_USER(2));
    for (int i = 0; i < 3; i++)
        eventlet_release(gt[i]);
}
