/* SPDX-License-Identifier: MIT */
/* Queues between OS threads that are closed, and freed, while others wait. */
#include "sync/threadqueue.h"
#include "check.h"

/* ---- closing ---- */

TEST(threadqueue, closed_it_gives_what_it_has, "threadqueue.20")
{
    eventlet_threadqueue *q = queue_of(2);

    CHECK_CODE(put(q, 1), 0);
    eventlet_threadqueue_close(q);
    eventlet_threadqueue_close(q);
    CHECK_CODE(put(q, 2), EVENTLET_CLOSED);
    CHECK_CODE(put_nowait(q, 2), EVENTLET_CLOSED);
    CHECK_CODE(put_within(q, 2, 1), EVENTLET_CLOSED);
    CHECK_INT(get(q), 1);
    CHECK_CODE(get(q), EVENTLET_CLOSED);
    CHECK_CODE(get_nowait(q), EVENTLET_CLOSED);
    CHECK_CODE(get_within(q, 1), EVENTLET_CLOSED);
    eventlet_threadqueue_free(q);
}

GREEN_TEST_HUBS(threadqueue, closing_ends_all_waits, "threadqueue.21")
{
    eventlet_threadqueue *empty = queue_of(1), *full = queue_of(1);
    struct user getters[2], putters[2], a, b;

    CHECK_CODE(put(full, 7), 0);
    start_users(getters, 2, empty, getter);
    start_thread(&a, empty, 0, get_in_thread);
    start_users(putters, 2, full, putter);
    start_thread(&b, full, 9, put_in_thread);
    elsewhere(close_it, empty);
    elsewhere(close_it, full);
    CHECK_CODE(end_thread(&a), EVENTLET_CLOSED);
    CHECK_CODE(end_thread(&b), EVENTLET_CLOSED);
    let_woken_run();
    for (int i = 0; i < 2; i++) {
        CHECK_CODE(getters[i].rc, EVENTLET_CLOSED);
        CHECK_CODE(putters[i].rc, EVENTLET_CLOSED);
    }
    CHECK_INT(get(full), 7);
    CHECK_CODE(get(full), EVENTLET_CLOSED);
    end_users(getters, 2);
    end_users(putters, 2);
    eventlet_threadqueue_free(empty);
    eventlet_threadqueue_free(full);
}

GREEN_TEST(threadqueue, who_was_woken_before_it_was_closed,
           "threadqueue.20 threadqueue.21")
{
    eventlet_threadqueue *q = queue_of(1);
    struct user u[2];

    start_users(u, 2, q, getter);
    elsewhere(put_one, q); /* for the first */
    elsewhere(close_it, q);
    let_woken_run();
    CHECK_INT(u[0].rc, 1);
    CHECK_CODE(u[1].rc, EVENTLET_CLOSED);
    end_users(u, 2);
    eventlet_threadqueue_free(q);
}

GREEN_TEST(threadqueue, closed_it_keeps_nothing_for_anybody, "threadqueue.20")
{
    eventlet_threadqueue *q = queue_of(1);
    struct user u[1];

    start_users(u, 1, q, getter);
    elsewhere(put_one, q);
    elsewhere(close_it, q);
    CHECK_INT(get(q), 1);
    let_woken_run();
    CHECK_CODE(u[0].rc, EVENTLET_CLOSED);
    end_users(u, 1);
    eventlet_threadqueue_free(q);
}

GREEN_TEST(threadqueue, a_putter_woken_before_it_was_closed_keeps_its_item,
           "threadqueue.21")
{
    eventlet_threadqueue *q = queue_of(1);
    struct user u[1];

    CHECK_CODE(put(q, 7), 0);
    start_users(u, 1, q, putter);
    elsewhere(get_one, q);
    elsewhere(close_it, q);
    let_woken_run();
    CHECK_CODE(u[0].rc, EVENTLET_CLOSED);
    CHECK_CODE(get(q), EVENTLET_CLOSED);
    end_users(u, 1);
    eventlet_threadqueue_free(q);
}

GREEN_TEST_HUBS(threadqueue, freed_while_many_wait, "threadqueue.22")
{
    eventlet_threadqueue *q = queue_of(1);
    struct user getters[2], joiners[1], a;

    CHECK_CODE(put(q, 7), 0);
    CHECK_INT(get(q), 7); /* unfinished */
    start_users(joiners, 1, q, joiner);
    start_users(getters, 2, q, getter);
    start_thread(&a, q, 0, get_in_thread);
    eventlet_threadqueue_free(q);
    CHECK_CODE(end_thread(&a), EVENTLET_CLOSED);
    let_woken_run();
    CHECK_CODE(getters[0].rc, EVENTLET_CLOSED);
    CHECK_CODE(getters[1].rc, EVENTLET_CLOSED);
    CHECK_CODE(joiners[0].rc, EVENTLET_CLOSED);
    end_users(getters, 2);
    end_users(joiners, 1);
}

GREEN_TEST(threadqueue, freed_with_an_item_on_its_way, "threadqueue.22")
{
    eventlet_threadqueue *q = queue_of(1);
    struct user u[1];

    start_users(u, 1, q, getter);
    CHECK_CODE(put(q, 1), 0);
    eventlet_threadqueue_free(q);
    let_woken_run();
    CHECK_CODE(u[0].rc, EVENTLET_CLOSED);
    end_users(u, 1);
}

enum { HANDOVERS = 500 };

/* Gets one item out of each queue that comes, and frees it. */
static void *get_and_free(void *queues)
{
    for (int i = 0; i < HANDOVERS; i++) {
        void *q = NULL;

        CHECK_CODE(eventlet_threadqueue_get(queues, &q), 0);
        CHECK_INT(get(q), 1);
        eventlet_threadqueue_free(q);
    }
    return NULL;
}

/* Whose put has woken the getter may not have returned yet. */
TEST(threadqueue, who_got_the_last_item_may_free_it, "threadqueue.22")
{
    eventlet_threadqueue *queues = queue_of(1);
    pthread_t thread;

    REQUIRE_INT(pthread_create(&thread, NULL, get_and_free, queues), 0);
    for (int i = 0; i < HANDOVERS; i++) {
        eventlet_threadqueue *q = queue_of(1);

        CHECK_CODE(eventlet_threadqueue_put(queues, q), 0);
        while (i % 2 && eventlet_threadqueue_getting(q) == 0)
            sched_yield();
        CHECK_CODE(put(q, 1), 0);
    }
    pthread_join(thread, NULL);
    eventlet_threadqueue_free(queues);
}
