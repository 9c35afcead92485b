/* SPDX-License-Identifier: MIT */
/* Section A of the rules: waiting for descriptors. */
#include <string.h>

#include "support.h"

static int hears_and_marks(void *arg)
{
    struct reading *r = arg;

    say("reader", "%s", hear(r->s, 10));
    r->s = NULL;
    return 0;
}

SCENARIO(hub_sleep_fair_to_io)
{
    struct pair p = socketpair_of();
    struct reading r = { .s = p.one };
    int count = 0;

    spawn(hears_and_marks, &r);
    eventlet_sleep(0);
    send_text(p.two, "data");
    for (; r.s && count < 100; count++)
        eventlet_sleep(0);
    say("main", "few yields: %s", yes(count <= 3));
}

SCENARIO(hub_second_reader)
{
    struct pair p = socketpair_of();
    eventlet_greenthread *first = spawn(read_waits, p.one);

    eventlet_sleep(0);
    say("second", "%s", code(readable(p.one, EVENTLET_NEVER)));
    send_text(p.two, "x");
    say("first", "%s", code(wait_for(first)));
}

SCENARIO(hub_second_writer)
{
    struct pair p = socketpair_of();
    eventlet_greenthread *first;

    fill(p.one);
    first = spawn(write_waits, p.one);
    eventlet_sleep(0);
    say("second", "%s", code(writable(p.one, EVENTLET_NEVER)));
    eventlet_kill(first, 0);
    say("first", "%s", code(wait_for(first)));
}

SCENARIO(hub_reader_and_writer)
{
    struct pair p = socketpair_of();
    eventlet_greenthread *reader = spawn(read_waits, p.one);
    eventlet_greenthread *writer = spawn(write_waits, p.one);

    say("writer", "%s", code(wait_for(writer)));
    send_text(p.two, "x");
    say("reader", "%s", code(wait_for(reader)));
}

struct named {
    const char *name;
    eventlet_socket *s;
};

static int waits_and_takes_one(void *arg)
{
    const struct named *self = arg;
    int rc = readable(self->s, EVENTLET_NEVER);
    char byte = '?';

    must((int)eventlet_recv(self->s, &byte, 1));
    say(self->name, "%s %c", code(rc), byte);
    return 0;
}

SCENARIO(hub_second_reader_allowed)
{
    struct pair p = socketpair_of();
    struct named first = { "first", p.one };
    struct named second = { "second", p.one };

    eventlet_debug_hub_prevent_multiple_readers(false);
    spawn(waits_and_takes_one, &first);
    spawn(waits_and_takes_one, &second);
    eventlet_sleep(0);
    send_text(p.two, "a");
    eventlet_sleep(0.01);
    say("main", "sends again");
    send_text(p.two, "b");
    eventlet_sleep(0.01);
}

SCENARIO(hub_second_reader_promoted_by_kill)
{
    struct pair p = socketpair_of();
    eventlet_greenthread *first;
    eventlet_greenthread *second;

    eventlet_debug_hub_prevent_multiple_readers(false);
    first = spawn(read_waits, p.one);
    second = spawn(read_waits, p.one);
    eventlet_sleep(0);
    eventlet_kill(first, 0);
    say("first", "%s", code(wait_for(first)));
    send_text(p.two, "x");
    say("second", "%s", code(wait_for(second)));
}

SCENARIO(hub_hangup_wakes_both)
{
    struct pair p = socketpair_of();
    eventlet_greenthread *reader;
    eventlet_greenthread *writer;

    fill(p.one);
    reader = spawn(read_waits, p.one);
    writer = spawn(write_waits, p.one);
    eventlet_sleep(0);
    eventlet_close(p.two);
    say("reader", "%s", code(wait_for(reader)));
    say("writer", "%s", code(wait_for(writer)));
}

struct rival {
    eventlet_socket *s;
    eventlet_greenthread *gt;
    struct rival *other;
};

static int kills_the_other(void *arg)
{
    struct rival *self = arg;
    int rc = readable(self->s, EVENTLET_NEVER);

    if (rc == 0)
        eventlet_kill(self->other->gt, 0);
    return rc;
}

SCENARIO(hub_killer_in_same_batch)
{
    struct pair p = socketpair_of();
    struct pair q = socketpair_of();
    struct rival a = { .s = p.one };
    struct rival b = { .s = q.one, .other = &a };
    int ends;

    a.other = &b;
    a.gt = spawn(kills_the_other, &a);
    b.gt = spawn(kills_the_other, &b);
    eventlet_sleep(0);
    send_text(p.two, "x");
    send_text(q.two, "x");
    ends = wait_for(a.gt) + wait_for(b.gt);
    say("main", "%s", ends == EVENTLET_EXIT ? "exit ready" : code(ends));
}

SCENARIO(hub_trampoline_both_ways)
{
    struct pair p = socketpair_of();
    enum eventlet_interest both = EVENTLET_READ | EVENTLET_WRITE;

    say("main", "%s",
        code(eventlet_hubs_trampoline(eventlet_fileno(p.one), both, 1)));
}

static int tells_wait(void *socket)
{
    say("timer", "%s", code(readable(socket, EVENTLET_NEVER)));
    return 0;
}

SCENARIO(hub_trampoline_in_hub)
{
    struct pair p = socketpair_of();

    after(0, tells_wait, p.one);
    eventlet_sleep(0);
    say("main", "woke");
}

SCENARIO(hub_trampoline_timeout)
{
    struct pair p = socketpair_of();

    say("main", "%s", code(readable(p.one, 0.01)));
    send_text(p.two, "x");
    say("main", "%s", code(readable(p.one, 0.01)));
}

static int waits_then_sleeps(void *socket)
{
    say("waiter", "%s", code(readable(socket, 0.01)));
    say("waiter", "%s", code(eventlet_sleep(0.02)));
    return 0;
}

SCENARIO(hub_trampoline_leaves_nothing)
{
    struct pair p = socketpair_of();
    eventlet_greenthread *thread = spawn(waits_then_sleeps, p.one);
    eventlet_greenthread *other;

    eventlet_sleep(0);
    eventlet_kill(thread, 0);
    other = spawn(read_waits, p.one);
    eventlet_sleep(0);
    send_text(p.two, "x");
    say("other", "%s", code(wait_for(other)));
    say("main", "%s", code(wait_for(thread)));
}

static int waits_a_little(void *socket)
{
    return readable(socket, 0.01);
}

static int sends_and_hogs(void *arg)
{
    const struct pair *p = arg; /* one to wait for, two to send to */

    must(readable(p->one, EVENTLET_NEVER));
    send_text(p->two, "x");
    hog(0.02);
    return 0;
}

SCENARIO(hub_timeout_against_data)
{
    struct pair p = socketpair_of();
    struct pair q = socketpair_of();
    struct pair hogger = { q.one, p.two };
    eventlet_greenthread *waiter = spawn(waits_a_little, p.one);

    spawn(sends_and_hogs, &hogger);
    eventlet_sleep(0);
    send_text(q.two, "x");
    say("waiter", "%s", code(wait_for(waiter)));
}

SCENARIO(hub_timeout_against_polled_data)
{
    struct pair p = socketpair_of();
    eventlet_greenthread *waiter = spawn(waits_a_little, p.one);

    eventlet_sleep(0);
    send_text(p.two, "x");
    hog(0.02);
    say("waiter", "%s", code(wait_for(waiter)));
}

static int waits_then_hogs(void *socket)
{
    say("waiter", "%s", code(readable(socket, 0.5)));
    hog(0.01);
    say("waiter", "%s", code(eventlet_sleep(0.01)));
    return 0;
}

SCENARIO(hub_data_before_timeout)
{
    struct pair p = socketpair_of();
    eventlet_greenthread *thread = spawn(waits_then_hogs, p.one);

    eventlet_sleep(0);
    send_text(p.two, "x");
    wait_for(thread);
}

SCENARIO(hub_close_under_waiter)
{
    struct pair p = socketpair_of();
    struct reading r;

    reading_start(&r, p.one);
    eventlet_sleep(0);
    eventlet_close(p.one);
    eventlet_sleep(0.01);
    say("main", "reader has ended: %s", yes(eventlet_dead(r.gt)));
    if (eventlet_dead(r.gt))
        say("reader", "%s", reading_end(&r));
}

SCENARIO_REAL(hub_recycled_descriptor)
{
    struct pair p = socketpair_of();
    int number = eventlet_fileno(p.one);
    eventlet_socket *fresh;
    struct reading r;

    reading_start(&r, p.one);
    eventlet_sleep(0);
    eventlet_close(p.one);
    fresh = stream();
    say("main", "same number: %s", yes(eventlet_fileno(fresh) == number));
    eventlet_sleep(0);
    say("reader", "%s", reading_end(&r));
    say("main", "new owner is untouched: %s",
        yes(eventlet_fileno(fresh) == number));
}

static int accepts(void *socket)
{
    eventlet_socket *client;

    return eventlet_accept(&client, socket, NULL);
}

SCENARIO(hub_accept_loop_and_timer)
{
    eventlet_greenthread *acceptor = spawn(accepts, listener());

    after(0.01, speak, line("timer", "fired"));
    eventlet_sleep(0.02);
    eventlet_kill(acceptor, 0);
    say("acceptor", "%s", code(wait_for(acceptor)));
}
