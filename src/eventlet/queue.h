/* SPDX-License-Identifier: MIT */
/* Queues between green threads: first in, first out; by priority; last in,
 * first out. An item is a pointer; what it points to stays the business of
 * those who put and get it.
 *
 * A queue holds at most `maxsize` items. One of size 0 is a channel: it holds
 * none, and a put waits until a getter has taken its item. */
#ifndef EVENTLET_QUEUE_H
#define EVENTLET_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include "errors.h"
#include "export.h"

EVENTLET_DECLS

typedef struct eventlet_queue eventlet_queue;

/* As a maxsize: any number of items. So is every negative one. */
#define EVENTLET_UNLIMITED (-1)

/* Negative if a is to come out before b, positive if after; items that compare
 * equal come out in the order in which they were put. Must not switch, nor
 * touch the queue. */
typedef int eventlet_queue_cmp(const void *a, const void *b, void *arg);

/* Returns   0 or -ENOMEM.
 * Owns      *q is the caller's.
 * Spec      queue.1 queue.2 */
EVENTLET_API int eventlet_queue_new(eventlet_queue **q,
                                    int maxsize) EVENTLET_MUST_CHECK;
/* The same without task_done and join. Spec queue.28 */
EVENTLET_API int eventlet_lightqueue_new(eventlet_queue **q,
                                         int maxsize) EVENTLET_MUST_CHECK;
/* The smallest comes out first. Spec queue.3 */
EVENTLET_API int eventlet_priorityqueue_new(eventlet_queue **q, int maxsize,
                                            eventlet_queue_cmp *cmp,
                                            void *arg) EVENTLET_MUST_CHECK;
/* The one put last comes out first. Spec queue.4 */
EVENTLET_API int eventlet_lifoqueue_new(eventlet_queue **q,
                                        int maxsize) EVENTLET_MUST_CHECK;

/* The same as eventlet.green.Queue has them: 0 is any number, not a channel.
 * Spec queue.38 */
EVENTLET_API int eventlet_green_queue_new(eventlet_queue **q,
                                          int maxsize) EVENTLET_MUST_CHECK;
EVENTLET_API int eventlet_green_priorityqueue_new(
    eventlet_queue **q, int maxsize, eventlet_queue_cmp *cmp,
    void *arg) EVENTLET_MUST_CHECK;
EVENTLET_API int eventlet_green_lifoqueue_new(eventlet_queue **q,
                                              int maxsize) EVENTLET_MUST_CHECK;

/* Who waits in put, get or join gets EVENTLET_CLOSED. NULL is allowed.
 * Owns      items that are left are the caller's, who gets them before:
 *               while (eventlet_queue_get_nowait(q, &item) == 0)
 *                   free(item);
 *           The item of a put that is ended so stays with who put it.
 * Spec      queue.29 queue.30 */
EVENTLET_API void eventlet_queue_free(eventlet_queue *q);

/* ---- putting ---- */

/* Puts an item, waiting while the queue is full. On a channel that is until a
 * getter has taken it.
 * Returns   0: the item is in the queue or with its getter. Negative: it is
 *           not, and stays the caller's; what was thrown, -ENOMEM,
 *           EVENTLET_CLOSED, EVENTLET_IN_HUB where it would have to wait.
 * Switches  only if the queue is full.
 * Spec      queue.5 … queue.9 queue.14 queue.17 queue.18 queue.31 queue.35 */
EVENTLET_API int eventlet_queue_put(eventlet_queue *q,
                                    void *item) EVENTLET_MUST_CHECK;

/* The same, waiting at most so long; 0 or less waits for one pass.
 * Returns   also EVENTLET_FULL when time is up; -EINVAL for not-a-number.
 * Spec      queue.19 queue.20 queue.21 */
EVENTLET_API int eventlet_queue_put_timeout(eventlet_queue *q, void *item,
                                            double seconds) EVENTLET_MUST_CHECK;

/* The same without waiting. A full queue takes the item nevertheless if a
 * getter waits that it is for.
 * Returns   0, EVENTLET_FULL, -ENOMEM.
 * Switches  never; may be called in the hub.
 * Spec      queue.22 queue.24 */
EVENTLET_API int eventlet_queue_put_nowait(eventlet_queue *q,
                                           void *item) EVENTLET_MUST_CHECK;

/* ---- getting ---- */

/* Takes the item that comes out next, waiting while the queue is empty. If
 * there is only one that a putter waits with, it is taken on the next pass.
 * Returns   0, what was thrown, EVENTLET_CLOSED, or EVENTLET_IN_HUB where it
 *           would have to wait.
 * Switches  only if the queue is empty.
 * Owns      *item is the caller's.
 * Spec      queue.10 … queue.13 queue.15 queue.16 queue.35 */
EVENTLET_API int eventlet_queue_get(eventlet_queue *q,
                                    void **item) EVENTLET_MUST_CHECK;

/* The same, waiting at most so long; 0 or less waits for one pass.
 * Returns   also EVENTLET_EMPTY when time is up; -EINVAL for not-a-number.
 * Spec      queue.19 queue.20 */
EVENTLET_API int eventlet_queue_get_timeout(eventlet_queue *q, void **item,
                                            double seconds) EVENTLET_MUST_CHECK;

/* The same without waiting; takes the item of a putter that waits, too.
 * Returns   0 or EVENTLET_EMPTY.
 * Switches  never; may be called in the hub.
 * Spec      queue.23 queue.24 */
EVENTLET_API int eventlet_queue_get_nowait(eventlet_queue *q,
                                           void **item) EVENTLET_MUST_CHECK;

/* ---- what it holds, and who waits ---- */

/* Whether the next get would wait; whether the next put would. A channel is
 * empty and full.
 * Spec      queue.1 queue.2 */
EVENTLET_API bool eventlet_queue_empty(const eventlet_queue *q);
EVENTLET_API bool eventlet_queue_full(const eventlet_queue *q);
EVENTLET_API size_t eventlet_queue_qsize(const eventlet_queue *q);
/* EVENTLET_UNLIMITED if there is none. */
EVENTLET_API int eventlet_queue_maxsize(const eventlet_queue *q);

/* How many wait in put, in get: those included that have been woken but have
 * not run.
 * Spec      queue.32 */
EVENTLET_API int eventlet_queue_putting(const eventlet_queue *q);
EVENTLET_API int eventlet_queue_getting(const eventlet_queue *q);

/* Growing lets putters in, on the next pass; shrinking loses no item.
 * Spec      queue.25 queue.26 */
EVENTLET_API void eventlet_queue_resize(eventlet_queue *q, int maxsize);

/* ---- work that is done ---- */

/* Says that an item that was got has been dealt with.
 * Returns   0, or EVENTLET_UNBALANCED if all have been already.
 * Spec      queue.27 */
EVENTLET_API int eventlet_queue_task_done(eventlet_queue *q);

/* Waits until task_done has been called for every item put.
 * Returns   0, what was thrown, EVENTLET_CLOSED, EVENTLET_IN_HUB.
 * Switches  only if some are unfinished.
 * Spec      queue.33 queue.34 */
EVENTLET_API int eventlet_queue_join(eventlet_queue *q) EVENTLET_MUST_CHECK;

/* Items put less calls of task_done. */
EVENTLET_API size_t eventlet_queue_unfinished_tasks(const eventlet_queue *q);

EVENTLET_DECLS_END

#endif
