/* SPDX-License-Identifier: MIT */
/* Where the library's memory comes from, and what of it is alive. */
#ifndef EVENTLET_MEM_H
#define EVENTLET_MEM_H

#include <stddef.h>

#include "export.h"

EVENTLET_DECLS

struct eventlet_allocator {
    void *(*alloc)(void *arg, size_t size);
    void *(*resize)(void *arg, void *old, size_t size); /* like realloc */
    void (*free)(void *arg, void *block);
    void *arg;
};

/* Takes memory from here from now on; NULL brings back malloc. Stacks are
 * mapped, not allocated. Call it before anything else.
 * Returns   0, or -EBUSY while blocks of the former allocator are alive.
 * Spec      mem.2 mem.3 */
EVENTLET_API int eventlet_set_allocator(
    const struct eventlet_allocator *allocator);

/* X(kind): what is counted while it lives. */
#define EVENTLET_LIVE_KINDS(X)                                                 \
    X(blocks)                                                                  \
    X(hubs)                                                                    \
    X(greenthreads)                                                            \
    X(stacks)                                                                  \
    X(timers)                                                                  \
    X(listeners)                                                               \
    X(events)                                                                  \
    X(semaphores)                                                              \
    X(locks)                                                                   \
    X(conditions)                                                              \
    X(pools)                                                                   \
    X(piles)                                                                   \
    X(resourcepools)                                                           \
    X(locals)                                                                  \
    X(dagpools)                                                                \
    X(sockets)                                                                 \
    X(files)                                                                   \
    X(lookups)                                                                 \
    X(queues)                                                                  \
    X(actors)                                                                  \
    X(procs)

struct eventlet_live {
#define EVENTLET_LIVE_FIELD(kind) long kind;
    EVENTLET_LIVE_KINDS(EVENTLET_LIVE_FIELD)
#undef EVENTLET_LIVE_FIELD
};

/* Counts, for the calling OS thread, what is alive of each kind (blocks, as
 * memory may be freed by another thread, for the whole process).
 * Spec      mem.4 */
EVENTLET_API void eventlet_live(struct eventlet_live *out);

EVENTLET_DECLS_END

#endif
