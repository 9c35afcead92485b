/* SPDX-License-Identifier: MIT */
/* Conditions: to give a lock back, wait to be notified, and take it again.
 *
 * A notify goes to a place, which leaves the list. Its thread may still be
 * thrown at, before it has run or while it waits for the lock; then it returns
 * that, and passes the notify on to who is the first by then. So a notify is
 * lost only if nobody waits.
 *
 * The condition outlives eventlet_condition_free until the last call that waits
 * in it has returned, and the lock outlives the condition. */
#include <errno.h>

#include "base/mem.h"
#include "core/greenthread.h"
#include "eventlet/timeout.h"
#include "sync/home.h"
#include "sync/lock.h"

struct eventlet_condition {
    struct eventlet__keeper keeper;
    struct eventlet__mutex *mutex;
    struct eventlet__list places; /* of those to be notified, longest first */
    int waiting;                  /* calls of wait that have not returned */
    bool closed;                  /* its owner has freed it */
};

/* On the stack of who waits. */
struct place {
    struct eventlet__stay stay;
    struct eventlet__node node;
    eventlet_greenthread *gt;
    bool told; /* and out of the list; a notify is its to use or pass on */
};

static void vanished(struct eventlet__keeper *keeper,
                     struct eventlet__stay *stay);

static int make(eventlet_condition **c, struct eventlet__mutex *m)
{
    eventlet_condition *made;

    if (!eventlet__at_home(m->home))
        return -EPERM;
    made = eventlet__alloc(sizeof *made);
    if (!made)
        return -ENOMEM;
    made->keeper.vanished = vanished;
    made->mutex = m;
    m->conditions++;
    eventlet__list_init(&made->places);
    EVENTLET__BORN(conditions);
    *c = made;
    return 0;
}

int eventlet_condition_new(eventlet_condition **c, eventlet_lock *lock)
{
    return make(c, &lock->mutex);
}

int eventlet_condition_new_rlock(eventlet_condition **c, eventlet_rlock *lock)
{
    return make(c, &lock->mutex);
}

static void free_if_unused(eventlet_condition *c)
{
    struct eventlet__mutex *m = c->mutex;

    if (!c->closed || c->waiting > 0)
        return;
    EVENTLET__DIED(conditions);
    eventlet__free(c);
    m->conditions--;
    if (m->closed)
        eventlet__mutex_settle(m);
}

static void tell(eventlet_condition *c, int n)
{
    struct eventlet__node *node;

    while (n-- > 0 && (node = eventlet__list_pop(&c->places)) != NULL) {
        struct place *place = EVENTLET__CONTAINER(node, struct place, node);

        place->told = true;
        eventlet__wake_unlisted(place->gt);
    }
}

void eventlet_condition_free(eventlet_condition *c)
{
    if (!c)
        return;
    c->closed = true;
    tell(c, c->waiting);
    free_if_unused(c);
}

static void vanished(struct eventlet__keeper *keeper,
                     struct eventlet__stay *stay)
{
    eventlet_condition *c =
        EVENTLET__CONTAINER(keeper, eventlet_condition, keeper);
    struct place *place = EVENTLET__CONTAINER(stay, struct place, stay);

    eventlet__unlink(&place->node);
    if (place->told)
        tell(c, 1);
    c->waiting--;
    free_if_unused(c);
}

static int check_held(const eventlet_condition *c)
{
    if (!eventlet__at_home(c->mutex->home))
        return -EPERM;
    return eventlet__mutex_held(c->mutex) ? 0 : -EPERM;
}

/* ---- waiting ---- */

/* What was thrown, and a notify that is thereby meant for somebody else. */
static int thrown(eventlet_condition *c, struct place *place, int rc)
{
    if (rc < 0 && place->told) {
        place->told = false;
        tell(c, 1);
    }
    return rc;
}

static int wait_to_be_told(eventlet_condition *c, struct place *place)
{
    int rc;

    do
        rc = eventlet__park();
    while (rc == 0 && !place->told);
    eventlet__unlink(&place->node);
    return thrown(c, place, rc);
}

/* Once it is told, its time limit is over: the lock may take longer. */
static int leave_and_wait(eventlet_condition *c, struct eventlet_timeout *t)
{
    struct place place = { .gt = eventlet__self() };
    size_t depth;
    int rc;

    eventlet__stay(place.gt, &place.stay, &c->keeper);
    eventlet__list_append(&c->places, &place.node);
    c->waiting++;
    depth = eventlet__mutex_leave(c->mutex);
    rc = wait_to_be_told(c, &place);
    if (t)
        eventlet_timeout_cancel(t);
    rc = thrown(c, &place, eventlet__mutex_reenter(c->mutex, depth, rc));
    if (rc == 0 && c->closed)
        rc = EVENTLET_CLOSED;
    eventlet__stay_ends(place.gt, &place.stay);
    c->waiting--;
    free_if_unused(c);
    return rc;
}

int eventlet_condition_wait(eventlet_condition *c)
{
    int rc = check_held(c);

    if (rc < 0)
        return rc;
    return eventlet__self() ? leave_and_wait(c, NULL) : EVENTLET_IN_HUB;
}

int eventlet_condition_wait_timeout(eventlet_condition *c, double seconds)
{
    struct eventlet_timeout t;
    int rc = check_held(c);

    if (rc < 0)
        return rc;
    if (!(seconds >= 0))
        return -EINVAL;
    rc = eventlet_timeout_start(&t, seconds);
    return rc < 0 ? rc : leave_and_wait(c, &t);
}

int eventlet_condition_wait_for(eventlet_condition *c,
                                eventlet_predicate_fn *predicate, void *arg)
{
    int rc = check_held(c);

    while (rc == 0 && !predicate(arg))
        rc = eventlet_condition_wait(c);
    return rc;
}

/* ---- notifying ---- */

int eventlet_condition_notify(eventlet_condition *c, int n)
{
    int rc = check_held(c);

    if (rc == 0)
        tell(c, n);
    return rc;
}

int eventlet_condition_notify_all(eventlet_condition *c)
{
    return eventlet_condition_notify(c, c->waiting);
}
