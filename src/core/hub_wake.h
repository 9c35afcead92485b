/* SPDX-License-Identifier: MIT */
/* Waits that another OS thread may end: the only way from one OS thread into
 * another's hub.
 *
 * Who waits is a green thread, which parks while its hub goes on, or an OS
 * thread that has no hub, which blocks; no hub is made for it. It stands, by a
 * sleeper on its stack, in some line that has a lock. Whoever holds that lock
 * and takes it out of the line may wake it, once:
 *
 *     pthread_mutex_lock(&lock);
 *     ... take the first sleeper out of the line ...
 *     late = eventlet__sleeper_wake(sleeper, &call);
 *     pthread_mutex_unlock(&lock);
 *     if (late)
 *         eventlet__sleeper_call(&call);
 *
 * and who waits does
 *
 *     rc = eventlet__sleeper_init(&s, vanish);
 *     ... with the lock: enter the line, or do without ...
 *     rc = eventlet__sleeper_wait(&s, seconds, code);
 *     ... with the lock: leave the line, unless somebody took it out ...
 *     eventlet__sleeper_deinit(&s);
 *
 * As elsewhere a waker only wakes: the woken one looks what there is. */
#ifndef EVENTLET_CORE_HUB_WAKE_H
#define EVENTLET_CORE_HUB_WAKE_H

#include <pthread.h>
#include <stdbool.h>

#include "base/list.h"
#include "eventlet/greenthread.h"
#include "eventlet/hub.h"

struct eventlet__mailbox;

struct eventlet__sleeper {
    eventlet_hub *hub;        /* NULL: an OS thread without one */
    eventlet_greenthread *gt; /* of that hub */
    struct eventlet__mailbox *box;
    struct eventlet__sleeper *behind; /* in the mailbox */
    struct eventlet__node node;       /* among its hub's sleepers */
    void (*vanish)(struct eventlet__sleeper *);
    bool called;  /* somebody has woken it: guarded by the line's lock */
    bool woken;   /* and it has heard of it */
    bool expired; /* the wait was ended by its own limit of time */

    pthread_mutex_t lock; /* these two of an OS thread alone; guards woken */
    pthread_cond_t rung;
};

/* What is left to do for a wake-up when the line's lock has been released. */
struct eventlet__call {
    struct eventlet__mailbox *box;     /* whose hub may be asleep; or */
    struct eventlet__sleeper *sleeper; /* an OS thread */
};

/* Makes the caller a sleeper. vanish is called, if the hub ends while it waits,
 * to take it out of the line; may lock, and wake others.
 * Returns   0; EVENTLET_IN_HUB; -EMFILE, -ENFILE, -ENOMEM and what else keeps
 *           a hub from having its bell. */
int eventlet__sleeper_init(struct eventlet__sleeper *s,
                           void (*vanish)(struct eventlet__sleeper *));

/* Waits until it is woken, at most `seconds`.
 * Returns   0, what was thrown, or `code` (negative) when time is up. */
int eventlet__sleeper_wait(struct eventlet__sleeper *s, double seconds,
                           int code);

/* To be called with the line's lock held, from any OS thread, also in a hub.
 * Returns   whether eventlet__sleeper_call has to follow. */
bool eventlet__sleeper_wake(struct eventlet__sleeper *s,
                            struct eventlet__call *call);

/* To be called without the lock, or what wakes up would wait for it. */
void eventlet__sleeper_call(struct eventlet__call *call);

/* When it is in no line any more, and the lock was held after that. */
void eventlet__sleeper_deinit(struct eventlet__sleeper *s);

/* ---- for the hub: only if it has a mailbox ---- */

/* About to wait: from now on a letter rings. False: there are letters. */
bool eventlet__mailbox_shut(eventlet_hub *hub);

/* Awake: wakes all that there are letters for. */
void eventlet__mailbox_open(eventlet_hub *hub);

/* Whether that descriptor, which is ready, is its bell's. */
bool eventlet__mailbox_rang(eventlet_hub *hub, int fd);

/* The hub ends: all its sleepers vanish. Then, when it watches no more: */
void eventlet__mailbox_desert(eventlet_hub *hub);
void eventlet__mailbox_drop(eventlet_hub *hub);

/* In the child after a fork: the bell is the parent's. The sleepers, of whom
 * none is left, are not told. */
void eventlet__mailbox_forked(eventlet_hub *hub);

#endif
