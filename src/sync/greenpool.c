/* SPDX-License-Identifier: MIT */
/* At most so many green threads at a time.
 *
 * A place is taken before a member is made and given back when it has ended, by
 * the member itself; only one whose handle was given away can be killed before
 * it starts, so that one gives its place back in a link instead. Places are
 * not handed over: who waits is woken, looks again and takes.
 *
 * Whether the caller is a member is one pointer of its green thread (the slot):
 * a green thread is the member of at most one pool, as only the pool itself can
 * make one.
 *
 * The pool outlives eventlet_greenpool_free until the last member has ended and
 * the last call that waits in it has returned; settle() is where it then goes.
 */
#include "eventlet/greenpool.h"

#include <errno.h>

#include "base/mem.h"
#include "core/greenthread.h"
#include "core/park.h"
#include "sync/line.h"

struct eventlet_greenpool {
    int size;
    int running;                    /* places taken */
    int joining;                    /* calls inside waitall */
    bool closed;                    /* its owner has freed it */
    struct eventlet__line line;     /* outsiders who wait for a place */
    struct eventlet__waitq joiners; /* who wait in waitall */
};

/* What a member starts with; copied to its own stack. */
struct member {
    eventlet_greenpool *pool;
    eventlet_fn *fn;
    void *arg;
};

int eventlet_greenpool_new(eventlet_greenpool **pool, int size)
{
    eventlet_greenpool *made;

    if (size < 0)
        return -EINVAL;
    made = eventlet__alloc(sizeof *made);
    if (!made)
        return -ENOMEM;
    made->size = size;
    eventlet__line_init(&made->line);
    eventlet__waitq_init(&made->joiners);
    EVENTLET__BORN(pools);
    *pool = made;
    return 0;
}

/* Nobody runs, and nobody is about to. */
static bool is_idle(const eventlet_greenpool *pool)
{
    return pool->running == 0 && (pool->line.count == 0 || pool->size == 0);
}

static bool is_unused(const eventlet_greenpool *pool)
{
    return pool->closed && pool->running == 0 && pool->line.count == 0 &&
           pool->joining == 0;
}

static int places_left(const eventlet_greenpool *pool)
{
    return pool->size - pool->running;
}

/* After any change: wakes who can go on now. The pool may be gone then. */
static void settle(eventlet_greenpool *pool)
{
    if (is_unused(pool)) {
        EVENTLET__DIED(pools);
        eventlet__free(pool);
        return;
    }
    eventlet__line_wake(&pool->line,
                        pool->closed ? pool->line.count : places_left(pool));
    if (pool->closed || is_idle(pool))
        eventlet__wake_all(&pool->joiners);
}

void eventlet_greenpool_free(eventlet_greenpool *pool)
{
    if (!pool)
        return;
    pool->closed = true;
    settle(pool);
}

static bool is_member(const eventlet_greenpool *pool)
{
    eventlet_greenthread *self = eventlet__self();

    return self && *eventlet__slot(self) == pool;
}

/* ---- a member's life ---- */

static void leave(eventlet_greenthread *gt, eventlet_greenpool *pool)
{
    *eventlet__slot(gt) = NULL;
    pool->running--;
    settle(pool);
}

static int run(struct member *m)
{
    *eventlet__slot(eventlet__self()) = m->pool;
    return m->fn(m->arg);
}

static int run_unheld(void *arg)
{
    struct member *m = arg;
    int rc = run(m);

    leave(eventlet__self(), m->pool);
    return rc;
}

static int run_held(void *arg)
{
    return run(arg);
}

static void held_ended(eventlet_greenthread *gt, void *arg)
{
    leave(gt, arg);
}

static int start_held(eventlet_greenthread **gt, struct member *m)
{
    eventlet_greenthread *made;
    int rc = eventlet_spawn_copy(&made, run_held, m, sizeof *m);

    if (rc < 0)
        return rc;
    rc = eventlet_link(made, held_ended, m->pool);
    if (rc < 0) {
        eventlet__throw(made, EVENTLET_EXIT);
        eventlet_release(made);
        return rc;
    }
    *gt = made;
    return 0;
}

static int start(eventlet_greenthread **gt, struct member *m)
{
    int rc = gt ? start_held(gt, m)
                : eventlet_spawn_copy(NULL, run_unheld, m, sizeof *m);

    if (rc < 0) {
        m->pool->running--;
        settle(m->pool);
    }
    return rc;
}

/* ---- getting in ---- */

static bool has_place(void *arg)
{
    const eventlet_greenpool *pool = arg;

    return pool->closed || places_left(pool) > 0;
}

static int wait_for_place(eventlet_greenpool *pool)
{
    int rc = eventlet__line_wait(&pool->line, has_place, pool);

    if (rc == 0 && pool->closed)
        rc = EVENTLET_CLOSED;
    if (rc == 0)
        pool->running++;
    settle(pool);
    return rc;
}

/* Whether a place is free that is not promised to somebody in line already. */
static bool has_place_to_spare(const eventlet_greenpool *pool)
{
    return places_left(pool) > pool->line.count;
}

static int take_place(eventlet_greenpool *pool)
{
    if (!has_place_to_spare(pool))
        return wait_for_place(pool);
    pool->running++;
    return 0;
}

/* A green thread that nobody will start: it only waits to be given a result. */
static int make_unstarted(eventlet_greenthread **gt)
{
    int rc = eventlet_spawn(gt, NULL, NULL);

    if (rc == 0)
        eventlet__unlink(&(*gt)->task.node);
    return rc;
}

/* The handle is made first: once fn has run there is no way left to say that
 * there was no memory for it. An error goes to the caller, so nobody needs to
 * be told of it by the handle's end. */
static int run_inline_held(eventlet_greenthread **gt, const struct member *m)
{
    eventlet_greenthread *made;
    int rc = make_unstarted(&made);

    if (rc < 0)
        return rc;
    rc = m->fn(m->arg);
    eventlet__end_unstarted(made, rc < 0 ? 0 : rc);
    if (rc < 0) {
        eventlet_release(made);
        return rc;
    }
    *gt = made;
    return 0;
}

static int run_inline(eventlet_greenthread **gt, const struct member *m)
{
    int rc;

    if (gt)
        return run_inline_held(gt, m);
    rc = m->fn(m->arg);
    return rc < 0 ? rc : 0;
}

int eventlet_greenpool_spawn(eventlet_greenpool *pool,
                             eventlet_greenthread **gt, eventlet_fn *fn,
                             void *arg)
{
    struct member m = { .pool = pool, .fn = fn, .arg = arg };
    int rc;

    if (pool->closed)
        return EVENTLET_CLOSED;
    if (is_member(pool) && !has_place_to_spare(pool))
        return run_inline(gt, &m);
    rc = take_place(pool);
    return rc < 0 ? rc : start(gt, &m);
}

/* What ends a whole green thread was thrown at the caller, not at fn. */
static bool ends_the_caller(int code)
{
    return code == EVENTLET_EXIT || code == EVENTLET_INTERRUPT ||
           code == EVENTLET_SYSTEM_EXIT;
}

static int run_inline_n(const struct member *m)
{
    int rc = m->fn(m->arg);

    if (ends_the_caller(rc))
        return rc;
    if (rc < 0)
        eventlet__hub_escaped(eventlet__hub, "a call in a full pool", rc);
    return 0;
}

int eventlet_greenpool_spawn_n(eventlet_greenpool *pool, eventlet_fn *fn,
                               void *arg)
{
    struct member m = { .pool = pool, .fn = fn, .arg = arg };
    int rc;

    if (pool->closed)
        return EVENTLET_CLOSED;
    if (is_member(pool) && !has_place_to_spare(pool))
        return run_inline_n(&m);
    rc = take_place(pool);
    return rc < 0 ? rc : start(NULL, &m);
}

int eventlet_greenpool_waitall(eventlet_greenpool *pool)
{
    int rc = 0;

    if (is_member(pool))
        return EVENTLET_FROM_MEMBER;
    pool->joining++;
    while (rc == 0 && !pool->closed && !is_idle(pool))
        rc = eventlet__wait_on(&pool->joiners);
    pool->joining--;
    if (rc == 0 && pool->closed)
        rc = EVENTLET_CLOSED;
    if (pool->closed)
        settle(pool);
    return rc;
}

int eventlet_greenpool_resize(eventlet_greenpool *pool, int size)
{
    if (size < 0)
        return -EINVAL;
    pool->size = size;
    settle(pool);
    return 0;
}

int eventlet_greenpool_size(const eventlet_greenpool *pool)
{
    return pool->size;
}

int eventlet_greenpool_running(const eventlet_greenpool *pool)
{
    return pool->running;
}

int eventlet_greenpool_waiting(const eventlet_greenpool *pool)
{
    return pool->line.count;
}

int eventlet_greenpool_free_count(const eventlet_greenpool *pool)
{
    return places_left(pool);
}
