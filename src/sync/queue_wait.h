/* SPDX-License-Identifier: MIT */
/* What a queue is, and how one waits in it. */
#ifndef EVENTLET_SYNC_QUEUE_WAIT_H
#define EVENTLET_SYNC_QUEUE_WAIT_H

#include "sync/queue_line.h"
#include "sync/queue_store.h"

struct eventlet_queue {
    struct eventlet__store store;
    int maxsize;
    bool counts; /* the tasks: not in a light queue */
    bool closed; /* its owner has freed it */
    struct eventlet__queue_line getters;
    struct eventlet__queue_line putters;
    struct eventlet__waitq joiners;
    uint64_t arrivals;
    size_t unfinished;
    uint64_t finishes; /* how often unfinished became 0 */
    int inside;        /* calls that wait */
};

/* How many more items fit. */
size_t eventlet__queue_room(const eventlet_queue *q);

/* After any change: wakes who can go on now. The queue may be gone then. */
void eventlet__queue_settle(eventlet_queue *q);

/* Stores an item and counts the task. Returns 0 or -ENOMEM. */
int eventlet__queue_store(eventlet_queue *q, void *item);

/* The first putter whose item may be taken; NULL if there is none. */
struct eventlet__queue_place *eventlet__queue_offer(eventlet_queue *q);

/* Takes it, and counts the task. Its green thread is to be woken. */
void *eventlet__queue_take_offer(eventlet_queue *q,
                                 struct eventlet__queue_place *putter);

/* The keepers of both lines. */
void eventlet__queue_getter_vanished(struct eventlet__keeper *getters,
                                     struct eventlet__stay *stay);
void eventlet__queue_putter_vanished(struct eventlet__keeper *putters,
                                     struct eventlet__stay *stay);

/* put and get where they have to wait. If `hurry` is not 0, it is for one pass,
 * and the result if that was in vain. */
int eventlet__queue_put_waiting(eventlet_queue *q, void *item, int hurry);
int eventlet__queue_get_waiting(eventlet_queue *q, void **item, int hurry);

#endif
