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
    store->slots = store->in = store->out = store->end = NULL;
    store->len = store->room = store->ring = 0;
}

static size_t next_room(const struct eventlet__store *store, size_t limit)
{
    size_t room = store->room ? 2 * store->room : ROOM_AT_FIRST;

    return room > limit && limit > store->len ? limit : room;
}

/* The oldest comes to lie in front: the others of a ring may have wrapped. All
 * slots are taken, or there are none. */
static void copy_out(const struct eventlet__store *store, void *to)
{
    size_t size = slot_size(store);
    size_t wrapped = (size_t)(store->out - store->slots);
    size_t straight = (store->room - wrapped) * size;

    if (store->room == 0)
        return;
    memcpy(to, store->out, straight);
    memcpy((char *)to + straight, store->slots, wrapped * size);
}

static int grow(struct eventlet__store *store, size_t limit)
{
    size_t room = next_room(store, limit);
    void **slots = eventlet__alloc(room * slot_size(store));

    if (!slots)
        return -ENOMEM;
    copy_out(store, slots);
    eventlet__free(store->slots);
    store->slots = store->out = slots;
    store->room = room;
    if (store->order == EVENTLET__FIFO) {
        store->ring = room;
        store->in = slots + store->len;
        store->end = slots + room;
    }
    return 0;
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
    struct entry *entries = (void *)store->slots;
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
    struct entry *entries = (void *)store->slots;
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

int eventlet__store_put_at_length(struct eventlet__store *store, void *item,
                                  size_t limit)
{
    if (store->len == store->room) {
        int rc = grow(store, limit);

        if (rc < 0)
            return rc;
    }
    if (store->order == EVENTLET__FIFO)
        return eventlet__store_put(store, item, limit);
    if (store->order == EVENTLET__LIFO)
        store->slots[store->len] = item;
    else
        heap_put(store, item);
    store->len++;
    return 0;
}

void *eventlet__store_take_at_length(struct eventlet__store *store)
{
    void *item = store->order == EVENTLET__HEAP ? heap_take(store)
                                                : store->slots[store->len - 1];

    store->len--;
    return item;
}
