/* SPDX-License-Identifier: MIT */
/* semaphore handover|free COUNT: in `handover` two green threads each take
 * what the other gives, COUNT units in all, and wait for each; in `free` one
 * takes and gives back where nobody waits, COUNT times. */
#include "common.h"

#include <eventlet.h>

struct pair {
    eventlet_semaphore *there, *back;
    uint64_t count, turns;
};

static eventlet_semaphore *semaphore_of(int units)
{
    eventlet_semaphore *s;
    check(eventlet_semaphore_new(&s, units) == 0, "new");
    return s;
}

static void take(eventlet_semaphore *s)
{
    check(eventlet_semaphore_acquire(s) == 0, "acquire");
}

static void give(eventlet_semaphore *s)
{
    check(eventlet_semaphore_release(s) == 0, "release");
}

static int answer(void *arg)
{
    struct pair *p = arg;
    for (uint64_t i = 0; i < p->count; i++) {
        take(p->there);
        check(p->turns++ == 2 * i + 1, "turns there");
        give(p->back);
    }
    return 0;
}

static void handover(uint64_t count)
{
    struct pair p = { semaphore_of(0), semaphore_of(0), count / 2, 0 };
    eventlet_greenthread *other;
    check(eventlet_spawn(&other, answer, &p) == 0, "spawn");
    for (uint64_t i = 0; i < p.count; i++) {
        p.turns++;
        give(p.there);
        take(p.back);
        check(p.turns == 2 * i + 2, "turns back");
    }
    check(eventlet_wait(other) == 0, "wait");
    eventlet_release(other);
    eventlet_semaphore_free(p.there);
    eventlet_semaphore_free(p.back);
}

static void take_and_give(uint64_t count)
{
    eventlet_semaphore *s = semaphore_of(1);
    for (uint64_t i = 0; i < count; i++) {
        take(s);
        give(s);
    }
    check(eventlet_semaphore_counter(s) == 1, "units left");
    eventlet_semaphore_free(s);
}

int main(int argc, char **argv)
{
    uint64_t count = count_arg(argc, argv, 2, "handover|free COUNT");
    if (strcmp(argv[1], "handover") == 0)
        handover(count);
    else if (strcmp(argv[1], "free") == 0)
        take_and_give(count);
    else
        die("%s: no such mode", argv[1]);
    return 0;
}
