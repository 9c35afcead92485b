/* SPDX-License-Identifier: MIT */
/* The getters, or the putters, of a queue, in the order in which they came.
 *
 * Unlike in an eventlet__line it is known who has been woken, so that each item
 * wakes one more at no cost, however many were woken and have not run. */
#ifndef EVENTLET_SYNC_QUEUE_LINE_H
#define EVENTLET_SYNC_QUEUE_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"
#include "core/greenthread.h"

/* On the stack of who waits. */
struct eventlet__queue_place {
    struct eventlet__stay stay;
    struct eventlet__node node; /* in line->all */
    struct eventlet__node idle; /* in line->idle while it has not been woken */
    eventlet_greenthread *gt;
    uint64_t arrival;
    void *item; /* a putter's */
    bool taken; /* its item was, and it has left the line */
    int hurry;  /* if not 0: the code to leave with after one pass in vain */
};

struct eventlet__queue_line {
    struct eventlet__keeper keeper;
    struct eventlet__list all;
    struct eventlet__list idle;
    int count; /* in all */
    int woken; /* of them not in idle */
};

static inline void eventlet__queue_line_init(
    struct eventlet__queue_line *line,
    void (*vanished)(struct eventlet__keeper *, struct eventlet__stay *))
{
    line->keeper.vanished = vanished;
    eventlet__list_init(&line->all);
    eventlet__list_init(&line->idle);
}

/* The caller's, in no line yet. Returns 0 or EVENTLET_IN_HUB. */
static inline int eventlet__queue_place_init(
    struct eventlet__queue_place *place, int hurry)
{
    place->gt = eventlet__self();
    place->taken = false;
    place->hurry = hurry;
    return place->gt ? 0 : EVENTLET_IN_HUB;
}

static inline struct eventlet__queue_place *eventlet__queue_idler(
    struct eventlet__node *idle)
{
    return EVENTLET__CONTAINER(idle, struct eventlet__queue_place, idle);
}

static inline bool eventlet__queue_line_is_first(
    const struct eventlet__queue_line *line,
    const struct eventlet__queue_place *place)
{
    return line->all.head.next == &place->node;
}

static inline bool eventlet__queue_line_is_idle(
    const struct eventlet__queue_place *place)
{
    return eventlet__linked(&place->idle);
}

static inline void eventlet__queue_line_join(
    struct eventlet__queue_line *line, struct eventlet__queue_place *place)
{
    eventlet__list_append(&line->all, &place->node);
    eventlet__list_append(&line->idle, &place->idle);
    line->count++;
}

/* Counts it as woken, without waking it. */
static inline void eventlet__queue_line_rouse(
    struct eventlet__queue_line *line, struct eventlet__queue_place *place)
{
    if (!eventlet__queue_line_is_idle(place))
        return;
    eventlet__unlink(&place->idle);
    line->woken++;
}

static inline void eventlet__queue_line_leave(
    struct eventlet__queue_line *line, struct eventlet__queue_place *place)
{
    eventlet__queue_line_rouse(line, place);
    line->woken--;
    eventlet__take_out(&place->node);
    line->count--;
}

/* Back to its place among those not woken. Few are older than one that was
 * woken, so the walk is short. */
static inline void eventlet__queue_line_go_idle(
    struct eventlet__queue_line *line, struct eventlet__queue_place *place)
{
    struct eventlet__node *at = line->idle.head.next;

    if (eventlet__queue_line_is_idle(place))
        return;
    while (at != &line->idle.head &&
           eventlet__queue_idler(at)->arrival < place->arrival)
        at = at->next;
    eventlet__insert_before(at, &place->idle);
    line->woken--;
}

/* Makes it n that have been woken, if so many are there. The caller may be
 * among them: it does not park then. */
static inline void eventlet__queue_line_wake_up_to(
    struct eventlet__queue_line *line, size_t n)
{
    struct eventlet__node *idle;

    while ((size_t)line->woken < n &&
           (idle = eventlet__list_pop(&line->idle)) != NULL) {
        line->woken++;
        eventlet__wake(eventlet__queue_idler(idle)->gt);
    }
}

#endif
