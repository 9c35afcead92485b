/* SPDX-License-Identifier: MIT */
/* An event: something that happens once and brings a value or an error, and
 * that any number of green threads wait for.
 *
 * It belongs to the OS thread that made it; in another one, what wakes or waits
 * is refused with -EPERM. */
#ifndef EVENTLET_EVENT_H
#define EVENTLET_EVENT_H

#include <stdbool.h>

#include "errors.h"
#include "export.h"

EVENTLET_DECLS

typedef struct eventlet_event eventlet_event;

/* Returns   0 or -ENOMEM.
 * Owns      *event is the caller's.
 * Spec      event.1 */
EVENTLET_API int eventlet_event_new(eventlet_event **event) EVENTLET_MUST_CHECK;

/* Who waits gets EVENTLET_CLOSED; who was sent something already keeps it.
 * What was sent is the sender's to free. NULL is allowed.
 * Spec      event.14 */
EVENTLET_API void eventlet_event_free(eventlet_event *event);

/* Gives the value to all who wait now, in the order in which they came, and to
 * all who will. They go on in the next pass. Fine in the hub.
 * Returns   0, EVENTLET_ALREADY_SENT, -EPERM.
 * Switches  never.
 * Spec      event.2 event.3 event.4 event.5 event.6 */
EVENTLET_API int eventlet_event_send(eventlet_event *event, void *value);

/* The same with a code (negative), which every wait then returns.
 * Returns   also -EINVAL for a code that is none.
 * Spec      event.7 */
EVENTLET_API int eventlet_event_send_exception(eventlet_event *event, int code);

/* Waits until it is sent. value may be NULL.
 * Returns   0, the code that was sent, what was thrown, EVENTLET_CLOSED if it
 *           is freed meanwhile, EVENTLET_IN_HUB if it would have to wait in the
 *           hub, -EPERM.
 * Switches  only if nothing was sent yet.
 * Spec      event.2 event.8 event.10 event.11 event.13 */
EVENTLET_API int eventlet_event_wait(eventlet_event *event,
                                     void **value) EVENTLET_MUST_CHECK;

/* The same, for so long; 0 or less waits for one pass, EVENTLET_NEVER for ever.
 * Returns   also EVENTLET_TIMEOUT, -ENOMEM, -EINVAL for not-a-number.
 * Spec      event.12 */
EVENTLET_API int eventlet_event_wait_timeout(
    eventlet_event *event, void **value, double seconds) EVENTLET_MUST_CHECK;

/* Whether anything was sent; a value; a code.
 * Spec      event.9 */
EVENTLET_API bool eventlet_event_ready(const eventlet_event *event);
EVENTLET_API bool eventlet_event_has_result(const eventlet_event *event);
EVENTLET_API bool eventlet_event_has_exception(const eventlet_event *event);

/* Looks without waiting. What *value held before stays there if nothing is
 * found: that is the default.
 * Returns   0, the code that was sent, EVENTLET_NOT_SENT.
 * Spec      event.9 */
EVENTLET_API int eventlet_event_poll(const eventlet_event *event, void **value);

/* Returns   0, or EVENTLET_NOT_SENT if no value was sent, be it for a code. */
EVENTLET_API int eventlet_event_poll_result(const eventlet_event *event,
                                            void **value);

/* Returns   the code that was sent; 0 if none was. */
EVENTLET_API int eventlet_event_poll_exception(const eventlet_event *event);

/* Makes it as if nothing had been sent. Those who were sent something get it
 * all the same.
 * Returns   0 or EVENTLET_NOT_SENT.
 * Spec      event.4 event.5 */
EVENTLET_API int eventlet_event_reset(eventlet_event *event);

EVENTLET_DECLS_END

#endif
