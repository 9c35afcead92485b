/* SPDX-License-Identifier: MIT */
/* Queues between OS threads: any number of them put and get, first in, first
 * out. An item is a pointer; what it points to is passed on with it.
 *
 * Who has to wait and is a green thread waits alone: its hub goes on. An OS
 * thread that has no hub blocks, as on a condition variable, and no hub is made
 * for it; so a program's main thread that is to stay green has its hub made
 * before, by whatever else it does or by eventlet_hubs_get_hub. */
#ifndef EVENTLET_THREADQUEUE_H
#define EVENTLET_THREADQUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include "errors.h"
#include "export.h"
#include "queue.h"

EVENTLET_DECLS

typedef struct eventlet_threadqueue eventlet_threadqueue;

/* One for at most `maxsize` items; EVENTLET_UNLIMITED, as every negative
 * number, for any number of them.
 * Returns   0; -ENOMEM; -EINVAL for 0: it is no channel.
 * Owns      *q is the caller's.
 * Spec      threadqueue.1 threadqueue.2 */
EVENTLET_API int eventlet_threadqueue_new(eventlet_threadqueue **q,
                                          int maxsize) EVENTLET_MUST_CHECK;

/* Nothing more is put: who puts, or waits in put, gets EVENTLET_CLOSED. What is
 * stored can be got; then who gets, or waits in get, gets EVENTLET_CLOSED. May
 * be called in any OS thread, in the hub, and again.
 * Spec      threadqueue.20 threadqueue.21 */
EVENTLET_API void eventlet_threadqueue_close(eventlet_threadqueue *q);

/* Who waits in put, get or join, in whatever OS thread, gets EVENTLET_CLOSED.
 * Nobody may begin a call from now on: where others might, close, and free when
 * they are done. NULL is allowed.
 * Owns      items that are left are the caller's, who gets them before, with
 *           eventlet_threadqueue_get_nowait. The item of a put that is ended so
 *           stays with who put it.
 * Spec      threadqueue.22 */
EVENTLET_API void eventlet_threadqueue_free(eventlet_threadqueue *q);

/* ---- putting ---- */

/* Puts an item, waiting while the queue is full.
 * Returns   0: the item is in the queue. Negative: it is not, and stays the
 *           caller's; what was thrown, -ENOMEM, EVENTLET_CLOSED; where it would
 *           have to wait EVENTLET_IN_HUB, and -EMFILE, -ENFILE or -ENOMEM if
 *           the hub cannot be made to hear of other OS threads.
 * Switches  only if the queue is full.
 * Spec      threadqueue.3 … threadqueue.9 threadqueue.30 */
EVENTLET_API int eventlet_threadqueue_put(eventlet_threadqueue *q,
                                          void *item) EVENTLET_MUST_CHECK;

/* The same, waiting at most so long; 0 or less does not wait.
 * Returns   also EVENTLET_FULL when time is up; -EINVAL for not-a-number.
 * Spec      threadqueue.10 threadqueue.11 */
EVENTLET_API int eventlet_threadqueue_put_timeout(
    eventlet_threadqueue *q, void *item, double seconds) EVENTLET_MUST_CHECK;

/* The same without waiting.
 * Returns   0, EVENTLET_FULL, EVENTLET_CLOSED, -ENOMEM.
 * Switches  never; may be called in the hub.
 * Spec      threadqueue.12 */
EVENTLET_API int eventlet_threadqueue_put_nowait(
    eventlet_threadqueue *q, void *item) EVENTLET_MUST_CHECK;

/* ---- getting ---- */

/* Takes the oldest item, waiting while there is none.
 * Returns   0; what was thrown, EVENTLET_CLOSED; where it would have to wait
 *           as eventlet_threadqueue_put.
 * Switches  only if there is no item but those for which others were woken.
 * Owns      *item is the caller's.
 * Spec      threadqueue.3 … threadqueue.9 threadqueue.30 */
EVENTLET_API int eventlet_threadqueue_get(eventlet_threadqueue *q,
                                          void **item) EVENTLET_MUST_CHECK;

/* The same, waiting at most so long; 0 or less does not wait.
 * Returns   also EVENTLET_EMPTY when time is up; -EINVAL for not-a-number.
 * Spec      threadqueue.10 threadqueue.11 */
EVENTLET_API int eventlet_threadqueue_get_timeout(
    eventlet_threadqueue *q, void **item, double seconds) EVENTLET_MUST_CHECK;

/* The same without waiting.
 * Returns   0, EVENTLET_EMPTY, EVENTLET_CLOSED.
 * Switches  never; may be called in the hub.
 * Spec      threadqueue.12 */
EVENTLET_API int eventlet_threadqueue_get_nowait(
    eventlet_threadqueue *q, void **item) EVENTLET_MUST_CHECK;

/* ---- what it holds, and who waits: true at the moment of asking ---- */

/* Whether a get would wait; whether a put would. An item for which somebody was
 * woken is as good as gone, and a place that somebody was woken for as taken.
 * Spec      threadqueue.13 */
EVENTLET_API bool eventlet_threadqueue_empty(eventlet_threadqueue *q);
EVENTLET_API bool eventlet_threadqueue_full(eventlet_threadqueue *q);
/* All that are stored. */
EVENTLET_API size_t eventlet_threadqueue_qsize(eventlet_threadqueue *q);
/* EVENTLET_UNLIMITED if there is none. */
EVENTLET_API int eventlet_threadqueue_maxsize(eventlet_threadqueue *q);

/* How many wait in put, in get, of all OS threads: those included that have
 * been woken and have not run.
 * Spec      threadqueue.13 */
EVENTLET_API size_t eventlet_threadqueue_putting(eventlet_threadqueue *q);
EVENTLET_API size_t eventlet_threadqueue_getting(eventlet_threadqueue *q);

/* Growing lets putters in; shrinking loses no item, and who was woken before
 * still puts.
 * Returns   0, or -EINVAL for 0.
 * Spec      threadqueue.14 */
EVENTLET_API int eventlet_threadqueue_resize(eventlet_threadqueue *q,
                                             int maxsize);

/* ---- work that is done ---- */

/* Says that an item that was got has been dealt with.
 * Returns   0, or EVENTLET_UNBALANCED if all have been already.
 * Spec      threadqueue.15 */
EVENTLET_API int eventlet_threadqueue_task_done(eventlet_threadqueue *q);

/* Waits until task_done has been called for every item put.
 * Returns   0, what was thrown, EVENTLET_CLOSED when it is freed; where it
 *           would have to wait as eventlet_threadqueue_put.
 * Switches  only if some are unfinished.
 * Spec      threadqueue.16 */
EVENTLET_API int eventlet_threadqueue_join(eventlet_threadqueue *q)
    EVENTLET_MUST_CHECK;

/* Items put less calls of task_done. */
EVENTLET_API size_t
eventlet_threadqueue_unfinished_tasks(eventlet_threadqueue *q);

EVENTLET_DECLS_END

#endif
