/* SPDX-License-Identifier: MIT */
/* What locks of both kinds are, for the conditions that stand on them. */
#ifndef EVENTLET_SYNC_LOCK_H
#define EVENTLET_SYNC_LOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "eventlet/lock.h"
#include "sync/line.h"

struct eventlet__mutex {
    size_t depth;   /* how often it is held; 0: it is free */
    uint64_t owner; /* the id of who took it; 0: the hub */
    bool reentrant;
    bool closed;    /* its owner has freed it */
    int conditions; /* that stand on it, and may outlive that */
    struct eventlet__line line;
    const void *home;
};

struct eventlet_lock {
    struct eventlet__mutex mutex;
};

struct eventlet_rlock {
    struct eventlet__mutex mutex;
};

/* After any change: wakes who can go on now. It may be gone then. */
void eventlet__mutex_settle(struct eventlet__mutex *m);

/* By the caller; one that is not reentrant: by anybody, as anybody may release
 * it. */
bool eventlet__mutex_held(const struct eventlet__mutex *m);

/* Releases it, however often it is held. Returns that number. */
size_t eventlet__mutex_leave(struct eventlet__mutex *m);

/* Takes it again, as often, and waits for that whatever is thrown meanwhile.
 * `thrown` is what was thrown before that, or 0.
 * Returns   0 or what was thrown: the last kill, or else the first timeout. In
 *           both cases it is held, unless it was freed (EVENTLET_CLOSED, if
 *           nothing was thrown) or can never be had (EVENTLET_DEADLOCK). */
int eventlet__mutex_reenter(struct eventlet__mutex *m, size_t depth,
                            int thrown);

#endif
