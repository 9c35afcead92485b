/* SPDX-License-Identifier: MIT */
/* Standing in line: green threads that take turns, strictly in the order in
 * which they came.
 *
 * Unlike in a plain eventlet__waitq, one that was woken keeps its place until
 * it has run. So nobody who comes meanwhile gets in front of it, it does not
 * fall back if what it was woken for is gone again, and `count` counts it. It
 * is known who has been woken, so that to wake one more costs no look at the
 * others, however many of them have not run.
 *
 * Semaphores, locks and pools use eventlet__line_wait; queues, which are in a
 * hurry and whose places carry items, its parts. */
#ifndef EVENTLET_SYNC_LINE_H
#define EVENTLET_SYNC_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/list.h"
#include "core/greenthread.h"

/* On the stack of who stands there. */
struct eventlet__place {
    struct eventlet__stay stay;
    struct eventlet__node node;
    eventlet_greenthread *gt;
    uint64_t arrival;
    bool woken;
};

struct eventlet__line {
    struct eventlet__keeper keeper;
    struct eventlet__place *lone; /* the only one, which is in no list then */
    struct eventlet__list places;
    struct eventlet__node *rest; /* those in front of it have been woken */
    int count;                   /* who stands in it, the woken included */
    int woken; /* how many of them have been, and have not looked yet */
    uint64_t arrivals;
    void (*left)(struct eventlet__line *);
};

/* left(line) is called when one that stood in it has vanished: as with one that
 * was thrown at, a wake-up may have been meant for it. */
void eventlet__line_init(struct eventlet__line *line,
                         void (*left)(struct eventlet__line *));

/* Whether the first in line may go. Must not switch. */
typedef bool eventlet__line_fn(void *arg);

/* Joins the line, and leaves it when the caller is the first and may_go(arg).
 * Somebody has to call eventlet__line_wake when that may have changed: so has
 * the caller, once it has taken what it waited for. One that is thrown at wakes
 * the first in line itself, as the wake-up may have been meant for it.
 * Returns   0, or as eventlet__park. The caller has left in every case.
 * Switches  always, but in the hub; a caller that need not wait asks may_go and
 *           `count` first.
 * Spec      line.1 line.2 line.3 line.4 line.6 */
int eventlet__line_wait(struct eventlet__line *line, eventlet__line_fn *may_go,
                        void *arg);

/* Lets n look, on the next pass, those included that were woken before and have
 * not looked; who then may not go stays. Never switches. */
void eventlet__line_wake(struct eventlet__line *line, int64_t n);

/* ---- the parts ---- */

static inline struct eventlet__place *eventlet__place_of(
    struct eventlet__node *node)
{
    return EVENTLET__CONTAINER(node, struct eventlet__place, node);
}

/* The caller's, in no line yet. Returns 0 or EVENTLET_IN_HUB. */
static inline int eventlet__place_init(struct eventlet__place *place)
{
    place->gt = eventlet__self();
    place->woken = false;
    return place->gt ? 0 : EVENTLET_IN_HUB;
}

/* Joins a line in which others stand. */
void eventlet__line_queue_up(struct eventlet__line *line,
                             struct eventlet__place *place);

static inline void eventlet__line_join(struct eventlet__line *line,
                                       struct eventlet__place *place)
{
    eventlet__stay(place->gt, &place->stay, &line->keeper);
    if (line->count++ == 0)
        line->lone = place;
    else
        eventlet__line_queue_up(line, place);
}

/* Whoever stood there, which may have vanished. */
static inline void eventlet__line_leave(struct eventlet__line *line,
                                        struct eventlet__place *place)
{
    line->woken -= place->woken;
    line->count--;
    if (line->lone == place) {
        line->lone = NULL;
        return;
    }
    if (line->rest == &place->node)
        line->rest = place->node.next;
    eventlet__take_out(&place->node);
}

/* NULL: nobody stands there. */
static inline struct eventlet__place *eventlet__line_first(
    const struct eventlet__line *line)
{
    struct eventlet__node *n = line->places.head.next;

    if (line->lone || n == &line->places.head)
        return line->lone;
    return eventlet__place_of(n);
}

/* The one behind it; NULL: it is the last. */
static inline struct eventlet__place *eventlet__line_behind(
    const struct eventlet__line *line, const struct eventlet__place *place)
{
    if (line->lone || place->node.next == &line->places.head)
        return NULL;
    return eventlet__place_of(place->node.next);
}

static inline bool eventlet__line_is_first(const struct eventlet__line *line,
                                           const struct eventlet__place *place)
{
    return line->lone == place || line->places.head.next == &place->node;
}

/* Whether there are some who have not been woken. */
static inline bool eventlet__line_has_idle(const struct eventlet__line *line)
{
    return line->count > line->woken;
}

/* Counts one that is idle as woken, without waking it. */
static inline void eventlet__line_rouse(struct eventlet__line *line,
                                        struct eventlet__place *place)
{
    place->woken = true;
    line->woken++;
}

/* If it has been woken, that was in vain: it waits on where it stood.
 * Returns false if that was because somebody in front of it is idle. */
static inline bool eventlet__line_go_idle(struct eventlet__line *line,
                                          struct eventlet__place *place)
{
    if (!place->woken)
        return true;
    place->woken = false;
    line->woken--;
    if (line->lone)
        return true;
    if (line->rest == &line->places.head ||
        place->arrival < eventlet__place_of(line->rest)->arrival)
        line->rest = &place->node;
    return line->rest == &place->node;
}

/* Wakes the next of the idle; there must be one. It may be the caller, who does
 * not park then. */
static inline void eventlet__line_wake_next(struct eventlet__line *line)
{
    struct eventlet__place *next = line->lone;

    while (!next || next->woken) {
        next = eventlet__place_of(line->rest);
        line->rest = line->rest->next;
    }
    eventlet__line_rouse(line, next);
    eventlet__wake_unlisted(next->gt);
}

#endif
