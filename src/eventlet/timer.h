/* SPDX-License-Identifier: MIT */
/* Timers: a callback that the hub makes once, at a time. Equal deadlines fire
 * in the order in which they were armed. */
#ifndef EVENTLET_TIMER_H
#define EVENTLET_TIMER_H

#include <stdbool.h>

#include "export.h"

EVENTLET_DECLS

typedef struct eventlet_timer eventlet_timer;

/* Makes a timer that is not scheduled yet: fn(arg) after `seconds`.
 * Returns   0 or -ENOMEM.
 * Owns      *timer is the caller's, to free.
 * Spec      timer.1 */
EVENTLET_API int eventlet_timer_new(eventlet_timer **timer, double seconds,
                                    int (*fn)(void *arg),
                                    void *arg) EVENTLET_MUST_CHECK;

/* As eventlet_timer_new, but it will not fire once the green thread that made
 * it is dead.
 * Spec      timer.6 */
EVENTLET_API int eventlet_timer_new_local(eventlet_timer **timer,
                                          double seconds, int (*fn)(void *arg),
                                          void *arg) EVENTLET_MUST_CHECK;

/* Starts the clock, on this OS thread's hub.
 * Returns   0, -EBUSY if it is pending already, -ENOMEM.
 * Spec      timer.2 timer.3 timer.8 timer.10 */
EVENTLET_API int eventlet_timer_schedule(eventlet_timer *timer);

/* Prevents the call. After it was made, or twice, this does nothing.
 * Spec      timer.4 */
EVENTLET_API void eventlet_timer_cancel(eventlet_timer *timer);

/* Returns   whether the call is still to come: neither made nor cancelled, and,
 *           for a local one, its green thread alive.
 * Spec      timer.5 */
EVENTLET_API bool eventlet_timer_pending(const eventlet_timer *timer);

EVENTLET_API bool eventlet_timer_called(const eventlet_timer *timer);
EVENTLET_API double eventlet_timer_seconds(const eventlet_timer *timer);

/* Makes an unscheduled timer with the same interval and call.
 * Spec      timer.7 */
EVENTLET_API int eventlet_timer_copy(
    eventlet_timer **copy, const eventlet_timer *timer) EVENTLET_MUST_CHECK;

/* Cancels and frees; NULL is allowed, and so is the timer that is firing.
 * Spec      timer.12 */
EVENTLET_API void eventlet_timer_free(eventlet_timer *timer);

EVENTLET_DECLS_END

#endif
