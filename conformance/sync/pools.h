/* SPDX-License-Identifier: MIT */
/* Pools of resources under test: items are numbers from 1. */
#ifndef CONFORMANCE_SYNC_POOLS_H
#define CONFORMANCE_SYNC_POOLS_H

#include "check.h"
#include "eventlet.h"
#include "sync/notes.h"

/* What makes and destroys items, and counts them. */
struct factory {
    double create_takes; /* seconds; 0: does not switch */
    double destroy_takes;
    int fails;   /* that many calls of create, from now */
    int made;    /* so far */
    int alive;   /* made and not destroyed */
    int peak;    /* the most that there were */
    bool silent; /* notes nothing */
};

__attribute__((unused)) static int make_item(void *arg, void **item)
{
    struct factory *f = arg;
    int rc = f->create_takes > 0 ? eventlet_sleep(f->create_takes) : 0;

    if (rc < 0)
        return rc;
    if (f->fails > 0) {
        f->fails--;
        return EVENTLET_USER(7);
    }
    if (++f->alive > f->peak)
        f->peak = f->alive;
    *item = number(++f->made);
    return 0;
}

__attribute__((unused)) static void destroy_item(void *arg, void *item)
{
    struct factory *f = arg;

    if (f->destroy_takes > 0)
        CHECK_CODE(eventlet_sleep(f->destroy_takes), 0);
    f->alive--;
    if (f->silent)
        return;
    note("destroyed");
    note_number(give(item));
}

__attribute__((unused)) static eventlet_pool *items_with(
    struct factory *f, struct eventlet_pool_opts opts)
{
    eventlet_pool *pool = NULL;

    opts.create = make_item;
    opts.destroy = destroy_item;
    opts.arg = f;
    notes();
    CHECK_CODE(eventlet_pool_new(&pool, &opts), 0);
    return pool;
}

__attribute__((unused)) static eventlet_pool *items(struct factory *f, int max)
{
    return items_with(f, (struct eventlet_pool_opts){ .max_size = max });
}

/* Gets one at once; its number, or the code. */
__attribute__((unused)) static int got(eventlet_pool *pool)
{
    void *item = number(-1);
    int rc = eventlet_pool_get(pool, &item);

    return rc < 0 ? rc : give(item);
}

__attribute__((unused)) static void put(eventlet_pool *pool, int n)
{
    eventlet_pool_put(pool, number(n));
}

__attribute__((unused)) static void check_pool(const eventlet_pool *pool,
                                               int size, int left, int waiting)
{
    CHECK_INT(eventlet_pool_current_size(pool), size);
    CHECK_INT(eventlet_pool_free_count(pool), left);
    CHECK_INT(eventlet_pool_waiting(pool), waiting);
}

/* A green thread that gets one, and keeps it unless it is to give it back. */
struct getter {
    eventlet_pool *pool;
    const char *name; /* noted when it has one; NULL: nothing is */
    double seconds;   /* > 0: how long it tries */
    bool back;        /* gives it back at once */
    int rc;           /* of get; 1: it is still waiting */
    void *item;
    eventlet_greenthread *gt;
};

__attribute__((unused)) static int get_it(void *arg)
{
    struct getter *g = arg;

    g->rc = g->seconds > 0
                ? eventlet_pool_get_timeout(g->pool, &g->item, g->seconds)
                : eventlet_pool_get(g->pool, &g->item);
    if (g->rc < 0)
        return g->rc;
    if (g->name)
        note(g->name);
    if (g->back)
        eventlet_pool_put(g->pool, g->item);
    return 0;
}

/* Gets when the caller yields next. */
__attribute__((unused)) static void getter_soon(struct getter *g,
                                                eventlet_pool *pool,
                                                const char *name)
{
    g->pool = pool;
    g->name = name;
    g->rc = 1;
    CHECK_CODE(eventlet_spawn(&g->gt, get_it, g), 0);
}

__attribute__((unused)) static void getter(struct getter *g,
                                           eventlet_pool *pool,
                                           const char *name)
{
    getter_soon(g, pool, name);
    let_others_run();
}

/* Waits for it, and gives back what it has. */
__attribute__((unused)) static void end_getter(struct getter *g)
{
    eventlet_reap(g->gt);
    if (g->rc == 0 && !g->back)
        eventlet_pool_put(g->pool, g->item);
}

#endif
