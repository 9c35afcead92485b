/* SPDX-License-Identifier: MIT */
/* The getters, or the putters, of a queue, in the order in which they came.
 *
 * Unlike in an eventlet__line it is known who has been woken, so that each item
 * wakes one more at no cost, however many were woken and have not run.
 *
 * `idle` is the first that has not been woken. Those in front of it are; behind
 * it stand both kinds, but the woken ones there run within the pass, so they
 * are few or stand there once. */
#ifndef EVENTLET_SYNC_QUEUE_LINE_H
#define EVENTLET_SYNC_QUEUE_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"
#include "core/hub.h"
#include "core/park.h"

/* On the stack of who waits. */
struct eventlet__queue_place {
    struct eventlet__node node; /* in line->all */
    eventlet_greenthread *gt;
    uint64_t arrival;
    void *item; /* a putter's */
    bool woken;
    bool taken; /* its item was, and it has left the line */
    int hurry;  /* if not 0: the code to leave with after one pass in vain */
};

struct eventlet__queue_line {
    struct eventlet__list all;
    struct eventlet__node *idle; /* the head of `all`: nobody is */
    size_t count;                /* in all */
    size_t woken;                /* of them */
};

/* The caller's, in no line yet. Returns 0 or EVENTLET_IN_HUB. */
static inline int eventlet__queue_place_init(
    struct eventlet__queue_place *place, void *item, int hurry)
{
    place->gt = eventlet__self();
    place->item = item;
    place->woken = false;
    place->taken = false;
    place->hurry = hurry;
    return place->gt ? 0 : EVENTLET_IN_HUB;
}

static inline void eventlet__queue_line_init(struct eventlet__queue_line *line)
{
    eventlet__list_init(&line->all);
    line->idle = &line->all.head;
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

/* Whether there is one to wake. */
static inline bool eventlet__queue_line_has_idle(
    const struct eventlet__queue_line *line)
{
    return line->idle != &line->all.head;
}

static inline void eventlet__queue_line_join(
    struct eventlet__queue_line *line, struct eventlet__queue_place *place)
{
    eventlet__list_append(&line->all, &place->node);
    if (!eventlet__queue_line_has_idle(line))
        line->idle = &place->node;
    line->count++;
}

static inline void eventlet__queue_line_next_idle(
    struct eventlet__queue_line *line)
{
    do
        line->idle = line->idle->next;
    while (eventlet__queue_line_has_idle(line) &&
           eventlet__queue_place_of(line->idle)->woken);
}

/* Counts it as woken, without waking it. */
static inline void eventlet__queue_line_rouse(
    struct eventlet__queue_line *line, struct eventlet__queue_place *place)
{
    if (place->woken)
        return;
    place->woken = true;
    line->woken++;
    if (line->idle == &place->node)
        eventlet__queue_line_next_idle(line);
}

static inline void eventlet__queue_line_leave(
    struct eventlet__queue_line *line, struct eventlet__queue_place *place)
{
    eventlet__queue_line_rouse(line, place);
    line->woken--;
    eventlet__unlink(&place->node);
    line->count--;
}

/* Back to those not woken, in its place. */
static inline void eventlet__queue_line_go_idle(
    struct eventlet__queue_line *line, struct eventlet__queue_place *place)
{
    if (!place->woken)
        return;
    place->woken = false;
    line->woken--;
    if (!eventlet__queue_line_has_idle(line) ||
        eventlet__queue_place_of(line->idle)->arrival > place->arrival)
        line->idle = &place->node;
}

/* Makes it n that have been woken, if so many are there; there is one to wake.
 * The caller may be among them: it does not park then. */
void eventlet__queue_line_wake_up_to(struct eventlet__queue_line *line,
                                     size_t n);

#endif
