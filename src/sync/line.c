/* SPDX-License-Identifier: MIT */
/* Green threads that take turns in the order in which they came. */
#include "sync/line.h"

#include "core/greenthread.h"

/* On the stack of who stands there. */
struct place {
    struct eventlet__stay stay;
    struct eventlet__node node;
    eventlet_greenthread *gt;
    uint64_t arrival;
    bool woken;
};

static struct place *place_of(struct eventlet__node *node)
{
    return EVENTLET__CONTAINER(node, struct place, node);
}

static void leave(struct eventlet__line *line, struct place *place)
{
    if (line->rest == &place->node)
        line->rest = place->node.next;
    line->woken -= place->woken;
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
    line->rest = &line->places.head;
    line->count = line->woken = 0;
    line->arrivals = 0;
    line->left = left;
}

static bool is_first(struct eventlet__line *line, struct place *place)
{
    return eventlet__list_first(&line->places) == &place->node;
}

/* Somebody must be idle. */
static void wake_next(struct eventlet__line *line)
{
    struct place *next;

    do {
        next = place_of(line->rest);
        line->rest = line->rest->next;
    } while (next->woken);
    next->woken = true;
    line->woken++;
    eventlet__wake(next->gt);
}

static bool is_behind_rest(struct eventlet__line *line,
                           const struct place *place)
{
    return line->rest != &line->places.head &&
           place_of(line->rest)->arrival < place->arrival;
}

/* It was woken in vain. If that was because somebody in front is idle, the
 * wake-up is passed on. */
static void go_idle(struct eventlet__line *line, struct place *place)
{
    if (!place->woken)
        return;
    place->woken = false;
    line->woken--;
    if (is_behind_rest(line, place))
        wake_next(line);
    else
        line->rest = &place->node;
}

int eventlet__line_wait(struct eventlet__line *line, eventlet__line_fn *may_go,
                        void *arg)
{
    struct place place;
    int rc;

    place.gt = eventlet__self();
    if (!place.gt)
        return EVENTLET_IN_HUB;
    place.arrival = line->arrivals++;
    place.woken = false;
    eventlet__stay(place.gt, &place.stay, &line->keeper);
    eventlet__list_append(&line->places, &place.node);
    if (line->rest == &line->places.head)
        line->rest = &place.node;
    line->count++;
    for (;;) {
        rc = eventlet__park_as(place.gt);
        if (rc < 0 || (is_first(line, &place) && may_go(arg)))
            break;
        go_idle(line, &place);
    }
    leave(line, &place);
    eventlet__stay_ends(place.gt, &place.stay);
    if (rc < 0)
        eventlet__line_wake(line, 1);
    return rc;
}

void eventlet__line_wake(struct eventlet__line *line, int n)
{
    while (line->woken < line->count && line->woken < n)
        wake_next(line);
}
