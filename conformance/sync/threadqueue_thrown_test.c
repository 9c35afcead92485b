/* SPDX-License-Identifier: MIT */
/* Queues between OS threads whose waiters are thrown at, or run out of time. */
#include "sync/threadqueue.h"
#include "base/sys.h"
#include "check.h"

#include <errno.h>

enum { THROWN = EVENTLET_USER(1) };

GREEN_TEST(threadqueue, a_getter_that_is_killed_leaves, "threadqueue.8")
{
    eventlet_threadqueue *q = queue_of(1);
    struct user u[3];

    notes();
    start_users(u, 3, q, getter);
    CHECK_OK(eventlet_kill(u[1].gt, THROWN));
    CHECK_CODE(u[1].rc, THROWN);
    check_lines(q, 2, 0);
    CHECK_CODE(put(q, 1), 0);
    CHECK_CODE(put(q, 2), 0);
    let_woken_run();
    CHECK_STR(notes(), "B! A=1 C=2");
    end_users(u, 3);
    eventlet_threadqueue_free(q);
}

/* Woken by a foreign OS thread, and the hub has not heard of it. */
GREEN_TEST_HUBS(threadqueue, a_getter_killed_when_woken_takes_nothing,
                "threadqueue.8 threadqueue.9")
{
    eventlet_threadqueue *q = queue_of(1);
    struct user u[2];

    notes();
    start_users(u, 2, q, getter);
    elsewhere(put_one, q);
    CHECK_OK(eventlet_kill(u[0].gt, THROWN));
    CHECK_CODE(u[0].rc, THROWN);
    let_woken_run();
    CHECK_STR(notes(), "A! B=1");
    check_lines(q, 0, 0);
    end_users(u, 2);
    eventlet_threadqueue_free(q);
}

GREEN_TEST_HUBS(threadqueue, a_getter_killed_in_the_hub_that_woke_it,
                "threadqueue.8 threadqueue.9")
{
    eventlet_threadqueue *q = queue_of(1);
    struct user u[1];

    start_users(u, 1, q, getter);
    CHECK_CODE(put(q, 1), 0);
    CHECK_OK(eventlet_kill(u[0].gt, THROWN));
    CHECK_CODE(u[0].rc, THROWN);
    CHECK_INT(get_nowait(q), 1); /* it is nobody's any more */
    end_users(u, 1);
    eventlet_threadqueue_free(q);
}

GREEN_TEST_HUBS(threadqueue, a_putter_killed_when_woken_puts_nothing,
                "threadqueue.8 threadqueue.9")
{
    eventlet_threadqueue *q = queue_of(1);
    struct user u[2];

    notes();
    CHECK_CODE(put(q, 7), 0);
    start_users(u, 2, q, putter);
    elsewhere(get_one, q);
    CHECK_OK(eventlet_kill(u[0].gt, THROWN));
    CHECK_CODE(u[0].rc, THROWN);
    let_woken_run();
    CHECK_STR(notes(), "a! b");
    CHECK_INT(get_nowait(q), 2);
    end_users(u, 2);
    eventlet_threadqueue_free(q);
}

/* The next in line is an OS thread. */
GREEN_TEST_HUBS(threadqueue, what_a_killed_one_was_woken_for_goes_elsewhere,
                "threadqueue.9")
{
    eventlet_threadqueue *q = queue_of(1);
    struct user green[1], thread;

    start_users(green, 1, q, getter);
    start_thread(&thread, q, 0, get_in_thread);
    elsewhere(put_one, q);
    CHECK_INT(eventlet_threadqueue_qsize(q), 1);
    CHECK_OK(eventlet_kill(green[0].gt, THROWN));
    CHECK_INT(end_thread(&thread), 1);
    end_users(green, 1);
    eventlet_threadqueue_free(q);
}

GREEN_TEST(threadqueue, a_wake_up_beats_a_timeout, "threadqueue.11")
{
    eventlet_threadqueue *q = queue_of(1);
    struct user u = { .q = q, .seconds = 1, .rc = UNDECIDED };

    CHECK_OK(eventlet_spawn(&u.gt, getter, &u));
    let_others_run();
    elsewhere(put_one, q);
    clock_advance(5);
    CHECK_INT(u.rc, 1);
    eventlet_reap(u.gt);
    eventlet_threadqueue_free(q);
}

/* Put while timers fire: the hub has not read its letters since. */
static int put_elsewhere(void *q)
{
    elsewhere(put_one, q);
    return 0;
}

GREEN_TEST_HUBS(threadqueue, its_own_limit_is_beaten_even_by_what_is_under_way,
                "threadqueue.11")
{
    eventlet_threadqueue *q = queue_of(1);

    CHECK_OK(eventlet_hub_schedule_call_global(NULL, eventlet_hubs_get_hub(),
                                               1e-9, put_elsewhere, q));
    CHECK_INT(get_within(q, 1e-9), 1); /* due right after that */
    eventlet_threadqueue_free(q);
}

GREEN_TEST(threadqueue, a_timeout_around_it_is_not_its_own, "threadqueue.11")
{
    eventlet_threadqueue *q = queue_of(1);
    struct eventlet_timeout t;

    CHECK_OK(eventlet_hub_schedule_call_global(NULL, eventlet_hubs_get_hub(), 1,
                                               put_elsewhere, q));
    CHECK_OK(eventlet_timeout_start_code(&t, 1, EVENTLET_EMPTY));
    CHECK_CODE(get(q), EVENTLET_EMPTY);
    CHECK(eventlet_timeout_cancel(&t));
    CHECK_INT(get_nowait(q), 1);
    eventlet_threadqueue_free(q);
}

/* ---- memory and descriptors ---- */

static int use_alone(void *arg)
{
    eventlet_threadqueue *q;
    int rc = eventlet_threadqueue_new(&q, 1), got;

    (void)arg;
    if (rc < 0)
        return rc;
    rc = put(q, 1);
    if (rc == 0) {
        rc = put_within(q, 2, 0.001);
        CHECK(rc < 0);
        check_lines(q, 0, 0);
        CHECK_INT(get(q), 1);
    }
    if (rc == EVENTLET_FULL) {
        got = get_within(q, 0.001);
        rc = got == EVENTLET_EMPTY ? 0 : got;
    }
    CHECK_INT(eventlet_threadqueue_qsize(q), 0);
    check_lines(q, 0, 0);
    eventlet_threadqueue_free(q);
    return rc;
}

TEST(threadqueue, whatever_fails_nothing_is_lost, "threadqueue.30")
{
    FAULT_EACH(use_alone, NULL);
    FAULT_EACH_ON("epolls", use_alone, NULL);
    FAULT_EACH_ON("poll", use_alone, NULL);
}

/* Let in, it finds no memory: the next in line has its place. */
GREEN_TEST(threadqueue, a_putter_without_memory_lets_the_next_in,
           "threadqueue.9 threadqueue.30")
{
    eventlet_threadqueue *q = queue_of(1);
    struct user u[2];

    notes();
    CHECK_CODE(put(q, 7), 0);
    start_users(u, 2, q, putter);
    CHECK_OK(eventlet_threadqueue_resize(q, 2)); /* it has to grow for that */
    eventlet__fault_arm(1, ENOMEM);
    let_others_run();
    eventlet__fault_arm(0, 0);
    CHECK_CODE(u[0].rc, -ENOMEM);
    let_others_run();
    CHECK_INT(u[1].rc, 0);
    CHECK_STR(notes(), "a! b");
    CHECK_INT(get(q), 7);
    CHECK_INT(get(q), 2);
    end_users(u, 2);
    eventlet_threadqueue_free(q);
}

GREEN_TEST_HUBS(threadqueue, want_of_descriptors_is_told_to_who_would_wait,
                "threadqueue.30")
{
    eventlet_threadqueue *q = queue_of(1);
    int rc = 0;

    for (int nth = 1; nth < 10; nth++) {
        eventlet__fault_arm(nth, EMFILE);
        rc = get_within(q, 0.001);
        if (rc == -EMFILE)
            break;
    }
    eventlet__fault_arm(0, 0);
    CHECK_CODE(rc, -EMFILE);
    check_lines(q, 0, 0);
    CHECK_CODE(put(q, 1), 0); /* which needs none */
    CHECK_INT(get(q), 1);
    eventlet_threadqueue_free(q);
}

GREEN_TEST_HUBS(threadqueue, takes_no_memory_once_it_has_some,
                "threadqueue.17 threadqueue.18")
{
    eventlet_threadqueue *q = queue_of(1);
    struct user u[1];

    start_users(u, 1, q, getter);
    CHECK_CODE(put(q, 1), 0);
    let_others_run();
    CHECK_INT(u[0].rc, 1);
    end_users(u, 1);
    start_users(u, 1, q, getter);
    eventlet__fault_arm(0, 0);
    CHECK_CODE(put(q, 1), 0);
    let_others_run();
    CHECK_INT(eventlet__fault_count(), 0);
    CHECK_INT(u[0].rc, 1);
    end_users(u, 1);
    eventlet_threadqueue_free(q);
}
