/* SPDX-License-Identifier: MIT */
/* Waiting in queues.
 *
 * Getters stand in one line and putters in another, each with a place on its
 * own stack; a putter's place carries its item. Nobody is handed anything: who
 * is woken looks again, takes, and leaves. The one exception is a putter whose
 * item a getter takes straight from its place, when nothing is stored: that put
 * is done, whatever happens to its green thread before it runs.
 *
 * What eventlet__queue_settle keeps, after every change: as many getters have
 * been woken as there is something to get, and as many putters as there is
 * room. So one that leaves because something was thrown at it need not know
 * whether it was woken: the next is. Who was woken and finds nothing takes up
 * its old place.
 *
 * A pair meets on an empty store like this: the getter is woken first, and the
 * putter right behind it, before it could be thrown out by a timeout; or, if
 * the putter was there first, by the getter that takes its item. Either way the
 * putter goes on in the same pass, after the getter.
 *
 * The queue outlives eventlet_queue_free until the last call inside returned.
 */
#include "sync/queue_wait.h"

#include "base/mem.h"
#include "core/greenthread.h"

/* ---- what there is ---- */

/* Something was thrown at it: its put will fail, so its item is not to be had.
 */
static bool is_thrown_at(const eventlet_greenthread *gt)
{
    return gt->task.state == EVENTLET__WOKEN && gt->task.code < 0;
}

struct eventlet__queue_place *eventlet__queue_offer(eventlet_queue *q)
{
    struct eventlet__node *end = &q->putters.all.head;

    for (struct eventlet__node *at = end->next; at != end; at = at->next) {
        struct eventlet__queue_place *place =
            EVENTLET__CONTAINER(at, struct eventlet__queue_place, node);

        if (!is_thrown_at(place->gt))
            return place;
    }
    return NULL;
}

void eventlet__queue_let_go(eventlet_queue *q)
{
    if (q->inside > 0)
        return;
    EVENTLET__DIED(queues);
    eventlet__free(q);
}

void eventlet__queue_line_wake_up_to(struct eventlet__queue_line *line,
                                     size_t n)
{
    do {
        struct eventlet__queue_place *place =
            eventlet__queue_place_of(line->idle);

        eventlet__queue_line_rouse(line, place);
        eventlet__wake(place->gt);
    } while (line->woken < n && eventlet__queue_line_has_idle(line));
}

void *eventlet__queue_take_offer(eventlet_queue *q,
                                 struct eventlet__queue_place *putter)
{
    eventlet__queue_line_leave(&q->putters, putter);
    putter->taken = true;
    q->unfinished += q->counts;
    return putter->item;
}

/* ---- waiting ---- */

typedef bool may_go_fn(eventlet_queue *q);

static bool may_put(eventlet_queue *q)
{
    return eventlet__queue_room(q) > 0;
}

static bool may_get(eventlet_queue *q)
{
    return q->store.len > 0 || eventlet__queue_offer(q);
}

/* Waits until `me` is the first of the line and may go. Returns 0 also if the
 * queue was closed or the item taken. */
static inline __attribute__((always_inline)) int stand(
    eventlet_queue *q, struct eventlet__queue_line *line,
    struct eventlet__queue_place *me, may_go_fn *may_go)
{
    int rc;

    for (;;) {
        rc = me->woken ? eventlet__park_woken() : eventlet__park_self(me->gt);
        if (rc < 0 || me->taken || q->closed)
            return rc;
        if (eventlet__queue_line_is_first(line, me) && may_go(q))
            return 0;
        if (me->hurry)
            return me->hurry;
        eventlet__queue_line_go_idle(line, me);
        eventlet__queue_settle(q);
    }
}

/* Whether a getter is on its way for the last putter's item: it is to be right
 * behind that getter. */
static bool is_awaited(const eventlet_queue *q,
                       const struct eventlet__queue_line *line)
{
    return line == &q->putters &&
           q->store.len + line->count <= q->getters.woken;
}

static inline __attribute__((always_inline)) int wait_in(
    eventlet_queue *q, struct eventlet__queue_line *line,
    struct eventlet__queue_place *me, may_go_fn *may_go)
{
    int rc;

    me->arrival = q->arrivals++;
    eventlet__queue_line_join(line, me);
    q->inside++;
    eventlet__queue_settle(q);
    if (me->hurry || is_awaited(q, line))
        eventlet__queue_line_rouse(line, me);
    rc = stand(q, line, me, may_go);
    q->inside--;
    if (!me->taken)
        eventlet__queue_line_leave(line, me);
    return rc;
}

/* The item of a put that has been taken cannot be taken back: what was thrown
 * after that comes out of the next wait. */
int eventlet__queue_put_waiting(eventlet_queue *q, void *item, int hurry)
{
    struct eventlet__queue_place me;
    int rc = eventlet__queue_place_init(&me, item, hurry);

    if (rc < 0)
        return rc;
    rc = wait_in(q, &q->putters, &me, may_put);
    if (me.taken) {
        if (rc < 0)
            eventlet__throw(me.gt, rc);
        rc = 0;
    } else if (rc == 0) {
        rc = q->closed ? EVENTLET_CLOSED : eventlet__queue_store(q, item);
    }
    eventlet__queue_settle(q);
    return rc;
}

static void *take_any(eventlet_queue *q)
{
    struct eventlet__queue_place *putter;
    void *item;

    if (q->store.len > 0)
        return eventlet__store_take(&q->store);
    putter = eventlet__queue_offer(q);
    item = eventlet__queue_take_offer(q, putter);
    eventlet__wake_at_once(putter->gt);
    return item;
}

int eventlet__queue_get_waiting(eventlet_queue *q, void **item, int hurry)
{
    struct eventlet__queue_place me;
    int rc = eventlet__queue_place_init(&me, NULL, hurry);

    if (rc < 0)
        return rc;
    rc = wait_in(q, &q->getters, &me, may_get);
    if (rc == 0 && q->closed)
        rc = EVENTLET_CLOSED;
    if (rc == 0)
        *item = take_any(q);
    eventlet__queue_settle(q);
    return rc;
}
