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

/* What the two below do not do themselves. */
int eventlet__store_put_any(struct eventlet__store *store, void *item,
                            size_t limit);
void *eventlet__store_take_any(struct eventlet__store *store);

/* ---- the ring; and the stack, whose head never moves ---- */

static inline void eventlet__ring_put(struct eventlet__store *store, void *item)
{
    void **slots = store->slots;
    size_t at = store->head + store->len;

    slots[at < store->room ? at : at - store->room] = item;
    store->len++;
}

static inline void *eventlet__ring_take(struct eventlet__store *store)
{
    void **slots = store->slots;
    void *item = slots[store->head];

    if (++store->head == store->room)
        store->head = 0;
    store->len--;
    return item;
}

/* ---- all of them, in the usual case without a call ---- */

/* Grows by doubling, but not beyond `limit` items while they suffice.
 * Returns   0, or -ENOMEM and nothing has changed. */
static inline int eventlet__store_put(struct eventlet__store *store, void *item,
                                      size_t limit)
{
    if (store->order == EVENTLET__HEAP || store->len == store->room)
        return eventlet__store_put_any(store, item, limit);
    eventlet__ring_put(store, item);
    return 0;
}

/* Takes what comes out next; there must be something. */
static inline void *eventlet__store_take(struct eventlet__store *store)
{
    return store->order == EVENTLET__FIFO ? eventlet__ring_take(store)
                                          : eventlet__store_take_any(store);
}

#endif
