/* SPDX-License-Identifier: MIT */
/* Queues: calls that never wait, and calls in the hub. */
#include "sync/queue.h"
#include "check.h"

/* ---- without waiting ---- */

GREEN_TEST(queue, nowait_does_not_wait, "queue.22 queue.23 queue.24")
{
    eventlet_queue *q = queue_of(1);

    notes();
    CHECK_CODE(eventlet_spawn(NULL, say, "other"), 0);
    CHECK_CODE(get_nowait(q), EVENTLET_EMPTY);
    CHECK_CODE(put_nowait(q, 1), 0);
    CHECK_CODE(put_nowait(q, 2), EVENTLET_FULL);
    CHECK_INT(get_nowait(q), 1);
    CHECK_STR(notes(), "");
    let_others_run();
    eventlet_queue_free(q);
}

GREEN_TEST(queue, put_nowait_feeds_who_waits, "queue.22 queue.12")
{
    eventlet_queue *q = queue_of(0);
    struct user a[2];

    start_getters(a, 2, q);
    notes();
    CHECK_CODE(put_nowait(q, 1), 0);
    CHECK_CODE(put_nowait(q, 2), 0);
    CHECK_CODE(put_nowait(q, 3), EVENTLET_FULL);
    CHECK_STR(notes(), "");
    let_others_run();
    CHECK_STR(notes(), "A=1 B=2");
    CHECK(eventlet_queue_empty(q));
    CHECK_CODE(put_nowait(q, 4), EVENTLET_FULL);
    end_users(a, 2);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, put_nowait_does_not_overtake_a_putter, "queue.22 queue.8")
{
    eventlet_queue *q = queue_of(0);
    struct user a[1], b[1];

    start_getters(a, 1, q);
    start_putters(b, 1, q); /* the getter is woken for this item */
    notes();
    CHECK_CODE(put_nowait(q, 9), EVENTLET_FULL);
    let_others_run();
    CHECK_STR(notes(), "A=1 a");
    end_users(a, 1);
    end_users(b, 1);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, what_a_killed_getter_was_fed_stays, "queue.24")
{
    eventlet_queue *q = queue_of(0);
    struct user a[1];

    start_getters(a, 1, q);
    CHECK_CODE(put_nowait(q, 1), 0);
    CHECK_CODE(eventlet_kill(a[0].gt, EVENTLET_EXIT), 0);
    CHECK_INT(eventlet_queue_qsize(q), 1);
    CHECK_CODE(put_nowait(q, 2), EVENTLET_FULL);
    CHECK_INT(get(q), 1);
    end_users(a, 1);
    eventlet_queue_free(q);
}

/* Ten getters live and ten die; the items come to the live ones, in order. */
GREEN_TEST(queue, dead_getters_are_passed_over, "queue.22 queue.12 queue.16")
{
    static struct user live[10], dying[10];
    eventlet_queue *q = queue_of(0);

    for (int i = 0; i < 10; i++) {
        live[i] = (struct user){ .q = q, .seconds = EVENTLET_NEVER };
        dying[i] = live[i];
        start(&live[i], getter);
        start(&dying[i], getter);
    }
    let_others_run();
    check_lines(q, 20, 0);
    for (int i = 0; i < 10; i++)
        CHECK_CODE(eventlet_kill(dying[i].gt, EVENTLET_EXIT), 0);
    for (int i = 0; i < 10; i++)
        CHECK_CODE(put_nowait(q, i), 0);
    let_others_run();
    for (int i = 0; i < 10; i++)
        CHECK_INT(live[i].rc, i);
    end_users(live, 10);
    end_users(dying, 10);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, get_nowait_takes_from_who_waits, "queue.23 queue.8")
{
    eventlet_queue *q = queue_of(0);
    struct user a[2];

    start_putters(a, 2, q);
    notes();
    CHECK_INT(get_nowait(q), 1);
    CHECK_INT(get_nowait(q), 2);
    CHECK_CODE(get_nowait(q), EVENTLET_EMPTY);
    check_lines(q, 0, 0);
    CHECK_STR(notes(), "");
    let_others_run();
    CHECK_STR(notes(), "a b");
    end_users(a, 2);
    eventlet_queue_free(q);
}

/* ---- in the hub ---- */

struct in_hub {
    eventlet_queue *q;
    int item;
    int rc;
};

static int put_in_hub(void *arg)
{
    struct in_hub *h = arg;

    h->rc = put_nowait(h->q, h->item);
    return 0;
}

static int get_in_hub(void *arg)
{
    struct in_hub *h = arg;

    h->rc = get_nowait(h->q);
    return 0;
}

GREEN_TEST(queue, nowait_in_the_hub, "queue.24")
{
    struct in_hub a = { queue_of(1), 4, UNDECIDED }, b = a, c = a, d = a;

    in_hub(put_in_hub, &a);
    in_hub(put_in_hub, &b);
    clock_advance(0);
    CHECK_CODE(a.rc, 0);
    CHECK_CODE(b.rc, EVENTLET_FULL);
    in_hub(get_in_hub, &c);
    in_hub(get_in_hub, &d);
    clock_advance(0);
    CHECK_INT(c.rc, 4);
    CHECK_CODE(d.rc, EVENTLET_EMPTY);
    eventlet_queue_free(a.q);
}

GREEN_TEST(queue, the_hub_feeds_a_getter, "queue.24 queue.22")
{
    struct in_hub h = { queue_of(0), 10, UNDECIDED };
    struct user a[1];

    start_getters(a, 1, h.q);
    in_hub(put_in_hub, &h);
    clock_advance(0);
    let_others_run();
    CHECK_CODE(h.rc, 0);
    CHECK_INT(a[0].rc, 10);
    end_users(a, 1);
    eventlet_queue_free(h.q);
}

GREEN_TEST(queue, the_hub_relieves_a_putter, "queue.24 queue.23")
{
    struct in_hub h = { queue_of(0), 0, UNDECIDED };
    struct user a[1];

    start_putters(a, 1, h.q);
    in_hub(get_in_hub, &h);
    clock_advance(0);
    let_others_run();
    CHECK_INT(h.rc, 1);
    CHECK_CODE(a[0].rc, 0);
    CHECK(eventlet_queue_empty(h.q) && eventlet_queue_full(h.q));
    end_users(a, 1);
    eventlet_queue_free(h.q);
}

static int wait_in_hub(void *q)
{
    CHECK_CODE(get(q), EVENTLET_IN_HUB);
    CHECK_CODE(get_within(q, 1), EVENTLET_IN_HUB);
    CHECK_CODE(put(q, 1), 0);
    CHECK_CODE(put(q, 2), EVENTLET_IN_HUB);
    CHECK_CODE(put_within(q, 2, 1), EVENTLET_IN_HUB);
    CHECK_CODE(eventlet_queue_join(q), EVENTLET_IN_HUB);
    CHECK_INT(get(q), 1);
    check_lines(q, 0, 0);
    return 0;
}

GREEN_TEST(queue, the_hub_does_not_wait, "queue.35")
{
    eventlet_queue *q = queue_of(1);

    in_hub(wait_in_hub, q);
    clock_advance(0);
    CHECK_INT(eventlet_queue_unfinished_tasks(q), 1);
    eventlet_queue_free(q);
}
