/* SPDX-License-Identifier: MIT */
/* event COUNT: 10,000 green threads wait for one event, get its value, and wait
 * again; it is sent until COUNT of them have been woken in all. */
#include "common.h"

#include <eventlet.h>

enum { WAITERS = 10000 };

struct fan {
    eventlet_event *event;
    uint64_t rounds, woken;
};

static int wait_each_round(void *arg)
{
    struct fan *f = arg;
    for (uint64_t i = 1; i <= f->rounds; i++) {
        void *value;
        check(eventlet_event_wait(f->event, &value) == 0, "wait");
        check((uintptr_t)value == i, "value");
        f->woken++;
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct fan f = { .rounds = count_arg(argc, argv, 1, "COUNT") / WAITERS };
    check(eventlet_event_new(&f.event) == 0, "new");
    for (int i = 0; i < WAITERS; i++)
        check(eventlet_spawn_n(NULL, wait_each_round, &f) == 0, "spawn_n");
    check(eventlet_sleep(0) == 0, "sleep");
    for (uint64_t i = 1; i <= f.rounds; i++) {
        check(eventlet_event_send(f.event, (void *)(uintptr_t)i) == 0, "send");
        check(eventlet_event_reset(f.event) == 0, "reset");
        check(eventlet_sleep(0) == 0, "sleep");
        check(f.woken == i * WAITERS, "threads woken");
    }
    eventlet_event_free(f.event);
    return 0;
}
