/* SPDX-License-Identifier: MIT */
/* Queues: the calls. What happens where one has to wait is in queue_wait.c. */
#include "eventlet/queue.h"

#include <assert.h>
#include <errno.h>
#include <math.h>

#include "base/mem.h"
#include "core/greenthread.h"
#include "eventlet/timeout.h"
#include "sync/queue_wait.h"

/* ---- making ---- */

static size_t limit_of(int maxsize)
{
    return maxsize < 0 ? EVENTLET__QUEUE_NO_LIMIT : (size_t)maxsize;
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
    eventlet__line_init(&made->getters, eventlet__queue_getter_left);
    eventlet__line_init(&made->putters, eventlet__queue_putter_left);
    made->taken.vanished = eventlet__queue_taken_vanished;
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

/* ---- as those of Python's library ---- */

static int size_of_green(int maxsize)
{
    return maxsize == 0 ? EVENTLET_UNLIMITED : maxsize;
}

int eventlet_green_queue_new(eventlet_queue **q, int maxsize)
{
    return eventlet_queue_new(q, size_of_green(maxsize));
}

int eventlet_green_priorityqueue_new(eventlet_queue **q, int maxsize,
                                     eventlet_queue_cmp *cmp, void *arg)
{
    return eventlet_priorityqueue_new(q, size_of_green(maxsize), cmp, arg);
}

int eventlet_green_lifoqueue_new(eventlet_queue **q, int maxsize)
{
    return eventlet_lifoqueue_new(q, size_of_green(maxsize));
}

/* ---- the calls ---- */

void eventlet_queue_free(eventlet_queue *q)
{
    if (!q)
        return;
    q->closed = true;
    eventlet__store_deinit(&q->store);
    eventlet__line_wake(&q->getters, INT64_MAX);
    eventlet__line_wake(&q->putters, INT64_MAX);
    eventlet__wake_all(&q->joiners);
    eventlet__queue_settle(q);
}

static int put_now(eventlet_queue *q, void *item)
{
    int rc = eventlet__queue_store(q, item);

    eventlet__queue_let_out(q);
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
    return q->store.len + (size_t)q->putters.count < (size_t)q->getters.count;
}

int eventlet_queue_put_nowait(eventlet_queue *q, void *item)
{
    return eventlet__queue_room(q) > 0 || is_wanted(q) ? put_now(q, item)
                                                       : EVENTLET_FULL;
}

static int get_now(eventlet_queue *q, void **item)
{
    *item = eventlet__store_take(&q->store);
    eventlet__queue_let_in(q);
    return 0;
}

int eventlet_queue_get(eventlet_queue *q, void **item)
{
    return q->store.len > 0 ? get_now(q, item)
                            : eventlet__queue_get_waiting(q, item);
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
        return eventlet__queue_get_in_a_pass(q, item);
    rc = eventlet_timeout_start_code(&t, seconds, EVENTLET_EMPTY);
    if (rc < 0)
        return rc;
    rc = eventlet__queue_get_waiting(q, item);
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
    eventlet__wake(putter->place.gt);
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
    return q->limit == EVENTLET__QUEUE_NO_LIMIT ? EVENTLET_UNLIMITED
                                                : (int)q->limit;
}

int eventlet_queue_putting(const eventlet_queue *q)
{
    return q->putters.count;
}

int eventlet_queue_getting(const eventlet_queue *q)
{
    return q->getters.count;
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

struct joining {
    struct eventlet__stay stay;
    eventlet_queue *q;
};

static void joiner_left(eventlet_queue *q)
{
    q->inside--;
    if (q->closed)
        eventlet__queue_settle(q);
}

static void joiner_vanished(struct eventlet__keeper *keeper,
                            struct eventlet__stay *stay)
{
    (void)keeper;
    joiner_left(EVENTLET__CONTAINER(stay, struct joining, stay)->q);
}

static struct eventlet__keeper joiners = { joiner_vanished };

/* Who waited when all was finished has waited for that, even if more has been
 * put by the time it runs. */
int eventlet_queue_join(eventlet_queue *q)
{
    struct joining me = { .q = q };
    eventlet_greenthread *self;
    uint64_t before = q->finishes;
    int rc = 0;

    if (q->unfinished == 0)
        return 0;
    self = eventlet__self();
    if (!self)
        return EVENTLET_IN_HUB;
    eventlet__stay(self, &me.stay, &joiners);
    q->inside++;
    while (rc == 0 && !q->closed && q->finishes == before)
        rc = eventlet__wait_on(&q->joiners);
    eventlet__stay_ends(self, &me.stay);
    if (rc == 0 && q->finishes == before)
        rc = EVENTLET_CLOSED;
    joiner_left(q);
    return rc;
}

size_t eventlet_queue_unfinished_tasks(const eventlet_queue *q)
{
    return q->unfinished;
}
