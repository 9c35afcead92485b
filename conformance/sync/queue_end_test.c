/* SPDX-License-Identifier: MIT */
/* Queues: tasks, the end of a queue under its users, and failing calls. */
#include "sync/queue.h"
#include "check.h"

#include <errno.h>

/* ---- tasks ---- */

GREEN_TEST(queue, tasks_are_counted, "queue.27")
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);

    CHECK_CODE(eventlet_queue_task_done(q), EVENTLET_UNBALANCED);
    CHECK_CODE(put(q, 1), 0);
    CHECK_CODE(put_nowait(q, 2), 0);
    CHECK_INT(eventlet_queue_unfinished_tasks(q), 2);
    CHECK_INT(get(q), 1);
    CHECK_INT(eventlet_queue_unfinished_tasks(q), 2);
    CHECK_CODE(eventlet_queue_task_done(q), 0);
    CHECK_CODE(eventlet_queue_task_done(q), 0);
    CHECK_CODE(eventlet_queue_task_done(q), EVENTLET_UNBALANCED);
    CHECK_INT(eventlet_queue_unfinished_tasks(q), 0);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, an_item_taken_from_a_putter_counts, "queue.27")
{
    eventlet_queue *q = queue_of(0);
    struct user a[2];

    start_putters(a, 2, q);
    CHECK_INT(eventlet_queue_unfinished_tasks(q), 0);
    CHECK_INT(get(q), 1);
    CHECK_INT(eventlet_queue_unfinished_tasks(q), 1);
    CHECK_INT(get_nowait(q), 2);
    CHECK_INT(eventlet_queue_unfinished_tasks(q), 2);
    for (int i = 0; i < 2; i++)
        CHECK_CODE(eventlet_queue_task_done(q), 0);
    CHECK_INT(eventlet_queue_unfinished_tasks(q), 0);
    end_users(a, 2);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, a_light_one_counts_no_tasks, "queue.28")
{
    eventlet_queue *q;
    struct user a[1];

    REQUIRE_CODE(eventlet_lightqueue_new(&q, 0), 0);
    start_putters(a, 1, q);
    CHECK_INT(get(q), 1);
    eventlet_queue_resize(q, 1);
    CHECK_CODE(put(q, 1), 0);
    CHECK_INT(eventlet_queue_unfinished_tasks(q), 0);
    CHECK_CODE(eventlet_queue_task_done(q), EVENTLET_UNBALANCED);
    CHECK_CODE(eventlet_queue_join(q), 0);
    end_users(a, 1);
    eventlet_queue_free(q);
}

static int join(void *q)
{
    int rc = eventlet_queue_join(q);

    note(rc < 0 ? "join!" : "joined");
    return rc;
}

GREEN_TEST(queue, join_of_nothing_does_not_yield, "queue.33")
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);

    notes();
    CHECK_CODE(eventlet_spawn(NULL, say, "other"), 0);
    CHECK_CODE(eventlet_queue_join(q), 0);
    CHECK_CODE(put(q, 1), 0);
    CHECK_INT(get(q), 1);
    CHECK_CODE(eventlet_queue_task_done(q), 0);
    CHECK_CODE(eventlet_queue_join(q), 0);
    CHECK_STR(notes(), "");
    let_others_run();
    eventlet_queue_free(q);
}

GREEN_TEST(queue, join_waits_for_the_last_task, "queue.33")
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);

    notes();
    CHECK_CODE(put(q, 1), 0);
    CHECK_CODE(put(q, 2), 0);
    for (int i = 0; i < 2; i++)
        CHECK_CODE(eventlet_spawn(NULL, join, q), 0);
    let_others_run(); /* both wait now */
    CHECK_INT(get(q), 1);
    CHECK_INT(get(q), 2);
    CHECK_CODE(eventlet_queue_task_done(q), 0);
    clock_advance(100);
    CHECK_STR(notes(), "");
    CHECK_CODE(eventlet_queue_task_done(q), 0);
    let_others_run();
    CHECK_STR(notes(), "joined joined");
    eventlet_queue_free(q);
}

GREEN_TEST(queue, a_later_put_is_for_a_later_join, "queue.34")
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);

    notes();
    CHECK_CODE(put(q, 1), 0);
    CHECK_CODE(eventlet_spawn(NULL, join, q), 0);
    let_others_run();
    CHECK_CODE(eventlet_queue_task_done(q), 0);
    CHECK_CODE(put(q, 2), 0);                     /* before it runs */
    CHECK_CODE(eventlet_spawn(NULL, join, q), 0); /* this one waits anew */
    let_others_run();
    let_others_run();
    CHECK_STR(notes(), "joined");
    CHECK_CODE(eventlet_queue_task_done(q), 0);
    let_others_run();
    CHECK_STR(notes(), "joined");
    eventlet_queue_free(q);
}

GREEN_TEST(queue, join_thrown_at_leaves_the_tasks, "queue.33")
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);
    eventlet_greenthread *a, *b;

    notes();
    CHECK_CODE(put(q, 1), 0);
    CHECK_CODE(eventlet_spawn(&a, join, q), 0);
    CHECK_CODE(eventlet_spawn(&b, join, q), 0);
    let_others_run();
    CHECK_CODE(eventlet_kill(a, EVENTLET_EXIT), 0);
    CHECK_INT(eventlet_queue_unfinished_tasks(q), 1);
    CHECK_CODE(eventlet_queue_task_done(q), 0);
    CHECK_CODE(eventlet_kill(b, EVENTLET_EXIT), 0); /* woken already */
    CHECK_STR(notes(), "join! join!");
    CHECK_CODE(eventlet_queue_join(q), 0);
    CHECK_CODE(eventlet_reap(a), EVENTLET_EXIT);
    CHECK_CODE(eventlet_reap(b), EVENTLET_EXIT);
    eventlet_queue_free(q);
}

/* ---- the end of a queue ---- */

GREEN_TEST(queue, freed_its_getters_are_told, "queue.29")
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);
    struct user a[3];

    start_getters(a, 3, q);
    CHECK_CODE(put(q, 1), 0); /* wakes A */
    eventlet_queue_free(q);
    let_others_run();
    for (int i = 0; i < 3; i++)
        CHECK_CODE(a[i].rc, EVENTLET_CLOSED);
    end_users(a, 3);
}

GREEN_TEST(queue, freed_its_putters_keep_their_items, "queue.29 queue.30")
{
    eventlet_queue *q = queue_of(1);
    struct user a[3];

    CHECK_CODE(put(q, 9), 0);
    start_putters(a, 3, q);
    CHECK_INT(get(q), 9); /* wakes a */
    eventlet_queue_free(q);
    let_others_run();
    for (int i = 0; i < 3; i++)
        CHECK_CODE(a[i].rc, EVENTLET_CLOSED);
    end_users(a, 3);
}

GREEN_TEST(queue, freed_a_pair_is_told, "queue.29")
{
    eventlet_queue *q = queue_of(0);
    struct user a[1], b[1];

    start_getters(a, 1, q);
    start_putters(b, 1, q); /* both are about to run */
    eventlet_queue_free(q);
    let_others_run();
    CHECK_CODE(a[0].rc, EVENTLET_CLOSED);
    CHECK_CODE(b[0].rc, EVENTLET_CLOSED);
    end_users(a, 1);
    end_users(b, 1);
}

GREEN_TEST(queue, freed_who_joins_is_told, "queue.29")
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);
    eventlet_greenthread *gt;

    catch_log();
    CHECK_CODE(put(q, 1), 0);
    CHECK_CODE(eventlet_spawn(&gt, join, q), 0);
    let_others_run();
    eventlet_queue_free(q);
    CHECK_CODE(eventlet_wait(gt), EVENTLET_CLOSED);
    release_log();
    eventlet_release(gt);
}

GREEN_TEST(queue, freed_and_killed_who_waits_is_killed, "queue.29")
{
    eventlet_queue *q = queue_of(0);
    struct user a[2], b[1];

    start_getters(a, 2, q);
    eventlet_queue_free(q);
    CHECK_CODE(eventlet_kill(a[0].gt, EVENTLET_EXIT), 0);
    CHECK_CODE(a[0].rc, EVENTLET_EXIT);
    let_others_run();
    CHECK_CODE(a[1].rc, EVENTLET_CLOSED);
    q = queue_of(0);
    start_putters(b, 1, q);
    eventlet_queue_free(q);
    CHECK_CODE(eventlet_kill(b[0].gt, EVENTLET_EXIT), 0);
    CHECK_CODE(b[0].rc, EVENTLET_EXIT);
    end_users(a, 2);
    end_users(b, 1);
}

static int free_in_hub(void *q)
{
    eventlet_queue_free(q);
    return 0;
}

GREEN_TEST(queue, freed_in_the_hub, "queue.29")
{
    eventlet_queue *q = queue_of(0);

    in_hub(free_in_hub, q);
    CHECK_CODE(get_within(q, 5), EVENTLET_CLOSED);
}

TEST(queue, freed_its_items_are_not_touched, "queue.30")
{
    static int items[3] = { 1, 2, 3 };
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);
    void *item;

    for (int i = 0; i < 3; i++)
        CHECK_CODE(eventlet_queue_put_nowait(q, &items[i]), 0);
    REQUIRE_CODE(eventlet_queue_get_nowait(q, &item), 0);
    CHECK_PTR(item, &items[0]);
    eventlet_queue_free(q);
    CHECK_INT(items[1] + items[2], 5);
}

/* ---- every call fails once ---- */

static int put_some(void *arg)
{
    struct user *u = arg;

    for (int i = 1; i <= 20; i++) {
        int rc = put(u->q, i);

        if (rc < 0)
            return rc;
        u->item = i; /* this many have been put */
    }
    return 0;
}

/* Gets them while there are any, in order. */
static int get_some(struct user *u)
{
    int got = 0;

    while (!eventlet_dead(u->gt) || !eventlet_queue_empty(u->q)) {
        int n = get_within(u->q, 1);

        if (n == EVENTLET_EMPTY)
            continue;
        if (n < 0)
            return n;
        CHECK_INT(n, ++got);
    }
    CHECK_INT(got, u->item);
    return got;
}

static int use_queue(void *maxsize)
{
    struct user u = { .item = 0 };
    int rc = eventlet_queue_new(&u.q, *(int *)maxsize);
    int got, end;

    if (rc < 0)
        return rc;
    rc = eventlet_spawn(&u.gt, put_some, &u);
    if (rc < 0) {
        eventlet_queue_free(u.q);
        return rc;
    }
    got = get_some(&u);
    end = eventlet_reap(u.gt);
    eventlet_queue_free(u.q);
    return got < 0 ? got : end;
}

TEST(queue, every_call_may_fail, "queue.31 queue.37")
{
    static int sizes[] = { 0, 1, 10, EVENTLET_UNLIMITED };

    catch_log();
    for (int i = 0; i < 4; i++)
        FAULT_EACH(use_queue, &sizes[i]);
    release_log();
}
