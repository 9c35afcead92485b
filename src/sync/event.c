/* SPDX-License-Identifier: MIT */
/* Something that happens once, and is waited for.
 *
 * What is sent is written to the place of each who waits, on its own stack, and
 * the place leaves the list: from then on the waiter needs the event no more,
 * which may be reset, sent again or freed before it runs. Nothing is lost when
 * it is thrown at instead, as a value that all get is not used up by one. */
#include "eventlet/event.h"

#include <errno.h>

#include "base/mem.h"
#include "core/greenthread.h"
#include "eventlet/timeout.h"
#include "sync/home.h"

struct outcome {
    void *value;
    int code; /* negative: in place of the value */
    bool sent;
};

struct eventlet_event {
    struct outcome outcome;
    struct eventlet__list places; /* of those who wait, longest first */
    const void *home;
};

/* On the stack of who waits; linked until it is told the outcome. */
struct place {
    struct eventlet__stay stay;
    struct eventlet__node node;
    eventlet_greenthread *gt;
    struct outcome outcome;
};

static void vanished(struct eventlet__keeper *keeper,
                     struct eventlet__stay *stay)
{
    (void)keeper;
    eventlet__unlink(&EVENTLET__CONTAINER(stay, struct place, stay)->node);
}

/* Not the event's: that may be gone before who waited for it. */
static struct eventlet__keeper waiting = { vanished };

int eventlet_event_new(eventlet_event **event)
{
    eventlet_event *made = eventlet__alloc(sizeof *made);

    if (!made)
        return -ENOMEM;
    eventlet__list_init(&made->places);
    made->home = eventlet__home();
    EVENTLET__BORN(events);
    *event = made;
    return 0;
}

static void tell_all(eventlet_event *event, struct outcome outcome)
{
    struct eventlet__node *n;

    while ((n = eventlet__list_pop(&event->places)) != NULL) {
        struct place *place = EVENTLET__CONTAINER(n, struct place, node);

        place->outcome = outcome;
        eventlet__wake_unlisted(place->gt);
    }
}

void eventlet_event_free(eventlet_event *event)
{
    if (!event)
        return;
    tell_all(event, (struct outcome){ NULL, EVENTLET_CLOSED, true });
    EVENTLET__DIED(events);
    eventlet__free(event);
}

static int send_outcome(eventlet_event *event, struct outcome outcome)
{
    if (!eventlet__at_home(event->home))
        return -EPERM;
    if (event->outcome.sent)
        return EVENTLET_ALREADY_SENT;
    event->outcome = outcome;
    tell_all(event, outcome);
    return 0;
}

int eventlet_event_send(eventlet_event *event, void *value)
{
    return send_outcome(event, (struct outcome){ value, 0, true });
}

int eventlet_event_send_exception(eventlet_event *event, int code)
{
    if (code >= 0)
        return -EINVAL;
    return send_outcome(event, (struct outcome){ NULL, code, true });
}

static int get(const struct outcome *outcome, void **value)
{
    if (outcome->code < 0)
        return outcome->code;
    if (value)
        *value = outcome->value;
    return 0;
}

static int wait_for(eventlet_event *event, void **value)
{
    struct place place = { .gt = eventlet__self() };
    int rc;

    if (!place.gt)
        return EVENTLET_IN_HUB;
    eventlet__stay(place.gt, &place.stay, &waiting);
    eventlet__list_append(&event->places, &place.node);
    do
        rc = eventlet__park_as(place.gt);
    while (rc == 0 && !place.outcome.sent);
    eventlet__take_out(&place.node);
    eventlet__stay_ends(place.gt, &place.stay);
    return rc < 0 ? rc : get(&place.outcome, value);
}

int eventlet_event_wait(eventlet_event *event, void **value)
{
    if (event->outcome.sent)
        return get(&event->outcome, value);
    if (!eventlet__at_home(event->home))
        return -EPERM;
    return wait_for(event, value);
}

int eventlet_event_wait_timeout(eventlet_event *event, void **value,
                                double seconds)
{
    struct eventlet_timeout t;
    int rc;

    if (event->outcome.sent)
        return get(&event->outcome, value);
    if (!eventlet__at_home(event->home))
        return -EPERM;
    rc = eventlet_timeout_start(&t, seconds);
    if (rc < 0)
        return rc;
    rc = wait_for(event, value);
    eventlet_timeout_cancel(&t);
    return rc;
}

bool eventlet_event_ready(const eventlet_event *event)
{
    return event->outcome.sent;
}

bool eventlet_event_has_result(const eventlet_event *event)
{
    return event->outcome.sent && event->outcome.code == 0;
}

bool eventlet_event_has_exception(const eventlet_event *event)
{
    return event->outcome.code < 0;
}

int eventlet_event_poll(const eventlet_event *event, void **value)
{
    return event->outcome.sent ? get(&event->outcome, value)
                               : EVENTLET_NOT_SENT;
}

int eventlet_event_poll_result(const eventlet_event *event, void **value)
{
    return eventlet_event_has_result(event) ? get(&event->outcome, value)
                                            : EVENTLET_NOT_SENT;
}

int eventlet_event_poll_exception(const eventlet_event *event)
{
    return event->outcome.code;
}

int eventlet_event_reset(eventlet_event *event)
{
    if (!event->outcome.sent)
        return EVENTLET_NOT_SENT;
    event->outcome = (struct outcome){ 0 };
    return 0;
}
