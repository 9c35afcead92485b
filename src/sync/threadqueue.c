/* SPDX-License-Identifier: MIT */
/* Queues between OS threads: the calls. How one waits is in
 * threadqueue_line.c. */
#include "sync/threadqueue.h"

#include <errno.h>
#include <math.h>

#include "base/mem.h"

/* ---- making ---- */

int eventlet_threadqueue_new(eventlet_threadqueue **q, int maxsize)
{
    eventlet_threadqueue *made;

    if (maxsize == 0)
        return -EINVAL;
    made = eventlet__alloc(sizeof *made);
    if (!made)
        return -ENOMEM;
    made->maxsize = maxsize < 0 ? EVENTLET_UNLIMITED : maxsize;
    eventlet__threadqueue_init(made);
    *q = made;
    return 0;
}

void eventlet_threadqueue_close(eventlet_threadqueue *q)
{
    eventlet__threadqueue_enter(q);
    q->closed = true;
    eventlet__threadqueue_leave(q);
}

void eventlet_threadqueue_free(eventlet_threadqueue *q)
{
    if (!q)
        return;
    eventlet__threadqueue_enter(q);
    q->closed = q->freed = true;
    eventlet__store_deinit(&q->store);
    eventlet__threadqueue_leave(q);
}

/* ---- putting ---- */

static int store(eventlet_threadqueue *q, void *item)
{
    size_t limit = q->maxsize < 0 ? SIZE_MAX : (size_t)q->maxsize;
    int rc = eventlet__store_put(&q->store, item, limit);

    if (rc < 0)
        return rc;
    q->unfinished++;
    return 0;
}

static int put_waiting(eventlet_threadqueue *q, void *item, double seconds)
{
    struct eventlet__threadqueue_place place;
    int rc = eventlet__threadqueue_approach(&place, q, &q->putters);

    if (rc < 0) {
        eventlet__threadqueue_leave(q);
        return rc;
    }
    if (!q->closed && eventlet__threadqueue_room(q) == 0)
        rc = eventlet__threadqueue_stand(&place, seconds, EVENTLET_FULL);
    if (rc == 0)
        rc = q->closed ? EVENTLET_CLOSED : store(q, item);
    eventlet__threadqueue_leave(q);
    eventlet__sleeper_deinit(&place.sleeper);
    return rc;
}

static int put(eventlet_threadqueue *q, void *item, double seconds)
{
    int rc;

    eventlet__threadqueue_enter(q);
    if (q->closed)
        rc = EVENTLET_CLOSED;
    else if (eventlet__threadqueue_room(q) > 0)
        rc = store(q, item);
    else if (seconds > 0)
        return put_waiting(q, item, seconds);
    else
        rc = EVENTLET_FULL;
    eventlet__threadqueue_leave(q);
    return rc;
}

int eventlet_threadqueue_put(eventlet_threadqueue *q, void *item)
{
    return put(q, item, EVENTLET_NEVER);
}

int eventlet_threadqueue_put_timeout(eventlet_threadqueue *q, void *item,
                                     double seconds)
{
    return isnan(seconds) ? -EINVAL : put(q, item, seconds);
}

int eventlet_threadqueue_put_nowait(eventlet_threadqueue *q, void *item)
{
    return put(q, item, 0);
}

/* ---- getting ---- */

static int get_waiting(eventlet_threadqueue *q, void **item, double seconds)
{
    struct eventlet__threadqueue_place place;
    int rc = eventlet__threadqueue_approach(&place, q, &q->getters);

    if (rc < 0) {
        eventlet__threadqueue_leave(q);
        return rc;
    }
    if (!q->closed && !eventlet__threadqueue_has_item(q))
        rc = eventlet__threadqueue_stand(&place, seconds, EVENTLET_EMPTY);
    if (rc == 0 && q->store.len == 0)
        rc = EVENTLET_CLOSED;
    if (rc == 0)
        *item = eventlet__store_take(&q->store);
    eventlet__threadqueue_leave(q);
    eventlet__sleeper_deinit(&place.sleeper);
    return rc;
}

static int get(eventlet_threadqueue *q, void **item, double seconds)
{
    int rc = 0;

    eventlet__threadqueue_enter(q);
    if (eventlet__threadqueue_has_item(q))
        *item = eventlet__store_take(&q->store);
    else if (q->closed)
        rc = EVENTLET_CLOSED;
    else if (seconds > 0)
        return get_waiting(q, item, seconds);
    else
        rc = EVENTLET_EMPTY;
    eventlet__threadqueue_leave(q);
    return rc;
}

int eventlet_threadqueue_get(eventlet_threadqueue *q, void **item)
{
    return get(q, item, EVENTLET_NEVER);
}

int eventlet_threadqueue_get_timeout(eventlet_threadqueue *q, void **item,
                                     double seconds)
{
    return isnan(seconds) ? -EINVAL : get(q, item, seconds);
}

int eventlet_threadqueue_get_nowait(eventlet_threadqueue *q, void **item)
{
    return get(q, item, 0);
}

/* ---- looking ---- */

bool eventlet_threadqueue_empty(eventlet_threadqueue *q)
{
    bool empty;

    eventlet__threadqueue_enter(q);
    empty = !eventlet__threadqueue_has_item(q);
    eventlet__threadqueue_unlock(q);
    return empty;
}

bool eventlet_threadqueue_full(eventlet_threadqueue *q)
{
    bool full;

    eventlet__threadqueue_enter(q);
    full = eventlet__threadqueue_room(q) == 0;
    eventlet__threadqueue_unlock(q);
    return full;
}

static size_t look(eventlet_threadqueue *q, const size_t *number)
{
    size_t n;

    eventlet__threadqueue_enter(q);
    n = *number;
    eventlet__threadqueue_unlock(q);
    return n;
}

size_t eventlet_threadqueue_qsize(eventlet_threadqueue *q)
{
    return look(q, &q->store.len);
}

int eventlet_threadqueue_maxsize(eventlet_threadqueue *q)
{
    int maxsize;

    eventlet__threadqueue_enter(q);
    maxsize = q->maxsize;
    eventlet__threadqueue_unlock(q);
    return maxsize;
}

size_t eventlet_threadqueue_putting(eventlet_threadqueue *q)
{
    return look(q, &q->putters.waiting);
}

size_t eventlet_threadqueue_getting(eventlet_threadqueue *q)
{
    return look(q, &q->getters.waiting);
}

int eventlet_threadqueue_resize(eventlet_threadqueue *q, int maxsize)
{
    if (maxsize == 0)
        return -EINVAL;
    eventlet__threadqueue_enter(q);
    q->maxsize = maxsize < 0 ? EVENTLET_UNLIMITED : maxsize;
    eventlet__threadqueue_leave(q);
    return 0;
}

/* ---- work that is done ---- */

int eventlet_threadqueue_task_done(eventlet_threadqueue *q)
{
    int rc = 0;

    eventlet__threadqueue_enter(q);
    if (q->unfinished == 0)
        rc = EVENTLET_UNBALANCED;
    else if (--q->unfinished == 0)
        q->finishes++;
    eventlet__threadqueue_leave(q);
    return rc;
}

/* Who waited when all was finished has waited for that, even if more has been
 * put by the time it runs. */
int eventlet_threadqueue_join(eventlet_threadqueue *q)
{
    struct eventlet__threadqueue_place place;
    int rc = 0;

    eventlet__threadqueue_enter(q);
    if (q->unfinished == 0) {
        eventlet__threadqueue_unlock(q);
        return 0;
    }
    place.finishes = q->finishes;
    rc = eventlet__threadqueue_approach(&place, q, &q->joiners);
    if (rc < 0) {
        eventlet__threadqueue_leave(q);
        return rc;
    }
    if (!q->freed && place.finishes == q->finishes)
        rc = eventlet__threadqueue_stand(&place, EVENTLET_NEVER,
                                         EVENTLET_TIMEOUT);
    if (rc == 0 && place.finishes == q->finishes)
        rc = EVENTLET_CLOSED;
    eventlet__threadqueue_leave(q);
    eventlet__sleeper_deinit(&place.sleeper);
    return rc;
}

size_t eventlet_threadqueue_unfinished_tasks(eventlet_threadqueue *q)
{
    return look(q, &q->unfinished);
}
