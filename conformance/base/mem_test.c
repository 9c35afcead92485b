/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sys.h"

static long blocks_alive(void)
{
    struct eventlet_live live;

    eventlet_live(&live);
    return live.blocks;
}

/* ---- an allocator that counts, hands out dirt, and can run dry ---- */

struct dirty {
    int allocs, resizes, frees;
    bool dry;
};

static void *dirty_alloc(void *arg, size_t size)
{
    struct dirty *d = arg;
    void *block = d->dry ? NULL : malloc(size);

    d->allocs++;
    if (block)
        memset(block, 0xa5, size);
    return block;
}

static void *dirty_resize(void *arg, void *old, size_t size)
{
    struct dirty *d = arg;

    d->resizes++;
    return d->dry ? NULL : realloc(old, size);
}

static void dirty_free(void *arg, void *block)
{
    struct dirty *d = arg;

    d->frees++;
    free(block);
}

static bool use_dirty(struct dirty *d)
{
    struct eventlet_allocator a = { dirty_alloc, dirty_resize, dirty_free, d };

    return CHECK_CODE(eventlet_set_allocator(&a), 0);
}

static void check_zeroed(void)
{
    static const char zeroes[1000];
    void *block = eventlet__alloc(sizeof zeroes);

    REQUIRE(block != NULL);
    CHECK_MEM(block, zeroes, sizeof zeroes);
    eventlet__free(block);
}

TEST(mem, blocks_are_zeroed, "mem.1")
{
    struct dirty d = { 0 };

    check_zeroed();
    REQUIRE(use_dirty(&d));
    check_zeroed();
    CHECK_CODE(eventlet_set_allocator(NULL), 0);
}

TEST(mem, no_bytes_are_a_block, "mem.1")
{
    void *block = eventlet__alloc(0);

    REQUIRE(block != NULL);
    block = eventlet__resize(block, 0);
    CHECK(block != NULL);
    eventlet__free(block);
    eventlet__free(NULL);
}

TEST(mem, everything_goes_through_the_allocator, "mem.2")
{
    struct dirty d = { 0 };
    void *a, *b;

    REQUIRE(use_dirty(&d));
    a = eventlet__alloc(10);
    b = eventlet__resize(NULL, 10);
    b = eventlet__resize(b, 1000);
    eventlet__free(a);
    eventlet__free(b);
    CHECK_CODE(eventlet_set_allocator(NULL), 0);
    eventlet__free(eventlet__alloc(1));
    CHECK_INT(d.allocs, 1);
    CHECK_INT(d.resizes, 2);
    CHECK_INT(d.frees, 2);
}

TEST(mem, allocator_stays_while_blocks_live, "mem.3")
{
    struct dirty d = { 0 };
    struct eventlet_allocator a = { dirty_alloc, dirty_resize, dirty_free, &d };
    void *block = eventlet__alloc(1);

    CHECK_CODE(eventlet_set_allocator(&a), -EBUSY);
    eventlet__free(block);
    block = eventlet__resize(NULL, 1);
    CHECK_CODE(eventlet_set_allocator(&a), -EBUSY);
    eventlet__free(block);
    CHECK_INT(d.allocs + d.resizes + d.frees, 0);
}

static void *free_elsewhere(void *block)
{
    eventlet__free(block);
    return NULL;
}

TEST(mem, blocks_are_counted_for_the_process, "mem.4")
{
    long before = blocks_alive();
    void *block = eventlet__alloc(1);
    pthread_t thread;

    CHECK_INT(blocks_alive(), before + 1);
    REQUIRE_INT(pthread_create(&thread, NULL, free_elsewhere, block), 0);
    pthread_join(thread, NULL);
    CHECK_INT(blocks_alive(), before);
}

static void *count_pools_here(void *arg)
{
    struct eventlet_live *live = arg;

    eventlet_live(live);
    return NULL;
}

TEST(mem, objects_are_counted_for_the_thread, "mem.4")
{
    struct eventlet_live here, there;
    pthread_t thread;

    EVENTLET__BORN(pools);
    eventlet_live(&here);
    REQUIRE_INT(pthread_create(&thread, NULL, count_pools_here, &there), 0);
    pthread_join(thread, NULL);
    EVENTLET__DIED(pools);
    CHECK_INT(here.pools, 1);
    CHECK_INT(there.pools, 0);
}

TEST(mem, running_dry_changes_nothing, "mem.5")
{
    struct dirty d = { 0 };
    char *block;

    REQUIRE(use_dirty(&d));
    block = eventlet__alloc(4);
    strcpy(block, "abc");
    d.dry = true;
    CHECK_PTR(eventlet__alloc(1), NULL);
    CHECK_PTR(eventlet__resize(NULL, 1), NULL);
    CHECK_PTR(eventlet__resize(block, 1000), NULL);
    CHECK_STR(block, "abc");
    CHECK_INT(blocks_alive(), 1);
    eventlet__free(block);
    CHECK_CODE(eventlet_set_allocator(NULL), 0);
}

TEST(mem, allocations_are_fault_sites, "mem.6")
{
    void *block;

    eventlet__fault_arm(1, ENOMEM);
    CHECK_PTR(eventlet__alloc(1), NULL);
    CHECK_STR(eventlet__fault_site(), "alloc");
    eventlet__fault_arm(2, ENOMEM);
    block = eventlet__alloc(1);
    CHECK(block != NULL);
    CHECK_PTR(eventlet__resize(block, 2), NULL);
    CHECK_STR(eventlet__fault_site(), "resize");
    eventlet__fault_arm(0, 0);
    eventlet__free(block);
}
