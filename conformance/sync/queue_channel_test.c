/* SPDX-License-Identifier: MIT */
/* Queues: channels, and queues whose size changes. */
#include "sync/queue.h"
#include "check.h"

#include "core/hub.h"

/* ---- channels ---- */

GREEN_TEST(queue, put_on_a_channel_waits_for_its_getter, "queue.7")
{
    eventlet_queue *q = queue_of(0);
    struct user a[1];

    start_putters(a, 1, q);
    clock_advance(1000);
    CHECK_INT(a[0].rc, UNDECIDED);
    CHECK(eventlet_queue_empty(q) && eventlet_queue_full(q));
    CHECK_INT(get(q), 1);
    let_others_run();
    CHECK_INT(a[0].rc, 0);
    end_users(a, 1);
    eventlet_queue_free(q);
}

static int get_twice(void *q)
{
    note_number(get(q));
    note_number(get(q));
    return 0;
}

GREEN_TEST(queue, on_a_channel_the_getter_goes_on_first, "queue.9 queue.15")
{
    eventlet_queue *q = queue_of(0);
    eventlet_greenthread *gt;

    notes();
    CHECK_CODE(eventlet_spawn(&gt, get_twice, q), 0);
    note("putting");
    CHECK_CODE(put(q, 1), 0);
    note("put");
    CHECK_CODE(put(q, 2), 0);
    note("put");
    CHECK_STR(notes(), "putting 1 put 2 put");
    eventlet_reap(gt);
    eventlet_queue_free(q);
}

static int put_twice(void *q)
{
    for (int i = 1; i <= 2; i++) {
        note("putting");
        CHECK_CODE(put(q, i), 0);
    }
    note("put");
    return 0;
}

GREEN_TEST(queue, on_a_channel_they_take_turns, "queue.9")
{
    eventlet_queue *q = queue_of(0);
    eventlet_greenthread *gt;

    notes();
    CHECK_CODE(eventlet_spawn(&gt, put_twice, q), 0);
    note("getting");
    note_number(get(q));
    note_number(get(q));
    CHECK_STR(notes(), "getting putting 1 putting 2");
    let_others_run();
    CHECK_STR(notes(), "put");
    eventlet_reap(gt);
    eventlet_queue_free(q);
}

/* Others that are ready come before the pair or after it, not between. */
GREEN_TEST(queue, getter_and_putter_go_on_in_one_pass, "queue.9")
{
    eventlet_queue *q = queue_of(0);
    struct user a[1], b[1];

    start_getters(a, 1, q);
    notes();
    *b = (struct user){ .q = q, .name = "b", .seconds = EVENTLET_NEVER };
    start(b, putter);
    let_others_run(); /* b wakes A */
    CHECK_STR(notes(), "");
    CHECK_CODE(eventlet_spawn(NULL, say, "other"), 0);
    let_others_run();
    CHECK_STR(notes(), "A=0 b other");
    end_users(a, 1);
    end_users(b, 1);
    eventlet_queue_free(q);
}

static int let_a_second_pass(void *arg)
{
    (void)arg;
    eventlet__sim_advance(eventlet_hubs_get_hub(), 1000000000);
    return 0;
}

/* They are a pair from the moment when the putter comes. */
GREEN_TEST(queue, time_that_runs_out_then_does_not_part_them, "queue.9")
{
    eventlet_queue *q = queue_of(0);
    struct user a[1], b[1];

    start_getters(a, 1, q);
    *b = (struct user){ .q = q, .name = "b", .item = 1, .seconds = 0.5 };
    start(b, putter);
    CHECK_CODE(eventlet_spawn(NULL, let_a_second_pass, NULL), 0);
    notes();
    let_others_run();
    let_others_run();
    CHECK_STR(notes(), "A=1 b");
    end_users(a, 1);
    end_users(b, 1);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, so_do_a_putter_and_its_late_getter, "queue.15")
{
    eventlet_queue *q = queue_of(0);
    struct user a[1], b[2];

    start_putters(b, 2, q);
    *a = (struct user){ .q = q, .name = "A", .seconds = EVENTLET_NEVER };
    start(a, getter);
    notes();
    let_others_run(); /* A joins the line … */
    CHECK_STR(notes(), "");
    CHECK_CODE(eventlet_spawn(NULL, say, "other"), 0);
    let_others_run(); /* … and takes */
    CHECK_STR(notes(), "A=1 a other");
    CHECK_INT(get(q), 2);
    end_users(a, 1);
    end_users(b, 2);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, got_one_sent_one, "queue.15 queue.8")
{
    eventlet_queue *q = queue_of(0);
    struct user a[3];

    start_putters(a, 3, q);
    notes();
    for (int i = 0; i < 3; i++)
        note_number(get(q));
    let_others_run();
    CHECK_STR(notes(), "1 a 2 b 3 c");
    end_users(a, 3);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, many_pair_up_on_a_channel, "queue.7 queue.12")
{
    eventlet_queue *q = queue_of(0);
    struct user a[3], b[3];

    start_getters(a, 3, q);
    check_lines(q, 3, 0);
    notes();
    start_putters(b, 3, q);
    let_others_run();
    CHECK_STR(notes(), "A=1 a B=2 b C=3 c");
    check_lines(q, 0, 0);
    end_users(a, 3);
    end_users(b, 3);
    eventlet_queue_free(q);
}

static int put_and_end(void *q)
{
    return put(q, 3);
}

GREEN_TEST(queue, the_item_of_one_that_has_ended_is_received, "queue.5")
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);

    CHECK_CODE(eventlet_spawn(NULL, put_and_end, q), 0);
    CHECK_INT(get(q), 3);
    eventlet_queue_free(q);
}

/* ---- other sizes ---- */

GREEN_TEST(queue, growing_lets_putters_in_on_the_next_pass, "queue.25")
{
    eventlet_queue *q = queue_of(0);
    struct user a[3];

    start_putters(a, 3, q);
    notes();
    eventlet_queue_resize(q, 1);
    CHECK_INT(eventlet_queue_maxsize(q), 1);
    CHECK_STR(notes(), "");
    CHECK_INT(eventlet_queue_qsize(q), 0);
    let_others_run();
    CHECK_STR(notes(), "a");
    eventlet_queue_resize(q, 2);
    let_others_run();
    CHECK_STR(notes(), "b");
    for (int i = 1; i <= 3; i++)
        CHECK_INT(get(q), i);
    end_users(a, 3);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, growing_without_limit_lets_all_in, "queue.25 queue.8")
{
    eventlet_queue *q = queue_of(1);
    struct user a[4];

    start_putters(a, 4, q);
    notes();
    eventlet_queue_resize(q, -5);
    CHECK_INT(eventlet_queue_maxsize(q), EVENTLET_UNLIMITED);
    let_others_run();
    CHECK_STR(notes(), "b c d");
    CHECK(!eventlet_queue_full(q));
    for (int i = 1; i <= 4; i++)
        CHECK_INT(get(q), i);
    end_users(a, 4);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, shrinking_keeps_the_items, "queue.26")
{
    eventlet_queue *q = queue_of(5);
    struct user a[1];

    for (int i = 1; i <= 5; i++)
        CHECK_CODE(put(q, i), 0);
    eventlet_queue_resize(q, 1);
    CHECK_INT(eventlet_queue_qsize(q), 5);
    CHECK(eventlet_queue_full(q));
    start_putters(a, 1, q);
    for (int i = 1; i <= 4; i++)
        CHECK_INT(get(q), i);
    let_others_run();
    CHECK_INT(a[0].rc, UNDECIDED); /* one is left: it is full */
    CHECK_INT(get(q), 5);
    let_others_run();
    CHECK_INT(a[0].rc, 0);
    end_users(a, 1);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, shrinking_to_a_channel_keeps_the_items_too, "queue.26")
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);
    struct user a[1];

    CHECK_CODE(put(q, 9), 0);
    eventlet_queue_resize(q, 0);
    start_putters(a, 1, q);
    CHECK_INT(a[0].rc, UNDECIDED);
    CHECK_INT(get(q), 9);
    CHECK_INT(get(q), 1);
    CHECK(eventlet_queue_empty(q) && eventlet_queue_full(q));
    end_users(a, 1);
    CHECK_CODE(a[0].rc, 0);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, shrunk_before_they_run_putters_wait_on, "queue.14 queue.26")
{
    eventlet_queue *q = queue_of(0);
    struct user a[2];

    start_putters(a, 2, q);
    notes();
    eventlet_queue_resize(q, 2); /* wakes both … */
    eventlet_queue_resize(q, 0);
    let_others_run();
    CHECK_STR(notes(), "");
    check_lines(q, 0, 2);
    CHECK_INT(get(q), 1);
    CHECK_INT(get(q), 2);
    end_users(a, 2);
    eventlet_queue_free(q);
}
