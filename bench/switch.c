/* SPDX-License-Identifier: MIT */
/* switch [THREADS] COUNT: green threads, two if it is not said how many, yield
 * COUNT times in all. */
#include "common.h"

#include <eventlet.h>

struct yielder {
    eventlet_greenthread *thread;
    uint64_t count, done;
};

static int yield_often(void *arg)
{
    struct yielder *y = arg;
    for (uint64_t i = 0; i < y->count; i++) {
        int rc = eventlet_sleep(0);
        if (rc < 0)
            return rc;
        y->done++;
    }
    return 0;
}

int main(int argc, char **argv)
{
    uint64_t n = argc > 2 ? count_arg(argc, argv, 1, "[THREADS] COUNT") : 2;
    uint64_t count = count_arg(argc, argv, argc > 2 ? 2 : 1, "COUNT") / n;
    struct yielder *yielders = calloc(n, sizeof *yielders);
    check(yielders, "memory");
    for (uint64_t i = 0; i < n; i++) {
        yielders[i].count = count;
        check(eventlet_spawn(&yielders[i].thread, yield_often, &yielders[i]) ==
                  0,
              "spawn");
    }
    for (uint64_t i = 0; i < n; i++) {
        check(eventlet_wait(yielders[i].thread) == 0, "wait");
        eventlet_release(yielders[i].thread);
        check(yielders[i].done == count, "switches counted");
    }
    free(yielders);
    return 0;
}
