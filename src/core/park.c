/* SPDX-License-Identifier: MIT */
/* Waiting, waking and throwing. */
#include "core/park.h"

#include "core/greenthread.h"
#include "core/timeout.h"

/* The overdue fire once their thread waits again: armed anew, they are due. */
static void rearm(eventlet_greenthread *gt)
{
    struct eventlet_timeout *t;

    while ((t = gt->overdue) != NULL) {
        gt->overdue = t->next;
        gt->hub->overdue--;
        t->state = EVENTLET__ARMED;
        eventlet__heap_insert(&gt->hub->heap,
                              (struct eventlet__heap_item *)(void *)t);
    }
}

int eventlet__pending(eventlet_greenthread *gt)
{
    if (gt->task.pending & EVENTLET__OVERDUE)
        rearm(gt);
    gt->task.pending &= (uint8_t)~EVENTLET__OVERDUE;
    if (!gt->task.pending)
        return 0;
    gt->task.pending = 0;
    gt->thrower = NULL;
    return gt->pending_code;
}

int eventlet__park(void)
{
    eventlet_greenthread *self = eventlet__self();

    return self ? eventlet__park_as(self) : EVENTLET_IN_HUB;
}

int eventlet__park_woken(void)
{
    eventlet_greenthread *self = eventlet__self();
    int rc;

    if (!self)
        return EVENTLET_IN_HUB;
    rc = eventlet__pending(self);
    if (rc < 0)
        return rc;
    self->task.state = EVENTLET__WOKEN;
    self->task.code = 0;
    eventlet__list_append(&self->hub->next, &self->task.node);
    eventlet__give_way(self->hub, self);
    return self->task.code;
}

int eventlet__wait_on(struct eventlet__waitq *q)
{
    eventlet_greenthread *self = eventlet__self();
    int rc;

    if (!self)
        return EVENTLET_IN_HUB;
    if (__builtin_expect(self->task.pending, 0)) {
        rc = eventlet__pending(self);
        if (rc < 0)
            return rc;
    }
    eventlet__list_append(&q->waiters, &self->task.node);
    return eventlet__park_inline(self);
}

/* Puts a thread whose wait is over in line for the next pass. */
static inline void line_up(eventlet_greenthread *gt, int code)
{
    eventlet__unlink(&gt->task.node);
    gt->task.state = EVENTLET__WOKEN;
    gt->task.code = code;
    eventlet__list_append(&gt->hub->next, &gt->task.node);
    eventlet__hub_poke(gt->hub);
}

void eventlet__wake(eventlet_greenthread *gt)
{
    if (gt->task.state == EVENTLET__PARKED)
        line_up(gt, 0);
}

void eventlet__wake_at_once(eventlet_greenthread *gt)
{
    if (gt->task.state != EVENTLET__PARKED)
        return;
    line_up(gt, 0);
    eventlet__unlink(&gt->task.node);
    eventlet__list_prepend(&gt->hub->batch, &gt->task.node);
}

bool eventlet__wake_one(struct eventlet__waitq *q)
{
    struct eventlet__node *n = eventlet__list_first(&q->waiters);

    if (!n)
        return false;
    line_up(EVENTLET__THREAD_OF(n), 0);
    return true;
}

void eventlet__wake_all(struct eventlet__waitq *q)
{
    while (eventlet__wake_one(q))
        ;
}

void eventlet__throw(eventlet_greenthread *gt, int code)
{
    switch ((enum eventlet__thread_state)gt->task.state) {
    case EVENTLET__NEW:
        eventlet__end_unstarted(gt, code);
        return;
    case EVENTLET__PARKED:
        line_up(gt, code);
        gt->thrower = NULL;
        return;
    case EVENTLET__YIELDING:
    case EVENTLET__WOKEN:
        gt->task.state = EVENTLET__WOKEN;
        gt->task.code = code;
        gt->thrower = NULL;
        return;
    case EVENTLET__RUNNING:
        gt->task.pending |= EVENTLET__THROW;
        gt->pending_code = code;
        gt->thrower = NULL;
        return;
    case EVENTLET__DEAD:
        return;
    }
}

void eventlet__end_wait(eventlet_greenthread *gt, int code)
{
    if (gt->task.state != EVENTLET__WOKEN || gt->task.code >= 0)
        eventlet__throw(gt, code);
}
