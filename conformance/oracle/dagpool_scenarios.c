/* SPDX-License-Identifier: MIT */
/* K12: green threads that wait for each other's results. Values are numbers. */
#include "dag.h"

static const char *const ab[] = { "a", "b" };
static const char *const bc[] = { "b", "c" };
static const char *const z[] = { "z" };

/* ---- functions of its green threads ---- */

static int sums_up(const char *key, eventlet_dagpool_results *results,
                   bool aloud, void **value)
{
    const char *other;
    void *part;
    int total = 1, rc;

    if (aloud)
        say(key, "starts");
    while ((rc = eventlet_dagpool_next(results, &other, &part)) == 0) {
        if (aloud)
            say(key, "has %s %d", other, unboxed(part));
        total += unboxed(part);
    }
    *value = boxed(total);
    return rc == EVENTLET_END ? 0 : rc;
}

static int sums(const char *key, eventlet_dagpool_results *results, void *arg,
                void **value)
{
    (void)arg;
    return sums_up(key, results, true, value);
}

static int sums_silently(const char *key, eventlet_dagpool_results *results,
                         void *arg, void **value)
{
    (void)arg;
    return sums_up(key, results, false, value);
}

static int fails_with(const char *key, eventlet_dagpool_results *results,
                      void *arg, void **value)
{
    (void)key;
    (void)results;
    (void)value;
    return unboxed(arg);
}

static int dozes(const char *key, eventlet_dagpool_results *results, void *arg,
                 void **value)
{
    int rc = eventlet_sleep(0.01);

    (void)results;
    if (arg)
        say(key, "%s", rc < 0 ? code(rc) : "slept");
    *value = boxed(1);
    return rc;
}

static int posts(const char *key, eventlet_dagpool_results *results, void *pool,
                 void **value)
{
    (void)results;
    dag_tell(key, dag_post(pool, key, 1, false));
    dag_tell(key, dag_post(pool, key, 2, false));
    dag_tell_state(pool);
    *value = boxed(3);
    return 0;
}

static int waits_for_a(void *pool)
{
    dag_tell_getitem("waiter", pool, "a");
    return 0;
}

static int run(eventlet_dagpool *pool, const char *key,
               const char *const *depends, size_t n, eventlet_dagpool_fn *fn)
{
    return eventlet_dagpool_spawn(pool, key, depends, n, fn, NULL);
}

/* ---- scenarios ---- */

SCENARIO(dag_preload)
{
    const struct eventlet_dagpool_item items[] = { { "a", boxed(1) },
                                                   { "b", boxed(2) } };
    eventlet_dagpool *pool;

    must(eventlet_dagpool_new_preload(&pool, items, 2));
    dag_tell_state(pool);
    dag_tell_get(pool, "a", 0);
    dag_tell_get(pool, "z", 9);
    dag_tell_getitem("main", pool, "b");
    dag_drain("main", dag_each(pool, bc, 1));
    dag_drain("main", dag_each(pool, bc, 0));
}

SCENARIO(dag_chain)
{
    eventlet_dagpool *pool = dag_new();

    must(run(pool, "c", bc, 1, sums));
    must(run(pool, "b", ab, 1, sums));
    must(run(pool, "a", NULL, 0, sums));
    say("main", "spawned");
    dag_drain("main", dag_each(pool, bc + 1, 1));
    dag_tell_state(pool);
}

SCENARIO(dag_posts_feed)
{
    eventlet_dagpool *pool = dag_new();

    must(run(pool, "x", ab, 2, sums));
    yield_times(1);
    dag_tell_state(pool);
    dag_tell_lacks(pool);
    must(dag_post(pool, "b", 20, false));
    dag_tell_lacks(pool);
    yield_times(1);
    must(dag_post(pool, "a", 10, false));
    dag_tell_lacks(pool);
    dag_tell_getitem("main", pool, "x");
    dag_tell_state(pool);
    dag_tell_lacks(pool);
    dag_tell("main", (int)eventlet_dagpool_waiting_for(pool, "z", NULL, 0));
}

static int wait_for_z(void *pool)
{
    return eventlet_dagpool_wait(pool, NULL, z, 1);
}

SCENARIO(dag_unknown_key)
{
    eventlet_dagpool *pool = dag_new();

    spawn(waits_for_a, pool);
    yield_times(1);
    say("main", "spawns it");
    must(run(pool, "a", NULL, 0, sums));
    must(eventlet_sleep(0.01));
    dag_tell("main", eventlet_with_timeout(0.01, wait_for_z, pool, NULL));
}

SCENARIO(dag_collisions)
{
    eventlet_dagpool *pool = dag_new();

    must(dag_post(pool, "a", 1, false));
    dag_tell("main", run(pool, "a", NULL, 0, sums));
    dag_tell("main", dag_post(pool, "a", 2, false));
    dag_tell("main", dag_post(pool, "a", 2, true));
    dag_tell_get(pool, "a", 0);
    must(run(pool, "b", z, 1, sums));
    dag_tell("main", run(pool, "b", NULL, 0, sums));
    dag_tell("main", dag_post(pool, "b", 2, false));
    dag_tell("main", dag_post(pool, "b", 2, true));
    yield_times(1);
    dag_tell("main", dag_post(pool, "b", 2, false));
}

SCENARIO(dag_post_own)
{
    eventlet_dagpool *pool = dag_new();

    must(eventlet_dagpool_spawn(pool, "a", NULL, 0, posts, pool));
    dag_tell_getitem("main", pool, "a");
}

SCENARIO(dag_spawn_many)
{
    const struct eventlet_dagpool_depends table[] = {
        { "d", bc, 2 }, { "c", ab, 1 }, { "b", ab, 1 }, { "a", NULL, 0 }
    };
    eventlet_dagpool *pool = dag_new();

    must(eventlet_dagpool_spawn_many(pool, table, 4, sums_silently, NULL));
    dag_tell_state(pool);
    dag_tell_getitem("main", pool, "d");
    dag_tell_state(pool);
}

SCENARIO(dag_replace)
{
    eventlet_dagpool *pool = dag_new();

    spawn(waits_for_a, pool);
    yield_times(1);
    must(dag_post(pool, "a", 1, false));
    must(dag_post(pool, "a", 2, true));
    yield_times(1);
    dag_tell_get(pool, "a", 0);
}

SCENARIO(dag_failure)
{
    eventlet_dagpool *pool = dag_new();
    const struct eventlet_dagpool_error *error;

    must(run(pool, "c", bc, 1, sums));
    must(run(pool, "b", ab, 1, sums));
    must(eventlet_dagpool_spawn(pool, "a", NULL, 0, fails_with,
                                boxed(EVENTLET_USER(7))));
    dag_tell("main", eventlet_dagpool_waitall(pool));
    dag_tell_getitem("main", pool, "c");
    dag_tell_get(pool, "b", 0);
    dag_tell("main", (int)eventlet_dagpool_items(pool, NULL, 0));
    for (error = eventlet_dagpool_error(pool, "c"); error;
         error = error->cause) {
        say("main", "%s", error->key);
        if (!error->cause)
            dag_tell("main", error->code);
    }
    dag_tell_state(pool);
}

SCENARIO(dag_failure_filters)
{
    eventlet_dagpool *pool = dag_new();
    eventlet_dagpool_results *good, *bad;
    const char *key;
    void *value;

    must(dag_post(pool, "b", 1, false));
    must(eventlet_dagpool_post_error(pool, "a", EVENTLET_USER(7), false));
    must(eventlet_dagpool_wait_each_success(pool, &good, ab, 2));
    dag_drain("good", good);
    must(eventlet_dagpool_wait_each_exception(pool, &bad, ab, 2));
    while (eventlet_dagpool_next(bad, &key, &value) == 0) {
        const struct eventlet_dagpool_error *error = value;

        say("bad", "%s %s %s", key, error->key, code(error->code));
    }
}

SCENARIO(dag_after_an_error)
{
    eventlet_dagpool *pool = dag_new();
    eventlet_dagpool_results *results = dag_each(pool, ab, 2);
    const char *key;
    void *value;

    must(eventlet_dagpool_post_error(pool, "a", EVENTLET_USER(7), false));
    for (int i = 0; i < 2; i++) {
        int rc = eventlet_dagpool_next(results, &key, &value);

        if (rc < 0)
            dag_tell("main", rc);
        else
            say("main", "%s %d", key, unboxed(value));
        must(dag_post(pool, "b", 2, true));
    }
}

SCENARIO(dag_kill_unstarted)
{
    eventlet_dagpool *pool = dag_new();

    dag_tell("main", eventlet_dagpool_kill(pool, "a"));
    must(run(pool, "a", NULL, 0, sums));
    dag_tell("main", eventlet_dagpool_kill(pool, "a"));
    dag_tell_state(pool);
    must(run(pool, "a", NULL, 0, sums));
    dag_tell_getitem("main", pool, "a");
    dag_tell("main", eventlet_dagpool_kill(pool, "a"));
}

SCENARIO(dag_kill_running)
{
    eventlet_dagpool *pool = dag_new();

    must(eventlet_dagpool_spawn(pool, "a", NULL, 0, dozes, boxed(1)));
    yield_times(1);
    dag_tell("main", eventlet_dagpool_kill(pool, "a"));
    dag_tell_state(pool);
    dag_tell("main", dag_post(pool, "a", 5, false));
    dag_tell_get(pool, "a", 0);
}

SCENARIO(dag_exit_propagates)
{
    const int codes[] = { EVENTLET_EXIT, EVENTLET_TIMEOUT };

    for (int i = 0; i < 2; i++) {
        eventlet_dagpool *pool = dag_new();

        must(eventlet_dagpool_spawn(pool, "a", NULL, 0, fails_with,
                                    boxed(codes[i])));
        dag_tell_getitem("main", pool, "a");
    }
}

static int wait_for_first(void *pool)
{
    return eventlet_dagpool_wait(pool, NULL, ab, 1);
}

SCENARIO(dag_timeout)
{
    eventlet_dagpool *pool = dag_new();

    must(run(pool, "a", NULL, 0, dozes));
    dag_tell("main", eventlet_with_timeout(0.002, wait_for_first, pool, NULL));
    dag_tell_getitem("main", pool, "a");
}
