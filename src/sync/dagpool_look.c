/* SPDX-License-Identifier: MIT */
/* Looking at a dagpool: nothing here waits or changes anything. */
#include <errno.h>
#include <stdio.h>

#include "sync/dagpool.h"

/* The head of a loop over a list that is only looked at. */
#define EACH(n, list)                                                          \
    const struct eventlet__node *n = (list)->head.next;                        \
    n != &(list)->head;                                                        \
    n = n->next

static const struct eventlet__dag_key *key_at(const struct eventlet__node *n)
{
    return EVENTLET__CONTAINER_CONST(n, struct eventlet__dag_key, node);
}

static const struct eventlet__dag_member *member_at(
    const struct eventlet__node *n)
{
    return EVENTLET__CONTAINER_CONST(n, struct eventlet__dag_member, node);
}

static bool has_value(const struct eventlet__dag_key *key)
{
    return key->state != EVENTLET__DAG_NONE;
}

static const struct eventlet__dag_key *find_valued(const eventlet_dagpool *pool,
                                                   const char *key)
{
    const struct eventlet__dag_key *found = eventlet__dag_find(pool, key);

    return found && has_value(found) ? found : NULL;
}

int eventlet_dagpool_get(eventlet_dagpool *pool, void **value, const char *key)
{
    const struct eventlet__dag_key *found = find_valued(pool, key);

    return found ? eventlet__dag_value(pool, found, value) : -ENOENT;
}

/* ---- errors ---- */

static const struct eventlet_dagpool_error *first_error(
    const eventlet_dagpool *pool)
{
    for (EACH(n, &pool->values))
        if (key_at(n)->state == EVENTLET__DAG_FAILED)
            return &key_at(n)->error;
    return NULL;
}

const struct eventlet_dagpool_error *eventlet_dagpool_error(
    const eventlet_dagpool *pool, const char *key)
{
    const struct eventlet__dag_key *found;

    if (!key)
        return first_error(pool);
    found = eventlet__dag_find(pool, key);
    return found && found->state == EVENTLET__DAG_FAILED ? &found->error : NULL;
}

/* As snprintf behind the first `used` characters. */
static int append(char *buf, size_t size, int used, const char *key,
                  const char *text)
{
    size_t at = (size_t)used < size ? (size_t)used : size;

    return used + snprintf(size > 0 ? buf + at : NULL, size - at,
                           "PropagateError(%s): %s", key, text);
}

int eventlet_dagpool_error_str(const struct eventlet_dagpool_error *error,
                               char *buf, size_t size)
{
    int used = 0;

    for (; error->cause; error = error->cause)
        used = append(buf, size, used, error->key, "");
    return append(buf, size, used, error->key, eventlet_strerror(error->code));
}

/* ---- snapshots ---- */

size_t eventlet_dagpool_keys(const eventlet_dagpool *pool, const char **keys,
                             size_t max)
{
    size_t count = 0;

    for (EACH(n, &pool->values)) {
        if (count < max)
            keys[count] = key_at(n)->text;
        count++;
    }
    return count;
}

ssize_t eventlet_dagpool_items(const eventlet_dagpool *pool,
                               struct eventlet_dagpool_item *items, size_t max)
{
    size_t count = 0;

    if (first_error(pool))
        return EVENTLET_PROPAGATED;
    for (EACH(n, &pool->values)) {
        if (count < max)
            items[count] = (struct eventlet_dagpool_item){ key_at(n)->text,
                                                           key_at(n)->value };
        count++;
    }
    return (ssize_t)count;
}

static size_t list_members(const eventlet_dagpool *pool, const char **keys,
                           size_t max, bool waiting_only)
{
    size_t count = 0;

    for (EACH(n, &pool->members)) {
        if (waiting_only && member_at(n)->results->missing == 0)
            continue;
        if (count < max)
            keys[count] = member_at(n)->key->text;
        count++;
    }
    return count;
}

size_t eventlet_dagpool_running(const eventlet_dagpool *pool)
{
    return list_members(pool, NULL, 0, false);
}

size_t eventlet_dagpool_running_keys(const eventlet_dagpool *pool,
                                     const char **keys, size_t max)
{
    return list_members(pool, keys, max, false);
}

size_t eventlet_dagpool_waiting(const eventlet_dagpool *pool)
{
    return list_members(pool, NULL, 0, true);
}

static size_t list_missing(const eventlet_dagpool_results *rs,
                           const char **keys, size_t max)
{
    size_t count = 0;

    for (size_t i = 0; i < rs->count; i++) {
        if (has_value(rs->tickets[i].key))
            continue;
        if (count < max)
            keys[count] = rs->tickets[i].key->text;
        count++;
    }
    return count;
}

ssize_t eventlet_dagpool_waiting_for(const eventlet_dagpool *pool,
                                     const char *key, const char **keys,
                                     size_t max)
{
    const struct eventlet__dag_key *found;

    if (!key)
        return (ssize_t)list_members(pool, keys, max, true);
    found = eventlet__dag_find(pool, key);
    if (found && found->member)
        return (ssize_t)list_missing(found->member->results, keys, max);
    return found && has_value(found) ? 0 : -ENOENT;
}
