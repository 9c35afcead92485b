/* SPDX-License-Identifier: MIT */
/* Procs: how they end, and how that is waited for. */
#include "sync/proc.h"

#include <errno.h>
#include <pthread.h>

/* ---- one ---- */

GREEN_TEST(proc, a_source_ends_with_a_value, "proc.1 proc.3")
{
    eventlet_proc *p = source_new();

    CHECK(!eventlet_proc_ready(p));
    CHECK(!eventlet_proc_greenthread(p));
    CHECK_CODE(eventlet_proc_send(p, number(7)), 0);
    CHECK_CODE(eventlet_proc_send(p, number(8)), EVENTLET_ALREADY_SENT);
    CHECK_CODE(eventlet_proc_send_exception(p, EVENTLET_USER(1)),
               EVENTLET_ALREADY_SENT);
    CHECK(eventlet_proc_ready(p));
    CHECK(eventlet_proc_has_value(p));
    CHECK(!eventlet_proc_has_exception(p));
    CHECK_INT(got(p), 7);
    CHECK_INT(got(p), 7);
    eventlet_proc_free(p);
    eventlet_proc_free(NULL);
}

GREEN_TEST(proc, a_source_ends_with_a_code, "proc.1 proc.3")
{
    eventlet_proc *p = source_new();

    CHECK_CODE(eventlet_proc_send_exception(p, 0), -EINVAL);
    CHECK_CODE(eventlet_proc_send_exception(p, 1), -EINVAL);
    CHECK_CODE(eventlet_proc_send_exception(p, EVENTLET_USER(1)), 0);
    CHECK(!eventlet_proc_has_value(p));
    CHECK(eventlet_proc_has_exception(p));
    CHECK_CODE(got(p), EVENTLET_USER(1));
    CHECK_CODE(got(p), EVENTLET_USER(1));
    CHECK_CODE(eventlet_proc_kill(p, 0), 0); /* there is nobody */
    eventlet_proc_free(p);
}

GREEN_TEST(proc, to_look_does_not_wait, "proc.3")
{
    eventlet_proc *p = source_new();
    void *value = "default";

    CHECK_CODE(eventlet_proc_wait_timeout(p, &value, 0), EVENTLET_TIMEOUT);
    CHECK_CODE(eventlet_proc_poll(p, &value), EVENTLET_NOT_SENT);
    CHECK_STR(value, "default");
    CHECK_CODE(eventlet_proc_send(p, "sent"), 0);
    CHECK_CODE(eventlet_proc_poll(p, &value), 0);
    CHECK_STR(value, "sent");
    CHECK_CODE(eventlet_proc_wait_timeout(p, &value, 0), 0);
    eventlet_proc_free(p);
}

GREEN_TEST(proc, a_spawned_one_gives_what_its_function_gave, "proc.2 proc.4")
{
    eventlet_proc *p = proc_spawn(give_late, number(100));

    notes();
    CHECK(eventlet_proc_greenthread(p) != NULL);
    CHECK_CODE(eventlet_proc_send(p, NULL), -EINVAL);
    CHECK_CODE(eventlet_proc_send_exception(p, EVENTLET_USER(1)), -EINVAL);
    CHECK_CODE(eventlet_proc_wait_timeout(p, NULL, 0.5), EVENTLET_TIMEOUT);
    CHECK_INT(got(p), 100);
    let_others_run();
    CHECK(!eventlet_proc_greenthread(p));
    eventlet_proc_free(p);
}

GREEN_TEST(proc, a_function_that_fails_gives_its_code, "proc.2")
{
    eventlet_proc *p = proc_spawn(give_late, number(EVENTLET_USER(3)));

    catch_log();
    CHECK_CODE(got(p), EVENTLET_USER(3));
    CHECK(eventlet_proc_has_exception(p));
    release_log();
    CHECK_INT(logged_lines, 1);
    eventlet_proc_free(p);
}

GREEN_TEST(proc, killed_it_ends_with_that, "proc.4")
{
    eventlet_proc *p = proc_spawn(give_late, NULL);
    eventlet_proc *q = proc_spawn(give_late, NULL);

    let_others_run();
    CHECK_CODE(eventlet_proc_kill(p, 0), 0);
    catch_log();
    CHECK_CODE(eventlet_proc_kill(q, EVENTLET_USER(2)), 0);
    release_log();
    CHECK_CODE(got(p), EVENTLET_EXIT);
    CHECK_CODE(got(q), EVENTLET_USER(2));
    CHECK_CODE(eventlet_proc_kill(p, 0), 0);
    eventlet_proc_free(p);
    eventlet_proc_free(q);
}

GREEN_TEST(proc, killed_before_its_start_it_never_runs, "proc.4")
{
    eventlet_proc *p = proc_spawn(say, "ran");

    notes();
    CHECK_CODE(eventlet_proc_kill(p, 0), 0);
    CHECK_CODE(got(p), EVENTLET_EXIT);
    CHECK(!eventlet_proc_greenthread(p));
    CHECK_STR(notes(), "");
    eventlet_proc_free(p);
}

GREEN_TEST(proc, freed_its_green_thread_goes_on, "proc.15")
{
    notes();
    eventlet_proc_free(proc_spawn(say_and_nap, "ran"));
    clock_advance(2);
    CHECK_STR(notes(), "ran");
}

static int wait_for_it(void *p)
{
    note(eventlet_strerrorname(eventlet_proc_wait(p, NULL)));
    return 0;
}

GREEN_TEST(proc, freed_it_is_waited_for_no_more, "proc.15")
{
    eventlet_proc *p = source_new();

    notes();
    CHECK_CODE(eventlet_spawn_n(NULL, wait_for_it, p), 0);
    let_others_run();
    eventlet_proc_free(p);
    let_others_run();
    CHECK_STR(notes(), "EVENTLET_CLOSED");
}

/* ---- several ---- */

GREEN_TEST(proc, waitall_gives_the_values_in_order, "proc.13")
{
    eventlet_proc *p[] = { proc_spawn(give_backwards, number(1)),
                           proc_spawn(give_backwards, number(2)),
                           proc_spawn(give, number(3)) };
    void *values[3];

    for (int again = 0; again < 2; again++) {
        memset(values, 0, sizeof values);
        CHECK_CODE(eventlet_proc_waitall(p, 3, values), 0);
        for (int i = 0; i < 3; i++)
            CHECK_PTR(values[i], number(i + 1));
    }
    CHECK_CODE(eventlet_proc_waitall(p, 3, NULL), 0);
    CHECK_CODE(eventlet_proc_waitall(NULL, 0, NULL), 0);
    for (int i = 0; i < 3; i++)
        eventlet_proc_free(p[i]);
}

GREEN_TEST(proc, waitall_returns_with_the_first_code, "proc.13")
{
    eventlet_proc *p[] = { source_new(), source_new(), source_new() };
    void *values[3] = { NULL };
    eventlet_proc *last;

    CHECK_CODE(eventlet_proc_send(p[0], number(1)), 0);
    last = proc_spawn(give_late, number(EVENTLET_USER(1)));
    eventlet_proc_free(p[1]);
    p[1] = last;
    catch_log();
    CHECK_CODE(eventlet_proc_waitall(p, 3, values), EVENTLET_USER(1));
    release_log();
    CHECK_PTR(values[0], number(1));
    CHECK_PTR(values[2], NULL);
    CHECK_CODE(eventlet_proc_send_exception(p[2], EVENTLET_USER(2)), 0);
    for (int i = 0; i < 3; i++)
        eventlet_proc_free(p[i]);
}

struct waitall {
    eventlet_proc *p[2];
    void *values[2];
    int rc;
};

static int wait_for_both(void *arg)
{
    struct waitall *w = arg;

    w->rc = eventlet_proc_waitall(w->p, 2, NULL);
    return 0;
}

static int wait_for_values(void *arg)
{
    struct waitall *w = arg;

    w->rc = eventlet_proc_waitall(w->p, 2, w->values);
    return 0;
}

GREEN_TEST(proc, waitall_outlives_one_that_has_ended, "proc.13")
{
    struct waitall w = { .p = { source_new(), source_new() } };
    eventlet_greenthread *gt;

    CHECK_CODE(eventlet_spawn(&gt, wait_for_values, &w), 0);
    CHECK_CODE(eventlet_sleep(0), 0);
    CHECK_CODE(eventlet_proc_send(w.p[0], number(1)), 0);
    CHECK_CODE(eventlet_sleep(0.1), 0);
    eventlet_proc_free(w.p[0]);
    CHECK_CODE(eventlet_proc_send(w.p[1], number(2)), 0);
    CHECK_CODE(eventlet_wait(gt), 0);
    CHECK_CODE(w.rc, 0);
    CHECK_PTR(w.values[0], number(1));
    CHECK_PTR(w.values[1], number(2));
    eventlet_release(gt);
    eventlet_proc_free(w.p[1]);
}

GREEN_TEST(proc, waitall_thrown_at_leaves_nothing, "proc.13")
{
    struct waitall w = { .p = { source_new(), source_new() } };
    eventlet_greenthread *gt;

    CHECK_CODE(eventlet_spawn(&gt, wait_for_both, &w), 0);
    let_others_run();
    CHECK_CODE(eventlet_proc_send(w.p[0], NULL), 0);
    let_others_run();
    CHECK_CODE(eventlet_kill(gt, 0), 0);
    CHECK_CODE(w.rc, EVENTLET_EXIT);
    CHECK_CODE(eventlet_proc_send(w.p[1], NULL), 0);
    let_others_run();
    eventlet_release(gt);
    eventlet_proc_free(w.p[0]);
    eventlet_proc_free(w.p[1]);
}

GREEN_TEST(proc, waitall_for_a_freed_one_is_told, "proc.13 proc.15")
{
    struct waitall w = { .p = { source_new(), source_new() } };
    eventlet_greenthread *gt;

    CHECK_CODE(eventlet_spawn(&gt, wait_for_both, &w), 0);
    let_others_run();
    eventlet_proc_free(w.p[0]);
    let_others_run();
    CHECK_CODE(w.rc, EVENTLET_CLOSED);
    CHECK_CODE(eventlet_proc_send(w.p[1], NULL), 0);
    let_others_run();
    eventlet_release(gt);
    eventlet_proc_free(w.p[1]);
}

GREEN_TEST(proc, killall_throws_at_those_that_run, "proc.14")
{
    eventlet_proc *p[] = { proc_spawn(sleep_and_tell, "A"),
                           proc_spawn(give, NULL), source_new() };

    notes();
    let_others_run();
    CHECK_CODE(eventlet_proc_killall(p, 3, 1), -EINVAL);
    CHECK_CODE(eventlet_proc_killall(p, 3, 0), 0);
    CHECK_STR(notes(), "");
    let_others_run();
    CHECK_STR(notes(), "A:EXIT");
    CHECK_CODE(got(p[0]), EVENTLET_EXIT);
    CHECK_INT(got(p[1]), 0);
    CHECK(!eventlet_proc_ready(p[2]));
    for (int i = 0; i < 3; i++)
        eventlet_proc_free(p[i]);
}

static void free_both(eventlet_greenthread *gt, void *procs)
{
    eventlet_proc **p = procs;

    (void)gt;
    for (int i = 0; i < 2; i++) {
        eventlet_proc_free(p[i]);
        p[i] = NULL;
    }
}

/* It has not started: its end is told at once. */
GREEN_TEST(proc, killall_lets_links_free_procs, "proc.14 proc.15")
{
    eventlet_proc *p[] = { proc_spawn(give, NULL), proc_spawn(give, NULL) };
    eventlet_proc *const both[] = { p[0], p[1] };

    CHECK_OK(eventlet_link(eventlet_proc_greenthread(p[0]), free_both, p));
    CHECK_OK(eventlet_proc_killall(both, 2, 0));
    CHECK(!p[0] && !p[1]);
    let_others_run();
}

static int kill_all_of_us(void *p)
{
    int rc = eventlet_proc_killall(p, 1, EVENTLET_USER(4));

    note_number(rc);
    rc = eventlet_sleep(1);
    return rc;
}

GREEN_TEST(proc, killall_reaches_the_caller_at_its_next_wait, "proc.14")
{
    static eventlet_proc *p[1];

    notes();
    p[0] = proc_spawn(kill_all_of_us, p);
    catch_log();
    CHECK_CODE(got(p[0]), EVENTLET_USER(4));
    release_log();
    CHECK_STR(notes(), "0");
    eventlet_proc_free(p[0]);
}

/* ---- what can fail ---- */

static int spawn_link_and_wait(void *arg)
{
    eventlet_proc *p[2] = { NULL, NULL };
    int rc = eventlet_proc_source_new(&p[0]);

    (void)arg;
    if (rc == 0)
        rc = eventlet_proc_spawn_link(&p[1], give, number(1),
                                      EVENTLET_PROC_EXCEPTION);
    if (rc == 0)
        rc = eventlet_proc_send(p[0], NULL);
    if (rc == 0)
        rc = eventlet_proc_waitall(p, 2, NULL);
    eventlet_proc_free(p[0]);
    eventlet_proc_free(p[1]);
    (void)!eventlet_sleep(0);
    return rc;
}

TEST(proc, without_memory_what_was_begun_is_undone, "proc.16")
{
    FAULT_EACH(spawn_link_and_wait, NULL);
}

static void *use_elsewhere(void *arg)
{
    eventlet_proc **p = arg;

    CHECK_CODE(eventlet_proc_send(p[0], NULL), -EPERM);
    CHECK_CODE(eventlet_proc_send_exception(p[0], -1), -EPERM);
    CHECK_CODE(eventlet_proc_wait(p[0], NULL), -EPERM);
    CHECK_CODE(eventlet_proc_link(p[0], EVENTLET_PROC_ANY, note_link, ""),
               -EPERM);
    CHECK_CODE(eventlet_proc_killall(p, 2, 0), -EPERM);
    return NULL;
}

GREEN_TEST(proc, another_os_thread_is_refused, "proc.17")
{
    eventlet_proc *p[] = { source_new(), proc_spawn(give, number(5)) };
    pthread_t thread;

    REQUIRE_INT(pthread_create(&thread, NULL, use_elsewhere, p), 0);
    pthread_join(thread, NULL);
    CHECK(!eventlet_proc_ready(p[0]));
    CHECK_INT(got(p[1]), 5);
    eventlet_proc_free(p[0]);
    eventlet_proc_free(p[1]);
}
