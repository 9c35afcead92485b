/* SPDX-License-Identifier: MIT */
/* What a pile must do: results come in the order of spawning, once each, to
 * those who ask in the order of asking. Begins with the size of its pool. */
#include "explore.h"

#include <string.h>

#include "eventlet.h"

struct result {
    bool in_row;
    bool done;
    int code;
};

static struct {
    eventlet_greenpile *pile;
    struct result results[EXPLORE_THREADS * EXPLORE_STEPS];
    int count;
    int running;
    int size;
    bool closed;
} w;

static void begin(const int *with)
{
    memset(&w, 0, sizeof w);
    w.size = with[0];
    EXPLORE_SAME(eventlet_greenpile_new(&w.pile, w.size), 0);
}

static struct result *first(void)
{
    for (int i = 0; i < w.count; i++)
        if (w.results[i].in_row)
            return &w.results[i];
    return NULL;
}

static bool is_closed(void)
{
    return w.closed;
}

static void check(void)
{
    if (w.running > w.size)
        explore_fail("%d run in a pile of size %d", w.running, w.size);
}

static bool may_spawn_wait(int who)
{
    (void)who;
    return !w.closed && w.running >= w.size;
}

static bool may_next_wait(int who)
{
    (void)who;
    return !w.closed && first() && !first()->done;
}

static int work(void *arg)
{
    struct result *r = arg;
    int rc;

    w.running++;
    rc = explore_member();
    w.running--;
    r->done = true;
    r->code = rc < 0 ? rc : (int)(r - w.results);
    return r->code;
}

static void spawn(int n)
{
    struct result *r;
    int rc;

    (void)n;
    r = &w.results[w.count++];
    r->in_row = true;
    explore_enter();
    rc = eventlet_greenpile_spawn(w.pile, work, r);
    if (rc < 0)
        r->in_row = false;
    explore_leave(rc, w.closed);
    explore_expect(rc, 0);
}

static void took(const struct result *r, int code)
{
    struct result *want = first();

    if (r != want)
        explore_fail("result %d comes, not %d", (int)(r - w.results),
                     want ? (int)(want - w.results) : -1);
    if (!r->done)
        explore_fail("a result comes before its green thread ended");
    EXPLORE_SAME(code, r->code);
    want->in_row = false;
}

static void next(int n)
{
    void *arg = NULL;
    int code = 0, rc;

    (void)n;
    explore_enter();
    rc = eventlet_greenpile_next(w.pile, &code, &arg);
    explore_leave(rc, w.closed);
    explore_expect(rc, EVENTLET_END);
    if (rc == 0)
        took(arg, code);
    else if (rc == EVENTLET_END && first())
        explore_fail("it comes to its end, but results are left");
}

static void close_it(void)
{
    if (!w.closed)
        eventlet_greenpile_free(w.pile);
    w.closed = true;
}

static const struct explore_verb verbs[] = {
    { .name = "spawn",
      .run = spawn,
      .may_wait = may_spawn_wait,
      .line = "spawners",
      .order = EXPLORE_WAITERS },
    { .name = "next",
      .run = next,
      .may_wait = may_next_wait,
      .line = "readers",
      .order = EXPLORE_STRICT },
    { .name = "free" },
    { .name = NULL },
};

const struct explore_model explore_greenpile = { .name = "greenpile",
                                                 .verbs = verbs,
                                                 .begin = begin,
                                                 .check = check,
                                                 .is_closed = is_closed,
                                                 .close = close_it };
