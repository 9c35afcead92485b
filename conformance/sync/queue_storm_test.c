/* SPDX-License-Identifier: MIT */
/* Queues under random use: ten green threads put and get, are killed and run
 * out of time, while the size changes. Each item whose put succeeded is got
 * once, and none else. The seed decides everything, as the clock is virtual. */
#include "sync/queue.h"
#include "check.h"

#include <stdlib.h>
#include <string.h>

enum { ACTORS = 10, STEPS = 300, SEEDS = 20, ITEMS = ACTORS * STEPS };

enum fate { UNUSED, IN_PUT, KEPT, PUT, GOT };

static struct {
    eventlet_queue *q;
    eventlet_greenthread *actors[ACTORS];
    unsigned char fate[ITEMS]; /* of each item */
    int next;                  /* item */
    int put, got, thrown;
    unsigned seed;
} w; /* the world */

static int some(int n)
{
    return rand_r(&w.seed) % n;
}

/* An item may come out before its putter runs and tells that it is in. */
static void take(void *item)
{
    intptr_t n = (intptr_t)item;

    if (!CHECK(n >= 0 && n < w.next))
        return;
    CHECK(w.fate[n] == IN_PUT || w.fate[n] == PUT);
    w.got++;
    w.fate[n] = GOT;
}

static int put_one(void)
{
    int n = w.next++, rc;

    w.fate[n] = IN_PUT;
    switch (some(3)) {
    case 0:
        rc = put(w.q, n);
        break;
    case 1:
        rc = put_within(w.q, n, some(3) * 0.001);
        break;
    default:
        rc = put_nowait(w.q, n);
        break;
    }
    w.put += rc == 0;
    if (rc < 0) {
        CHECK_INT(w.fate[n], IN_PUT); /* nobody has it */
        w.fate[n] = KEPT;
    } else if (w.fate[n] == IN_PUT) {
        w.fate[n] = PUT;
    }
    return rc;
}

static int get_one(void)
{
    void *item = NULL;
    int rc;

    switch (some(3)) {
    case 0:
        rc = eventlet_queue_get(w.q, &item);
        break;
    case 1:
        rc = eventlet_queue_get_timeout(w.q, &item, some(3) * 0.001);
        break;
    default:
        rc = eventlet_queue_get_nowait(w.q, &item);
        break;
    }
    if (rc == 0)
        take(item);
    return rc;
}

static int do_something(void)
{
    static const int sizes[] = { 0, 0, 1, 2, 5, EVENTLET_UNLIMITED };

    switch (some(9)) {
    case 0:
        eventlet_queue_resize(w.q, sizes[some(6)]);
        return 0;
    case 1:
    case 2:
        return eventlet_kill(w.actors[some(ACTORS)], EVENTLET_USER(1));
    case 3:
    case 4:
    case 5:
        return get_one();
    default:
        return put_one();
    }
}

static void check_world(void)
{
    CHECK(eventlet_queue_putting(w.q) >= 0);
    CHECK(eventlet_queue_getting(w.q) >= 0);
    CHECK(eventlet_queue_putting(w.q) + eventlet_queue_getting(w.q) < ACTORS);
    CHECK_INT(eventlet_queue_unfinished_tasks(w.q),
              (intmax_t)eventlet_queue_qsize(w.q) + w.got);
}

static int act(void *arg)
{
    (void)arg;
    (void)eventlet_sleep(0); /* nobody is killed before all have started */
    for (int i = 0; i < STEPS; i++) {
        struct eventlet_timeout t;
        bool timed = some(3) > 0;

        if (timed)
            CHECK_CODE(eventlet_timeout_start(&t, some(4) * 0.001), 0);
        w.thrown += do_something() < 0;
        if (timed)
            eventlet_timeout_cancel(&t);
        check_world();
        if (some(2))
            (void)eventlet_sleep(some(2) * 0.001);
    }
    return 0;
}

/* Whoever still waits goes on when all is let in and taken out. */
static void end_actors(void)
{
    for (int i = 0; i < ACTORS; i++) {
        while (!eventlet_dead(w.actors[i])) {
            void *item;

            eventlet_queue_resize(w.q, EVENTLET_UNLIMITED);
            while (eventlet_queue_getting(w.q) == 0 &&
                   eventlet_queue_get_nowait(w.q, &item) == 0)
                take(item);
            clock_advance(0.001);
            if (eventlet_queue_getting(w.q))
                (void)eventlet_kill(w.actors[some(ACTORS)], EVENTLET_USER(1));
        }
        eventlet_release(w.actors[i]);
    }
}

static void drain(void)
{
    void *item;

    while (eventlet_queue_get_nowait(w.q, &item) == 0)
        take(item);
    check_lines(w.q, 0, 0);
    CHECK_INT(w.put, w.got);
    for (int i = 0; i < w.next; i++)
        CHECK(w.fate[i] == GOT || w.fate[i] == KEPT);
}

static void run_world(unsigned seed, eventlet_queue *q)
{
    memset(&w, 0, sizeof w);
    w.seed = seed;
    w.q = q;
    for (int i = 0; i < ACTORS; i++)
        CHECK_CODE(eventlet_spawn(&w.actors[i], act, NULL), 0);
    end_actors();
    drain();
    CHECK(w.thrown > 100);
    CHECK(w.got > 100);
    eventlet_queue_free(w.q);
}

static int compare(const void *a, const void *b, void *arg)
{
    (void)arg;
    return (int)((intptr_t)a % 7) - (int)((intptr_t)b % 7);
}

GREEN_TEST(queue, nothing_is_lost_or_doubled, "queue.37 queue.18 queue.21")
{
    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        eventlet_queue *q = NULL;

        run_world(seed, queue_of((int)seed % 3));
        CHECK_CODE(eventlet_lifoqueue_new(&q, (int)seed % 3), 0);
        run_world(seed, q);
        CHECK_CODE(eventlet_priorityqueue_new(&q, 1, compare, NULL), 0);
        run_world(seed, q);
    }
}

/* ---- nobody sleeps who could go on ---- */

/* When all is quiet: no getter beside an item, no putter beside room, no pair.
 */
static void check_nobody_oversleeps(void)
{
    bool getting = eventlet_queue_getting(w.q) > 0;
    bool putting = eventlet_queue_putting(w.q) > 0;

    CHECK(!getting || eventlet_queue_empty(w.q));
    CHECK(!putting || eventlet_queue_full(w.q));
    CHECK(!getting || !putting);
}

static int use_for_ever(void *arg)
{
    (void)arg;
    for (;;) {
        int rc = some(2) ? get(w.q) : put(w.q, 1);

        if (rc < 0)
            return rc;
        rc = eventlet_sleep(1 + some(2)); /* all is quiet in between */
        if (rc < 0)
            return rc;
    }
}

static void disturb(void)
{
    int i = some(ACTORS);

    if (some(4) == 0)
        eventlet_queue_resize(w.q, some(4) - 1);
    CHECK_CODE(eventlet_kill(w.actors[i], EVENTLET_EXIT), 0);
    eventlet_release(w.actors[i]);
    CHECK_CODE(eventlet_spawn(&w.actors[i], use_for_ever, NULL), 0);
}

GREEN_TEST(queue, nobody_sleeps_who_could_go_on,
           "queue.5 queue.10 queue.16 "
           "queue.17 queue.25")
{
    memset(&w, 0, sizeof w);
    w.seed = 1;
    w.q = queue_of(1);
    for (int i = 0; i < ACTORS; i++)
        CHECK_CODE(eventlet_spawn(&w.actors[i], use_for_ever, NULL), 0);
    clock_advance(0.1);
    for (int i = 0; i < 5000; i++) {
        disturb();
        if (some(3))
            continue;
        clock_advance(0.25);
        check_nobody_oversleeps();
        clock_advance(0.75);
    }
    for (int i = 0; i < ACTORS; i++)
        eventlet_reap(w.actors[i]);
    eventlet_queue_free(w.q);
}
