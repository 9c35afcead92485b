/* SPDX-License-Identifier: MIT */
/* Section B of the rules: links. */
#include "support.h"

static eventlet_greenthread *finished(void)
{
    eventlet_greenthread *thread = spawn(quick, number(1));

    wait_for(thread);
    return thread;
}

static int tells_wait(void *thread)
{
    say("waiter", "%s", code(wait_for(thread)));
    return 0;
}

SCENARIO(links_in_order)
{
    eventlet_greenthread *thread = spawn(quick, number(1));

    must(eventlet_link(thread, linked, "one"));
    must(eventlet_link(thread, linked, "two"));
    must(eventlet_link(thread, linked, "three"));
    wait_for(thread);
}

SCENARIO(links_before_waiters)
{
    eventlet_greenthread *thread = spawn(quick, number(1));

    spawn(tells_wait, thread);
    must(eventlet_link(thread, linked, "one"));
    eventlet_sleep(0);
    say("main", "one pass later");
    eventlet_sleep(0);
    say("main", "two passes later");
}

SCENARIO(link_of_failed)
{
    eventlet_greenthread *thread = spawn(fails, number(8));

    must(eventlet_link(thread, linked, "one"));
    say("main", "%s", code(wait_for(thread)));
}

static void tells_dying(eventlet_greenthread *gt, void *arg)
{
    (void)arg;
    say("link", "in the dying: %s", yes(eventlet_getcurrent() == gt));
}

SCENARIO(link_runs_in_dying)
{
    eventlet_greenthread *thread = spawn(quick, number(1));

    must(eventlet_link(thread, tells_dying, NULL));
    wait_for(thread);
}

static void tells_caller(eventlet_greenthread *gt, void *caller)
{
    (void)gt;
    say("link", "in the caller: %s", yes(eventlet_getcurrent() == caller));
}

SCENARIO(link_on_finished)
{
    must(eventlet_link(finished(), tells_caller, eventlet_getcurrent()));
    say("main", "linked");
}

static void links_inner(eventlet_greenthread *gt, void *arg)
{
    (void)arg;
    say("outer", "begins");
    must(eventlet_link(gt, linked, "inner"));
    say("outer", "ends");
}

SCENARIO(link_in_link)
{
    eventlet_greenthread *thread = spawn(quick, number(1));

    must(eventlet_link(thread, links_inner, NULL));
    must(eventlet_link(thread, linked, "second"));
    wait_for(thread);
}

static void links_inner_quietly(eventlet_greenthread *gt, void *arg)
{
    (void)arg;
    must(eventlet_link(gt, linked, "inner"));
    say("outer", "ends");
}

SCENARIO(link_in_link_on_finished)
{
    must(eventlet_link(finished(), links_inner_quietly, NULL));
    say("main", "linked");
}

/* A link of ours gives no code, so that it cannot fail. */
static void says_fails(eventlet_greenthread *gt, void *arg)
{
    (void)gt;
    (void)arg;
    say("link", "fails");
}

SCENARIO(link_fails)
{
    eventlet_greenthread *thread = spawn(quick, number(1));

    must(eventlet_link(thread, says_fails, NULL));
    must(eventlet_link(thread, linked, "second"));
    say("main", "%s", code(wait_for(thread)));
    eventlet_sleep(0);
}

static void sleeps_in_link(eventlet_greenthread *gt, void *arg)
{
    (void)gt;
    (void)arg;
    say("link", "begins");
    eventlet_sleep(0.01);
    say("link", "ends");
}

SCENARIO(link_blocks)
{
    eventlet_greenthread *thread = spawn(quick, number(1));

    must(eventlet_link(thread, sleeps_in_link, NULL));
    say("main", "%s", code(wait_for(thread)));
    eventlet_sleep(0.02);
}

SCENARIO(unlink)
{
    eventlet_greenthread *thread = spawn(quick, number(1));
    char one[] = "one";
    char two[] = "two";

    must(eventlet_link(thread, linked, one));
    must(eventlet_link(thread, linked, two));
    must(eventlet_link(thread, linked, two));
    say("main", "found %s", yes(eventlet_unlink(thread, linked, NULL)));
    say("main", "found %s", yes(eventlet_unlink(thread, linked, two)));
    say("main", "found %s", yes(eventlet_unlink(thread, tells_dying, one)));
    wait_for(thread);
    say("main", "found %s", yes(eventlet_unlink(thread, linked, one)));
}
