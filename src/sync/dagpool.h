/* SPDX-License-Identifier: MIT */
/* What the files of the dagpool share.
 *
 * A key is in the table while it has a value, runs, or is waited for. Who waits
 * for keys has a ticket for each: it hangs at its key until that has a value,
 * then in the order of arrival at its owner, until it is taken. A ticket says
 * only that there is a value, which then is there for good: so whoever is
 * thrown at has lost nothing, and a post touches only those whom it concerns.
 *
 * The pool goes with its last user: its owner, each green thread of its own,
 * each results that somebody holds or waits in. */
#ifndef EVENTLET_SYNC_DAGPOOL_H
#define EVENTLET_SYNC_DAGPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"
#include "core/greenthread.h"
#include "eventlet/dagpool.h"

enum eventlet__dag_state {
    EVENTLET__DAG_NONE,
    EVENTLET__DAG_VALUE,
    EVENTLET__DAG_FAILED
};

struct eventlet__dag_key {
    struct eventlet__dag_key *next;      /* in its bucket */
    struct eventlet__node node;          /* in pool->values */
    struct eventlet__list tickets;       /* of those who wait for it */
    struct eventlet__dag_member *member; /* who runs as it, or NULL */
    enum eventlet__dag_state state;
    void *value;
    struct eventlet_dagpool_error error; /* here, so that failing cannot fail */
    size_t refs;                         /* tickets and members */
    size_t stamp;                        /* of who asked for it last */
    uint32_t hash;
    char text[];
};

struct eventlet__dag_ticket {
    struct eventlet__node node; /* at the key, then in results->ready */
    struct eventlet__dag_key *key;
    eventlet_dagpool_results *owner;
};

enum eventlet__dag_filter {
    EVENTLET__DAG_ALL,
    EVENTLET__DAG_GOOD,
    EVENTLET__DAG_BAD
};

struct eventlet_dagpool_results {
    struct eventlet__node node; /* in pool->results */
    eventlet_dagpool *pool;
    struct eventlet__dag_ticket *tickets;
    size_t count;
    size_t missing;              /* of them, those that hang at their keys */
    struct eventlet__list ready; /* the value is there, not taken yet */
    struct eventlet__waitq readers;
    enum eventlet__dag_filter filter;
    size_t users; /* its owner, and who is inside a call */
    bool closed;
};

/* A green thread of the pool. */
struct eventlet__dag_member {
    struct eventlet__node node; /* in pool->members, or in pool->forgotten */
    eventlet_dagpool *pool;
    struct eventlet__dag_key *key;
    eventlet_greenthread *gt;
    struct eventlet__local end; /* in its locals */
    eventlet_dagpool_results *results;
    eventlet_dagpool_fn *fn;
    void *arg;
    const struct eventlet_dagpool_error *told; /* the last that it was told */
    bool forgotten;
};

#define EVENTLET__DAG_BUCKETS 16 /* to start with */

struct eventlet_dagpool {
    struct eventlet__dag_key **buckets;
    struct eventlet__dag_key *first_buckets[EVENTLET__DAG_BUCKETS];
    size_t bucket_count; /* a power of two */
    size_t key_count;
    struct eventlet__list values;    /* keys that have one, oldest first */
    struct eventlet__list members;   /* in the order of spawning */
    struct eventlet__list forgotten; /* killed, and not at their end yet */
    struct eventlet__list results;   /* all of them */
    size_t stamp;
    size_t users;
    bool closed; /* its owner has freed it */
};

#define EVENTLET__DAG_KEY(node_)                                               \
    EVENTLET__CONTAINER(node_, struct eventlet__dag_key, node)
#define EVENTLET__DAG_MEMBER(node_)                                            \
    EVENTLET__CONTAINER(node_, struct eventlet__dag_member, node)
#define EVENTLET__DAG_RESULTS(node_)                                           \
    EVENTLET__CONTAINER(node_, eventlet_dagpool_results, node)

/* ---- dagpool_keys.c: the table ---- */

/* NULL if the table does not have it. */
struct eventlet__dag_key *eventlet__dag_find(const eventlet_dagpool *pool,
                                             const char *text);

/* Finds or makes one, and holds it. NULL when out of memory. */
struct eventlet__dag_key *eventlet__dag_hold(eventlet_dagpool *pool,
                                             const char *text);
void eventlet__dag_let_go(eventlet_dagpool *pool,
                          struct eventlet__dag_key *key);

/* It has a value, or an error, from now on; wakes who waits for it. Not to be
 * called for one in use. Never switches, cannot fail. */
void eventlet__dag_set_value(eventlet_dagpool *pool,
                             struct eventlet__dag_key *key, void *value);
void eventlet__dag_set_error(eventlet_dagpool *pool,
                             struct eventlet__dag_key *key, int code,
                             const struct eventlet_dagpool_error *cause);

void eventlet__dag_free_keys(eventlet_dagpool *pool);

/* ---- dagpool_wait.c: results ---- */

/* On the heap; a user of the pool. `keys` NULL: all that are known. */
int eventlet__dag_results_new(eventlet_dagpool *pool,
                              eventlet_dagpool_results **results,
                              const char *const *keys, size_t n);

/* Gives back the value of a key that has one; or EVENTLET_PROPAGATED, which the
 * caller's own key passes on if it fails with it. */
int eventlet__dag_value(eventlet_dagpool *pool,
                        const struct eventlet__dag_key *key, void **value);

/* ---- dagpool.c: its end ---- */

/* One user less; the pool may be gone afterwards. */
void eventlet__dag_leave(eventlet_dagpool *pool);

#endif
