/* SPDX-License-Identifier: MIT */
/* The timer heap: what is due first comes out first; what is due at the same
 * time, in the order in which it was armed.
 *
 * Four children a node, so that it is half as deep as a binary heap, and the
 * children of a node share one cache line. An item knows its slot, so that
 * cancelling is a short walk from there, not a search.
 *
 * Most timeouts are cancelled before anything else is armed: a read that had
 * not to wait. So what was put in last stays loose at the end, and finds its
 * place only when somebody asks for the first, or puts in another. */
#ifndef EVENTLET_BASE_HEAP_H
#define EVENTLET_BASE_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Lives in the memory of whoever waits. */
struct eventlet__heap_item {
    int64_t due_ns;
    uint64_t seq;  /* breaks ties: earlier armed, earlier out */
    uint32_t slot; /* place in the heap + 1; 0: in none. The heap's own */
    uint8_t kind;  /* the owner's, as is state */
    uint8_t state;
};

struct eventlet__heap_entry {
    int64_t due_ns; /* a copy: comparing must not touch the item */
    struct eventlet__heap_item *item;
};

/* All zero is empty. */
struct eventlet__heap {
    struct eventlet__heap_entry *entries;
    void *block; /* what entries lie in */
    uint32_t len;
    uint32_t room;
    bool loose; /* the last entry has not been put in its place yet */
};

/* Frees the heap's own memory; items are left as they are. */
void eventlet__heap_deinit(struct eventlet__heap *heap);

/* Empties it. The entries stay readable until as many have been inserted. */
static inline void eventlet__heap_clear(struct eventlet__heap *heap)
{
    heap->len = 0;
    heap->loose = false;
}

/* Makes sure that `room` items fit. Returns 0 or -ENOMEM. */
int eventlet__heap_reserve(struct eventlet__heap *heap, size_t room);

/* Puts in an item that is in no heap, with due_ns and seq set. There must be
 * room: see eventlet__heap_reserve. */
void eventlet__heap_insert(struct eventlet__heap *heap,
                           struct eventlet__heap_item *item);

/* Takes out an item; harmless if it is in no heap. */
void eventlet__heap_remove(struct eventlet__heap *heap,
                           struct eventlet__heap_item *item);

/* Puts the loose one in its place. */
void eventlet__heap_settle(struct eventlet__heap *heap);

/* The first; NULL if there is none. It stays. */
static inline struct eventlet__heap_item *eventlet__heap_first(
    struct eventlet__heap *heap)
{
    if (heap->loose)
        eventlet__heap_settle(heap);
    return heap->len ? heap->entries[0].item : NULL;
}

#endif
