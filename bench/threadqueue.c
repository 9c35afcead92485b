/* SPDX-License-Identifier: MIT */
/* threadqueue there|back COUNT: an OS thread without a hub and a green thread.
 * In `there` the former puts COUNT numbers and the latter gets them; in `back`
 * each comes back before the next goes there: COUNT puts and as many gets. */
#include "common.h"

#include <eventlet.h>
#include <pthread.h>

enum { ROOM = 512 };

static eventlet_threadqueue *there, *back;
static uint64_t count;

static void put(eventlet_threadqueue *q, uint64_t n)
{
    check(eventlet_threadqueue_put(q, (void *)(uintptr_t)n) == 0, "put");
}

static uint64_t get(eventlet_threadqueue *q)
{
    void *item;
    check(eventlet_threadqueue_get(q, &item) == 0, "get");
    return (uintptr_t)item;
}

static void *put_all(void *arg)
{
    for (uint64_t i = 0; i < count; i++)
        put(there, i);
    return arg;
}

static void *answer(void *arg)
{
    for (uint64_t i = 0; i < count / 2; i++)
        put(back, get(there) + 1);
    return arg;
}

static int get_all(void *arg)
{
    (void)arg;
    for (uint64_t i = 0; i < count; i++)
        check(get(there) == i, "number");
    return 0;
}

static int ask(void *arg)
{
    (void)arg;
    for (uint64_t i = 0; i < count / 2; i++) {
        put(there, i);
        check(get(back) == i + 1, "answer");
    }
    return 0;
}

static void run(void *(*other)(void *), int (*fn)(void *))
{
    pthread_t thread;
    eventlet_greenthread *gt;
    check(eventlet_spawn(&gt, fn, NULL) == 0, "spawn");
    check(pthread_create(&thread, NULL, other, NULL) == 0, "pthread_create");
    check(eventlet_wait(gt) == 0, "wait");
    eventlet_release(gt);
    check(pthread_join(thread, NULL) == 0, "pthread_join");
}

int main(int argc, char **argv)
{
    count = count_arg(argc, argv, 2, "there|back COUNT");
    check(eventlet_threadqueue_new(&there, ROOM) == 0, "new");
    check(eventlet_threadqueue_new(&back, ROOM) == 0, "new");
    if (strcmp(argv[1], "there") == 0)
        run(put_all, get_all);
    else if (strcmp(argv[1], "back") == 0)
        run(answer, ask);
    else
        die("%s: no such mode", argv[1]);
    eventlet_threadqueue_free(there);
    eventlet_threadqueue_free(back);
    return 0;
}
