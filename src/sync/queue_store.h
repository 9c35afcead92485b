/* SPDX-License-Identifier: MIT */
/* Where a queue keeps its items: a ring, a heap or a stack of pointers. */
#ifndef EVENTLET_SYNC_QUEUE_STORE_H
#define EVENTLET_SYNC_QUEUE_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "eventlet/queue.h"

enum eventlet__store_order {
    EVENTLET__FIFO, /* a ring */
    EVENTLET__LIFO, /* a stack */
    EVENTLET__HEAP, /* what compares smallest; of equals the oldest */
};

/* All zero is empty, first in, first out. */
struct eventlet__store {
    enum eventlet__store_order order;
    void *slots;
    size_t len;
    size_t room;
    size_t head;   /* of the ring: the oldest */
    uint64_t puts; /* into the heap: tells equals apart by age */
    eventlet_queue_cmp *cmp;
    void *cmp_arg;
};

void eventlet__store_deinit(struct eventlet__store *store);

/* Grows by doubling, but not beyond `limit` items while they suffice.
 * Returns   0, or -ENOMEM and nothing has changed. */
int eventlet__store_put(struct eventlet__store *store, void *item,
                        size_t limit);

/* Takes what comes out next; there must be something. */
void *eventlet__store_take(struct eventlet__store *store);

#endif
