/* SPDX-License-Identifier: MIT */
/* What a queue is, and how one waits in it. */
#ifndef EVENTLET_SYNC_QUEUE_WAIT_H
#define EVENTLET_SYNC_QUEUE_WAIT_H

#include "sync/line.h"
#include "sync/queue_store.h"

/* On the stack of who waits to put. */
struct eventlet__queue_place {
    struct eventlet__place place; /* the first: see eventlet__queue_offer */
    void *item;
    bool taken; /* its item was, and it has left the line */
};

struct eventlet_queue {
    struct eventlet__store store;
    size_t limit; /* EVENTLET__QUEUE_NO_LIMIT, or less */
    bool counts;  /* the tasks: not in a light queue */
    bool closed;  /* its owner has freed it */
    struct eventlet__line getters;
    struct eventlet__line putters;
    struct eventlet__waitq joiners;
    struct eventlet__keeper taken; /* of putters whose items have been */
    size_t unfinished;
    uint64_t finishes; /* how often unfinished became 0 */
    int inside;        /* calls that have still to come out, in no line */
};

#define EVENTLET__QUEUE_NO_LIMIT ((size_t)INT64_MAX)

/* How many more items fit. */
static inline size_t eventlet__queue_room(const eventlet_queue *q)
{
    return q->limit > q->store.len ? q->limit - q->store.len : 0;
}

/* After any change: wakes who can go on now. The queue may be gone then. */
void eventlet__queue_settle(eventlet_queue *q);

/* The same, if all that changed is that there is room for one more. */
static inline void eventlet__queue_let_in(eventlet_queue *q)
{
    if (eventlet__line_has_idle(&q->putters) &&
        (size_t)q->putters.woken < eventlet__queue_room(q))
        eventlet__line_wake_next(&q->putters);
}

/* The same, if all that changed is that there is one more item. */
static inline void eventlet__queue_let_out(eventlet_queue *q)
{
    if (eventlet__line_has_idle(&q->getters) &&
        (size_t)q->getters.woken < q->store.len + (size_t)q->putters.count)
        eventlet__line_wake_next(&q->getters);
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

/* What the lines do when one that stood there has vanished. */
void eventlet__queue_getter_left(struct eventlet__line *getters);
void eventlet__queue_putter_left(struct eventlet__line *putters);
/* A putter whose item had been taken has. */
void eventlet__queue_taken_vanished(struct eventlet__keeper *taken,
                                    struct eventlet__stay *stay);

/* put and get where they have to wait. If `hurry` is not 0, put is for one
 * pass, and that is its result if it was in vain. */
int eventlet__queue_put_waiting(eventlet_queue *q, void *item, int hurry);
int eventlet__queue_get_waiting(eventlet_queue *q, void **item);
/* The same for one pass: EVENTLET_EMPTY if that was in vain. */
int eventlet__queue_get_in_a_pass(eventlet_queue *q, void **item);

#endif
