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
    void **slots; /* of the heap: pairs, see queue_store.c */
    size_t len;
    size_t room;
    size_t ring;   /* of the ring: the same; else 0 */
    void **in;     /* of the ring: where the next put goes */
    void **out;    /* of the ring: the oldest */
    void **end;    /* of the ring: behind the last slot comes the first */
    uint64_t puts; /* into the heap: tells equals apart by age */
    eventlet_queue_cmp *cmp;
    void *cmp_arg;
};

void eventlet__store_deinit(struct eventlet__store *store);

/* What put and take leave to a call: a ring that is full, a stack, a heap. */
int eventlet__store_put_at_length(struct eventlet__store *store, void *item,
                                  size_t limit);
void *eventlet__store_take_at_length(struct eventlet__store *store);

/* Grows by doubling, but not beyond `limit` items while they suffice.
 * Returns   0, or -ENOMEM and nothing has changed. */
static inline int eventlet__store_put(struct eventlet__store *store, void *item,
                                      size_t limit)
{
    if (store->len >= store->ring)
        return eventlet__store_put_at_length(store, item, limit);
    *store->in++ = item;
    if (store->in == store->end)
        store->in = store->slots;
    store->len++;
    return 0;
}

/* Takes what comes out next; there must be something. */
static inline void *eventlet__store_take(struct eventlet__store *store)
{
    void *item;

    if (!store->ring)
        return eventlet__store_take_at_length(store);
    item = *store->out++;
    if (store->out == store->end)
        store->out = store->slots;
    store->len--;
    return item;
}

#endif
