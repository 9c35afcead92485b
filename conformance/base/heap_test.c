/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <errno.h>
#include <stdlib.h>

#include "base/heap.h"
#include "base/mem.h"
#include "base/sys.h"

enum { MANY = 500 };

static struct eventlet__heap_item items[MANY];

static void put(struct eventlet__heap *heap, int i, int64_t due_ns)
{
    items[i] =
        (struct eventlet__heap_item){ .due_ns = due_ns, .seq = (uint64_t)i };
    CHECK_CODE(eventlet__heap_reserve(heap, heap->len + 1), 0);
    eventlet__heap_insert(heap, &items[i]);
}

/* The number of the item that comes out; -1: none. */
static int take(struct eventlet__heap *heap)
{
    struct eventlet__heap_item *item = eventlet__heap_first(heap);

    if (!item)
        return -1;
    eventlet__heap_remove(heap, item);
    return (int)(item - items);
}

/* Small enough that many are equal. */
static int64_t some_time(unsigned *seed)
{
    return rand_r(seed) % 50 - 25;
}

static void fill(struct eventlet__heap *heap, unsigned seed)
{
    for (int i = 0; i < MANY; i++)
        put(heap, i, some_time(&seed));
}

static bool in_order(int a, int b)
{
    return items[a].due_ns < items[b].due_ns ||
           (items[a].due_ns == items[b].due_ns && a < b);
}

/* Takes everything out; how many there were. */
static int drain_in_order(struct eventlet__heap *heap)
{
    int last = take(heap), n = last >= 0;

    for (int i; last >= 0 && (i = take(heap)) >= 0; last = i, n++)
        CHECK(in_order(last, i));
    return n;
}

TEST(heap, earliest_comes_out_first, "heap.1")
{
    struct eventlet__heap heap = { 0 };

    put(&heap, 0, 30);
    put(&heap, 1, INT64_MAX);
    put(&heap, 2, -10);
    put(&heap, 3, 20);
    CHECK_INT(take(&heap), 2);
    CHECK_INT(take(&heap), 3);
    CHECK_INT(take(&heap), 0);
    CHECK_INT(take(&heap), 1);
    CHECK_INT(take(&heap), -1);
    eventlet__heap_deinit(&heap);
}

TEST(heap, equal_ones_come_out_as_they_were_armed, "heap.1")
{
    struct eventlet__heap heap = { 0 };

    for (int i = 0; i < 100; i++)
        put(&heap, i, 7);
    for (int i = 0; i < 100; i++)
        CHECK_INT(take(&heap), i);
    eventlet__heap_deinit(&heap);
}

TEST(heap, order_is_total_whatever_goes_in, "heap.1")
{
    struct eventlet__heap heap = { 0 };

    for (unsigned seed = 1; seed <= 20; seed++) {
        fill(&heap, seed);
        CHECK_INT(drain_in_order(&heap), MANY);
    }
    eventlet__heap_deinit(&heap);
}

TEST(heap, any_item_can_be_taken_out, "heap.2")
{
    struct eventlet__heap heap = { 0 };

    for (unsigned seed = 1; seed <= 20; seed++) {
        int removed = 0;

        fill(&heap, seed);
        for (int i = 0; i < MANY; i++)
            if (rand_r(&seed) % 3) {
                eventlet__heap_remove(&heap, &items[i]);
                removed++;
            }
        CHECK_INT(drain_in_order(&heap), MANY - removed);
    }
    eventlet__heap_deinit(&heap);
}

TEST(heap, items_come_and_go, "heap.2")
{
    struct eventlet__heap heap = { 0 };
    unsigned seed = 4;

    fill(&heap, seed);
    for (int i = 0; i < 20 * MANY; i++) {
        eventlet__heap_remove(&heap, &items[i % MANY]);
        put(&heap, i % MANY, some_time(&seed));
    }
    CHECK_INT(drain_in_order(&heap), MANY);
    eventlet__heap_deinit(&heap);
}

TEST(heap, taking_out_twice_does_nothing, "heap.3")
{
    struct eventlet__heap heap = { 0 };

    put(&heap, 0, 1);
    put(&heap, 1, 2);
    CHECK(items[0].slot != 0);
    eventlet__heap_remove(&heap, &items[0]);
    CHECK_INT(items[0].slot, 0);
    eventlet__heap_remove(&heap, &items[0]);
    CHECK_INT(heap.len, 1);
    CHECK_INT(take(&heap), 1);
    eventlet__heap_deinit(&heap);
}

TEST(heap, reserved_room_needs_no_memory, "heap.4")
{
    struct eventlet__heap heap = { 0 };

    CHECK_CODE(eventlet__heap_reserve(&heap, MANY), 0);
    eventlet__fault_arm(0, 0);
    fill(&heap, 1);
    CHECK_INT(eventlet__fault_count(), 0);
    CHECK_INT(drain_in_order(&heap), MANY);
    eventlet__heap_deinit(&heap);
}

TEST(heap, without_memory_it_stays_as_it_was, "heap.5")
{
    struct eventlet__heap heap = { 0 };

    for (int i = 0; i < 16; i++)
        put(&heap, i, -i);
    eventlet__fault_arm(1, ENOMEM);
    CHECK_CODE(eventlet__heap_reserve(&heap, 1000), -ENOMEM);
    eventlet__fault_arm(0, 0);
    CHECK_CODE(eventlet__heap_reserve(&heap, UINT32_MAX), -ENOMEM);
    CHECK_CODE(eventlet__heap_reserve(&heap, SIZE_MAX), -ENOMEM);
    CHECK_INT(eventlet__fault_count(), 0); /* not even asked for */
    CHECK_INT(drain_in_order(&heap), 16);
    eventlet__heap_deinit(&heap);
}

TEST(heap, can_be_used_again, "heap.6")
{
    struct eventlet__heap heap = { 0 };
    struct eventlet_live before, after;

    eventlet_live(&before);
    fill(&heap, 1);
    eventlet__heap_deinit(&heap);
    eventlet_live(&after);
    CHECK_INT(after.blocks, before.blocks);
    CHECK_PTR(eventlet__heap_first(&heap), NULL);
    fill(&heap, 2);
    CHECK_INT(drain_in_order(&heap), MANY);
    eventlet__heap_deinit(&heap);
}

TEST(heap, the_last_one_in_leaves_without_moving_another, "heap.7")
{
    struct eventlet__heap heap = { 0 };
    uint32_t slots[MANY];

    for (int i = 1; i < MANY; i++)
        put(&heap, i, i);
    CHECK_PTR(eventlet__heap_first(&heap), &items[1]);
    for (int i = 1; i < MANY; i++)
        slots[i] = items[i].slot;
    put(&heap, 0, 0); /* would be the first of all */
    eventlet__heap_remove(&heap, &items[0]);
    CHECK_INT(items[0].slot, 0);
    for (int i = 1; i < MANY; i++)
        CHECK_INT(items[i].slot, slots[i]);
    CHECK_INT(drain_in_order(&heap), MANY - 1);
    eventlet__heap_deinit(&heap);
}

static int least_of(const bool *in)
{
    int least = -1;

    for (int i = 0; i < MANY; i++)
        if (in[i] && (least < 0 || !in_order(least, i)))
            least = i;
    return least;
}

TEST(heap, first_is_the_least_after_every_step, "heap.1 heap.2 heap.7")
{
    struct eventlet__heap heap = { 0 };
    bool in[MANY] = { false };
    unsigned seed = 9;

    for (int step = 0; step < 5000; step++) {
        int i = rand_r(&seed) % 40, least;

        if (in[i])
            eventlet__heap_remove(&heap, &items[i]);
        else
            put(&heap, i, some_time(&seed));
        in[i] = !in[i];
        least = least_of(in);
        if (rand_r(&seed) % 3 == 0)
            CHECK_PTR(eventlet__heap_first(&heap),
                      least < 0 ? NULL : &items[least]);
    }
    eventlet__heap_deinit(&heap);
}
