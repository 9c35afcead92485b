/* SPDX-License-Identifier: MIT */
/* switch COUNT: two green threads yield COUNT times in all. */
#include "common.h"

#include <eventlet.h>

struct yielder {
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
    uint64_t count = count_arg(argc, argv, 1, "COUNT") / 2;
    struct yielder yielders[2] = { { count, 0 }, { count, 0 } };
    eventlet_greenthread *threads[2];
    for (int i = 0; i < 2; i++)
        check(eventlet_spawn(&threads[i], yield_often, &yielders[i]) == 0,
              "spawn");
    for (int i = 0; i < 2; i++) {
        check(eventlet_wait(threads[i]) == 0, "wait");
        eventlet_release(threads[i]);
        check(yielders[i].done == count, "switches counted");
    }
    return 0;
}
