/* SPDX-License-Identifier: MIT */
/* A queue's items, in the order in which they come out.
 *
 * Memory grows and is kept: what one burst needed the next may need again. */
#include "sync/queue_store.h"

#include <errno.h>
#include <string.h>

#include "base/mem.h"

enum { ROOM_AT_FIRST = 8 };

/* The heap's: among equals the older one is smaller. */
struct entry {
    void *item;
    uint64_t age; /* smaller is older */
};

static size_t slot_size(const struct eventlet__store *store)
{
    return store->order == EVENTLET__HEAP ? sizeof(struct entry)
                                          : sizeof(void *);
}

void eventlet__store_deinit(struct eventlet__store *store)
{
    eventlet__free(store->slots);
    store->slots = NULL;
    store->len = store->room = store->head = 0;
}

static size_t next_room(const struct eventlet__store *store, size_t limit)
{
    size_t room = store->room ? 2 * store->room : ROOM_AT_FIRST;

    return room > limit && limit > store->len ? limit : room;
}

/* Of a store that is full. The oldest comes to lie in front: the others of a
 * ring may have wrapped. */
static void copy_out(const struct eventlet__store *store, void *to)
{
    size_t size = slot_size(store);
    size_t straight = store->room - store->head;
    const char *from = store->slots;

    memcpy(to, from + store->head * size, straight * size);
    memcpy((char *)to + straight * size, from, store->head * size);
}

static int grow(struct eventlet__store *store, size_t limit)
{
    size_t room = next_room(store, limit);
    void *slots = eventlet__alloc(room * slot_size(store));

    if (!slots)
        return -ENOMEM;
    if (store->len)
        copy_out(store, slots);
    eventlet__free(store->slots);
    store->slots = slots;
    store->room = room;
    store->head = 0;
    return 0;
}

/* ---- the ring; and the stack, whose head never moves ---- */

static void ring_put(struct eventlet__store *store, void *item)
{
    void **slots = store->slots;
    size_t at = store->head + store->len;

    slots[at < store->room ? at : at - store->room] = item;
}

static void *ring_take(struct eventlet__store *store)
{
    void **slots = store->slots;
    void *item = slots[store->head];

    if (++store->head == store->room)
        store->head = 0;
    return item;
}

static void *stack_take(struct eventlet__store *store)
{
    void **slots = store->slots;

    return slots[store->len - 1];
}

/* ---- the heap: two children a node, the first is the root ---- */

static bool is_before(const struct eventlet__store *store,
                      const struct entry *a, const struct entry *b)
{
    int order = store->cmp(a->item, b->item, store->cmp_arg);

    return order ? order < 0 : a->age < b->age;
}

/* Moves the hole behind the last up until the item may lie there. */
static void heap_put(struct eventlet__store *store, void *item)
{
    struct entry *entries = store->slots;
    struct entry e = { item, store->puts++ };
    size_t at = store->len;

    while (at > 0 && is_before(store, &e, &entries[(at - 1) / 2])) {
        entries[at] = entries[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    entries[at] = e;
}

/* The last finds a place anew, from the hole that the root has left. */
static void *heap_take(struct eventlet__store *store)
{
    struct entry *entries = store->slots;
    void *item = entries[0].item;
    size_t len = store->len - 1, at = 0, child;
    struct entry last = entries[len];

    while ((child = 2 * at + 1) < len) {
        if (child + 1 < len &&
            is_before(store, &entries[child + 1], &entries[child]))
            child++;
        if (is_before(store, &last, &entries[child]))
            break;
        entries[at] = entries[child];
        at = child;
    }
    entries[at] = last;
    return item;
}

/* ---- all of them ---- */

int eventlet__store_put(struct eventlet__store *store, void *item, size_t limit)
{
    if (store->len == store->room) {
        int rc = grow(store, limit);

        if (rc < 0)
            return rc;
    }
    if (store->order == EVENTLET__HEAP)
        heap_put(store, item);
    else
        ring_put(store, item);
    store->len++;
    return 0;
}

void *eventlet__store_take(struct eventlet__store *store)
{
    void *item;

    if (store->order == EVENTLET__HEAP)
        item = heap_take(store);
    else if (store->order == EVENTLET__LIFO)
        item = stack_take(store);
    else
        item = ring_take(store);
    store->len--;
    return item;
}
