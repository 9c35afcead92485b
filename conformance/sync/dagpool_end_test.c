/* SPDX-License-Identifier: MIT */
/* Dagpools: killing, freeing, and calls that fail. */
#include "check.h"
#include "sync/dag.h"

#include "base/sys.h"

/* ---- kill ---- */

GREEN_TEST(dagpool, killed_before_its_start_never_runs, "dagpool.14 dagpool.15")
{
    eventlet_dagpool *pool = dag_new();

    notes();
    CHECK_CODE(eventlet_dagpool_kill(pool, "a"), -ENOENT);
    dag_spawn(pool, "a", letters + 1, 1, "never");
    CHECK_CODE(eventlet_dagpool_kill(pool, "a"), 0);
    CHECK_STR(notes(), "");
    CHECK_INT(eventlet_dagpool_running(pool), 0);
    CHECK_STR(value_of(pool, "a"), "none");
    dag_spawn(pool, "a", NULL, 0, "again");
    CHECK_CODE(eventlet_dagpool_waitall(pool), 0);
    CHECK_STR(notes(), "a a=again");
    CHECK_CODE(eventlet_dagpool_kill(pool, "a"), -ENOENT);
    eventlet_dagpool_free(pool);
}

GREEN_TEST(dagpool, kill_frees_the_key_of_a_running_one, "dagpool.14")
{
    eventlet_dagpool *pool = dag_new();
    struct asker outside = { pool, "a", NULL, 1 };
    eventlet_greenthread *gt = waiting(ask, &outside);

    notes();
    CHECK_CODE(eventlet_dagpool_spawn(pool, "a", NULL, 0, doze, NULL), 0);
    dag_spawn(pool, "b", letters, 1, "b1");
    let_others_run();
    CHECK_CODE(eventlet_dagpool_kill(pool, "a"), 0);
    CHECK_STR(notes(), "b a=thrown");
    CHECK_STR(running_keys(pool), "b");
    CHECK_STR(lacks(pool, "b"), "a");
    CHECK_INT(outside.rc, 1);
    CHECK_PTR(eventlet_dagpool_error(pool, "a"), NULL);
    dag_post(pool, "a", "in its place");
    CHECK_CODE(eventlet_dagpool_waitall(pool), 0);
    CHECK_STR(notes(), "a=in its place b=b1");
    CHECK_CODE(eventlet_wait(gt), 0);
    eventlet_release(gt);
    eventlet_dagpool_free(pool);
}

static int survive(const char *key, eventlet_dagpool_results *results,
                   void *arg, void **value)
{
    CHECK_CODE(eventlet_sleep(10), EVENTLET_EXIT);
    CHECK_CODE(eventlet_sleep(1), 0);
    CHECK_CODE(dag_drain(results), arg ? EVENTLET_END : EVENTLET_CLOSED);
    note(key);
    *value = word("survivor's");
    return 0;
}

GREEN_TEST(dagpool, what_a_killed_one_returns_is_dropped, "dagpool.15")
{
    eventlet_dagpool *pool = dag_new();

    notes();
    CHECK_CODE(eventlet_dagpool_spawn(pool, "a", NULL, 0, survive, pool), 0);
    let_others_run();
    CHECK_CODE(eventlet_dagpool_kill(pool, "a"), 0);
    dag_spawn(pool, "a", letters + 1, 1, "second's");
    clock_advance(2);
    CHECK_STR(notes(), "a a"); /* the second began, the first ended */
    CHECK_STR(value_of(pool, "a"), "none");
    CHECK_STR(running_keys(pool), "a");
    dag_post(pool, "b", NULL);
    CHECK_CODE(eventlet_dagpool_waitall(pool), 0);
    CHECK_STR(value_of(pool, "a"), "second's");
    notes();
    eventlet_dagpool_free(pool);
}

static int kill_own(const char *key, eventlet_dagpool_results *results,
                    void *arg, void **value)
{
    int rc = eventlet_dagpool_kill(arg, key);

    (void)results;
    *value = word("dropped");
    CHECK_CODE(rc, EVENTLET_EXIT);
    return rc;
}

GREEN_TEST(dagpool, who_kills_itself_gets_the_code, "dagpool.15")
{
    eventlet_dagpool *pool = dag_new();

    CHECK_CODE(eventlet_dagpool_spawn(pool, "a", NULL, 0, kill_own, pool), 0);
    let_others_run();
    CHECK_STR(value_of(pool, "a"), "none");
    CHECK_STR(running_keys(pool), "");
    eventlet_dagpool_free(pool);
}

/* ---- free ---- */

GREEN_TEST(dagpool, freeing_ends_its_green_threads, "dagpool.25")
{
    eventlet_dagpool *pool = dag_new();

    notes();
    CHECK_CODE(eventlet_dagpool_spawn(pool, "a", NULL, 0, doze, NULL), 0);
    CHECK_CODE(eventlet_dagpool_spawn(pool, "b", NULL, 0, doze, NULL), 0);
    let_others_run();
    dag_spawn(pool, "c", NULL, 0, "never");
    eventlet_dagpool_free(pool);
    CHECK_STR(notes(), "a=thrown b=thrown");
    CHECK_INT(dagpools_alive(), 0);
}

/* Goes on until nobody has killed it for a second; notes how many did. */
static int outlive(const char *key, eventlet_dagpool_results *results,
                   void *arg, void **value)
{
    int kills = 0;

    (void)arg;
    (void)value;
    while (eventlet_sleep(kills ? 1 : 10) < 0)
        kills++;
    CHECK_CODE(dag_drain(results), EVENTLET_CLOSED);
    note(key);
    note_number(kills);
    return 0;
}

GREEN_TEST(dagpool, freeing_waits_for_who_survives_the_kill,
           "dagpool.25 dagpool.26")
{
    eventlet_dagpool *pool = dag_new();

    notes();
    for (int i = 0; i < 2; i++)
        CHECK_CODE(
            eventlet_dagpool_spawn(pool, letters[i], NULL, 0, outlive, NULL),
            0);
    let_others_run();
    CHECK_CODE(eventlet_dagpool_kill(pool, "a"), 0);
    eventlet_dagpool_free(pool);
    CHECK_STR(notes(), "a 2 b 1"); /* a, forgotten, is killed once more */
    CHECK_INT(dagpools_alive(), 0);
}

static int wait_for_everything(void *pool)
{
    return eventlet_dagpool_waitall(pool);
}

GREEN_TEST(dagpool, who_waits_for_a_freed_one_is_told, "dagpool.26 dagpool.27")
{
    eventlet_dagpool *pool = dag_new();
    struct asker a = { pool, "a", NULL, 1 };
    eventlet_dagpool_results *results = NULL;
    eventlet_greenthread *one, *two, *three;

    CHECK_CODE(eventlet_dagpool_wait_each(pool, &results, letters, 1), 0);
    CHECK_CODE(eventlet_dagpool_spawn(pool, "b", letters, 1, quiet, NULL), 0);
    one = waiting(ask, &a);
    two = waiting(wait_for_everything, pool);
    three = waiting(drain_results, results);
    catch_log();
    eventlet_dagpool_free(pool);
    CHECK_CODE(eventlet_wait(one), EVENTLET_CLOSED);
    CHECK_CODE(eventlet_wait(two), EVENTLET_CLOSED);
    CHECK_CODE(eventlet_wait(three), EVENTLET_CLOSED);
    CHECK_CODE(dag_drain(results), EVENTLET_CLOSED);
    CHECK_INT(dagpools_alive(), 1); /* for the results */
    eventlet_dagpool_results_free(results);
    CHECK_INT(dagpools_alive(), 0);
    release_log();
    eventlet_release(one);
    eventlet_release(two);
    eventlet_release(three);
}

GREEN_TEST(dagpool, who_waits_for_freed_results_is_told, "dagpool.26")
{
    eventlet_dagpool *pool = dag_new();
    eventlet_dagpool_results *results = NULL;
    eventlet_greenthread *one, *two;

    CHECK_CODE(eventlet_dagpool_wait_each(pool, &results, letters, 1), 0);
    one = waiting(drain_results, results);
    two = waiting(drain_results, results);
    catch_log();
    eventlet_dagpool_results_free(results);
    CHECK_CODE(eventlet_kill(one, EVENTLET_EXIT), 0);
    CHECK_CODE(eventlet_wait(one), EVENTLET_EXIT);
    CHECK_CODE(eventlet_wait(two), EVENTLET_CLOSED);
    release_log();
    eventlet_release(one);
    eventlet_release(two);
    dag_post(pool, "a", "nobody waits");
    eventlet_dagpool_free(pool);
}

static int free_it(const char *key, eventlet_dagpool_results *results,
                   void *arg, void **value)
{
    void *got = NULL;

    dag_post(arg, "x", NULL);
    eventlet_dagpool_free(arg);
    note("freed");
    CHECK_INT(dagpools_alive(), 1);
    CHECK_CODE(dag_drain(results), EVENTLET_CLOSED);
    CHECK_CODE(eventlet_dagpool_post(arg, key, NULL, true), EVENTLET_CLOSED);
    CHECK_CODE(eventlet_dagpool_spawn(arg, "x", NULL, 0, quiet, NULL),
               EVENTLET_CLOSED);
    CHECK_CODE(eventlet_dagpool_getitem(arg, &got, key), EVENTLET_CLOSED);
    CHECK_CODE(eventlet_dagpool_waitall(arg), EVENTLET_CLOSED);
    *value = word("dropped");
    return 0;
}

GREEN_TEST(dagpool, one_of_its_own_may_free_it, "dagpool.26 dagpool.27")
{
    eventlet_dagpool *pool = dag_new();

    notes();
    CHECK_CODE(eventlet_dagpool_spawn(pool, "a", NULL, 0, doze, NULL), 0);
    CHECK_CODE(eventlet_dagpool_spawn(pool, "b", NULL, 0, free_it, pool), 0);
    dag_spawn(pool, "c", NULL, 0, "never");
    clock_advance(2);
    CHECK_STR(notes(), "a=thrown freed");
    CHECK_INT(dagpools_alive(), 0);
}

static int free_in_the_hub(void *pool)
{
    eventlet_dagpool_free(pool);
    note("freed");
    return 0;
}

GREEN_TEST(dagpool, freed_in_the_hub_it_waits_for_nobody, "dagpool.27")
{
    eventlet_dagpool *pool = dag_new();

    notes();
    CHECK_CODE(eventlet_dagpool_spawn(pool, "a", NULL, 0, doze, NULL), 0);
    let_others_run();
    dag_spawn(pool, "c", NULL, 0, "c1");
    CHECK_CODE(eventlet_hub_schedule_call_global(NULL, eventlet_hubs_get_hub(),
                                                 0, free_in_the_hub, pool),
               0);
    clock_advance(0.5);
    CHECK_HAS(notes(), "freed a=thrown");
    CHECK_INT(dagpools_alive(), 0);
}

static int free_pool(void *pool)
{
    eventlet_dagpool_free(pool);
    note("freed");
    return eventlet_sleep(5);
}

GREEN_TEST(dagpool, a_kill_does_not_cut_freeing_short, "dagpool.25")
{
    eventlet_dagpool *pool = dag_new();
    eventlet_greenthread *gt;

    notes();
    CHECK_CODE(eventlet_dagpool_spawn(pool, "a", NULL, 0, survive, NULL), 0);
    let_others_run();
    gt = waiting(free_pool, pool);
    CHECK_CODE(eventlet_kill(gt, EVENTLET_USER(1)), 0);
    CHECK_STR(notes(), "");
    catch_log();
    CHECK_CODE(eventlet_wait(gt), EVENTLET_USER(1));
    release_log();
    CHECK_STR(notes(), "a freed");
    eventlet_release(gt);
}

/* ---- every call fails once ---- */

static int build(eventlet_dagpool *pool)
{
    static const struct eventlet_dagpool_depends table[] = {
        { "d", letters, 3 }, { "c", letters, 2 }, { "b", letters, 1 }
    };
    void *values[4];
    int rc = eventlet_dagpool_spawn_many(pool, table, 3, quiet, word("v"));

    if (rc == 0)
        rc = eventlet_dagpool_post(pool, "a", NULL, false);
    if (rc == 0)
        rc = eventlet_dagpool_wait(pool, values, letters, 4);
    if (rc == 0)
        rc = eventlet_dagpool_getitem(pool, values, "d");
    return rc;
}

static int use_dagpool(void *arg)
{
    const struct eventlet_dagpool_item items[] = { { "x", NULL },
                                                   { "y", NULL } };
    eventlet_dagpool_results *results = NULL;
    eventlet_dagpool *pool;
    char key[8];
    int rc = eventlet_dagpool_new_preload(&pool, items, 2);

    (void)arg;
    if (rc < 0)
        return rc;
    rc = build(pool);
    for (int i = 0; rc == 0 && i < 40; i++) {
        snprintf(key, sizeof key, "k%d", i);
        rc = eventlet_dagpool_post(pool, key, NULL, false);
    }
    if (rc == 0)
        rc = eventlet_dagpool_wait_each(pool, &results, NULL, 0);
    eventlet_dagpool_free(pool);
    eventlet_dagpool_results_free(results);
    return rc;
}

TEST(dagpool, every_call_may_fail, "dagpool.32")
{
    catch_log();
    FAULT_EACH(use_dagpool, NULL);
    release_log();
}

GREEN_TEST(dagpool, without_memory_nothing_has_changed, "dagpool.32")
{
    eventlet_dagpool *pool = dag_new();
    void *value = NULL;
    int rc = -ENOMEM;

    for (int n = 1; rc == -ENOMEM; n++) {
        eventlet__fault_arm(n, ENOMEM);
        rc = eventlet_dagpool_spawn(pool, "d", letters, 3, quiet, word("v"));
        eventlet__fault_arm(0, 0);
        CHECK_INT(eventlet_dagpool_running(pool), rc == 0);
        CHECK_INT(eventlet_dagpool_keys(pool, NULL, 0), 0);
    }
    CHECK_CODE(rc, 0);
    for (int i = 0; i < 3; i++)
        dag_post(pool, letters[i], NULL);
    eventlet__fault_arm(0, 0);
    CHECK_CODE(eventlet_dagpool_getitem(pool, &value, "d"), 0);
    CHECK_INT(eventlet__fault_count(), 0); /* neither to end nor to be woken */
    CHECK_STR(value, "v");
    eventlet_dagpool_free(pool);
}
