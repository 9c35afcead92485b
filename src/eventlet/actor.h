/* SPDX-License-Identifier: MIT */
/* An actor: a mailbox whose messages are received in the order in which they
 * came, each in a green thread of its own. eventlet.coros.Actor.
 *
 * It belongs to the OS thread that made it; another one is refused with
 * -EPERM. */
#ifndef EVENTLET_ACTOR_H
#define EVENTLET_ACTOR_H

#include <stddef.h>

#include "errors.h"
#include "export.h"
#include "greenpool.h"

EVENTLET_DECLS

typedef struct eventlet_actor eventlet_actor;

/* What is done about a message. May switch. A negative result is logged, unless
 * it is EVENTLET_EXIT, and changes nothing for the messages that follow. */
typedef int eventlet_received_fn(void *message, void *arg);

/* Makes one that receives at most `concurrency` messages at a time, at least 1;
 * with 1 each waits until the one before it is done.
 * Returns   0, -EINVAL, -ENOMEM.
 * Owns      *actor is the caller's. arg must outlive the last message.
 * Spec      actor.1 actor.2 actor.3 actor.7 actor.8 */
EVENTLET_API int eventlet_actor_new(eventlet_actor **actor, int concurrency,
                                    eventlet_received_fn *received,
                                    void *arg) EVENTLET_MUST_CHECK;

/* Messages that were not begun are dropped; those being received are received
 * to their end. May be called while a message is received. NULL is allowed.
 * Spec      actor.6 */
EVENTLET_API void eventlet_actor_free(eventlet_actor *actor);

/* Puts a message into the mailbox.
 * Returns   0, -ENOMEM, -EPERM, EVENTLET_CLOSED if it receives no more.
 * Switches  never; fine in the hub.
 * Spec      actor.1 actor.4 actor.8 */
EVENTLET_API int eventlet_actor_cast(eventlet_actor *actor,
                                     void *message) EVENTLET_MUST_CHECK;

/* Returns   how many messages have not been begun. */
EVENTLET_API size_t eventlet_actor_waiting(const eventlet_actor *actor);

/* Returns   the pool in which messages are received: how many more it could
 *           receive now, and when all that were begun are done. Borrowed.
 * Spec      actor.3 */
EVENTLET_API eventlet_greenpool *eventlet_actor_pool(
    const eventlet_actor *actor);

EVENTLET_DECLS_END

#endif
