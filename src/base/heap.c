/* SPDX-License-Identifier: MIT */
/* The timer heap: four children a node, back-indices, stable. */
#include "base/heap.h"

#include <errno.h>
#include <string.h>

#include "base/mem.h"

#define LINE  64
#define ARITY 4

/* Children 4i+1 … 4i+4 fill a cache line when entry 1 starts one. */
static struct eventlet__heap_entry *line_up(void *block)
{
    uintptr_t at = ((uintptr_t)block + LINE - 1) & ~(uintptr_t)(LINE - 1);

    return (struct eventlet__heap_entry *)at + (ARITY - 1);
}

void eventlet__heap_deinit(struct eventlet__heap *heap)
{
    eventlet__free(heap->block);
    *heap = (struct eventlet__heap){ 0 };
}

int eventlet__heap_reserve(struct eventlet__heap *heap, size_t room)
{
    size_t want = heap->room ? heap->room : 16;
    struct eventlet__heap_entry *entries;
    void *block;

    if (room <= heap->room)
        return 0;
    if (room > UINT32_MAX / 2)
        return -ENOMEM;
    while (want < room)
        want *= 2;
    block = eventlet__alloc(want * sizeof *entries + 2 * LINE);
    if (!block)
        return -ENOMEM;
    entries = line_up(block);
    if (heap->len)
        memcpy(entries, heap->entries, heap->len * sizeof *entries);
    eventlet__free(heap->block);
    heap->block = block;
    heap->entries = entries;
    heap->room = (uint32_t)want;
    return 0;
}

static inline bool before(const struct eventlet__heap_entry *a,
                          const struct eventlet__heap_entry *b)
{
    if (a->due_ns != b->due_ns)
        return a->due_ns < b->due_ns;
    return a->item->seq < b->item->seq;
}

static inline void place(struct eventlet__heap *heap, uint32_t at,
                         struct eventlet__heap_entry entry)
{
    heap->entries[at] = entry;
    entry.item->slot = at + 1;
}

static void sift_up(struct eventlet__heap *heap, uint32_t at,
                    struct eventlet__heap_entry entry)
{
    while (at > 0) {
        uint32_t parent = (at - 1) / ARITY;

        if (!before(&entry, &heap->entries[parent]))
            break;
        place(heap, at, heap->entries[parent]);
        at = parent;
    }
    place(heap, at, entry);
}

static inline uint32_t least_child(const struct eventlet__heap *heap,
                                   uint32_t first)
{
    uint32_t end = first + ARITY < heap->len ? first + ARITY : heap->len;
    uint32_t least = first;

    for (uint32_t i = first + 1; i < end; i++)
        if (before(&heap->entries[i], &heap->entries[least]))
            least = i;
    return least;
}

static void sift_down(struct eventlet__heap *heap, uint32_t at,
                      struct eventlet__heap_entry entry)
{
    for (;;) {
        uint32_t child = at * ARITY + 1;

        if (child >= heap->len)
            break;
        child = least_child(heap, child);
        if (!before(&heap->entries[child], &entry))
            break;
        place(heap, at, heap->entries[child]);
        at = child;
    }
    place(heap, at, entry);
}

void eventlet__heap_insert(struct eventlet__heap *heap,
                           struct eventlet__heap_item *item)
{
    struct eventlet__heap_entry entry = { item->due_ns, item };

    if (heap->loose)
        eventlet__heap_settle(heap);
    place(heap, heap->len++, entry);
    heap->loose = true;
}

void eventlet__heap_settle(struct eventlet__heap *heap)
{
    heap->loose = false;
    sift_up(heap, heap->len - 1, heap->entries[heap->len - 1]);
}

/* Its place is at the end: nothing has to move. */
static void take_loose(struct eventlet__heap *heap)
{
    heap->loose = false;
    heap->entries[--heap->len].item->slot = 0;
}

void eventlet__heap_remove(struct eventlet__heap *heap,
                           struct eventlet__heap_item *item)
{
    struct eventlet__heap_entry last;
    uint32_t at;

    if (item->slot == 0)
        return;
    if (heap->loose && item->slot == heap->len) {
        take_loose(heap);
        return;
    }
    if (heap->loose)
        eventlet__heap_settle(heap);
    at = item->slot - 1;
    item->slot = 0;
    last = heap->entries[--heap->len];
    if (at == heap->len)
        return;
    if (at > 0 && before(&last, &heap->entries[(at - 1) / ARITY]))
        sift_up(heap, at, last);
    else
        sift_down(heap, at, last);
}
