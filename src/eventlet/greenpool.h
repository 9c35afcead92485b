/* SPDX-License-Identifier: MIT */
/* A pool of green threads: at most `size` of them run at a time. */
#ifndef EVENTLET_GREENPOOL_H
#define EVENTLET_GREENPOOL_H

#include <stddef.h>

#include "export.h"
#include "greenthread.h"

EVENTLET_DECLS

typedef struct eventlet_greenpool eventlet_greenpool;

#define EVENTLET_GREENPOOL_SIZE 1000 /* eventlet's default */

/* Returns   0, -EINVAL for a negative size, -ENOMEM. Size 0 is allowed: every
 *           spawn from outside waits.
 * Owns      *pool is the caller's.
 * Spec      greenpool.1 greenpool.2 */
EVENTLET_API int eventlet_greenpool_new(eventlet_greenpool **pool,
                                        int size) EVENTLET_MUST_CHECK;

/* Lets go of the pool: members that run go on; it is freed with the last. Who
 * waits in spawn or waitall gets EVENTLET_CLOSED. NULL is allowed.
 * Spec      greenpool.13 */
EVENTLET_API void eventlet_greenpool_free(eventlet_greenpool *pool);

/* Runs fn(arg) in a green thread of the pool, waiting for a free place. Called
 * by a member of a full pool it runs fn at once in the caller instead, and
 * *gt is a finished green thread.
 * Returns   0, what was thrown while waiting, -ENOMEM, EVENTLET_CLOSED once the
 *           pool is freed; in the inline case, a negative result of fn itself.
 * Switches  if the pool is full.
 * Owns      *gt, if gt is not NULL, as with eventlet_spawn.
 * Spec      greenpool.3 … greenpool.7 greenpool.12 greenpool.14 greenpool.16
 */
EVENTLET_API int eventlet_greenpool_spawn(eventlet_greenpool *pool,
                                          eventlet_greenthread **gt,
                                          eventlet_fn *fn, void *arg);

/* The same without a result; what fn returns is dropped, inline too, but for
 * the codes that end the caller as well: EVENTLET_EXIT, EVENTLET_INTERRUPT,
 * EVENTLET_SYSTEM_EXIT.
 * Spec      greenpool.6 */
EVENTLET_API int eventlet_greenpool_spawn_n(eventlet_greenpool *pool,
                                            eventlet_fn *fn, void *arg);

/* Waits until no member runs and nobody is about to get in.
 * Returns   0, EVENTLET_FROM_MEMBER when a member calls it, what was thrown,
 *           EVENTLET_CLOSED if the pool is freed meanwhile.
 * Switches  only if it has to wait.
 * Spec      greenpool.8 greenpool.9 greenpool.12 */
EVENTLET_API int eventlet_greenpool_waitall(eventlet_greenpool *pool);

/* Never ends a member. Growing lets in who waits.
 * Returns   0 or -EINVAL for a negative size.
 * Spec      greenpool.10 greenpool.11 */
EVENTLET_API int eventlet_greenpool_resize(eventlet_greenpool *pool, int size);

/* Spec      greenpool.15 */
EVENTLET_API int eventlet_greenpool_size(const eventlet_greenpool *pool);
EVENTLET_API int eventlet_greenpool_running(const eventlet_greenpool *pool);
EVENTLET_API int eventlet_greenpool_waiting(const eventlet_greenpool *pool);
/* Places left; negative after shrinking below what runs. */
EVENTLET_API int eventlet_greenpool_free_count(const eventlet_greenpool *pool);

EVENTLET_DECLS_END

#endif
