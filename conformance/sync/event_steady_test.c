/* SPDX-License-Identifier: MIT */
/* Events: what goes on for ever needs no memory. */
#include "check.h"
#include "sync/event.h"
#include "sync/steady.h"

static int wait_for_ever(void *event)
{
    int rc;

    while ((rc = eventlet_event_wait(event, NULL)) == 0)
        steps++;
    return rc;
}

static int wait_in_time_for_ever(void *event)
{
    int rc;

    while ((rc = eventlet_event_wait_timeout(event, NULL, 1)) == 0)
        steps++;
    return rc;
}

static int send_for_ever(void *event)
{
    int rc;

    while ((rc = eventlet_sleep(0)) == 0) {
        CHECK_CODE(eventlet_event_send(event, event), 0);
        CHECK_CODE(eventlet_event_reset(event), 0);
    }
    return rc;
}

GREEN_TEST(event, what_goes_on_for_ever_needs_no_memory, "event.15")
{
    eventlet_event *event = event_new();
    struct crowd crowd = { .len = 0 };

    crowd_add(&crowd, 5, wait_for_ever, event);
    crowd_add(&crowd, 2, wait_in_time_for_ever, event);
    crowd_add(&crowd, 1, send_for_ever, event);
    check_steady(&crowd);
    eventlet_event_free(event);
}
