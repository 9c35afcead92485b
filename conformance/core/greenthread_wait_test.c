/* SPDX-License-Identifier: MIT */
/* Waiting for the end of a green thread; identity; what is seen by whom. */
#include "core_support.h"

#include <errno.h>
#include <pthread.h>

static eventlet_greenthread *target;
static int waited[4];

static int wait_for_target(void *arg)
{
    int *result = arg;

    *result = eventlet_wait(target);
    note(result == &waited[0] ? "0" : result == &waited[1] ? "1" : "2");
    return 0;
}

GREEN_TEST(greenthread, every_waiter_gets_the_result_in_the_order_of_waiting,
           "greenthread.18 greenthread.19")
{
    double second = 1;

    notes_clear();
    target = spawn(sleep_it, &second);
    for (int i = 0; i < 3; i++) {
        waited[i] = -1;
        CHECK_OK(eventlet_spawn(NULL, wait_for_target, &waited[i]));
    }
    CHECK_OK(eventlet_wait(target));
    clock_advance(0);
    for (int i = 0; i < 3; i++)
        CHECK_INT(waited[i], 0);
    CHECK_STR(notes, "012");
    eventlet_release(target);
}

GREEN_TEST(greenthread, wait_gives_the_code_every_time_and_for_ever,
           "greenthread.18")
{
    int code = EVENTLET_USER(3);

    log_catch();
    target = spawn(return_it, &code);
    for (int i = 0; i < 3; i++)
        CHECK_CODE(eventlet_wait(target), EVENTLET_USER(3));
    clock_advance(86400);
    CHECK_CODE(eventlet_wait(target), EVENTLET_USER(3));
    eventlet_release(target);
    log_let_go();
}

GREEN_TEST(greenthread, wait_for_the_dead_does_not_yield, "greenthread.18")
{
    int answer = 7;

    target = spawn(return_it, &answer);
    CHECK_INT(eventlet_wait(target), 7);
    notes_clear();
    CHECK_OK(eventlet_spawn(NULL, note_it, "x"));
    CHECK_INT(eventlet_wait(target), 7);
    CHECK_STR(notes, "");
    eventlet_release(target);
    clock_advance(0);
}

GREEN_TEST(greenthread, a_waiter_thrown_at_leaves_the_others_waiting,
           "greenthread.18")
{
    double second = 1;
    eventlet_greenthread *waiter[2];

    notes_clear();
    target = spawn(sleep_it, &second);
    for (int i = 0; i < 2; i++)
        waiter[i] = spawn(wait_for_target, &waited[i]);
    clock_advance(0.5);
    CHECK_OK(eventlet_kill(waiter[0], EVENTLET_USER(1)));
    CHECK_CODE(waited[0], EVENTLET_USER(1));
    CHECK(!eventlet_dead(target));
    CHECK_OK(eventlet_wait(waiter[1]));
    CHECK_INT(waited[1], 0);
    for (int i = 0; i < 2; i++)
        eventlet_release(waiter[i]);
    eventlet_release(target);
}

GREEN_TEST(greenthread, a_wait_can_time_out, "greenthread.18")
{
    struct eventlet_timeout t;

    target = spawn(sleep_long, NULL);
    CHECK_OK(eventlet_timeout_start(&t, 0.5));
    CHECK_CODE(eventlet_wait(target), EVENTLET_TIMEOUT);
    CHECK(eventlet_timeout_cancel(&t));
    CHECK(!eventlet_dead(target));
    CHECK_CODE(eventlet_reap(target), EVENTLET_EXIT);
}

/* ---- what comes after an end ---- */

static int note_and_end(void *arg)
{
    note(arg);
    CHECK_OK(eventlet_sleep(0));
    note(arg);
    return 0;
}

GREEN_TEST(greenthread, an_end_leads_to_the_next_that_is_ready,
           "greenthread.30")
{
    notes_clear();
    CHECK_OK(eventlet_spawn(NULL, note_and_end, "a"));
    CHECK_OK(eventlet_spawn(NULL, note_it, "b"));
    CHECK_OK(eventlet_spawn(NULL, note_and_end, "c"));
    clock_advance(0);
    CHECK_STR(notes, "abcac");
}

/* ---- identity ---- */

static eventlet_greenthread *self_seen;

static int who(void *arg)
{
    (void)arg;
    self_seen = eventlet_getcurrent();
    return 0;
}

GREEN_TEST(greenthread, getcurrent_is_the_one_that_runs, "greenthread.9")
{
    eventlet_greenthread *me = eventlet_getcurrent();
    eventlet_greenthread *gt = spawn(who, NULL);

    CHECK(me);
    CHECK_OK(eventlet_wait(gt));
    CHECK_PTR(self_seen, gt);
    CHECK_PTR(eventlet_getcurrent(), me);
    CHECK(me != gt);
    eventlet_release(gt);
}

GREEN_TEST(greenthread, getcurrent_is_null_in_the_hub, "greenthread.9")
{
    self_seen = eventlet_getcurrent();
    call_in_hub(who, NULL);
    clock_advance(0);
    CHECK_PTR(self_seen, NULL);
}

TEST(greenthread, the_main_one_is_a_green_thread_too,
     "greenthread.9 greenthread.31")
{
    eventlet_greenthread *me;

    REQUIRE_OK(eventlet_hubs_use_hub("sim"));
    me = eventlet_getcurrent();
    REQUIRE(me);
    CHECK(eventlet_started(me));
    CHECK(!eventlet_dead(me));
    CHECK_OK(eventlet_sleep(1));
    CHECK_PTR(eventlet_getcurrent(), me);
}

GREEN_TEST(greenthread, an_id_is_never_used_again, "greenthread.9")
{
    uint64_t last = eventlet_id(eventlet_getcurrent());

    CHECK(last > 0);
    for (int i = 0; i < 100; i++) {
        eventlet_greenthread *gt = spawn(who, NULL);

        CHECK(eventlet_id(gt) > last);
        last = eventlet_id(gt);
        CHECK_OK(eventlet_wait(gt));
        eventlet_release(gt);
    }
}

GREEN_TEST(greenthread, started_and_dead_tell_its_state, "greenthread.33")
{
    double second = 1;
    eventlet_greenthread *gt = spawn(sleep_it, &second);

    CHECK(!eventlet_started(gt) && !eventlet_dead(gt));
    clock_advance(0);
    CHECK(eventlet_started(gt) && !eventlet_dead(gt));
    CHECK_OK(eventlet_wait(gt));
    CHECK(eventlet_started(gt) && eventlet_dead(gt));
    eventlet_release(gt);
}

/* ---- each its own error ---- */

static int sleep_and_tell(void *arg)
{
    int *code = arg;

    *code = eventlet_sleep(1000);
    CHECK_OK(eventlet_sleep(0)); /* delivered once: this one is undisturbed */
    return *code;
}

GREEN_TEST(greenthread, a_code_is_delivered_once_and_to_its_own_call,
           "greenthread.34")
{
    int code[2] = { 1, 1 };
    eventlet_greenthread *gt[2];

    log_catch();
    for (int i = 0; i < 2; i++)
        gt[i] = spawn(sleep_and_tell, &code[i]);
    clock_advance(1);
    CHECK_OK(eventlet_kill(gt[0], EVENTLET_USER(1)));
    CHECK_OK(eventlet_kill(gt[1], EVENTLET_USER(2)));
    for (int i = 0; i < 2; i++) {
        CHECK_CODE(eventlet_wait(gt[i]), EVENTLET_USER(i + 1));
        CHECK_CODE(code[i], EVENTLET_USER(i + 1));
        eventlet_release(gt[i]);
    }
    log_let_go();
}

static int fail_there(void *arg)
{
    (void)arg;
    return EVENTLET_USER(9);
}

GREEN_TEST(greenthread, the_error_of_one_is_not_seen_by_another,
           "greenthread.34")
{
    eventlet_greenthread *gt;

    log_catch();
    gt = spawn(fail_there, NULL);
    CHECK_OK(eventlet_sleep(0));
    CHECK_OK(eventlet_sleep(1));
    CHECK_CODE(eventlet_wait(gt), EVENTLET_USER(9));
    CHECK_OK(eventlet_sleep(0));
    eventlet_release(gt);
    log_let_go();
}

/* ---- the main one ---- */

TEST(greenthread, the_main_one_waits_like_any_other, "greenthread.31")
{
    int answer = 3;
    eventlet_greenthread *gt;

    REQUIRE_OK(eventlet_hubs_use_hub("sim"));
    gt = spawn(return_it, &answer);
    CHECK_INT(eventlet_wait(gt), 3);
    CHECK_OK(eventlet_sleep(10));
    eventlet_release(gt);
}

TEST(greenthread, all_vanish_when_the_main_one_gives_up_its_hub,
     "greenthread.31")
{
    REQUIRE_OK(eventlet_hubs_use_hub("sim"));
    notes_clear();
    CHECK_OK(eventlet_spawn(NULL, note_and_end, "a"));
    CHECK_OK(eventlet_spawn(NULL, sleep_long, NULL));
    CHECK_OK(eventlet_spawn_after(NULL, 5, note_it, "never"));
    CHECK_OK(eventlet_sleep(0));
    CHECK_OK(eventlet_hubs_drop());
    CHECK_STR(notes, "a"); /* not unwound: the second half never ran */
}

/* ---- a failure at each place ---- */

static int spawn_all_ways(void *arg)
{
    eventlet_greenthread *gt[4] = { NULL };
    int code[5];
    int rc = 0;

    code[0] = eventlet_spawn(&gt[0], note_it, "a");
    code[1] = eventlet_spawn_copy(&gt[1], note_it, "b", 2);
    code[2] = eventlet_spawn_after(&gt[2], 0.5, note_it, "c");
    code[3] = eventlet_spawn_n(&gt[3], note_it, "d");
    code[4] = eventlet_sleep(1);
    for (int i = 0; i < 5; i++)
        rc = code[i] < 0 ? code[i] : rc;
    for (int i = 0; i < 3; i++)
        if (gt[i] && (code[4] = eventlet_wait(gt[i])) < 0)
            rc = code[4];
    for (int i = 0; i < 4; i++)
        eventlet_release(gt[i]);
    (void)arg;
    return rc;
}

TEST(greenthread, spawn_survives_a_failure_at_each_place, "greenthread.36")
{
    log_catch();
    notes_clear();
    FAULT_EACH(spawn_all_ways, NULL);
    log_let_go();
}
