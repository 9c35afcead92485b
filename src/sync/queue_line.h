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
    struct eventlet__node node;
    eventlet_greenthread *gt;
    uint64_t arrival;
    void *item; /* a putter's */
    int hurry;  /* if not 0: the code to leave with after one pass in vain */
    bool woken;
    bool taken; /* its item was, and it has left the line */
};

struct eventlet__queue_line {
    struct eventlet__keeper keeper;
    struct eventlet__list all;
    struct eventlet__node *rest; /* those in front of it have been woken */
    int idle;                    /* how many have not been woken */
    int woken;                   /* how many have */
};

static inline void eventlet__queue_line_init(
    struct eventlet__queue_line *line,
    void (*vanished)(struct eventlet__keeper *, struct eventlet__stay *))
{
    line->keeper.vanished = vanished;
    eventlet__list_init(&line->all);
    line->rest = &line->all.head;
}

/* The caller's, in no line yet. Returns 0 or EVENTLET_IN_HUB. */
static inline int eventlet__queue_place_init(
    struct eventlet__queue_place *place, int hurry)
{
    place->gt = eventlet__self();
    place->hurry = hurry;
    place->woken = false;
    place->taken = false;
    return place->gt ? 0 : EVENTLET_IN_HUB;
}

/* How many stand there. */
static inline int eventlet__queue_line_count(
    const struct eventlet__queue_line *line)
{
    return line->idle + line->woken;
}

static inline struct eventlet__queue_place *eventlet__queue_place_of(
    struct eventlet__node *node)
{
    return EVENTLET__CONTAINER(node, struct eventlet__queue_place, node);
}

static inline bool eventlet__queue_line_is_first(
    const struct eventlet__queue_line *line,
    const struct eventlet__queue_place *place)
{
    return line->all.head.next == &place->node;
}

static inline void eventlet__queue_line_join(
    struct eventlet__queue_line *line, struct eventlet__queue_place *place)
{
    eventlet__list_append(&line->all, &place->node);
    if (line->rest == &line->all.head)
        line->rest = &place->node;
    line->idle++;
}

/* Counts one that is idle as woken, without waking it. */
static inline void eventlet__queue_line_rouse(
    struct eventlet__queue_line *line, struct eventlet__queue_place *place)
{
    place->woken = true;
    line->woken++;
    line->idle--;
}

static inline void eventlet__queue_line_leave(
    struct eventlet__queue_line *line, struct eventlet__queue_place *place)
{
    if (line->rest == &place->node)
        line->rest = place->node.next;
    if (place->woken)
        line->woken--;
    else
        line->idle--;
    eventlet__take_out(&place->node);
}

/* If it has been woken, that was in vain: it waits on where it stood. */
static inline void eventlet__queue_line_go_idle(
    struct eventlet__queue_line *line, struct eventlet__queue_place *place)
{
    if (!place->woken)
        return;
    place->woken = false;
    line->woken--;
    line->idle++;
    if (line->rest == &line->all.head ||
        place->arrival < eventlet__queue_place_of(line->rest)->arrival)
        line->rest = &place->node;
}

/* Wakes the next of the idle; there must be one. It may be the caller, who does
 * not park then. */
static inline void eventlet__queue_line_wake_next(
    struct eventlet__queue_line *line)
{
    struct eventlet__queue_place *next;

    do {
        next = eventlet__queue_place_of(line->rest);
        line->rest = line->rest->next;
    } while (next->woken);
    eventlet__queue_line_rouse(line, next);
    eventlet__wake(next->gt);
}

/* Makes it n that have been woken, if so many are there. */
static inline void eventlet__queue_line_wake_up_to(
    struct eventlet__queue_line *line, size_t n)
{
    while (line->idle > 0 && (size_t)line->woken < n)
        eventlet__queue_line_wake_next(line);
}

#endif
