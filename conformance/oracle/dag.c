/* SPDX-License-Identifier: MIT */
/* What the scenarios of dagpools share. */
#include "dag.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define AT_MOST 8

static const char *dag_code(long rc)
{
    switch (rc) {
    case EVENTLET_COLLISION:
        return "collision";
    case EVENTLET_PROPAGATED:
        return "propagated";
    case -ENOENT:
        return "unknown key";
    default:
        return code(rc);
    }
}

eventlet_dagpool *dag_new(void)
{
    eventlet_dagpool *pool;

    must(eventlet_dagpool_new(&pool));
    return pool;
}

void *boxed(intptr_t n)
{
    return (void *)n;
}

int unboxed(const void *value)
{
    return (int)(intptr_t)value;
}

int dag_post(eventlet_dagpool *pool, const char *key, int n, bool replace)
{
    return eventlet_dagpool_post(pool, key, boxed(n), replace);
}

void dag_tell(const char *who, int rc)
{
    say(who, "%s", dag_code(rc));
}

void dag_tell_getitem(const char *who, eventlet_dagpool *pool, const char *key)
{
    void *value = NULL;
    int rc = eventlet_dagpool_getitem(pool, &value, key);

    dag_tell(who, rc < 0 ? rc : unboxed(value));
}

void dag_tell_get(eventlet_dagpool *pool, const char *key, int otherwise)
{
    void *value = boxed(otherwise);
    int rc = eventlet_dagpool_get(pool, &value, key);

    dag_tell("main", rc < 0 && rc != -ENOENT ? rc : unboxed(value));
}

void dag_drain(const char *who, eventlet_dagpool_results *results)
{
    const char *key;
    void *value;
    int rc;

    while ((rc = eventlet_dagpool_next(results, &key, &value)) == 0)
        say(who, "%s %d", key, unboxed(value));
    dag_tell(who, rc);
}

eventlet_dagpool_results *dag_each(eventlet_dagpool *pool,
                                   const char *const *keys, size_t n)
{
    eventlet_dagpool_results *results;

    must(eventlet_dagpool_wait_each(pool, &results, keys, n));
    return results;
}

static int by_name(const void *one, const void *two)
{
    return strcmp(*(const char *const *)one, *(const char *const *)two);
}

static void tell_sorted(const char *what, const char **keys, size_t n)
{
    char text[64] = "";

    qsort(keys, n, sizeof *keys, by_name);
    for (size_t i = 0; i < n; i++) {
        strcat(text, " ");
        strcat(text, keys[i]);
    }
    say("pool", "%s%s", what, text);
}

void dag_tell_state(eventlet_dagpool *pool)
{
    const char *keys[AT_MOST];

    tell_sorted("has", keys, eventlet_dagpool_keys(pool, keys, AT_MOST));
    tell_sorted("runs", keys,
                eventlet_dagpool_running_keys(pool, keys, AT_MOST));
    say("pool", "running %zu waiting %zu", eventlet_dagpool_running(pool),
        eventlet_dagpool_waiting(pool));
}

void dag_tell_lacks(eventlet_dagpool *pool)
{
    const char *keys[AT_MOST];
    ssize_t n = eventlet_dagpool_waiting_for(pool, "x", keys, AT_MOST);

    tell_sorted("x lacks", keys, (size_t)must((int)n));
}
