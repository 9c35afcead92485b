/* SPDX-License-Identifier: MIT */
/* Semaphores: a number of units, and green threads that wait for one, strictly
 * in the order in which they came. Three kinds:
 *
 *   semaphore         gives back as often as you like
 *   boundedsemaphore  refuses to be given back more often than it was taken
 *   cappedsemaphore   makes who gives back wait while it is full
 *
 * It belongs to the OS thread that made it; in another one, taking and giving
 * back is refused with -EPERM. */
#ifndef EVENTLET_SEMAPHORE_H
#define EVENTLET_SEMAPHORE_H

#include <stdbool.h>

#include "errors.h"
#include "export.h"

EVENTLET_DECLS

typedef struct eventlet_semaphore eventlet_semaphore;

/* Returns   0, -EINVAL for a negative value, -ENOMEM.
 * Owns      *s is the caller's.
 * Spec      semaphore.1 semaphore.2 */
EVENTLET_API int eventlet_semaphore_new(eventlet_semaphore **s,
                                        int value) EVENTLET_MUST_CHECK;

/* The same, never to hold more than it starts with.
 * Spec      semaphore.12 */
EVENTLET_API int eventlet_boundedsemaphore_new(eventlet_semaphore **s,
                                               int value) EVENTLET_MUST_CHECK;

/* The same with `count` units, full at `limit`.
 * Returns   -EINVAL as well for a count that is more than the limit.
 * Spec      semaphore.13 … semaphore.16 */
EVENTLET_API int eventlet_cappedsemaphore_new(eventlet_semaphore **s, int count,
                                              int limit) EVENTLET_MUST_CHECK;

/* Who waits gets EVENTLET_CLOSED; the memory goes with the last of them. NULL
 * is allowed.
 * Spec      semaphore.18 */
EVENTLET_API void eventlet_semaphore_free(eventlet_semaphore *s);

/* Takes a unit, waiting if there is none, or if others wait already.
 * Returns   0, what was thrown, EVENTLET_CLOSED if it is freed meanwhile,
 *           EVENTLET_IN_HUB if it would have to wait in the hub, -EPERM.
 * Switches  only if it has to wait.
 * Spec      semaphore.3 semaphore.4 semaphore.5 semaphore.9 semaphore.10 */
EVENTLET_API int eventlet_semaphore_acquire(eventlet_semaphore *s)
    EVENTLET_MUST_CHECK;

/* The same, for so long; 0 waits for one pass, EVENTLET_NEVER for ever.
 * Returns   also EVENTLET_TIMEOUT, -ENOMEM, -EINVAL for negative seconds.
 * Spec      semaphore.8 semaphore.11 */
EVENTLET_API int eventlet_semaphore_acquire_timeout(
    eventlet_semaphore *s, double seconds) EVENTLET_MUST_CHECK;

/* The same without waiting.
 * Returns   0, -EAGAIN, -EPERM.
 * Switches  never.
 * Spec      semaphore.7 */
EVENTLET_API int eventlet_semaphore_acquire_nowait(eventlet_semaphore *s)
    EVENTLET_MUST_CHECK;

/* Gives a unit back; whoever waits longest goes on in the next pass. Anybody
 * may; but for a full capped one, in the hub as well.
 * Returns   0; EVENTLET_UNBALANCED from a bounded one; -EOVERFLOW, -EPERM; from
 *           a capped one what acquire returns.
 * Switches  only if it is capped and full.
 * Spec      semaphore.6 semaphore.12 semaphore.13 */
EVENTLET_API int eventlet_semaphore_release(eventlet_semaphore *s);

/* The same without waiting.
 * Returns   also -EAGAIN, from a full capped one.
 * Switches  never.
 * Spec      semaphore.14 */
EVENTLET_API int eventlet_semaphore_release_nowait(eventlet_semaphore *s);

/* Units less those who wait for one: negative while they queue. A capped one
 * counts what is free below its limit against it.
 * Spec      semaphore.17 */
EVENTLET_API int eventlet_semaphore_balance(const eventlet_semaphore *s);

/* Units that are there.
 * Spec      semaphore.17 */
EVENTLET_API int eventlet_semaphore_counter(const eventlet_semaphore *s);

/* Whether acquire would wait; whether release would, which only a capped one's
 * ever does.
 * Spec      semaphore.17 */
EVENTLET_API bool eventlet_semaphore_locked(const eventlet_semaphore *s);
EVENTLET_API bool eventlet_semaphore_bounded(const eventlet_semaphore *s);

EVENTLET_DECLS_END

#endif
