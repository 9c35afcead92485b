/* SPDX-License-Identifier: MIT */
/* Green threads that do the same again and again, for which they need no
 * memory, and nothing from the system, once they have begun. */
#ifndef CONFORMANCE_SYNC_STEADY_H
#define CONFORMANCE_SYNC_STEADY_H

#include <errno.h>
#include <limits.h>

#include "base/sys.h"
#include "check.h"
#include "eventlet.h"

enum { CROWD_AT_MOST = 16, PASSES = 200 };

struct crowd {
    eventlet_greenthread *members[CROWD_AT_MOST];
    int len;
};

/* What the members have done so far; each counts its own. */
static long steps;

/* Adds n that run fn(arg), which ends when it is thrown at. */
__attribute__((unused)) static void crowd_add(struct crowd *crowd, int n,
                                              eventlet_fn *fn, void *arg)
{
    for (; n > 0 && CHECK(crowd->len < CROWD_AT_MOST); n--)
        CHECK_CODE(eventlet_spawn(&crowd->members[crowd->len++], fn, arg), 0);
}

static void let_many_passes_go(void)
{
    for (int i = 0; i < PASSES; i++)
        let_others_run();
}

/* Each fallible call is counted: those for memory, and those to the system. */
__attribute__((unused)) static void check_steady(struct crowd *crowd)
{
    long before;

    let_many_passes_go();
    before = steps;
    eventlet__fault_arm(LONG_MAX, ENOMEM);
    let_many_passes_go();
    CHECK_INT(eventlet__fault_count(), 0);
    eventlet__fault_arm(0, 0);
    CHECK(steps - before >= PASSES / 2);
    while (crowd->len > 0)
        eventlet_reap(crowd->members[--crowd->len]);
}

#endif
