/* SPDX-License-Identifier: MIT */
/* Ending green threads: kill, cancel, wait, reap. */
#include <errno.h>

#include "core/greenthread.h"
#include "core/timeout.h"
#include "base/mem.h"

void eventlet__end_unstarted(eventlet_greenthread *gt, int code)
{
    bool abandoned = gt->task.flags & EVENTLET__ABANDONED;

    if (gt->task.flags & EVENTLET__ENDED)
        return; /* its links are being run, and one of them kills it again */
    eventlet__unlink(&gt->task.node);
    eventlet__unlink(&gt->local.node);
    eventlet__heap_remove(&gt->hub->heap, &gt->timer);
    gt->fn = NULL; /* it never started */
    gt->refs++;    /* a link may give the last handle back */
    eventlet__ended(gt, code);
    eventlet__end_locals(gt);
    gt->task.state = EVENTLET__DEAD;
    gt->task.flags &= (uint8_t)~EVENTLET__ABANDONED;
    eventlet__context_deinit(&gt->context);
    EVENTLET__DIED(greenthreads);
    if (!abandoned)
        eventlet__unref(gt);
    eventlet__unref(gt);
}

/* In front of the batch: it runs as soon as the caller gives way. */
static void throw_now(eventlet_greenthread *gt, int code)
{
    if (gt->task.state == EVENTLET__NEW) {
        eventlet__end_unstarted(gt, code);
        return;
    }
    eventlet__throw(gt, code);
    eventlet__unlink(&gt->task.node);
    eventlet__list_prepend(&gt->hub->batch, &gt->task.node);
}

static int check_killable(const eventlet_greenthread *gt, int code)
{
    if (code > 0)
        return -EINVAL;
    return gt->hub == eventlet__hub ? 0 : -EPERM;
}

int eventlet_kill(eventlet_greenthread *gt, int code)
{
    int rc = check_killable(gt, code);
    eventlet_greenthread *self;

    if (rc < 0)
        return rc;
    if (code == 0)
        code = EVENTLET_EXIT;
    if (gt->task.state == EVENTLET__DEAD)
        return 0;
    self = eventlet__hub->current;
    if (gt == self)
        return code;
    throw_now(gt, code);
    return self ? eventlet_sleep(0) : 0;
}

int eventlet_cancel(eventlet_greenthread *gt, int code)
{
    int rc = check_killable(gt, code);

    if (rc < 0)
        return rc;
    return gt->task.state == EVENTLET__NEW ? eventlet_kill(gt, code) : 0;
}

int eventlet_wait(eventlet_greenthread *gt)
{
    int rc = 0;

    if (gt->hub != eventlet__hub)
        return -EPERM;
    if (gt->task.flags & EVENTLET__NO_RESULT)
        return -EINVAL;
    if (gt->task.flags & EVENTLET__ENDED)
        return gt->result;
    if (gt == eventlet__hub->current)
        return -EDEADLK;
    gt->refs++; /* whoever else holds it may let go while we wait */
    while (rc == 0 && !(gt->task.flags & EVENTLET__ENDED))
        rc = eventlet__wait_on(&gt->waiters);
    if (rc == 0)
        rc = gt->result;
    eventlet__unref(gt);
    return rc;
}

/* What is thrown at the reaper meanwhile comes out of its next wait; of
 * several the last kill, or else the first timeout. */
struct deferred {
    int code; /* 0: nothing */
    struct eventlet_timeout *thrower;
};

static void defer(struct deferred *d, int code,
                  struct eventlet_timeout *thrower)
{
    if (code == 0 || (d->code != 0 && thrower))
        return;
    d->code = code;
    d->thrower = thrower;
}

static void throw_deferred(eventlet_greenthread *self, const struct deferred *d)
{
    if (d->code == 0)
        return;
    self->task.pending |= EVENTLET__THROW;
    self->pending_code = d->code;
    self->thrower = d->thrower;
}

static void end_and_wait(eventlet_greenthread *self, eventlet_greenthread *gt)
{
    struct deferred d = { 0, NULL };
    int rc;

    if (self->task.pending & EVENTLET__THROW) {
        self->task.pending &= (uint8_t)~EVENTLET__THROW;
        defer(&d, self->pending_code, self->thrower);
    }
    if (!(gt->task.flags & EVENTLET__ENDED)) {
        self->thrower = NULL;
        rc = eventlet_kill(gt, EVENTLET_EXIT);
        defer(&d, rc, self->thrower);
    }
    while (gt->task.state != EVENTLET__DEAD) {
        rc = eventlet__wait_on(&gt->waiters);
        defer(&d, rc, self->thrower);
    }
    throw_deferred(self, &d);
}

int eventlet_reap(eventlet_greenthread *gt)
{
    eventlet_greenthread *self = eventlet__self();
    int result;

    if (!gt)
        return 0;
    if (gt->hub != eventlet__hub)
        return -EPERM;
    if (gt == self)
        return -EDEADLK;
    if (gt->task.state != EVENTLET__DEAD) {
        if (!self)
            return EVENTLET_IN_HUB;
        end_and_wait(self, gt);
    }
    result = gt->result;
    eventlet__unref(gt);
    return result;
}
