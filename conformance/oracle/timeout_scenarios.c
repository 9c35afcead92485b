/* SPDX-License-Identifier: MIT */
/* Section G of the rules: timeouts. */
#include <stdint.h>

#include "support.h"

/* A number as the argument of a function. */
static void *number_arg(long n)
{
    return (void *)(intptr_t)n;
}

/* Never comes back in time. */
static int late(void *arg)
{
    int rc = eventlet_sleep(0.1);

    (void)arg;
    return rc < 0 ? rc : 1;
}

static int sleeps_a_little(void *arg)
{
    (void)arg;
    return eventlet_sleep(0.02);
}

/* What Python's `with` block does with a timeout that was started before. */
static int in_block(struct eventlet_timeout *t, eventlet_fn *fn, void *arg)
{
    return eventlet_timeout_end(t, fn(arg));
}

static int within(double seconds, eventlet_fn *fn, void *arg)
{
    struct eventlet_timeout t;

    must(eventlet_timeout_start(&t, seconds));
    return in_block(&t, fn, arg);
}

static int within_code(double seconds, int thrown, eventlet_fn *fn, void *arg)
{
    struct eventlet_timeout t;

    must(eventlet_timeout_start_code(&t, seconds, thrown));
    return in_block(&t, fn, arg);
}

static int within_silent(double seconds, eventlet_fn *fn, void *arg)
{
    struct eventlet_timeout t;

    must(eventlet_timeout_start_silent(&t, seconds));
    return in_block(&t, fn, arg);
}

static void tell(int rc)
{
    say("main", "%s", code(rc));
}

static void tell_pending(const struct eventlet_timeout *t)
{
    say("main", "pending %s", yes(eventlet_timeout_pending(t)));
}

SCENARIO(timeout_fires)
{
    tell(within(0.01, late, NULL));
}

SCENARIO(timeout_not_reached)
{
    tell(within(0.01, quick, number_arg(3)));
    eventlet_sleep(0.02);
    say("main", "slept");
}

SCENARIO(timeout_clock_starts_at_once)
{
    struct eventlet_timeout t;

    must(eventlet_timeout_start(&t, 0.03));
    eventlet_sleep(0.02);
    tell(in_block(&t, sleeps_a_little, NULL));
}

static int makes_timeout(void *timeout)
{
    must(eventlet_timeout_start(timeout, 0.01));
    say("maker", "%s", code(late(NULL)));
    return 0;
}

SCENARIO(timeout_aims_at_its_maker)
{
    struct eventlet_timeout t = { 0 };
    eventlet_greenthread *thread = spawn(makes_timeout, &t);

    eventlet_sleep(0);
    tell_pending(&t);
    tell(wait_for(thread));
    tell_pending(&t);
}

SCENARIO(timeout_none)
{
    struct eventlet_timeout t;

    must(eventlet_timeout_start(&t, EVENTLET_NEVER));
    tell_pending(&t);
    tell(in_block(&t, sleeps_a_little, NULL));
}

SCENARIO(timeout_zero)
{
    tell(within(0, quick, number_arg(1)));
    tell(within(0, late, NULL));
}

static int yields(void *arg)
{
    (void)arg;
    return eventlet_sleep(0);
}

SCENARIO(timeout_zero_against_yield)
{
    tell(within(0, yields, NULL));
}

SCENARIO(timeout_negative)
{
    tell(within(-1, late, NULL));
}

SCENARIO(timeout_own_exception)
{
    tell(within_code(0.01, EVENTLET_USER(4), late, NULL));
}

/* True means the timeout itself: the plain form. */
SCENARIO(timeout_true)
{
    tell(within_code(0.01, EVENTLET_TIMEOUT, late, NULL));
}

SCENARIO(timeout_silent)
{
    tell(within_silent(0.01, late, NULL));
    say("main", "goes on");
}

SCENARIO(timeout_silent_other_error)
{
    tell(within_silent(0.01, fails, number_arg(1)));
}

static int inner_first(void *arg)
{
    (void)arg;
    say("inner", "%s", code(within(0.01, late, NULL)));
    must(eventlet_sleep(0));
    return 2;
}

SCENARIO(timeout_inner_first)
{
    say("outer", "%s", code(within(0.05, inner_first, NULL)));
}

static int silent_inner(void *arg)
{
    int rc = within_silent(0.05, late, arg);

    if (rc >= 0)
        say("inner", "not reached");
    return rc;
}

SCENARIO(timeout_outer_first)
{
    say("outer", "%s", code(within(0.01, silent_inner, NULL)));
}

static int loud_inner(void *arg)
{
    return within(0.01, late, arg);
}

SCENARIO(timeout_outer_silent)
{
    say("outer", "%s", code(within_silent(0.05, loud_inner, NULL)));
}

static int both_due(void *arg)
{
    say("inner", "%s", code(within_code(0.01, EVENTLET_USER(2), late, arg)));
    say("after", "%s", code(eventlet_sleep(0.01)));
    return 0;
}

SCENARIO(timeout_both_due)
{
    say("outer", "%s",
        code(within_code(0.01, EVENTLET_USER(1), both_due, NULL)));
}

SCENARIO(timeout_cancel)
{
    struct eventlet_timeout t;

    must(eventlet_timeout_start(&t, 0.01));
    tell_pending(&t);
    eventlet_timeout_cancel(&t);
    eventlet_timeout_cancel(&t);
    tell_pending(&t);
    tell(eventlet_sleep(0.02));
}

static int cancels_and_sleeps(void *timeout)
{
    eventlet_timeout_cancel(timeout);
    must(eventlet_sleep(0.02));
    return 1;
}

SCENARIO(timeout_cancel_inside)
{
    struct eventlet_timeout t;

    must(eventlet_timeout_start(&t, 0.01));
    tell(in_block(&t, cancels_and_sleeps, &t));
}

SCENARIO(timeout_cancel_after_firing)
{
    struct eventlet_timeout t;

    must(eventlet_timeout_start(&t, 0.01));
    tell(late(NULL));
    eventlet_timeout_cancel(&t);
    eventlet_timeout_cancel(&t);
    tell(eventlet_sleep(0.01));
}

SCENARIO(timeout_restart)
{
    struct eventlet_timeout t;

    must(eventlet_timeout_start(&t, 0.01));
    eventlet_timeout_cancel(&t);
    must(eventlet_timeout_start(&t, 0.01));
    tell_pending(&t);
    tell(late(NULL));
}

SCENARIO(timeout_thrown_once)
{
    struct eventlet_timeout t;

    must(eventlet_timeout_start(&t, 0.01));
    tell(late(NULL));
    tell(eventlet_sleep(0.02));
    tell_pending(&t);
}

SCENARIO(timeout_in_thread)
{
    tell(wait_for(spawn(loud_inner, NULL)));
}

SCENARIO(timeout_around_wait)
{
    eventlet_greenthread *thread = spawn_after(0.03, quick, number(5));

    tell(within(0.01, waits, thread));
    tell(wait_for(thread));
}

/* The memory of a timeout that was not cancelled has to stay. */
static int leaves_timeout(void *timeout)
{
    return eventlet_timeout_start(timeout, 0.01);
}

SCENARIO(timeout_of_dead_thread)
{
    struct eventlet_timeout t = { 0 };

    wait_for(spawn(leaves_timeout, &t));
    eventlet_sleep(0.02);
    say("main", "slept");
}

static int long_victim(void *arg)
{
    (void)arg;
    say("victim", "%s", code(eventlet_sleep(1)));
    return 0;
}

static int guarded_victim(void *arg)
{
    return within(0.02, long_victim, arg);
}

static int kills(void *victim)
{
    return eventlet_kill(victim, 0);
}

SCENARIO(timeout_against_kill)
{
    eventlet_greenthread *thread = spawn(guarded_victim, NULL);

    spawn_after(0.01, kills, thread);
    eventlet_sleep(0);
    hog(0.03);
    tell(wait_for(thread));
}

/* with_timeout(…, timeout_value=value) */
static int with_value(double seconds, eventlet_fn *fn, void *arg, int value)
{
    bool timed_out = false;
    int rc = eventlet_with_timeout(seconds, fn, arg, &timed_out);

    return timed_out ? value : rc;
}

SCENARIO(with_timeout_value)
{
    tell(with_value(0.01, late, NULL, 9));
}

SCENARIO(with_timeout_no_value)
{
    tell(eventlet_with_timeout(0.01, late, NULL, NULL));
}

SCENARIO(with_timeout_in_time)
{
    tell(with_value(0.01, quick, number_arg(4), 9));
    tell(with_value(0.01, fails, number_arg(6), 9));
    tell(eventlet_sleep(0.02));
}

static int slow_with_value(void *arg)
{
    return with_value(0.05, late, arg, 9);
}

SCENARIO(with_timeout_of_others)
{
    tell(within(0.01, slow_with_value, NULL));
}

static int fast_with_value(void *arg)
{
    return with_value(0.01, late, arg, 7);
}

SCENARIO(with_timeout_nested)
{
    tell(with_value(0.05, fast_with_value, NULL, 9));
}

SCENARIO(timeout_text)
{
    const double seconds[] = { EVENTLET_NEVER, 1, 2.5 };

    for (int i = 0; i < 6; i++) {
        struct eventlet_timeout t;
        char text[64];

        must(i % 2 ? eventlet_timeout_start_silent(&t, seconds[i / 2])
                   : eventlet_timeout_start(&t, seconds[i / 2]));
        must(eventlet_timeout_str(&t, text, sizeof text));
        say("text", "[%s]", text);
        eventlet_timeout_cancel(&t);
    }
}

SCENARIO(is_timeout)
{
    say("timeout", "%s", yes(eventlet_is_timeout(EVENTLET_TIMEOUT)));
    say("socket timeout", "%s",
        yes(eventlet_is_timeout(EVENTLET_SOCKET_TIMEOUT)));
    say("user", "%s", yes(eventlet_is_timeout(EVENTLET_USER(1))));
    say("exit", "%s", yes(eventlet_is_timeout(EVENTLET_EXIT)));
}
