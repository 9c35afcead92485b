/* SPDX-License-Identifier: MIT */
/* Pools of resources.
 *
 * A place is counted (current_size) from before create is called until destroy
 * has returned, whatever happens in between; so there is no moment in which
 * more than max_size exist, but after shrinking. Whoever gives a place or an
 * item back calls settle(), which wakes as many of those in line as there is
 * something for. Nothing is handed over: the woken look again and take.
 *
 * There is room in the ring for every place that is counted, so that giving
 * back needs no memory and cannot fail.
 *
 * The pool outlives eventlet_pool_free until the last place is given back and
 * the last who waited has gone; settle() is where it then goes. */
#include "eventlet/pools.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>

#include "base/mem.h"
#include "eventlet/errors.h"
#include "eventlet/timeout.h"
#include "sync/line.h"

struct eventlet_pool {
    struct eventlet_pool_opts opts; /* max_size is changed by resize */
    int current_size;               /* places taken: all the four below */
    int free_len;                   /* items in the ring */
    int making;                     /* in create */
    int leaving;                    /* in destroy */
                                    /* and the rest: out */
    bool closed;                    /* its owner has freed it */
    void **ring;                    /* the free ones, oldest first */
    unsigned first;                 /* of them in the ring */
    unsigned room;                  /* of the ring: 0 or a power of two */
    struct eventlet__line line;     /* who waits for an item or a place */
    uintptr_t tokens;               /* made so far */
};

/* ---- how many ---- */

static int places_left(const eventlet_pool *pool)
{
    return pool->opts.max_size - pool->current_size;
}

/* While some are being destroyed there may be no place left, and free items
 * nevertheless. */
int eventlet_pool_free_count(const eventlet_pool *pool)
{
    int left = places_left(pool);

    return pool->free_len > 0 && left < 0 ? pool->free_len
                                          : pool->free_len + left;
}

/* Whether there is something that is not meant for who is in line already. */
static bool has_one_to_spare(const eventlet_pool *pool)
{
    return eventlet_pool_free_count(pool) > pool->line.count;
}

static bool has_too_many(const eventlet_pool *pool)
{
    return pool->closed ||
           pool->current_size - pool->leaving > pool->opts.max_size;
}

/* After any change: wakes who can go on now. The pool may be gone then. */
static void settle(eventlet_pool *pool)
{
    if (pool->closed && pool->current_size == 0 && pool->line.count == 0) {
        EVENTLET__DIED(resourcepools);
        eventlet__free(pool->ring);
        eventlet__free(pool);
        return;
    }
    eventlet__line_wake(&pool->line, pool->closed
                                         ? pool->line.count
                                         : eventlet_pool_free_count(pool));
}

/* ---- the ring of free items ---- */

static void **ring_at(const eventlet_pool *pool, int n)
{
    return &pool->ring[(pool->first + (unsigned)n) & (pool->room - 1)];
}

/* Room for one place more than are counted; 0 or -ENOMEM. */
static int ring_reserve(eventlet_pool *pool)
{
    unsigned room = pool->room ? 2 * pool->room : 4;
    void **ring;

    if ((unsigned)pool->current_size < pool->room)
        return 0;
    ring = eventlet__alloc(room * sizeof *ring);
    if (!ring)
        return -ENOMEM;
    for (int i = 0; i < pool->free_len; i++)
        ring[i] = *ring_at(pool, i);
    eventlet__free(pool->ring);
    pool->ring = ring;
    pool->room = room;
    pool->first = 0;
    return 0;
}

static void ring_push(eventlet_pool *pool, void *item)
{
    *ring_at(pool, pool->free_len++) = item;
}

static void *ring_pop_oldest(eventlet_pool *pool)
{
    void *item = *ring_at(pool, 0);

    pool->first++;
    pool->free_len--;
    return item;
}

static void *ring_pop(eventlet_pool *pool)
{
    if (!pool->opts.order_as_stack)
        return ring_pop_oldest(pool);
    return *ring_at(pool, --pool->free_len);
}

/* ---- making and unmaking ---- */

/* The caller settles afterwards. */
static void unmake(eventlet_pool *pool, void *item)
{
    pool->leaving++;
    if (pool->opts.destroy)
        pool->opts.destroy(pool->opts.arg, item);
    pool->leaving--;
    pool->current_size--;
}

static void unmake_surplus(eventlet_pool *pool)
{
    while (pool->free_len > 0 && has_too_many(pool))
        unmake(pool, ring_pop_oldest(pool));
}

/* Takes a place for it first: create may switch. */
static int make(eventlet_pool *pool, void **item)
{
    void *made = NULL;
    int rc = pool->opts.create ? ring_reserve(pool) : -ENOSYS;

    if (rc < 0)
        return rc;
    pool->current_size++;
    pool->making++;
    settle(pool); /* as line.h asks: those behind may go meanwhile */
    rc = pool->opts.create(pool->opts.arg, &made);
    pool->making--;
    if (rc < 0) {
        pool->current_size--;
        return rc;
    }
    if (pool->closed) {
        unmake(pool, made);
        return EVENTLET_CLOSED;
    }
    *item = made;
    return 0;
}

static int make_token(void *arg, void **token)
{
    eventlet_pool *pool = arg;

    *token = (void *)++pool->tokens;
    return 0;
}

/* ---- life ---- */

static int fill(eventlet_pool *pool)
{
    while (pool->free_len < pool->opts.min_size) {
        void *item;
        int rc = make(pool, &item);

        if (rc < 0)
            return rc;
        ring_push(pool, item);
    }
    return 0;
}

static int new_pool(eventlet_pool **pool, const struct eventlet_pool_opts *opts,
                    bool of_tokens)
{
    static const struct eventlet_pool_opts none;
    eventlet_pool *made;
    int rc;

    if (!opts)
        opts = &none;
    if (opts->min_size < 0 || opts->max_size < 0 ||
        opts->min_size > (opts->max_size ? opts->max_size : EVENTLET_POOL_SIZE))
        return -EINVAL;
    made = eventlet__alloc(sizeof *made);
    if (!made)
        return -ENOMEM;
    made->opts = *opts;
    if (opts->max_size == 0)
        made->opts.max_size = EVENTLET_POOL_SIZE;
    if (of_tokens) {
        made->opts.create = make_token;
        made->opts.destroy = NULL;
        made->opts.arg = made;
    }
    eventlet__line_init(&made->line);
    EVENTLET__BORN(resourcepools);
    rc = fill(made);
    if (rc < 0) {
        eventlet_pool_free(made);
        return rc;
    }
    *pool = made;
    return 0;
}

int eventlet_pool_new(eventlet_pool **pool,
                      const struct eventlet_pool_opts *opts)
{
    return new_pool(pool, opts, false);
}

int eventlet_tokenpool_new(eventlet_pool **pool,
                           const struct eventlet_pool_opts *opts)
{
    return new_pool(pool, opts, true);
}

void eventlet_pool_free(eventlet_pool *pool)
{
    if (!pool)
        return;
    pool->closed = true;
    unmake_surplus(pool);
    settle(pool);
}

/* ---- get ---- */

static bool may_take(void *arg)
{
    const eventlet_pool *pool = arg;

    return pool->closed || eventlet_pool_free_count(pool) > 0;
}

static int wait_for_one(eventlet_pool *pool)
{
    int rc = eventlet__line_wait(&pool->line, may_take, pool);

    return rc == 0 && pool->closed ? EVENTLET_CLOSED : rc;
}

/* There is something for the caller, if rc is 0. */
static int take(eventlet_pool *pool, void **item, int rc)
{
    if (rc == 0 && pool->free_len > 0)
        *item = ring_pop(pool);
    else if (rc == 0)
        rc = make(pool, item);
    settle(pool);
    return rc;
}

int eventlet_pool_get(eventlet_pool *pool, void **item)
{
    int rc = 0;

    if (pool->closed)
        return EVENTLET_CLOSED;
    if (!has_one_to_spare(pool))
        rc = wait_for_one(pool);
    return take(pool, item, rc);
}

int eventlet_pool_get_timeout(eventlet_pool *pool, void **item, double seconds)
{
    struct eventlet_timeout t;
    int rc;

    if (pool->closed)
        return EVENTLET_CLOSED;
    if (pool->free_len > 0 && has_one_to_spare(pool))
        return take(pool, item, 0);
    rc = eventlet_timeout_start(&t, seconds);
    if (rc == 0)
        rc = eventlet_pool_get(pool, item);
    if (eventlet_timeout_cancel(&t) && rc == EVENTLET_TIMEOUT)
        rc = EVENTLET_EMPTY;
    return rc;
}

int eventlet_pool_get_nowait(eventlet_pool *pool, void **item)
{
    if (pool->closed)
        return EVENTLET_CLOSED;
    return has_one_to_spare(pool) ? take(pool, item, 0) : EVENTLET_EMPTY;
}

/* ---- giving back ---- */

/* Whether an item of the pool's is out at all: more cannot come back. */
static bool is_one_out(const eventlet_pool *pool)
{
    return pool->current_size - pool->free_len - pool->making - pool->leaving >
           0;
}

void eventlet_pool_put(eventlet_pool *pool, void *item)
{
    assert(is_one_out(pool));
    if (!is_one_out(pool))
        return;
    if (has_too_many(pool))
        unmake(pool, item);
    else
        ring_push(pool, item);
    settle(pool);
}

void eventlet_pool_discard(eventlet_pool *pool, void *item)
{
    assert(is_one_out(pool));
    if (!is_one_out(pool))
        return;
    unmake(pool, item);
    settle(pool);
}

int eventlet_pool_with(eventlet_pool *pool, int (*fn)(void *item, void *arg),
                       void *arg)
{
    void *item;
    int rc = eventlet_pool_get(pool, &item);

    if (rc < 0)
        return rc;
    rc = fn(item, arg);
    eventlet_pool_put(pool, item);
    return rc;
}

/* ---- the rest ---- */

int eventlet_pool_resize(eventlet_pool *pool, int max_size)
{
    if (max_size < 0)
        return -EINVAL;
    pool->opts.max_size = max_size;
    unmake_surplus(pool);
    settle(pool);
    return 0;
}

int eventlet_pool_waiting(const eventlet_pool *pool)
{
    return pool->line.count;
}

int eventlet_pool_min_size(const eventlet_pool *pool)
{
    return pool->opts.min_size;
}

int eventlet_pool_max_size(const eventlet_pool *pool)
{
    return pool->opts.max_size;
}

int eventlet_pool_current_size(const eventlet_pool *pool)
{
    return pool->current_size;
}
