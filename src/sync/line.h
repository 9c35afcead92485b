/* SPDX-License-Identifier: MIT */
/* Standing in line: green threads that take turns, strictly in the order in
 * which they came.
 *
 * Unlike in a plain eventlet__waitq, one that was woken keeps its place until
 * it has run. So nobody who comes meanwhile gets in front of it, it does not
 * fall back if what it was woken for is gone again, and `count` counts it. */
#ifndef EVENTLET_SYNC_LINE_H
#define EVENTLET_SYNC_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/list.h"
#include "core/park.h"

struct eventlet__line {
    struct eventlet__keeper keeper;
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

/* Lets the first n look, on the next pass; those who then may not go stay.
 * Never switches. Linear in those it wakes. */
void eventlet__line_wake(struct eventlet__line *line, int n);

#endif
