/* SPDX-License-Identifier: MIT */
/* greenpool COUNT: runs COUNT short functions in a pool for 100 green threads,
 * waiting for a place for each, and at the end for all. */
#include "common.h"

#include <eventlet.h>

enum { PLACES = 100 };

static eventlet_greenpool *pool;
static uint64_t finished;

static int work(void *arg)
{
    (void)arg;
    check(eventlet_greenpool_running(pool) <= PLACES, "how many run");
    finished++;
    return 0;
}

int main(int argc, char **argv)
{
    uint64_t count = count_arg(argc, argv, 1, "COUNT");
    check(eventlet_greenpool_new(&pool, PLACES) == 0, "new");
    for (uint64_t i = 0; i < count; i++)
        check(eventlet_greenpool_spawn_n(pool, work, NULL) == 0, "spawn_n");
    check(eventlet_greenpool_waitall(pool) == 0, "waitall");
    check(finished == count, "threads finished");
    eventlet_greenpool_free(pool);
    return 0;
}
