/* SPDX-License-Identifier: MIT */
/* spawn finish|wait COUNT: starts COUNT green threads; `finish` in batches
 * that run to their ends, `wait` waits for each before the next. */
#include "common.h"

#include <eventlet.h>

enum { BATCH = 64 };

static uint64_t finished;

static int work(void *arg)
{
    (void)arg;
    finished++;
    return 0;
}

static void finish(uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        check(eventlet_spawn_n(NULL, work, NULL) == 0, "spawn_n");
        if (i % BATCH == BATCH - 1 || i + 1 == count)
            check(eventlet_sleep(0) == 0, "sleep");
    }
}

static void wait_each(uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        eventlet_greenthread *gt;
        check(eventlet_spawn(&gt, work, NULL) == 0, "spawn");
        check(eventlet_wait(gt) == 0, "wait");
        eventlet_release(gt);
    }
}

int main(int argc, char **argv)
{
    uint64_t count = count_arg(argc, argv, 2, "finish|wait COUNT");
    if (strcmp(argv[1], "finish") == 0)
        finish(count);
    else if (strcmp(argv[1], "wait") == 0)
        wait_each(count);
    else
        die("%s: no such mode", argv[1]);
    check(finished == count, "threads finished");
    return 0;
}
