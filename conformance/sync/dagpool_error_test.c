/* SPDX-License-Identifier: MIT */
/* Dagpools: what fails, and who hears of it. */
#include "check.h"
#include "sync/dag.h"

static int broken = EVENTLET_USER(7);
static int killed = EVENTLET_EXIT;

static void spawn_failing(eventlet_dagpool *pool, const char *key, int *code)
{
    CHECK_CODE(eventlet_dagpool_spawn(pool, key, NULL, 0, fail_with, code), 0);
}

GREEN_TEST(dagpool, waitall_tells_of_a_failure,
           "dagpool.7 dagpool.18 dagpool.22 dagpool.23")
{
    eventlet_dagpool *pool = dag_new();
    const struct eventlet_dagpool_error *error;

    catch_log();
    CHECK_PTR(eventlet_dagpool_error(pool, NULL), NULL);
    CHECK_PTR(eventlet_dagpool_error(pool, "a"), NULL);
    spawn_failing(pool, "a", &broken);
    CHECK_CODE(eventlet_dagpool_waitall(pool), EVENTLET_PROPAGATED);
    error = eventlet_dagpool_error(pool, NULL);
    REQUIRE(error);
    CHECK_STR(error->key, "a");
    CHECK_CODE(error->code, EVENTLET_USER(7));
    CHECK_PTR(error->cause, NULL);
    CHECK_PTR(eventlet_dagpool_error(pool, "a"), error);
    CHECK_STR(error_of(pool, "a"), "PropagateError(a): user error 7");
    CHECK_INT(logged_lines, 0);
    release_log();
    eventlet_dagpool_free(pool);
}

GREEN_TEST(dagpool, failure_goes_through_dependents,
           "dagpool.6 dagpool.22 dagpool.23")
{
    eventlet_dagpool *pool = dag_new();
    const struct eventlet_dagpool_error *error;

    notes();
    dag_spawn(pool, "c", letters + 1, 1, "c1");
    dag_spawn(pool, "b", letters, 1, "b1");
    spawn_failing(pool, "a", &killed);
    CHECK_CODE(eventlet_dagpool_wait(pool, NULL, letters + 2, 1),
               EVENTLET_PROPAGATED);
    CHECK_STR(notes(), "c b");
    error = eventlet_dagpool_error(pool, "c");
    REQUIRE(error && error->cause && error->cause->cause);
    CHECK_CODE(error->code, EVENTLET_PROPAGATED);
    CHECK_STR(error->cause->key, "b");
    CHECK_STR(error->cause->cause->key, "a");
    CHECK_CODE(error->cause->cause->code, EVENTLET_EXIT);
    CHECK_STR(error_of(pool, "c"),
              "PropagateError(c): PropagateError(b): PropagateError(a): "
              "killed");
    eventlet_dagpool_free(pool);
}

static int get_it(const char *key, eventlet_dagpool_results *results, void *arg,
                  void **value)
{
    (void)key;
    (void)results;
    return eventlet_dagpool_getitem(arg, value, "a");
}

static int end_of_another(const char *key, eventlet_dagpool_results *results,
                          void *arg, void **value)
{
    (void)key;
    (void)results;
    (void)arg;
    (void)value;
    return EVENTLET_PROPAGATED;
}

static int fail_otherwise(const char *key, eventlet_dagpool_results *results,
                          void *arg, void **value)
{
    CHECK_CODE(quiet(key, results, arg, value), EVENTLET_PROPAGATED);
    return -EIO;
}

GREEN_TEST(dagpool, error_of_its_own_has_no_cause, "dagpool.7 dagpool.22")
{
    eventlet_dagpool *pool = dag_new();

    spawn_failing(pool, "a", &broken);
    CHECK_CODE(
        eventlet_dagpool_spawn(pool, "b", letters, 1, fail_otherwise, NULL), 0);
    CHECK_CODE(eventlet_dagpool_waitall(pool), EVENTLET_PROPAGATED);
    let_others_run();
    REQUIRE(eventlet_dagpool_error(pool, "b"));
    CHECK_CODE(eventlet_dagpool_error(pool, "b")->code, -EIO);
    CHECK_PTR(eventlet_dagpool_error(pool, "b")->cause, NULL);
    eventlet_dagpool_free(pool);
}

GREEN_TEST(dagpool, cause_is_what_one_was_told_itself, "dagpool.22")
{
    eventlet_dagpool *pool = dag_new();

    spawn_failing(pool, "a", &broken);
    CHECK_CODE(eventlet_dagpool_spawn(pool, "b", NULL, 0, get_it, pool), 0);
    CHECK_CODE(
        eventlet_dagpool_spawn(pool, "c", letters, 1, end_of_another, NULL), 0);
    CHECK_CODE(eventlet_dagpool_waitall(pool), EVENTLET_PROPAGATED);
    let_others_run();
    CHECK_STR(error_of(pool, "b"),
              "PropagateError(b): PropagateError(a): user error 7");
    CHECK_STR(error_of(pool, "c"),
              "PropagateError(c): what it depends on failed");
    eventlet_dagpool_free(pool);
}

TEST(dagpool, text_of_an_error_is_cut_to_fit, "dagpool.23")
{
    const struct eventlet_dagpool_error inner = { "b", EVENTLET_EXIT, NULL };
    const struct eventlet_dagpool_error outer = { "a", EVENTLET_PROPAGATED,
                                                  &inner };
    const char *whole = "PropagateError(a): PropagateError(b): killed";
    char buf[64];

    CHECK_INT(eventlet_dagpool_error_str(&outer, NULL, 0), strlen(whole));
    for (size_t size = 1; size < sizeof buf; size++) {
        memset(buf, 'x', sizeof buf);
        CHECK_INT(eventlet_dagpool_error_str(&outer, buf, size), strlen(whole));
        CHECK_INT(strlen(buf), size > strlen(whole) ? strlen(whole) : size - 1);
        CHECK(memcmp(buf, whole, strlen(buf)) == 0);
        CHECK(size == sizeof buf - 1 || buf[size] == 'x');
    }
}

GREEN_TEST(dagpool, wait_each_goes_on_after_an_error, "dagpool.6 dagpool.20")
{
    eventlet_dagpool *pool = dag_new();

    for (int all = 0; all < 2; all++) {
        eventlet_dagpool_results *results = NULL;
        const char *key = NULL;
        void *value = word("old");

        if (all == 0) {
            spawn_failing(pool, "a", &broken);
            dag_spawn(pool, "b", NULL, 0, "b1");
        }
        CHECK_CODE(
            eventlet_dagpool_wait_each(pool, &results, all ? NULL : letters, 2),
            0);
        CHECK_CODE(eventlet_dagpool_next(results, &key, &value),
                   EVENTLET_PROPAGATED);
        CHECK_STR(key, "a");
        CHECK_STR(value, "old");
        CHECK_CODE(eventlet_dagpool_next(results, &key, &value), 0);
        CHECK_STR(key, "b");
        CHECK_CODE(eventlet_dagpool_next(results, &key, &value), EVENTLET_END);
        eventlet_dagpool_results_free(results);
    }
    notes();
    eventlet_dagpool_free(pool);
}

static int wait_for_a_and_b(void *pool)
{
    return eventlet_dagpool_wait(pool, NULL, letters, 2);
}

GREEN_TEST(dagpool, wait_ends_with_the_first_error, "dagpool.18")
{
    eventlet_dagpool *pool = dag_new();
    eventlet_greenthread *gt = waiting(wait_for_a_and_b, pool);
    void *values[2] = { NULL };

    CHECK_CODE(eventlet_dagpool_post_error(pool, "b", -EIO, false), 0);
    catch_log();
    CHECK_CODE(eventlet_wait(gt), EVENTLET_PROPAGATED); /* no a yet */
    release_log();
    dag_post(pool, "a", "a1");
    CHECK_CODE(eventlet_dagpool_wait(pool, values, letters, 2),
               EVENTLET_PROPAGATED);
    CHECK_PTR(values[0], NULL);
    eventlet_release(gt);
    eventlet_dagpool_free(pool);
}

GREEN_TEST(dagpool, posted_error_is_told_by_all, "dagpool.13 dagpool.19")
{
    struct eventlet_dagpool_item items[2];
    eventlet_dagpool *pool = dag_preloaded(1);
    void *value = word("old");

    CHECK_CODE(eventlet_dagpool_post_error(pool, "b", 0, false), -EINVAL);
    CHECK_CODE(eventlet_dagpool_post_error(pool, "b", 1, false), -EINVAL);
    CHECK_INT(eventlet_dagpool_items(pool, items, 2), 1);
    CHECK_CODE(eventlet_dagpool_post_error(pool, "b", -EIO, false), 0);
    CHECK_CODE(eventlet_dagpool_get(pool, &value, "b"), EVENTLET_PROPAGATED);
    CHECK_CODE(eventlet_dagpool_getitem(pool, &value, "b"),
               EVENTLET_PROPAGATED);
    CHECK_CODE(eventlet_dagpool_items(pool, items, 2), EVENTLET_PROPAGATED);
    CHECK_CODE(eventlet_dagpool_waitall(pool), EVENTLET_PROPAGATED);
    CHECK_STR(value, "old");
    CHECK_STR(known_keys(pool), "a b");
    CHECK_STR(lacks(pool, "b"), "");
    CHECK_CODE(eventlet_dagpool_post(pool, "b", word("b1"), true), 0);
    CHECK_CODE(eventlet_dagpool_waitall(pool), 0);
    CHECK_PTR(eventlet_dagpool_error(pool, NULL), NULL);
    eventlet_dagpool_free(pool);
}

GREEN_TEST(dagpool, good_and_bad_come_apart, "dagpool.21")
{
    const struct eventlet_dagpool_error *error;
    eventlet_dagpool_results *good = NULL, *bad = NULL;
    eventlet_dagpool *pool = dag_preloaded(1);
    eventlet_greenthread *gt;
    const char *key = NULL;
    void *value = NULL;

    notes();
    CHECK_CODE(eventlet_dagpool_wait_each_success(pool, &good, letters, 3), 0);
    CHECK_CODE(eventlet_dagpool_wait_each_exception(pool, &bad, letters, 3), 0);
    gt = waiting(drain_results, good);
    CHECK_CODE(eventlet_dagpool_post_error(pool, "b", -EIO, false), 0);
    let_others_run();
    CHECK(!eventlet_dead(gt)); /* c has not come yet */
    dag_post(pool, "c", "c1");
    CHECK_CODE(eventlet_wait(gt), 0);
    CHECK_STR(notes(), "a=a1 c=c1");
    CHECK_CODE(eventlet_dagpool_next(bad, &key, &value), 0);
    error = value;
    CHECK_STR(error->key, "b");
    CHECK_CODE(error->code, -EIO);
    CHECK_CODE(eventlet_dagpool_next(bad, &key, &value), EVENTLET_END);
    eventlet_release(gt);
    eventlet_dagpool_results_free(good);
    eventlet_dagpool_results_free(bad);
    eventlet_dagpool_free(pool);
}
