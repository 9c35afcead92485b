/* SPDX-License-Identifier: MIT */
/* The clock. */
#include "core/clock.h"

#include <time.h>

int64_t eventlet__clock_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * EVENTLET__NS_PER_S + now.tv_nsec;
}
