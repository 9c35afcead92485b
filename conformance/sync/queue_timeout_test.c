/* SPDX-License-Identifier: MIT */
/* Queues: limits of time. */
#include "sync/queue.h"
#include "check.h"

#include <errno.h>
#include <math.h>

/* ---- limits of time ---- */

GREEN_TEST(queue, time_runs_out, "queue.19 queue.32")
{
    eventlet_queue *q = queue_of(1);
    double start = eventlet_hub_clock(eventlet_hubs_get_hub());

    CHECK_CODE(get_within(q, 2), EVENTLET_EMPTY);
    CHECK_CODE(put(q, 1), 0);
    CHECK_CODE(put_within(q, 2, 3), EVENTLET_FULL);
    CHECK_DBL_NEAR(eventlet_hub_clock(eventlet_hubs_get_hub()) - start, 5,
                   0.001);
    check_lines(q, 0, 0);
    CHECK_INT(get(q), 1);
    CHECK_CODE(get_nowait(q), EVENTLET_EMPTY);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, with_a_limit_it_does_not_wait_without_need, "queue.19")
{
    eventlet_queue *q = queue_of(1);

    notes();
    CHECK_CODE(eventlet_spawn(NULL, say, "other"), 0);
    CHECK_CODE(put_within(q, 1, 0), 0);
    CHECK_INT(get_within(q, -1), 1);
    CHECK_CODE(put_within(q, 2, EVENTLET_NEVER), 0);
    CHECK_INT(get_within(q, EVENTLET_NEVER), 2);
    CHECK_STR(notes(), "");
    eventlet_queue_free(q);
    let_others_run();
}

GREEN_TEST(queue, not_a_number_is_no_limit_of_time, "queue.19")
{
    eventlet_queue *q = queue_of(1);

    CHECK_CODE(put_within(q, 1, (double)NAN), -EINVAL);
    CHECK_CODE(get_within(q, (double)NAN), -EINVAL);
    CHECK_CODE(put(q, 1), 0);
    CHECK_CODE(get_within(q, (double)NAN), -EINVAL);
    CHECK_CODE(put_within(q, 1, (double)NAN), -EINVAL);
    CHECK_INT(get(q), 1);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, zero_waits_one_pass, "queue.20")
{
    static const double seconds[] = { 0, -1, -HUGE_VAL };
    eventlet_queue *q = queue_of(0);

    for (int i = 0; i < 3; i++) {
        notes();
        CHECK_CODE(eventlet_spawn(NULL, say, "other"), 0);
        CHECK_CODE(get_within(q, seconds[i]), EVENTLET_EMPTY);
        CHECK_STR(notes(), "other");
        CHECK_CODE(eventlet_spawn(NULL, say, "other"), 0);
        CHECK_CODE(put_within(q, 1, seconds[i]), EVENTLET_FULL);
        CHECK_STR(notes(), "other");
        check_lines(q, 0, 0);
    }
    CHECK_CODE(get_nowait(q), EVENTLET_EMPTY);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, zero_is_enough_with_a_partner_waiting, "queue.20")
{
    eventlet_queue *q = queue_of(0);
    struct user a[1], b[1];

    start_putters(b, 1, q);
    CHECK_INT(get_within(q, 0), 1);
    start_getters(a, 1, q);
    CHECK_CODE(put_within(q, 7, 0), 0);
    CHECK_INT(a[0].rc, 7);
    end_users(a, 1);
    end_users(b, 1);
    eventlet_queue_free(q);
}

static int put_seven(void *q)
{
    return put(q, 7);
}

GREEN_TEST(queue, zero_is_enough_for_what_comes_in_that_pass, "queue.20")
{
    for (int size = -1; size <= 1; size++) {
        eventlet_queue *q = queue_of(size);

        CHECK_CODE(eventlet_spawn(NULL, put_seven, q), 0);
        CHECK_INT(get_within(q, 0), 7);
        let_others_run();
        check_lines(q, 0, 0);
        eventlet_queue_free(q);
    }
}

static int get_into(void *arg)
{
    struct user *u = arg;

    u->rc = get(u->q);
    return 0;
}

GREEN_TEST(queue, zero_is_enough_for_room_of_that_pass, "queue.20")
{
    struct user a = { .q = queue_of(1) };

    CHECK_CODE(put(a.q, 1), 0);
    start(&a, get_into);
    CHECK_CODE(put_within(a.q, 2, 0), 0);
    CHECK_INT(a.rc, 1);
    CHECK_INT(get(a.q), 2);
    eventlet_reap(a.gt);
    eventlet_queue_free(a.q);
}

GREEN_TEST(queue, zero_does_not_get_in_front, "queue.20 queue.12")
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);
    struct user a[1];

    start_getters(a, 1, q);
    CHECK_CODE(eventlet_spawn(NULL, put_seven, q), 0);
    CHECK_CODE(get_within(q, 0), EVENTLET_EMPTY);
    let_others_run();
    CHECK_INT(a[0].rc, 7);
    end_users(a, 1);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, killed_in_its_one_pass, "queue.20 queue.16 queue.17")
{
    eventlet_queue *q = queue_of(0);
    struct user a = { .q = q, .item = 1, .seconds = 0 }, b = a;

    start(&a, getter);
    start(&b, putter);
    let_others_run();
    CHECK_CODE(eventlet_kill(a.gt, EVENTLET_USER(1)), 0);
    CHECK_CODE(a.rc, EVENTLET_USER(1));
    CHECK_CODE(b.rc, EVENTLET_FULL);
    check_lines(q, 0, 0);
    eventlet_reap(a.gt);
    eventlet_reap(b.gt);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, an_item_that_ran_out_of_time_is_not_delivered, "queue.21")
{
    eventlet_queue *q = queue_of(0);

    CHECK_CODE(put_within(q, 1, 0.001), EVENTLET_FULL);
    CHECK_CODE(get_nowait(q), EVENTLET_EMPTY);
    CHECK_CODE(get_within(q, 1), EVENTLET_EMPTY);
    CHECK_INT(eventlet_queue_unfinished_tasks(q), 0);
    eventlet_queue_free(q);
}

static int get_after_a_second(void *arg)
{
    struct user *u = arg;
    int rc = eventlet_sleep(1);

    u->rc = rc < 0 ? rc : get_nowait(u->q);
    return 0;
}

GREEN_TEST(queue, taken_at_the_very_moment_it_has_been_put, "queue.21")
{
    eventlet_queue *q = queue_of(0);
    struct user a = { .q = q };

    start(&a, get_after_a_second);
    let_others_run();
    CHECK_CODE(put_within(q, 6, 1), 0); /* due when the other wakes up */
    CHECK_INT(a.rc, 6);
    CHECK_CODE(eventlet_sleep(0), 0); /* nothing comes later */
    eventlet_reap(a.gt);
    eventlet_queue_free(q);
}

static int put_after_a_second(void *arg)
{
    struct user *u = arg;
    int rc = eventlet_sleep(1);

    u->rc = rc < 0 ? rc : put(u->q, u->item);
    return 0;
}

GREEN_TEST(queue, woken_at_the_very_moment_it_gets, "queue.20 queue.12")
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);
    struct user a = { .q = q, .item = 6 };

    start(&a, put_after_a_second);
    let_others_run();
    CHECK_INT(get_within(q, 1), 6);
    CHECK_CODE(eventlet_sleep(0), 0);
    eventlet_reap(a.gt);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, woken_for_nothing_its_time_still_runs_out, "queue.19")
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);
    struct user a = { .q = q, .name = "A", .seconds = 1 };

    notes();
    start(&a, getter);
    clock_advance(0.5);
    CHECK_CODE(put(q, 1), 0);
    CHECK_INT(get(q), 1); /* it was woken for this */
    clock_advance(0.4);
    CHECK_INT(a.rc, UNDECIDED);
    clock_advance(0.2);
    CHECK_CODE(a.rc, EVENTLET_EMPTY);
    eventlet_reap(a.gt);
    eventlet_queue_free(q);
}

/* Getters that run out of time do not swallow what comes later. */
GREEN_TEST(queue, who_runs_out_of_time_is_passed_over, "queue.16 queue.19")
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);
    struct user a = { .q = q, .name = "A", .seconds = 1 };
    struct user b = { .q = q, .name = "B", .seconds = EVENTLET_NEVER };

    notes();
    start(&a, getter);
    start(&b, getter);
    clock_advance(2);
    check_lines(q, 1, 0);
    CHECK_CODE(put(q, 3), 0);
    let_others_run();
    CHECK_STR(notes(), "A! B=3");
    eventlet_reap(a.gt);
    eventlet_reap(b.gt);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, when_all_run_out_of_time_the_item_stays, "queue.16 queue.19")
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);
    struct user a = { .q = q, .seconds = 1 }, b = a;

    start(&a, getter);
    start(&b, getter);
    clock_advance(2);
    CHECK_CODE(a.rc, EVENTLET_EMPTY);
    CHECK_CODE(b.rc, EVENTLET_EMPTY);
    CHECK_CODE(put(q, 3), 0);
    CHECK_INT(get_within(q, 0), 3);
    eventlet_reap(a.gt);
    eventlet_reap(b.gt);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, another_timeout_passes_through, "queue.16 queue.17")
{
    eventlet_queue *q = queue_of(0);
    struct eventlet_timeout t;

    CHECK_CODE(eventlet_timeout_start(&t, 1), 0);
    CHECK_CODE(get_within(q, 5), EVENTLET_TIMEOUT);
    CHECK(eventlet_timeout_cancel(&t));
    CHECK_CODE(eventlet_timeout_start(&t, 1), 0);
    CHECK_CODE(put_within(q, 1, 5), EVENTLET_TIMEOUT);
    CHECK(eventlet_timeout_cancel(&t));
    check_lines(q, 0, 0);
    eventlet_queue_free(q);
}
