/* SPDX-License-Identifier: MIT */
/* What piles and maps share: results in the order in which they were asked for,
 * whichever is ready first.
 *
 * A result stays where it is until somebody takes it who can no longer be
 * thrown at: so nothing gets lost. It is freed as it is taken. */
#ifndef EVENTLET_SYNC_RESULTS_H
#define EVENTLET_SYNC_RESULTS_H

#include <stdbool.h>

#include "base/list.h"
#include "core/greenthread.h"
#include "sync/line.h"

/* A function to run, then what it returned. */
struct eventlet__result {
    struct eventlet__node node;
    struct eventlet__results *owner; /* NULL: nobody will ask */
    eventlet_greenthread *gt;        /* a handle if one is kept, or NULL */
    struct eventlet__local end;      /* in the locals of who runs fn */
    eventlet_fn *fn;
    void *arg;
    int code;  /* what fn returned */
    bool done; /* fn has returned; never runs again */
    bool held; /* not to be freed: its spawn is still going on */
};

/* The first member of what eventlet__alloc gave: the last user frees it. */
struct eventlet__results {
    struct eventlet__list row; /* not taken yet, oldest first */
    int count;                 /* how many */
    int users;                 /* the owner, and who is inside a call */
    bool open;                 /* more will come by itself */
    bool closed;               /* its owner is about to free it */
    struct eventlet__line readers;
    struct eventlet__waitq room; /* who waits until one is taken */
};

void eventlet__results_init(struct eventlet__results *rs);

/* The oldest that nobody has taken; NULL if there is none. */
static inline struct eventlet__result *eventlet__results_first(
    struct eventlet__results *rs)
{
    struct eventlet__node *n = eventlet__list_first(&rs->row);

    return n ? EVENTLET__CONTAINER(n, struct eventlet__result, node) : NULL;
}

/* The latest; NULL if there is none. */
static inline struct eventlet__result *eventlet__results_last(
    struct eventlet__results *rs)
{
    return eventlet__list_empty(&rs->row)
               ? NULL
               : EVENTLET__CONTAINER(rs->row.head.prev, struct eventlet__result,
                                     node);
}

/* NULL when out of memory. Its `end` is ready to be told the end of who runs
 * it: one that ends or vanishes without having done it leaves EVENTLET_EXIT. */
struct eventlet__result *eventlet__result_new(eventlet_fn *fn, void *arg);

/* Puts it at the end of the row. */
void eventlet__result_put(struct eventlet__results *rs,
                          struct eventlet__result *r);

/* An eventlet_fn for green threads: calls fn and keeps what it returns. */
int eventlet__result_run(void *result);

/* Takes one out of the row, if it is in it, and frees it. It must not be
 * running. NULL is allowed. */
void eventlet__result_drop(struct eventlet__result *r);

/* It is done, with `code`; wakes who waits for it. */
void eventlet__result_done(struct eventlet__result *r, int code);

/* As eventlet_greenpile_next. */
int eventlet__results_next(struct eventlet__results *rs, int *code, void **arg);

/* No more will come unless asked for. */
void eventlet__results_end(struct eventlet__results *rs);

/* Readers get EVENTLET_CLOSED, now and later. */
void eventlet__results_close(struct eventlet__results *rs);

/* Closes, drops what is done, lets go of what is not, and of the owner's share.
 * rs may be gone afterwards. */
void eventlet__results_free(struct eventlet__results *rs);

#endif
