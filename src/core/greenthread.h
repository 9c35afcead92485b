/* SPDX-License-Identifier: MIT */
/* Green threads from inside. */
#ifndef EVENTLET_CORE_GREENTHREAD_H
#define EVENTLET_CORE_GREENTHREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/heap.h"
#include "base/list.h"
#include "core/context.h"
#include "core/hub.h"
#include "core/park.h"
#include "core/stack.h"
#include "eventlet/greenthread.h"
#include "eventlet/timeout.h"

enum eventlet__thread_state {
    EVENTLET__NEW,      /* in next, or its start is in the heap */
    EVENTLET__RUNNING,  /* the one and only */
    EVENTLET__PARKED,   /* in a wait queue, or waiting for whoever knows it */
    EVENTLET__YIELDING, /* in next, by its own wish: can still be thrown at */
    EVENTLET__WOKEN,    /* in batch or next; task.code is decided */
    EVENTLET__DEAD,
};

enum eventlet__thread_flag {
    EVENTLET__ENDED = 1,     /* its function has; links may still run */
    EVENTLET__NO_RESULT = 2, /* made by spawn_n */
    EVENTLET__LINKING = 4,   /* its links are being run */
    EVENTLET__ABANDONED = 8, /* will never start: its spawner died first */
    EVENTLET__MAIN = 16,     /* stands on an OS thread's own stack */
};

enum eventlet__thread_pending {
    EVENTLET__THROW = 1,   /* pending_code comes out of the next park */
    EVENTLET__OVERDUE = 2, /* timeouts that its last wake-up had beaten */
};

/* What ends with its green thread: a local timer, a spawn_after_local, or the
 * values of sync/corolocal. */
struct eventlet__local {
    struct eventlet__node node;
    void (*spawner_died)(struct eventlet__local *);
};

struct eventlet__link {
    struct eventlet__link *next;
    eventlet_link_fn *fn;
    void *arg;
};

struct eventlet_greenthread {
    /* One cache line: what a switch touches. */
    struct eventlet__context context;
    struct eventlet__task task;
    eventlet_hub *hub;
    struct eventlet__stay *stay; /* the calls it is inside, innermost first */

    uint64_t id;
    eventlet_fn *fn;
    void *arg;
    struct eventlet__waitq waiters;
    int result;
    uint32_t refs; /* one for running, one for each handle */
    struct eventlet__link *links;
    struct eventlet__list locals;

    struct eventlet_timeout *thrower; /* whose code was thrown at it last */
    struct eventlet_timeout *overdue;
    void *slot;                       /* sync/greenpool's */
    const void *spawner;              /* the code address that spawned it */
    struct eventlet__heap_item timer; /* sleep, or start */
    uint32_t timeouts;                /* of its own that are armed */
    int pending_code;
    struct eventlet__local local; /* in its spawner's locals */
    void *values;                 /* sync/corolocal's */

    struct eventlet__stack *stack; /* on which all this lies; NULL: main */
} __attribute__((aligned(64)));

#define EVENTLET__THREAD_OF(node_)                                             \
    EVENTLET__CONTAINER(node_, eventlet_greenthread, task.node)

/* One word that belongs to sync/greenpool: NULL at the start. */
static inline void **eventlet__slot(eventlet_greenthread *gt)
{
    return &gt->slot;
}

/* One word that belongs to sync/corolocal, of the running green thread or of
 * the hub itself: NULL at the start. */
static inline void **eventlet__values(eventlet_hub *hub)
{
    return hub->current ? &hub->current->values : &hub->values;
}

/* The record of the OS thread's own stack. NULL: out of memory. *block is what
 * to free one day. */
eventlet_greenthread *eventlet__main_new(eventlet_hub *hub, void **block);

/* One in no list yet, about to start at `begin`; `extra` bytes are kept free
 * above its stack. Returns 0 or -ENOMEM. */
int eventlet__thread_new(eventlet_greenthread **out, eventlet_hub *hub,
                         eventlet_fn *fn, void *arg, size_t extra);

/* As eventlet_spawn_copy, but *gt is no handle: good until the caller yields.
 */
int eventlet__spawn_copy(eventlet_greenthread **gt, eventlet_fn *fn,
                         const void *arg, size_t size);

/* Ends what has not started: its function is never called. */
void eventlet__end_unstarted(eventlet_greenthread *gt, int code);

/* Sets the result, wakes the waiters, runs the links. */
void eventlet__ended(eventlet_greenthread *gt, int result);

/* Runs the links that are there, in order; once at a time. */
void eventlet__run_links(eventlet_greenthread *gt);

/* Tells what ends with it. */
void eventlet__end_locals(eventlet_greenthread *gt);

/* Takes what stands armed in its name out of the hub, at its end. */
void eventlet__forget_timers(eventlet_greenthread *gt);

/* Frees those links, uncalled. */
void eventlet__drop_links(eventlet_greenthread *gt);

/* A call that keeps something for gt in what may outlive it begins and ends,
 * as calls do, in the reverse order. If gt vanishes meanwhile, in a forked
 * child or with its hub, the keeper is told: then it takes back what it keeps.
 * It must not switch, nor run what is the user's. */
static inline void eventlet__stay(eventlet_greenthread *gt,
                                  struct eventlet__stay *stay,
                                  struct eventlet__keeper *keeper)
{
    stay->outer = gt->stay;
    stay->keeper = keeper;
    gt->stay = stay;
}

static inline void eventlet__stay_ends(eventlet_greenthread *gt,
                                       const struct eventlet__stay *stay)
{
    gt->stay = stay->outer;
}

/* The same where the hub itself may call, which does not vanish. Returns what
 * to hand to the end. */
static inline eventlet_greenthread *eventlet__stay_begins(
    struct eventlet__stay *stay, struct eventlet__keeper *keeper)
{
    eventlet_greenthread *self = eventlet__current();

    if (self)
        eventlet__stay(self, stay, keeper);
    return self;
}

static inline void eventlet__stay_ended(eventlet_greenthread *self,
                                        const struct eventlet__stay *stay)
{
    if (self)
        eventlet__stay_ends(self, stay);
}

/* Has `local` told when gt ends or vanishes. */
static inline void eventlet__tell_end(
    eventlet_greenthread *gt, struct eventlet__local *local,
    void (*spawner_died)(struct eventlet__local *))
{
    local->spawner_died = spawner_died;
    eventlet__list_append(&gt->locals, &local->node);
}

/* Takes out of what outlives gt all that points to it. The one that is running
 * stays in the calls it is inside. */
void eventlet__vanish(eventlet_greenthread *gt);

/* All of them leave the lists they stand in. */
void eventlet__each_leaves(eventlet_hub *hub);

/* Calls fn for all that have a stack, be they dead, and for the main one. */
void eventlet__each_thread(eventlet_hub *hub,
                           void (*fn)(eventlet_greenthread *gt));

void eventlet__unref(eventlet_greenthread *gt);

/* What a park has to do first; 0: park then. Otherwise its result. */
int eventlet__pending(eventlet_greenthread *gt);

/* Writes "green thread 7, spawned at serve+0x12" to buf. */
void eventlet__describe(const eventlet_greenthread *gt, char *buf, size_t size);

/* Takes the thread that is to run next out of the batch; NULL: the hub is to
 * run, for the pass is over or something else than a thread comes next. */
static inline __attribute__((always_inline)) eventlet_greenthread *
eventlet__take_next(eventlet_hub *hub)
{
    struct eventlet__node *n = hub->batch.head.next;
    eventlet_greenthread *to;

    if (__builtin_expect(n == &hub->batch.head, 0)) {
        n = hub->next.head.next;
        if ((hub->detour | (long)hub->heap.len) || n == &hub->next.head)
            return NULL;
        if (n->next != &hub->next.head) /* one alone need not pass through */
            eventlet__list_take(&hub->batch, &hub->next);
    }
    if (__builtin_expect(
            EVENTLET__CONTAINER(n, struct eventlet__task, node)->kind !=
                EVENTLET__TASK_THREAD,
            0))
        return NULL;
    eventlet__unlink(n);
    to = EVENTLET__THREAD_OF(n);
    to->task.state = EVENTLET__RUNNING;
    return to;
}

/* Goes on with the next ready thread. Comes back when somebody switches here;
 * then task.code is the result of the wait. `self` must have left its state
 * (parked, or yielding and in a list) before. */
static inline __attribute__((always_inline)) void eventlet__give_way(
    eventlet_hub *hub, eventlet_greenthread *self)
{
    eventlet_greenthread *to = eventlet__take_next(hub);

    if (to == self)
        return;
    hub->current = to;
    if (__builtin_expect(!to, 0)) {
        eventlet__switch(&self->context, &hub->context);
        return;
    }
    __builtin_prefetch(hub->batch.head.next);
    eventlet__switch(&self->context, &to->context);
}

/* Parks the calling green thread, which nothing is pending for. */
static inline __attribute__((always_inline)) int eventlet__park_inline(
    eventlet_greenthread *self)
{
    self->task.state = EVENTLET__PARKED;
    self->task.code = 0;
    eventlet__give_way(self->hub, self);
    return self->task.code;
}

/* eventlet__wake, in a hot place, for one that stands in no list: who parks by
 * eventlet__park_as does not, and its code has been 0 since. */
static inline void eventlet__wake_unlisted(eventlet_greenthread *gt)
{
    if (gt->task.state != EVENTLET__PARKED)
        return;
    gt->task.state = EVENTLET__WOKEN;
    eventlet__list_append(&gt->hub->next, &gt->task.node);
    eventlet__hub_poke(gt->hub);
}

/* eventlet__park, for one that knows itself and parks in a hot place. */
static inline __attribute__((always_inline)) int eventlet__park_as(
    eventlet_greenthread *self)
{
    if (__builtin_expect(self->task.pending, 0)) {
        int rc = eventlet__pending(self);

        if (rc < 0)
            return rc;
    }
    return eventlet__park_inline(self);
}

#endif
