/* SPDX-License-Identifier: MIT */
/* Dagpools: waiting for values, and being thrown at meanwhile. */
#include "check.h"
#include "sync/dag.h"

static eventlet_dagpool_results *each(eventlet_dagpool *pool,
                                      const char *const *keys, size_t n)
{
    eventlet_dagpool_results *results = NULL;

    CHECK_CODE(eventlet_dagpool_wait_each(pool, &results, keys, n), 0);
    return results;
}

TEST(dagpool, wait_each_of_nothing_ends_at_once, "dagpool.20")
{
    eventlet_dagpool *pool = dag_preloaded(2);
    eventlet_dagpool_results *results = each(pool, letters, 0);

    notes();
    CHECK_CODE(dag_drain(results), EVENTLET_END);
    CHECK_STR(notes(), "");
    CHECK_CODE(eventlet_dagpool_wait(pool, NULL, letters, 0), 0);
    eventlet_dagpool_results_free(results);
    eventlet_dagpool_results_free(NULL);
    eventlet_dagpool_free(pool);
}

TEST(dagpool, what_is_there_is_given_without_yielding, "dagpool.16 dagpool.20")
{
    static const char *const bcb[] = { "b", "c", "b" };
    eventlet_dagpool *pool = dag_preloaded(3);
    eventlet_dagpool_results *results = each(pool, NULL, 0);
    void *values[3] = { NULL };

    notes();
    CHECK_CODE(dag_drain(results), EVENTLET_END);
    CHECK_STR(notes(), "a=a1 b=b1 c=c1");
    CHECK_CODE(eventlet_dagpool_wait(pool, values, bcb, 3), 0);
    CHECK_STR(values[0], "b1");
    CHECK_STR(values[1], "c1");
    CHECK_STR(values[2], "b1");
    CHECK_CODE(eventlet_dagpool_getitem(pool, &values[0], "a"), 0);
    CHECK_STR(values[0], "a1");
    eventlet_dagpool_results_free(results);
    eventlet_dagpool_free(pool);
}

GREEN_TEST(dagpool, wait_each_gives_what_is_posted, "dagpool.8 dagpool.20")
{
    eventlet_dagpool *pool = dag_preloaded(3);
    eventlet_dagpool_results *results = each(pool, letters + 1, 6);
    eventlet_greenthread *gt = waiting(drain_results, results);

    CHECK_STR(notes(), "b=b1 c=c1");
    dag_post(pool, "g", "g1");
    dag_post(pool, "f", "f1");
    let_others_run();
    CHECK_STR(notes(), "g=g1 f=f1");
    dag_post(pool, "e", "e1");
    dag_post(pool, "d", "d1");
    CHECK_CODE(eventlet_reap(gt), EVENTLET_EXIT); /* nothing of it is lost */
    CHECK_STR(notes(), "");
    CHECK_CODE(dag_drain(results), EVENTLET_END);
    CHECK_STR(notes(), "e=e1 d=d1");
    eventlet_dagpool_results_free(results);
    eventlet_dagpool_free(pool);
}

struct wait_call {
    eventlet_dagpool *pool;
    size_t n;
    void *values[7];
};

static int wait_from_b(void *arg)
{
    struct wait_call *w = arg;

    return eventlet_dagpool_wait(w->pool, w->values, letters + 1, w->n);
}

GREEN_TEST(dagpool, wait_returns_after_the_last_post, "dagpool.16 dagpool.17")
{
    struct wait_call w = { dag_preloaded(3), 6, { NULL } };
    eventlet_greenthread *gt = waiting(wait_from_b, &w);

    for (int i = 6; i > 3; i--) {
        dag_post(w.pool, letters[i], letters[i]);
        let_others_run();
        CHECK(!eventlet_dead(gt));
        CHECK_PTR(w.values[0], NULL);
    }
    dag_post(w.pool, "d", "d1");
    CHECK_CODE(eventlet_wait(gt), 0);
    CHECK_STR(w.values[0], "b1");
    CHECK_STR(w.values[2], "d1");
    CHECK_STR(w.values[5], "g");
    eventlet_release(gt);
    eventlet_dagpool_free(w.pool);
}

GREEN_TEST(dagpool, wait_each_follows_a_chain, "dagpool.20")
{
    eventlet_dagpool *pool = dag_new();
    eventlet_dagpool_results *results;
    const char *key = NULL;
    void *value = NULL;

    for (int i = 0; i < 5; i++)
        CHECK_CODE(eventlet_dagpool_spawn(pool, letters[i],
                                          letters + (i ? i - 1 : 0), i > 0,
                                          quiet, word(letters[i])),
                   0);
    results = each(pool, NULL, 0);
    for (int i = 0; i < 5; i++) {
        CHECK_CODE(eventlet_dagpool_next(results, &key, &value), 0);
        CHECK_STR(key, letters[i]);
        CHECK_STR(value, letters[i]);
    }
    CHECK_CODE(eventlet_dagpool_next(results, &key, &value), EVENTLET_END);
    eventlet_dagpool_results_free(results);
    eventlet_dagpool_free(pool);
}

GREEN_TEST(dagpool, getitem_waits_for_one, "dagpool.16 dagpool.17")
{
    eventlet_dagpool *pool = dag_new();
    struct asker later = { pool, "z", NULL, 0 };
    eventlet_greenthread *gt = waiting(ask, &later);
    void *value = NULL;

    dag_spawn(pool, "a", NULL, 0, "1");
    CHECK_CODE(eventlet_dagpool_getitem(pool, &value, "a"), 0);
    CHECK_STR(value, "1");
    CHECK_CODE(eventlet_dagpool_waiting_for(pool, "z", NULL, 0), -ENOENT);
    dag_spawn(pool, "z", NULL, 0, "26");
    CHECK_CODE(eventlet_wait(gt), 0);
    CHECK_STR(later.value, "26");
    eventlet_release(gt);
    notes();
    eventlet_dagpool_free(pool);
}

GREEN_TEST(dagpool, waitall_waits_for_what_is_known, "dagpool.16")
{
    eventlet_dagpool *pool = dag_new();

    notes();
    CHECK_CODE(eventlet_dagpool_spawn(pool, "a", NULL, 0, doze, NULL), 0);
    let_others_run();
    CHECK_CODE(eventlet_dagpool_waitall(pool), 0);
    CHECK_STR(notes(), "a=slept");
    eventlet_dagpool_free(pool);
}

GREEN_TEST(dagpool, replaced_value_is_seen_by_all, "dagpool.11")
{
    eventlet_dagpool *pool = dag_new();
    struct asker early = { pool, "a", NULL, 0 };
    eventlet_greenthread *gt = waiting(ask, &early);
    eventlet_dagpool_results *results;
    void *value = NULL;

    dag_post(pool, "a", "1");
    CHECK_CODE(eventlet_dagpool_post(pool, "a", word("2"), true), 0);
    CHECK_STR(value_of(pool, "a"), "2");
    CHECK_CODE(eventlet_dagpool_wait(pool, &value, letters, 1), 0);
    CHECK_STR(value, "2");
    CHECK_CODE(eventlet_dagpool_getitem(pool, &value, "a"), 0);
    CHECK_STR(value, "2");
    results = each(pool, letters, 1);
    notes();
    CHECK_CODE(dag_drain(results), EVENTLET_END);
    CHECK_STR(notes(), "a=2");
    CHECK_CODE(eventlet_wait(gt), 0);
    CHECK_STR(early.value, "2"); /* woken by the first, it ran after both */
    CHECK_STR(known_keys(pool), "a");
    eventlet_release(gt);
    eventlet_dagpool_results_free(results);
    eventlet_dagpool_free(pool);
}

TEST(dagpool, replaced_value_keeps_its_place, "dagpool.11 dagpool.28")
{
    eventlet_dagpool *pool = dag_preloaded(3);

    CHECK_CODE(eventlet_dagpool_post(pool, "b", word("b2"), true), 0);
    CHECK_STR(known_keys(pool), "a b c");
    eventlet_dagpool_free(pool);
}

GREEN_TEST(dagpool, error_that_replaces_a_value_fails_the_wait, "dagpool.18")
{
    struct wait_call w = { dag_preloaded(2), 2, { NULL } }; /* for b and c */
    eventlet_greenthread *gt = waiting(wait_from_b, &w);

    catch_log();
    CHECK_CODE(eventlet_dagpool_post_error(w.pool, "b", -EIO, true), 0);
    dag_post(w.pool, "c", "c1");
    CHECK_CODE(eventlet_wait(gt), EVENTLET_PROPAGATED);
    release_log();
    CHECK_PTR(w.values[0], NULL);
    CHECK_PTR(w.values[1], NULL);
    eventlet_release(gt);
    eventlet_dagpool_free(w.pool);
}

static int post_own_and_nap(const char *key, eventlet_dagpool_results *results,
                            void *pool, void **value)
{
    (void)results;
    (void)value;
    dag_post(pool, key, "early");
    return eventlet_sleep(1);
}

GREEN_TEST(dagpool, key_that_runs_and_has_a_value_comes_once,
           "dagpool.12 dagpool.20")
{
    eventlet_dagpool *pool = dag_new();
    eventlet_dagpool_results *results;

    CHECK_CODE(
        eventlet_dagpool_spawn(pool, "a", NULL, 0, post_own_and_nap, pool), 0);
    let_others_run();
    CHECK_STR(running_keys(pool), "a");
    results = each(pool, NULL, 0);
    notes();
    CHECK_CODE(dag_drain(results), EVENTLET_END);
    CHECK_STR(notes(), "a=early");
    eventlet_dagpool_results_free(results);
    eventlet_dagpool_free(pool);
}

GREEN_TEST(dagpool, several_ask_the_same_results, "dagpool.20")
{
    eventlet_dagpool *pool = dag_new();
    eventlet_dagpool_results *results = each(pool, letters, 3);
    eventlet_greenthread *one = waiting(drain_results, results);
    eventlet_greenthread *two = waiting(drain_results, results);

    notes();
    for (int i = 0; i < 3; i++) {
        dag_post(pool, letters[i], letters[i]);
        let_others_run();
    }
    CHECK_STR(notes(), "a=a b=b c=c");
    CHECK_CODE(eventlet_wait(one), 0);
    CHECK_CODE(eventlet_wait(two), 0);
    eventlet_release(one);
    eventlet_release(two);
    eventlet_dagpool_results_free(results);
    eventlet_dagpool_free(pool);
}

GREEN_TEST(dagpool, post_wakes_only_who_waits_for_the_key, "dagpool.10")
{
    eventlet_dagpool *pool = dag_new();
    struct asker a = { pool, "a", NULL, 1 }, a2 = a, b = { pool, "b", NULL, 1 };
    eventlet_greenthread *gts[] = { waiting(ask, &a), waiting(ask, &a2),
                                    waiting(ask, &b) };

    dag_post(pool, "a", "x");
    CHECK_INT(a.rc, 1); /* nobody has run yet */
    let_others_run();
    CHECK_CODE(a.rc, 0);
    CHECK_CODE(a2.rc, 0);
    CHECK_INT(b.rc, 1);
    CHECK_CODE(eventlet_reap(gts[2]), EVENTLET_EXIT);
    eventlet_release(gts[0]);
    eventlet_release(gts[1]);
    eventlet_dagpool_free(pool);
}

/* ---- thrown at ---- */

GREEN_TEST(dagpool, woken_and_then_killed_loses_nothing, "dagpool.24")
{
    eventlet_dagpool *pool = dag_new();
    eventlet_dagpool_results *results = each(pool, letters, 1);
    eventlet_greenthread *one = waiting(drain_results, results);
    eventlet_greenthread *two = waiting(drain_results, results);

    catch_log();
    notes();
    dag_post(pool, "a", "x");
    CHECK_CODE(eventlet_kill(one, EVENTLET_USER(1)), 0);
    CHECK_CODE(eventlet_wait(one), EVENTLET_USER(1));
    CHECK_CODE(eventlet_wait(two), 0);
    CHECK_STR(notes(), "a=x");
    release_log();
    eventlet_release(one);
    eventlet_release(two);
    eventlet_dagpool_results_free(results);
    eventlet_dagpool_free(pool);
}

GREEN_TEST(dagpool, woken_and_then_killed_takes_nothing, "dagpool.24")
{
    struct asker a = { dag_new(), "a", NULL, 1 };
    eventlet_greenthread *gt = waiting(ask, &a);

    dag_post(a.pool, "a", "x");
    CHECK_CODE(eventlet_reap(gt), EVENTLET_EXIT);
    CHECK_CODE(a.rc, EVENTLET_EXIT);
    CHECK_PTR(a.value, NULL);
    CHECK_STR(value_of(a.pool, "a"), "x");
    eventlet_dagpool_free(a.pool);
}

static int ask_for_a_second(void *arg)
{
    struct eventlet_timeout t;
    int rc = eventlet_timeout_start(&t, 1);

    if (rc == 0)
        rc = ask(arg);
    (void)eventlet_timeout_cancel(&t);
    return rc;
}

GREEN_TEST(dagpool, a_timeout_ends_the_wait, "dagpool.24")
{
    struct asker a = { dag_new(), "a", word("old"), 1 };
    eventlet_greenthread *gt = waiting(ask_for_a_second, &a);

    catch_log();
    clock_advance(1);
    CHECK_CODE(eventlet_wait(gt), EVENTLET_TIMEOUT);
    release_log();
    CHECK_STR(a.value, "old");
    CHECK_CODE(eventlet_dagpool_waiting_for(a.pool, "a", NULL, 0), -ENOENT);
    dag_spawn(a.pool, "a", NULL, 0, "1");
    CHECK_CODE(ask(&a), 0);
    CHECK_STR(a.value, "1");
    eventlet_release(gt);
    notes();
    eventlet_dagpool_free(a.pool);
}

static int post_at_one(void *pool)
{
    int rc = eventlet_sleep(1);

    dag_post(pool, "a", "x");
    return rc;
}

GREEN_TEST(dagpool, a_wake_up_beats_a_timeout, "dagpool.24")
{
    struct asker a = { dag_new(), "a", NULL, 1 };
    eventlet_greenthread *poster = waiting(post_at_one, a.pool);
    eventlet_greenthread *gt = waiting(ask_for_a_second, &a);

    clock_advance(1);
    CHECK_CODE(eventlet_wait(gt), 0);
    CHECK_STR(a.value, "x");
    eventlet_release(gt);
    eventlet_release(poster);
    eventlet_dagpool_free(a.pool);
}

/* ---- in the hub ---- */

static int use_in_the_hub(void *arg)
{
    eventlet_dagpool *pool = arg;
    void *value = NULL;

    CHECK_CODE(eventlet_dagpool_getitem(pool, &value, "b"), EVENTLET_IN_HUB);
    CHECK_CODE(eventlet_dagpool_wait(pool, NULL, letters, 2), EVENTLET_IN_HUB);
    CHECK_CODE(eventlet_dagpool_getitem(pool, &value, "a"), 0);
    dag_post(pool, "b", "posted");
    CHECK_CODE(eventlet_dagpool_wait(pool, NULL, letters, 2), 0);
    CHECK_CODE(eventlet_dagpool_spawn(pool, "c", NULL, 0, quiet, word("c1")),
               0);
    return 0;
}

GREEN_TEST(dagpool, the_hub_does_not_wait, "dagpool.10 dagpool.33")
{
    eventlet_dagpool *pool = dag_preloaded(1);
    struct asker b = { pool, "b", NULL, 1 };
    eventlet_greenthread *gt = waiting(ask, &b);

    CHECK_CODE(eventlet_hub_schedule_call_global(NULL, eventlet_hubs_get_hub(),
                                                 0, use_in_the_hub, pool),
               0);
    CHECK_CODE(eventlet_wait(gt), 0);
    CHECK_STR(b.value, "posted");
    CHECK_CODE(eventlet_dagpool_waitall(pool), 0);
    CHECK_STR(value_of(pool, "c"), "c1");
    eventlet_release(gt);
    eventlet_dagpool_free(pool);
}
