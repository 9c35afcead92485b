/* SPDX-License-Identifier: MIT */
/* Which OS thread an object belongs to: its waiters are green threads of that
 * one's hub, and nobody else may wake them. */
#ifndef EVENTLET_SYNC_HOME_H
#define EVENTLET_SYNC_HOME_H

#include <stdbool.h>

#include "base/mem.h"

/* The calling OS thread, as long as it lives; the same in a forked child,
 * whose hub is the same one begun anew, and after a change of hubs. */
static inline const void *eventlet__home(void)
{
    return &eventlet__live;
}

static inline bool eventlet__at_home(const void *home)
{
    return home == eventlet__home();
}

#endif
