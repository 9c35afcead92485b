/* SPDX-License-Identifier: MIT */
/* Metaphores: counting jobs, and waiting until none is left. */
#include "support.h"

static eventlet_metaphore *metaphore_new(void)
{
    eventlet_metaphore *m;

    must(eventlet_metaphore_new(&m));
    return m;
}

static void tell(const eventlet_metaphore *m)
{
    say("metaphore", "%d", eventlet_metaphore_counter(m));
}

static void wait_in_main(eventlet_metaphore *m)
{
    say("main", "%s", code(eventlet_metaphore_wait(m)));
}

struct waiting {
    const char *name;
    eventlet_metaphore *m;
};

static int wait_once(void *arg)
{
    const struct waiting *w = arg;

    say(w->name, "%s", code(eventlet_metaphore_wait(w->m)));
    return 0;
}

SCENARIO(metaphore_counts)
{
    eventlet_metaphore *m = metaphore_new();
    struct waiting waiter = { "waiter", m };

    wait_in_main(m);
    must(eventlet_metaphore_inc(m, 2));
    spawn(wait_once, &waiter);
    yield_times(1);
    must(eventlet_metaphore_dec(m, 1));
    yield_times(2);
    tell(m);
    must(eventlet_metaphore_dec(m, 1));
    say("main", "counted");
    yield_times(1);
    wait_in_main(m);
}

SCENARIO(metaphore_again)
{
    eventlet_metaphore *m = metaphore_new();
    struct waiting first = { "first", m }, second = { "second", m };

    must(eventlet_metaphore_inc(m, 1));
    spawn(wait_once, &first);
    yield_times(1);
    must(eventlet_metaphore_dec(m, 1));
    must(eventlet_metaphore_inc(m, 1));
    spawn(wait_once, &second);
    yield_times(2);
    say("main", "counts");
    must(eventlet_metaphore_dec(m, 1));
    yield_times(2);
}

SCENARIO(metaphore_misuse)
{
    eventlet_metaphore *m = metaphore_new();

    say("main", "%s", code(eventlet_metaphore_dec(m, 1)));
    say("main", "%s", code(eventlet_metaphore_inc(m, 0)));
    say("main", "%s", code(eventlet_metaphore_dec(m, -1)));
    must(eventlet_metaphore_inc(m, 2));
    must(eventlet_metaphore_dec(m, 5));
    tell(m);
    wait_in_main(m);
    must(eventlet_metaphore_inc(m, 1));
    tell(m);
}

SCENARIO(metaphore_thrown)
{
    eventlet_metaphore *m = metaphore_new();
    struct waiting killed = { "killed", m }, last = { "last", m };
    struct eventlet_timeout t;
    eventlet_greenthread *thread;

    must(eventlet_metaphore_inc(m, 1));
    thread = spawn(wait_once, &killed);
    yield_times(1);
    must(eventlet_kill(thread, EVENTLET_USER(1)));
    must(eventlet_timeout_start(&t, 0.01));
    wait_in_main(m);
    eventlet_timeout_cancel(&t);
    tell(m);
    spawn(wait_once, &last);
    yield_times(1);
    must(eventlet_metaphore_dec(m, 1));
    yield_times(2);
}
