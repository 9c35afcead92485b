/* SPDX-License-Identifier: MIT */
/* What a semaphore must do: units are neither lost nor made, and taken and
 * given back strictly in order. Begins with its kind, its units and its limit.
 */
#include "explore.h"

#include <errno.h>
#include <string.h>

#include "eventlet.h"

enum kind { PLAIN, BOUNDED, CAPPED };

static struct {
    eventlet_semaphore *s;
    enum kind kind;
    int units;
    int limit;
    int takers; /* wait, or are about to go on */
    int givers;
    int surplus; /* given for those who were then thrown at */
    bool closed;
} w;

static void begin(const int *with)
{
    int rc;

    memset(&w, 0, sizeof w);
    w.kind = (enum kind)with[0];
    w.units = w.limit = with[1];
    if (w.kind == PLAIN)
        rc = eventlet_semaphore_new(&w.s, w.units);
    else if (w.kind == BOUNDED)
        rc = eventlet_boundedsemaphore_new(&w.s, w.units);
    else
        rc = eventlet_cappedsemaphore_new(&w.s, w.units, w.limit = with[2]);
    EXPLORE_SAME(rc, 0);
}

/* ---- what must be so ---- */

static int room(void)
{
    return w.limit + w.takers - w.units;
}

static bool can_take(void)
{
    return w.units > 0 && w.takers == 0;
}

static bool must_wait_to_give(void)
{
    return w.kind == CAPPED && (room() <= 0 || w.givers > 0);
}

static bool is_closed(void)
{
    return w.closed;
}

static void check(void)
{
    int balance = w.units - w.takers + w.givers;

    EXPLORE_SAME(eventlet_semaphore_counter(w.s), w.units);
    EXPLORE_SAME(eventlet_semaphore_balance(w.s),
                 w.kind == CAPPED ? 2 * balance - w.limit : balance);
    EXPLORE_SAME(eventlet_semaphore_locked(w.s), !can_take());
    EXPLORE_SAME(eventlet_semaphore_bounded(w.s), must_wait_to_give());
    if (w.kind != PLAIN && w.units > w.limit + w.takers + w.surplus)
        explore_fail("%d units in one with the limit %d", w.units, w.limit);
}

static bool may_acquire_wait(int who)
{
    (void)who;
    return !w.closed && w.units == 0;
}

static bool may_release_wait(int who)
{
    (void)who;
    return !w.closed && room() <= 0;
}

/* ---- taking ---- */

static void taken(int rc, bool at_once)
{
    if (rc == 0 && w.closed)
        explore_fail("a unit comes out of a semaphore that was freed");
    if (rc == 0 && --w.units < 0)
        explore_fail("a unit is taken that is not there");
    if (at_once && (rc < 0 || explore_waited()))
        explore_fail("a unit was there, but had to be waited for");
    if (rc < 0 && w.units - w.limit - w.takers > w.surplus)
        w.surplus = w.units - w.limit - w.takers;
}

static void acquire_for(bool timed, double seconds)
{
    bool at_once;
    int rc;

    at_once = can_take();
    w.takers += !at_once;
    explore_enter();
    rc = timed ? eventlet_semaphore_acquire_timeout(w.s, seconds)
               : eventlet_semaphore_acquire(w.s);
    w.takers -= !at_once;
    explore_leave(rc, w.closed);
    explore_expect(rc, 0);
    taken(rc, at_once);
}

static void acquire(int n)
{
    (void)n;
    acquire_for(false, 0);
}

static void acquire_timeout(int n)
{
    (void)n;
    acquire_for(true, 1);
}

static void acquire_zero(int n)
{
    (void)n;
    acquire_for(true, 0);
}

static void acquire_nowait(int n)
{
    bool there;
    int rc;

    (void)n;
    there = can_take();
    explore_enter();
    rc = eventlet_semaphore_acquire_nowait(w.s);
    explore_leave(rc, w.closed);
    EXPLORE_SAME(rc, there ? 0 : -EAGAIN);
    taken(rc, there);
}

/* ---- giving back ---- */

static void given(int rc)
{
    if (rc == 0 && w.closed)
        explore_fail("a unit is given to a semaphore that was freed");
    w.units += rc == 0;
}

static void release(int n)
{
    bool full, wait;
    int rc;

    (void)n;
    full = w.kind == BOUNDED && w.units >= w.limit;
    wait = must_wait_to_give();
    w.givers += wait;
    explore_enter();
    rc = eventlet_semaphore_release(w.s);
    w.givers -= wait;
    explore_leave(rc, w.closed);
    explore_expect(rc, full ? EVENTLET_UNBALANCED : 0);
    if (full)
        EXPLORE_SAME(rc, EVENTLET_UNBALANCED);
    if (!wait && explore_waited())
        explore_fail("there was room, but release waited");
    given(rc);
}

static void release_nowait(int n)
{
    bool full, wait;
    int rc;

    (void)n;
    full = w.kind == BOUNDED && w.units >= w.limit;
    wait = must_wait_to_give();
    explore_enter();
    rc = eventlet_semaphore_release_nowait(w.s);
    explore_leave(rc, w.closed);
    EXPLORE_SAME(rc, full ? EVENTLET_UNBALANCED : wait ? -EAGAIN : 0);
    given(rc);
}

static void close_it(void)
{
    if (!w.closed)
        eventlet_semaphore_free(w.s);
    w.closed = true;
}

#define TAKER                                                                  \
    .may_wait = may_acquire_wait, .line = "takers", .order = EXPLORE_STRICT

static const struct explore_verb verbs[] = {
    { .name = "acquire", .run = acquire, TAKER },
    { .name = "acquire_t", .run = acquire_timeout, TAKER, .timed = true },
    { .name = "acquire_0", .run = acquire_zero, TAKER, .timed = true },
    { .name = "acquire_now", .run = acquire_nowait, TAKER, .in_hub = true },
    { .name = "release",
      .run = release,
      .may_wait = may_release_wait,
      .line = "givers",
      .order = EXPLORE_STRICT },
    { .name = "release_now", .run = release_nowait, .in_hub = true },
    { .name = "free", .in_hub = true },
    { .name = NULL },
};

const struct explore_model explore_semaphore = { .name = "semaphore",
                                                 .verbs = verbs,
                                                 .begin = begin,
                                                 .check = check,
                                                 .is_closed = is_closed,
                                                 .close = close_it };
