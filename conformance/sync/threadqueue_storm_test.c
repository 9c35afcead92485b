/* SPDX-License-Identifier: MIT */
/* Many OS threads, with and without hubs, on one queue: each item whose put
 * succeeded is got once, none else, and each producer's in order. */
#include "sync/threadqueue.h"
#include "check.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { PRODUCERS = 4, CONSUMERS = 4, EACH = 600, GREEN = 3 };

/* An item: who put it, and its number there, from 1. */
static int item_of(int producer, int n)
{
    return producer * (EACH + 1) + n;
}

static struct {
    eventlet_threadqueue *q;
    atomic_uchar got[PRODUCERS * (EACH + 1)]; /* how often */
    atomic_int puts, gets, disorders, thrown;
} storm;

static void take(int item, int *last)
{
    int producer = item / (EACH + 1), n = item % (EACH + 1);

    storm.gets++;
    if (n <= last[producer])
        storm.disorders++;
    last[producer] = n;
    storm.got[item]++;
}

/* ---- those who put and get without ado ---- */

static int produce(void *arg)
{
    int producer = (int)(intptr_t)arg;

    for (int n = 1; n <= EACH; n++) {
        CHECK_CODE(put(storm.q, item_of(producer, n)), 0);
        storm.puts++;
    }
    return 0;
}

/* Until the queue is closed. */
static int consume(void *arg)
{
    int last[PRODUCERS] = { 0 };
    int rc;

    (void)arg;
    while ((rc = get(storm.q)) > 0)
        take(rc, last);
    CHECK_CODE(rc, EVENTLET_CLOSED);
    return 0;
}

struct worker {
    const char *kind; /* of hub; NULL: none */
    eventlet_fn *fn;
    void *arg;
    int green; /* so many green threads do it at the same time */
    pthread_t thread;
};

static void *work(void *worker)
{
    const struct worker *w = worker;
    eventlet_greenthread *gt[GREEN];

    if (!w->kind) {
        (void)w->fn(w->arg);
        CHECK_STR(eventlet_hubs_current_name(), NULL);
        return NULL;
    }
    CHECK_OK(eventlet_hubs_use_hub(w->kind));
    for (int i = 0; i < w->green; i++)
        CHECK_OK(eventlet_spawn(&gt[i], w->fn, w->arg));
    for (int i = 0; i < w->green; i++) {
        CHECK_OK(eventlet_wait(gt[i]));
        eventlet_release(gt[i]);
    }
    return NULL;
}

static void start(struct worker *w, const char *kind, eventlet_fn *fn, int arg,
                  int green)
{
    *w = (struct worker){ kind, fn, (void *)(intptr_t)arg, green, 0 };
    CHECK_INT(pthread_create(&w->thread, NULL, work, w), 0);
}

static void end(struct worker *workers, int n)
{
    for (int i = 0; i < n; i++)
        pthread_join(workers[i].thread, NULL);
}

static void begin_storm(int maxsize)
{
    memset(&storm, 0, sizeof storm);
    storm.q = queue_of(maxsize);
}

static void check_storm(void)
{
    int once = 0;

    for (int i = 0; i < PRODUCERS * (EACH + 1); i++) {
        CHECK(storm.got[i] <= 1);
        once += storm.got[i];
    }
    CHECK_INT(storm.gets, storm.puts);
    CHECK_INT(once, storm.puts);
    CHECK_INT(storm.disorders, 0);
    CHECK_INT(waiting(storm.q), 0);
    eventlet_threadqueue_free(storm.q);
}

/* Half of those on each side have a hub, of whatever kind. */
static void run_storm(int maxsize)
{
    static const char *const kinds[] = { NULL,  "epolls",  "poll",   NULL,
                                         "sim", "pyevent", "selects" };
    struct worker producers[PRODUCERS], consumers[CONSUMERS];

    begin_storm(maxsize);
    for (int i = 0; i < CONSUMERS; i++)
        start(&consumers[i], kinds[i], consume, 0, GREEN);
    for (int i = 0; i < PRODUCERS; i++)
        start(&producers[i], kinds[i + 3], produce, i, 1);
    end(producers, PRODUCERS);
    eventlet_threadqueue_close(storm.q);
    end(consumers, CONSUMERS);
    CHECK_INT(storm.puts, PRODUCERS * EACH);
    check_storm();
}

TEST(threadqueue, nothing_is_lost_or_doubled_between_os_threads,
     "threadqueue.19 threadqueue.6")
{
    run_storm(1);
    run_storm(3);
    run_storm(EVENTLET_UNLIMITED);
}

/* ---- there and back ---- */

static eventlet_threadqueue *back;

static int echo(void *arg)
{
    int rc;

    (void)arg;
    while ((rc = get(storm.q)) > 0)
        CHECK_CODE(put(back, rc), 0);
    return 0;
}

GREEN_TEST_HUBS(threadqueue, items_go_there_and_back, "threadqueue.19")
{
    static const char *const kinds[] = { NULL, "epolls" };

    for (int k = 0; k < 2; k++) {
        struct worker w;

        begin_storm(1);
        back = queue_of(1);
        start(&w, kinds[k], echo, 0, 1);
        for (int i = 1; i <= 200; i++) {
            CHECK_CODE(put(storm.q, i), 0);
            CHECK_INT(get(back), i);
        }
        eventlet_threadqueue_close(storm.q);
        pthread_join(w.thread, NULL);
        eventlet_threadqueue_free(storm.q);
        eventlet_threadqueue_free(back);
    }
}

/* ---- those who are thrown at, and run out of time ---- */

enum { STEPS = 300 };

static _Thread_local unsigned seed;

static int some(int n)
{
    return rand_r(&seed) % n;
}

static int put_somehow(int item)
{
    switch (some(3)) {
    case 0:
        return put_within(storm.q, item, some(3) * 1e-4);
    case 1:
        return put_nowait(storm.q, item);
    default:
        return put(storm.q, item);
    }
}

static int get_somehow(void)
{
    switch (some(3)) {
    case 0:
        return get_within(storm.q, some(3) * 1e-4);
    case 1:
        return get_nowait(storm.q);
    default:
        return get(storm.q);
    }
}

/* Puts as that producer; gets if it is -1. */
static int act(void *arg)
{
    int producer = (int)(intptr_t)arg;
    int last[PRODUCERS] = { 0 };
    int rc = 0;

    for (int n = 1; n <= STEPS && rc != EVENTLET_CLOSED; n++) {
        rc = producer < 0 ? get_somehow() : put_somehow(item_of(producer, n));
        storm.thrown += rc < 0;
        if (rc < 0)
            continue;
        if (producer < 0)
            take(rc, last);
        else
            storm.puts++;
    }
    return 0;
}

/* Green threads that act, and one that throws at them until they have ended. */
static void *act_in_hub(void *producer)
{
    eventlet_greenthread *gt[GREEN];
    int alive = GREEN;

    seed = 1 + (unsigned)(intptr_t)producer;
    CHECK_OK(eventlet_hubs_use_hub("epolls"));
    for (int i = 0; i < GREEN; i++)
        CHECK_OK(eventlet_spawn(&gt[i], act, i ? (void *)-1 : producer));
    CHECK_OK(eventlet_sleep(0)); /* all have started */
    while (alive > 0) {
        if (some(4) == 0)
            CHECK_OK(eventlet_kill(gt[some(GREEN)], EVENTLET_USER(1)));
        CHECK_OK(eventlet_sleep(some(2) * 1e-5));
        alive = 0;
        for (int i = 0; i < GREEN; i++)
            alive += !eventlet_dead(gt[i]);
    }
    for (int i = 0; i < GREEN; i++)
        eventlet_release(gt[i]);
    return NULL;
}

static void *act_without_hub(void *arg)
{
    seed = 99;
    (void)act((void *)-1);
    return arg;
}

/* Takes what is left, until it is closed and empty. */
static void *drain(void *arg)
{
    (void)consume(arg);
    return NULL;
}

TEST(threadqueue, nothing_is_lost_whoever_is_thrown_at, "threadqueue.19")
{
    pthread_t hubs[PRODUCERS], plain, drainer;

    begin_storm(2);
    for (intptr_t i = 0; i < PRODUCERS; i++)
        REQUIRE_INT(pthread_create(&hubs[i], NULL, act_in_hub, (void *)i), 0);
    REQUIRE_INT(pthread_create(&plain, NULL, act_without_hub, NULL), 0);
    REQUIRE_INT(pthread_create(&drainer, NULL, drain, NULL), 0);
    for (int i = 0; i < PRODUCERS; i++)
        pthread_join(hubs[i], NULL);
    eventlet_threadqueue_close(storm.q);
    pthread_join(plain, NULL);
    pthread_join(drainer, NULL);
    CHECK(storm.thrown > 0);
    CHECK(storm.gets > 0);
    check_storm();
}
