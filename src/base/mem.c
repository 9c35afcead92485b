/* SPDX-License-Identifier: MIT */
/* Memory, from wherever the program says, and the count of what is alive. */
#include "base/mem.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/sys.h"

__thread struct eventlet_live eventlet__live
    __attribute__((tls_model("initial-exec")));

/* Blocks travel between OS threads, so no thread's own count would do. */
static atomic_long blocks;

static void *plain_alloc(void *arg, size_t size)
{
    (void)arg;
    return calloc(1, size);
}

static void *plain_resize(void *arg, void *old, size_t size)
{
    (void)arg;
    return realloc(old, size);
}

static void plain_free(void *arg, void *block)
{
    (void)arg;
    free(block);
}

static const struct eventlet_allocator plain = {
    .alloc = plain_alloc,
    .resize = plain_resize,
    .free = plain_free,
};

/* Not atomic: it is exchanged while nothing is alive, before there are other
 * threads that could look. */
static struct eventlet_allocator current = {
    .alloc = plain_alloc,
    .resize = plain_resize,
    .free = plain_free,
};

#ifdef EVENTLET_TESTING

static bool refused(const char *site)
{
    return eventlet__fault_hit(site);
}

#else

static bool refused(const char *site)
{
    (void)site;
    return false;
}

#endif

/* A hook may return NULL for no bytes, which would look like a failure. */
static size_t at_least_one(size_t size)
{
    return size ? size : 1;
}

void *eventlet__alloc(size_t size)
{
    void *block;

    if (refused("alloc"))
        return NULL;
    block = current.alloc(current.arg, at_least_one(size));
    if (!block)
        return NULL;
    if (current.alloc != plain_alloc)
        memset(block, 0, size);
    atomic_fetch_add_explicit(&blocks, 1, memory_order_relaxed);
    return block;
}

void *eventlet__resize(void *old, size_t size)
{
    void *block;

    if (refused("resize"))
        return NULL;
    block = current.resize(current.arg, old, at_least_one(size));
    if (block && !old)
        atomic_fetch_add_explicit(&blocks, 1, memory_order_relaxed);
    return block;
}

void eventlet__free(void *block)
{
    if (!block)
        return;
    atomic_fetch_sub_explicit(&blocks, 1, memory_order_relaxed);
    current.free(current.arg, block);
}

int eventlet_set_allocator(const struct eventlet_allocator *allocator)
{
    if (atomic_load(&blocks) != 0)
        return -EBUSY;
    current = allocator ? *allocator : plain;
    return 0;
}

void eventlet_live(struct eventlet_live *out)
{
    *out = eventlet__live;
    out->blocks = atomic_load(&blocks);
}
