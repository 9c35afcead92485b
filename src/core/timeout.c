/* SPDX-License-Identifier: MIT */
/* Timeouts. */
#include "core/timeout.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "core/greenthread.h"

/* A timeout begins as a heap item does: it is one. */
_Static_assert(offsetof(struct eventlet_timeout, due_ns) ==
                       offsetof(struct eventlet__heap_item, due_ns) &&
                   offsetof(struct eventlet_timeout, seq) ==
                       offsetof(struct eventlet__heap_item, seq) &&
                   offsetof(struct eventlet_timeout, slot) ==
                       offsetof(struct eventlet__heap_item, slot) &&
                   offsetof(struct eventlet_timeout, kind) ==
                       offsetof(struct eventlet__heap_item, kind) &&
                   offsetof(struct eventlet_timeout, state) ==
                       offsetof(struct eventlet__heap_item, state),
               "struct eventlet_timeout must begin as a heap item");

static struct eventlet__heap_item *item_of(struct eventlet_timeout *t)
{
    return (struct eventlet__heap_item *)(void *)t;
}

/* Inlined into each caller: arming one around every read is the common case. */
static inline __attribute__((always_inline)) int start(
    struct eventlet_timeout *t, double seconds, int code, bool silent)
{
    eventlet_hub *hub = eventlet__hub;
    eventlet_greenthread *self = hub ? hub->current : eventlet__self();
    int rc;

    t->slot = 0;
    t->kind = EVENTLET__ITEM_TIMEOUT;
    t->state = EVENTLET__IDLE;
    t->silent = silent;
    t->code = code;
    t->owner = self;
    t->seconds = seconds;
    if (!self)
        return EVENTLET_IN_HUB;
    if (isnan(seconds))
        return -EINVAL;
    if (seconds >= EVENTLET__NEVER_S)
        return 0;
    rc = eventlet__hub_arm(self->hub, item_of(t),
                           eventlet__seconds_to_ns(seconds));
    if (rc < 0)
        return rc;
    t->state = EVENTLET__ARMED;
    self->timeouts++;
    return 0;
}

int eventlet_timeout_start(struct eventlet_timeout *t, double seconds)
{
    return start(t, seconds, EVENTLET_TIMEOUT, false);
}

int eventlet_timeout_start_code(struct eventlet_timeout *t, double seconds,
                                int code)
{
    return start(t, seconds, code, false);
}

int eventlet_timeout_start_silent(struct eventlet_timeout *t, double seconds)
{
    return start(t, seconds, EVENTLET_TIMEOUT, true);
}

int eventlet_exc_after(struct eventlet_timeout *t, double seconds, int code)
{
    return start(t, seconds, code, false);
}

bool eventlet__timeout_due(struct eventlet_timeout *t)
{
    eventlet_greenthread *gt = t->owner;

    if (gt->task.state == EVENTLET__WOKEN) {
        t->state = EVENTLET__LATE;
        t->next = gt->overdue;
        gt->overdue = t;
        gt->hub->overdue++;
        gt->task.pending |= EVENTLET__OVERDUE;
        return false;
    }
    gt->timeouts--;
    t->state = EVENTLET__FIRED;
    eventlet__unlink(&gt->task.node);
    gt->task.code = t->code;
    gt->thrower = t;
    return true;
}

static void drop_late(struct eventlet_timeout *t)
{
    eventlet_greenthread *gt = t->owner;
    struct eventlet_timeout **at = &gt->overdue;

    while (*at != t)
        at = (struct eventlet_timeout **)(void *)&(*at)->next;
    *at = t->next;
    gt->hub->overdue--;
    if (!gt->overdue)
        gt->task.pending &= (uint8_t)~EVENTLET__OVERDUE;
}

/* It fired during eventlet_reap, which has put its code off: no call has
 * returned it, so it need not be thrown at all. Its owner may be gone, with the
 * hub, unless it is the caller. */
static bool taken_back(struct eventlet_timeout *t)
{
    eventlet_greenthread *gt = eventlet__hub ? eventlet__hub->current : NULL;

    if (!gt || gt != t->owner)
        return false;
    if (!(gt->task.pending & EVENTLET__THROW) || gt->thrower != t)
        return false;
    gt->task.pending &= (uint8_t)~EVENTLET__THROW;
    t->state = EVENTLET__IDLE;
    return true;
}

bool eventlet_timeout_cancel(struct eventlet_timeout *t)
{
    eventlet_greenthread *gt = t->owner;

    switch ((enum eventlet__timeout_state)t->state) {
    case EVENTLET__IDLE:
        return false;
    case EVENTLET__FIRED:
        return !taken_back(t);
    case EVENTLET__LATE:
        drop_late(t);
        break;
    case EVENTLET__ARMED:
        eventlet__heap_remove(&gt->hub->heap, item_of(t));
        break;
    }
    gt->timeouts--;
    t->state = EVENTLET__IDLE;
    return false;
}

int eventlet_timeout_end(struct eventlet_timeout *t, int rc)
{
    bool fired = eventlet_timeout_cancel(t);

    return fired && t->silent && rc == t->code ? 0 : rc;
}

bool eventlet_timeout_pending(const struct eventlet_timeout *t)
{
    return t->state == EVENTLET__ARMED || t->state == EVENTLET__LATE;
}

int eventlet_timeout_str(const struct eventlet_timeout *t, char *buf,
                         size_t size)
{
    const char *plural = t->seconds == 1 ? "" : "s";

    if (isinf(t->seconds) && t->seconds > 0)
        return snprintf(buf, size, "%s", "");
    if (t->silent)
        return snprintf(buf, size, "%g second%s (silent)", t->seconds, plural);
    if (t->code == EVENTLET_TIMEOUT)
        return snprintf(buf, size, "%g second%s", t->seconds, plural);
    return snprintf(buf, size, "%g second%s (%s)", t->seconds, plural,
                    eventlet_strerrorname(t->code));
}

int eventlet_with_timeout(double seconds, eventlet_fn *fn, void *arg,
                          bool *timed_out)
{
    struct eventlet_timeout t;
    int rc = eventlet_timeout_start(&t, seconds);

    if (timed_out)
        *timed_out = false;
    if (rc < 0)
        return rc;
    rc = fn(arg);
    if (!eventlet_timeout_cancel(&t) || rc != EVENTLET_TIMEOUT || !timed_out)
        return rc;
    *timed_out = true;
    return 0;
}

/* Those of a thread that has ended without cancelling them: linear, as it is a
 * mistake of the program's. */
void eventlet__forget_timers(eventlet_greenthread *gt)
{
    struct eventlet__heap *heap = &gt->hub->heap;
    struct eventlet_timeout *t;

    for (uint32_t i = heap->len; i-- > 0 && gt->timeouts;) {
        t = (struct eventlet_timeout *)(void *)heap->entries[i].item;
        if (t->kind != EVENTLET__ITEM_TIMEOUT || t->owner != gt)
            continue;
        eventlet__heap_remove(heap, item_of(t));
        t->state = EVENTLET__IDLE;
        gt->timeouts--;
        i = heap->len; /* removing has moved others: look again */
    }
    while ((t = gt->overdue) != NULL) {
        gt->overdue = t->next;
        gt->hub->overdue--;
        t->state = EVENTLET__IDLE;
    }
    gt->timeouts = 0;
}
