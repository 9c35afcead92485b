/* SPDX-License-Identifier: MIT */
/* A pool of resources, such as connections: made when they are needed, used
 * again, and never more than `max_size` of them at a time.
 *
 * Every item that was got goes back by exactly one of eventlet_pool_put and
 * eventlet_pool_discard; eventlet_pool_with sees to that by itself. */
#ifndef EVENTLET_POOLS_H
#define EVENTLET_POOLS_H

#include <stdbool.h>
#include <stddef.h>

#include "export.h"

EVENTLET_DECLS

typedef struct eventlet_pool eventlet_pool;

#define EVENTLET_POOL_SIZE 4 /* eventlet's default */

/* Makes an item, in the green thread that asked for one. May switch; returns a
 * negative code if it fails or is thrown at, and then it has made none. */
typedef int eventlet_pool_create_fn(void *arg, void **item);

/* Unmakes an item, in whatever green thread it is given back or the pool is
 * freed. May switch, but there is nobody to hand on to what is thrown at it. */
typedef void eventlet_pool_destroy_fn(void *arg, void *item);

struct eventlet_pool_opts {
    int min_size; /* items made at once; default none */
    /* Default EVENTLET_POOL_SIZE. A limit that really is 0 is set afterwards,
     * by eventlet_pool_resize. */
    int max_size;
    /* What was put last is got next. Default: what was put first is. */
    bool order_as_stack;
    eventlet_pool_create_fn *create;   /* default none: then get is -ENOSYS */
    eventlet_pool_destroy_fn *destroy; /* default none: items are dropped */
    void *arg;                         /* of both */
};

/* Returns   0, -EINVAL for a negative size or min_size > max_size, -ENOMEM, or
 *           what create failed with; then the items made before are destroyed.
 * Switches  only if create does.
 * Owns      *pool is the caller's.
 * Spec      pools.1 pools.2 pools.3 */
EVENTLET_API int eventlet_pool_new(eventlet_pool **pool,
                                   const struct eventlet_pool_opts *opts)
    EVENTLET_MUST_CHECK;

/* A pool of tokens: items that are nothing but different from each other and
 * from NULL. Of the options create, destroy and arg are not looked at.
 * Spec      pools.4 */
EVENTLET_API int eventlet_tokenpool_new(eventlet_pool **pool,
                                        const struct eventlet_pool_opts *opts)
    EVENTLET_MUST_CHECK;

/* Destroys the free items; who waits gets EVENTLET_CLOSED. Items that are out
 * have to be given back all the same: they are destroyed then, and the memory
 * goes with the last. NULL is allowed.
 * Switches  only if destroy does.
 * Spec      pools.5 pools.6 */
EVENTLET_API void eventlet_pool_free(eventlet_pool *pool);

/* Takes a free item; makes one if there is none and the pool is not full; else
 * waits until one comes back, behind those who wait already.
 * Returns   0, -ENOSYS without create, what create failed with, -ENOMEM,
 *           EVENTLET_CLOSED, what was thrown meanwhile, EVENTLET_IN_HUB.
 * Switches  if it has to wait, or if create does.
 * Owns      *item stays the pool's; the caller has to give it back.
 * Spec      pools.7 … pools.14 */
EVENTLET_API int eventlet_pool_get(eventlet_pool *pool,
                                   void **item) EVENTLET_MUST_CHECK;

/* The same, but gives up after so many seconds, be it waiting or in create,
 * into which EVENTLET_TIMEOUT is thrown then.
 * Returns   also EVENTLET_EMPTY when the time is over.
 * Spec      pools.15 */
EVENTLET_API int eventlet_pool_get_timeout(eventlet_pool *pool, void **item,
                                           double seconds) EVENTLET_MUST_CHECK;

/* The same, but EVENTLET_EMPTY where get would wait for an item.
 * Switches  only if create does.
 * Spec      pools.16 */
EVENTLET_API int eventlet_pool_get_nowait(eventlet_pool *pool,
                                          void **item) EVENTLET_MUST_CHECK;

/* Gives back an item, or another in its stead. It is destroyed if there are
 * more than max_size, since the pool shrank.
 * Switches  only if destroy does.
 * Spec      pools.17 pools.18 */
EVENTLET_API void eventlet_pool_put(eventlet_pool *pool, void *item);

/* Gives back an item that is no longer good: it is destroyed, and another may
 * be made in its place.
 * Switches  only if destroy does.
 * Spec      pools.19 */
EVENTLET_API void eventlet_pool_discard(eventlet_pool *pool, void *item);

/* Calls fn(item, arg) with an item that is given back whatever comes of it.
 * Returns   what fn does, or why there was no item.
 * Spec      pools.20 */
EVENTLET_API int eventlet_pool_with(eventlet_pool *pool,
                                    int (*fn)(void *item, void *arg),
                                    void *arg);

/* Growing wakes who waits; shrinking destroys free items that are too many,
 * those unused for the longest time first.
 * Returns   0, or -EINVAL for a negative size, which changes nothing.
 * Switches  only if destroy does.
 * Spec      pools.21 pools.22 */
EVENTLET_API int eventlet_pool_resize(eventlet_pool *pool, int max_size);

/* How many can be got before one has to wait; negative while more than max_size
 * are out.
 * Spec      pools.23 */
EVENTLET_API int eventlet_pool_free_count(const eventlet_pool *pool);
/* How many green threads wait in get. */
EVENTLET_API int eventlet_pool_waiting(const eventlet_pool *pool);
EVENTLET_API int eventlet_pool_min_size(const eventlet_pool *pool);
EVENTLET_API int eventlet_pool_max_size(const eventlet_pool *pool);
/* How many there are: free, out, being made, being destroyed. */
EVENTLET_API int eventlet_pool_current_size(const eventlet_pool *pool);

EVENTLET_DECLS_END

#endif
