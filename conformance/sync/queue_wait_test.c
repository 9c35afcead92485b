/* SPDX-License-Identifier: MIT */
/* Queues: who waits, who is woken, and in what order they go on. */
#include "sync/queue.h"
#include "check.h"

#include "core/park.h"

/* ---- room, and items ---- */

GREEN_TEST(queue, put_with_room_does_not_yield, "queue.5")
{
    eventlet_queue *q = queue_of(2);
    struct user a[1];

    start_getters(a, 1, q);
    notes();
    CHECK_CODE(put(q, 1), 0);
    CHECK_STR(notes(), "");
    CHECK_INT(eventlet_queue_qsize(q), 1);
    check_lines(q, 1, 0);
    let_others_run();
    CHECK_STR(notes(), "A=1");
    check_lines(q, 0, 0);
    end_users(a, 1);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, get_of_an_item_does_not_yield, "queue.10")
{
    eventlet_queue *q = queue_of(1);
    struct user a[2];

    CHECK_CODE(put(q, 9), 0);
    start_putters(a, 2, q);
    notes();
    CHECK_INT(get(q), 9);
    CHECK_STR(notes(), "");
    check_lines(q, 0, 2);
    let_others_run();
    CHECK_STR(notes(), "a"); /* there is room for one */
    check_lines(q, 0, 1);
    CHECK_INT(get(q), 1);
    let_others_run();
    CHECK_INT(get(q), 2);
    CHECK_STR(notes(), "b");
    end_users(a, 2);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, get_waits_while_empty, "queue.11")
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);
    struct user a[1];

    start_getters(a, 1, q);
    clock_advance(1000);
    CHECK_INT(a[0].rc, UNDECIDED);
    check_lines(q, 1, 0);
    CHECK_CODE(put(q, 1), 0);
    let_others_run();
    CHECK_INT(a[0].rc, 1);
    end_users(a, 1);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, put_waits_while_full, "queue.6")
{
    eventlet_queue *q = queue_of(2);
    struct user a[3];

    start_putters(a, 3, q);
    clock_advance(1000);
    CHECK_INT(a[1].rc, 0);
    CHECK_INT(a[2].rc, UNDECIDED);
    check_lines(q, 0, 1);
    CHECK_INT(get(q), 1);
    CHECK_INT(get(q), 2);
    let_others_run();
    CHECK_INT(a[2].rc, 0);
    CHECK_INT(get(q), 3);
    end_users(a, 3);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, getters_are_served_in_order, "queue.12 queue.32")
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);
    struct user a[4];

    start_getters(a, 4, q);
    notes();
    for (int i = 1; i <= 4; i++)
        CHECK_CODE(put(q, i), 0);
    check_lines(q, 4, 0);
    let_others_run();
    CHECK_STR(notes(), "A=1 B=2 C=3 D=4"); /* all in one pass */
    check_lines(q, 0, 0);
    end_users(a, 4);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, putters_get_in_in_order, "queue.8")
{
    eventlet_queue *q = queue_of(2);
    struct user a[5];

    notes();
    start_putters(a, 5, q);
    CHECK_STR(notes(), "a b");
    for (int i = 1; i <= 2; i++)
        CHECK_INT(get(q), i);
    let_others_run();
    CHECK_STR(notes(), "c d");
    for (int i = 3; i <= 5; i++)
        CHECK_INT(get(q), i);
    let_others_run();
    CHECK_STR(notes(), "e");
    end_users(a, 5);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, an_item_may_be_taken_before_the_getter_runs, "queue.13")
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);
    struct user a[2];

    start_getters(a, 2, q);
    notes();
    CHECK_CODE(put(q, 1), 0);
    CHECK_INT(get(q), 1); /* A was woken for it */
    let_others_run();
    check_lines(q, 2, 0);
    CHECK_CODE(put(q, 2), 0);
    CHECK_CODE(put(q, 3), 0);
    let_others_run();
    CHECK_STR(notes(), "A=2 B=3"); /* its place was kept */
    end_users(a, 2);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, all_who_were_woken_for_nothing_keep_their_order, "queue.13")
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);
    struct user a[3];

    start_getters(a, 3, q);
    notes();
    for (int i = 1; i <= 3; i++)
        CHECK_CODE(put(q, i), 0);
    for (int i = 1; i <= 3; i++)
        CHECK_INT(get(q), i);
    let_others_run();
    CHECK_CODE(put(q, 4), 0);
    let_others_run();
    CHECK_STR(notes(), "A=4");
    CHECK_CODE(put(q, 5), 0);
    CHECK_CODE(put(q, 6), 0);
    let_others_run();
    CHECK_STR(notes(), "B=5 C=6");
    end_users(a, 3);
    eventlet_queue_free(q);
}

static int put_three(void *q)
{
    return put(q, 3);
}

/* A runs and finds nothing; an item comes; then B runs, who was woken for
 * another one. It is A's turn. */
GREEN_TEST(queue, who_waits_again_is_still_before_the_next, "queue.13 queue.12")
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);
    struct user a[2];

    start_getters(a, 2, q);
    notes();
    CHECK_CODE(put(q, 1), 0);
    CHECK_CODE(eventlet_spawn(NULL, put_three, q), 0);
    CHECK_CODE(put(q, 2), 0);
    CHECK_INT(get(q), 1);
    CHECK_INT(get(q), 2);
    let_others_run();
    let_others_run();
    CHECK_STR(notes(), "A=3");
    check_lines(q, 1, 0);
    end_users(a, 2);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, room_may_be_taken_before_the_putter_runs, "queue.14")
{
    eventlet_queue *q = queue_of(1);
    struct user a[2];

    CHECK_CODE(put(q, 8), 0);
    start_putters(a, 2, q);
    notes();
    CHECK_INT(get(q), 8);
    CHECK_CODE(put(q, 9), 0); /* a was woken for this room */
    let_others_run();
    check_lines(q, 0, 2);
    CHECK_INT(get(q), 9);
    let_others_run();
    CHECK_STR(notes(), "a");
    CHECK_INT(get(q), 1);
    let_others_run();
    CHECK_INT(get(q), 2);
    end_users(a, 2);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, a_stray_wake_up_ends_no_wait, "queue.11 queue.12")
{
    eventlet_queue *q = queue_of(0);
    struct user a[2];

    start_getters(a, 2, q);
    notes();
    eventlet__wake(a[1].gt);
    eventlet__wake(a[0].gt);
    let_others_run();
    CHECK_STR(notes(), "");
    check_lines(q, 2, 0);
    CHECK_CODE(put_nowait(q, 1), 0);
    CHECK_CODE(put_nowait(q, 2), 0);
    let_others_run();
    CHECK_STR(notes(), "A=1 B=2");
    end_users(a, 2);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, nor_does_it_let_a_putter_in, "queue.6 queue.8")
{
    eventlet_queue *q = queue_of(1);
    struct user a[2];

    CHECK_CODE(put(q, 9), 0);
    start_putters(a, 2, q);
    notes();
    eventlet__wake(a[1].gt);
    let_others_run();
    CHECK_STR(notes(), "");
    check_lines(q, 0, 2);
    CHECK_INT(get(q), 9);
    let_others_run();
    CHECK_STR(notes(), "a");
    CHECK_INT(get(q), 1);
    CHECK_INT(get(q), 2);
    end_users(a, 2);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, many_are_woken_at_once_in_order, "queue.12")
{
    enum { MANY = 3000 };
    static struct user users[MANY];
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);

    for (int i = 0; i < MANY; i++) {
        users[i] = (struct user){ .q = q, .seconds = EVENTLET_NEVER };
        start(&users[i], getter);
    }
    let_others_run();
    check_lines(q, MANY, 0);
    for (int i = 0; i < MANY; i++)
        CHECK_CODE(put(q, i), 0);
    let_others_run();
    for (int i = 0; i < MANY; i++)
        CHECK_INT(users[i].rc, i);
    end_users(users, MANY);
    eventlet_queue_free(q);
}

/* ---- what a getter does then ---- */

static int get_and_interrupt(void *q)
{
    return get(q) == 1 ? EVENTLET_INTERRUPT : 0;
}

TEST(queue, an_interrupted_getter_ends_the_main_one, "queue.11")
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);

    REQUIRE_CODE(eventlet_hubs_use_hub("sim"), 0);
    CHECK_CODE(eventlet_spawn_n(NULL, get_and_interrupt, q), 0);
    CHECK_CODE(eventlet_sleep(0), 0);
    CHECK_CODE(put(q, 1), 0);
    CHECK_CODE(eventlet_sleep(10), EVENTLET_INTERRUPT);
    eventlet_queue_free(q);
}
