/* SPDX-License-Identifier: MIT */
/* Faults on demand, and another system than the kernel, in test builds. */
#include "base/sys.h"

#include <errno.h>

#ifdef EVENTLET_TESTING

/* One per OS thread: what a resolver's or a test driver's threads do must not
 * move the count of the thread under test. */
static _Thread_local struct {
    long count;
    long nth;
    int error;
    const char *site;
} fault;

_Thread_local const struct eventlet__system *eventlet__system;

bool eventlet__fault_hit(const char *site)
{
    if (++fault.count != fault.nth)
        return false;
    fault.site = site;
    errno = fault.error;
    return true;
}

void eventlet__fault_arm(long nth, int error)
{
    fault.count = 0;
    fault.nth = nth;
    fault.error = error;
    fault.site = NULL;
}

long eventlet__fault_count(void)
{
    return fault.count;
}

const char *eventlet__fault_site(void)
{
    return fault.site;
}

#else

/* A release build has nothing here; C wants one declaration in each file. */
typedef int eventlet__no_faults;

#endif
