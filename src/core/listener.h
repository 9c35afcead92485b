/* SPDX-License-Identifier: MIT */
/* Listeners: who waits for a descriptor. A green thread's lies on its stack
 * while it waits; one made by eventlet_hub_add has a callback. */
#ifndef EVENTLET_CORE_LISTENER_H
#define EVENTLET_CORE_LISTENER_H

#include "core/greenthread.h"
#include "core/hub.h"

struct eventlet_listener {
    struct eventlet__task task;       /* a callback's place in the batch */
    struct eventlet_listener *behind; /* waits until this one is gone */
    eventlet_greenthread *gt;         /* NULL: it is a callback */
    eventlet_listener_fn *fn;
    void *arg;
    eventlet_hub *hub;
    int fd;
    int code; /* what the callback is called with */
    uint8_t what;
    bool listed;   /* known to its descriptor's record */
    bool *removed; /* told so while its call is being made */
};

/* Makes the callback's call, in the hub. */
void eventlet__listener_fire(struct eventlet_listener *listener);

/* Whether `second` may wait behind `first`: 0, or EVENTLET_SECOND_READER or
 * _WRITER and a line in the log that names both. */
int eventlet__listener_second(const struct eventlet_listener *second,
                              const struct eventlet_listener *first);

/* Has the kind watch `what` of fd too. `again`: ask even if it was asked
 * before, since an edge was consumed or the number may have been closed and
 * opened. Returns 0, 1 for a plain file, or why not. */
int eventlet__watch(eventlet_hub *hub, int fd, int what, bool again);

/* Enters a listener; it may have to wait behind another. Returns 0;
 * EVENTLET_SECOND_READER or _WRITER; 1 if the descriptor is a plain file, which
 * is always ready (not entered then); or why it cannot be watched. */
int eventlet__listen(struct eventlet_listener *listener, bool again);

/* Takes it out again, wherever it stands; who stands behind moves up. */
void eventlet__unlisten(struct eventlet_listener *listener);

/* Ends all waiting for a descriptor with EVENTLET_CLOSED. */
void eventlet__fd_obsolete(eventlet_hub *hub, int fd);

#endif
