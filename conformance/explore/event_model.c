/* SPDX-License-Identifier: MIT */
/* What an event must do: who waits gets what was sent first after that, and
 * nothing else; and what timeouts around a wait must do. */
#include "explore.h"

#include <stdint.h>
#include <string.h>

#include "eventlet.h"

/* What is sent is a number: below zero a code, above it a value. */
static struct {
    eventlet_event *event;
    int sent;                  /* 0: nothing */
    int told[EXPLORE_THREADS]; /* what a waiter is to get; 0: nothing yet */
    bool waits[EXPLORE_THREADS];
    bool closed;
} w;

static void begin(const int *with)
{
    (void)with;
    memset(&w, 0, sizeof w);
    EXPLORE_SAME(eventlet_event_new(&w.event), 0);
}

static bool is_closed(void)
{
    return w.closed;
}

static void check(void)
{
    void *value = NULL;

    EXPLORE_SAME(eventlet_event_ready(w.event), w.sent != 0);
    EXPLORE_SAME(eventlet_event_has_result(w.event), w.sent > 0);
    EXPLORE_SAME(eventlet_event_has_exception(w.event), w.sent < 0);
    if (eventlet_event_poll_result(w.event, &value) == 0)
        EXPLORE_SAME((intptr_t)value, w.sent);
}

static void tell_all(int what)
{
    for (int i = 0; i < EXPLORE_THREADS; i++)
        if (w.waits[i] && !w.told[i])
            w.told[i] = what;
}

static bool may_wait(int who)
{
    return !w.told[who];
}

/* ---- waiting ---- */

typedef int wait_fn(void **value);

static int wait_plainly(void **value)
{
    return eventlet_event_wait(w.event, value);
}

static int wait_a_second(void **value)
{
    return eventlet_event_wait_timeout(w.event, value, 1);
}

static int wait_one_pass(void **value)
{
    return eventlet_event_wait_timeout(w.event, value, 0);
}

static void check_told(int me, int rc, const void *value)
{
    int told = w.told[me];

    if (rc == 0 && told != (intptr_t)value)
        explore_fail("a wait gives %d, not %d", (int)(intptr_t)value, told);
    if (rc < 0 && rc != told && rc != EVENTLET_EXIT && !eventlet_is_timeout(rc))
        explore_fail("a wait gives %s, not %d", eventlet_strerrorname(rc),
                     told);
}

static void wait_by(wait_fn *call)
{
    int me = explore_me(), before = w.sent, rc;
    void *value = NULL;

    w.waits[me] = true;
    w.told[me] = before;
    explore_enter();
    rc = call(&value);
    w.waits[me] = false;
    explore_leave(rc, w.closed);
    check_told(me, rc, value);
    if (before && (rc < 0 ? rc != before : false))
        explore_fail("it was sent, but a wait gives %s",
                     eventlet_strerrorname(rc));
    if (before && explore_waited())
        explore_fail("it was sent, but had to be waited for");
}

static void wait_for(int n)
{
    (void)n;
    wait_by(wait_plainly);
}

static void wait_timeout(int n)
{
    (void)n;
    wait_by(wait_a_second);
}

static void wait_zero(int n)
{
    (void)n;
    wait_by(wait_one_pass);
}

/* ---- timeouts around it ---- */

#define OUTER EVENTLET_USER_TIMEOUT(1)
#define INNER EVENTLET_USER_TIMEOUT(2)

/* Whose code came out has fired, and no other has. */
static void check_fired(struct eventlet_timeout *t, int code, int rc,
                        const char *which)
{
    bool fired = eventlet_timeout_cancel(t);

    if (fired != (rc == code))
        explore_fail("the %s timeout %s, but the wait gives %s", which,
                     fired ? "fired" : "did not fire",
                     eventlet_strerrorname(rc));
    if (eventlet_timeout_pending(t))
        explore_fail("the %s timeout is pending after it was cancelled", which);
}

static int wait_between(void **value, double outer_seconds,
                        double inner_seconds)
{
    struct eventlet_timeout outer, inner;
    int rc;

    EXPLORE_SAME(eventlet_timeout_start_code(&outer, outer_seconds, OUTER), 0);
    EXPLORE_SAME(eventlet_timeout_start_code(&inner, inner_seconds, INNER), 0);
    rc = eventlet_event_wait(w.event, value);
    if (rc == OUTER && inner_seconds < outer_seconds)
        explore_fail("the outer timeout was due after the inner one");
    if (rc == INNER && inner_seconds >= outer_seconds)
        explore_fail("the inner timeout was due behind the outer one");
    check_fired(&inner, INNER, rc, "inner");
    check_fired(&outer, OUTER, rc, "outer");
    return rc;
}

static int wait_due_together(void **value)
{
    return wait_between(value, 1, 1);
}

static int wait_inner_first(void **value)
{
    return wait_between(value, 2, 1);
}

static int wait_outer_first(void **value)
{
    return wait_between(value, 1, 2);
}

/* 0: due together; 1: the inner one first; 2: the outer one first. */
static void nest(int n)
{
    wait_by(n == 1   ? wait_inner_first
            : n == 2 ? wait_outer_first
                     : wait_due_together);
}

static int wait_in_block(void *value)
{
    return eventlet_event_wait(w.event, value);
}

static int wait_with_timeout(void **value)
{
    bool timed_out;
    int rc = eventlet_with_timeout(1, wait_in_block, value, &timed_out);

    if (timed_out && rc != 0)
        explore_fail("it timed out, but gives %s", eventlet_strerrorname(rc));
    return timed_out ? OUTER : rc;
}

static void with_timeout(int n)
{
    (void)n;
    wait_by(wait_with_timeout);
}

/* A silent one around a wait of its own time: only its own is kept. */
static int wait_silently(void **value)
{
    struct eventlet_timeout t;
    int rc;

    EXPLORE_SAME(eventlet_timeout_start_silent(&t, 1), 0);
    rc = eventlet_event_wait_timeout(w.event, value, 2);
    if (eventlet_timeout_end(&t, rc) == 0 && rc < 0)
        return OUTER;
    return rc;
}

static void silent(int n)
{
    (void)n;
    wait_by(wait_silently);
}

/* ---- sending ---- */

static void sent(int rc, int what)
{
    explore_leave(rc, w.closed);
    EXPLORE_SAME(rc, w.sent ? EVENTLET_ALREADY_SENT : 0);
    if (rc == 0) {
        w.sent = what;
        tell_all(what);
    }
}

static void send_value(int n)
{
    explore_enter();
    sent(eventlet_event_send(w.event, (void *)(intptr_t)(n + 1)), n + 1);
}

static void send_exception(int n)
{
    int code = EVENTLET_USER(n);

    explore_enter();
    sent(eventlet_event_send_exception(w.event, code), code);
}

static void reset(int n)
{
    int rc;

    (void)n;
    explore_enter();
    rc = eventlet_event_reset(w.event);
    explore_leave(rc, w.closed);
    EXPLORE_SAME(rc, w.sent ? 0 : EVENTLET_NOT_SENT);
    w.sent = 0;
}

static void close_it(void)
{
    if (!w.closed)
        eventlet_event_free(w.event);
    w.closed = true;
    tell_all(EVENTLET_CLOSED);
}

#define WAITER .may_wait = may_wait, .line = "waiters", .order = EXPLORE_WAITERS

static const struct explore_verb verbs[] = {
    { .name = "wait", .run = wait_for, WAITER },
    { .name = "wait_t", .run = wait_timeout, WAITER, .timed = true },
    { .name = "wait_0", .run = wait_zero, WAITER, .timed = true },
    { .name = "nest", .run = nest, WAITER },
    { .name = "with_timeout", .run = with_timeout, WAITER, .timed = true },
    { .name = "silent", .run = silent, WAITER, .timed = true },
    { .name = "send", .run = send_value, .in_hub = true },
    { .name = "send_exc", .run = send_exception, .in_hub = true },
    { .name = "reset", .run = reset, .in_hub = true },
    { .name = "free", .in_hub = true },
    { .name = NULL },
};

const struct explore_model explore_event = { .name = "event",
                                             .verbs = verbs,
                                             .begin = begin,
                                             .check = check,
                                             .is_closed = is_closed,
                                             .close = close_it };
