/* SPDX-License-Identifier: MIT */
/* Section E of the rules: semaphores. */
#include <errno.h>

#include "support.h"

static eventlet_semaphore *semaphore_of(int value)
{
    eventlet_semaphore *s;

    must(eventlet_semaphore_new(&s, value));
    return s;
}

static eventlet_semaphore *bounded_of(int value)
{
    eventlet_semaphore *s;

    must(eventlet_boundedsemaphore_new(&s, value));
    return s;
}

static eventlet_semaphore *capped_of(int count, int limit)
{
    eventlet_semaphore *s;

    must(eventlet_cappedsemaphore_new(&s, count, limit));
    return s;
}

/* Taken or not, as words. Its own time limit that expires is a "no". */
static const char *taken(int rc)
{
    if (rc == 0)
        return "yes";
    return rc == -EAGAIN ? "no" : code(rc);
}

static const char *taken_in_time(int rc)
{
    return rc == EVENTLET_TIMEOUT ? "no" : taken(rc);
}

struct user {
    const char *name;
    eventlet_semaphore *s;
};

static int takes(void *arg)
{
    const struct user *self = arg;

    say(self->name, "%s", taken(eventlet_semaphore_acquire(self->s)));
    return 0;
}

static int gives(void *arg)
{
    const struct user *self = arg;

    say(self->name, "%s", taken(eventlet_semaphore_release(self->s)));
    return 0;
}

static void tell(const eventlet_semaphore *s)
{
    say("sem", "balance %d locked %s bounded %s", eventlet_semaphore_balance(s),
        yes(eventlet_semaphore_locked(s)), yes(eventlet_semaphore_bounded(s)));
}

static int releases(void *s)
{
    return eventlet_semaphore_release(s);
}

SCENARIO(semaphore_counts)
{
    eventlet_semaphore *s = semaphore_of(2);

    for (int i = 0; i < 3; i++) {
        tell(s);
        say("main", "%s", taken(eventlet_semaphore_acquire_nowait(s)));
    }
    for (int i = 0; i < 3; i++) {
        must(eventlet_semaphore_release(s));
        tell(s);
    }
}

SCENARIO(semaphore_values)
{
    eventlet_semaphore *s;

    say("main", "%s", code(eventlet_semaphore_new(&s, -1)));
    say("main", "%s", code(eventlet_boundedsemaphore_new(&s, -1)));
    say("main", "%s", code(eventlet_cappedsemaphore_new(&s, -1, 1)));
    say("main", "%s", code(eventlet_cappedsemaphore_new(&s, 2, 1)));
    tell(semaphore_of(0));
    tell(capped_of(0, 0));
}

SCENARIO(semaphore_in_order)
{
    eventlet_semaphore *s = semaphore_of(0);
    struct user u[] = { { "a", s }, { "b", s }, { "c", s } };

    for (int i = 0; i < 3; i++)
        spawn(takes, &u[i]);
    yield_times(1);
    tell(s);
    must(eventlet_semaphore_release(s));
    say("main", "released");
    yield_times(1);
    say("main", "yielded");
    must(eventlet_semaphore_release(s));
    must(eventlet_semaphore_release(s));
    tell(s);
    yield_times(2);
    tell(s);
}

SCENARIO(semaphore_behind_the_woken)
{
    struct user u = { "waiter", semaphore_of(0) };

    spawn(takes, &u);
    yield_times(1);
    must(eventlet_semaphore_release(u.s));
    must(eventlet_semaphore_release(u.s));
    say("main", "%s", taken(eventlet_semaphore_acquire(u.s)));
}

SCENARIO(semaphore_nowait_jumps)
{
    struct user u = { "waiter", semaphore_of(0) };

    spawn(takes, &u);
    yield_times(1);
    must(eventlet_semaphore_release(u.s));
    say("main", "locked %s", yes(eventlet_semaphore_locked(u.s)));
    say("main", "%s", taken(eventlet_semaphore_acquire_nowait(u.s)));
    yield_times(2);
    tell(u.s);
}

SCENARIO(semaphore_timeout_jumps)
{
    struct user u = { "waiter", semaphore_of(0) };

    spawn(takes, &u);
    yield_times(1);
    must(eventlet_semaphore_release(u.s));
    say("main", "%s",
        taken_in_time(eventlet_semaphore_acquire_timeout(u.s, 0.01)));
    yield_times(2);
    tell(u.s);
}

SCENARIO(semaphore_timeout)
{
    eventlet_semaphore *s = semaphore_of(0);

    say("main", "%s",
        taken_in_time(eventlet_semaphore_acquire_timeout(s, 0.01)));
    say("main", "%s", taken_in_time(eventlet_semaphore_acquire_timeout(s, 0)));
    say("main", "%s", taken_in_time(eventlet_semaphore_acquire_timeout(s, -2)));
    tell(s);
    spawn_after(0.01, releases, s);
    say("main", "%s",
        taken_in_time(eventlet_semaphore_acquire_timeout(s, 0.05)));
    say("main", "%s", code(eventlet_sleep(0.05)));
}

SCENARIO(semaphore_killed)
{
    eventlet_semaphore *s = semaphore_of(0);
    struct user one = { "first", s }, two = { "second", s };
    eventlet_greenthread *first = spawn(takes, &one);

    spawn(takes, &two);
    yield_times(1);
    tell(s);
    must(eventlet_kill(first, 0));
    tell(s);
    must(eventlet_semaphore_release(s));
    yield_times(1);
    tell(s);
}

SCENARIO(semaphore_killed_when_woken)
{
    eventlet_semaphore *s = semaphore_of(0);
    struct user one = { "first", s }, two = { "second", s };
    eventlet_greenthread *first = spawn(takes, &one);

    spawn(takes, &two);
    yield_times(1);
    must(eventlet_semaphore_release(s));
    must(eventlet_kill(first, 0));
    yield_times(1);
    tell(s);
}

static int takes_with_timeout(void *s)
{
    struct eventlet_timeout t;
    int rc;

    must(eventlet_timeout_start(&t, 0.02));
    rc = eventlet_semaphore_acquire(s);
    eventlet_timeout_cancel(&t);
    say("waiter", "%s", taken(rc));
    return 0;
}

static int releases_late(void *s)
{
    must(eventlet_sleep(0.01));
    hog(0.03);
    return eventlet_semaphore_release(s);
}

SCENARIO(semaphore_released_against_timeout)
{
    eventlet_semaphore *s = semaphore_of(0);
    eventlet_greenthread *thread = spawn(takes_with_timeout, s);

    spawn(releases_late, s);
    wait_for(thread);
    yield_times(1);
    tell(s);
}

SCENARIO(semaphore_bounded)
{
    eventlet_semaphore *s = bounded_of(1);

    say("main", "%s", taken(eventlet_semaphore_release(s)));
    tell(s);
    say("main", "%s", taken(eventlet_semaphore_acquire(s)));
    say("main", "%s", taken(eventlet_semaphore_release(s)));
    say("main", "%s", taken(eventlet_semaphore_release(s)));
}

SCENARIO(semaphore_capped)
{
    eventlet_semaphore *s = capped_of(2, 3);
    struct user giver = { "giver", s }, taker = { "taker", s };

    must(eventlet_semaphore_acquire(s));
    must(eventlet_semaphore_acquire(s));
    spawn(gives, &giver);
    say("main", "%s", taken(eventlet_semaphore_acquire(s)));
    tell(s);
    for (int i = 0; i < 3; i++)
        must(eventlet_semaphore_release(s));
    tell(s);
    spawn(takes, &taker);
    say("main", "%s", taken(eventlet_semaphore_release(s)));
    tell(s);
}

SCENARIO(semaphore_capped_nowait)
{
    eventlet_semaphore *s = capped_of(1, 1);

    say("main", "%s", taken(eventlet_semaphore_release_nowait(s)));
    say("main", "%s", taken(eventlet_semaphore_acquire_nowait(s)));
    say("main", "%s", taken(eventlet_semaphore_acquire_nowait(s)));
    say("main", "%s", taken(eventlet_semaphore_release_nowait(s)));
    tell(s);
}

SCENARIO(semaphore_capped_zero)
{
    struct user u = { "taker", capped_of(0, 0) };

    spawn(takes, &u);
    yield_times(1);
    tell(u.s);
    say("main", "%s", taken(eventlet_semaphore_release(u.s)));
    yield_times(1);
    tell(u.s);
}

SCENARIO(semaphore_capped_givers)
{
    eventlet_semaphore *s = capped_of(1, 1);
    struct user one = { "one", s }, two = { "two", s };

    spawn(gives, &one);
    spawn(gives, &two);
    yield_times(1);
    tell(s);
    for (int i = 0; i < 2; i++) {
        must(eventlet_semaphore_acquire(s));
        yield_times(2);
        tell(s);
    }
}

SCENARIO(semaphore_capped_giver_killed)
{
    struct user u = { "giver", capped_of(1, 1) };
    eventlet_greenthread *thread = spawn(gives, &u);

    yield_times(1);
    must(eventlet_semaphore_acquire(u.s));
    say("main", "second %s", taken(eventlet_semaphore_acquire_nowait(u.s)));
    must(eventlet_kill(thread, 0));
    tell(u.s);
}

SCENARIO(semaphore_release_in_hub)
{
    eventlet_semaphore *s = semaphore_of(0);

    after(0, releases, s);
    say("main", "%s", taken(eventlet_semaphore_acquire(s)));
}
