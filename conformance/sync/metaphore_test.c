/* SPDX-License-Identifier: MIT */
/* Counting jobs, and waiting until none is left. */
#include <errno.h>
#include <limits.h>
#include <pthread.h>

#include "check.h"
#include "eventlet.h"
#include "sync/notes.h"

static eventlet_metaphore *metaphore_new(void)
{
    eventlet_metaphore *m = NULL;

    CHECK_CODE(eventlet_metaphore_new(&m), 0);
    return m;
}

struct waiter {
    eventlet_metaphore *m;
    char *name;
    double seconds; /* 0: no timeout */
    eventlet_greenthread *gt;
    int rc;
};

static int wait_once(void *arg)
{
    struct waiter *w = arg;

    w->rc = w->seconds != 0 ? eventlet_metaphore_wait_timeout(w->m, w->seconds)
                            : eventlet_metaphore_wait(w->m);
    note(w->rc == 0 ? w->name : eventlet_strerrorname(w->rc));
    return 0;
}

static void start(struct waiter *w, int count)
{
    notes();
    for (int i = 0; i < count; i++)
        CHECK_CODE(eventlet_spawn(&w[i].gt, wait_once, &w[i]), 0);
    let_others_run();
}

static void end(struct waiter *w, int count)
{
    for (int i = 0; i < count; i++)
        eventlet_reap(w[i].gt);
}

GREEN_TEST(metaphore, new_one_is_not_waited_for, "metaphore.1")
{
    eventlet_metaphore *m = metaphore_new();

    notes();
    CHECK_CODE(eventlet_spawn_n(NULL, say, "other"), 0);
    CHECK_INT(eventlet_metaphore_counter(m), 0);
    CHECK_CODE(eventlet_metaphore_wait(m), 0);
    CHECK_CODE(eventlet_metaphore_wait_timeout(m, 1), 0);
    CHECK_STR(notes(), "");
    let_others_run();
    eventlet_metaphore_free(m);
    eventlet_metaphore_free(NULL);
}

GREEN_TEST(metaphore, wait_lasts_until_no_job_is_left,
           "metaphore.2 metaphore.3")
{
    eventlet_metaphore *m = metaphore_new();
    struct waiter w[] = { { .m = m, .name = "A" }, { .m = m, .name = "B" } };

    CHECK_CODE(eventlet_metaphore_inc(m, 1), 0);
    CHECK_CODE(eventlet_metaphore_inc(m, 2), 0);
    start(w, 2);
    CHECK_CODE(eventlet_metaphore_dec(m, 2), 0);
    let_others_run();
    CHECK_STR(notes(), "");
    CHECK_INT(eventlet_metaphore_counter(m), 1);
    CHECK_CODE(eventlet_metaphore_dec(m, 1), 0);
    CHECK_STR(notes(), ""); /* dec does not switch */
    let_others_run();
    CHECK_STR(notes(), "A B");
    end(w, 2);
    eventlet_metaphore_free(m);
}

GREEN_TEST(metaphore, new_jobs_hold_up_only_who_comes_then, "metaphore.3")
{
    eventlet_metaphore *m = metaphore_new();
    struct waiter w[] = { { .m = m, .name = "A" }, { .m = m, .name = "B" } };

    CHECK_CODE(eventlet_metaphore_inc(m, 1), 0);
    start(&w[0], 1);
    CHECK_CODE(eventlet_metaphore_dec(m, 1), 0);
    CHECK_CODE(eventlet_metaphore_inc(m, 1), 0);
    start(&w[1], 1);
    CHECK_STR(notes(), "A");
    CHECK_CODE(eventlet_metaphore_dec(m, 1), 0);
    let_others_run();
    CHECK_STR(notes(), "B");
    end(w, 2);
    eventlet_metaphore_free(m);
}

static int dec_in_hub(void *m)
{
    note_number(eventlet_metaphore_inc(m, 1));
    note_number(eventlet_metaphore_dec(m, 2));
    return 0;
}

GREEN_TEST(metaphore, hub_may_count, "metaphore.3")
{
    eventlet_metaphore *m = metaphore_new();

    notes();
    CHECK_CODE(eventlet_metaphore_inc(m, 1), 0);
    CHECK_CODE(eventlet_hub_schedule_call_global(NULL, eventlet_hubs_get_hub(),
                                                 0, dec_in_hub, m),
               0);
    CHECK_CODE(eventlet_metaphore_wait(m), 0);
    CHECK_STR(notes(), "0 0");
    eventlet_metaphore_free(m);
}

GREEN_TEST(metaphore, count_ends_at_zero, "metaphore.4")
{
    eventlet_metaphore *m = metaphore_new();

    CHECK_CODE(eventlet_metaphore_dec(m, 1), EVENTLET_UNBALANCED);
    CHECK_CODE(eventlet_metaphore_wait(m), 0);
    CHECK_CODE(eventlet_metaphore_inc(m, 2), 0);
    CHECK_CODE(eventlet_metaphore_dec(m, 5), 0);
    CHECK_INT(eventlet_metaphore_counter(m), 0);
    CHECK_CODE(eventlet_metaphore_dec(m, 1), EVENTLET_UNBALANCED);
    CHECK_CODE(eventlet_metaphore_inc(m, 1), 0);
    CHECK_INT(eventlet_metaphore_counter(m), 1);
    eventlet_metaphore_free(m);
}

GREEN_TEST(metaphore, who_is_thrown_at_leaves, "metaphore.5")
{
    eventlet_metaphore *m = metaphore_new();
    struct waiter w[] = { { .m = m, .name = "A" },
                          { .m = m, .name = "B", .seconds = 1 },
                          { .m = m, .name = "C" } };

    CHECK_CODE(eventlet_metaphore_inc(m, 1), 0);
    start(w, 3);
    CHECK_CODE(eventlet_kill(w[0].gt, 0), 0);
    clock_advance(1);
    CHECK_STR(notes(), "EVENTLET_EXIT EVENTLET_TIMEOUT");
    CHECK_INT(eventlet_metaphore_counter(m), 1);
    CHECK_CODE(eventlet_metaphore_dec(m, 1), 0);
    let_others_run();
    CHECK_STR(notes(), "C");
    end(w, 3);
    eventlet_metaphore_free(m);
}

GREEN_TEST(metaphore, killed_after_being_woken_it_is_killed, "metaphore.5")
{
    eventlet_metaphore *m = metaphore_new();
    struct waiter w[] = { { .m = m, .name = "A" }, { .m = m, .name = "B" } };

    CHECK_CODE(eventlet_metaphore_inc(m, 1), 0);
    start(w, 2);
    CHECK_CODE(eventlet_metaphore_dec(m, 1), 0);
    CHECK_CODE(eventlet_kill(w[0].gt, 0), 0);
    let_others_run();
    CHECK_STR(notes(), "EVENTLET_EXIT B");
    end(w, 2);
    eventlet_metaphore_free(m);
}

static int wait_in_hub(void *m)
{
    note(eventlet_strerrorname(eventlet_metaphore_wait(m)));
    return 0;
}

GREEN_TEST(metaphore, hub_does_not_wait, "metaphore.5")
{
    eventlet_metaphore *m = metaphore_new();

    notes();
    CHECK_CODE(eventlet_metaphore_inc(m, 1), 0);
    CHECK_CODE(eventlet_hub_schedule_call_global(NULL, eventlet_hubs_get_hub(),
                                                 0, wait_in_hub, m),
               0);
    clock_advance(0);
    CHECK_STR(notes(), "EVENTLET_IN_HUB");
    eventlet_metaphore_free(m);
}

GREEN_TEST(metaphore, steps_are_checked, "metaphore.6")
{
    eventlet_metaphore *m = metaphore_new();

    CHECK_CODE(eventlet_metaphore_inc(m, 0), -EINVAL);
    CHECK_CODE(eventlet_metaphore_inc(m, -1), -EINVAL);
    CHECK_CODE(eventlet_metaphore_inc(m, 7), 0);
    CHECK_CODE(eventlet_metaphore_dec(m, 0), -EINVAL);
    CHECK_CODE(eventlet_metaphore_dec(m, INT_MIN), -EINVAL);
    CHECK_CODE(eventlet_metaphore_inc(m, INT_MAX - 6), -EOVERFLOW);
    CHECK_INT(eventlet_metaphore_counter(m), 7);
    CHECK_CODE(eventlet_metaphore_inc(m, INT_MAX - 7), 0);
    CHECK_INT(eventlet_metaphore_counter(m), INT_MAX);
    eventlet_metaphore_free(m);
}

static void *use_it_elsewhere(void *m)
{
    CHECK_CODE(eventlet_metaphore_inc(m, 1), -EPERM);
    CHECK_CODE(eventlet_metaphore_dec(m, 1), -EPERM);
    CHECK_CODE(eventlet_metaphore_wait(m), -EPERM);
    CHECK_CODE(eventlet_metaphore_wait_timeout(m, 1), -EPERM);
    CHECK_INT(eventlet_metaphore_counter(m), 1);
    return NULL;
}

GREEN_TEST(metaphore, another_os_thread_is_refused, "metaphore.7")
{
    eventlet_metaphore *m = metaphore_new();
    pthread_t thread;

    CHECK_CODE(eventlet_metaphore_inc(m, 1), 0);
    REQUIRE_INT(pthread_create(&thread, NULL, use_it_elsewhere, m), 0);
    pthread_join(thread, NULL);
    CHECK_INT(eventlet_metaphore_counter(m), 1);
    eventlet_metaphore_free(m);
}

GREEN_TEST(metaphore, who_waits_for_a_freed_one_is_told, "metaphore.8")
{
    eventlet_metaphore *m = metaphore_new();
    struct waiter w = { .m = m, .name = "A" };

    CHECK_CODE(eventlet_metaphore_inc(m, 1), 0);
    start(&w, 1);
    eventlet_metaphore_free(m);
    let_others_run();
    CHECK_STR(notes(), "EVENTLET_CLOSED");
    end(&w, 1);
}

static int count_and_wait(void *arg)
{
    eventlet_metaphore *m;
    int rc = eventlet_metaphore_new(&m);

    (void)arg;
    if (rc < 0)
        return rc;
    eventlet_metaphore_inc(m, 1);
    rc = eventlet_metaphore_wait_timeout(m, 1);
    eventlet_metaphore_free(m);
    return rc == EVENTLET_TIMEOUT ? 0 : rc;
}

TEST(metaphore, without_memory_nothing_is_left, "metaphore.8")
{
    FAULT_EACH(count_and_wait, NULL);
}
