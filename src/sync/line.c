/* SPDX-License-Identifier: MIT */
/* Green threads that take turns in the order in which they came. */
#include "sync/line.h"

#include "core/greenthread.h"

/* On the stack of who stands there. */
struct place {
    struct eventlet__stay stay;
    struct eventlet__node node;
    eventlet_greenthread *gt;
};

static void leave(struct eventlet__line *line, struct place *place)
{
    eventlet__take_out(&place->node);
    line->count--;
}

static void vanished(struct eventlet__keeper *keeper,
                     struct eventlet__stay *stay)
{
    struct eventlet__line *line =
        EVENTLET__CONTAINER(keeper, struct eventlet__line, keeper);

    leave(line, EVENTLET__CONTAINER(stay, struct place, stay));
    line->left(line);
}

void eventlet__line_init(struct eventlet__line *line,
                         void (*left)(struct eventlet__line *))
{
    line->keeper.vanished = vanished;
    eventlet__list_init(&line->places);
    line->count = 0;
    line->left = left;
}

static bool is_first(struct eventlet__line *line, struct place *place)
{
    return eventlet__list_first(&line->places) == &place->node;
}

int eventlet__line_wait(struct eventlet__line *line, eventlet__line_fn *may_go,
                        void *arg)
{
    struct place place;
    int rc;

    place.gt = eventlet__self();
    if (!place.gt)
        return EVENTLET_IN_HUB;
    eventlet__stay(place.gt, &place.stay, &line->keeper);
    eventlet__list_append(&line->places, &place.node);
    line->count++;
    do
        rc = eventlet__park_as(place.gt);
    while (rc == 0 && !(is_first(line, &place) && may_go(arg)));
    leave(line, &place);
    eventlet__stay_ends(place.gt, &place.stay);
    if (rc < 0)
        eventlet__line_wake(line, 1);
    return rc;
}

void eventlet__line_wake(struct eventlet__line *line, int n)
{
    struct eventlet__node *end = &line->places.head;

    for (struct eventlet__node *at = end->next; at != end && n > 0;
         at = at->next, n--)
        eventlet__wake(EVENTLET__CONTAINER(at, struct place, node)->gt);
}
