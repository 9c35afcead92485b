/* SPDX-License-Identifier: MIT */
/* Section F of the rules: pools whose members or spawners end early. */
#include <errno.h>
#include <stdint.h>

#include "pool.h"

/* `with Timeout(seconds, False)` around waitall, and around spawn_n. */
static void waitall_within(eventlet_greenpool *pool, double seconds)
{
    struct eventlet_timeout t;

    must(eventlet_timeout_start_silent(&t, seconds));
    must(eventlet_timeout_end(&t, eventlet_greenpool_waitall(pool)));
}

static void run_within(eventlet_greenpool *pool, double seconds,
                       struct task *member)
{
    struct eventlet_timeout t;

    must(eventlet_timeout_start_silent(&t, seconds));
    must(eventlet_timeout_end(&t,
                              eventlet_greenpool_spawn_n(pool, task, member)));
}

SCENARIO(pool_waitall_timeout)
{
    const struct task member = { "member", 0.03, 0 };
    eventlet_greenpool *pool = pool_of(2);

    pool_run(pool, task, &member);
    waitall_within(pool, 0.01);
    say("main", "timed out");
    must(eventlet_greenpool_waitall(pool));
    tell_counts(pool);
}

SCENARIO(pool_size_zero)
{
    struct task never = { "never", 0, 0 };
    eventlet_greenpool *pool = pool_of(0);

    tell_counts(pool);
    run_within(pool, 0.01, &never);
    say("main", "timed out");
    tell_counts(pool);
}

SCENARIO(pool_size_negative)
{
    eventlet_greenpool *pool;

    say("main", "%s", code(eventlet_greenpool_new(&pool, -1)));
}

SCENARIO(pool_killed_member)
{
    const struct task member = { "member", 0.05, 0 };
    eventlet_greenpool *pool = pool_of(1);
    eventlet_greenthread *thread = pool_spawn(pool, task, &member);

    eventlet_sleep(0);
    eventlet_kill(thread, 0);
    tell_end(thread);
    tell_counts(pool);
}

SCENARIO(pool_killed_unstarted)
{
    const struct task never = { "never", 0, 0 };
    const struct task next = { "next", 0, 0 };
    eventlet_greenpool *pool = pool_of(1);

    eventlet_kill(pool_spawn(pool, task, &never), 0);
    tell_counts(pool);
    pool_run(pool, task, &next);
    must(eventlet_greenpool_waitall(pool));
}

SCENARIO(pool_failed_member)
{
    const struct task next = { "next", 0, 0 };
    eventlet_greenpool *pool = pool_of(1);

    pool_spawn(pool, fails, number(1));
    pool_run(pool, fails, number(2));
    pool_run(pool, task, &next);
    must(eventlet_greenpool_waitall(pool));
    tell_counts(pool);
}

SCENARIO(pool_spawn_timeout)
{
    const struct task a = { "a", 0.03, 0 };
    const struct task b = { "b", 0, 0 };
    struct task never = { "never", 0, 0 };
    eventlet_greenpool *pool = pool_of(1);

    pool_run(pool, task, &a);
    run_within(pool, 0.01, &never);
    tell_counts(pool);
    must(eventlet_greenpool_waitall(pool));
    tell_counts(pool);
    pool_run(pool, task, &b);
    must(eventlet_greenpool_waitall(pool));
}

SCENARIO(pool_spawn_killed)
{
    const struct task a = { "a", 0.01, 0 };
    eventlet_greenpool *pool = pool_of(1);
    struct spawner one = { pool, "one", { "never", 0, 0 } };
    struct spawner two = { pool, "two", { "b", 0, 0 } };
    eventlet_greenthread *thread;

    pool_run(pool, task, &a);
    thread = spawn(spawns, &one);
    spawn(spawns, &two);
    eventlet_sleep(0);
    eventlet_kill(thread, 0);
    tell_counts(pool);
    eventlet_sleep(0.03);
    tell_counts(pool);
}

SCENARIO(pool_waiters_in_order)
{
    const struct task first = { "first", 0.01, 0 };
    eventlet_greenpool *pool = pool_of(1);
    struct spawner spawners[] = { { pool, "one", { "by one", 0, 0 } },
                                  { pool, "two", { "by two", 0, 0 } },
                                  { pool, "three", { "by three", 0, 0 } } };
    eventlet_greenthread *threads[3];

    pool_run(pool, task, &first);
    for (int i = 0; i < 3; i++)
        threads[i] = spawn(spawns, &spawners[i]);
    for (int i = 0; i < 3; i++)
        wait_for(threads[i]);
    must(eventlet_greenpool_waitall(pool));
}

struct census {
    eventlet_greenpool *pool;
    int peak;
};

static int is_counted(void *arg)
{
    struct census *self = arg;
    int running = eventlet_greenpool_running(self->pool);

    if (running > self->peak)
        self->peak = running;
    return eventlet_sleep(0.01);
}

static int spawns_counted(void *arg)
{
    const struct census *self = arg;

    return eventlet_greenpool_spawn_n(self->pool, is_counted, arg);
}

SCENARIO(pool_shared_by_threads)
{
    struct census self = { pool_of(2), 0 };
    eventlet_greenthread *threads[6];

    for (int i = 0; i < 6; i++)
        threads[i] = spawn(spawns_counted, &self);
    for (int i = 0; i < 6; i++)
        wait_for(threads[i]);
    must(eventlet_greenpool_waitall(self.pool));
    say("main", "at most %d", self.peak);
}

SCENARIO(pool_waitall_with_waiters)
{
    const struct task a = { "a", 0.01, 0 };
    eventlet_greenpool *pool = pool_of(1);
    struct spawner one = { pool, "one", { "b", 0.01, 0 } };

    pool_run(pool, task, &a);
    spawn(spawns, &one);
    eventlet_sleep(0);
    say("main", "%s",
        code(eventlet_with_timeout(0.1, waits_for_all, pool, NULL)));
}
