/* SPDX-License-Identifier: MIT */
/* A metaphore: the reverse of a semaphore. It counts jobs, and who waits goes
 * on when none is left. eventlet.coros.metaphore.
 *
 * It belongs to the OS thread that made it; another one is refused with
 * -EPERM. */
#ifndef EVENTLET_METAPHORE_H
#define EVENTLET_METAPHORE_H

#include "errors.h"
#include "export.h"

EVENTLET_DECLS

typedef struct eventlet_metaphore eventlet_metaphore;

/* Makes one that counts 0.
 * Returns   0 or -ENOMEM.
 * Owns      *m is the caller's.
 * Spec      metaphore.1 */
EVENTLET_API int eventlet_metaphore_new(eventlet_metaphore **m)
    EVENTLET_MUST_CHECK;

/* Who waits gets EVENTLET_CLOSED. NULL is allowed.
 * Spec      metaphore.8 */
EVENTLET_API void eventlet_metaphore_free(eventlet_metaphore *m);

/* Counts `by` more, at least 1.
 * Returns   0, -EINVAL, -EOVERFLOW, -EPERM.
 * Switches  never.
 * Spec      metaphore.2 metaphore.6 metaphore.7 */
EVENTLET_API int eventlet_metaphore_inc(eventlet_metaphore *m, int by);

/* Counts `by` less, at least 1, and not below 0. If that makes it 0, all who
 * wait go on in the next pass.
 * Returns   0, EVENTLET_UNBALANCED if it was 0, -EINVAL, -EPERM.
 * Switches  never; fine in the hub.
 * Spec      metaphore.3 metaphore.4 metaphore.6 metaphore.7 */
EVENTLET_API int eventlet_metaphore_dec(eventlet_metaphore *m, int by);

/* Waits until it counts 0.
 * Returns   0, what was thrown, EVENTLET_CLOSED, EVENTLET_IN_HUB where it would
 *           have to wait, -EPERM.
 * Switches  only if it does not count 0.
 * Spec      metaphore.1 metaphore.2 metaphore.3 metaphore.5 */
EVENTLET_API int eventlet_metaphore_wait(eventlet_metaphore *m)
    EVENTLET_MUST_CHECK;

/* The same, for so long; 0 or less waits for one pass.
 * Returns   also EVENTLET_TIMEOUT, -ENOMEM, -EINVAL for not-a-number.
 * Spec      metaphore.5 */
EVENTLET_API int eventlet_metaphore_wait_timeout(
    eventlet_metaphore *m, double seconds) EVENTLET_MUST_CHECK;

/* Returns   what it counts. */
EVENTLET_API int eventlet_metaphore_counter(const eventlet_metaphore *m);

EVENTLET_DECLS_END

#endif
