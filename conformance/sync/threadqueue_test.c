/* SPDX-License-Identifier: MIT */
/* Queues between OS threads: what they hold, and how one waits. */
#include "sync/threadqueue.h"
#include "check.h"

#include <errno.h>
#include <math.h>

/* ---- what one is: no hub is needed, and none made ---- */

TEST(threadqueue, holds_as_many_as_it_may, "threadqueue.1 threadqueue.12")
{
    eventlet_threadqueue *q = queue_of(2);

    CHECK(eventlet_threadqueue_empty(q));
    CHECK_CODE(get_nowait(q), EVENTLET_EMPTY);
    CHECK_CODE(put(q, 1), 0);
    CHECK(!eventlet_threadqueue_full(q));
    CHECK_CODE(put_nowait(q, 2), 0);
    CHECK(eventlet_threadqueue_full(q));
    CHECK_CODE(put_nowait(q, 3), EVENTLET_FULL);
    CHECK_INT(eventlet_threadqueue_qsize(q), 2);
    CHECK_INT(eventlet_threadqueue_maxsize(q), 2);
    CHECK_INT(get(q), 1);
    CHECK_INT(get_nowait(q), 2);
    eventlet_threadqueue_free(q);
    CHECK_STR(eventlet_hubs_current_name(), NULL);
}

TEST(threadqueue, unlimited_it_takes_any_number_in_order, "threadqueue.1")
{
    static const int sizes[] = { EVENTLET_UNLIMITED, -7 };

    for (int s = 0; s < 2; s++) {
        eventlet_threadqueue *q = queue_of(sizes[s]);

        CHECK_INT(eventlet_threadqueue_maxsize(q), EVENTLET_UNLIMITED);
        for (int i = 0; i < 1000; i++)
            CHECK_CODE(put_nowait(q, i), 0);
        CHECK(!eventlet_threadqueue_full(q));
        for (int i = 0; i < 1000; i++)
            CHECK_INT(get(q), i);
        eventlet_threadqueue_free(q);
    }
}

TEST(threadqueue, of_size_0_there_is_none, "threadqueue.2")
{
    eventlet_threadqueue *q = NULL;

    CHECK_CODE(eventlet_threadqueue_new(&q, 0), -EINVAL);
    CHECK_PTR(q, NULL);
    q = queue_of(1);
    CHECK_CODE(eventlet_threadqueue_resize(q, 0), -EINVAL);
    CHECK_INT(eventlet_threadqueue_maxsize(q), 1);
    eventlet_threadqueue_free(q);
    eventlet_threadqueue_free(NULL);
}

/* ---- OS threads without a hub ---- */

TEST(threadqueue, an_os_thread_waits_for_an_item, "threadqueue.3 threadqueue.5")
{
    eventlet_threadqueue *q = queue_of(1);
    struct user u;

    start_thread(&u, q, 0, get_in_thread);
    check_lines(q, 1, 0);
    CHECK_CODE(put(q, 7), 0);
    CHECK_INT(end_thread(&u), 7);
    check_lines(q, 0, 0);
    eventlet_threadqueue_free(q);
}

TEST(threadqueue, an_os_thread_waits_for_room, "threadqueue.4 threadqueue.5")
{
    eventlet_threadqueue *q = queue_of(1);
    struct user u;

    CHECK_CODE(put(q, 1), 0);
    start_thread(&u, q, 2, put_in_thread);
    check_lines(q, 0, 1);
    CHECK_INT(get(q), 1);
    CHECK_INT(end_thread(&u), 0);
    CHECK_INT(get(q), 2);
    eventlet_threadqueue_free(q);
}

TEST(threadqueue, os_threads_wait_no_longer_than_they_said,
     "threadqueue.10 threadqueue.5")
{
    eventlet_threadqueue *q = queue_of(1);

    CHECK_CODE(get_within(q, 0.001), EVENTLET_EMPTY);
    CHECK_CODE(get_within(q, 0), EVENTLET_EMPTY);
    CHECK_CODE(get_within(q, -1), EVENTLET_EMPTY);
    CHECK_CODE(get_within(q, NAN), -EINVAL);
    CHECK_CODE(put_within(q, 1, NAN), -EINVAL);
    CHECK_CODE(put_within(q, 1, -1), 0);
    CHECK_CODE(put_within(q, 2, 0.001), EVENTLET_FULL);
    CHECK_CODE(put_within(q, 2, 0), EVENTLET_FULL);
    check_lines(q, 0, 0);
    CHECK_INT(get_within(q, 0), 1);
    CHECK_INT(eventlet_threadqueue_qsize(q), 0);
    eventlet_threadqueue_free(q);
}

/* ---- green threads ---- */

GREEN_TEST_HUBS(threadqueue, a_green_thread_waits_for_an_item, "threadqueue.3")
{
    eventlet_threadqueue *q = queue_of(1);
    struct user u[1];

    start_users(u, 1, q, getter);
    CHECK_INT(u[0].rc, UNDECIDED); /* but we go on */
    elsewhere(put_one, q);
    let_woken_run();
    CHECK_INT(u[0].rc, 1);
    end_users(u, 1);
    eventlet_threadqueue_free(q);
}

GREEN_TEST_HUBS(threadqueue, a_green_thread_waits_for_room, "threadqueue.4")
{
    eventlet_threadqueue *q = queue_of(1);
    struct user u[1];

    CHECK_CODE(put(q, 7), 0);
    start_users(u, 1, q, putter);
    CHECK_INT(u[0].rc, UNDECIDED);
    elsewhere(get_one, q);
    let_woken_run();
    CHECK_INT(u[0].rc, 0);
    CHECK_INT(get_nowait(q), 1);
    end_users(u, 1);
    eventlet_threadqueue_free(q);
}

GREEN_TEST_HUBS(threadqueue, all_wait_for_each_other, "threadqueue.3")
{
    eventlet_threadqueue *q = queue_of(1);
    struct user u;

    CHECK_CODE(put(q, 1), 0);
    start_thread(&u, q, 2, put_in_thread);
    CHECK_INT(get(q), 1);
    CHECK_INT(get(q), 2); /* perhaps it has yet to be put */
    CHECK_INT(end_thread(&u), 0);
    eventlet_threadqueue_free(q);
}

GREEN_TEST_HUBS(threadqueue, works_within_one_hub,
                "threadqueue.3 threadqueue.6")
{
    eventlet_threadqueue *q = queue_of(1);
    struct user u[3];

    notes();
    start_users(u, 3, q, getter);
    for (int i = 1; i <= 3; i++)
        CHECK_CODE(put(q, i), 0); /* there is room only when one has run */
    let_others_run();
    CHECK_STR(notes(), "A=1 B=2 C=3");
    end_users(u, 3);
    eventlet_threadqueue_free(q);
}

GREEN_TEST(threadqueue, green_threads_wait_no_longer_than_they_said,
           "threadqueue.10")
{
    eventlet_threadqueue *q = queue_of(1);
    double begin = eventlet_hub_clock(eventlet_hubs_get_hub());

    CHECK_CODE(get_within(q, 0), EVENTLET_EMPTY);
    CHECK_CODE(get_within(q, 5), EVENTLET_EMPTY);
    CHECK_CODE(put_within(q, 1, 5), 0);
    CHECK_CODE(put_within(q, 2, 5), EVENTLET_FULL);
    CHECK_CODE(put_within(q, 2, 0), EVENTLET_FULL);
    CHECK_DBL_NEAR(eventlet_hub_clock(eventlet_hubs_get_hub()) - begin, 10, 0);
    check_lines(q, 0, 0);
    eventlet_threadqueue_free(q);
}

/* ---- in order ---- */

GREEN_TEST(threadqueue, getters_are_served_in_order, "threadqueue.6")
{
    eventlet_threadqueue *q = queue_of(EVENTLET_UNLIMITED);
    struct user u[5];

    notes();
    start_users(u, 5, q, getter);
    for (int i = 1; i <= 3; i++)
        CHECK_CODE(put(q, i), 0);
    let_others_run();
    CHECK_STR(notes(), "A=1 B=2 C=3");
    check_lines(q, 2, 0);
    end_users(u, 5);
    eventlet_threadqueue_free(q);
}

GREEN_TEST(threadqueue, putters_get_in_in_order, "threadqueue.6")
{
    eventlet_threadqueue *q = queue_of(2);
    struct user u[5];

    notes();
    start_users(u, 5, q, putter);
    CHECK_STR(notes(), "a b");
    for (int i = 1; i <= 3; i++) {
        CHECK_INT(get(q), i);
        let_others_run();
    }
    CHECK_STR(notes(), "c d e");
    CHECK_INT(get(q), 4);
    CHECK_INT(get(q), 5);
    end_users(u, 5);
    eventlet_threadqueue_free(q);
}

/* OS threads and a green thread in one line: one item at a time. */
GREEN_TEST_HUBS(threadqueue, os_threads_and_green_ones_stand_in_one_line,
                "threadqueue.6")
{
    eventlet_threadqueue *q = queue_of(1);
    struct user first, last, green[1];

    start_thread(&first, q, 0, get_in_thread);
    start_users(green, 1, q, getter);
    start_thread(&last, q, 0, get_in_thread);
    CHECK_CODE(put(q, 1), 0);
    CHECK_INT(end_thread(&first), 1);
    CHECK_CODE(put(q, 2), 0);
    let_woken_run();
    CHECK_INT(green[0].rc, 2);
    CHECK_CODE(put(q, 3), 0);
    CHECK_INT(end_thread(&last), 3);
    end_users(green, 1);
    eventlet_threadqueue_free(q);
}

GREEN_TEST(threadqueue, nobody_gets_in_front_of_the_woken,
           "threadqueue.7 threadqueue.13")
{
    eventlet_threadqueue *q = queue_of(1);
    struct user u[1];

    notes();
    start_users(u, 1, q, getter);
    elsewhere(put_one, q);
    CHECK_CODE(get_nowait(q), EVENTLET_EMPTY); /* it is kept for A */
    CHECK(eventlet_threadqueue_empty(q));
    CHECK_INT(eventlet_threadqueue_qsize(q), 1);
    check_lines(q, 1, 0);
    let_woken_run();
    CHECK_STR(notes(), "A=1");
    end_users(u, 1);
    eventlet_threadqueue_free(q);
}

GREEN_TEST(threadqueue, nobody_puts_in_front_of_the_woken,
           "threadqueue.7 threadqueue.13")
{
    eventlet_threadqueue *q = queue_of(1);
    struct user u[1];

    CHECK_CODE(put(q, 7), 0);
    start_users(u, 1, q, putter);
    elsewhere(get_one, q);
    CHECK_CODE(put_nowait(q, 8), EVENTLET_FULL);
    CHECK(eventlet_threadqueue_full(q));
    CHECK_INT(eventlet_threadqueue_qsize(q), 0);
    let_woken_run();
    CHECK_INT(get_nowait(q), 1);
    end_users(u, 1);
    eventlet_threadqueue_free(q);
}

/* ---- in the hub ---- */

static int use_in_hub(void *q)
{
    CHECK_CODE(put_nowait(q, 1), 0);
    CHECK_CODE(put_nowait(q, 2), EVENTLET_FULL);
    CHECK_CODE(put(q, 2), EVENTLET_IN_HUB);
    CHECK_CODE(eventlet_threadqueue_join(q), EVENTLET_IN_HUB);
    CHECK_INT(get_nowait(q), 1);
    CHECK_CODE(get_nowait(q), EVENTLET_EMPTY);
    CHECK_CODE(get_within(q, 1), EVENTLET_IN_HUB);
    CHECK_CODE(put(q, 3), 0); /* it need not wait */
    check_lines(q, 0, 0);
    return 0;
}

GREEN_TEST_HUBS(threadqueue, the_hub_puts_and_gets_without_waiting,
                "threadqueue.12 threadqueue.30")
{
    eventlet_threadqueue *q = queue_of(1);

    CHECK_OK(eventlet_hub_schedule_call_global(NULL, eventlet_hubs_get_hub(), 0,
                                               use_in_hub, q));
    clock_advance(0.001);
    CHECK_INT(get(q), 3);
    eventlet_threadqueue_free(q);
}

/* ---- resizing ---- */

GREEN_TEST(threadqueue, growing_lets_putters_in, "threadqueue.14")
{
    eventlet_threadqueue *q = queue_of(1);
    struct user u[5];

    notes();
    start_users(u, 5, q, putter);
    CHECK_STR(notes(), "a");
    CHECK_OK(eventlet_threadqueue_resize(q, 3));
    let_others_run();
    CHECK_STR(notes(), "b c");
    CHECK_OK(eventlet_threadqueue_resize(q, EVENTLET_UNLIMITED));
    let_others_run();
    CHECK_STR(notes(), "d e");
    for (int i = 1; i <= 5; i++)
        CHECK_INT(get(q), i);
    end_users(u, 5);
    eventlet_threadqueue_free(q);
}

GREEN_TEST(threadqueue, shrinking_loses_nothing, "threadqueue.14")
{
    eventlet_threadqueue *q = queue_of(3);
    struct user u[1];

    for (int i = 1; i <= 3; i++)
        CHECK_CODE(put(q, i), 0);
    start_users(u, 1, q, putter);
    CHECK_INT(get(q), 1); /* the putter is woken */
    CHECK_OK(eventlet_threadqueue_resize(q, 1));
    let_others_run();
    CHECK_INT(u[0].rc, 0); /* and still puts */
    CHECK_CODE(put_nowait(q, 9), EVENTLET_FULL);
    CHECK_INT(get(q), 2);
    CHECK_INT(get(q), 3);
    CHECK_CODE(put_nowait(q, 9), EVENTLET_FULL);
    CHECK_INT(get(q), 1);
    CHECK_CODE(put_nowait(q, 9), 0);
    end_users(u, 1);
    eventlet_threadqueue_free(q);
}
