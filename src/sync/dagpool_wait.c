/* SPDX-License-Identifier: MIT */
/* Waiting for values of a dagpool. */
#include <errno.h>

#include "base/mem.h"
#include "sync/dagpool.h"

static void results_init(eventlet_dagpool_results *rs, eventlet_dagpool *pool,
                         struct eventlet__dag_ticket *tickets)
{
    *rs = (eventlet_dagpool_results){ .pool = pool, .tickets = tickets };
    rs->users = 1;
    eventlet__list_init(&rs->ready);
    eventlet__waitq_init(&rs->readers);
    eventlet__list_append(&pool->results, &rs->node);
    pool->users++;
    pool->stamp++;
}

/* What it waits for no longer concerns it; the pool may be gone then. */
static void results_deinit(eventlet_dagpool_results *rs)
{
    for (size_t i = 0; i < rs->count; i++) {
        eventlet__unlink(&rs->tickets[i].node);
        eventlet__dag_let_go(rs->pool, rs->tickets[i].key);
    }
    eventlet__unlink(&rs->node);
    eventlet__dag_leave(rs->pool);
}

/* ---- asking for keys ---- */

/* Takes over the caller's hold of the key. */
static void add_held(eventlet_dagpool_results *rs,
                     struct eventlet__dag_key *key)
{
    struct eventlet__dag_ticket *ticket = &rs->tickets[rs->count++];

    key->stamp = rs->pool->stamp;
    ticket->key = key;
    ticket->owner = rs;
    eventlet__node_init(&ticket->node);
    if (key->state != EVENTLET__DAG_NONE) {
        eventlet__list_append(&rs->ready, &ticket->node);
        return;
    }
    eventlet__list_append(&key->tickets, &ticket->node);
    rs->missing++;
}

static int add(eventlet_dagpool_results *rs, const char *text)
{
    struct eventlet__dag_key *key = eventlet__dag_hold(rs->pool, text);

    if (!key)
        return -ENOMEM;
    if (key->stamp == rs->pool->stamp)
        eventlet__dag_let_go(rs->pool, key); /* named twice */
    else
        add_held(rs, key);
    return 0;
}

static void add_known(eventlet_dagpool_results *rs,
                      struct eventlet__dag_key *key)
{
    key->refs++;
    add_held(rs, key);
}

/* A key that runs may have a value already. */
static void add_all(eventlet_dagpool_results *rs)
{
    struct eventlet__list *l = &rs->pool->values;

    for (struct eventlet__node *n = l->head.next; n != &l->head; n = n->next)
        add_known(rs, EVENTLET__DAG_KEY(n));
    l = &rs->pool->members;
    for (struct eventlet__node *n = l->head.next; n != &l->head; n = n->next)
        if (EVENTLET__DAG_MEMBER(n)->key->state == EVENTLET__DAG_NONE)
            add_known(rs, EVENTLET__DAG_MEMBER(n)->key);
}

static size_t count_known(const eventlet_dagpool *pool)
{
    return eventlet_dagpool_keys(pool, NULL, 0) +
           eventlet_dagpool_running(pool);
}

static int add_keys(eventlet_dagpool_results *rs, const char *const *keys,
                    size_t n)
{
    int rc = 0;

    if (!keys)
        add_all(rs);
    for (size_t i = 0; rc == 0 && keys && i < n; i++)
        rc = add(rs, keys[i]);
    return rc;
}

int eventlet__dag_results_new(eventlet_dagpool *pool,
                              eventlet_dagpool_results **results,
                              const char *const *keys, size_t n)
{
    size_t count = keys ? n : count_known(pool);
    struct eventlet__dag_ticket *tickets;
    eventlet_dagpool_results *rs;
    int rc;

    if (pool->closed)
        return EVENTLET_CLOSED;
    if (count > (SIZE_MAX - sizeof *rs) / sizeof *tickets)
        return -ENOMEM;
    rs = eventlet__alloc(sizeof *rs + count * sizeof *tickets);
    if (!rs)
        return -ENOMEM;
    results_init(rs, pool, (struct eventlet__dag_ticket *)(void *)(rs + 1));
    rc = add_keys(rs, keys, n);
    if (rc < 0) {
        eventlet_dagpool_results_free(rs);
        return rc;
    }
    *results = rs;
    return 0;
}

static int wait_each(eventlet_dagpool *pool, eventlet_dagpool_results **results,
                     const char *const *keys, size_t n,
                     enum eventlet__dag_filter filter)
{
    int rc = eventlet__dag_results_new(pool, results, keys, n);

    if (rc == 0)
        (*results)->filter = filter;
    return rc;
}

/* ---- taking ---- */

/* Told of an error, a green thread of the pool may fail with it in turn.
 * Linear, but only where something failed. */
static void tell(eventlet_dagpool *pool,
                 const struct eventlet_dagpool_error *error)
{
    const eventlet_greenthread *self = eventlet__self();
    struct eventlet__list *l = &pool->members;

    if (!self)
        return;
    for (struct eventlet__node *n = l->head.next; n != &l->head; n = n->next)
        if (EVENTLET__DAG_MEMBER(n)->gt == self)
            EVENTLET__DAG_MEMBER(n)->told = error;
}

int eventlet__dag_value(eventlet_dagpool *pool,
                        const struct eventlet__dag_key *key, void **value)
{
    if (key->state == EVENTLET__DAG_FAILED) {
        tell(pool, &key->error);
        return EVENTLET_PROPAGATED;
    }
    *value = key->value;
    return 0;
}

static bool is_wanted(const eventlet_dagpool_results *rs,
                      const struct eventlet__dag_key *key)
{
    return rs->filter == EVENTLET__DAG_ALL ||
           (rs->filter == EVENTLET__DAG_BAD) ==
               (key->state == EVENTLET__DAG_FAILED);
}

/* The first of those that are there, and wanted; NULL if there is none. */
static struct eventlet__dag_key *take(eventlet_dagpool_results *rs)
{
    struct eventlet__node *n;

    while ((n = eventlet__list_pop(&rs->ready)) != NULL) {
        struct eventlet__dag_key *key =
            EVENTLET__CONTAINER(n, struct eventlet__dag_ticket, node)->key;

        if (is_wanted(rs, key))
            return key;
    }
    return NULL;
}

static int deliver(eventlet_dagpool_results *rs, struct eventlet__dag_key *key,
                   const char **text, void **value)
{
    *text = key->text;
    if (rs->filter != EVENTLET__DAG_BAD)
        return eventlet__dag_value(rs->pool, key, value);
    *value = &key->error;
    return 0;
}

static bool is_closed(const eventlet_dagpool_results *rs)
{
    return rs->closed || rs->pool->closed;
}

/* All readers are woken and look again: so if one of them is thrown at, it has
 * nobody to wake in its place. */
static int next(eventlet_dagpool_results *rs, const char **text, void **value)
{
    struct eventlet__dag_key *key;
    int rc;

    while (!is_closed(rs)) {
        key = take(rs);
        if (key)
            return deliver(rs, key, text, value);
        if (rs->missing == 0)
            return EVENTLET_END;
        rc = eventlet__wait_on(&rs->readers);
        if (rc < 0)
            return rc;
    }
    return EVENTLET_CLOSED;
}

static void leave(eventlet_dagpool_results *rs)
{
    if (--rs->users > 0)
        return;
    results_deinit(rs);
    eventlet__free(rs);
}

/* A call that waits with results of one of three kinds. */
struct waiting {
    struct eventlet__stay stay;
    eventlet_dagpool_results *rs;
};

static eventlet_dagpool_results *results_of(struct eventlet__stay *stay)
{
    return EVENTLET__CONTAINER(stay, struct waiting, stay)->rs;
}

static void user_vanished(struct eventlet__keeper *keeper,
                          struct eventlet__stay *stay)
{
    (void)keeper;
    leave(results_of(stay));
}

static struct eventlet__keeper users = { user_vanished };

int eventlet_dagpool_next(eventlet_dagpool_results *results, const char **key,
                          void **value)
{
    struct waiting me = { .rs = results };
    eventlet_greenthread *self = eventlet__stay_begins(&me.stay, &users);
    int rc;

    results->users++;
    rc = next(results, key, value);
    eventlet__stay_ended(self, &me.stay);
    leave(results);
    return rc;
}

void eventlet_dagpool_results_free(eventlet_dagpool_results *results)
{
    if (!results)
        return;
    results->closed = true;
    eventlet__wake_all(&results->readers);
    leave(results);
}

int eventlet_dagpool_wait_each(eventlet_dagpool *pool,
                               eventlet_dagpool_results **results,
                               const char *const *keys, size_t n)
{
    return wait_each(pool, results, keys, n, EVENTLET__DAG_ALL);
}

int eventlet_dagpool_wait_each_success(eventlet_dagpool *pool,
                                       eventlet_dagpool_results **results,
                                       const char *const *keys, size_t n)
{
    return wait_each(pool, results, keys, n, EVENTLET__DAG_GOOD);
}

int eventlet_dagpool_wait_each_exception(eventlet_dagpool *pool,
                                         eventlet_dagpool_results **results,
                                         const char *const *keys, size_t n)
{
    return wait_each(pool, results, keys, n, EVENTLET__DAG_BAD);
}

/* ---- waiting for all of them ---- */

static void owner_vanished(struct eventlet__keeper *keeper,
                           struct eventlet__stay *stay)
{
    (void)keeper;
    eventlet_dagpool_results_free(results_of(stay));
}

static struct eventlet__keeper owners = { owner_vanished };

static int wait_to_the_end(eventlet_dagpool_results *rs)
{
    struct waiting me = { .rs = rs };
    eventlet_greenthread *self = eventlet__stay_begins(&me.stay, &owners);
    const char *text;
    void *value;
    int rc;

    do
        rc = eventlet_dagpool_next(rs, &text, &value);
    while (rc == 0);
    eventlet__stay_ended(self, &me.stay);
    return rc;
}

/* Looks again at what was taken at first: it may have been replaced since. */
static int read_values(eventlet_dagpool *pool, void **values,
                       const char *const *keys, size_t n)
{
    void *value;

    for (size_t i = 0; i < n; i++)
        if (eventlet__dag_value(pool, eventlet__dag_find(pool, keys[i]),
                                &value) < 0)
            return EVENTLET_PROPAGATED;
    for (size_t i = 0; i < n; i++)
        values[i] = eventlet__dag_find(pool, keys[i])->value;
    return 0;
}

int eventlet_dagpool_wait(eventlet_dagpool *pool, void **values,
                          const char *const *keys, size_t n)
{
    eventlet_dagpool_results *rs;
    int rc = eventlet__dag_results_new(pool, &rs, keys, n);

    if (rc < 0)
        return rc;
    rc = wait_to_the_end(rs);
    if (rc == EVENTLET_END)
        rc = values && keys ? read_values(pool, values, keys, n) : 0;
    eventlet_dagpool_results_free(rs);
    return rc;
}

int eventlet_dagpool_waitall(eventlet_dagpool *pool)
{
    return eventlet_dagpool_wait(pool, NULL, NULL, 0);
}

static void getter_vanished(struct eventlet__keeper *keeper,
                            struct eventlet__stay *stay)
{
    (void)keeper;
    results_deinit(results_of(stay));
}

static struct eventlet__keeper getters = { getter_vanished };

int eventlet_dagpool_getitem(eventlet_dagpool *pool, void **value,
                             const char *key)
{
    struct eventlet__dag_ticket ticket;
    eventlet_dagpool_results rs;
    struct waiting me = { .rs = &rs };
    eventlet_greenthread *self;
    const char *text;
    int rc;

    if (pool->closed)
        return EVENTLET_CLOSED;
    results_init(&rs, pool, &ticket);
    self = eventlet__stay_begins(&me.stay, &getters);
    rc = add(&rs, key);
    if (rc == 0)
        rc = next(&rs, &text, value);
    eventlet__stay_ended(self, &me.stay);
    results_deinit(&rs);
    return rc;
}
