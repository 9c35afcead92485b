/* SPDX-License-Identifier: MIT */
/* Green threads: how they begin, yield and end. */
#include "core/greenthread.h"

#include <dlfcn.h>
#include <errno.h>
#include <math.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "core/timer.h"

static __thread uint64_t last_id;

/* ---- the end of one ---- */

void eventlet__end_locals(eventlet_greenthread *gt)
{
    struct eventlet__node *n;

    while ((n = eventlet__list_pop(&gt->locals)) != NULL) {
        struct eventlet__local *local =
            EVENTLET__CONTAINER(n, struct eventlet__local, node);

        local->spawner_died(local);
    }
}

static void died(eventlet_greenthread *self)
{
    eventlet_hub *hub = self->hub;

    if (self->timeouts)
        eventlet__forget_timers(self);
    if (!eventlet__list_empty(&self->locals))
        eventlet__end_locals(self);
    self->task.state = EVENTLET__DEAD;
    eventlet__wake_all(&self->waiters); /* who reaps waits for this */
    if (hub->main == self) /* it forked, and is all there is in this process */
        exit(self->result < 0 ? EXIT_FAILURE : EXIT_SUCCESS);
    EVENTLET__DIED(greenthreads);
}

void eventlet__ended(eventlet_greenthread *gt, int result)
{
    gt->result = result;
    gt->task.flags |= EVENTLET__ENDED;
    eventlet__wake_all(&gt->waiters);
    if (result < 0)
        eventlet__thread_escaped(gt, result);
    if (gt->links)
        eventlet__run_links(gt);
}

/* The last switch of a thread: like give_way, but its stack is free now. */
static void leave(eventlet_hub *hub, eventlet_greenthread *self)
{
    eventlet_greenthread *to = eventlet__take_next(hub);

    hub->current = to;
    if (to)
        eventlet__switch_last(&self->context, &to->context);
    else
        eventlet__switch_last(&self->context, &hub->context);
}

static void thread_main(void)
{
    eventlet_hub *hub = eventlet__hub;
    eventlet_greenthread *self = hub->current;
    int result;

    eventlet__context_entered(&self->context);
    if (__builtin_expect(eventlet__linked(&self->local.node), 0))
        eventlet__unlink(&self->local.node); /* it has started: all its own */
    result = self->fn(self->arg);
    if (__builtin_expect(result < 0 || self->links ||
                             !eventlet__waitq_empty(&self->waiters),
                         0)) {
        eventlet__ended(self, result);
    } else {
        self->result = result;
        self->task.flags |= EVENTLET__ENDED;
    }
    died(self);
    eventlet__unref(self);
    leave(hub, self);
    __builtin_unreachable();
}

/* ---- the end of all ---- */

static void end_stays(eventlet_greenthread *gt)
{
    struct eventlet__stay *stay;

    while ((stay = gt->stay) != NULL) {
        gt->stay = stay->outer;
        stay->keeper->vanished(stay->keeper, stay);
    }
}

void eventlet__vanish(eventlet_greenthread *gt)
{
    if (gt != gt->hub->current)
        end_stays(gt);
    if (gt->timeouts)
        eventlet__forget_timers(gt);
    eventlet__end_locals(gt);
    eventlet__drop_links(gt);
}

/* The record of a green thread lies at the top of its stack. */
static eventlet_greenthread *record_on(struct eventlet__stack *stack)
{
    uintptr_t end = (uintptr_t)stack - sizeof(eventlet_greenthread);

    return (void *)(end & ~(uintptr_t)63);
}

/* First of all of them, so that no end of one reaches another. */
static void leave_lists(eventlet_greenthread *gt)
{
    eventlet__unlink(&gt->task.node);
    eventlet__unlink(&gt->local.node);
}

struct each {
    eventlet_hub *hub;
    void (*fn)(eventlet_greenthread *gt);
};

static void call_on(struct eventlet__stack *stack, void *arg)
{
    struct each *each = arg;

    if (stack != each->hub->stack)
        each->fn(record_on(stack));
}

void eventlet__each_thread(eventlet_hub *hub,
                           void (*fn)(eventlet_greenthread *gt))
{
    struct each each = { hub, fn };

    eventlet__stacks_each(&hub->stacks, call_on, &each);
    if (hub->main && hub->main->task.flags & EVENTLET__MAIN)
        fn(hub->main);
}

void eventlet__each_leaves(eventlet_hub *hub)
{
    eventlet__each_thread(hub, leave_lists);
}

/* ---- the beginning ---- */

int eventlet__thread_new(eventlet_greenthread **out, eventlet_hub *hub,
                         eventlet_fn *fn, void *arg, size_t extra)
{
    struct eventlet__stack *stack = eventlet__stack_get(&hub->stacks);
    eventlet_greenthread *gt;
    char *top;
    int rc;

    if (!stack)
        return -ENOMEM;
    gt = record_on(stack);
    top = (char *)gt - extra;
    eventlet__context_deinit(&gt->context);
    rc = eventlet__context_init(&gt->context, stack->base,
                                (size_t)(top - stack->base), top, thread_main);
    if (rc < 0) {
        eventlet__stack_put(&hub->stacks, stack);
        return rc;
    }
    eventlet__node_init(&gt->task.node);
    gt->task.kind = EVENTLET__TASK_THREAD;
    gt->task.state = EVENTLET__NEW;
    gt->task.pending = 0;
    gt->task.flags = 0;
    gt->task.code = 0;
    gt->hub = hub;
    gt->stay = NULL;
    gt->id = ++last_id;
    gt->fn = fn;
    gt->arg = arg;
    eventlet__waitq_init(&gt->waiters);
    gt->refs = 1;
    gt->links = NULL;
    eventlet__list_init(&gt->locals);
    gt->thrower = NULL;
    gt->overdue = NULL;
    gt->slot = NULL;
    gt->timer.slot = 0;
    gt->timeouts = 0;
    gt->values = NULL;
    eventlet__node_init(&gt->local.node);
    gt->stack = stack;
    EVENTLET__BORN(greenthreads);
    *out = gt;
    return 0;
}

eventlet_greenthread *eventlet__main_new(eventlet_hub *hub, void **block)
{
    size_t align = alignof(eventlet_greenthread);
    eventlet_greenthread *gt;

    *block = eventlet__alloc(sizeof *gt + align);
    if (!*block)
        return NULL;
    gt = (void *)(((uintptr_t)*block + align - 1) & ~(uintptr_t)(align - 1));
    eventlet__context_init_running(&gt->context);
    eventlet__node_init(&gt->task.node);
    eventlet__node_init(&gt->local.node);
    eventlet__waitq_init(&gt->waiters);
    eventlet__list_init(&gt->locals);
    gt->task.kind = EVENTLET__TASK_THREAD;
    gt->task.state = EVENTLET__RUNNING;
    gt->task.flags = EVENTLET__MAIN;
    gt->hub = hub;
    gt->refs = 1;
    gt->id = ++last_id;
    return gt;
}

/* ---- giving way ---- */

static int sleep_for(eventlet_hub *hub, eventlet_greenthread *self,
                     double seconds)
{
    int rc;

    if (seconds >= EVENTLET__NEVER_S)
        return eventlet__park();
    self->timer.kind = EVENTLET__ITEM_SLEEP;
    rc = eventlet__hub_arm(hub, &self->timer, eventlet__seconds_to_ns(seconds));
    if (rc < 0)
        return rc;
    rc = eventlet__park();
    if (self->timer.slot)
        eventlet__heap_remove(&hub->heap, &self->timer);
    return rc;
}

int eventlet_sleep(double seconds)
{
    eventlet_hub *hub = eventlet__hub;
    eventlet_greenthread *self;

    if (__builtin_expect(!hub, 0)) {
        int rc = eventlet__hub_get(&hub);

        if (rc < 0)
            return rc;
    }
    self = hub->current;
    if (__builtin_expect(!(seconds <= 0), 0)) {
        if (isnan(seconds))
            return -EINVAL;
        return self ? sleep_for(hub, self, seconds) : EVENTLET_IN_HUB;
    }
    if (!self)
        return 0;
    if (__builtin_expect(self->task.pending, 0)) {
        int rc = eventlet__pending(self);

        if (rc < 0)
            return rc;
    }
    self->task.state = EVENTLET__YIELDING;
    self->task.code = 0;
    eventlet__list_append(&hub->next, &self->task.node);
    eventlet__give_way(hub, self);
    return self->task.code;
}

eventlet_greenthread *eventlet_getcurrent(void)
{
    eventlet_hub *hub = eventlet__hub;

    if (!hub && eventlet__hub_get(&hub) < 0)
        return NULL;
    return hub->current;
}

/* ---- handles ---- */

void eventlet__unref(eventlet_greenthread *gt)
{
    if (--gt->refs > 0 || gt->task.flags & EVENTLET__MAIN)
        return;
    if (gt->task.flags & EVENTLET__ABANDONED) {
        eventlet__end_locals(gt);
        eventlet__drop_links(gt);
        eventlet__context_deinit(&gt->context);
        EVENTLET__DIED(greenthreads);
    }
    eventlet__stack_put(&gt->hub->stacks, gt->stack);
}

void eventlet_release(eventlet_greenthread *gt)
{
    if (gt)
        eventlet__unref(gt);
}

eventlet_greenthread *eventlet_retain(eventlet_greenthread *gt)
{
    gt->refs++;
    return gt;
}

bool eventlet_dead(const eventlet_greenthread *gt)
{
    return gt->task.state == EVENTLET__DEAD;
}

/* One that was killed before its start has no function any more. */
bool eventlet_started(const eventlet_greenthread *gt)
{
    return gt->task.flags & EVENTLET__MAIN ||
           (gt->task.state != EVENTLET__NEW && gt->fn);
}

uint64_t eventlet_id(const eventlet_greenthread *gt)
{
    return gt->id;
}

void eventlet__describe(const eventlet_greenthread *gt, char *buf, size_t size)
{
    Dl_info in;
    const char *name;

    if (gt->task.flags & EVENTLET__MAIN) {
        snprintf(buf, size, "the main green thread");
        return;
    }
    if (!dladdr(gt->spawner, &in)) {
        snprintf(buf, size, "green thread %llu, spawned at %p",
                 (unsigned long long)gt->id, gt->spawner);
        return;
    }
    name = in.dli_sname ? in.dli_sname : in.dli_fname;
    snprintf(
        buf, size, "green thread %llu, spawned at %s+0x%zx",
        (unsigned long long)gt->id, name,
        (size_t)((const char *)gt->spawner -
                 (const char *)(in.dli_sname ? in.dli_saddr : in.dli_fbase)));
}
