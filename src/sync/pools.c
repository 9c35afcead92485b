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
#include "core/greenthread.h"
#include "eventlet/errors.h"
#include "eventlet/timeout.h"
#include "sync/line.h"
#include "sync/ring.h"

struct eventlet_pool {
    struct eventlet_pool_opts opts; /* max_size is changed by resize */
    int current_size;               /* places taken: all the four below */
    int making;                     /* in create */
    int leaving;                    /* in destroy */
                                    /* and the rest: out */
    bool owned;                     /* there is somebody who will free it */
    bool closed;                    /* who has */
    struct eventlet__ring ring;     /* the free ones, oldest first */
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

    return pool->ring.len > 0 && left < 0 ? pool->ring.len
                                          : pool->ring.len + left;
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
        eventlet__free(pool->ring.items);
        eventlet__free(pool);
        return;
    }
    eventlet__line_wake(&pool->line, pool->closed
                                         ? pool->line.count
                                         : eventlet_pool_free_count(pool));
}

/* ---- making and unmaking ---- */

/* Both are calls of the user's, which may switch. */
struct call {
    struct eventlet__stay stay;
    eventlet_pool *pool;
    int *calls; /* making or leaving */
};

static void call_vanished(struct eventlet__keeper *keeper,
                          struct eventlet__stay *stay)
{
    const struct call *call = EVENTLET__CONTAINER(stay, struct call, stay);

    (void)keeper;
    --*call->calls;
    call->pool->current_size--;
    call->pool->closed |= !call->pool->owned; /* its maker has vanished */
    if (call->pool->closed) {                 /* nobody will destroy the rest */
        call->pool->current_size -= call->pool->ring.len;
        call->pool->ring.len = 0;
    }
    settle(call->pool);
}

static struct eventlet__keeper caller = { call_vanished };

static eventlet_greenthread *call_begins(struct call *call)
{
    ++*call->calls;
    return eventlet__stay_begins(&call->stay, &caller);
}

static void call_ends(const struct call *call, eventlet_greenthread *self)
{
    --*call->calls;
    eventlet__stay_ended(self, &call->stay);
}

/* The caller settles afterwards. */
static void unmake(eventlet_pool *pool, void *item)
{
    struct call call = { .pool = pool, .calls = &pool->leaving };

    if (pool->opts.destroy) {
        eventlet_greenthread *self = call_begins(&call);

        pool->opts.destroy(pool->opts.arg, item);
        call_ends(&call, self);
    }
    pool->current_size--;
}

static void unmake_surplus(eventlet_pool *pool)
{
    while (pool->ring.len > 0 && has_too_many(pool))
        unmake(pool, eventlet__ring_pop_oldest(&pool->ring));
}

/* Room for one place more than are counted. */
static int reserve(eventlet_pool *pool)
{
    return pool->opts.create ? eventlet__ring_reserve(
                                   &pool->ring, (unsigned)pool->current_size)
                             : -ENOSYS;
}

/* Takes a place for it first: create may switch. */
static int make(eventlet_pool *pool, void **item)
{
    struct call call = { .pool = pool, .calls = &pool->making };
    eventlet_greenthread *self;
    void *made = NULL;
    int rc = reserve(pool);

    if (rc < 0)
        return rc;
    pool->current_size++;
    self = call_begins(&call);
    settle(pool); /* as line.h asks: those behind may go meanwhile */
    rc = pool->opts.create(pool->opts.arg, &made);
    call_ends(&call, self);
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

static void left(struct eventlet__line *line)
{
    settle(EVENTLET__CONTAINER(line, eventlet_pool, line));
}

static int fill(eventlet_pool *pool)
{
    while (pool->ring.len < pool->opts.min_size) {
        void *item;
        int rc = make(pool, &item);

        if (rc < 0)
            return rc;
        eventlet__ring_push(&pool->ring, item);
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
    eventlet__line_init(&made->line, left);
    EVENTLET__BORN(resourcepools);
    rc = fill(made);
    if (rc < 0) {
        eventlet_pool_free(made);
        return rc;
    }
    made->owned = true;
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
    if (rc == 0 && pool->ring.len > 0)
        *item = pool->opts.order_as_stack
                    ? eventlet__ring_pop_latest(&pool->ring)
                    : eventlet__ring_pop_oldest(&pool->ring);
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
    if (pool->ring.len > 0 && has_one_to_spare(pool))
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
    return pool->current_size - pool->ring.len - pool->making - pool->leaving >
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
        eventlet__ring_push(&pool->ring, item);
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
