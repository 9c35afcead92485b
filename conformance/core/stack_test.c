/* SPDX-License-Identifier: MIT */
/* The pool of stacks: what it hands out, keeps, guards and gives back. */
#include "core_support.h"

#include "core/stack.h"

#include <errno.h>
#include <stdint.h>

static struct eventlet__stacks pool;

TEST(stack, a_new_one_can_be_written_to_its_end, "stack.1")
{
    struct eventlet__stack *stack;

    eventlet__stacks_init(&pool);
    stack = eventlet__stack_get(&pool);
    REQUIRE(stack);
    CHECK((char *)stack - stack->base >= 60 * 1024);
    memset(stack->base, 0xa5, (size_t)((char *)stack - stack->base));
    CHECK_INT(pool.count, 1);
    eventlet__stack_put(&pool, stack);
    eventlet__stacks_deinit(&pool);
}

TEST(stack, no_two_overlap, "stack.1")
{
    enum { SOME = 200 };
    struct eventlet__stack *got[SOME];

    eventlet__stacks_init(&pool);
    for (int i = 0; i < SOME; i++) {
        got[i] = eventlet__stack_get(&pool);
        REQUIRE(got[i]);
        for (int k = 0; k < i; k++)
            CHECK((char *)got[i] <= got[k]->base ||
                  (char *)got[k] <= got[i]->base);
    }
    for (int i = 0; i < SOME; i++)
        eventlet__stack_put(&pool, got[i]);
    eventlet__stacks_deinit(&pool);
}

TEST(stack, the_one_given_back_last_is_handed_out_first, "stack.3")
{
    struct eventlet__stack *a, *b;

    eventlet__stacks_init(&pool);
    a = eventlet__stack_get(&pool);
    b = eventlet__stack_get(&pool);
    REQUIRE(a && b && a != b);
    eventlet__stack_put(&pool, a);
    eventlet__stack_put(&pool, b);
    CHECK_PTR(eventlet__stack_get(&pool), b);
    CHECK_PTR(eventlet__stack_get(&pool), a);
    eventlet__stack_put(&pool, a);
    eventlet__stack_put(&pool, b);
    eventlet__stacks_deinit(&pool);
}

TEST(stack, a_page_below_each_is_guarded, "stack.2")
{
    struct eventlet__stack *stack;
    char *base = NULL;

    eventlet__stacks_init(&pool);
    stack = eventlet__stack_get(&pool);
    REQUIRE(stack);
    CHECK(eventlet__stacks_guards(&pool, stack->base - 1, &base));
    CHECK_PTR(base, stack->base);
    CHECK(eventlet__stacks_guards(&pool, stack->base - 4096, &base));
    CHECK(!eventlet__stacks_guards(&pool, stack->base, &base));
    CHECK(!eventlet__stacks_guards(&pool, &base, &base));
    eventlet__stack_put(&pool, stack);
    eventlet__stacks_deinit(&pool);
}

/* ---- size ---- */

static uintptr_t highest;

static int look_at_the_stack(void *arg)
{
    char here;

    highest = (uintptr_t)&here;
    (void)arg;
    return 0;
}

static int use_half_a_megabyte(void *arg)
{
    volatile char large[512 * 1024];

    for (size_t i = 0; i < sizeof large; i += 1024)
        large[i] = 1;
    (void)arg;
    return large[1024];
}

TEST(stack, the_size_can_be_chosen, "stack.1")
{
    eventlet_greenthread *gt;

    CHECK_CODE(eventlet_set_stack_size(1024), -EINVAL);
    CHECK_CODE(eventlet_set_stack_size(16 * 1024 - 1), -EINVAL);
    CHECK_CODE(eventlet_set_stack_size(((size_t)1 << 30) + 1), -EINVAL);
    CHECK_OK(eventlet_set_stack_size(1024 * 1024));
    REQUIRE_OK(eventlet_hubs_use_hub("sim"));
    gt = spawn(use_half_a_megabyte, NULL);
    CHECK_INT(eventlet_wait(gt), 1);
    eventlet_release(gt);
    CHECK_OK(eventlet_hubs_drop());
    CHECK_OK(eventlet_set_stack_size(64 * 1024));
}

/* ---- warmth, memory ---- */

static long resident_kib(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");

    if (file && fscanf(file, "%*d %ld", &pages) != 1)
        pages = 0;
    if (file)
        fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

GREEN_TEST(stack, a_warm_one_is_used_again, "stack.3")
{
    uintptr_t first = 0;

    if (SANITIZED)
        SKIP("local variables are elsewhere under a sanitizer");
    for (int i = 0; i < 3; i++) {
        eventlet_greenthread *gt = spawn(look_at_the_stack, NULL);

        CHECK_OK(eventlet_wait(gt));
        eventlet_release(gt);
        if (i == 0)
            first = highest;
        CHECK_INT(highest, first);
    }
}

enum { BURST = 20000, CROWD = 50000 };

static eventlet_greenthread *crowd[CROWD];

static int touch_and_sleep(void *arg)
{
    volatile char some[8192];

    for (size_t i = 0; i < sizeof some; i += 512)
        some[i] = 1;
    (void)arg;
    return eventlet_sleep(1) + some[512] - 1;
}

GREEN_TEST(stack, the_memory_of_a_burst_goes_back, "stack.4")
{
    long before, during, after;

    if (SANITIZED)
        SKIP("a sanitizer keeps memory of its own");
    clock_advance(1);
    before = resident_kib();
    for (int i = 0; i < BURST; i++)
        REQUIRE_OK(eventlet_spawn(NULL, touch_and_sleep, NULL));
    clock_advance(0.5);
    during = resident_kib();
    clock_advance(1);
    clock_advance(1);
    after = resident_kib();
    CHECK(during - before > BURST * 8);
    CHECK(after - before < (during - before) / 8);
}

static int park_for_ever(void *arg)
{
    (void)arg;
    return eventlet_sleep(EVENTLET_NEVER);
}

GREEN_TEST(stack, one_that_waits_costs_little_more_than_a_page, "stack.5")
{
    long before, after;

    if (SANITIZED)
        SKIP("a sanitizer keeps memory of its own");
    for (int i = 0; i < CROWD; i++)
        crowd[i] = crowd[0]; /* touched before it is measured */
    before = resident_kib();
    for (int i = 0; i < CROWD; i++)
        REQUIRE_OK(eventlet_spawn(&crowd[i], park_for_ever, NULL));
    clock_advance(1);
    after = resident_kib();
    CHECK((double)(after - before) / CROWD < 4.6);
    for (int i = 0; i < CROWD; i++)
        eventlet_reap(crowd[i]);
}

TEST(stack, a_new_size_holds_for_the_very_next, "stack.1")
{
    size_t before = eventlet__stack_size();
    struct eventlet__stack *stack, *other;

    eventlet__stacks_init(&pool);
    stack = eventlet__stack_get(&pool);
    REQUIRE(stack);
    eventlet__stack_put(&pool, stack);
    CHECK_OK(eventlet_set_stack_size(1 << 20));
    stack = eventlet__stack_get(&pool); /* not the one that is still warm */
    REQUIRE(stack);
    CHECK((char *)stack - stack->base >= 1000 << 10);
    CHECK_OK(eventlet_set_stack_size(before));
    other = eventlet__stack_get(&pool);
    REQUIRE(other);
    eventlet__stack_put(&pool, stack); /* a large one comes back */
    CHECK(eventlet__stack_get(&pool) != stack);
    eventlet__stack_put(&pool, other);
    eventlet__stacks_deinit(&pool);
}
