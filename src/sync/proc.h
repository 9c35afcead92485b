/* SPDX-License-Identifier: MIT */
/* What a proc is. */
#ifndef EVENTLET_SYNC_PROC_H
#define EVENTLET_SYNC_PROC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/list.h"
#include "core/greenthread.h"
#include "eventlet/event.h"
#include "eventlet/proc.h"
#include "eventlet/timer.h"

struct eventlet_proc {
    eventlet_event *event;        /* its end, when it has come */
    eventlet_timer *teller;       /* at whose call the links are told */
    eventlet_greenthread *gt;     /* while it runs */
    struct eventlet__local local; /* in its locals */
    bool spawned;
    bool running;
    struct eventlet__list links; /* not told yet, oldest first */
    uint64_t linked;             /* how many there ever were */
    int users;                   /* its owner, its green thread, who tells */
    bool closed;                 /* its owner has freed it */
    const void *home;
};

/* One user less; it may be gone afterwards. */
void eventlet__proc_leave(eventlet_proc *p);

/* It has ended: tells the links, on a later pass. Cannot fail. */
void eventlet__proc_tell(eventlet_proc *p);

/* Forgets all links, but ends the waits of who waits for several procs. */
void eventlet__proc_drop_links(eventlet_proc *p);

/* The call of its timer. */
int eventlet__proc_told(void *proc);

#endif
