/* SPDX-License-Identifier: MIT */
/* Stacks in slabs: see stack.h for the picture. */
#include "core/stack.h"

#include <errno.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/sys.h"
#include "eventlet/greenthread.h"

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102 /* Linux 6.13 */
#endif

#define PAGE     4096
#define LINE     64
#define COLOURS  16
#define SMALLEST ((size_t)16 << 10)
#define LARGEST  ((size_t)1 << 30)

/* Sanitizers put red zones around everything on a stack. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define DEFAULT_SIZE ((size_t)256 << 10)
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define DEFAULT_SIZE ((size_t)256 << 10)
#endif
#endif
#ifndef DEFAULT_SIZE
#define DEFAULT_SIZE ((size_t)64 << 10)
#endif

#define ALL_PLACES (~(uint64_t)0)

static _Atomic size_t chosen_size; /* 0: not yet */

static size_t whole_pages(size_t bytes)
{
    return (bytes + PAGE - 1) & ~(size_t)(PAGE - 1);
}

static size_t size_from_environment(void)
{
    const char *text = getenv("EVENTLET_STACK_SIZE");
    char *end;
    unsigned long long bytes;

    if (!text || !*text)
        return DEFAULT_SIZE;
    bytes = strtoull(text, &end, 10);
    if (*end || bytes < SMALLEST || bytes > LARGEST) {
        eventlet__log(EVENTLET_WARNING,
                      "EVENTLET_STACK_SIZE: %s is no number of bytes from "
                      "16384 to 1073741824; using %zu",
                      text, DEFAULT_SIZE);
        return DEFAULT_SIZE;
    }
    return whole_pages((size_t)bytes);
}

size_t eventlet__stack_size(void)
{
    if (chosen_size == 0)
        chosen_size = size_from_environment();
    return chosen_size;
}

int eventlet_set_stack_size(size_t bytes)
{
    if (bytes < SMALLEST || bytes > LARGEST)
        return -EINVAL;
    chosen_size = whole_pages(bytes);
    return 0;
}

void eventlet__stacks_init(struct eventlet__stacks *pool)
{
    *pool = (struct eventlet__stacks){ 0 };
    eventlet__list_init(&pool->slabs);
}

static void slab_free(struct eventlet__slab *slab)
{
    eventlet__unlink(&slab->node);
    munmap(slab->map, slab->stride * EVENTLET__SLAB_STACKS);
    eventlet__free(slab);
}

void eventlet__stacks_deinit(struct eventlet__stacks *pool)
{
    struct eventlet__node *n;

    while ((n = eventlet__list_first(&pool->slabs)) != NULL)
        slab_free(EVENTLET__CONTAINER(n, struct eventlet__slab, node));
    eventlet__live.stacks -= (long)pool->count;
    eventlet__stacks_init(pool);
}

static struct eventlet__slab *slab_new(struct eventlet__stacks *pool)
{
    struct eventlet__slab *slab = eventlet__alloc(sizeof *slab);
    size_t len = pool->stride * EVENTLET__SLAB_STACKS;

    if (!slab)
        return NULL;
    slab->map = eventlet__sys_mmap(
        NULL, len, PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (slab->map == MAP_FAILED) {
        eventlet__free(slab);
        return NULL;
    }
    /* A huge page under a stack would make it a thousand times as big. */
    madvise(slab->map, len, MADV_NOHUGEPAGE);
    slab->stride = pool->stride;
    slab->cold = ALL_PLACES;
    eventlet__list_prepend(&pool->slabs, &slab->node);
    return slab;
}

/* A guard without a mapping of its own if the kernel can, else one by mprotect,
 * of which a process can have some thirty thousand; else none, and say so. */
static void guard(struct eventlet__slab *slab, unsigned place)
{
    static _Atomic int said;
    char *page = slab->map + place * slab->stride;

    slab->guarded |= (uint64_t)1 << place;
    if (eventlet__sys_madvise(page, PAGE, MADV_GUARD_INSTALL) == 0 ||
        eventlet__sys_mprotect(page, PAGE, PROT_NONE) == 0)
        return;
    if (said++ == 0)
        eventlet__log(EVENTLET_WARNING,
                      "no guard page below a stack: an overflow of it would "
                      "not be noticed");
}

static struct eventlet__stack *stack_at(const struct eventlet__slab *slab,
                                        unsigned place)
{
    char *end = slab->map + (place + 1) * slab->stride - place % COLOURS * LINE;

    return (struct eventlet__stack *)(void *)end - 1;
}

static struct eventlet__stack *carve(struct eventlet__slab *slab,
                                     unsigned place)
{
    char *base = slab->map + place * slab->stride;
    struct eventlet__stack *stack = stack_at(slab, place);

    slab->cold &= ~((uint64_t)1 << place);
    slab->dirty &= ~((uint64_t)1 << place);
    if (!(slab->guarded >> place & 1))
        guard(slab, place);
    stack->slab = slab;
    stack->base = base + PAGE;
    return stack;
}

static void chill(struct eventlet__stack *stack)
{
    struct eventlet__slab *slab = stack->slab;
    size_t place = (size_t)(stack->base - slab->map) / slab->stride;

    slab->cold |= (uint64_t)1 << place;
    slab->dirty |= (uint64_t)1 << place;
}

static void chill_all(struct eventlet__stacks *pool)
{
    for (; pool->warm; pool->warm = pool->warm->next_warm)
        chill(pool->warm);
    pool->warm_count = 0;
}

/* Stacks of a former size do not come back into use. */
static void change_size(struct eventlet__stacks *pool, size_t size)
{
    chill_all(pool);
    pool->size = size;
    pool->stride = (size + PAGE) | PAGE;
    pool->mixed = pool->count > 0;
}

static struct eventlet__slab *slab_with_room(struct eventlet__stacks *pool)
{
    struct eventlet__node *n = eventlet__list_first(&pool->slabs);
    struct eventlet__slab *slab =
        n ? EVENTLET__CONTAINER(n, struct eventlet__slab, node) : NULL;

    if (slab && slab->cold && slab->stride == pool->stride)
        return slab;
    return slab_new(pool);
}

struct eventlet__stack *eventlet__stack_get(struct eventlet__stacks *pool)
{
    size_t size = eventlet__stack_size();
    struct eventlet__stack *stack;
    struct eventlet__slab *slab;

    if (__builtin_expect(size != pool->size, 0))
        change_size(pool, size);
    stack = pool->warm;
    if (stack) {
        pool->warm = stack->next_warm;
        pool->warm_count--;
    } else {
        slab = slab_with_room(pool);
        if (!slab)
            return NULL;
        stack = carve(slab, (unsigned)__builtin_ctzll(slab->cold));
        if (!slab->cold) { /* full ones stand behind those with room */
            eventlet__unlink(&slab->node);
            eventlet__list_append(&pool->slabs, &slab->node);
        }
    }
    pool->count++;
    EVENTLET__BORN(stacks);
    return stack;
}

void eventlet__stack_put(struct eventlet__stacks *pool,
                         struct eventlet__stack *stack)
{
    pool->count--;
    EVENTLET__DIED(stacks);
    if (__builtin_expect(pool->mixed, 0) &&
        stack->slab->stride != pool->stride) {
        chill(stack);
        return;
    }
    stack->next_warm = pool->warm;
    pool->warm = stack;
    pool->warm_count++;
}

/* Marks the stacks beyond the warmest as cold; their memory is still there. */
static void cool(struct eventlet__stacks *pool, size_t keep)
{
    struct eventlet__stack **link = &pool->warm;
    struct eventlet__stack *stack;

    for (size_t i = 0; i < keep; i++)
        link = &(*link)->next_warm;
    stack = *link;
    *link = NULL;
    pool->warm_count = keep;
    while (stack) {
        struct eventlet__stack *next = stack->next_warm;

        chill(stack);
        stack = next;
    }
}

/* One call for each run of neighbours: guard pages survive it. */
static void give_back(struct eventlet__slab *slab)
{
    while (slab->dirty) {
        unsigned first = (unsigned)__builtin_ctzll(slab->dirty);
        uint64_t rest = ~(slab->dirty >> first);
        unsigned run = rest ? (unsigned)__builtin_ctzll(rest) : 64;
        uint64_t mask = run == 64 ? ALL_PLACES : ((uint64_t)1 << run) - 1;

        madvise(slab->map + first * slab->stride, run * slab->stride,
                MADV_DONTNEED);
        slab->dirty &= ~(mask << first);
    }
}

void eventlet__stacks_trim(struct eventlet__stacks *pool)
{
    struct eventlet__node *n, *next;
    struct eventlet__list rest;

    if (pool->warm_count <= EVENTLET__WARM_STACKS)
        return;
    cool(pool, EVENTLET__WARM_STACKS / 2);
    eventlet__list_init(&rest);
    for (n = pool->slabs.head.next; n != &pool->slabs.head; n = next) {
        struct eventlet__slab *slab =
            EVENTLET__CONTAINER(n, struct eventlet__slab, node);

        next = n->next;
        if (slab->cold == ALL_PLACES) {
            slab_free(slab);
            continue;
        }
        give_back(slab);
        if (!slab->cold || slab->stride != pool->stride) {
            eventlet__unlink(n);
            eventlet__list_append(&rest, n);
        }
    }
    eventlet__list_take(&pool->slabs, &rest);
}

void eventlet__stacks_each(struct eventlet__stacks *pool,
                           void (*fn)(struct eventlet__stack *stack, void *arg),
                           void *arg)
{
    struct eventlet__node *n = pool->slabs.head.next;

    chill_all(pool);
    for (; n != &pool->slabs.head; n = n->next) {
        struct eventlet__slab *slab =
            EVENTLET__CONTAINER(n, struct eventlet__slab, node);

        for (unsigned place = 0; place < EVENTLET__SLAB_STACKS; place++)
            if (!(slab->cold >> place & 1))
                fn(stack_at(slab, place), arg);
    }
}

bool eventlet__stacks_guards(const struct eventlet__stacks *pool,
                             const void *address, char **base)
{
    const struct eventlet__node *n = pool->slabs.head.next;

    for (; n && n != &pool->slabs.head; n = n->next) {
        const struct eventlet__slab *slab =
            EVENTLET__CONTAINER_CONST(n, struct eventlet__slab, node);
        size_t at = (size_t)((const char *)address - slab->map);

        if ((const char *)address < slab->map ||
            at >= slab->stride * EVENTLET__SLAB_STACKS)
            continue;
        *base = slab->map + at / slab->stride * slab->stride + PAGE;
        return at % slab->stride < PAGE;
    }
    return false;
}
