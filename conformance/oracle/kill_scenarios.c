/* SPDX-License-Identifier: MIT */
/* Section B of the rules: kill and cancel. */
#include "support.h"

struct sleeper {
    const char *name;
    double seconds;
};

/* Sleeps, and tells how that ended. */
static int sleeps(void *arg)
{
    const struct sleeper *self = arg;
    int rc;

    say(self->name, "starts");
    rc = eventlet_sleep(self->seconds);
    if (rc < 0) {
        say(self->name, "gets %s", code(rc));
        return rc;
    }
    say(self->name, "slept");
    return 1;
}

static const struct sleeper long_sleeper = { "victim", 0.05 };

/* A thread that is asleep. */
static eventlet_greenthread *victim_asleep(void)
{
    eventlet_greenthread *gt = spawn(sleeps, &long_sleeper);

    eventlet_sleep(0);
    return gt;
}

static void tells_killer(eventlet_greenthread *gt, void *killer)
{
    (void)gt;
    say("link", "in the killer: %s", yes(eventlet_getcurrent() == killer));
}

SCENARIO(kill_before_start)
{
    eventlet_greenthread *thread = spawn(speak, line("victim", "never"));

    must(eventlet_link(thread, linked, "one"));
    must(eventlet_link(thread, tells_killer, eventlet_getcurrent()));
    say("main", "kills");
    eventlet_kill(thread, 0);
    say("main", "killed");
    say("main", "%s", code(wait_for(thread)));
}

SCENARIO(kill_before_start_yields)
{
    eventlet_greenthread *thread;

    spawn(speak, line("before", "runs"));
    thread = spawn(speak, line("victim", "never"));
    spawn(speak, line("after", "runs"));
    say("main", "kills");
    eventlet_kill(thread, 0);
    say("main", "killed");
    eventlet_sleep(0);
    say("main", "woke");
}

SCENARIO(kill_suspended)
{
    eventlet_greenthread *thread = victim_asleep();

    say("main", "kills");
    eventlet_kill(thread, 0);
    say("main", "killed, dead: %s", yes(eventlet_dead(thread)));
    say("main", "%s", code(wait_for(thread)));
}

SCENARIO(kill_order)
{
    eventlet_greenthread *victim = victim_asleep();

    spawn(speak, line("due before", "runs"));
    say("main", "kills");
    eventlet_kill(victim, 0);
    say("main", "killed");
    eventlet_sleep(0);
}

static int kills_and_tells(void *victim)
{
    spawn(speak, line("spawned before the kill", "runs"));
    say("killer", "kills");
    eventlet_kill(victim, 0);
    say("killer", "killed");
    return 0;
}

SCENARIO(kill_from_thread)
{
    eventlet_greenthread *victim = victim_asleep();

    spawn(kills_and_tells, victim);
    spawn(speak, line("sibling", "runs"));
    yield_times(3);
}

static int cleans_up(void *arg)
{
    (void)arg;
    say("victim", "%s", code(eventlet_sleep(0.05)));
    eventlet_sleep(0.01);
    say("victim", "cleaned up");
    return 4;
}

SCENARIO(kill_is_a_request)
{
    eventlet_greenthread *thread = spawn(cleans_up, NULL);

    eventlet_sleep(0);
    eventlet_kill(thread, 0);
    say("main", "killed, dead: %s", yes(eventlet_dead(thread)));
    say("main", "%s", code(wait_for(thread)));
}

static int survives_one(void *arg)
{
    (void)arg;
    for (int n = 0; n < 2; n++)
        say("victim", "%d %s", n, code(eventlet_sleep(0.05)));
    return 9;
}

SCENARIO(kill_twice)
{
    eventlet_greenthread *thread = spawn(survives_one, NULL);

    eventlet_sleep(0);
    eventlet_kill(thread, 0);
    eventlet_kill(thread, EVENTLET_USER(2));
    say("main", "%s", code(wait_for(thread)));
}

SCENARIO(kill_dead)
{
    eventlet_greenthread *thread = spawn(quick, number(1));

    wait_for(thread);
    spawn(speak, line("other", "runs"));
    eventlet_kill(thread, 0);
    say("main", "did not yield");
    eventlet_sleep(0);
    say("main", "%s", code(wait_for(thread)));
}

static int kills_itself(void *arg)
{
    int rc = eventlet_kill(eventlet_getcurrent(), 0);

    (void)arg;
    if (rc == 0)
        say("victim", "never");
    return rc;
}

SCENARIO(kill_self)
{
    say("main", "%s", code(wait_for(spawn(kills_itself, NULL))));
}

static int kills_itself_and_sleeps(void *arg)
{
    (void)arg;
    say("victim", "%s", code(eventlet_kill(eventlet_getcurrent(), 0)));
    say("victim", "slept in full: %s", yes(slept_in_full(0.02)));
    return 0;
}

SCENARIO(kill_self_and_go_on)
{
    wait_for(spawn(kills_itself_and_sleeps, NULL));
}

struct duel {
    eventlet_greenthread *victim;
    eventlet_greenthread *killer;
};

static int kills_back(void *arg)
{
    const struct duel *duel = arg;

    say("victim", "%s", code(eventlet_sleep(0.05)));
    return eventlet_kill(duel->killer, 0);
}

static int is_killed_in_kill(void *arg)
{
    const struct duel *duel = arg;

    say("killer", "%s", code(eventlet_kill(duel->victim, 0)));
    say("killer", "slept in full: %s", yes(slept_in_full(0.02)));
    return 0;
}

SCENARIO(kill_the_killer)
{
    struct duel duel = { 0 };

    duel.victim = spawn(kills_back, &duel);
    eventlet_sleep(0);
    duel.killer = spawn(is_killed_in_kill, &duel);
    wait_for(duel.killer);
}

SCENARIO(kill_with_code)
{
    eventlet_greenthread *thread = victim_asleep();

    eventlet_kill(thread, EVENTLET_USER(7));
    say("main", "%s", code(wait_for(thread)));
}

SCENARIO(kill_unstarted_with_code)
{
    eventlet_greenthread *thread =
        spawn_after(0.01, speak, line("victim", "never"));

    eventlet_sleep(0);
    eventlet_kill(thread, EVENTLET_USER(7));
    say("main", "%s", code(wait_for(thread)));
}

SCENARIO(kill_while_waiting)
{
    eventlet_greenthread *target = spawn_after(0.01, quick, number(6));
    eventlet_greenthread *waiter = spawn(waits, target);

    eventlet_sleep(0);
    eventlet_kill(waiter, 0);
    say("waiter", "%s", code(wait_for(waiter)));
    say("main", "%s", code(wait_for(target)));
}

static int kills(void *victim)
{
    return eventlet_kill(victim, 0);
}

SCENARIO(kill_woken)
{
    eventlet_greenthread *target = spawn_after(0.01, quick, number(6));
    eventlet_greenthread *waiter = spawn(waits, target);

    spawn_after(0.01, kills, waiter);
    hog(0.02);
    say("waiter", "%s", code(wait_for(waiter)));
}

SCENARIO(cancel_unstarted)
{
    eventlet_greenthread *thread = spawn(speak, line("thread", "never"));

    must(eventlet_link(thread, linked, "one"));
    eventlet_cancel(thread, 0);
    say("main", "%s", code(wait_for(thread)));
}

SCENARIO(cancel_started)
{
    const struct sleeper sleeper = { "thread", 0.01 };
    eventlet_greenthread *thread = spawn(sleeps, &sleeper);

    eventlet_sleep(0);
    spawn(speak, line("other", "runs"));
    eventlet_cancel(thread, 0);
    say("main", "did not yield");
    say("main", "%s", code(wait_for(thread)));
    eventlet_cancel(thread, 0);
    say("main", "%s", code(wait_for(thread)));
}

SCENARIO(kill_against_woken_sleeper)
{
    const struct sleeper sleeper = { "sleeper", 0.02 };
    eventlet_greenthread *victim = spawn(sleeps, &sleeper);

    eventlet_sleep(0);
    spawn_after(0.01, kills, victim);
    hog(0.03);
    say("main", "%s", code(wait_for(victim)));
}
