/* SPDX-License-Identifier: MIT */
/* Waiting, for our own files: everything that waits goes through here.
 *
 * A wait ends in exactly one way: woken, or thrown at. A kill wins even when
 * the wake-up came first; a timeout does not, it waits for the next park. A
 * waker therefore only wakes: the woken thread looks again and takes what it
 * came for. Thrown at, it takes nothing and wakes the next in line. */
#ifndef EVENTLET_CORE_PARK_H
#define EVENTLET_CORE_PARK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/list.h"
#include "eventlet/greenthread.h"

struct eventlet__stay;

/* Those who wait for one thing, longest first. Zeroed is not enough: init. */
struct eventlet__waitq {
    struct eventlet__list waiters;
};

static inline void eventlet__waitq_init(struct eventlet__waitq *q)
{
    eventlet__list_init(&q->waiters);
}

static inline bool eventlet__waitq_empty(const struct eventlet__waitq *q)
{
    return eventlet__list_empty(&q->waiters);
}

/* Who keeps something for a green thread while it is inside a call: a place in
 * a line, a count. */
struct eventlet__keeper {
    void (*vanished)(struct eventlet__keeper *keeper,
                     struct eventlet__stay *stay);
};

/* That call, on the stack it stands on; see eventlet__stay in greenthread.h. */
struct eventlet__stay {
    struct eventlet__stay *outer;
    struct eventlet__keeper *keeper;
};

/* Parks the calling green thread until somebody wakes it (by
 * eventlet__wake). Returns 0, what was thrown, or EVENTLET_IN_HUB. */
int eventlet__park(void);

/* The same for one that need not be woken: it runs on the next pass. Unlike a
 * sleep(0) it counts as woken already, so that no timeout comes first. */
int eventlet__park_woken(void);

/* Parks at the end of the line. Returns as eventlet__park; the caller has left
 * the line in every case. */
int eventlet__wait_on(struct eventlet__waitq *q);

/* Lets a parked thread run on the next pass, behind those already ready; what
 * is not parked stays as it is. Never switches; fine in the hub. */
void eventlet__wake(eventlet_greenthread *gt);

/* The same, but it runs as soon as the caller gives way, in front of all who
 * are ready. Never switches. */
void eventlet__wake_at_once(eventlet_greenthread *gt);

/* Wakes the one that waits longest; whether there was one. */
bool eventlet__wake_one(struct eventlet__waitq *q);
void eventlet__wake_all(struct eventlet__waitq *q);

/* Ends gt's wait with `code` (negative), on the next pass. Never switches; does
 * nothing to the dead; one that has not started will never. For hub context
 * and for throwing without waiting (eventlet_kill switches at once). */
void eventlet__throw(eventlet_greenthread *gt, int code);

/* The same, but what was thrown before and has not been delivered stays: a
 * close, say, must not undo a kill. */
void eventlet__end_wait(eventlet_greenthread *gt, int code);

#endif
