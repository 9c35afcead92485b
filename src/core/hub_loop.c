/* SPDX-License-Identifier: MIT */
/* The loop: see hub.h for the order of a pass. */
#include "core/hub.h"

#include <errno.h>

#include "core/greenthread.h"
#include "core/hub_wake.h"
#include "core/listener.h"
#include "core/timeout.h"
#include "core/timer.h"

int eventlet__hub_arm(eventlet_hub *hub, struct eventlet__heap_item *item,
                      int64_t ns)
{
    int rc = eventlet__hub_heap_room(hub);

    if (rc < 0)
        return rc;
    item->due_ns = eventlet__ns_add(eventlet__hub_now(hub), ns);
    item->seq = hub->seq++;
    eventlet__heap_insert(&hub->heap, item);
    eventlet__hub_poke(hub);
    return 0;
}

int64_t eventlet__hub_patience(eventlet_hub *hub)
{
    int64_t longest = (int64_t)EVENTLET_HUB_DEFAULT_SLEEP * EVENTLET__NS_PER_S;
    int64_t left;

    if (!eventlet__list_empty(&hub->next) ||
        !eventlet__list_empty(&hub->batch) || /* the first pass of all */
        !eventlet__list_empty(&hub->ready) || hub->stopping)
        return 0;
    if (!hub->heap.len)
        return longest;
    left = eventlet__heap_first(&hub->heap)->due_ns - eventlet__hub_now(hub);
    if (left <= 0)
        return 0;
    return left < longest ? left : longest;
}

static void poll_kind(eventlet_hub *hub, bool wait)
{
    int64_t patience = wait ? eventlet__hub_patience(hub) : 0;
    int rc;

    if (patience > 0 && hub->mailbox && !eventlet__mailbox_shut(hub))
        patience = 0;
    if (patience > 0)
        eventlet__stacks_trim(&hub->stacks);
    else if (!hub->watched)
        return; /* nothing to look at, no time to wait */
    rc = hub->kind->wait(hub->state, patience);
    if (rc < 0 && rc != -EINTR)
        eventlet__throw(hub->main, rc);
}

/* Switches to a thread; back when the batch has nothing left for threads. */
static void run(eventlet_hub *hub, eventlet_greenthread *gt)
{
    gt->task.state = EVENTLET__RUNNING;
    hub->current = gt;
    eventlet__switch(&hub->context, &gt->context);
}

static void run_batch(eventlet_hub *hub)
{
    struct eventlet__node *n;

    while ((n = eventlet__list_pop(&hub->batch)) != NULL) {
        struct eventlet__task *task =
            EVENTLET__CONTAINER(n, struct eventlet__task, node);

        switch ((enum eventlet__task_kind)task->kind) {
        case EVENTLET__TASK_THREAD:
            run(hub, EVENTLET__THREAD_OF(n));
            break;
        case EVENTLET__TASK_TIMER:
            eventlet__timer_fire(
                EVENTLET__CONTAINER(task, struct eventlet_timer, task));
            break;
        case EVENTLET__TASK_LISTENER:
            eventlet__listener_fire(
                EVENTLET__CONTAINER(task, struct eventlet_listener, task));
            break;
        }
    }
}

static void fire(eventlet_hub *hub, struct eventlet__heap_item *item)
{
    eventlet_greenthread *gt =
        EVENTLET__CONTAINER(item, eventlet_greenthread, timer);

    switch ((enum eventlet__item_kind)item->kind) {
    case EVENTLET__ITEM_SLEEP:
        if (gt->task.state == EVENTLET__PARKED)
            run(hub, gt);
        break;
    case EVENTLET__ITEM_START:
        eventlet__unlink(&gt->local.node);
        run(hub, gt);
        break;
    case EVENTLET__ITEM_TIMEOUT:
        if (eventlet__timeout_due((struct eventlet_timeout *)(void *)item))
            run(hub, ((struct eventlet_timeout *)(void *)item)->owner);
        break;
    case EVENTLET__ITEM_TIMER:
        eventlet__timer_fire(
            EVENTLET__CONTAINER(item, struct eventlet_timer, item));
        break;
    }
}

/* One by one, as each may cancel or wake what comes after it. What is armed
 * meanwhile waits for the next pass, even if it is due. */
static void fire_due(eventlet_hub *hub, int64_t now)
{
    uint64_t limit = hub->seq;
    struct eventlet__heap_item *item;

    while ((item = eventlet__heap_first(&hub->heap)) != NULL &&
           item->due_ns <= now && item->seq < limit) {
        eventlet__heap_remove(&hub->heap, item);
        __builtin_prefetch(eventlet__heap_first(&hub->heap)); /* the next */
        fire(hub, item);
        run_batch(hub);
    }
}

void eventlet__hub_pass(eventlet_hub *hub, bool wait)
{
    int64_t now;

    hub->in_pass = true;
    hub->detour++; /* nobody turns next into batch but this function */
    poll_kind(hub, wait);
    if (hub->mailbox)
        eventlet__mailbox_open(hub);
    now = hub->heap.len ? eventlet__hub_now(hub) : 0;
    eventlet__list_take(&hub->batch, &hub->ready);
    run_batch(hub);
    eventlet__list_take(&hub->held, &hub->next);
    if (hub->heap.len)
        fire_due(hub, now);
    eventlet__list_take(&hub->batch, &hub->held);
    hub->detour--;
    run_batch(hub);
    hub->in_pass = false;
    if (hub->mailbox && hub->host && !eventlet__mailbox_shut(hub))
        eventlet__hub_poke(hub); /* what is around us waits in our stead */
}

void eventlet__hub_main(void)
{
    eventlet_hub *hub = eventlet__hub;

    eventlet__context_entered(&hub->context);
    for (;;) {
        hub->running = true;
        eventlet__hub_pass(hub, true);
        if (!hub->stopping)
            continue;
        eventlet__hub_stopped(hub);
        eventlet__unlink(&hub->main->task.node);
        run(hub, hub->main);
    }
}
