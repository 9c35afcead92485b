/* SPDX-License-Identifier: MIT */
/* Locks: a lock that anybody may release, a reentrant one that only its owner
 * may, and conditions over either.
 *
 * They are for green threads: each belongs to the OS thread that made it; in
 * another one, what takes, gives or wakes is refused with -EPERM. */
#ifndef EVENTLET_LOCK_H
#define EVENTLET_LOCK_H

#include <stdbool.h>
#include <stddef.h>

#include "errors.h"
#include "export.h"

EVENTLET_DECLS

/* ---- a lock ---- */

typedef struct eventlet_lock eventlet_lock;

/* Returns   0 or -ENOMEM.
 * Owns      *lock is the caller's.
 * Spec      lock.1 */
EVENTLET_API int eventlet_lock_new(eventlet_lock **lock) EVENTLET_MUST_CHECK;

/* Who waits gets EVENTLET_CLOSED; the memory goes with the last of them, and of
 * its conditions. NULL is allowed.
 * Spec      lock.10 */
EVENTLET_API void eventlet_lock_free(eventlet_lock *lock);

/* Takes it, waiting while it is held, in the order of coming.
 * Returns   0, what was thrown, EVENTLET_CLOSED if it is freed meanwhile,
 *           EVENTLET_IN_HUB if it would have to wait in the hub, -EPERM.
 * Switches  only if it has to wait.
 * Spec      lock.2 lock.3 lock.7 lock.8 */
EVENTLET_API int eventlet_lock_acquire(eventlet_lock *lock) EVENTLET_MUST_CHECK;

/* The same, for so long; 0 waits for one pass, EVENTLET_NEVER for ever.
 * Returns   also EVENTLET_TIMEOUT, -ENOMEM, -EINVAL for negative seconds.
 * Spec      lock.4 */
EVENTLET_API int eventlet_lock_acquire_timeout(
    eventlet_lock *lock, double seconds) EVENTLET_MUST_CHECK;

/* The same without waiting.
 * Returns   0, -EAGAIN, -EPERM.
 * Spec      lock.4 */
EVENTLET_API int eventlet_lock_acquire_nowait(eventlet_lock *lock)
    EVENTLET_MUST_CHECK;

/* Releases it, whoever took it; fine in the hub.
 * Returns   0, EVENTLET_UNBALANCED if it is not held, -EPERM.
 * Switches  never.
 * Spec      lock.5 */
EVENTLET_API int eventlet_lock_release(eventlet_lock *lock);

/* Whether acquire would wait. */
EVENTLET_API bool eventlet_lock_locked(const eventlet_lock *lock);

/* For a forked child, where nobody goes on who held it or waited for it: makes
 * it free and forgets them.
 * Spec      lock.11 */
EVENTLET_API void eventlet_lock_at_fork_reinit(eventlet_lock *lock);

/* ---- a reentrant lock ---- */

/* The same, but its owner may take it again, and has to release it as often.
 * Spec      lock.6 */
typedef struct eventlet_rlock eventlet_rlock;

EVENTLET_API int eventlet_rlock_new(eventlet_rlock **lock) EVENTLET_MUST_CHECK;
EVENTLET_API void eventlet_rlock_free(eventlet_rlock *lock);
EVENTLET_API int eventlet_rlock_acquire(eventlet_rlock *lock)
    EVENTLET_MUST_CHECK;
EVENTLET_API int eventlet_rlock_acquire_timeout(
    eventlet_rlock *lock, double seconds) EVENTLET_MUST_CHECK;
EVENTLET_API int eventlet_rlock_acquire_nowait(eventlet_rlock *lock)
    EVENTLET_MUST_CHECK;

/* Returns   0, or -EPERM if the caller does not hold it. */
EVENTLET_API int eventlet_rlock_release(eventlet_rlock *lock);

/* Whether anybody holds it, or is about to. */
EVENTLET_API bool eventlet_rlock_locked(const eventlet_rlock *lock);
/* How often the caller holds it. */
EVENTLET_API size_t eventlet_rlock_depth(const eventlet_rlock *lock);
EVENTLET_API void eventlet_rlock_at_fork_reinit(eventlet_rlock *lock);

/* ---- a condition ---- */

typedef struct eventlet_condition eventlet_condition;

/* Over a lock, which the caller keeps and may free before the condition.
 * Returns   0, -ENOMEM, -EPERM for a lock of another OS thread.
 * Owns      *c is the caller's.
 * Spec      lock.12 */
EVENTLET_API int eventlet_condition_new(
    eventlet_condition **c, eventlet_lock *lock) EVENTLET_MUST_CHECK;
EVENTLET_API int eventlet_condition_new_rlock(
    eventlet_condition **c, eventlet_rlock *lock) EVENTLET_MUST_CHECK;

/* Who waits gets EVENTLET_CLOSED, holding the lock, be it notified already.
 * NULL is allowed.
 * Spec      lock.19 */
EVENTLET_API void eventlet_condition_free(eventlet_condition *c);

/* Releases the lock, however often it is held, waits to be notified, and takes
 * it again before it returns, as often, whatever it returns and whatever is
 * thrown meanwhile: to kill who waits does not end it before the lock is free,
 * so never reap it while holding the lock.
 * Returns   0; what was thrown, with the lock held; EVENTLET_CLOSED, without it
 *           if it is the lock that was freed; -EPERM if the lock is not held;
 *           EVENTLET_IN_HUB; EVENTLET_DEADLOCK, without it if it is the lock
 *           that can never be had.
 * Switches  always, but for the last two.
 * Spec      lock.13 … lock.18 */
EVENTLET_API int eventlet_condition_wait(eventlet_condition *c)
    EVENTLET_MUST_CHECK;

/* The same, but waits only so long to be notified; then for the lock.
 * Returns   also EVENTLET_TIMEOUT, -ENOMEM, -EINVAL for negative seconds, all
 *           with the lock held.
 * Spec      lock.20 */
EVENTLET_API int eventlet_condition_wait_timeout(
    eventlet_condition *c, double seconds) EVENTLET_MUST_CHECK;

/* Called with the lock held; must not switch. */
typedef bool eventlet_predicate_fn(void *arg);

/* Waits until predicate(arg) holds, asking it first and after each notify.
 * Returns   as eventlet_condition_wait.
 * Spec      lock.21 */
EVENTLET_API int eventlet_condition_wait_for(eventlet_condition *c,
                                             eventlet_predicate_fn *predicate,
                                             void *arg) EVENTLET_MUST_CHECK;

/* Ends the waits of the n that wait longest, or of all; they go on when they
 * have the lock.
 * Returns   0, or -EPERM if the lock is not held.
 * Switches  never.
 * Spec      lock.14 lock.15 */
EVENTLET_API int eventlet_condition_notify(eventlet_condition *c, int n);
EVENTLET_API int eventlet_condition_notify_all(eventlet_condition *c);

EVENTLET_DECLS_END

#endif
