/* SPDX-License-Identifier: MIT */
/* Green threads that wait for each other's results.
 *
 * A member is made, runs, posts what came of it, and goes. Killed, it is
 * forgotten first: its key is free at once, whatever it does about the kill,
 * and it only goes. Nobody else holds its handle, so one that has not started
 * can be ended only here; that one is taken apart by who ends it. */
#include "sync/dagpool.h"

#include <errno.h>

#include "base/mem.h"

/* ---- the beginning and the end ---- */

int eventlet_dagpool_new(eventlet_dagpool **pool)
{
    eventlet_dagpool *made = eventlet__alloc(sizeof *made);

    if (!made)
        return -ENOMEM;
    made->buckets = made->first_buckets;
    made->bucket_count = EVENTLET__DAG_BUCKETS;
    made->users = 1;
    eventlet__list_init(&made->values);
    eventlet__list_init(&made->members);
    eventlet__list_init(&made->forgotten);
    eventlet__list_init(&made->results);
    EVENTLET__BORN(dagpools);
    *pool = made;
    return 0;
}

int eventlet_dagpool_new_preload(eventlet_dagpool **pool,
                                 const struct eventlet_dagpool_item *items,
                                 size_t n)
{
    eventlet_dagpool *made;
    int rc = eventlet_dagpool_new(&made);

    if (rc < 0)
        return rc;
    for (size_t i = 0; rc == 0 && i < n; i++)
        rc = eventlet_dagpool_post(made, items[i].key, items[i].value, true);
    if (rc < 0)
        eventlet_dagpool_free(made);
    else
        *pool = made;
    return rc;
}

void eventlet__dag_leave(eventlet_dagpool *pool)
{
    if (--pool->users > 0)
        return;
    eventlet__dag_free_keys(pool);
    EVENTLET__DIED(dagpools);
    eventlet__free(pool);
}

/* ---- a member's life ---- */

/* Its key is free from now on. */
static void forget(struct eventlet__dag_member *m)
{
    if (m->forgotten)
        return;
    m->forgotten = true;
    m->key->member = NULL;
    eventlet__unlink(&m->node);
    eventlet__list_append(&m->pool->forgotten, &m->node);
}

/* The pool may be gone then. */
static void member_free(struct eventlet__dag_member *m)
{
    eventlet_dagpool *pool = m->pool;

    forget(m);
    eventlet__unlink(&m->node);
    eventlet__unlink(&m->end.node);
    eventlet__dag_let_go(pool, m->key);
    eventlet_dagpool_results_free(m->results);
    eventlet_release(m->gt);
    eventlet__free(m);
    eventlet__dag_leave(pool);
}

/* It vanished, as if it had been killed; at its own end it is free already. */
static void member_vanished(struct eventlet__local *end)
{
    member_free(EVENTLET__CONTAINER(end, struct eventlet__dag_member, end));
}

/* What it posted itself counts, not what it returns; and freeing the pool has
 * forgotten them all. */
static void post_result(struct eventlet__dag_member *m, int rc, void *value)
{
    if (m->forgotten || m->key->state != EVENTLET__DAG_NONE)
        return;
    if (rc >= 0)
        eventlet__dag_set_value(m->pool, m->key, value);
    else
        eventlet__dag_set_error(m->pool, m->key, rc,
                                rc == EVENTLET_PROPAGATED ? m->told : NULL);
}

/* A failure is the key's; nobody asks for the green thread's. */
static int run(void *arg)
{
    struct eventlet__dag_member *m = arg;
    void *value = NULL;
    int rc = m->fn(m->key->text, m->results, m->arg, &value);

    post_result(m, rc, value);
    member_free(m);
    return 0;
}

static int member_new(struct eventlet__dag_member **out, eventlet_dagpool *pool,
                      const char *key)
{
    struct eventlet__dag_member *m = eventlet__alloc(sizeof *m);

    if (!m)
        return -ENOMEM;
    m->key = eventlet__dag_hold(pool, key);
    if (!m->key) {
        eventlet__free(m);
        return -ENOMEM;
    }
    eventlet__node_init(&m->end.node);
    m->pool = pool;
    m->key->member = m;
    eventlet__list_append(&pool->members, &m->node);
    pool->users++;
    *out = m;
    return 0;
}

static bool is_in_use(const eventlet_dagpool *pool, const char *key)
{
    const struct eventlet__dag_key *found = eventlet__dag_find(pool, key);

    return found && (found->member || found->state != EVENTLET__DAG_NONE);
}

static const char *const no_keys[1];

int eventlet_dagpool_spawn(eventlet_dagpool *pool, const char *key,
                           const char *const *depends, size_t n,
                           eventlet_dagpool_fn *fn, void *arg)
{
    struct eventlet__dag_member *m;
    int rc;

    if (pool->closed)
        return EVENTLET_CLOSED;
    if (is_in_use(pool, key))
        return EVENTLET_COLLISION;
    rc = member_new(&m, pool, key);
    if (rc < 0)
        return rc;
    m->fn = fn;
    m->arg = arg;
    rc = eventlet__dag_results_new(pool, &m->results, n > 0 ? depends : no_keys,
                                   n);
    if (rc == 0)
        rc = eventlet_spawn(&m->gt, run, m);
    if (rc < 0)
        member_free(m);
    else
        eventlet__tell_end(m->gt, &m->end, member_vanished);
    return rc;
}

int eventlet_dagpool_spawn_many(eventlet_dagpool *pool,
                                const struct eventlet_dagpool_depends *table,
                                size_t n, eventlet_dagpool_fn *fn, void *arg)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < n; i++)
        rc = eventlet_dagpool_spawn(pool, table[i].key, table[i].depends,
                                    table[i].n, fn, arg);
    return rc;
}

/* ---- posting ---- */

/* Holds the key if it may be given a value. */
static int hold_for_post(eventlet_dagpool *pool, const char *text, bool replace,
                         struct eventlet__dag_key **out)
{
    struct eventlet__dag_key *key;

    if (pool->closed)
        return EVENTLET_CLOSED;
    key = eventlet__dag_find(pool, text);
    if (key && key->member && key->member->gt != eventlet__self())
        return EVENTLET_COLLISION;
    if (key && key->state != EVENTLET__DAG_NONE && !replace)
        return EVENTLET_COLLISION;
    *out = eventlet__dag_hold(pool, text);
    return *out ? 0 : -ENOMEM;
}

int eventlet_dagpool_post(eventlet_dagpool *pool, const char *key, void *value,
                          bool replace)
{
    struct eventlet__dag_key *held;
    int rc = hold_for_post(pool, key, replace, &held);

    if (rc < 0)
        return rc;
    eventlet__dag_set_value(pool, held, value);
    eventlet__dag_let_go(pool, held);
    return 0;
}

int eventlet_dagpool_post_error(eventlet_dagpool *pool, const char *key,
                                int code, bool replace)
{
    struct eventlet__dag_key *held;
    int rc = code < 0 ? hold_for_post(pool, key, replace, &held) : -EINVAL;

    if (rc < 0)
        return rc;
    eventlet__dag_set_error(pool, held, code, NULL);
    eventlet__dag_let_go(pool, held);
    return 0;
}

/* ---- killing ---- */

/* Forgets it, and takes it apart if it will never run. Its handle. */
static eventlet_greenthread *take_out(struct eventlet__dag_member *m)
{
    eventlet_greenthread *gt = eventlet_retain(m->gt);

    if (eventlet_started(gt))
        forget(m);
    else
        member_free(m);
    return gt;
}

int eventlet_dagpool_kill(eventlet_dagpool *pool, const char *key)
{
    const struct eventlet__dag_key *found = eventlet__dag_find(pool, key);
    eventlet_greenthread *gt;
    int rc;

    if (!found || !found->member)
        return -ENOENT;
    gt = take_out(found->member);
    rc = eventlet_kill(gt, EVENTLET_EXIT);
    eventlet_release(gt);
    return rc;
}

/* Those that have not started: their ends switch to nobody, so that none of
 * them starts while others are waited for. */
static void end_unstarted(eventlet_dagpool *pool)
{
    struct eventlet__node *head = &pool->forgotten.head;

    for (struct eventlet__node *n = head->next, *next; n != head; n = next) {
        struct eventlet__dag_member *m = EVENTLET__DAG_MEMBER(n);
        eventlet_greenthread *gt;

        next = n->next;
        if (eventlet_started(m->gt))
            continue;
        gt = take_out(m);
        eventlet__throw(gt, EVENTLET_EXIT);
        eventlet_release(gt);
    }
}

/* One that has started takes itself apart. */
static void end_started(struct eventlet__dag_member *m)
{
    eventlet_greenthread *gt = eventlet_retain(m->gt);
    const eventlet_greenthread *self = eventlet__self();

    if (self && gt != self) {
        (void)eventlet_reap(gt);
        return;
    }
    if (!self)
        eventlet__throw(gt, EVENTLET_EXIT);
    eventlet_release(gt);
}

static void end_members(eventlet_dagpool *pool)
{
    struct eventlet__list left;
    struct eventlet__node *n;

    while ((n = eventlet__list_first(&pool->members)) != NULL)
        forget(EVENTLET__DAG_MEMBER(n));
    end_unstarted(pool);
    eventlet__list_init(&left);
    while ((n = eventlet__list_pop(&pool->forgotten)) != NULL) {
        eventlet__list_append(&left, n);
        end_started(EVENTLET__DAG_MEMBER(n));
    }
    eventlet__list_take(&pool->forgotten, &left); /* the caller, or all */
}

void eventlet_dagpool_free(eventlet_dagpool *pool)
{
    struct eventlet__list *l;

    if (!pool)
        return;
    pool->closed = true;
    l = &pool->results;
    for (struct eventlet__node *n = l->head.next; n != &l->head; n = n->next)
        eventlet__wake_all(&EVENTLET__DAG_RESULTS(n)->readers);
    end_members(pool);
    eventlet__dag_leave(pool);
}
