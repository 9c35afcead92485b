/* SPDX-License-Identifier: MIT */
/* memory COUNT: bytes resident for each of COUNT parked green threads. */
#include "resident.h"

#include <eventlet.h>

static eventlet_greenthread *never;
static uint64_t parked;

static int sleep_for_ever(void *arg)
{
    (void)arg;
    return eventlet_sleep(1e9);
}

static int park(void *arg)
{
    (void)arg;
    parked++;
    return eventlet_wait(never);
}

int main(int argc, char **argv)
{
    uint64_t count = count_arg(argc, argv, 1, "COUNT");
    check(eventlet_spawn(&never, sleep_for_ever, NULL) == 0, "spawn");
    check(eventlet_sleep(0) == 0, "sleep");
    struct resident before = resident_now();
    for (uint64_t i = 0; i < count; i++)
        check(eventlet_spawn_n(NULL, park, NULL) == 0, "spawn_n");
    check(eventlet_sleep(0) == 0, "sleep");
    check(parked == count, "threads parked");
    resident_print(before, count);
    fflush(stdout);
    _exit(0); /* a million green threads need not be unwound */
}
