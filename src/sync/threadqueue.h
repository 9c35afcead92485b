/* SPDX-License-Identifier: MIT */
/* What a queue between OS threads is, and how one waits in it.
 *
 * One mutex guards it. It is held for a few instructions (and for the memory of
 * a store that grows), never over a switch or a call that waits.
 *
 * Who waits stands in a line with a place on its own stack. Nobody is handed
 * anything: who is woken leaves the line, looks, and takes. But what it was
 * woken for is kept for it: of the items stored as many as getters have been
 * woken are not for others, nor is as much room as putters have been. So nobody
 * is woken in vain, which is dear between OS threads, nobody has to go back in
 * line, and nobody gets in front.
 *
 * What leave keeps after every change: as many getters have been woken as there
 * are items, and as many putters as there is room. One that goes with nothing,
 * because something was thrown at it, need not know for what it had been woken:
 * the next is.
 *
 * Waking another OS thread takes a system call, made without the mutex. A queue
 * counts who is inside a call without holding the mutex, and outlives
 * eventlet_threadqueue_free until the last of them has left. */
#ifndef EVENTLET_SYNC_THREADQUEUE_H
#define EVENTLET_SYNC_THREADQUEUE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/list.h"
#include "core/hub_wake.h"
#include "eventlet/threadqueue.h"
#include "sync/queue_store.h"

struct eventlet__threadqueue_line {
    struct eventlet__list idle; /* places of those not woken, oldest first */
    size_t waiting;             /* all whose calls have not gone on */
    size_t woken;               /* of them */
};

struct eventlet_threadqueue {
    pthread_mutex_t lock;
    struct eventlet__store store;
    int maxsize;
    bool closed; /* for putters; for getters, once it is empty */
    bool freed;
    struct eventlet__threadqueue_line getters;
    struct eventlet__threadqueue_line putters;
    struct eventlet__threadqueue_line joiners;
    size_t unfinished;
    uint64_t finishes;          /* how often unfinished became 0 */
    size_t inside;              /* calls that will take the lock again */
    struct eventlet__node node; /* among all queues */
};

struct eventlet__threadqueue_place {
    struct eventlet__sleeper sleeper;
    struct eventlet__node node; /* in line->idle */
    eventlet_threadqueue *q;
    struct eventlet__threadqueue_line *line;
    bool woken;
    uint64_t finishes; /* the queue's, when a joiner came */
};

/* The rest of a zeroed one. It lives until the last has left after it was
 * freed. */
void eventlet__threadqueue_init(eventlet_threadqueue *q);

static inline void eventlet__threadqueue_enter(eventlet_threadqueue *q)
{
    pthread_mutex_lock(&q->lock);
}

/* After any change: wakes who can go on now, and unlocks. The queue may be gone
 * then. */
void eventlet__threadqueue_leave(eventlet_threadqueue *q);

/* After just looking. */
static inline void eventlet__threadqueue_unlock(eventlet_threadqueue *q)
{
    pthread_mutex_unlock(&q->lock);
}

/* How many more items fit that nobody was woken to put. */
static inline size_t eventlet__threadqueue_room(const eventlet_threadqueue *q)
{
    size_t taken = q->store.len + q->putters.woken;

    if (q->maxsize < 0)
        return SIZE_MAX;
    return (size_t)q->maxsize > taken ? (size_t)q->maxsize - taken : 0;
}

/* Whether there is an item that nobody was woken for. Once it is closed,
 * nothing has to be kept for anybody. */
static inline bool eventlet__threadqueue_has_item(const eventlet_threadqueue *q)
{
    return q->store.len > (q->closed ? 0 : q->getters.woken);
}

/* Makes ready to wait, for which the lock is let go of meanwhile: what was so
 * before may be so no longer. Returns as eventlet__sleeper_init. */
int eventlet__threadqueue_approach(struct eventlet__threadqueue_place *place,
                                   eventlet_threadqueue *q,
                                   struct eventlet__threadqueue_line *line);

/* Waits in line, without the lock. With its own time over it still has what it
 * was woken for: only who was thrown at leaves that to others.
 * Returns   as eventlet__sleeper_wait. */
int eventlet__threadqueue_stand(struct eventlet__threadqueue_place *place,
                                double seconds, int code);

#endif
