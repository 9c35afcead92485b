/* SPDX-License-Identifier: MIT */
/* The fork rule: in the child only the green thread that forked goes on. Its
 * hub begins anew: the parent's epoll is the parent's, timers and listeners of
 * the others are gone, and the others never run. */
#include <errno.h>
#include <stdint.h>

#include "base/log.h"
#include "base/mem.h"
#include "core/greenthread.h"
#include "core/hub.h"
#include "core/hub_wake.h"
#include "core/timeout.h"
#include "core/timer.h"

/* ---- descriptors that two processes have ---- */

static _Atomic uint32_t forked_at; /* a life: those before it are in both */

void eventlet__fds_forked(void)
{
    forked_at = eventlet__fd_life();
}

/* When lives begin anew, too many are taken for inherited: that costs a system
 * call. */
bool eventlet__fd_inherited(uint32_t life)
{
    uint32_t at = forked_at;

    return at != 0 && (int32_t)(at - life) > 0;
}

/* ---- timers ---- */

/* Timeouts of the survivor stay armed; nothing else does. */
static void keep_own_timers(eventlet_hub *hub, eventlet_greenthread *self)
{
    uint32_t len = hub->heap.len;

    /* What is kept moves to the front of the same memory. */
    eventlet__heap_clear(&hub->heap);
    for (uint32_t i = 0; i < len; i++) {
        struct eventlet__heap_item *item = hub->heap.entries[i].item;

        item->slot = 0;
        if (item->kind == EVENTLET__ITEM_TIMEOUT &&
            ((struct eventlet_timeout *)(void *)item)->owner == self)
            eventlet__heap_insert(&hub->heap, item);
        else if (item->kind == EVENTLET__ITEM_TIMER)
            eventlet__timer_discard(
                EVENTLET__CONTAINER(item, struct eventlet_timer, item));
    }
}

/* ---- those who do not go on ---- */

/* It is over, as if it had been killed, but without running. Its stack stays:
 * others may have what lies on it in their lists. */
static void drop(eventlet_greenthread *gt)
{
    if (gt == gt->hub->current || gt->task.state == EVENTLET__DEAD)
        return;
    eventlet__vanish(gt);
    eventlet__waitq_init(&gt->waiters);
    gt->result = EVENTLET_EXIT;
    gt->task.flags |= EVENTLET__ENDED;
    gt->task.state = EVENTLET__DEAD;
}

/* ---- where the child gets no hub of that kind ---- */

/* Its state is why, also for a child's child. What is ready runs; every other
 * wait gives that code. */

static int none_open(eventlet_hub *hub, void **state)
{
    (void)hub;
    return (int)(intptr_t)*state;
}

static void none_close(void *state)
{
    (void)state;
}

static int none_watch(void *state, int fd, int interest)
{
    (void)fd;
    (void)interest;
    return (int)(intptr_t)state;
}

static void none_unwatch(void *state, int fd)
{
    (void)state;
    (void)fd;
}

static int none_wait(void *state, int64_t timeout_ns)
{
    return timeout_ns ? (int)(intptr_t)state : 0;
}

static const struct eventlet_hub_kind none = { .name = "none",
                                               .open = none_open,
                                               .close = none_close,
                                               .watch = none_watch,
                                               .unwatch = none_unwatch,
                                               .wait = none_wait };

static void open_anew(eventlet_hub *hub)
{
    int rc = hub->kind->open(hub, &hub->state);

    if (rc == 0)
        return;
    eventlet__log(EVENTLET_ERROR, "after fork: cannot make hub \"%s\": %s",
                  hub->kind->name, eventlet_strerror(rc));
    hub->kind = &none;
    hub->state = (void *)(intptr_t)rc;
}

void eventlet__hub_forked(eventlet_hub *hub)
{
    eventlet_greenthread *self = hub->current;
    long others = eventlet__live.greenthreads;

    if (!self || hub->host)
        return; /* a callback of the hub that forks must exec or exit */
    if (self != hub->main)
        others--;
    hub->dropping = true;
    keep_own_timers(hub, self);
    eventlet__each_leaves(hub);
    eventlet__each_thread(hub, drop);
    eventlet__hub_empty(hub);
    eventlet__fds_deinit(hub);
    hub->kind->close(hub->state);
    open_anew(hub);
    if (hub->mailbox)
        eventlet__mailbox_forked(hub);
    /* Not before: they unwatch what they close, and until here that would be
     * in the parent's epoll. */
    eventlet__hub_run_at_end(hub);
    hub->dropping = false;
    /* The loop may have been in the middle of a pass. */
    if (eventlet__hub_loop_init(hub) < 0)
        eventlet__log(EVENTLET_ERROR, "after fork: out of memory");
    hub->detour = 0;
    hub->in_pass = false;
    hub->stopping = false;
    hub->main = self;
    eventlet__live.greenthreads -= others;
    if (others > 0)
        eventlet__log(EVENTLET_DEBUG,
                      "fork: %ld green threads dropped in the "
                      "child",
                      others);
}
