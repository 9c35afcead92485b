/* SPDX-License-Identifier: MIT */
/* Those who wait in queues vanish. */
#include "sync/vanish.h"

static eventlet_queue *queue;

static int get_one(void *arg)
{
    void *item;

    (void)arg;
    return eventlet_queue_get(queue, &item) < 0 ? EVENTLET_EXIT : 0;
}

static int put_one(void *item)
{
    return eventlet_queue_put(queue, item) < 0 ? EVENTLET_EXIT : 0;
}

static int join(void *arg)
{
    (void)arg;
    return eventlet_queue_join(queue) < 0 ? EVENTLET_EXIT : 0;
}

static long got(void)
{
    void *item = NULL;
    int rc = eventlet_queue_get_nowait(queue, &item);

    return rc < 0 ? rc : (intptr_t)item;
}

static bool queue_is_gone(void)
{
    eventlet_queue_free(queue);
    settle();
    return alive().queues == 0;
}

static void end_queue(void)
{
    eventlet_queue_free(queue);
}

static void begin_getters(void)
{
    CHECK_CODE(eventlet_queue_new(&queue, 2), 0);
    for (int i = 0; i < 3; i++)
        start(get_one, NULL);
    settle();
    CHECK_CODE(eventlet_queue_put(queue, number(1)), 0); /* wakes the first */
}

static bool items_stay(void)
{
    MUST(eventlet_queue_getting(queue) == 0);
    MUST(eventlet_queue_put(queue, number(2)) == 0);
    settle();
    MUST(eventlet_queue_qsize(queue) == 2);
    MUST(eventlet_queue_put_timeout(queue, NULL, 1) == EVENTLET_FULL);
    MUST(got() == 1);
    MUST(got() == 2);
    return queue_is_gone();
}

VANISH_TEST(queue, getters_that_vanish_get_nothing, "queue.39", begin_getters,
            items_stay, end_queue)

static void begin_putters(void)
{
    CHECK_CODE(eventlet_queue_new(&queue, 1), 0);
    for (int i = 1; i <= 3; i++)
        start(put_one, number(i));
    settle();
    start(join, NULL);
    settle();
}

static bool only_the_first_is_there(void)
{
    MUST(eventlet_queue_putting(queue) == 0);
    MUST(got() == 1);
    settle();
    MUST(got() == EVENTLET_EMPTY);
    MUST(eventlet_queue_unfinished_tasks(queue) == 1);
    MUST(eventlet_queue_task_done(queue) == 0);
    return queue_is_gone();
}

VANISH_TEST(queue, putters_that_vanish_put_nothing, "queue.39", begin_putters,
            only_the_first_is_there, end_queue)

static void begin_channel(void)
{
    CHECK_CODE(eventlet_queue_new(&queue, 0), 0);
    start(put_one, number(1));
    start(put_one, number(2));
    settle();
    CHECK_INT(got(), 1); /* its putter has not run */
}

static bool channel_is_empty(void)
{
    void *item;

    MUST(got() == EVENTLET_EMPTY);
    MUST(eventlet_queue_get_timeout(queue, &item, 1) == EVENTLET_EMPTY);
    MUST(eventlet_queue_put_timeout(queue, NULL, 1) == EVENTLET_FULL);
    return queue_is_gone();
}

VANISH_TEST(queue, putters_of_a_channel_may_vanish, "queue.39", begin_channel,
            channel_is_empty, end_queue)

static void end_nothing(void)
{
}

static void begin_freed_queue(void)
{
    begin_getters();
    start(join, NULL);
    settle();
    eventlet_queue_free(queue);
}

static bool freed_queue_is_gone(void)
{
    return alive().queues == 0;
}

VANISH_TEST(queue, memory_goes_with_the_last_that_vanishes, "queue.39",
            begin_freed_queue, freed_queue_is_gone, end_nothing)
