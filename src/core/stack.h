/* SPDX-License-Identifier: MIT */
/* Stacks: slabs of 64 of one size, committed page by page as they are touched,
 * each above a guard page; the ones given back last are handed out first, for
 * they are warm; beyond a thousand warm ones memory goes back to the system.
 *
 * From the bottom of a stack's place in its slab:
 *
 *     guard page | stack grows down … | record of its user | colour | end
 *
 * A place is an odd number of pages, and the colour moves the record by some
 * cache lines: else the hot words of all stacks would fall into the same few
 * sets of the processor's caches. */
#ifndef EVENTLET_CORE_STACK_H
#define EVENTLET_CORE_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"

#define EVENTLET__SLAB_STACKS 64
#define EVENTLET__WARM_STACKS 1024

struct eventlet__slab;

/* Lies at the upper end of its stack; the pool's, while nobody uses it. */
struct eventlet__stack {
    struct eventlet__stack *next_warm;
    struct eventlet__slab *slab;
    char *base; /* lowest usable byte */
};

struct eventlet__slab {
    struct eventlet__node node; /* among the pool's slabs */
    char *map;
    size_t stride;    /* bytes of a place, guard and all */
    uint64_t cold;    /* places that nobody uses and that hold no memory */
    uint64_t dirty;   /* of those, the ones whose memory is still to go */
    uint64_t guarded; /* places whose guard page is in force */
};

struct eventlet__stacks {
    struct eventlet__list slabs; /* those with a cold place first */
    struct eventlet__stack *warm;
    size_t warm_count;
    size_t size;   /* bytes that each holds: what was chosen when last asked */
    size_t stride; /* of slabs to come */
    size_t count;  /* in use */
    bool mixed;    /* of these some may be of a former size */
};

void eventlet__stacks_init(struct eventlet__stacks *pool);

/* Unmaps everything; whoever still uses a stack has lost it. */
void eventlet__stacks_deinit(struct eventlet__stacks *pool);

/* A stack nobody uses; NULL: out of memory. */
struct eventlet__stack *eventlet__stack_get(struct eventlet__stacks *pool);

/* Gives one back. The caller may still stand on it until it next switches. */
void eventlet__stack_put(struct eventlet__stacks *pool,
                         struct eventlet__stack *stack);

/* Gives the memory of all but the warmest stacks back to the system. Cheap when
 * there is nothing to give. Not to be called on a stack of the pool. */
void eventlet__stacks_trim(struct eventlet__stacks *pool);

/* Calls fn for each stack in use; it may give back what it likes. Afterwards
 * none is warm. */
void eventlet__stacks_each(struct eventlet__stacks *pool,
                           void (*fn)(struct eventlet__stack *stack, void *arg),
                           void *arg);

/* Whether address lies in a guard page of the pool: then *index tells whose, by
 * the lowest usable byte of that stack. For signal handlers. */
bool eventlet__stacks_guards(const struct eventlet__stacks *pool,
                             const void *address, char **base);

/* Bytes that a new stack can hold. */
size_t eventlet__stack_size(void);

#endif
