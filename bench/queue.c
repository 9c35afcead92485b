/* SPDX-License-Identifier: MIT */
/* queue COUNT: numbers go to another green thread and come back, one at a time,
 * through two queues for two: COUNT puts and as many gets in all. */
#include "common.h"

#include <eventlet.h>

struct pair {
    eventlet_queue *there, *back;
    uint64_t count;
};

static void put(eventlet_queue *q, uint64_t n)
{
    check(eventlet_queue_put(q, (void *)(uintptr_t)n) == 0, "put");
}

static uint64_t get(eventlet_queue *q)
{
    void *item;
    check(eventlet_queue_get(q, &item) == 0, "get");
    return (uintptr_t)item;
}

static int answer(void *arg)
{
    struct pair *p = arg;
    for (uint64_t i = 0; i < p->count; i++)
        put(p->back, get(p->there) + 1);
    return 0;
}

int main(int argc, char **argv)
{
    struct pair p = { .count = count_arg(argc, argv, 1, "COUNT") / 2 };
    eventlet_greenthread *other;
    check(eventlet_queue_new(&p.there, 2) == 0, "new");
    check(eventlet_queue_new(&p.back, 2) == 0, "new");
    check(eventlet_spawn(&other, answer, &p) == 0, "spawn");
    for (uint64_t i = 0; i < p.count; i++) {
        put(p.there, i);
        check(get(p.back) == i + 1, "answer");
    }
    check(eventlet_wait(other) == 0, "wait");
    eventlet_release(other);
    eventlet_queue_free(p.there);
    eventlet_queue_free(p.back);
    return 0;
}
