/* SPDX-License-Identifier: MIT */
/* Timeouts: throw EVENTLET_TIMEOUT into the green thread that started one, at
 * whatever it waits for when the time has come.
 *
 *     struct eventlet_timeout t;
 *     eventlet_timeout_start(&t, 0.5);
 *     n = eventlet_recv(s, buf, sizeof buf);
 *     if (eventlet_timeout_cancel(&t))
 *         ... it was this one that ended the call ...
 */
#ifndef EVENTLET_TIMEOUT_H
#define EVENTLET_TIMEOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "export.h"
#include "greenthread.h"

EVENTLET_DECLS

/* The caller's memory, on its stack; the fields are the library's. It must be
 * cancelled or have been delivered before the memory goes. */
struct eventlet_timeout {
    int64_t due_ns;
    uint64_t seq;
    uint32_t slot; /* place in the hub's heap + 1; 0: in none */
    uint8_t kind;
    uint8_t state;
    uint8_t silent;
    int code;
    void *owner; /* the green thread it is aimed at */
    void *next;  /* of its owner's that are overdue */
    double seconds;
};

/* Starts the clock. EVENTLET_NEVER never fires and is never pending; 0 or less
 * fires on the next pass, so only if the green thread waits.
 * A wake-up beats it: due while its thread is woken but has not run, it fires
 * only if that thread waits again before cancelling.
 * Returns   0, EVENTLET_IN_HUB, -ENOMEM, -EINVAL for not-a-number; then it will
 *           not fire, and cancelling it is still right.
 * Spec      timeout.1 … timeout.6, 14, 15, 16, 18 */
EVENTLET_API int eventlet_timeout_start(struct eventlet_timeout *t,
                                        double seconds);

/* The same with a code of one's own (negative) to be thrown.
 * Spec      timeout.7 */
EVENTLET_API int eventlet_timeout_start_code(struct eventlet_timeout *t,
                                             double seconds, int code);

/* The same, and eventlet_timeout_end keeps it to itself.
 * Spec      timeout.8 */
EVENTLET_API int eventlet_timeout_start_silent(struct eventlet_timeout *t,
                                               double seconds);

/* Stops it if pending; harmless otherwise, and any number of times.
 * Returns   whether it had fired: the code that some call returned was its.
 * Spec      timeout.9 */
EVENTLET_API bool eventlet_timeout_cancel(struct eventlet_timeout *t);

/* Ends a block that gave rc: cancels, and turns rc into 0 if it is what this
 * very timeout threw and it is silent.
 * Spec      timeout.8 */
EVENTLET_API int eventlet_timeout_end(struct eventlet_timeout *t, int rc);

EVENTLET_API bool eventlet_timeout_pending(const struct eventlet_timeout *t);

/* Writes eventlet's text: "" for EVENTLET_NEVER, "1 second", "2.5 seconds
 * (silent)", "2 seconds (NAME)". Returns what snprintf does.
 * Spec      timeout.10 */
EVENTLET_API int eventlet_timeout_str(const struct eventlet_timeout *t,
                                      char *buf, size_t size);

/* Runs fn(arg) in the calling green thread under a timeout of its own.
 * Returns   what fn returns; if *timed_out is wanted (not NULL) and it is this
 *           timeout that ended fn, 0 and *timed_out = true. Other timeouts
 *           pass through.
 * Spec      timeout.11 timeout.12 */
EVENTLET_API int eventlet_with_timeout(double seconds, eventlet_fn *fn,
                                       void *arg, bool *timed_out);

/* The 0.9.6 name: throws `code` into the caller after `seconds`, unless it is
 * dead by then.
 * Spec      timeout.17 */
EVENTLET_API int eventlet_exc_after(struct eventlet_timeout *t, double seconds,
                                    int code) EVENTLET_DEPRECATED;

EVENTLET_DECLS_END

#endif
