/* SPDX-License-Identifier: MIT */
/* The one place that reads the time. */
#ifndef EVENTLET_CORE_CLOCK_H
#define EVENTLET_CORE_CLOCK_H

#include <math.h>
#include <stdint.h>

#define EVENTLET__NEVER_NS INT64_MAX
/* So many seconds or more are without end. */
#define EVENTLET__NEVER_S  9.2e9
#define EVENTLET__NS_PER_S 1000000000

/* CLOCK_MONOTONIC: nobody can set it, and it never steps. */
int64_t eventlet__clock_ns(void);

/* The earliest there is: the distance of two times can still be said. */
#define EVENTLET__EARLIEST_NS (-(EVENTLET__NEVER_NS / 2))

/* Seconds as nanoseconds, rounded up so that nothing is early; what is too long
 * to say is for ever, or as early as can be. NaN must have been refused before.
 */
static inline int64_t eventlet__seconds_to_ns(double seconds)
{
    double ns = seconds * 1e9;
    int64_t whole;

    if (ns >= 9.2e18)
        return EVENTLET__NEVER_NS;
    if (ns <= (double)EVENTLET__EARLIEST_NS)
        return EVENTLET__EARLIEST_NS;
    whole = (int64_t)ns;
    return whole + ((double)whole < ns);
}

/* a + b, for ever if that is too long. */
static inline int64_t eventlet__ns_add(int64_t a, int64_t b)
{
    int64_t sum;

    if (__builtin_add_overflow(a, b, &sum))
        return b > 0 ? EVENTLET__NEVER_NS : -EVENTLET__NEVER_NS;
    return sum;
}

#endif
