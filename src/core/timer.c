/* SPDX-License-Identifier: MIT */
/* Timers with callbacks. */
#include "core/timer.h"

#include <errno.h>
#include <math.h>

#include "base/mem.h"

static struct eventlet_timer *timer_new(double seconds, eventlet_hub_fn *fn,
                                        void *arg, bool is_local)
{
    struct eventlet_timer *timer = eventlet__alloc(sizeof *timer);

    if (!timer)
        return NULL;
    eventlet__node_init(&timer->task.node);
    eventlet__node_init(&timer->local.node);
    timer->task.kind = EVENTLET__TASK_TIMER;
    timer->item.kind = EVENTLET__ITEM_TIMER;
    timer->fn = fn;
    timer->arg = arg;
    timer->seconds = seconds;
    timer->is_local = is_local;
    EVENTLET__BORN(timers);
    return timer;
}

static void delete (struct eventlet_timer *timer)
{
    if (timer->freed)
        *timer->freed = true;
    EVENTLET__DIED(timers);
    eventlet__free(timer);
}

static bool scheduled(const struct eventlet_timer *timer)
{
    return timer->item.slot || eventlet__linked(&timer->task.node);
}

static void unschedule(struct eventlet_timer *timer)
{
    eventlet_timer_cancel(timer);
    eventlet__unlink(&timer->local.node);
}

/* Its green thread has ended. */
static void orphan(struct eventlet__local *local)
{
    struct eventlet_timer *timer =
        EVENTLET__CONTAINER(local, struct eventlet_timer, local);

    timer->orphaned = true;
    unschedule(timer);
    if (timer->ownerless)
        delete (timer);
}

int eventlet_timer_new(eventlet_timer **out, double seconds,
                       eventlet_hub_fn *fn, void *arg)
{
    eventlet_timer *timer;

    if (isnan(seconds))
        return -EINVAL;
    timer = timer_new(seconds, fn, arg, false);
    if (!timer)
        return -ENOMEM;
    *out = timer;
    return 0;
}

static void bind(struct eventlet_timer *timer)
{
    eventlet_greenthread *self = eventlet__self();

    if (!self)
        return; /* the hub itself never dies before its timers */
    timer->local.spawner_died = orphan;
    eventlet__list_append(&self->locals, &timer->local.node);
}

int eventlet_timer_new_local(eventlet_timer **out, double seconds,
                             eventlet_hub_fn *fn, void *arg)
{
    int rc = eventlet_timer_new(out, seconds, fn, arg);

    if (rc < 0)
        return rc;
    (*out)->is_local = true;
    bind(*out);
    return 0;
}

static int schedule(struct eventlet_timer *timer, eventlet_hub *hub)
{
    timer->hub = hub;
    timer->called = false;
    if (timer->seconds != 0)
        return eventlet__hub_arm(hub, &timer->item,
                                 eventlet__seconds_to_ns(timer->seconds));
    eventlet__list_append(&hub->next, &timer->task.node);
    eventlet__hub_poke(hub);
    return 0;
}

int eventlet_timer_schedule(eventlet_timer *timer)
{
    eventlet_hub *hub;
    int rc = eventlet__hub_get(&hub);

    if (rc < 0)
        return rc;
    if (scheduled(timer))
        return -EBUSY;
    return timer->orphaned ? 0 : schedule(timer, hub);
}

void eventlet_timer_cancel(eventlet_timer *timer)
{
    if (timer->item.slot) {
        eventlet__heap_remove(&timer->hub->heap, &timer->item);
        eventlet__hub_poke(timer->hub); /* what it had an appointment for */
    }
    eventlet__unlink(&timer->task.node);
}

bool eventlet_timer_pending(const eventlet_timer *timer)
{
    return scheduled(timer) && !timer->orphaned;
}

bool eventlet_timer_called(const eventlet_timer *timer)
{
    return timer->called;
}

double eventlet_timer_seconds(const eventlet_timer *timer)
{
    return timer->seconds;
}

int eventlet_timer_copy(eventlet_timer **copy, const eventlet_timer *timer)
{
    return timer->is_local ? eventlet_timer_new_local(copy, timer->seconds,
                                                      timer->fn, timer->arg)
                           : eventlet_timer_new(copy, timer->seconds, timer->fn,
                                                timer->arg);
}

void eventlet_timer_free(eventlet_timer *timer)
{
    if (!timer)
        return;
    unschedule(timer);
    delete (timer);
}

void eventlet__timer_fire(struct eventlet_timer *timer)
{
    eventlet_hub *hub = timer->hub;
    bool freed = false;
    int rc;

    timer->called = true;
    timer->freed = &freed;
    rc = timer->fn(timer->arg);
    if (!freed) {
        timer->freed = NULL;
        if (timer->ownerless && !scheduled(timer)) {
            unschedule(timer);
            delete (timer);
        }
    }
    if (rc < 0)
        eventlet__hub_escaped(hub, "timer callback", rc);
}

void eventlet__timer_discard(struct eventlet_timer *timer)
{
    unschedule(timer);
    if (timer->ownerless)
        delete (timer);
}

static int schedule_call(eventlet_timer **out, eventlet_hub *hub,
                         double seconds, eventlet_hub_fn *fn, void *arg,
                         bool is_local)
{
    struct eventlet_timer *timer;
    int rc;

    if (isnan(seconds))
        return -EINVAL;
    if (hub != eventlet__hub)
        return -EPERM;
    timer = timer_new(seconds, fn, arg, is_local);
    if (!timer)
        return -ENOMEM;
    rc = schedule(timer, hub);
    if (rc < 0) {
        delete (timer);
        return rc;
    }
    if (is_local)
        bind(timer);
    timer->ownerless = !out;
    if (out)
        *out = timer;
    return 0;
}

int eventlet_hub_schedule_call_global(eventlet_timer **timer, eventlet_hub *hub,
                                      double seconds, eventlet_hub_fn *fn,
                                      void *arg)
{
    return schedule_call(timer, hub, seconds, fn, arg, false);
}

int eventlet_hub_schedule_call_local(eventlet_timer **timer, eventlet_hub *hub,
                                     double seconds, eventlet_hub_fn *fn,
                                     void *arg)
{
    return schedule_call(timer, hub, seconds, fn, arg, true);
}
