/* SPDX-License-Identifier: MIT */
/* Green threads that start only while their spawner lives: how they end. */
#include "core_support.h"

struct family {
    double delay, stay;       /* the child's, the spawner's */
    double child_sleeps;      /* < 0: not at all */
    eventlet_greenthread *gt; /* the child */
    int woke;                 /* what the child's sleep gave; 1: still in it */
};

static int child(void *arg)
{
    struct family *f = arg;

    f->woke = f->child_sleeps < 0 ? 0 : eventlet_sleep(f->child_sleeps);
    return 7;
}

static int spawner(void *arg)
{
    struct family *f = arg;
    int rc = eventlet_spawn_after_local(&f->gt, f->delay, child, f);

    return rc < 0 ? rc : eventlet_sleep(f->stay);
}

GREEN_TEST(greenthread, one_that_started_at_once_outlives_its_spawner,
           "greenthread.6")
{
    struct family f = { .stay = 0.1, .child_sleeps = 1, .woke = 1 };
    eventlet_greenthread *gt = spawn(spawner, &f);

    CHECK_OK(eventlet_wait(gt));
    CHECK(eventlet_started(f.gt));
    CHECK_INT(eventlet_wait(f.gt), 7);
    CHECK_INT(f.woke, 0);
    eventlet_release(f.gt);
    eventlet_release(gt);
}

/* Others may stand on its stack when the spawner ends. */
GREEN_TEST(greenthread, one_that_started_at_once_may_end_first, "greenthread.6")
{
    struct family f = { .stay = 0.1, .child_sleeps = -1, .woke = 1 };
    eventlet_greenthread *gt = spawn(spawner, &f), *next;
    double second = 1;

    clock_advance(0);
    clock_advance(0);
    CHECK_INT(eventlet_wait(f.gt), 7);
    eventlet_release(f.gt);
    next = spawn(sleep_it, &second);
    CHECK_OK(eventlet_wait(gt));
    CHECK_OK(eventlet_wait(next));
    eventlet_release(next);
    eventlet_release(gt);
}

static void never(eventlet_greenthread *gt, void *arg)
{
    (void)gt;
    ++*(int *)arg;
}

GREEN_TEST(greenthread, links_of_one_that_never_starts_go_with_it,
           "greenthread.6")
{
    struct family f = { .delay = 1, .stay = 0.1, .woke = 1 };
    eventlet_greenthread *gt = spawn(spawner, &f);
    int called = 0;

    clock_advance(0);
    CHECK_OK(eventlet_link(f.gt, never, &called));
    CHECK_OK(eventlet_wait(gt));
    eventlet_release(gt);
    eventlet_release(f.gt);
    clock_advance(1);
    CHECK_INT(called, 0);
}
