/* SPDX-License-Identifier: MIT */
/* Section C of the rules: events. */
#include <stdint.h>

#include "support.h"

static eventlet_event *event_new(void)
{
    eventlet_event *event;

    must(eventlet_event_new(&event));
    return event;
}

/* What a wait gave, in words: a value is a number here. */
static const char *got(int rc, void *value)
{
    return code(rc < 0 ? rc : (intptr_t)value);
}

static const char *wait_on(eventlet_event *event)
{
    void *value = NULL;
    int rc = eventlet_event_wait(event, &value);

    return got(rc, value);
}

static const char *wait_so_long(eventlet_event *event, double seconds)
{
    void *value = NULL;
    int rc = eventlet_event_wait_timeout(event, &value, seconds);

    return got(rc, value);
}

static int send_number(eventlet_event *event, int n)
{
    return eventlet_event_send(event, (void *)(intptr_t)n);
}

struct waiting {
    const char *name;
    eventlet_event *event;
};

static int waiter(void *arg)
{
    const struct waiting *self = arg;

    say(self->name, "%s", wait_on(self->event));
    return 0;
}

struct sending {
    eventlet_event *event;
    int n;
};

static int sends(void *arg)
{
    const struct sending *self = arg;

    return send_number(self->event, self->n);
}

static void tell_state(const eventlet_event *event)
{
    say("event", "ready %s result %s exception %s",
        yes(eventlet_event_ready(event)), yes(eventlet_event_has_result(event)),
        yes(eventlet_event_has_exception(event)));
}

SCENARIO(event_wait_then_send)
{
    eventlet_event *event = event_new();
    struct waiting w = { "waiter", event };

    spawn(waiter, &w);
    yield_times(1);
    must(send_number(event, 4));
    say("main", "sent");
    yield_times(1);
    say("main", "yielded");
}

SCENARIO(event_send_then_wait)
{
    eventlet_event *event = event_new();

    spawn(speak, line("other", "ran"));
    must(send_number(event, 5));
    say("main", "%s", wait_on(event));
    say("main", "%s", wait_on(event));
    yield_times(1);
}

SCENARIO(event_send_twice)
{
    eventlet_event *event = event_new();

    say("main", "%s", code(eventlet_event_reset(event)));
    must(send_number(event, 1));
    say("main", "%s", code(send_number(event, 2)));
    say("main", "%s", wait_on(event));
    say("main", "%s", code(eventlet_event_reset(event)));
    tell_state(event);
    say("main", "%s", code(send_number(event, 3)));
    say("main", "%s", wait_on(event));
}

SCENARIO(event_exception)
{
    eventlet_event *event = event_new();
    struct waiting w = { "waiter", event };

    spawn(waiter, &w);
    yield_times(1);
    must(eventlet_event_send_exception(event, EVENTLET_USER(2)));
    yield_times(1);
    tell_state(event);
    say("main", "%s", wait_on(event));
    say("main", "%s", wait_on(event));
}

SCENARIO(event_captured)
{
    eventlet_event *event = event_new();
    struct waiting w = { "waiter", event };

    spawn(waiter, &w);
    yield_times(1);
    must(send_number(event, 1));
    must(eventlet_event_reset(event));
    must(send_number(event, 2));
    yield_times(1);
    say("main", "%s", wait_on(event));
}

/* A default stays where it is if nothing is found. */
static const char *found(int rc, void *value)
{
    return rc == EVENTLET_NOT_SENT ? code(9) : got(rc, value);
}

static void tell_polls(const eventlet_event *event)
{
    void *value = NULL;
    int rc;

    tell_state(event);
    rc = eventlet_event_poll(event, &value);
    say("poll", "%s", found(rc, value));
    rc = eventlet_event_poll_result(event, &value);
    say("result", "%s", found(rc, value));
    say("exception", "%s", code(eventlet_event_poll_exception(event)));
}

SCENARIO(event_polls)
{
    eventlet_event *event = event_new();

    tell_polls(event);
    must(send_number(event, 3));
    tell_polls(event);
    must(eventlet_event_reset(event));
    tell_polls(event);
    must(eventlet_event_send_exception(event, EVENTLET_USER(4)));
    tell_polls(event);
}

SCENARIO(event_wait_in_time)
{
    struct sending s = { event_new(), 7 };

    spawn_after(0.01, sends, &s);
    say("main", "%s", wait_so_long(s.event, 0.05));
    say("main", "%s", code(eventlet_sleep(0.05)));
}

SCENARIO(event_wait_expires)
{
    eventlet_event *event = event_new();

    say("main", "%s", wait_so_long(event, 0.01));
    tell_state(event);
    must(send_number(event, 7));
    say("main", "%s", wait_so_long(event, 0.01));
}

SCENARIO(event_stale_timer)
{
    struct sending s = { event_new(), 7 };
    struct eventlet_timeout t;

    must(eventlet_timeout_start(&t, 0.01));
    if (eventlet_event_wait_timeout(s.event, NULL, 0.03) == 0)
        say("main", "not reached");
    eventlet_timeout_cancel(&t);
    spawn_after(0.05, sends, &s);
    say("main", "%s", wait_on(s.event));
}

SCENARIO(event_no_stale_wakeup)
{
    eventlet_event *one = event_new();
    struct sending s = { event_new(), 2 };
    struct eventlet_timeout t;

    must(eventlet_timeout_start(&t, 0));
    if (eventlet_event_wait(one, NULL) == 0)
        say("main", "not reached");
    eventlet_timeout_cancel(&t);
    must(send_number(one, 1));
    spawn_after(0.01, sends, &s);
    say("main", "%s", wait_on(s.event));
}

SCENARIO(event_killed_when_sent)
{
    eventlet_event *event = event_new();
    struct waiting w = { "waiter", event }, o = { "other", event };
    eventlet_greenthread *thread = spawn(waiter, &w);
    eventlet_greenthread *other = spawn(waiter, &o);

    yield_times(1);
    must(send_number(event, 1));
    must(eventlet_kill(thread, 0));
    wait_for(other);
}

static int waits_with_timeout(void *event)
{
    struct eventlet_timeout t;
    void *value = NULL;
    int rc;

    must(eventlet_timeout_start(&t, 0.02));
    rc = eventlet_event_wait(event, &value);
    eventlet_timeout_cancel(&t);
    say("waiter", "%s", got(rc, value));
    return 0;
}

static int sends_late(void *event)
{
    must(eventlet_sleep(0.01));
    hog(0.03);
    return send_number(event, 5);
}

SCENARIO(event_sent_against_timeout)
{
    eventlet_event *event = event_new();
    eventlet_greenthread *thread = spawn(waits_with_timeout, event);

    spawn(sends_late, event);
    wait_for(thread);
}

static int waits_and_fails(void *event)
{
    must(eventlet_event_wait(event, NULL));
    return EVENTLET_USER(1);
}

SCENARIO(event_waiter_fails)
{
    eventlet_event *event = event_new();
    eventlet_greenthread *threads[3];

    for (int i = 0; i < 3; i++)
        threads[i] = spawn(waits_and_fails, event);
    yield_times(1);
    must(send_number(event, 1));
    for (int i = 0; i < 3; i++)
        say("main", "%s", code(wait_for(threads[i])));
}

SCENARIO(event_send_in_hub)
{
    struct sending s = { event_new(), 6 };

    after(0, sends, &s);
    say("main", "%s", wait_on(s.event));
}
