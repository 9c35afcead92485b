/* SPDX-License-Identifier: MIT */
/* Pointers in a ring that grows: pushed at its end, taken from both. */
#ifndef EVENTLET_SYNC_RING_H
#define EVENTLET_SYNC_RING_H

#include <errno.h>

#include "base/mem.h"

struct eventlet__ring {
    void **items;
    int len;
    unsigned first; /* where the oldest is */
    unsigned room;  /* 0 or a power of two */
};

static inline void **eventlet__ring_at(const struct eventlet__ring *ring, int n)
{
    return &ring->items[(ring->first + (unsigned)n) & (ring->room - 1)];
}

/* Room for more than n; 0 or -ENOMEM. */
static inline int eventlet__ring_reserve(struct eventlet__ring *ring,
                                         unsigned n)
{
    unsigned room = ring->room ? 2 * ring->room : 4;
    void **items;

    if (n < ring->room)
        return 0;
    items = eventlet__alloc(room * sizeof *items);
    if (!items)
        return -ENOMEM;
    for (int i = 0; i < ring->len; i++)
        items[i] = *eventlet__ring_at(ring, i);
    eventlet__free(ring->items);
    ring->items = items;
    ring->room = room;
    ring->first = 0;
    return 0;
}

static inline void eventlet__ring_push(struct eventlet__ring *ring, void *item)
{
    *eventlet__ring_at(ring, ring->len++) = item;
}

static inline void *eventlet__ring_pop_oldest(struct eventlet__ring *ring)
{
    void *item = *eventlet__ring_at(ring, 0);

    ring->first++;
    ring->len--;
    return item;
}

static inline void *eventlet__ring_pop_latest(struct eventlet__ring *ring)
{
    return *eventlet__ring_at(ring, --ring->len);
}

#endif
