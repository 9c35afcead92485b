/* SPDX-License-Identifier: MIT */
/* Queues: getters and putters that are thrown at, woken or not. */
#include "sync/queue.h"
#include "check.h"

#include "core/park.h"

static void kill_user(struct user *u)
{
    CHECK_CODE(eventlet_kill(u->gt, EVENTLET_USER(1)), 0);
}

/* ---- getters ---- */

GREEN_TEST(queue, a_killed_getter_leaves, "queue.16 queue.32")
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);
    struct user a[3];

    start_getters(a, 3, q);
    notes();
    kill_user(&a[1]);
    CHECK_CODE(a[1].rc, EVENTLET_USER(1));
    check_lines(q, 2, 0);
    CHECK_CODE(put(q, 1), 0);
    CHECK_CODE(put(q, 2), 0);
    let_others_run();
    CHECK_STR(notes(), "B! A=1 C=2");
    end_users(a, 3);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, a_getter_killed_when_woken_wakes_the_next, "queue.16")
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);
    struct user a[2];

    start_getters(a, 2, q);
    notes();
    CHECK_CODE(put(q, 1), 0); /* wakes A */
    kill_user(&a[0]);
    check_lines(q, 1, 0);
    let_others_run();
    CHECK_STR(notes(), "A! B=1");
    CHECK(eventlet_queue_empty(q));
    end_users(a, 2);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, all_getters_killed_when_woken_the_items_stay, "queue.16")
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);
    struct user a[2];

    start_getters(a, 2, q);
    CHECK_CODE(put(q, 1), 0);
    CHECK_CODE(put(q, 2), 0);
    for (int i = 0; i < 2; i++)
        eventlet__throw(a[i].gt, EVENTLET_USER(1));
    let_others_run();
    check_lines(q, 0, 0);
    CHECK_INT(get(q), 1);
    CHECK_INT(get(q), 2);
    end_users(a, 2);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, a_getter_thrown_at_from_the_hub_wakes_the_next, "queue.16")
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);
    struct user a[2];

    start_getters(a, 2, q);
    notes();
    CHECK_CODE(put(q, 1), 0);
    eventlet__throw(a[0].gt, EVENTLET_USER(1)); /* it has yet to run */
    let_others_run();
    let_others_run();
    CHECK_STR(notes(), "A! B=1");
    end_users(a, 2);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, a_late_getter_killed_leaves_the_putter, "queue.15 queue.16")
{
    eventlet_queue *q = queue_of(0);
    struct user a[1], b[1];

    start_putters(b, 1, q);
    start_getters(a, 1, q); /* is woken for the putter's item … */
    notes();
    kill_user(&a[0]);
    check_lines(q, 0, 1);
    let_others_run();
    CHECK_INT(b[0].rc, UNDECIDED);
    CHECK_INT(get(q), 1); /* … which is still to be had */
    let_others_run();
    CHECK_STR(notes(), "A! a");
    end_users(a, 1);
    end_users(b, 1);
    eventlet_queue_free(q);
}

/* ---- putters ---- */

GREEN_TEST(queue, a_killed_putter_keeps_its_item, "queue.17 queue.32")
{
    eventlet_queue *q = queue_of(0);
    struct user a[3];

    start_putters(a, 3, q);
    notes();
    kill_user(&a[1]);
    CHECK_CODE(a[1].rc, EVENTLET_USER(1));
    check_lines(q, 0, 2);
    CHECK_INT(get(q), 1);
    CHECK_INT(get(q), 3);
    CHECK_CODE(get_nowait(q), EVENTLET_EMPTY);
    let_others_run();
    CHECK_STR(notes(), "b! a c");
    CHECK_INT(eventlet_queue_unfinished_tasks(q), 2);
    end_users(a, 3);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, a_putter_killed_when_woken_wakes_the_next, "queue.17")
{
    eventlet_queue *q = queue_of(1);
    struct user a[2];

    CHECK_CODE(put(q, 9), 0);
    start_putters(a, 2, q);
    notes();
    CHECK_INT(get(q), 9); /* wakes a */
    kill_user(&a[0]);
    let_others_run();
    CHECK_STR(notes(), "a! b");
    CHECK_INT(get(q), 2);
    CHECK_CODE(get_nowait(q), EVENTLET_EMPTY);
    end_users(a, 2);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, the_item_of_one_thrown_at_is_not_taken, "queue.17")
{
    eventlet_queue *q = queue_of(0);
    struct user a[2];

    start_putters(a, 2, q);
    notes();
    eventlet__throw(a[0].gt, EVENTLET_USER(1)); /* it has yet to run */
    CHECK_INT(get_nowait(q), 2);
    CHECK_CODE(get_nowait(q), EVENTLET_EMPTY);
    let_others_run();
    CHECK_STR(notes(), "a! b");
    CHECK_CODE(a[0].rc, EVENTLET_USER(1));
    end_users(a, 2);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, a_getter_waits_on_if_its_putter_was_thrown_at, "queue.17")
{
    eventlet_queue *q = queue_of(0);
    struct user a[1], b[1];

    start_getters(a, 1, q);
    start_putters(b, 1, q); /* wakes A */
    notes();
    eventlet__throw(b[0].gt, EVENTLET_USER(1));
    let_others_run();
    let_others_run();
    CHECK_STR(notes(), "a!");
    check_lines(q, 1, 0);
    CHECK_CODE(put(q, 5), 0);
    CHECK_STR(notes(), "A=5");
    end_users(a, 1);
    end_users(b, 1);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, a_channels_getter_killed_the_putter_waits_on, "queue.9")
{
    eventlet_queue *q = queue_of(0);
    struct user a[2], b[1];

    start_getters(a, 2, q);
    start_putters(b, 1, q); /* wakes A, and stands right behind it */
    notes();
    for (int i = 0; i < 2; i++)
        eventlet__throw(a[i].gt, EVENTLET_USER(1));
    let_others_run();
    let_others_run();
    CHECK_STR(notes(), "A! B!");
    check_lines(q, 0, 1);
    CHECK_INT(get(q), 1);
    let_others_run();
    CHECK_STR(notes(), "a");
    end_users(a, 2);
    end_users(b, 1);
    eventlet_queue_free(q);
}

/* ---- too late to be thrown at ---- */

static int put_and_sleep(void *arg)
{
    struct user *u = arg;

    u->rc = put(u->q, u->item);
    note("put");
    return eventlet_sleep(1);
}

GREEN_TEST(queue, a_kill_after_its_item_was_taken_is_put_off, "queue.18")
{
    eventlet_queue *q = queue_of(0);
    struct user a = { .q = q, .item = 4 };

    catch_log();
    notes();
    start(&a, put_and_sleep);
    let_others_run();
    CHECK_INT(get_nowait(q), 4);
    CHECK_CODE(eventlet_kill(a.gt, EVENTLET_USER(1)), 0);
    CHECK_STR(notes(), "put");
    CHECK_CODE(a.rc, 0);
    CHECK(eventlet_dead(a.gt)); /* its sleep was cut short */
    CHECK_CODE(eventlet_reap(a.gt), EVENTLET_USER(1));
    release_log();
    eventlet_queue_free(q);
}

GREEN_TEST(queue, so_is_a_throw_from_the_hub, "queue.18")
{
    eventlet_queue *q = queue_of(0);
    struct user a = { .q = q, .item = 4 };

    catch_log();
    start(&a, put_and_sleep);
    let_others_run();
    CHECK_INT(get_nowait(q), 4);
    eventlet__throw(a.gt, EVENTLET_USER(1));
    let_others_run();
    CHECK_CODE(a.rc, 0);
    CHECK(eventlet_dead(a.gt));
    CHECK_CODE(eventlet_reap(a.gt), EVENTLET_USER(1));
    release_log();
    eventlet_queue_free(q);
}

GREEN_TEST(queue, a_taken_put_outlives_its_queue, "queue.18 queue.29")
{
    eventlet_queue *q = queue_of(0);
    struct user a[1];

    start_putters(a, 1, q);
    CHECK_INT(get_nowait(q), 1);
    eventlet_queue_free(q);
    let_others_run();
    CHECK_CODE(a[0].rc, 0);
    end_users(a, 1);
}
