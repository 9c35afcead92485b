/* SPDX-License-Identifier: MIT */
/* Green threads that take turns in the order in which they came. */
#include "sync/line.h"

#include "core/hub.h"

/* On the stack of who stands there. */
struct place {
    struct eventlet__node node;
    eventlet_greenthread *gt;
};

static bool is_first(struct eventlet__line *line, struct place *place)
{
    return eventlet__list_first(&line->places) == &place->node;
}

int eventlet__line_wait(struct eventlet__line *line, eventlet__line_fn *may_go,
                        void *arg)
{
    struct place place = { .gt = eventlet__self() };
    int rc;

    eventlet__list_append(&line->places, &place.node);
    line->count++;
    do
        rc = eventlet__park();
    while (rc == 0 && !(is_first(line, &place) && may_go(arg)));
    eventlet__unlink(&place.node);
    line->count--;
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
