/* SPDX-License-Identifier: MIT */
/* Queues between OS threads: work that is done, closing, the end of a queue, of
 * a hub, of an OS thread; and forks. */
#include "core/child.h"
#include "sync/threadqueue.h"
#include "check.h"

#include <stdatomic.h>

/* ---- work that is done ---- */

static int joiner(void *user)
{
    struct user *u = user;

    u->rc = eventlet_threadqueue_join(u->q);
    return 0;
}

static void *join_in_thread(void *user)
{
    (void)joiner(user);
    return NULL;
}

TEST(threadqueue, tasks_are_counted, "threadqueue.15")
{
    eventlet_threadqueue *q = queue_of(2);

    CHECK_OK(eventlet_threadqueue_join(q));
    CHECK_CODE(eventlet_threadqueue_task_done(q), EVENTLET_UNBALANCED);
    CHECK_CODE(put(q, 1), 0);
    CHECK_CODE(put(q, 2), 0);
    CHECK_INT(get(q), 1);
    CHECK_INT(eventlet_threadqueue_unfinished_tasks(q), 2);
    CHECK_OK(eventlet_threadqueue_task_done(q));
    CHECK_OK(eventlet_threadqueue_task_done(q));
    CHECK_CODE(eventlet_threadqueue_task_done(q), EVENTLET_UNBALANCED);
    CHECK_OK(eventlet_threadqueue_join(q));
    eventlet_threadqueue_free(q);
}

/* Who joins cannot be seen to wait: an OS thread that is late returns at once,
 * and that is right as well. */
GREEN_TEST_HUBS(threadqueue, all_who_join_wait_for_what_is_unfinished,
                "threadqueue.16")
{
    eventlet_threadqueue *q = queue_of(2);
    struct user green[1], thread = { .q = q, .rc = UNDECIDED };

    CHECK_CODE(put(q, 1), 0);
    CHECK_CODE(put(q, 2), 0);
    start_users(green, 1, q, joiner);
    CHECK_INT(pthread_create(&thread.thread, NULL, join_in_thread, &thread), 0);
    CHECK_OK(eventlet_threadqueue_task_done(q));
    let_others_run();
    CHECK_INT(green[0].rc, UNDECIDED);
    CHECK_OK(eventlet_threadqueue_task_done(q));
    CHECK_INT(get(q), 1);
    CHECK_INT(end_thread(&thread), 0);
    CHECK_CODE(put(q, 3), 0); /* comes too late to be waited for */
    let_woken_run();
    CHECK_INT(green[0].rc, 0);
    end_users(green, 1);
    eventlet_threadqueue_free(q);
}

static void *do_task(void *q)
{
    CHECK_OK(eventlet_threadqueue_task_done(q));
    return NULL;
}

GREEN_TEST_HUBS(threadqueue, another_os_thread_finishes_the_work,
                "threadqueue.16")
{
    eventlet_threadqueue *q = queue_of(2);
    struct user u[2];

    CHECK_CODE(put(q, 1), 0);
    start_users(u, 2, q, joiner);
    CHECK_OK(eventlet_kill(u[0].gt, EVENTLET_EXIT));
    CHECK_CODE(u[0].rc, EVENTLET_EXIT);
    elsewhere(do_task, q);
    CHECK_INT(u[1].rc, UNDECIDED);
    let_woken_run();
    CHECK_INT(u[1].rc, 0);
    end_users(u, 2);
    eventlet_threadqueue_free(q);
}

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

/* ---- the end of a hub, and of an OS thread ---- */

static int get_for_ever(void *q)
{
    return get(q);
}

static int put_for_ever(void *q)
{
    return put(q, 8);
}

/* Leaves getters, or putters, behind in the lines of two queues. */
static void *wait_and_leave(void *queues)
{
    eventlet_threadqueue **q = queues;

    for (int i = 0; i < 3; i++) {
        CHECK_OK(eventlet_spawn(NULL, get_for_ever, q[0]));
        CHECK_OK(eventlet_spawn(NULL, put_for_ever, q[1]));
    }
    CHECK_OK(eventlet_sleep(0));
    check_lines(q[0], 3, 0);
    check_lines(q[1], 0, 3);
    CHECK_CODE(put(q[0], 1), 0); /* one is woken, and will not run */
    CHECK_INT(get(q[1]), 7);
    return NULL;
}

TEST(threadqueue, who_waits_leaves_with_its_hub, "threadqueue.23")
{
    static const char *const kinds[] = { "epolls", "poll", "selects", "pyevent",
                                         "sim" };

    for (int i = 0; i < 5; i++) {
        eventlet_threadqueue *q[2] = { queue_of(1), queue_of(1) };

        CHECK_CODE(put(q[1], 7), 0);
        REQUIRE_OK(eventlet_hubs_use_hub(kinds[i]));
        wait_and_leave(q);
        CHECK_OK(eventlet_hubs_drop());
        check_lines(q[0], 0, 0);
        check_lines(q[1], 0, 0);
        CHECK_INT(get_nowait(q[0]), 1); /* is there for others */
        CHECK_CODE(put_nowait(q[1], 2), 0);
        CHECK_INT(get_nowait(q[1]), 2);
        eventlet_threadqueue_free(q[0]);
        eventlet_threadqueue_free(q[1]);
    }
}

TEST(threadqueue, who_waits_leaves_with_its_os_thread, "threadqueue.23")
{
    eventlet_threadqueue *q[2] = { queue_of(1), queue_of(1) };
    struct user u;

    CHECK_CODE(put(q[1], 7), 0);
    elsewhere(wait_and_leave, q);
    CHECK_INT(get_nowait(q[0]), 1);
    start_thread(&u, q[0], 0, get_in_thread);
    CHECK_CODE(put(q[0], 5), 0);
    CHECK_INT(end_thread(&u), 5);
    eventlet_threadqueue_free(q[0]);
    eventlet_threadqueue_free(q[1]);
}

/* ... to whoever is next in line, in another OS thread. */
TEST(threadqueue, what_the_vanished_was_woken_for_goes_to_the_next,
     "threadqueue.23")
{
    eventlet_threadqueue *q = queue_of(1);
    struct user u;

    REQUIRE_OK(eventlet_hubs_use_hub("epolls"));
    CHECK_OK(eventlet_spawn(NULL, get_for_ever, q));
    CHECK_OK(eventlet_sleep(0));
    start_thread(&u, q, 0, get_in_thread);
    CHECK_CODE(put(q, 1), 0);
    check_lines(q, 2, 0);
    CHECK_OK(eventlet_hubs_drop());
    CHECK_INT(end_thread(&u), 1);
    eventlet_threadqueue_free(q);
}

TEST(threadqueue, freed_by_the_last_that_vanishes,
     "threadqueue.22 threadqueue.23")
{
    eventlet_threadqueue *q = queue_of(1);

    REQUIRE_OK(eventlet_hubs_use_hub("epolls"));
    CHECK_OK(eventlet_spawn(NULL, get_for_ever, q));
    CHECK_OK(eventlet_sleep(0));
    eventlet_threadqueue_free(q);
    CHECK_OK(eventlet_hubs_drop()); /* the census finds it gone */
}

/* ---- forks ---- */

#define CHILD_CHECK(n, cond)                                                   \
    do {                                                                       \
        if (!(cond))                                                           \
            _exit(n);                                                          \
    } while (0)

static int use_in_child(eventlet_threadqueue *q)
{
    CHILD_CHECK(1, waiting(q) == 0);
    CHILD_CHECK(2, eventlet_threadqueue_qsize(q) == 0);
    CHILD_CHECK(3, put(q, 1) == 0);
    CHILD_CHECK(4, put_nowait(q, 2) == EVENTLET_FULL);
    CHILD_CHECK(5, get(q) == 1);
    CHILD_CHECK(6, get_within(q, 0.001) == EVENTLET_EMPTY);
    CHILD_CHECK(7, eventlet_spawn(NULL, put_for_ever, q) == 0);
    CHILD_CHECK(8, get(q) == 8);
    CHILD_CHECK(9, waiting(q) == 0);
    eventlet_threadqueue_free(q);
    return 0;
}

/* A green thread, one that is woken, and another OS thread wait. */
GREEN_TEST_HUBS(threadqueue, in_a_child_nobody_waits, "threadqueue.24")
{
    eventlet_threadqueue *q = queue_of(1);
    struct user u[2], thread;
    pid_t pid;

    start_users(u, 2, q, getter);
    start_thread(&thread, q, 0, get_in_thread);
    CHECK_CODE(put(q, 1), 0);
    let_others_run();
    CHECK_INT(u[0].rc, 1);
    check_lines(q, 2, 0);
    pid = fork();
    if (pid == 0)
        _exit(use_in_child(q));
    CHECK_INT(child_status(pid), 0);
    check_lines(q, 2, 0);
    CHECK_CODE(put(q, 2), 0);
    let_others_run();
    CHECK_INT(u[1].rc, 2);
    CHECK_CODE(put(q, 3), 0);
    CHECK_INT(end_thread(&thread), 3);
    end_users(u, 2);
    eventlet_threadqueue_free(q);
}

static int use_without_hub(eventlet_threadqueue *q)
{
    while (get_nowait(q) == 1)
        ;
    CHILD_CHECK(1, waiting(q) == 0);
    CHILD_CHECK(2, put(q, 2) == 0);
    CHILD_CHECK(3, get(q) == 2);
    CHILD_CHECK(4, get_within(q, 0.001) == EVENTLET_EMPTY);
    CHILD_CHECK(5, eventlet_hubs_current_name() == NULL);
    return 0;
}

static atomic_bool stop;

static void *use_all_the_time(void *q)
{
    while (!stop) {
        CHECK_CODE(put(q, 1), 0);
        CHECK_INT(get(q), 1);
    }
    return NULL;
}

/* Others may be anywhere in a call when it happens. */
TEST(threadqueue, a_fork_finds_every_queue_in_order, "threadqueue.24")
{
    enum { THREADS = 3, FORKS = 30 };
    pthread_t threads[THREADS];
    eventlet_threadqueue *q = queue_of(THREADS);

    stop = false;
    for (int i = 0; i < THREADS; i++)
        REQUIRE_INT(pthread_create(&threads[i], NULL, use_all_the_time, q), 0);
    for (int i = 0; i < FORKS; i++) {
        pid_t pid = fork();

        if (pid == 0) {
            alarm(60);
            _exit(use_without_hub(q));
        }
        CHECK_INT(child_status(pid), 0);
    }
    stop = true;
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    eventlet_threadqueue_free(q);
}
