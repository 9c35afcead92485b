/* SPDX-License-Identifier: MIT */
/* At most so many green threads at a time.
 *
 * A place is taken before a member is made and given back when it has ended, by
 * the member itself; only one whose handle was given away can be killed before
 * it starts, so that one gives its place back in a link instead. One that
 * vanishes does neither: that is told by what ends with it. Places are not
 * handed over: who waits is woken, looks again and takes.
 *
 * Whether the caller is a member is one pointer of its green thread (the slot):
 * a green thread is the member of at most one pool, as only the pool itself can
 * make one.
 *
 * The pool outlives eventlet_greenpool_free until the last member has ended and
 * the last call that waits in it has returned; where it is settled, it then
 * goes.
 */
#include "sync/greenpool.h"

#include <errno.h>

#include "base/mem.h"

/* What a member starts with; copied to its own stack. */
struct member {
    eventlet_greenpool *pool;
    eventlet_fn *fn;
    void *arg;
    struct eventlet__local end; /* there: in its locals */
};

static void left_line(struct eventlet__line *line)
{
    eventlet__greenpool_settle(
        EVENTLET__CONTAINER(line, eventlet_greenpool, line));
}

int eventlet_greenpool_new(eventlet_greenpool **pool, int size)
{
    eventlet_greenpool *made;

    if (size < 0)
        return -EINVAL;
    made = eventlet__alloc(sizeof *made);
    if (!made)
        return -ENOMEM;
    made->size = size;
    eventlet__line_init(&made->line, left_line);
    eventlet__waitq_init(&made->joiners);
    EVENTLET__BORN(pools);
    *pool = made;
    return 0;
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

void eventlet__greenpool_settle(eventlet_greenpool *pool)
{
    if (is_unused(pool)) {
        EVENTLET__DIED(pools);
        eventlet__free(pool);
        return;
    }
    eventlet__line_wake(&pool->line,
                        pool->closed ? pool->line.count : places_left(pool));
    if (pool->closed || eventlet__greenpool_is_idle(pool))
        eventlet__wake_all(&pool->joiners);
}

void eventlet_greenpool_free(eventlet_greenpool *pool)
{
    if (!pool)
        return;
    pool->closed = true;
    eventlet__greenpool_settle(pool);
}

/* ---- a member's life ---- */

static void leave(struct member *m)
{
    eventlet__take_out(&m->end.node);
    m->pool->running--;
    eventlet__greenpool_settle(m->pool);
}

static void member_vanished(struct eventlet__local *end)
{
    leave(EVENTLET__CONTAINER(end, struct member, end));
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

    *eventlet__slot(eventlet__self()) = NULL;
    leave(m);
    return rc;
}

static int run_held(void *arg)
{
    return run(arg);
}

static void held_ended(eventlet_greenthread *gt, void *arg)
{
    *eventlet__slot(gt) = NULL;
    leave(arg);
}

/* Has its own copy of the member stand in its locals. */
static void settle_in(eventlet_greenthread *gt)
{
    struct member *m = gt->arg;

    eventlet__tell_end(gt, &m->end, member_vanished);
}

static int start_held(eventlet_greenthread **gt, const struct member *m)
{
    eventlet_greenthread *made;
    int rc = eventlet_spawn_copy(&made, run_held, m, sizeof *m);

    if (rc < 0)
        return rc;
    rc = eventlet_link(made, held_ended, made->arg);
    if (rc < 0) {
        eventlet__throw(made, EVENTLET_EXIT);
        eventlet_release(made);
        return rc;
    }
    settle_in(made);
    *gt = made;
    return 0;
}

static int start_unheld(const struct member *m, struct eventlet__local *end)
{
    eventlet_greenthread *made;
    int rc = eventlet__spawn_copy(&made, run_unheld, m, sizeof *m);

    if (rc < 0)
        return rc;
    settle_in(made);
    if (end)
        eventlet__list_append(&made->locals, &end->node);
    return 0;
}

static int start(eventlet_greenthread **gt, const struct member *m,
                 struct eventlet__local *end)
{
    int rc = gt ? start_held(gt, m) : start_unheld(m, end);

    if (rc < 0) {
        m->pool->running--;
        eventlet__greenpool_settle(m->pool);
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
    eventlet__greenpool_settle(pool);
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
    if (eventlet__greenpool_is_member(pool) && !has_place_to_spare(pool))
        return run_inline(gt, &m);
    rc = take_place(pool);
    return rc < 0 ? rc : start(gt, &m, NULL);
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

int eventlet__greenpool_spawn(eventlet_greenpool *pool, eventlet_fn *fn,
                              void *arg, struct eventlet__local *end)
{
    struct member m = { .pool = pool, .fn = fn, .arg = arg };
    int rc;

    if (pool->closed)
        return EVENTLET_CLOSED;
    if (eventlet__greenpool_is_member(pool) && !has_place_to_spare(pool))
        return run_inline(NULL, &m);
    rc = take_place(pool);
    return rc < 0 ? rc : start(NULL, &m, end);
}

int eventlet_greenpool_spawn_n(eventlet_greenpool *pool, eventlet_fn *fn,
                               void *arg)
{
    struct member m = { .pool = pool, .fn = fn, .arg = arg };
    int rc;

    if (pool->closed)
        return EVENTLET_CLOSED;
    if (eventlet__greenpool_is_member(pool) && !has_place_to_spare(pool))
        return run_inline_n(&m);
    rc = take_place(pool);
    return rc < 0 ? rc : start(NULL, &m, NULL);
}

int eventlet_greenpool_resize(eventlet_greenpool *pool, int size)
{
    if (size < 0)
        return -EINVAL;
    pool->size = size;
    eventlet__greenpool_settle(pool);
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
