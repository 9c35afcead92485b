/* SPDX-License-Identifier: MIT */
/* Section F of the rules: pools, and their members. */
#include <stdint.h>

#include "pool.h"

SCENARIO(pool_spawn_order)
{
    const struct task tasks[] = { { "0", 0, 0 }, { "1", 0, 0 }, { "2", 0, 0 } };
    eventlet_greenpool *pool = pool_of(3);

    for (int n = 0; n < 3; n++)
        pool_run(pool, task, &tasks[n]);
    tell_counts(pool);
    must(eventlet_greenpool_waitall(pool));
    tell_counts(pool);
}

SCENARIO(pool_result)
{
    eventlet_greenpool *pool = pool_of(2);

    tell_end(pool_spawn(pool, quick, number(4)));
    tell_end(pool_spawn(pool, fails, number(2)));
    tell_counts(pool);
}

SCENARIO(pool_full_spawn_waits)
{
    const struct task first = { "first", 0.01, 0 };
    const struct task second = { "second", 0, 0 };
    eventlet_greenpool *pool = pool_of(1);

    pool_run(pool, task, &first);
    say("main", "spawns again");
    pool_run(pool, task, &second);
    say("main", "spawned");
    must(eventlet_greenpool_waitall(pool));
}

SCENARIO(pool_waiting)
{
    const struct task a = { "a", 0.01, 0 };
    eventlet_greenpool *pool = pool_of(1);
    struct spawner one = { pool, "one", { "b", 0.01, 0 } };
    struct spawner two = { pool, "two", { "c", 0.01, 0 } };

    pool_run(pool, task, &a);
    spawn(spawns, &one);
    spawn(spawns, &two);
    eventlet_sleep(0);
    tell_counts(pool);
    while (eventlet_greenpool_waiting(pool) == 2 ||
           eventlet_greenpool_running(pool) == 0)
        eventlet_sleep(0.001);
    tell_counts(pool);
    while (eventlet_greenpool_running(pool) || eventlet_greenpool_waiting(pool))
        eventlet_sleep(0.001);
    tell_counts(pool);
}

static int spawns_inline(void *pool)
{
    const struct task inner = { "inner", 0, 5 };
    eventlet_greenthread *gt;

    say("member", "spawns");
    gt = pool_spawn(pool, task, &inner);
    say("member", "spawned, dead: %s", yes(eventlet_dead(gt)));
    say("member", "%s", code(wait_for(gt)));
    return 0;
}

SCENARIO(pool_inline)
{
    eventlet_greenpool *pool = pool_of(1);

    pool_run(pool, spawns_inline, pool);
    must(eventlet_greenpool_waitall(pool));
}

static int spawns_inline_n(void *pool)
{
    const struct task inner = { "inner", 0, 0 };

    say("member", "spawns");
    pool_run(pool, task, &inner);
    say("member", "spawned");
    return 0;
}

SCENARIO(pool_inline_n)
{
    eventlet_greenpool *pool = pool_of(1);

    pool_run(pool, spawns_inline_n, pool);
    must(eventlet_greenpool_waitall(pool));
}

static int spawns_failing(void *pool)
{
    say("member", "%s",
        code(eventlet_greenpool_spawn(pool, NULL, fails, (void *)(intptr_t)3)));
    return 0;
}

SCENARIO(pool_inline_error)
{
    eventlet_greenpool *pool = pool_of(1);

    pool_run(pool, spawns_failing, pool);
    must(eventlet_greenpool_waitall(pool));
}

static int spawns_failing_n(void *pool)
{
    say("member", "%s",
        code(eventlet_greenpool_spawn_n(pool, fails, (void *)(intptr_t)3)));
    return 0;
}

SCENARIO(pool_inline_error_n)
{
    eventlet_greenpool *pool = pool_of(1);

    pool_run(pool, spawns_failing_n, pool);
    must(eventlet_greenpool_waitall(pool));
}

static const struct task inner_task = { "inner", 0, 0 };

static int spawns_normally(void *pool)
{
    pool_run(pool, task, &inner_task);
    say("member", "spawned");
    return 0;
}

SCENARIO(pool_member_not_full)
{
    eventlet_greenpool *pool = pool_of(2);

    pool_run(pool, spawns_normally, pool);
    must(eventlet_greenpool_waitall(pool));
}

SCENARIO(pool_grow)
{
    const struct task a = { "a", 0.03, 0 };
    eventlet_greenpool *pool = pool_of(1);
    struct spawner one = { pool, "one", { "b", 0, 0 } };

    pool_run(pool, task, &a);
    spawn(spawns, &one);
    eventlet_sleep(0);
    must(eventlet_greenpool_resize(pool, 2));
    eventlet_sleep(0.01);
    tell_counts(pool);
    eventlet_sleep(0.05);
}

SCENARIO(pool_grow_spawn)
{
    const struct task a = { "a", 0.01, 0 };
    const struct task b = { "b", 0, 0 };
    eventlet_greenpool *pool = pool_of(1);

    pool_run(pool, task, &a);
    must(eventlet_greenpool_resize(pool, 2));
    tell_counts(pool);
    pool_run(pool, task, &b);
    say("main", "spawned");
    must(eventlet_greenpool_waitall(pool));
}

SCENARIO(pool_shrink)
{
    const struct task tasks[] = {
        { "0", 0.01, 0 }, { "1", 0.02, 0 }, { "2", 0.03, 0 }, { "next", 0, 0 }
    };
    eventlet_greenpool *pool = pool_of(3);

    for (int n = 0; n < 3; n++)
        pool_run(pool, task, &tasks[n]);
    eventlet_sleep(0);
    must(eventlet_greenpool_resize(pool, 1));
    tell_counts(pool);
    pool_run(pool, task, &tasks[3]);
    say("main", "spawned");
    tell_counts(pool);
    must(eventlet_greenpool_waitall(pool));
    tell_counts(pool);
}

static int tells_waitall(void *pool)
{
    say("member", "%s", code(eventlet_greenpool_waitall(pool)));
    return 0;
}

SCENARIO(pool_waitall_in_member)
{
    eventlet_greenpool *pool = pool_of(2);

    pool_run(pool, tells_waitall, pool);
    must(eventlet_greenpool_waitall(pool));
}

SCENARIO(pool_waitall_empty)
{
    eventlet_greenpool *pool = pool_of(2);

    spawn(speak, line("other", "runs"));
    must(eventlet_greenpool_waitall(pool));
    say("main", "did not yield");
    eventlet_sleep(0);
}

static int spawns_late(void *pool)
{
    static const struct task late = { "late", 0.01, 0 };

    must(eventlet_sleep(0.01));
    pool_run(pool, task, &late);
    return 0;
}

SCENARIO(pool_waitall_later_members)
{
    eventlet_greenpool *pool = pool_of(2);

    pool_run(pool, spawns_late, pool);
    must(eventlet_greenpool_waitall(pool));
    say("main", "all done");
}
