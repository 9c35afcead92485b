/* SPDX-License-Identifier: MIT */
/* A pool of green threads that wait for each other's results: each has a key,
 * and is fed the values of the keys it depends on as they come.
 *
 * Keys are strings, and copied. Values are pointers that stay the caller's: the
 * pool hands them on and never looks behind them. */
#ifndef EVENTLET_DAGPOOL_H
#define EVENTLET_DAGPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "errors.h"
#include "export.h"

EVENTLET_DECLS

typedef struct eventlet_dagpool eventlet_dagpool;

/* Values of some keys, in the order in which they come. */
typedef struct eventlet_dagpool_results eventlet_dagpool_results;

struct eventlet_dagpool_item {
    const char *key;
    void *value;
};

/* What is instead of a value where a green thread failed: eventlet's
 * PropagateError. It lives as long as the pool. */
struct eventlet_dagpool_error {
    const char *key; /* whose green thread it was */
    int code;        /* what it returned */
    /* Why, if it only passed on what it was told of another key; or NULL. */
    const struct eventlet_dagpool_error *cause;
};

/* Runs as `key`; takes what it depends on from `results`, which is its own only
 * as long as it runs. Returns >= 0 with *value set (NULL at first), or a
 * negative code, which then is the key's error. */
typedef int eventlet_dagpool_fn(const char *key,
                                eventlet_dagpool_results *results, void *arg,
                                void **value);

/* Returns   0 or -ENOMEM.
 * Owns      *pool is the caller's.
 * Spec      dagpool.1 */
EVENTLET_API int eventlet_dagpool_new(eventlet_dagpool **pool)
    EVENTLET_MUST_CHECK;

/* With n values that are there from the start.
 * Spec      dagpool.2 */
EVENTLET_API int eventlet_dagpool_new_preload(
    eventlet_dagpool **pool, const struct eventlet_dagpool_item *items,
    size_t n) EVENTLET_MUST_CHECK;

/* Kills the green threads of the pool and waits for their ends, but not for the
 * caller's own, nor at all in the hub; the memory goes with the last. Whoever
 * waits gets EVENTLET_CLOSED. NULL is allowed. What is thrown at the caller
 * meanwhile is thrown again, at its next wait.
 * Spec      dagpool.25 dagpool.26 dagpool.27 */
EVENTLET_API void eventlet_dagpool_free(eventlet_dagpool *pool);

/* Makes a green thread that runs fn as `key`, from the next pass on, whether or
 * not its n dependencies are there. They need not even be known.
 * Returns   0, EVENTLET_COLLISION if the key runs or has a value, -ENOMEM,
 *           EVENTLET_CLOSED once the pool is freed.
 * Spec      dagpool.3 … dagpool.8 */
EVENTLET_API int eventlet_dagpool_spawn(eventlet_dagpool *pool, const char *key,
                                        const char *const *depends, size_t n,
                                        eventlet_dagpool_fn *fn, void *arg);

struct eventlet_dagpool_depends {
    const char *key;
    const char *const *depends;
    size_t n;
};

/* Spawns each of n; those before the one that fails stay. Spec: dagpool.9 */
EVENTLET_API int eventlet_dagpool_spawn_many(
    eventlet_dagpool *pool, const struct eventlet_dagpool_depends *table,
    size_t n, eventlet_dagpool_fn *fn, void *arg);

/* Sets the value of a key and wakes who waits for it. Never switches.
 * Returns   0; EVENTLET_COLLISION if the key runs in another green thread, or
 *           has a value and `replace` is false; -ENOMEM; EVENTLET_CLOSED.
 * Spec      dagpool.10 dagpool.11 dagpool.12 */
EVENTLET_API int eventlet_dagpool_post(eventlet_dagpool *pool, const char *key,
                                       void *value, bool replace);

/* The same with an error (negative) in place of a value.
 * Returns   also -EINVAL for a code that is none.
 * Spec      dagpool.13 */
EVENTLET_API int eventlet_dagpool_post_error(eventlet_dagpool *pool,
                                             const char *key, int code,
                                             bool replace);

/* Forgets the green thread that runs as `key`, and kills it; what it returns
 * is dropped. Switches as eventlet_kill does.
 * Returns   0; -ENOENT if none runs; what is thrown; EVENTLET_EXIT for itself.
 * Spec      dagpool.14 dagpool.15 */
EVENTLET_API int eventlet_dagpool_kill(eventlet_dagpool *pool, const char *key);

/* ---- waiting ---- */

/* Waits until each of n keys has a value: values[i] is that of keys[i]
 * (`values` may be NULL). A key that nobody knows yet is waited for as well.
 * keys NULL: all that are known now; n and values do not count.
 * Returns   0, EVENTLET_PROPAGATED as soon as one of them has an error, what is
 *           thrown into the caller, -ENOMEM, EVENTLET_CLOSED.
 * Switches  only if it has to wait.
 * Spec      dagpool.16 dagpool.17 dagpool.18 dagpool.24 */
EVENTLET_API int eventlet_dagpool_wait(eventlet_dagpool *pool, void **values,
                                       const char *const *keys,
                                       size_t n) EVENTLET_MUST_CHECK;
EVENTLET_API int eventlet_dagpool_waitall(eventlet_dagpool *pool)
    EVENTLET_MUST_CHECK;

/* For the value of one key. Spec: dagpool.16 dagpool.17 */
EVENTLET_API int eventlet_dagpool_getitem(eventlet_dagpool *pool, void **value,
                                          const char *key) EVENTLET_MUST_CHECK;

/* Never waits. No value yet: -ENOENT, and *value stays: it may hold a default.
 * Spec      dagpool.19 */
EVENTLET_API int eventlet_dagpool_get(eventlet_dagpool *pool, void **value,
                                      const char *key);

/* Makes an iterator over n keys, or (NULL) all that are known now: all of them;
 * without errors; only errors, *value a const struct eventlet_dagpool_error *.
 * Owns      *results is the caller's, and may be freed after the pool.
 * Spec      dagpool.20 dagpool.21 */
EVENTLET_API int eventlet_dagpool_wait_each(eventlet_dagpool *pool,
                                            eventlet_dagpool_results **results,
                                            const char *const *keys,
                                            size_t n) EVENTLET_MUST_CHECK;
EVENTLET_API int eventlet_dagpool_wait_each_success(
    eventlet_dagpool *pool, eventlet_dagpool_results **results,
    const char *const *keys, size_t n) EVENTLET_MUST_CHECK;
EVENTLET_API int eventlet_dagpool_wait_each_exception(
    eventlet_dagpool *pool, eventlet_dagpool_results **results,
    const char *const *keys, size_t n) EVENTLET_MUST_CHECK;

/* Waits for the next value. *key lives as long as the pool.
 * Returns   0; EVENTLET_END after the last; EVENTLET_PROPAGATED if the next is
 *           an error, whose *key is set as well (go on asking); otherwise what
 *           was thrown, EVENTLET_CLOSED, and nothing is lost.
 * Switches  only if it has to wait.
 * Spec      dagpool.5 dagpool.6 dagpool.20 dagpool.24 */
EVENTLET_API int eventlet_dagpool_next(eventlet_dagpool_results *results,
                                       const char **key,
                                       void **value) EVENTLET_MUST_CHECK;

/* Not a green thread's own. Who waits gets EVENTLET_CLOSED; NULL is fine. */
EVENTLET_API void eventlet_dagpool_results_free(
    eventlet_dagpool_results *results);

/* ---- errors ---- */

/* Returns   the error of a key, or NULL; with key NULL the oldest there is.
 * Spec      dagpool.22 */
EVENTLET_API const struct eventlet_dagpool_error *eventlet_dagpool_error(
    const eventlet_dagpool *pool, const char *key);

/* Writes "PropagateError(a): PropagateError(b): killed", as snprintf does.
 * Spec      dagpool.23 */
EVENTLET_API int eventlet_dagpool_error_str(
    const struct eventlet_dagpool_error *error, char *buf, size_t size);

/* ---- looking, without waiting ---- */

/* Each writes a snapshot to the caller's array, at most `max` of it (0 for a
 * NULL array), and returns how many there are. Keys live as long as the pool,
 * but those without a value only until nobody runs as or waits for them.
 * Spec      dagpool.28 … dagpool.31 */

/* Those that have a value, or an error, oldest first. */
EVENTLET_API size_t eventlet_dagpool_keys(const eventlet_dagpool *pool,
                                          const char **keys, size_t max);
/* Also returns EVENTLET_PROPAGATED if one of them is an error. */
EVENTLET_API ssize_t eventlet_dagpool_items(const eventlet_dagpool *pool,
                                            struct eventlet_dagpool_item *items,
                                            size_t max);
/* Those that run, be it that they wait, in the order of spawning. */
EVENTLET_API size_t eventlet_dagpool_running(const eventlet_dagpool *pool);
EVENTLET_API size_t eventlet_dagpool_running_keys(const eventlet_dagpool *pool,
                                                  const char **keys,
                                                  size_t max);
/* Those of them that still lack a value. */
EVENTLET_API size_t eventlet_dagpool_waiting(const eventlet_dagpool *pool);
/* What `key` still lacks; -ENOENT if it neither runs nor has a value. With key
 * NULL: which keys still lack something. */
EVENTLET_API ssize_t eventlet_dagpool_waiting_for(const eventlet_dagpool *pool,
                                                  const char *key,
                                                  const char **keys,
                                                  size_t max);

EVENTLET_DECLS_END

#endif
