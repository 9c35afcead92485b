/* SPDX-License-Identifier: MIT */
/* Units, and lines of those who wait to take one or to give one back.
 *
 * Units are not handed over: who waits is woken, looks, and takes when it is
 * the first in line. While anybody stands there nobody else takes, so a unit
 * that is free belongs to the first, woken or not.
 *
 * In a capped one each who waits to take makes room for one more unit, for
 * that one will be taken: otherwise nothing could pass where the limit is 0.
 *
 * The semaphore outlives eventlet_semaphore_free until the last who waited has
 * left; settle() is where it then goes. */
#include "eventlet/semaphore.h"

#include <errno.h>
#include <limits.h>

#include "base/mem.h"
#include "core/hub.h"
#include "eventlet/timeout.h"
#include "sync/home.h"
#include "sync/line.h"

enum kind { PLAIN, BOUNDED, CAPPED };

struct eventlet_semaphore {
    enum kind kind;
    int units;
    int limit;                    /* of all kinds but the plain one */
    bool closed;                  /* its owner has freed it */
    struct eventlet__line takers; /* wait for a unit */
    struct eventlet__line givers; /* wait for room */
    const void *home;
};

static void settle(eventlet_semaphore *s);

static void taker_left(struct eventlet__line *line)
{
    settle(EVENTLET__CONTAINER(line, eventlet_semaphore, takers));
}

static void giver_left(struct eventlet__line *line)
{
    settle(EVENTLET__CONTAINER(line, eventlet_semaphore, givers));
}

static int make(eventlet_semaphore **s, enum kind kind, int units, int limit)
{
    eventlet_semaphore *made;

    if (units < 0 || units > limit)
        return -EINVAL;
    made = eventlet__alloc(sizeof *made);
    if (!made)
        return -ENOMEM;
    made->kind = kind;
    made->units = units;
    made->limit = limit;
    eventlet__line_init(&made->takers, taker_left);
    eventlet__line_init(&made->givers, giver_left);
    made->home = eventlet__home();
    EVENTLET__BORN(semaphores);
    *s = made;
    return 0;
}

int eventlet_semaphore_new(eventlet_semaphore **s, int value)
{
    return make(s, PLAIN, value, INT_MAX);
}

int eventlet_boundedsemaphore_new(eventlet_semaphore **s, int value)
{
    return make(s, BOUNDED, value, value);
}

int eventlet_cappedsemaphore_new(eventlet_semaphore **s, int count, int limit)
{
    return make(s, CAPPED, count, limit);
}

/* Units that may still come. Negative, if one has come for somebody who was
 * then thrown at. */
static long room(const eventlet_semaphore *s)
{
    return (long)s->limit + s->takers.count - s->units;
}

static int at_most(long n, int most)
{
    return n < most ? (int)n : most;
}

/* After any change: wakes who can go on now. It may be gone then. */
static void settle(eventlet_semaphore *s)
{
    int takers = s->takers.count;
    int givers = s->givers.count;

    if (s->closed && takers == 0 && givers == 0) {
        EVENTLET__DIED(semaphores);
        eventlet__free(s);
        return;
    }
    eventlet__line_wake(&s->takers, s->closed ? takers : s->units);
    eventlet__line_wake(&s->givers,
                        s->closed ? givers : at_most(room(s), givers));
}

void eventlet_semaphore_free(eventlet_semaphore *s)
{
    if (!s)
        return;
    s->closed = true;
    settle(s);
}

/* Joins a line. With another result than 0 *s may be gone. */
static int wait_in(eventlet_semaphore *s, struct eventlet__line *line,
                   eventlet__line_fn *may_go)
{
    int rc = eventlet__line_wait(line, may_go, s);

    if (rc == 0 && s->closed)
        rc = EVENTLET_CLOSED;
    if (rc < 0)
        settle(s);
    return rc;
}

/* ---- taking ---- */

static bool has_unit(void *arg)
{
    const eventlet_semaphore *s = arg;

    return s->closed || s->units > 0;
}

static bool can_take(const eventlet_semaphore *s)
{
    return s->units > 0 && s->takers.count == 0;
}

static int take(eventlet_semaphore *s)
{
    s->units--;
    settle(s);
    return 0;
}

static int wait_and_take(eventlet_semaphore *s)
{
    int rc;

    /* They look when this one stands in line, and there is room for one. */
    eventlet__line_wake(&s->givers, at_most(room(s) + 1, s->givers.count));
    rc = wait_in(s, &s->takers, has_unit);
    return rc < 0 ? rc : take(s);
}

int eventlet_semaphore_acquire(eventlet_semaphore *s)
{
    if (!eventlet__at_home(s->home))
        return -EPERM;
    return can_take(s) ? take(s) : wait_and_take(s);
}

int eventlet_semaphore_acquire_timeout(eventlet_semaphore *s, double seconds)
{
    struct eventlet_timeout t;
    int rc;

    if (!eventlet__at_home(s->home))
        return -EPERM;
    if (!(seconds >= 0))
        return -EINVAL;
    if (can_take(s))
        return take(s);
    rc = eventlet_timeout_start(&t, seconds);
    if (rc < 0)
        return rc;
    rc = wait_and_take(s);
    eventlet_timeout_cancel(&t);
    return rc;
}

int eventlet_semaphore_acquire_nowait(eventlet_semaphore *s)
{
    if (!eventlet__at_home(s->home))
        return -EPERM;
    return can_take(s) ? take(s) : -EAGAIN;
}

/* ---- giving back ---- */

static bool has_room(void *arg)
{
    const eventlet_semaphore *s = arg;

    return s->closed || room(s) > 0;
}

static bool must_wait_to_give(const eventlet_semaphore *s)
{
    return s->kind == CAPPED && (room(s) <= 0 || s->givers.count > 0);
}

static int give(eventlet_semaphore *s)
{
    if (s->kind == BOUNDED && s->units >= s->limit)
        return EVENTLET_UNBALANCED;
    if (s->units == INT_MAX)
        return -EOVERFLOW;
    s->units++;
    settle(s);
    return 0;
}

int eventlet_semaphore_release(eventlet_semaphore *s)
{
    int rc;

    if (!eventlet__at_home(s->home))
        return -EPERM;
    if (!must_wait_to_give(s))
        return give(s);
    rc = wait_in(s, &s->givers, has_room);
    return rc < 0 ? rc : give(s);
}

int eventlet_semaphore_release_nowait(eventlet_semaphore *s)
{
    if (!eventlet__at_home(s->home))
        return -EPERM;
    return must_wait_to_give(s) ? -EAGAIN : give(s);
}

/* ---- looking ---- */

int eventlet_semaphore_balance(const eventlet_semaphore *s)
{
    int units = s->units - s->takers.count + s->givers.count;

    return s->kind == CAPPED ? units - (s->limit - units) : units;
}

int eventlet_semaphore_counter(const eventlet_semaphore *s)
{
    return s->units;
}

bool eventlet_semaphore_locked(const eventlet_semaphore *s)
{
    return !can_take(s);
}

bool eventlet_semaphore_bounded(const eventlet_semaphore *s)
{
    return must_wait_to_give(s);
}
