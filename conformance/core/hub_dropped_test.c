/* SPDX-License-Identifier: MIT */
/* After a fork: what the child has of those that were dropped there. */
#include "child.h"
#include "core_support.h"

#include <errno.h>

#define CHILD_CHECK(n, cond)                                                   \
    do {                                                                       \
        if (!(cond))                                                           \
            _exit(n);                                                          \
    } while (0)

static int ran;

static int run_it(void *arg)
{
    (void)arg;
    ran++;
    return 0;
}

static int seven = 7;

GREEN_TEST(hub, the_child_may_not_saw_off_the_stack_it_stands_on, "hub.42")
{
    pid_t pid = fork();

    if (pid == 0) {
        CHILD_CHECK(1, eventlet_hubs_use_hub("sim") == -EBUSY);
        CHILD_CHECK(2, eventlet_hubs_drop() == -EBUSY);
        CHILD_CHECK(3, eventlet_sleep(0.001) == 0);
        _exit(0);
    }
    CHECK_INT(child_status(pid), 0);
}

/* What was in line before the fork leaves it without touching the new one. */
static void cancel_in_child(eventlet_timer *timer)
{
    eventlet_greenthread *gt;

    CHILD_CHECK(1, !eventlet_timer_pending(timer));
    CHILD_CHECK(2, eventlet_spawn(&gt, return_it, &seven) == 0);
    eventlet_timer_cancel(timer);
    CHILD_CHECK(3, eventlet_wait(gt) == 7);
    CHILD_CHECK(4, eventlet_timer_schedule(timer) == 0);
    CHILD_CHECK(5, eventlet_sleep(0.001) == 0);
    CHILD_CHECK(6, ran == 1);
    _exit(0);
}

GREEN_TEST(hub, a_timer_can_be_used_in_the_child, "hub.42")
{
    eventlet_timer *timer;
    pid_t pid;

    ran = 0;
    CHECK_OK(eventlet_hub_schedule_call_global(&timer, eventlet_hubs_get_hub(),
                                               0, run_it, NULL));
    pid = fork();
    if (pid == 0)
        cancel_in_child(timer);
    CHECK_INT(child_status(pid), 0);
    clock_advance(0);
    CHECK_INT(ran, 1);
    eventlet_timer_free(timer);
}

static void reap_in_child(eventlet_greenthread *gt)
{
    eventlet_greenthread *mine;

    CHILD_CHECK(1, eventlet_spawn(&mine, return_it, &seven) == 0);
    CHILD_CHECK(4, eventlet_dead(gt));
    CHILD_CHECK(5, eventlet_wait(gt) == EVENTLET_EXIT);
    CHILD_CHECK(6, eventlet_reap(gt) == EVENTLET_EXIT);
    CHILD_CHECK(2, eventlet_wait(mine) == 7);
    CHILD_CHECK(3, ran == 0);
    _exit(0);
}

GREEN_TEST(hub, one_that_was_to_start_can_be_reaped_in_the_child, "hub.42")
{
    eventlet_greenthread *gt = spawn(run_it, NULL), *second;
    pid_t pid;

    ran = 0;
    second = spawn(run_it, NULL);
    pid = fork();
    if (pid == 0)
        reap_in_child(gt);
    CHECK_INT(child_status(pid), 0);
    CHECK_OK(eventlet_wait(gt));
    CHECK_OK(eventlet_wait(second));
    CHECK_INT(ran, 2);
    eventlet_release(second);
    eventlet_release(gt);
}

static int hold_it(void *pool)
{
    return eventlet_greenpool_spawn(pool, NULL, run_it, NULL);
}

/* It stands in a line that the child has inherited. */
GREEN_TEST(hub, whoever_wakes_the_dropped_wakes_nobody, "hub.27 hub.42")
{
    eventlet_greenpool *pool;
    eventlet_greenthread *gt;
    pid_t pid;

    ran = 0;
    REQUIRE_OK(eventlet_greenpool_new(&pool, 0));
    gt = spawn(hold_it, pool);
    clock_advance(0);
    pid = fork();
    if (pid == 0) {
        CHILD_CHECK(1, eventlet_greenpool_resize(pool, 1) == 0);
        CHILD_CHECK(2, eventlet_sleep(0.001) == 0);
        CHILD_CHECK(3, ran == 0);
        CHILD_CHECK(4, eventlet_kill(gt, 0) == 0);
        CHILD_CHECK(5, eventlet_sleep(0.001) == 0);
        CHILD_CHECK(6, ran == 0);
        _exit(0);
    }
    CHECK_INT(child_status(pid), 0);
    CHECK_OK(eventlet_greenpool_resize(pool, 1));
    CHECK_OK(eventlet_wait(gt));
    CHECK_OK(eventlet_greenpool_waitall(pool));
    CHECK_INT(ran, 1);
    eventlet_release(gt);
    eventlet_greenpool_free(pool);
}
