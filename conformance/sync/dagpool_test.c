/* SPDX-License-Identifier: MIT */
/* Dagpools: green threads that are fed what they depend on, and posting. */
#include "check.h"
#include "sync/dag.h"

TEST(dagpool, new_one_is_empty, "dagpool.1")
{
    eventlet_dagpool *pool = dag_new();

    CHECK_INT(eventlet_dagpool_keys(pool, NULL, 0), 0);
    CHECK_INT(eventlet_dagpool_items(pool, NULL, 0), 0);
    CHECK_INT(eventlet_dagpool_running(pool), 0);
    CHECK_INT(eventlet_dagpool_waiting(pool), 0);
    CHECK_CODE(eventlet_dagpool_waitall(pool), 0);
    CHECK_INT(dagpools_alive(), 1);
    eventlet_dagpool_free(pool);
    eventlet_dagpool_free(NULL);
}

TEST(dagpool, preloaded_values_are_there_at_once, "dagpool.2 dagpool.16")
{
    const struct eventlet_dagpool_item twice[] = { { "a", word("old") },
                                                   { "a", word("new") } };
    eventlet_dagpool *pool = dag_preloaded(3);

    CHECK_CODE(eventlet_dagpool_waitall(pool), 0);
    CHECK_STR(known_keys(pool), "a b c");
    CHECK_STR(value_of(pool, "b"), "b1");
    eventlet_dagpool_free(pool);
    REQUIRE_CODE(eventlet_dagpool_new_preload(&pool, twice, 2), 0);
    CHECK_STR(known_keys(pool), "a");
    CHECK_STR(value_of(pool, "a"), "new");
    eventlet_dagpool_free(pool);
}

TEST(dagpool, keys_are_copied, "dagpool.1 dagpool.10")
{
    eventlet_dagpool *pool = dag_new();
    char key[] = "a";

    dag_post(pool, key, "x");
    key[0] = 'b';
    CHECK_STR(value_of(pool, "a"), "x");
    CHECK_STR(value_of(pool, "b"), "none");
    eventlet_dagpool_free(pool);
}

TEST(dagpool, finds_each_of_many_keys, "dagpool.19 dagpool.28")
{
    static char keys[1000][8];
    eventlet_dagpool *pool = dag_new();
    int found = 0;

    for (int i = 0; i < 1000; i++) {
        snprintf(keys[i], sizeof keys[i], "k%d", i);
        dag_post(pool, keys[i], keys[i]);
    }
    for (int i = 0; i < 1000; i++)
        found += strcmp(value_of(pool, keys[i]), keys[i]) == 0;
    CHECK_INT(found, 1000);
    CHECK_INT(eventlet_dagpool_keys(pool, NULL, 0), 1000);
    eventlet_dagpool_free(pool);
}

GREEN_TEST_HUBS(dagpool, they_start_in_order, "dagpool.3")
{
    eventlet_dagpool *pool = dag_new();

    notes();
    dag_spawn(pool, "b", letters, 1, "2");
    dag_spawn(pool, "a", NULL, 0, "1");
    CHECK_STR(notes(), "");
    let_others_run();
    CHECK_STR(notes(), "b a a=1");
    CHECK_CODE(eventlet_dagpool_waitall(pool), 0);
    CHECK_STR(notes(), "a=1 b=2");
    eventlet_dagpool_free(pool);
}

GREEN_TEST(dagpool, dependencies_come_as_they_come, "dagpool.5 dagpool.8")
{
    static const char *const many[] = { "d", "b", "c", "b", "a" };
    eventlet_dagpool *pool = dag_preloaded(2);

    notes();
    dag_spawn(pool, "x", many, 5, "1");
    let_others_run();
    CHECK_STR(notes(), "x b=b1 a=a1");
    dag_post(pool, "c", "c1");
    let_others_run();
    CHECK_STR(notes(), "c=c1");
    dag_post(pool, "d", "d1");
    let_others_run();
    CHECK_STR(notes(), "d=d1 x=1");
    eventlet_dagpool_free(pool);
}

static int ask_beyond_the_end(const char *key,
                              eventlet_dagpool_results *results, void *arg,
                              void **value)
{
    CHECK_CODE(quiet(key, results, arg, value), 0);
    CHECK_CODE(dag_drain(results), EVENTLET_END);
    CHECK_CODE(dag_drain(results), EVENTLET_END);
    return 7;
}

GREEN_TEST(dagpool, the_end_comes_every_time, "dagpool.5 dagpool.7")
{
    eventlet_dagpool *pool = dag_preloaded(1);

    CHECK_CODE(eventlet_dagpool_spawn(pool, "b", letters, 1, ask_beyond_the_end,
                                      word("b1")),
               0);
    CHECK_CODE(eventlet_dagpool_waitall(pool), 0);
    CHECK_STR(value_of(pool, "b"), "b1");
    eventlet_dagpool_free(pool);
}

/* ---- collisions ---- */

GREEN_TEST(dagpool, preloaded_key_cannot_be_spawned, "dagpool.4")
{
    eventlet_dagpool *pool = dag_preloaded(1);

    CHECK_CODE(eventlet_dagpool_spawn(pool, "a", NULL, 0, collect, NULL),
               EVENTLET_COLLISION);
    CHECK_INT(eventlet_dagpool_running(pool), 0);
    CHECK_STR(value_of(pool, "a"), "a1");
    eventlet_dagpool_free(pool);
}

GREEN_TEST(dagpool, posted_key_cannot_be_spawned, "dagpool.4")
{
    eventlet_dagpool *pool = dag_new();

    dag_post(pool, "a", "x");
    CHECK_CODE(eventlet_dagpool_spawn(pool, "a", NULL, 0, collect, NULL),
               EVENTLET_COLLISION);
    CHECK_STR(value_of(pool, "a"), "x");
    eventlet_dagpool_free(pool);
}

GREEN_TEST(dagpool, key_cannot_be_spawned_twice, "dagpool.4 dagpool.19")
{
    eventlet_dagpool *pool = dag_new();

    dag_spawn(pool, "a", NULL, 0, "aval");
    for (int i = 0; i < 2; i++) {
        CHECK_CODE(eventlet_dagpool_spawn(pool, "a", NULL, 0, collect, NULL),
                   EVENTLET_COLLISION);
        CHECK_STR(value_of(pool, "a"), i ? "aval" : "none");
        let_others_run();
    }
    eventlet_dagpool_free(pool);
}

TEST(dagpool, preloaded_key_cannot_be_posted, "dagpool.11")
{
    eventlet_dagpool *pool = dag_preloaded(1);

    CHECK_CODE(eventlet_dagpool_post(pool, "a", word("x"), false),
               EVENTLET_COLLISION);
    CHECK_STR(value_of(pool, "a"), "a1");
    eventlet_dagpool_free(pool);
}

TEST(dagpool, key_cannot_be_posted_twice, "dagpool.11")
{
    eventlet_dagpool *pool = dag_new();

    dag_post(pool, "a", "x");
    CHECK_CODE(eventlet_dagpool_post(pool, "a", word("y"), false),
               EVENTLET_COLLISION);
    CHECK_CODE(eventlet_dagpool_post_error(pool, "a", -EIO, false),
               EVENTLET_COLLISION);
    CHECK_STR(value_of(pool, "a"), "x");
    eventlet_dagpool_free(pool);
}

GREEN_TEST(dagpool, running_key_cannot_be_posted, "dagpool.11 dagpool.14")
{
    eventlet_dagpool *pool = dag_new();

    for (int replace = 0; replace < 2; replace++) {
        dag_spawn(pool, "a", NULL, 0, "x");
        CHECK_CODE(eventlet_dagpool_post(pool, "a", NULL, replace),
                   EVENTLET_COLLISION);
        CHECK_CODE(eventlet_dagpool_kill(pool, "a"), 0);
    }
    dag_post(pool, "a", "y");
    dag_spawn(pool, "b", NULL, 0, "z");
    let_others_run();
    CHECK_CODE(eventlet_dagpool_post(pool, "b", NULL, false),
               EVENTLET_COLLISION);
    CHECK_STR(value_of(pool, "a"), "y");
    CHECK_STR(value_of(pool, "b"), "z");
    eventlet_dagpool_free(pool);
}

static int post_own(const char *key, eventlet_dagpool_results *results,
                    void *arg, void **value)
{
    eventlet_dagpool *pool = arg;

    (void)results;
    dag_post(pool, key, "posted");
    CHECK_CODE(eventlet_dagpool_post(pool, key, NULL, false),
               EVENTLET_COLLISION);
    CHECK_STR(value_of(pool, key), "posted");
    CHECK_STR(running_keys(pool), "a");
    *value = word("returned");
    return -EIO;
}

GREEN_TEST(dagpool, own_post_overrides_the_result, "dagpool.12")
{
    eventlet_dagpool *pool = dag_new();

    CHECK_CODE(eventlet_dagpool_spawn(pool, "a", NULL, 0, post_own, pool), 0);
    CHECK_CODE(eventlet_dagpool_waitall(pool), 0);
    CHECK_STR(value_of(pool, "a"), "posted");
    CHECK_INT(eventlet_dagpool_running(pool), 0);
    eventlet_dagpool_free(pool);
}

/* ---- whole graphs ---- */

GREEN_TEST(dagpool, diamond, "dagpool.9")
{
    static const char *const bc[] = { "b", "c" };
    static const struct eventlet_dagpool_depends table[] = {
        { "e", letters + 3, 1 }, { "d", bc, 2 },   { "c", letters, 1 },
        { "b", letters, 1 },     { "a", NULL, 0 },
    };
    eventlet_dagpool *pool = dag_new();

    notes();
    CHECK_CODE(eventlet_dagpool_spawn_many(pool, table, 5, quiet, word("v")),
               0);
    CHECK_STR(running_keys(pool), "e d c b a");
    CHECK_CODE(eventlet_dagpool_waitall(pool), 0);
    CHECK_STR(known_keys(pool), "a c b d e");
    CHECK_INT(eventlet_dagpool_running(pool), 0);
    eventlet_dagpool_free(pool);
}

GREEN_TEST(dagpool, those_before_a_collision_stay, "dagpool.9")
{
    static const struct eventlet_dagpool_depends table[] = { { "b", NULL, 0 },
                                                             { "a", NULL, 0 },
                                                             { "c", NULL, 0 } };
    eventlet_dagpool *pool = dag_preloaded(1);

    CHECK_CODE(eventlet_dagpool_spawn_many(pool, table, 3, quiet, NULL),
               EVENTLET_COLLISION);
    CHECK_STR(running_keys(pool), "b");
    eventlet_dagpool_free(pool);
}

GREEN_TEST(dagpool, tells_who_runs_and_who_waits,
           "dagpool.28 dagpool.29 dagpool.30 dagpool.31")
{
    eventlet_dagpool *pool = dag_new();

    dag_spawn(pool, "d", letters, 3, "d1");
    dag_spawn(pool, "c", NULL, 0, "c1");
    dag_spawn(pool, "e", letters + 2, 1, "e1");
    CHECK_STR(known_keys(pool), "");
    CHECK_STR(running_keys(pool), "d c e");
    CHECK_INT(eventlet_dagpool_waiting(pool), 2);
    CHECK_STR(lacks(pool, NULL), "d e");
    CHECK_STR(lacks(pool, "d"), "a b c");
    CHECK_STR(lacks(pool, "c"), "");
    CHECK_CODE(eventlet_dagpool_waiting_for(pool, "a", NULL, 0), -ENOENT);
    dag_post(pool, "a", "a1"); /* d has not run yet */
    CHECK_STR(lacks(pool, "d"), "b c");
    CHECK_STR(lacks(pool, "a"), "");
    CHECK_CODE(eventlet_dagpool_waiting_for(pool, "z", NULL, 0), -ENOENT);
    let_others_run();
    let_others_run();
    CHECK_STR(running_keys(pool), "d");
    CHECK_STR(known_keys(pool), "a c e");
    CHECK_STR(lacks(pool, "d"), "b");
    dag_post(pool, "b", "b1");
    CHECK_INT(eventlet_dagpool_waiting(pool), 0);
    let_others_run();
    CHECK_STR(known_keys(pool), "a c e b d");
    CHECK_STR(running_keys(pool), "");
    CHECK_STR(lacks(pool, "d"), "");
    notes();
    eventlet_dagpool_free(pool);
}

TEST(dagpool, snapshots_fit_the_array, "dagpool.28")
{
    struct eventlet_dagpool_item items[3] = { { NULL, NULL } };
    const char *keys[3] = { NULL };
    eventlet_dagpool *pool = dag_preloaded(3);

    CHECK_INT(eventlet_dagpool_items(pool, items, 2), 3);
    CHECK_STR(items[1].key, "b");
    CHECK_STR(items[1].value, "b1");
    CHECK_PTR(items[2].key, NULL);
    CHECK_INT(eventlet_dagpool_keys(pool, keys, 2), 3);
    CHECK_STR(keys[1], "b");
    CHECK_PTR(keys[2], NULL);
    eventlet_dagpool_free(pool);
}
