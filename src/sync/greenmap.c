/* SPDX-License-Identifier: MIT */
/* A function over a sequence: imap and starmap.
 *
 * A feeder, a green thread of the map's own, asks the source for arguments and
 * starts a worker for each as long as at most `ahead` results are unread. As
 * running and finished workers both count, this also limits what runs at a
 * time: no pool is needed for that. One argument more is in the feeder's hand,
 * as the source is asked before the wait.
 *
 * The record of a result takes its place in the row before the source is asked,
 * and the record after that one is there by then, too: so when memory runs out,
 * there is a place where that can be said, and no argument gets lost. */
#include "eventlet/greenpile.h"

#include <errno.h>

#include "base/mem.h"
#include "core/park.h"
#include "sync/results.h"

struct array {
    void *const *args;
    size_t left;
};

struct eventlet_greenmap {
    struct eventlet__results results; /* first: see results.h */
    struct eventlet__result *spare;   /* the next record */
    eventlet_greenthread *feeder;
    struct eventlet__local end; /* in its locals */
    eventlet_fn *fn;
    eventlet_next_fn *next;
    void *source;
    int ahead;          /* results that may be unread */
    struct array array; /* starmap's source */
};

/* ---- the feeder ---- */

/* Puts the record for the next argument into the row. */
static int next_record(struct eventlet_greenmap *map,
                       struct eventlet__result **r)
{
    *r = map->spare;
    eventlet__result_put(&map->results, *r);
    map->spare = eventlet__result_new(map->fn, NULL);
    return map->spare ? 0 : -ENOMEM;
}

/* Returns 0, or what was thrown at the feeder: the map is being freed. */
static int wait_for_room(struct eventlet_greenmap *map)
{
    int rc = 0;

    while (rc == 0 && map->results.count > map->ahead)
        rc = eventlet__wait_on(&map->results.room);
    return rc;
}

/* That there is no memory for a worker is the result of this argument only. */
static void start_worker(struct eventlet_greenmap *map,
                         struct eventlet__result *r)
{
    int rc = 0;

    if (map->fn)
        rc = eventlet_spawn(&r->gt, eventlet__result_run, r);
    if (r->gt)
        eventlet__list_append(&r->gt->locals, &r->end.node);
    if (!map->fn || rc < 0)
        eventlet__result_done(r, rc);
}

/* Returns 0, or a negative code after the last one. */
static int feed_one(struct eventlet_greenmap *map)
{
    struct eventlet__result *r;
    int rc = next_record(map, &r);

    if (rc == 0)
        rc = map->next(map->source, &r->arg);
    if (rc == EVENTLET_END) {
        eventlet__result_drop(r);
        return rc;
    }
    if (rc < 0) {
        eventlet__result_done(r, rc);
        return rc;
    }
    rc = wait_for_room(map);
    if (rc == 0)
        start_worker(map, r);
    return rc;
}

static int feed(void *arg)
{
    struct eventlet_greenmap *map = arg;

    while (!map->results.closed && feed_one(map) >= 0)
        continue;
    eventlet__results_end(&map->results);
    return 0;
}

/* ---- the map ---- */

static void discard(struct eventlet_greenmap *map)
{
    eventlet__result_drop(map->spare);
    eventlet__results_free(&map->results);
}

/* If it vanished, the last record may be one that it was busy with. */
static void feeder_ended(struct eventlet__local *end)
{
    struct eventlet_greenmap *map =
        EVENTLET__CONTAINER(end, struct eventlet_greenmap, end);
    struct eventlet__result *r = eventlet__results_last(&map->results);

    eventlet_release(map->feeder);
    map->feeder = NULL;
    if (map->results.open && r && !r->done && !r->gt)
        eventlet__result_done(r, EVENTLET_EXIT);
    eventlet__results_end(&map->results);
}

static int start_feeder(struct eventlet_greenmap *map)
{
    int rc;

    map->spare = eventlet__result_new(map->fn, NULL);
    if (!map->spare)
        return -ENOMEM;
    rc = eventlet_spawn(&map->feeder, feed, map);
    if (rc == 0)
        eventlet__tell_end(map->feeder, &map->end, feeder_ended);
    return rc;
}

static int new_map(struct eventlet_greenmap **map, int size, eventlet_fn *fn)
{
    struct eventlet_greenmap *made;

    if (size <= 0)
        return -EINVAL;
    made = eventlet__alloc(sizeof *made);
    if (!made)
        return -ENOMEM;
    eventlet__results_init(&made->results);
    made->results.open = true;
    made->ahead = size;
    made->fn = fn;
    *map = made;
    return 0;
}

/* Hands out what is ready to run, or takes it back. */
static int hand_out(eventlet_greenmap **map, struct eventlet_greenmap *made)
{
    int rc = start_feeder(made);

    if (rc < 0)
        discard(made);
    else
        *map = made;
    return rc;
}

int eventlet_greenpool_imap(eventlet_greenpool *pool, eventlet_greenmap **map,
                            eventlet_fn *fn, eventlet_next_fn *next,
                            void *source)
{
    struct eventlet_greenmap *made;
    int rc = new_map(&made, eventlet_greenpool_size(pool), fn);

    if (rc < 0)
        return rc;
    made->next = next;
    made->source = source;
    return hand_out(map, made);
}

static int next_of_array(void *source, void **arg)
{
    struct array *array = source;

    if (array->left == 0)
        return EVENTLET_END;
    array->left--;
    *arg = *array->args++;
    return 0;
}

int eventlet_greenpool_starmap(eventlet_greenpool *pool,
                               eventlet_greenmap **map, eventlet_fn *fn,
                               void *const *args, size_t n)
{
    struct eventlet_greenmap *made;
    int rc = new_map(&made, eventlet_greenpool_size(pool), fn);

    if (rc < 0)
        return rc;
    made->array = (struct array){ .args = args, .left = n };
    made->next = next_of_array;
    made->source = &made->array;
    return hand_out(map, made);
}

int eventlet_greenmap_next(eventlet_greenmap *map, int *result, void **arg)
{
    return eventlet__results_next(&map->results, result, arg);
}

/* The handle is ours alone, for the end that is waited for gives back that of
 * the record. */
static void end_worker(struct eventlet__result *r)
{
    eventlet_greenthread *gt = r->gt;

    if (!gt)
        return;
    eventlet_retain(gt);
    (void)eventlet_reap(gt);
}

/* The feeder first: it could still start workers. */
void eventlet_greenmap_free(eventlet_greenmap *map)
{
    struct eventlet__result *r;

    if (!map)
        return;
    eventlet__results_close(&map->results);
    if (map->feeder)
        eventlet_reap(eventlet_retain(map->feeder));
    while ((r = eventlet__results_first(&map->results))) {
        end_worker(r);
        eventlet__result_drop(r);
    }
    discard(map);
}
