/* SPDX-License-Identifier: MIT */
/* Section B of the rules: spawning, sleeping, waiting. */
#include <stdint.h>

#include "support.h"

static int tell_spawn(void *n)
{
    say("spawn", "%d", quick(n));
    return 0;
}

static int tell_spawn_n(void *n)
{
    say("spawn_n", "%d", quick(n));
    return 0;
}

SCENARIO(spawn_order)
{
    for (int n = 0; n < 3; n++) {
        spawn(tell_spawn, number(n));
        must(eventlet_spawn_n(NULL, tell_spawn_n, (void *)(intptr_t)n));
    }
    say("main", "spawned");
    eventlet_sleep(0);
    say("main", "woke");
}

static int parent(void *arg)
{
    (void)arg;
    spawn(speak, line("child", "runs"));
    say("parent", "spawned");
    eventlet_sleep(0);
    say("parent", "woke");
    return 0;
}

SCENARIO(spawn_in_thread)
{
    spawn(parent, NULL);
    spawn(speak, line("other", "runs"));
    yield_times(3);
}

static int takes_turns(void *name)
{
    for (int n = 0; n < 3; n++) {
        say(name, "%d", n);
        eventlet_sleep(0);
    }
    return 0;
}

SCENARIO(sleep_round_robin)
{
    spawn(takes_turns, "a");
    spawn(takes_turns, "b");
    spawn(takes_turns, "c");
    yield_times(4);
}

SCENARIO(sleep_lasts)
{
    say("main", "slept at least 0.02: %s", yes(slept_in_full(0.02)));
}

static int sleeps_twice(void *arg)
{
    (void)arg;
    say("victim", "%s", code(eventlet_sleep(0.01)));
    say("victim", "second sleep was full: %s", yes(slept_in_full(0.03)));
    return 0;
}

SCENARIO(sleep_killed_leaves_no_timer)
{
    eventlet_greenthread *thread = spawn(sleeps_twice, NULL);

    eventlet_sleep(0);
    eventlet_kill(thread, 0);
    wait_for(thread);
}

static int tell_thread(void *n)
{
    say("thread", "%d", quick(n));
    return 0;
}

SCENARIO(spawn_after_order)
{
    const int order[] = { 3, 1, 2 };
    eventlet_greenthread *threads[3];

    for (int i = 0; i < 3; i++)
        threads[i] =
            spawn_after(order[i] * 0.01, tell_thread, number(order[i]));
    for (int i = 0; i < 3; i++)
        wait_for(threads[i]);
}

SCENARIO(spawn_after_before_start)
{
    eventlet_greenthread *thread = spawn_after(0.01, quick, number(5));
    eventlet_greenthread *late;

    must(eventlet_link(thread, linked, "first"));
    say("main", "%s", code(wait_for(thread)));
    late = spawn_after(0.01, speak, line("late", "never"));
    must(eventlet_link(late, linked, "late"));
    eventlet_cancel(late, 0);
    eventlet_sleep(0.02);
    say("main", "%s", code(wait_for(late)));
}

static int spawns_after(void *arg)
{
    *(eventlet_greenthread **)arg = spawn_after(0.01, quick, number(7));
    return 0;
}

SCENARIO(spawn_after_creator_dead)
{
    eventlet_greenthread *thread = NULL;

    wait_for(spawn(spawns_after, &thread));
    say("main", "%s", code(wait_for(thread)));
}

static int spawns_local(void *arg)
{
    return eventlet_spawn_after_local(arg, 0.01, speak, line("local", "runs"));
}

SCENARIO(spawn_after_local_creator_dead)
{
    eventlet_greenthread *thread = NULL;

    wait_for(spawn(spawns_local, &thread));
    say("main", "%s", code(eventlet_with_timeout(0.03, waits, thread, NULL)));
}

SCENARIO(spawn_after_local_creator_alive)
{
    eventlet_greenthread *thread;

    must(eventlet_spawn_after_local(&thread, 0.01, quick, (void *)(intptr_t)3));
    say("main", "%s", code(wait_for(thread)));
}

SCENARIO(wait_result)
{
    eventlet_greenthread *thread = spawn(quick, number(11));

    say("main", "%s", code(wait_for(thread)));
    say("main", "%s", code(wait_for(thread)));
}

SCENARIO(wait_error)
{
    eventlet_greenthread *thread = spawn(fails, number(3));

    say("main", "%s", code(wait_for(thread)));
    eventlet_sleep(0);
    say("main", "%s", code(wait_for(thread)));
}

SCENARIO(wait_by_many)
{
    eventlet_greenthread *thread = spawn_after(0.01, quick, number(2));
    eventlet_greenthread *waiters[3];

    for (int i = 0; i < 3; i++)
        waiters[i] = spawn(waits, thread);
    for (int i = 0; i < 3; i++)
        say("waiter", "%s", code(wait_for(waiters[i])));
}

SCENARIO(wait_done_does_not_yield)
{
    eventlet_greenthread *thread = spawn(quick, number(1));

    wait_for(thread);
    spawn(speak, line("other", "runs"));
    say("main", "%s", code(wait_for(thread)));
    eventlet_sleep(0);
}

SCENARIO(wait_chain)
{
    eventlet_greenthread *first = spawn(fails, number(5));
    eventlet_greenthread *second = spawn(waits, first);
    eventlet_greenthread *third = spawn(waits, second);

    say("main", "%s", code(wait_for(third)));
}

static int tells_current(void *arg)
{
    *(eventlet_greenthread **)arg = eventlet_getcurrent();
    return 0;
}

SCENARIO(getcurrent)
{
    eventlet_greenthread *seen = NULL;
    eventlet_greenthread *thread = spawn(tells_current, &seen);

    wait_for(thread);
    say("main", "same %s", yes(seen == thread));
    say("main", "is main %s", yes(eventlet_getcurrent() != thread));
}

SCENARIO(error_is_its_own)
{
    const double seconds = 0.01;

    spawn(fails, number(1));
    must(eventlet_spawn_n(NULL, fails, (void *)(intptr_t)2));
    say("main", "%s", code(wait_for(spawn(naps, &seconds))));
}

static int ends_late(void *arg)
{
    (void)arg;
    hog(0.02);
    return 1;
}

SCENARIO(woken_against_timeout)
{
    eventlet_greenthread *thread = spawn(ends_late, NULL);
    struct eventlet_timeout t;

    must(eventlet_timeout_start(&t, 0.01));
    say("main", "%s", code(wait_for(thread)));
    eventlet_timeout_cancel(&t);
}
