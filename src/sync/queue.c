/* SPDX-License-Identifier: MIT */
/* Queues: the calls. What happens where one has to wait is in queue_wait.c. */
#include "eventlet/queue.h"

#include <assert.h>
#include <errno.h>
#include <math.h>

#include "base/mem.h"
#include "core/park.h"
#include "eventlet/timeout.h"
#include "sync/queue_wait.h"

/* ---- making ---- */

static size_t limit_of(int maxsize)
{
    return maxsize < 0 ? SIZE_MAX : (size_t)maxsize;
}

static int make(eventlet_queue **q, int maxsize,
                enum eventlet__store_order order)
{
    eventlet_queue *made = eventlet__alloc(sizeof *made);

    if (!made)
        return -ENOMEM;
    made->store.order = order;
    made->limit = limit_of(maxsize);
    made->counts = true;
    eventlet__queue_line_init(&made->getters);
    eventlet__queue_line_init(&made->putters);
    eventlet__waitq_init(&made->joiners);
    EVENTLET__BORN(queues);
    *q = made;
    return 0;
}

int eventlet_queue_new(eventlet_queue **q, int maxsize)
{
    return make(q, maxsize, EVENTLET__FIFO);
}

int eventlet_lightqueue_new(eventlet_queue **q, int maxsize)
{
    int rc = make(q, maxsize, EVENTLET__FIFO);

    if (rc == 0)
        (*q)->counts = false;
    return rc;
}

int eventlet_priorityqueue_new(eventlet_queue **q, int maxsize,
                               eventlet_queue_cmp *cmp, void *arg)
{
    int rc;

    assert(cmp);
    rc = make(q, maxsize, EVENTLET__HEAP);
    if (rc < 0)
        return rc;
    (*q)->store.cmp = cmp;
    (*q)->store.cmp_arg = arg;
    return 0;
}

int eventlet_lifoqueue_new(eventlet_queue **q, int maxsize)
{
    return make(q, maxsize, EVENTLET__LIFO);
}

/* ---- the calls ---- */

void eventlet_queue_free(eventlet_queue *q)
{
    if (!q)
        return;
    q->closed = true;
    eventlet__store_deinit(&q->store);
    if (eventlet__queue_line_has_idle(&q->getters))
        eventlet__queue_line_wake_up_to(&q->getters, SIZE_MAX);
    if (eventlet__queue_line_has_idle(&q->putters))
        eventlet__queue_line_wake_up_to(&q->putters, SIZE_MAX);
    eventlet__wake_all(&q->joiners);
    eventlet__queue_settle(q);
}

static int put_now(eventlet_queue *q, void *item)
{
    int rc = eventlet__queue_store(q, item);

    eventlet__queue_settle(q);
    return rc;
}

int eventlet_queue_put(eventlet_queue *q, void *item)
{
    return eventlet__queue_room(q) > 0
               ? put_now(q, item)
               : eventlet__queue_put_waiting(q, item, 0);
}

/* 0 seconds are one pass, without a timer: that would fire before those who are
 * ready have run. */
int eventlet_queue_put_timeout(eventlet_queue *q, void *item, double seconds)
{
    struct eventlet_timeout t;
    int rc;

    if (isnan(seconds))
        return -EINVAL;
    if (eventlet__queue_room(q) > 0)
        return put_now(q, item);
    if (seconds <= 0)
        return eventlet__queue_put_waiting(q, item, EVENTLET_FULL);
    rc = eventlet_timeout_start_code(&t, seconds, EVENTLET_FULL);
    if (rc < 0)
        return rc;
    rc = eventlet__queue_put_waiting(q, item, 0);
    eventlet_timeout_cancel(&t);
    return rc;
}

/* Whether one more getter waits than there is something for: not if putters
 * stand there whose items come first. */
static bool is_wanted(const eventlet_queue *q)
{
    return eventlet__queue_stock(q) < q->getters.count;
}

int eventlet_queue_put_nowait(eventlet_queue *q, void *item)
{
    return eventlet__queue_room(q) > 0 || is_wanted(q) ? put_now(q, item)
                                                       : EVENTLET_FULL;
}

static int get_now(eventlet_queue *q, void **item)
{
    *item = eventlet__store_take(&q->store);
    eventlet__queue_settle(q);
    return 0;
}

int eventlet_queue_get(eventlet_queue *q, void **item)
{
    return q->store.len > 0 ? get_now(q, item)
                            : eventlet__queue_get_waiting(q, item, 0);
}

int eventlet_queue_get_timeout(eventlet_queue *q, void **item, double seconds)
{
    struct eventlet_timeout t;
    int rc;

    if (isnan(seconds))
        return -EINVAL;
    if (q->store.len > 0)
        return get_now(q, item);
    if (seconds <= 0)
        return eventlet__queue_get_waiting(q, item, EVENTLET_EMPTY);
    rc = eventlet_timeout_start_code(&t, seconds, EVENTLET_EMPTY);
    if (rc < 0)
        return rc;
    rc = eventlet__queue_get_waiting(q, item, 0);
    eventlet_timeout_cancel(&t);
    return rc;
}

/* Several putters may be relieved before the caller gives way: they go on in
 * their order, on the next pass. */
int eventlet_queue_get_nowait(eventlet_queue *q, void **item)
{
    struct eventlet__queue_place *putter;

    if (q->store.len > 0)
        return get_now(q, item);
    putter = eventlet__queue_offer(q);
    if (!putter)
        return EVENTLET_EMPTY;
    *item = eventlet__queue_take_offer(q, putter);
    eventlet__wake(putter->gt);
    eventlet__queue_settle(q);
    return 0;
}

bool eventlet_queue_empty(const eventlet_queue *q)
{
    return q->store.len == 0;
}

bool eventlet_queue_full(const eventlet_queue *q)
{
    return eventlet__queue_room(q) == 0;
}

size_t eventlet_queue_qsize(const eventlet_queue *q)
{
    return q->store.len;
}

int eventlet_queue_maxsize(const eventlet_queue *q)
{
    return q->limit == SIZE_MAX ? EVENTLET_UNLIMITED : (int)q->limit;
}

int eventlet_queue_putting(const eventlet_queue *q)
{
    return (int)q->putters.count;
}

int eventlet_queue_getting(const eventlet_queue *q)
{
    return (int)q->getters.count;
}

void eventlet_queue_resize(eventlet_queue *q, int maxsize)
{
    q->limit = limit_of(maxsize);
    eventlet__queue_settle(q);
}

int eventlet_queue_task_done(eventlet_queue *q)
{
    if (q->unfinished == 0)
        return EVENTLET_UNBALANCED;
    if (--q->unfinished > 0)
        return 0;
    q->finishes++;
    eventlet__wake_all(&q->joiners);
    return 0;
}

/* Who waited when all was finished has waited for that, even if more has been
 * put by the time it runs. */
int eventlet_queue_join(eventlet_queue *q)
{
    uint64_t before = q->finishes;
    int rc = 0;

    if (q->unfinished == 0)
        return 0;
    q->inside++;
    while (rc == 0 && !q->closed && q->finishes == before)
        rc = eventlet__wait_on(&q->joiners);
    q->inside--;
    if (rc == 0 && q->finishes == before)
        rc = EVENTLET_CLOSED;
    if (q->closed)
        eventlet__queue_settle(q);
    return rc;
}

size_t eventlet_queue_unfinished_tasks(const eventlet_queue *q)
{
    return q->unfinished;
}
