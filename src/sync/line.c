/* SPDX-License-Identifier: MIT */
/* Green threads that take turns in the order in which they came. */
#include "sync/line.h"

static void vanished(struct eventlet__keeper *keeper,
                     struct eventlet__stay *stay)
{
    struct eventlet__line *line =
        EVENTLET__CONTAINER(keeper, struct eventlet__line, keeper);

    eventlet__line_leave(
        line, EVENTLET__CONTAINER(stay, struct eventlet__place, stay));
    line->left(line);
}

void eventlet__line_init(struct eventlet__line *line,
                         void (*left)(struct eventlet__line *))
{
    line->keeper.vanished = vanished;
    line->lone = NULL;
    eventlet__list_init(&line->places);
    line->rest = &line->places.head;
    line->count = line->woken = 0;
    line->arrivals = 0;
    line->left = left;
}

static void append(struct eventlet__line *line, struct eventlet__place *place)
{
    place->arrival = line->arrivals++;
    eventlet__list_append(&line->places, &place->node);
    if (line->rest == &line->places.head && !place->woken)
        line->rest = &place->node;
}

void eventlet__line_queue_up(struct eventlet__line *line,
                             struct eventlet__place *place)
{
    if (line->lone) {
        append(line, line->lone);
        line->lone = NULL;
    }
    append(line, place);
}

int eventlet__line_wait(struct eventlet__line *line, eventlet__line_fn *may_go,
                        void *arg)
{
    struct eventlet__place place;
    int rc = eventlet__place_init(&place);

    if (rc < 0)
        return rc;
    eventlet__line_join(line, &place);
    for (;;) {
        rc = eventlet__park_as(place.gt);
        if (rc < 0 || (eventlet__line_is_first(line, &place) && may_go(arg)))
            break;
        if (!eventlet__line_go_idle(line, &place))
            eventlet__line_wake_next(line); /* it was that one's turn */
    }
    eventlet__line_leave(line, &place);
    eventlet__stay_ends(place.gt, &place.stay);
    if (rc < 0)
        eventlet__line_wake(line, 1);
    return rc;
}

void eventlet__line_wake(struct eventlet__line *line, int64_t n)
{
    while (eventlet__line_has_idle(line) && line->woken < n)
        eventlet__line_wake_next(line);
}
