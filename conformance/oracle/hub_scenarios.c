/* SPDX-License-Identifier: MIT */
/* Section A of the rules: passes of the hub, timers, kinds of hubs. */
#include <stdint.h>
#include <stdio.h>

#include "support.h"

static int tell_number(void *arg)
{
    say("timer", "%d", quick(arg));
    return 0;
}

SCENARIO(hub_timer_ties)
{
    for (int n = 0; n < 8; n++)
        after(0, tell_number, number(n));
    eventlet_sleep(0);
    say("main", "woke");
}

SCENARIO(hub_timers_by_deadline)
{
    const int order[] = { 4, 1, 3, 2 };

    for (int i = 0; i < 4; i++)
        after(order[i] * 0.01, tell_number, number(order[i]));
    hog(0.05);
    eventlet_sleep(0);
    say("main", "woke");
}

static int add_another(void *arg)
{
    (void)arg;
    say("timer", "first");
    after(0, speak, line("timer", "added by first"));
    return 0;
}

SCENARIO(hub_timer_added_while_firing)
{
    after(0, add_another, NULL);
    after(0, speak, line("timer", "second"));
    eventlet_sleep(0);
    say("main", "one pass later");
    eventlet_sleep(0);
    say("main", "two passes later");
}

SCENARIO(hub_negative_delay_first)
{
    after(0, speak, line("timer", "zero"));
    after(-1, speak, line("timer", "minus one"));
    after(-2, speak, line("timer", "minus two"));
    eventlet_sleep(0);
    say("main", "woke");
}

static int cancel_own(void *arg)
{
    eventlet_timer_cancel(*(eventlet_timer **)arg);
    say("timer", "fired and cancelled itself");
    return 0;
}

SCENARIO(hub_timer_cancel)
{
    eventlet_timer *own = NULL;
    eventlet_timer *never;

    own = after(0, cancel_own, &own);
    never = after(0, speak, line("timer", "never"));
    say("main", "pending %s", yes(eventlet_timer_pending(never)));
    eventlet_timer_cancel(never);
    eventlet_timer_cancel(never);
    say("main", "pending %s", yes(eventlet_timer_pending(never)));
    eventlet_sleep(0);
    say("main", "pending %s", yes(eventlet_timer_pending(own)));
    eventlet_timer_cancel(own);
    eventlet_sleep(0);
    say("main", "woke");
}

static void arm_local(eventlet_timer **timer)
{
    must(eventlet_hub_schedule_call_local(timer, eventlet_hubs_get_hub(), 0.01,
                                          speak, line("timer", "local")));
}

static int arms_and_ends(void *arg)
{
    eventlet_timer **timer = arg;

    arm_local(timer);
    say("creator", "pending %s", yes(eventlet_timer_pending(*timer)));
    return 0;
}

SCENARIO(hub_local_timer_creator_dead)
{
    eventlet_timer *timer;

    wait_for(spawn(arms_and_ends, &timer));
    say("main", "pending %s", yes(eventlet_timer_pending(timer)));
    eventlet_sleep(0.02);
    say("main", "woke");
}

static int arms_and_stays(void *arg)
{
    eventlet_timer *timer;

    (void)arg;
    arm_local(&timer);
    eventlet_sleep(0.02);
    say("creator", "done");
    return 0;
}

SCENARIO(hub_local_timer_creator_alive)
{
    wait_for(spawn(arms_and_stays, NULL));
}

static int arms_global(void *arg)
{
    (void)arg;
    after(0.01, speak, line("timer", "global"));
    return 0;
}

SCENARIO(hub_global_timer_creator_dead)
{
    wait_for(spawn(arms_global, NULL));
    eventlet_sleep(0.02);
    say("main", "woke");
}

static int says_and_fails(void *arg)
{
    (void)arg;
    say("failing", "fails");
    return EVENTLET_USER(1);
}

SCENARIO(hub_error_goes_on)
{
    must(eventlet_spawn_n(NULL, says_and_fails, NULL));
    must(eventlet_spawn_n(NULL, speak, line("next", "runs in the same pass")));
    eventlet_sleep(0);
    say("main", "woke");
}

static int sleeps_in_hub(void *arg)
{
    say("timer", "%s", code(eventlet_sleep(*(const double *)arg)));
    return 0;
}

SCENARIO(hub_sleep_in_hub)
{
    const double seconds = 0.01;

    after(0, sleeps_in_hub, &seconds);
    eventlet_sleep(0);
    say("main", "woke");
}

SCENARIO(hub_sleep_zero_in_hub)
{
    const double seconds = 0;

    after(0, sleeps_in_hub, &seconds);
    eventlet_sleep(0);
    say("main", "woke");
}

static int aborts(void *hub)
{
    return eventlet_hub_abort(hub, false);
}

SCENARIO(hub_abort)
{
    eventlet_hub *hub = eventlet_hubs_get_hub();

    after(0, speak, line("timer", "of this pass"));
    after(0.01, speak, line("timer", "never"));
    must(eventlet_hub_abort(hub, false));
    after(0, aborts, hub);
    must(eventlet_hub_abort(hub, true));
    say("main", "aborted");
    eventlet_sleep(0.02);
    say("main", "slept");
}

SCENARIO(hub_use_unknown)
{
    const char *names[] = { "nosuchhub", "" };

    for (int i = 0; i < 2; i++) {
        int rc = eventlet_hubs_use_hub(names[i]);

        say("main", "%s", rc == EVENTLET_UNKNOWN_HUB ? "refused" : code(rc));
    }
}

SCENARIO(hub_use_drops_timers)
{
    after(0.01, speak, line("timer", "never"));
    must(eventlet_hubs_use_hub("sim"));
    eventlet_sleep(0.02);
    say("main", "slept");
}

SCENARIO_REAL(hub_kinds)
{
    const char *kinds[] = { "epolls", "poll", "selects" };

    for (int i = 0; i < 3; i++) {
        struct reading r;
        struct pair p;

        must(eventlet_hubs_use_hub(kinds[i]));
        p = socketpair_of();
        reading_start(&r, p.one);
        eventlet_sleep(0);
        send_text(p.two, kinds[i]);
        say(kinds[i], "%s", reading_end(&r));
        eventlet_close(p.one);
        eventlet_close(p.two);
    }
}

static int counts_to_three(void *arg)
{
    (void)arg;
    for (int n = 0; n < 3; n++) {
        say("other", "%d", n);
        eventlet_sleep(0);
    }
    return 0;
}

SCENARIO(hub_main_blocks)
{
    spawn(counts_to_three, NULL);
    for (int n = 0; n < 3; n++) {
        say("main", "%d", n);
        eventlet_sleep(0);
    }
    yield_times(2);
    say("main", "done");
}

static int spawns_another(void *arg)
{
    return eventlet_spawn_n(NULL, speak, arg);
}

SCENARIO(hub_spawn_from_timer)
{
    after(0, spawns_another, line("thread", "runs"));
    after(0, speak, line("timer", "second"));
    eventlet_sleep(0);
    say("main", "one pass later");
    eventlet_sleep(0);
    say("main", "two passes later");
}
