/* SPDX-License-Identifier: MIT */
/* Queues: what they hold, in what order it comes out, and memory for it. */
#include "sync/queue.h"
#include "check.h"

#include <errno.h>
#include <stdlib.h>

#include "base/sys.h"

TEST(queue, new_one_is_empty, "queue.1 queue.32")
{
    static const int sizes[] = { EVENTLET_UNLIMITED, -7, 1, 1000 };

    for (int i = 0; i < 4; i++) {
        eventlet_queue *q = queue_of(sizes[i]);

        CHECK_INT(eventlet_queue_maxsize(q), sizes[i] < 0 ? -1 : sizes[i]);
        CHECK_INT(eventlet_queue_qsize(q), 0);
        CHECK(eventlet_queue_empty(q));
        CHECK(!eventlet_queue_full(q));
        CHECK_INT(eventlet_queue_unfinished_tasks(q), 0);
        check_lines(q, 0, 0);
        eventlet_queue_free(q);
    }
    eventlet_queue_free(NULL);
}

TEST(queue, a_channel_is_empty_and_full, "queue.2")
{
    eventlet_queue *q = queue_of(0);

    CHECK_INT(eventlet_queue_maxsize(q), 0);
    CHECK(eventlet_queue_empty(q));
    CHECK(eventlet_queue_full(q));
    eventlet_queue_free(q);
}

GREEN_TEST(queue, put_then_get, "queue.5 queue.10")
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);

    CHECK_CODE(put(q, 7), 0);
    CHECK_INT(eventlet_queue_qsize(q), 1);
    CHECK(!eventlet_queue_empty(q));
    CHECK_INT(get(q), 7);
    CHECK(eventlet_queue_empty(q));
    eventlet_queue_free(q);
}

GREEN_TEST(queue, it_holds_so_many, "queue.1")
{
    eventlet_queue *q = queue_of(3);

    for (int i = 1; i <= 3; i++)
        CHECK_CODE(put_nowait(q, i), 0);
    CHECK(eventlet_queue_full(q));
    CHECK_CODE(put_nowait(q, 4), EVENTLET_FULL);
    CHECK_INT(eventlet_queue_qsize(q), 3);
    CHECK_INT(get(q), 1);
    CHECK(!eventlet_queue_full(q));
    eventlet_queue_free(q);
}

/* ---- the order ---- */

/* Puts and gets 3,000 times so that the memory grows while the ring has
 * wrapped, and compares with the numbers that should come. */
GREEN_TEST(queue, first_in_first_out_however_it_grows, "queue.1")
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);
    int in = 1, out = 1;

    for (int round = 0; round < 1000; round++) {
        for (int i = 0; i < 3; i++)
            CHECK_CODE(put(q, in++), 0);
        for (int i = 0; i < 2; i++)
            CHECK_INT(get(q), out++);
    }
    CHECK_INT(eventlet_queue_qsize(q), 1000);
    while (out < in)
        CHECK_INT(get(q), out++);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, last_in_first_out, "queue.4")
{
    eventlet_queue *q;

    REQUIRE_CODE(eventlet_lifoqueue_new(&q, EVENTLET_UNLIMITED), 0);
    for (int i = 1; i <= 100; i++)
        CHECK_CODE(put(q, i), 0);
    for (int i = 100; i > 50; i--)
        CHECK_INT(get(q), i);
    CHECK_CODE(put(q, 7), 0);
    CHECK_INT(get(q), 7);
    for (int i = 50; i > 0; i--)
        CHECK_INT(get(q), i);
    eventlet_queue_free(q);
}

struct job {
    int priority;
    int number;
};

static int by_priority(const void *a, const void *b, void *sign)
{
    const struct job *x = a, *y = b;

    return *(int *)sign * (x->priority - y->priority);
}

static void put_jobs(eventlet_queue *q, struct job *jobs, int n)
{
    unsigned seed = 1;

    for (int i = 0; i < n; i++) {
        jobs[i] = (struct job){ rand_r(&seed) % 10, i };
        CHECK_CODE(eventlet_queue_put(q, &jobs[i]), 0);
    }
}

static void priorities(int sign)
{
    static struct job jobs[500];
    struct job last = { sign > 0 ? -1 : 10, 0 };
    eventlet_queue *q;
    void *item;

    REQUIRE_CODE(eventlet_priorityqueue_new(&q, -1, by_priority, &sign), 0);
    put_jobs(q, jobs, 500);
    for (int i = 0; i < 500; i++) {
        struct job *job;

        REQUIRE_CODE(eventlet_queue_get(q, &item), 0);
        job = item;
        CHECK(sign * job->priority >= sign * last.priority);
        if (job->priority == last.priority)
            CHECK(job->number > last.number);
        last = *job;
    }
    CHECK(eventlet_queue_empty(q));
    eventlet_queue_free(q);
}

GREEN_TEST(queue, the_smallest_comes_first_of_equals_the_oldest, "queue.3")
{
    priorities(1);
    priorities(-1);
}

static int by_number(const void *a, const void *b, void *arg)
{
    (void)arg;
    return ((intptr_t)a > (intptr_t)b) - ((intptr_t)a < (intptr_t)b);
}

/* The kinds other than the plain one, of size 0 and 1. */
static void limits_of(eventlet_queue *channel, eventlet_queue *one)
{
    struct user a = { .q = channel, .item = 5, .seconds = EVENTLET_NEVER };

    CHECK(eventlet_queue_empty(channel) && eventlet_queue_full(channel));
    start(&a, putter);
    CHECK_INT(get(channel), 5);
    eventlet_reap(a.gt);
    CHECK_CODE(a.rc, 0);
    CHECK_CODE(put_nowait(one, 1), 0);
    CHECK_CODE(put_nowait(one, 2), EVENTLET_FULL);
    CHECK_INT(get_nowait(one), 1);
    CHECK_CODE(get_nowait(one), EVENTLET_EMPTY);
    eventlet_queue_free(channel);
    eventlet_queue_free(one);
}

GREEN_TEST(queue, all_kinds_have_limits, "queue.1 queue.2 queue.3 queue.4")
{
    eventlet_queue *channel, *one;

    REQUIRE_CODE(eventlet_lifoqueue_new(&channel, 0), 0);
    REQUIRE_CODE(eventlet_lifoqueue_new(&one, 1), 0);
    limits_of(channel, one);
    REQUIRE_CODE(eventlet_priorityqueue_new(&channel, 0, by_number, NULL), 0);
    REQUIRE_CODE(eventlet_priorityqueue_new(&one, 1, by_number, NULL), 0);
    limits_of(channel, one);
    REQUIRE_CODE(eventlet_lightqueue_new(&channel, 0), 0);
    REQUIRE_CODE(eventlet_lightqueue_new(&one, 1), 0);
    limits_of(channel, one);
}

/* ---- memory ---- */

static int new_priority(eventlet_queue **q, int maxsize)
{
    return eventlet_priorityqueue_new(q, maxsize, by_number, NULL);
}

TEST(queue, without_memory_there_is_none_of_any_kind, "queue.31")
{
    int (*const kinds[])(eventlet_queue **,
                         int) = { eventlet_queue_new, eventlet_lightqueue_new,
                                  eventlet_lifoqueue_new, new_priority };

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        eventlet_queue *q = NULL;

        eventlet__fault_arm(1, ENOMEM);
        CHECK_CODE(kinds[i](&q, 1), -ENOMEM);
        eventlet__fault_arm(0, 0);
        CHECK_PTR(q, NULL);
    }
}

GREEN_TEST(queue, without_memory_no_item_is_lost, "queue.31")
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);
    int stored = 0, refused = 0;

    while (stored < 100) {
        int rc;

        eventlet__fault_arm(1, ENOMEM);
        rc = put(q, stored + 1);
        eventlet__fault_arm(0, 0);
        if (rc < 0) {
            CHECK_CODE(rc, -ENOMEM);
            refused++;
            CHECK_INT(eventlet_queue_unfinished_tasks(q), stored);
            CHECK_CODE(put(q, stored + 1), 0);
        }
        stored++;
    }
    CHECK_INT(refused, 5); /* 8, 16, 32, 64, 128 */
    for (int i = 1; i <= stored; i++)
        CHECK_INT(get(q), i);
    eventlet_queue_free(q);
}

GREEN_TEST(queue, a_putter_that_waited_may_lack_memory_too, "queue.31")
{
    eventlet_queue *q = queue_of(0);
    struct user a[2];

    start_putters(a, 2, q);
    notes();
    eventlet_queue_resize(q, 1);
    eventlet__fault_arm(1, ENOMEM);
    let_others_run();
    eventlet__fault_arm(0, 0);
    CHECK_CODE(a[0].rc, -ENOMEM);
    let_others_run();
    CHECK_STR(notes(), "a! b"); /* the next one got the room */
    CHECK_INT(get(q), 2);
    CHECK_CODE(get_nowait(q), EVENTLET_EMPTY);
    end_users(a, 2);
    eventlet_queue_free(q);
}

static long blocks(void)
{
    struct eventlet_live live;

    eventlet_live(&live);
    return live.blocks;
}

static int echo(void *arg)
{
    eventlet_queue **qs = arg;
    int n;

    while ((n = get(qs[0])) > 0)
        CHECK_CODE(put(qs[1], n), 0);
    return n;
}

GREEN_TEST(queue, once_there_is_memory_nothing_is_allocated, "queue.36")
{
    eventlet_queue *qs[] = { queue_of(1), queue_of(0) };
    eventlet_greenthread *gt;
    long before;

    CHECK_CODE(eventlet_spawn(&gt, echo, qs), 0);
    CHECK_CODE(put(qs[0], 1), 0);
    CHECK_INT(get(qs[1]), 1);
    before = blocks();
    eventlet__fault_arm(1, ENOMEM); /* the next allocation would fail */
    for (int i = 1; i < 100; i++) {
        CHECK_CODE(put(qs[0], i), 0);
        CHECK_INT(get(qs[1]), i);
    }
    eventlet__fault_arm(0, 0);
    CHECK_INT(blocks(), before);
    eventlet_reap(gt);
    eventlet_queue_free(qs[0]);
    eventlet_queue_free(qs[1]);
}

/* ---- how much is asked for ---- */

static size_t largest;

static void *alloc_and_note(void *arg, size_t size)
{
    (void)arg;
    if (size > largest)
        largest = size;
    return malloc(size);
}

static void *resize_it(void *arg, void *old, size_t size)
{
    (void)arg;
    return realloc(old, size);
}

static void free_it(void *arg, void *block)
{
    (void)arg;
    free(block);
}

TEST(queue, a_bounded_one_takes_memory_for_its_size, "queue.36")
{
    struct eventlet_allocator noting = { alloc_and_note, resize_it, free_it,
                                         NULL };
    eventlet_queue *q;

    REQUIRE_CODE(eventlet_set_allocator(&noting), 0);
    q = queue_of(1001);
    for (int i = 1; i <= 1001; i++)
        CHECK_CODE(put_nowait(q, i), 0);
    CHECK(largest >= 1001 * sizeof(void *));
    CHECK(largest < 1001 * sizeof(void *) + 64);
    for (int i = 1; i <= 1001; i++)
        CHECK_INT(get_nowait(q), i);
    eventlet_queue_free(q);
    CHECK_CODE(eventlet_set_allocator(NULL), 0);
}
