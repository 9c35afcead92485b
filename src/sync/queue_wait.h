/* SPDX-License-Identifier: MIT */
/* What a queue is, and how one waits in it. */
#ifndef EVENTLET_SYNC_QUEUE_WAIT_H
#define EVENTLET_SYNC_QUEUE_WAIT_H

#include "sync/queue_line.h"
#include "sync/queue_store.h"

struct eventlet_queue {
    struct eventlet__store store;
    size_t limit; /* SIZE_MAX: none */
    bool counts;  /* the tasks: not in a light queue */
    bool closed;  /* its owner has freed it */
    struct eventlet__queue_line getters;
    struct eventlet__queue_line putters;
    struct eventlet__waitq joiners;
    uint64_t arrivals;
    size_t unfinished;
    uint64_t finishes; /* how often unfinished became 0 */
    int inside;        /* calls that wait */
};

/* How many more items fit. */
static inline size_t eventlet__queue_room(const eventlet_queue *q)
{
    return q->limit > q->store.len ? q->limit - q->store.len : 0;
}

/* How many could be got: putters stand there with one each. */
static inline size_t eventlet__queue_stock(const eventlet_queue *q)
{
    return q->store.len + q->putters.count;
}

/* Frees it, if the last call inside has returned. */
void eventlet__queue_let_go(eventlet_queue *q);

/* After any change: wakes who can go on now. The queue may be gone then. Mostly
 * there is nobody, which is found out without a call. */
static inline void eventlet__queue_settle(eventlet_queue *q)
{
    if (__builtin_expect(q->closed, 0)) {
        eventlet__queue_let_go(q);
        return;
    }
    if (eventlet__queue_line_has_idle(&q->getters) &&
        q->getters.woken < eventlet__queue_stock(q))
        eventlet__queue_line_wake_up_to(&q->getters, eventlet__queue_stock(q));
    if (eventlet__queue_line_has_idle(&q->putters) &&
        q->putters.woken < eventlet__queue_room(q))
        eventlet__queue_line_wake_up_to(&q->putters, eventlet__queue_room(q));
}

/* Stores an item and counts the task. Returns 0 or -ENOMEM. */
static inline int eventlet__queue_store(eventlet_queue *q, void *item)
{
    int rc = eventlet__store_put(&q->store, item, q->limit);

    if (rc == 0)
        q->unfinished += q->counts;
    return rc;
}

/* The first putter whose item may be taken; NULL if there is none. */
struct eventlet__queue_place *eventlet__queue_offer(eventlet_queue *q);

/* Takes it, and counts the task. Its green thread is to be woken. */
void *eventlet__queue_take_offer(eventlet_queue *q,
                                 struct eventlet__queue_place *putter);

/* put and get where they have to wait. If `hurry` is not 0, it is for one pass,
 * and the result if that was in vain. */
int eventlet__queue_put_waiting(eventlet_queue *q, void *item, int hurry);
int eventlet__queue_get_waiting(eventlet_queue *q, void **item, int hurry);

#endif
