/* SPDX-License-Identifier: MIT */
/* Queues: what goes on for ever needs no memory. */
#include "check.h"
#include "sync/queue.h"
#include "sync/steady.h"

static int put_for_ever(void *q)
{
    int rc;

    while ((rc = put(q, 1)) == 0)
        steps++;
    return rc;
}

static int get_for_ever(void *q)
{
    int rc;

    while ((rc = get(q)) > 0)
        CHECK_CODE(eventlet_queue_task_done(q), 0);
    return rc;
}

static int put_in_time_for_ever(void *q)
{
    int rc;

    while ((rc = put_within(q, 1, 1)) == 0)
        steps++;
    return rc;
}

static int get_in_time_for_ever(void *q)
{
    int rc;

    while ((rc = get_within(q, 1)) > 0)
        CHECK_CODE(eventlet_queue_task_done(q), 0);
    return rc;
}

static int join_for_ever(void *q)
{
    int rc;

    while ((rc = eventlet_queue_join(q)) == 0 && (rc = eventlet_sleep(0)) == 0)
        ;
    return rc;
}

static int always_equal(const void *a, const void *b, void *arg)
{
    (void)a, (void)b, (void)arg;
    return 0;
}

static void check_queue(eventlet_queue *q)
{
    struct crowd crowd = { .len = 0 };

    crowd_add(&crowd, 3, put_for_ever, q);
    crowd_add(&crowd, 4, get_for_ever, q);
    crowd_add(&crowd, 2, put_in_time_for_ever, q);
    crowd_add(&crowd, 2, get_in_time_for_ever, q);
    crowd_add(&crowd, 1, join_for_ever, q);
    check_steady(&crowd);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, what_goes_on_for_ever_needs_no_memory, "queue.36")
{
    eventlet_queue *q = NULL;

    for (int maxsize = 0; maxsize < 3; maxsize++) {
        check_queue(queue_of(maxsize));
        CHECK_CODE(eventlet_lifoqueue_new(&q, maxsize), 0);
        check_queue(q);
        CHECK_CODE(eventlet_priorityqueue_new(&q, maxsize, always_equal, NULL),
                   0);
        check_queue(q);
    }
}
