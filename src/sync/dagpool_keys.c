/* SPDX-License-Identifier: MIT */
/* The dagpool's table of keys, and how one gets its value.
 *
 * Chained buckets, at most as many keys as buckets: looking up costs O(1). When
 * there is no memory for more buckets the chains get longer, no more. glibc's
 * tsearch would do, but it asks malloc, not the program's allocator. */
#include "sync/dagpool.h"

#include <string.h>

#include "base/mem.h"

/* FNV-1a. */
static uint32_t hash_of(const char *text)
{
    uint32_t hash = 2166136261u;

    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 16777619u;
    return hash;
}

static struct eventlet__dag_key **bucket_of(const eventlet_dagpool *pool,
                                            uint32_t hash)
{
    return &pool->buckets[hash & (pool->bucket_count - 1)];
}

static struct eventlet__dag_key *find(const eventlet_dagpool *pool,
                                      const char *text, uint32_t hash)
{
    struct eventlet__dag_key *key = *bucket_of(pool, hash);

    while (key && (key->hash != hash || strcmp(key->text, text) != 0))
        key = key->next;
    return key;
}

struct eventlet__dag_key *eventlet__dag_find(const eventlet_dagpool *pool,
                                             const char *text)
{
    return find(pool, text, hash_of(text));
}

static void put(eventlet_dagpool *pool, struct eventlet__dag_key *key)
{
    struct eventlet__dag_key **bucket = bucket_of(pool, key->hash);

    key->next = *bucket;
    *bucket = key;
}

static void free_buckets(const eventlet_dagpool *pool,
                         struct eventlet__dag_key **buckets)
{
    if (buckets != pool->first_buckets)
        eventlet__free(buckets);
}

/* Goes without if there is no memory. */
static void grow(eventlet_dagpool *pool)
{
    struct eventlet__dag_key **old = pool->buckets;
    size_t n = pool->bucket_count;
    struct eventlet__dag_key **made = eventlet__alloc(2 * n * sizeof *made);

    if (!made)
        return;
    pool->buckets = made;
    pool->bucket_count = 2 * n;
    for (size_t i = 0; i < n; i++)
        for (struct eventlet__dag_key *key = old[i], *next; key; key = next) {
            next = key->next;
            put(pool, key);
        }
    free_buckets(pool, old);
}

static struct eventlet__dag_key *make(eventlet_dagpool *pool, const char *text,
                                      uint32_t hash)
{
    size_t size = strlen(text) + 1;
    struct eventlet__dag_key *key = eventlet__alloc(sizeof *key + size);

    if (!key)
        return NULL;
    memcpy(key->text, text, size);
    key->hash = hash;
    eventlet__node_init(&key->node);
    eventlet__list_init(&key->tickets);
    if (pool->key_count == pool->bucket_count)
        grow(pool);
    put(pool, key);
    pool->key_count++;
    return key;
}

struct eventlet__dag_key *eventlet__dag_hold(eventlet_dagpool *pool,
                                             const char *text)
{
    uint32_t hash = hash_of(text);
    struct eventlet__dag_key *key = find(pool, text, hash);

    if (!key)
        key = make(pool, text, hash);
    if (key)
        key->refs++;
    return key;
}

void eventlet__dag_let_go(eventlet_dagpool *pool, struct eventlet__dag_key *key)
{
    struct eventlet__dag_key **at = bucket_of(pool, key->hash);

    if (--key->refs > 0 || key->state != EVENTLET__DAG_NONE)
        return;
    while (*at != key)
        at = &(*at)->next;
    *at = key->next;
    pool->key_count--;
    eventlet__free(key);
}

void eventlet__dag_free_keys(eventlet_dagpool *pool)
{
    for (size_t i = 0; i < pool->bucket_count; i++)
        for (struct eventlet__dag_key *key = pool->buckets[i], *next; key;
             key = next) {
            next = key->next;
            eventlet__free(key);
        }
    free_buckets(pool, pool->buckets);
}

/* ---- values ---- */

static void hand_out(struct eventlet__dag_key *key)
{
    struct eventlet__node *n;

    while ((n = eventlet__list_pop(&key->tickets)) != NULL) {
        struct eventlet__dag_ticket *ticket =
            EVENTLET__CONTAINER(n, struct eventlet__dag_ticket, node);
        eventlet_dagpool_results *rs = ticket->owner;

        rs->missing--;
        eventlet__list_append(&rs->ready, n);
        eventlet__wake_all(&rs->readers);
    }
}

static void set(eventlet_dagpool *pool, struct eventlet__dag_key *key,
                enum eventlet__dag_state state)
{
    if (key->state == EVENTLET__DAG_NONE)
        eventlet__list_append(&pool->values, &key->node);
    key->state = state;
    hand_out(key);
}

void eventlet__dag_set_value(eventlet_dagpool *pool,
                             struct eventlet__dag_key *key, void *value)
{
    key->value = value;
    set(pool, key, EVENTLET__DAG_VALUE);
}

void eventlet__dag_set_error(eventlet_dagpool *pool,
                             struct eventlet__dag_key *key, int code,
                             const struct eventlet_dagpool_error *cause)
{
    key->error = (struct eventlet_dagpool_error){ key->text, code, cause };
    set(pool, key, EVENTLET__DAG_FAILED);
}
