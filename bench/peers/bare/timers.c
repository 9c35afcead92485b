/* SPDX-License-Identifier: MIT */
/* timers MODE COUNT: the limit for timers: a 4-ary heap whose members know
 * their place.
 *
 *   clock   read the clock COUNT times
 *   cancel  read the clock, arm and cancel, COUNT times
 *   fire    arm COUNT timers at random deadlines within a second, fire each
 *           when it is due, in the exact order of (deadline, sequence) */
#include "../../common.h"

struct timer {
    int64_t due_ns;
    uint64_t seq;
    size_t slot;
    void (*fire)(struct timer *);
};

static struct timer **heap;
static size_t size;
static uint64_t next_seq, fired;
static struct timer last;

static bool before(const struct timer *a, const struct timer *b)
{
    return a->due_ns != b->due_ns ? a->due_ns < b->due_ns : a->seq < b->seq;
}

static void place(struct timer *t, size_t slot)
{
    heap[slot] = t;
    t->slot = slot;
}

static void up(struct timer *t, size_t slot)
{
    while (slot > 0) {
        size_t parent = (slot - 1) / 4;
        if (!before(t, heap[parent]))
            break;
        place(heap[parent], slot);
        slot = parent;
    }
    place(t, slot);
}

static void down(struct timer *t, size_t slot)
{
    for (;;) {
        size_t first = slot * 4 + 1, best = first;
        if (first >= size)
            break;
        for (size_t i = first + 1; i < first + 4 && i < size; i++)
            if (before(heap[i], heap[best]))
                best = i;
        if (!before(heap[best], t))
            break;
        place(heap[best], slot);
        slot = best;
    }
    place(t, slot);
}

static void arm(struct timer *t, int64_t due_ns)
{
    t->due_ns = due_ns;
    t->seq = next_seq++;
    up(t, size++);
}

static void cancel(struct timer *t)
{
    struct timer *moved = heap[--size];
    if (moved == t)
        return;
    if (before(moved, t))
        up(moved, t->slot);
    else
        down(moved, t->slot);
}

static void count_it(struct timer *t)
{
    check(fired == 0 || before(&last, t), "the order of firing");
    last = *t;
    fired++;
}

static void fire_due(int64_t now)
{
    while (size > 0 && heap[0]->due_ns <= now) {
        struct timer *t = heap[0];
        cancel(t);
        t->fire(t);
    }
}

/* To the next whole millisecond, as event loops do: the price of the heap is
 * wanted, not that of a million naps. */
static void sleep_until_due(void)
{
    int64_t ms = heap[0]->due_ns / 1000000 + 1;
    struct timespec due = { ms / 1000, ms % 1000 * 1000000 };
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
}

static void mode_fire(uint64_t count)
{
    struct timer *timers = calloc(count + 1, sizeof *timers);
    heap = calloc(count + 1, sizeof *heap);
    uint64_t random = 88172645463325252u;
    int64_t base = now_ns();
    for (uint64_t i = 0; i < count; i++) {
        timers[i].fire = count_it;
        arm(&timers[i], base + (int64_t)(next_random(&random) % 1000000000));
    }
    while (size > 0) {
        fire_due(now_ns());
        if (size > 0)
            sleep_until_due();
    }
    check(fired == count, "timers fired");
}

static void mode_cancel(uint64_t count)
{
    static struct timer timer, others[64];
    heap = calloc(65, sizeof *heap);
    for (int i = 0; i < 64; i++)
        arm(&others[i], now_ns() + INT64_C(1000000000) * (i + 1));
    for (uint64_t i = 0; i < count; i++) {
        arm(&timer, now_ns() + INT64_C(10000000000));
        cancel(&timer);
    }
    check(size == 64, "timers left");
}

static void mode_clock(uint64_t count)
{
    int64_t first = now_ns(), now = first;
    for (uint64_t i = 0; i < count; i++)
        now = now_ns();
    check(now >= first, "the clock");
}

int main(int argc, char **argv)
{
    uint64_t count = count_arg(argc, argv, 2, "clock|cancel|fire COUNT");
    if (strcmp(argv[1], "clock") == 0)
        mode_clock(count);
    else if (strcmp(argv[1], "cancel") == 0)
        mode_cancel(count);
    else if (strcmp(argv[1], "fire") == 0)
        mode_fire(count);
    else
        die("%s: no such mode", argv[1]);
    return 0;
}
