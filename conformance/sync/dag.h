/* SPDX-License-Identifier: MIT */
/* Dagpools under test: values are words. */
#ifndef CONFORMANCE_SYNC_DAG_H
#define CONFORMANCE_SYNC_DAG_H

#include "check.h"
#include "eventlet.h"
#include "sync/notes.h"

#include <errno.h>
#include <stdint.h>

/* The letters as keys: letters(2) is { "a", "b" }. */
static const char *const letters[] = { "a", "b", "c", "d", "e", "f", "g" };

__attribute__((unused)) static eventlet_dagpool *dag_new(void)
{
    eventlet_dagpool *pool = NULL;

    CHECK_CODE(eventlet_dagpool_new(&pool), 0);
    return pool;
}

/* Its value is its key and a 1. */
__attribute__((unused)) static eventlet_dagpool *dag_preloaded(size_t n)
{
    static const struct eventlet_dagpool_item items[] = {
        { "a", (void *)(uintptr_t) "a1" },
        { "b", (void *)(uintptr_t) "b1" },
        { "c", (void *)(uintptr_t) "c1" },
    };
    eventlet_dagpool *pool = NULL;

    CHECK_CODE(eventlet_dagpool_new_preload(&pool, items, n), 0);
    return pool;
}

__attribute__((unused)) static void *word(const char *text)
{
    return (void *)(uintptr_t)text;
}

__attribute__((unused)) static void dag_post(eventlet_dagpool *pool,
                                             const char *key, const char *value)
{
    CHECK_CODE(eventlet_dagpool_post(pool, key, word(value), false), 0);
}

__attribute__((unused)) static void note_pair(const char *key,
                                              const char *value)
{
    char text[64];

    snprintf(text, sizeof text, "%s=%s", key, value ? value : "-");
    note(text);
}

/* Notes what comes out, up to the end or whatever else it is. */
__attribute__((unused)) static int dag_drain(eventlet_dagpool_results *results)
{
    const char *key;
    void *value;
    int rc;

    while ((rc = eventlet_dagpool_next(results, &key, &value)) == 0)
        note_pair(key, value);
    return rc;
}

/* ---- green threads of a dagpool ---- */

/* Notes its key, what it is given, its key again; its value is `arg`. */
__attribute__((unused)) static int collect(const char *key,
                                           eventlet_dagpool_results *results,
                                           void *arg, void **value)
{
    int rc;

    note(key);
    rc = dag_drain(results);
    if (rc != EVENTLET_END)
        return rc;
    note_pair(key, arg);
    *value = arg;
    return 0;
}

/* The same without a word. */
__attribute__((unused)) static int quiet(const char *key,
                                         eventlet_dagpool_results *results,
                                         void *arg, void **value)
{
    const char *from;
    void *got;
    int rc;

    (void)key;
    while ((rc = eventlet_dagpool_next(results, &from, &got)) == 0)
        ;
    *value = arg;
    return rc == EVENTLET_END ? 0 : rc;
}

/* Fails with the code that `arg` points to. */
__attribute__((unused)) static int fail_with(const char *key,
                                             eventlet_dagpool_results *results,
                                             void *arg, void **value)
{
    (void)key;
    (void)results;
    (void)value;
    return *(int *)arg;
}

/* Sleeps for a second, and notes how that ended. */
__attribute__((unused)) static int doze(const char *key,
                                        eventlet_dagpool_results *results,
                                        void *arg, void **value)
{
    int rc = eventlet_sleep(1);

    (void)results;
    note_pair(key, rc < 0 ? "thrown" : "slept");
    *value = arg;
    return rc;
}

__attribute__((unused)) static void dag_spawn(eventlet_dagpool *pool,
                                              const char *key,
                                              const char *const *depends,
                                              size_t n, const char *value)
{
    CHECK_CODE(
        eventlet_dagpool_spawn(pool, key, depends, n, collect, word(value)), 0);
}

/* ---- looking ---- */

__attribute__((unused)) static const char *joined(const char *const *keys,
                                                  size_t n)
{
    notes();
    for (size_t i = 0; i < n; i++)
        note(keys[i]);
    return notes();
}

__attribute__((unused)) static const char *known_keys(eventlet_dagpool *pool)
{
    const char *keys[8] = { NULL };

    return joined(keys, eventlet_dagpool_keys(pool, keys, 8));
}

__attribute__((unused)) static const char *running_keys(eventlet_dagpool *pool)
{
    const char *keys[8] = { NULL };
    size_t n = eventlet_dagpool_running_keys(pool, keys, 8);

    CHECK_INT(eventlet_dagpool_running(pool), n);
    return joined(keys, n);
}

__attribute__((unused)) static const char *lacks(eventlet_dagpool *pool,
                                                 const char *key)
{
    const char *keys[8] = { NULL };
    ssize_t n = eventlet_dagpool_waiting_for(pool, key, keys, 8);

    return CHECK_OK(n) ? joined(keys, (size_t)n) : "?";
}

__attribute__((unused)) static const char *value_of(eventlet_dagpool *pool,
                                                    const char *key)
{
    void *value = word("none");
    int rc = eventlet_dagpool_get(pool, &value, key);

    return rc == EVENTLET_PROPAGATED ? "failed" : value;
}

__attribute__((unused)) static const char *error_of(eventlet_dagpool *pool,
                                                    const char *key)
{
    static char text[128];
    const struct eventlet_dagpool_error *error =
        eventlet_dagpool_error(pool, key);

    if (!error)
        return "none";
    eventlet_dagpool_error_str(error, text, sizeof text);
    return text;
}

__attribute__((unused)) static long dagpools_alive(void)
{
    struct eventlet_live live;

    eventlet_live(&live);
    return live.dagpools;
}

/* ---- those who wait from outside ---- */

struct asker {
    eventlet_dagpool *pool;
    const char *key;
    void *value;
    int rc;
};

__attribute__((unused)) static int ask(void *arg)
{
    struct asker *a = arg;

    a->rc = eventlet_dagpool_getitem(a->pool, &a->value, a->key);
    return a->rc;
}

/* A green thread, waiting by now. */
__attribute__((unused)) static eventlet_greenthread *waiting(eventlet_fn *fn,
                                                             void *arg)
{
    eventlet_greenthread *gt = NULL;

    CHECK_CODE(eventlet_spawn(&gt, fn, arg), 0);
    let_others_run();
    return gt;
}

/* To the end: 0. */
__attribute__((unused)) static int drain_results(void *results)
{
    int rc = dag_drain(results);

    return rc == EVENTLET_END ? 0 : rc;
}

#endif
