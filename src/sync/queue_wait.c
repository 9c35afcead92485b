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
    struct eventlet__place *at = eventlet__line_first(&q->putters);

    while (at && is_thrown_at(at->gt))
        at = eventlet__line_behind(&q->putters, at);
    return at ? EVENTLET__CONTAINER(at, struct eventlet__queue_place, place)
              : NULL;
}

/* The last that leaves a queue whose owner has freed it, or the owner. */
static void free_if_left(eventlet_queue *q)
{
    if (q->inside + q->getters.count + q->putters.count > 0)
        return;
    EVENTLET__DIED(queues);
    eventlet__free(q);
}

void eventlet__queue_settle(eventlet_queue *q)
{
    if (q->closed) {
        free_if_left(q);
        return;
    }
    eventlet__line_wake(&q->getters, (int64_t)q->store.len + q->putters.count);
    eventlet__line_wake(&q->putters, (int64_t)eventlet__queue_room(q));
}

void *eventlet__queue_take_offer(eventlet_queue *q,
                                 struct eventlet__queue_place *putter)
{
    eventlet__line_leave(&q->putters, &putter->place);
    putter->place.stay.keeper = &q->taken;
    q->inside++;
    putter->taken = true;
    q->unfinished += q->counts;
    return putter->item;
}

/* ---- waiting ---- */

static inline bool may_get(eventlet_queue *q)
{
    return q->store.len > 0 || eventlet__queue_offer(q);
}

static inline bool may_go(eventlet_queue *q, bool putting)
{
    return putting ? eventlet__queue_room(q) > 0 : may_get(q);
}

/* Waits until `me` is the first of the line and may go, and leaves the line.
 * `taken`, a putter's, tells that somebody took its item, and it out of the
 * line: NULL is a getter. If `hurry` is not 0, that is the code to leave with
 * after one pass in vain. Returns 0 also if the item was taken; EVENTLET_CLOSED
 * if the queue was freed. */
static inline __attribute__((always_inline)) int stand(
    eventlet_queue *q, struct eventlet__line *line, struct eventlet__place *me,
    const bool *taken, int hurry)
{
    int rc;

    for (;;) {
        rc = me->woken ? eventlet__park_woken() : eventlet__park_as(me->gt);
        if (taken && *taken)
            break;
        if (rc == 0 && q->closed)
            rc = EVENTLET_CLOSED;
        if (rc < 0 || (eventlet__line_is_first(line, me) && may_go(q, taken)))
            break;
        rc = hurry;
        if (rc < 0)
            break;
        (void)eventlet__line_go_idle(line, me); /* settle wakes */
        eventlet__queue_settle(q);
    }
    eventlet__stay_ends(me->gt, &me->stay);
    if (!(taken && *taken))
        eventlet__line_leave(line, me);
    return rc;
}

/* ---- putting ---- */

/* Whether a getter is on its way for the last putter's item: it is to be right
 * behind that getter. */
static bool is_awaited(const eventlet_queue *q)
{
    return q->store.len + (size_t)q->putters.count <= (size_t)q->getters.woken;
}

/* The item of a put that has been taken cannot be taken back: what was thrown
 * after that comes out of the next wait. */
static void be_done(eventlet_queue *q, struct eventlet__queue_place *me, int rc)
{
    q->inside--;
    if (rc < 0)
        eventlet__throw(me->place.gt, rc);
}

int eventlet__queue_put_waiting(eventlet_queue *q, void *item, int hurry)
{
    struct eventlet__queue_place me = { .item = item };
    int rc = eventlet__place_init(&me.place);

    if (rc < 0)
        return rc;
    eventlet__line_join(&q->putters, &me.place);
    if (eventlet__line_has_idle(&q->getters))
        eventlet__queue_settle(q);
    if (hurry || is_awaited(q))
        eventlet__line_rouse(&q->putters, &me.place);
    rc = stand(q, &q->putters, &me.place, &me.taken, hurry);
    if (me.taken) {
        be_done(q, &me, rc);
        rc = 0;
    } else if (rc == 0) {
        rc = eventlet__queue_store(q, item);
    }
    eventlet__queue_settle(q);
    return rc;
}

/* ---- getting ---- */

static void *take_offered(eventlet_queue *q)
{
    struct eventlet__queue_place *putter = eventlet__queue_offer(q);
    void *item = eventlet__queue_take_offer(q, putter);

    eventlet__wake_at_once(putter->place.gt);
    return item;
}

static inline __attribute__((always_inline)) int get_waiting(eventlet_queue *q,
                                                             void **item,
                                                             int hurry)
{
    struct eventlet__place me;
    int rc = eventlet__place_init(&me);

    if (rc < 0)
        return rc;
    eventlet__line_join(&q->getters, &me);
    if (q->putters.count > 0)
        eventlet__queue_settle(q);
    if (hurry && !me.woken)
        eventlet__line_rouse(&q->getters, &me);
    rc = stand(q, &q->getters, &me, NULL, hurry);
    if (rc < 0) {
        eventlet__queue_settle(q);
        return rc;
    }
    if (q->store.len > 0)
        *item = eventlet__store_take(&q->store);
    else
        *item = take_offered(q);
    eventlet__queue_let_in(q);
    return 0;
}

int eventlet__queue_get_waiting(eventlet_queue *q, void **item)
{
    return get_waiting(q, item, 0);
}

int eventlet__queue_get_in_a_pass(eventlet_queue *q, void **item)
{
    return get_waiting(q, item, EVENTLET_EMPTY);
}

/* ---- vanishing: in a forked child, or with the hub ---- */

void eventlet__queue_getter_left(struct eventlet__line *getters)
{
    eventlet__queue_settle(
        EVENTLET__CONTAINER(getters, eventlet_queue, getters));
}

void eventlet__queue_putter_left(struct eventlet__line *putters)
{
    eventlet__queue_settle(
        EVENTLET__CONTAINER(putters, eventlet_queue, putters));
}

void eventlet__queue_taken_vanished(struct eventlet__keeper *taken,
                                    struct eventlet__stay *stay)
{
    eventlet_queue *q = EVENTLET__CONTAINER(taken, eventlet_queue, taken);

    (void)stay;
    q->inside--;
    eventlet__queue_settle(q);
}
