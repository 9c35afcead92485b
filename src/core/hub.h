/* SPDX-License-Identifier: MIT */
/* The hub from inside.
 *
 * One pass of the loop: poll; read the clock once; run those whose descriptors
 * are ready; fire the timers that were due at that reading; run those that were
 * ready before the timers. Readiness is thus looked at before any timeout of
 * the same pass is delivered, and what becomes ready while timers fire waits
 * for the next pass, with a poll in between.
 *
 * Ready threads stand in two lists: `batch` runs now, `next` in the coming
 * pass. A thread that parks switches straight to the next of the batch; the
 * hub's own stack is entered only when the batch is empty or something else
 * than a thread is next. When no descriptor is watched and no timer armed,
 * there is nothing to look at between two passes, and the parking thread turns
 * `next` into `batch` itself. */
#ifndef EVENTLET_CORE_HUB_H
#define EVENTLET_CORE_HUB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/heap.h"
#include "base/list.h"
#include "core/clock.h"
#include "core/context.h"
#include "core/fd.h"
#include "core/stack.h"
#include "eventlet/greenthread.h"
#include "eventlet/hub.h"

enum eventlet__task_kind {
    EVENTLET__TASK_THREAD,
    EVENTLET__TASK_TIMER,
    EVENTLET__TASK_LISTENER,
};

/* What can stand in batch and next. */
struct eventlet__task {
    struct eventlet__node node;
    uint8_t kind;
    uint8_t state;   /* of a thread: see greenthread.h */
    uint8_t pending; /* of a thread: what its next park has to look at */
    uint8_t flags;   /* of a thread */
    int code;        /* of a thread: what its wait ends with */
};

/* What is in the heap. */
enum eventlet__item_kind {
    EVENTLET__ITEM_SLEEP,   /* a thread, in eventlet_sleep */
    EVENTLET__ITEM_START,   /* a thread, by eventlet_spawn_after */
    EVENTLET__ITEM_TIMEOUT, /* a struct eventlet_timeout */
    EVENTLET__ITEM_TIMER,   /* an eventlet_timer */
};

struct eventlet__at_end;
struct eventlet__mailbox;

struct eventlet_hub {
    eventlet_greenthread *current; /* NULL: the hub itself */
    struct eventlet__list batch;
    struct eventlet__list next;
    long detour; /* reasons why a pass needs the hub: what is watched, … */

    struct eventlet__heap heap;
    uint64_t seq;     /* of the next timer */
    uint32_t overdue; /* timeouts that wait for their thread to park */
    const struct eventlet_hub_kind *kind;
    void *state; /* the kind's */

    struct eventlet__context context;
    struct eventlet__stack *stack;
    struct eventlet__stacks stacks;
    eventlet_greenthread *main;

    struct eventlet__list ready; /* told by the kind, run after the poll */
    struct eventlet__list held;  /* next, while the timers fire */

    struct eventlet__fd *fds;
    int fds_len;
    long watched;

    struct eventlet__at_end *at_end;
    struct eventlet__mailbox *mailbox; /* NULL: no other thread woke any yet */
    void *values;                 /* as a green thread's, of its callbacks */
    void *main_block;             /* the memory of the main thread's record */
    struct event_base *host;      /* the loop we are embedded in */
    void (*poke)(eventlet_hub *); /* embedded: something wants a pass */
    bool in_pass;
    bool running;
    bool stopping;
    bool dropping; /* in a child, what did not fork */
};

/* This OS thread's; NULL: none yet. */
extern __thread eventlet_hub *eventlet__hub
    __attribute__((tls_model("initial-exec")));

/* This OS thread's, made if need be. Returns 0, or why it cannot be had. */
int eventlet__hub_get(eventlet_hub **hub);

/* Makes one of the kind. `host`: the event_base it is to run inside, if any. */
int eventlet__hub_new(eventlet_hub **hub, const struct eventlet_hub_kind *kind,
                      struct event_base *host);
void eventlet__hub_free(eventlet_hub *hub);

/* Nothing that outlives the hub, or a fork, may point into its lists. */
void eventlet__hub_empty(eventlet_hub *hub);

/* Calls fn(arg) when the hub goes, last asked first. Returns 0 or -ENOMEM. */
int eventlet__hub_at_end(eventlet_hub *hub, void (*fn)(void *arg), void *arg);

void eventlet__hub_run_at_end(eventlet_hub *hub);

/* One turn of the loop; without `wait` the poll does not wait. */
void eventlet__hub_pass(eventlet_hub *hub, bool wait);

/* What the loop runs on: never returns. */
void eventlet__hub_main(void);

/* (Re)starts the loop at its top, on its own stack. 0 or -ENOMEM. */
int eventlet__hub_loop_init(eventlet_hub *hub);

/* The loop was asked to stop, and the pass is over. */
void eventlet__hub_stopped(eventlet_hub *hub);

/* How long the poll may wait before a timer is due: ns, 0 if somebody is ready.
 */
int64_t eventlet__hub_patience(eventlet_hub *hub);

/* The built-in kinds. */
extern const struct eventlet_hub_kind eventlet__hub_epolls;
extern const struct eventlet_hub_kind eventlet__hub_poll;
extern const struct eventlet_hub_kind eventlet__hub_selects;
extern const struct eventlet_hub_kind eventlet__hub_pyevent;
extern const struct eventlet_hub_kind eventlet__hub_sim;
extern const struct eventlet_hub_kind eventlet__hub_embedded; /* no name */

/* The kind by that name; NULL: none. */
const struct eventlet_hub_kind *eventlet__hub_kind(const char *name);

/* Moves the sim hub's clock; nothing in other hubs. Orders what is ready by
 * the seed: 0 (at first) is by descriptor. */
void eventlet__sim_advance(eventlet_hub *hub, int64_t ns);
void eventlet__sim_seed(eventlet_hub *hub, uint64_t seed);

/* This OS thread's running green thread: NULL in the hub. */
static inline eventlet_greenthread *eventlet__self(void)
{
    const eventlet_hub *hub = eventlet__hub;

    return __builtin_expect(hub != NULL, 1) ? hub->current
                                            : eventlet_getcurrent();
}

/* As eventlet__fd_look, which it leaves all but the usual case to. */
static inline struct eventlet__fd *eventlet__fd(int fd, uint32_t life)
{
    const eventlet_hub *hub = eventlet__hub;

    if (__builtin_expect(hub && fd < hub->fds_len, 1)) {
        struct eventlet__fd *r = &hub->fds[fd];

        if (__builtin_expect(r->life == life, 1))
            return r;
    }
    return eventlet__fd_look(fd, life);
}

static inline int64_t eventlet__hub_now(eventlet_hub *hub)
{
    return hub->kind->clock ? hub->kind->clock(hub->state)
                            : eventlet__clock_ns();
}

/* A hub inside another loop is told that there is something to do. */
static inline void eventlet__hub_poke(eventlet_hub *hub)
{
    if (hub->poke && !hub->in_pass)
        hub->poke(hub);
}

/* Room for one more in the heap; 0 or -ENOMEM. The overdue come back. */
static inline int eventlet__hub_heap_room(eventlet_hub *hub)
{
    size_t want = (size_t)hub->heap.len + hub->overdue + 1;

    return want <= hub->heap.room ? 0
                                  : eventlet__heap_reserve(&hub->heap, want);
}

/* Arms an item that has its kind: due `ns` from now. 0 or -ENOMEM. */
int eventlet__hub_arm(eventlet_hub *hub, struct eventlet__heap_item *item,
                      int64_t ns);

/* After a fork, in the child: all but the calling green thread are gone. */
void eventlet__hub_forked(eventlet_hub *hub);

/* Forgets all descriptors; their waiters are not told. */
void eventlet__fds_deinit(eventlet_hub *hub);

/* Logs what escaped; INTERRUPT and SYSTEM_EXIT go to the main thread. */
void eventlet__hub_escaped(eventlet_hub *hub, const char *what, int code);
void eventlet__thread_escaped(const eventlet_greenthread *gt, int code);

#endif
