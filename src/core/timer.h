/* SPDX-License-Identifier: MIT */
/* Timers from inside. */
#ifndef EVENTLET_CORE_TIMER_H
#define EVENTLET_CORE_TIMER_H

#include "base/heap.h"
#include "core/greenthread.h"
#include "core/hub.h"
#include "eventlet/timer.h"

struct eventlet_timer {
    struct eventlet__heap_item item; /* delays other than 0 */
    struct eventlet__task task;      /* a delay of 0 stands in line */
    struct eventlet__local local;    /* in its owner's locals */
    eventlet_hub *hub;               /* while scheduled */
    eventlet_hub_fn *fn;
    void *arg;
    double seconds;
    bool is_local;
    bool ownerless; /* frees itself */
    bool called;
    bool orphaned; /* its green thread is dead */
    bool *freed;   /* told when freed while its call is being made */
};

/* Makes the call, in the hub. */
void eventlet__timer_fire(struct eventlet_timer *timer);

/* The hub lets go of one that is pending: it will not be called. */
void eventlet__timer_discard(struct eventlet_timer *timer);

#endif
