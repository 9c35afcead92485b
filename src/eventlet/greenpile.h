/* SPDX-License-Identifier: MIT */
/* Results of green threads, in the order in which they were spawned: the pile,
 * and the maps that stand on it. */
#ifndef EVENTLET_GREENPILE_H
#define EVENTLET_GREENPILE_H

#include "export.h"
#include "greenpool.h"

EVENTLET_DECLS

typedef struct eventlet_greenpile eventlet_greenpile;

/* Over a pool of its own of `size`, or over one that is shared and outlives it.
 * Owns      *pile is the caller's.
 * Spec      greenpile.1 */
EVENTLET_API int eventlet_greenpile_new(eventlet_greenpile **pile,
                                        int size) EVENTLET_MUST_CHECK;
EVENTLET_API int eventlet_greenpile_new_pool(
    eventlet_greenpile **pile, eventlet_greenpool *pool) EVENTLET_MUST_CHECK;

/* Green threads of the pile go on; their results are dropped. Who waits for one
 * gets EVENTLET_CLOSED. NULL is allowed.
 * Spec      greenpile.9 */
EVENTLET_API void eventlet_greenpile_free(eventlet_greenpile *pile);

/* As eventlet_greenpool_spawn; a spawn that fails leaves the count as it was.
 * Spec      greenpile.2 greenpile.3 */
EVENTLET_API int eventlet_greenpile_spawn(eventlet_greenpile *pile,
                                          eventlet_fn *fn, void *arg);

/* Waits for the next result, in the order of spawning.
 * Returns   0 with *result set to what the function returned, which may be its
 *           negative code in its place (go on asking); EVENTLET_END after the
 *           last; otherwise what was thrown into the caller, and nothing is
 *           lost. *arg (may be NULL) is the argument it was spawned with.
 * Spec      greenpile.4 … greenpile.8 greenpile.10 */
EVENTLET_API int eventlet_greenpile_next(eventlet_greenpile *pile, int *result,
                                         void **arg) EVENTLET_MUST_CHECK;

/* ---- maps: fn over a sequence, results in order ---- */

typedef struct eventlet_greenmap eventlet_greenmap;

/* Gives the next argument: 0 with *arg set, EVENTLET_END, or a negative code,
 * which comes out at its place and ends the sequence. May switch.
 * Spec      greenpile.13 */
typedef int eventlet_next_fn(void *source, void **arg);

/* Runs fn over all that next(source, …) gives: as many at a time as `pool` is
 * large, and at most that many unread results ahead, but apart from the pool,
 * which may be freed. fn NULL hands the arguments through.
 * Returns   0, -EINVAL for a pool of size 0, -ENOMEM.
 * Owns      *map is the caller's.
 * Spec      greenpile.11 … greenpile.14 greenpile.16 greenpile.18 */
EVENTLET_API int eventlet_greenpool_imap(eventlet_greenpool *pool,
                                         eventlet_greenmap **map,
                                         eventlet_fn *fn,
                                         eventlet_next_fn *next,
                                         void *source) EVENTLET_MUST_CHECK;

/* The same over the n pointers of an array, which stays the caller's and has to
 * be there until the map has come to its end.
 * Spec      greenpile.15 */
EVENTLET_API int eventlet_greenpool_starmap(eventlet_greenpool *pool,
                                            eventlet_greenmap **map,
                                            eventlet_fn *fn, void *const *args,
                                            size_t n) EVENTLET_MUST_CHECK;

/* As eventlet_greenpile_next. */
EVENTLET_API int eventlet_greenmap_next(eventlet_greenmap *map, int *result,
                                        void **arg) EVENTLET_MUST_CHECK;

/* Ends the feeder and the workers (killed and waited for) and frees; not to be
 * called by one of them, nor in the hub. NULL is allowed.
 * Spec      greenpile.17 */
EVENTLET_API void eventlet_greenmap_free(eventlet_greenmap *map);

EVENTLET_DECLS_END

#endif
