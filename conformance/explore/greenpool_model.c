/* SPDX-License-Identifier: MIT */
/* What a pool of green threads must do: never more than so many run, each place
 * comes back however its member ends, and who waits for one gets it in order.
 * Begins with its size. */
#include "explore.h"

#include <string.h>

#include "eventlet.h"

struct member {
    eventlet_greenthread *gt; /* NULL: nobody asked for a handle */
    bool spawned;
    bool ended;
};

static struct {
    eventlet_greenpool *pool;
    int size;
    struct member members[EXPLORE_THREADS * EXPLORE_STEPS];
    int count;
    int spawners; /* wait for a place */
    bool closed;
} w;

static void begin(const int *with)
{
    memset(&w, 0, sizeof w);
    w.size = with[0];
    EXPLORE_SAME(eventlet_greenpool_new(&w.pool, w.size), 0);
}

/* ---- what must be so ---- */

static int running(void)
{
    int n = 0;

    for (int i = 0; i < w.count; i++) {
        const struct member *m = &w.members[i];

        n += m->spawned && !m->ended && !(m->gt && eventlet_dead(m->gt));
    }
    return n;
}

static bool is_closed(void)
{
    return w.closed;
}

static void check(void)
{
    EXPLORE_SAME(eventlet_greenpool_running(w.pool), running());
    EXPLORE_SAME(eventlet_greenpool_free_count(w.pool), w.size - running());
    EXPLORE_SAME(eventlet_greenpool_waiting(w.pool), w.spawners);
}

static bool may_spawn_wait(int who)
{
    (void)who;
    return !w.closed && running() >= w.size;
}

static bool is_idle(void)
{
    return running() == 0 && (w.spawners == 0 || w.size == 0);
}

static bool may_waitall_wait(int who)
{
    (void)who;
    return !w.closed && !is_idle();
}

/* ---- members ---- */

static int work(void *arg)
{
    struct member *m = arg;
    int rc = explore_member();

    m->ended = true;
    return rc;
}

/* 0: without a handle; 1: with one. */
static void spawn(int with_handle)
{
    struct member *m;
    bool waits;
    int rc;

    m = &w.members[w.count++];
    waits = w.size - running() <= w.spawners;
    w.spawners += waits;
    explore_enter();
    rc = with_handle ? eventlet_greenpool_spawn(w.pool, &m->gt, work, m)
                     : eventlet_greenpool_spawn_n(w.pool, work, m);
    w.spawners -= waits;
    m->spawned = rc == 0;
    explore_leave(rc, w.closed);
    explore_expect(rc, 0);
    if (rc == 0 && !w.closed && running() > w.size)
        explore_fail("%d run in a pool of size %d", running(), w.size);
    if (rc == 0 && w.closed)
        explore_fail("it gets into a pool that was freed");
    if (rc == 0 && waits != explore_waited())
        explore_fail(waits ? "it does not wait for its turn"
                           : "there is a place, but it has to wait");
}

/* The one that was spawned last with a handle, started or not. */
static void kill_member(int n)
{
    int i = w.count, rc;

    (void)n;
    while (i-- > 0 && !(w.members[i].gt && !eventlet_dead(w.members[i].gt)))
        ;
    if (i < 0)
        return;
    explore_enter();
    rc = eventlet_kill(w.members[i].gt, 0);
    explore_leave(rc, w.closed);
    explore_expect(rc, 0);
    if (!eventlet_dead(w.members[i].gt))
        explore_fail("a member survives its kill");
}

static void waitall(int n)
{
    int rc;

    (void)n;
    explore_enter();
    rc = eventlet_greenpool_waitall(w.pool);
    explore_leave(rc, w.closed);
    explore_expect(rc, 0);
    if (rc == 0 && !is_idle())
        explore_fail("waitall returns, but %d run and %d are about to",
                     running(), w.spawners);
}

static void resize(int n)
{
    w.size = n;
    explore_enter();
    EXPLORE_SAME(eventlet_greenpool_resize(w.pool, n), 0);
    explore_leave(0, w.closed);
}

/* ---- the end ---- */

static void free_pool(void)
{
    if (!w.closed)
        eventlet_greenpool_free(w.pool);
    w.closed = true;
}

static void close_it(void)
{
    free_pool();
    for (int i = 0; i < w.count; i++)
        eventlet_release(w.members[i].gt);
}

static const struct explore_verb verbs[] = {
    { .name = "spawn",
      .run = spawn,
      .may_wait = may_spawn_wait,
      .line = "spawners",
      .order = EXPLORE_WAITERS },
    { .name = "waitall", .run = waitall, .may_wait = may_waitall_wait },
    { .name = "kill", .run = kill_member },
    { .name = "resize", .run = resize, .in_hub = true },
    { .name = "free", .in_hub = true },
    { .name = NULL },
};

const struct explore_model explore_greenpool = { .name = "greenpool",
                                                 .verbs = verbs,
                                                 .begin = begin,
                                                 .check = check,
                                                 .is_closed = is_closed,
                                                 .free = free_pool,
                                                 .close = close_it };
