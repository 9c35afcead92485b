/* SPDX-License-Identifier: MIT */
/* What a pool of resources must do: an item has one user at a time, there are
 * never more than so many, and who waits is served in order. Begins
 * with its smallest and its largest size, and with what create does. */
#include "explore.h"

#include <string.h>

#include "eventlet.h"

enum create { AT_ONCE, PAUSES, FAILS_ONCE };
enum { NOBODY = -1, ITEMS = EXPLORE_THREADS * EXPLORE_STEPS };

struct item {
    bool alive;
    int by; /* who has it, or gives it back; NOBODY: it is free */
};

static struct {
    eventlet_pool *pool;
    enum create create;
    bool began;
    struct item items[ITEMS];
    int count;
    struct item *free[ITEMS]; /* the one put first is first */
    int free_count;
    int alive;
    int making;
    int getters; /* those included that make one */
    int failures;
    bool closed;
} w;

/* ---- its items ---- */

static int make(void *arg, void **out)
{
    struct item *it;
    int rc = 0;

    (void)arg;
    if (w.began &&
        eventlet_pool_current_size(w.pool) > eventlet_pool_max_size(w.pool))
        explore_fail("it makes one more than there may be");
    w.making++;
    if (w.create == PAUSES && w.began)
        rc = explore_pause();
    w.making--;
    if (w.create == FAILS_ONCE && w.began && w.failures++ == 0)
        rc = EVENTLET_USER(1);
    if (rc < 0)
        return rc;
    it = &w.items[w.count++];
    *it = (struct item){ .alive = true, .by = NOBODY };
    if (w.began)
        it->by = explore_me();
    else
        w.free[w.free_count++] = it;
    w.alive++;
    *out = it;
    return 0;
}

static void take_out(int at)
{
    w.free_count--;
    memmove(&w.free[at], &w.free[at + 1],
            sizeof w.free[0] * (size_t)(w.free_count - at));
}

/* A free one goes only if it is unused for longest. */
static void unmake(void *arg, void *item)
{
    struct item *it = item;

    (void)arg;
    if (!it->alive)
        explore_fail("an item is destroyed twice");
    if (it->by == NOBODY) {
        if (w.free[0] != it)
            explore_fail("not the free item is destroyed that is oldest");
        take_out(0);
    }
    it->alive = false;
    w.alive--;
}

static void begin(const int *with)
{
    memset(&w, 0, sizeof w);
    w.create = (enum create)with[2];
    EXPLORE_SAME(eventlet_pool_new(&w.pool,
                                   &(struct eventlet_pool_opts){
                                       .min_size = with[0],
                                       .max_size = with[1],
                                       .create = make,
                                       .destroy = unmake,
                                   }),
                 0);
    w.began = true;
}

/* ---- what must be so ---- */

static bool is_closed(void)
{
    return w.closed;
}

static void check(void)
{
    int left;

    left = eventlet_pool_max_size(w.pool) - w.alive - w.making;
    EXPLORE_SAME(eventlet_pool_current_size(w.pool), w.alive + w.making);
    EXPLORE_SAME(eventlet_pool_waiting(w.pool), w.getters - w.making);
    EXPLORE_SAME(eventlet_pool_free_count(w.pool), w.free_count + left);
    if (w.free_count > 0 && left < 0)
        explore_fail("free items are kept that are too many");
}

static bool may_wait(int who)
{
    (void)who;
    return !w.closed && eventlet_pool_free_count(w.pool) <= 0;
}

/* ---- getting ---- */

static void took(struct item *it, bool was_free)
{
    if (!it->alive)
        explore_fail("an item is got that was destroyed");
    if (it->by == NOBODY) {
        if (w.free[0] != it)
            explore_fail("not the item is got that was put first");
        take_out(0);
        it->by = explore_me();
    } else if (it->by != explore_me()) {
        explore_fail("%d gets what %d has", explore_me(), it->by);
    } else if (was_free) {
        explore_fail("one is made, but one is free");
    }
}

static void get_by(int (*call)(void **item))
{
    void *item = NULL;
    bool spare;
    int rc;

    spare = eventlet_pool_free_count(w.pool) > eventlet_pool_waiting(w.pool);
    w.getters++;
    explore_enter();
    rc = call(&item);
    w.getters--;
    if (w.create == PAUSES)
        explore_leave_anyhow(rc, w.closed);
    else
        explore_leave(rc, w.closed);
    if (w.create != PAUSES && rc == 0 && spare == explore_waited())
        explore_fail(spare ? "it waits for what is there"
                           : "it does not wait for its turn");
    if (rc != EVENTLET_USER(1))
        explore_expect(rc, EVENTLET_EMPTY);
    if (rc == 0 && w.closed)
        explore_fail("an item comes out of a pool that was freed");
    if (rc == 0)
        took(item, w.create != PAUSES && w.free_count > 0);
}

static int get_plainly(void **item)
{
    return eventlet_pool_get(w.pool, item);
}

static int get_for_a_second(void **item)
{
    return eventlet_pool_get_timeout(w.pool, item, 1);
}

static int get_at_once(void **item)
{
    bool there =
        eventlet_pool_free_count(w.pool) > eventlet_pool_waiting(w.pool);
    int rc = eventlet_pool_get_nowait(w.pool, item);

    if (!there != (rc == EVENTLET_EMPTY))
        explore_fail("get_nowait gives %s", eventlet_strerrorname(rc));
    return rc;
}

static void get(int n)
{
    (void)n;
    get_by(get_plainly);
}

static void get_timeout(int n)
{
    (void)n;
    get_by(get_for_a_second);
}

static void get_nowait(int n)
{
    (void)n;
    get_by(get_at_once);
}

/* ---- giving back, also when the pool was freed ---- */

static struct item *mine(void)
{
    for (int i = w.count; i-- > 0;)
        if (w.items[i].alive && w.items[i].by == explore_me())
            return &w.items[i];
    return NULL;
}

static void put(int n)
{
    struct item *it = mine();

    (void)n;
    if (!it)
        return;
    explore_enter();
    eventlet_pool_put(w.pool, it);
    explore_leave(0, w.closed);
    if (!it->alive)
        return;
    it->by = NOBODY;
    w.free[w.free_count++] = it;
}

static void discard(int n)
{
    struct item *it = mine();

    (void)n;
    if (!it)
        return;
    explore_enter();
    eventlet_pool_discard(w.pool, it);
    explore_leave(0, w.closed);
    if (it->alive)
        explore_fail("what was discarded is still alive");
}

static void resize(int n)
{
    explore_enter();
    EXPLORE_SAME(eventlet_pool_resize(w.pool, n), 0);
    explore_leave(0, w.closed);
}

static void free_pool(void)
{
    if (w.closed)
        return;
    w.closed = true;
    eventlet_pool_free(w.pool);
}

/* What a green thread had when it ended goes back as well. */
static void close_it(void)
{
    free_pool();
    for (int i = 0; i < w.count; i++)
        if (w.items[i].alive && w.items[i].by != NOBODY)
            eventlet_pool_discard(w.pool, &w.items[i]);
}

#define GETTER .may_wait = may_wait, .line = "getters", .order = EXPLORE_WAITERS

static const struct explore_verb verbs[] = {
    { .name = "get", .run = get, GETTER },
    { .name = "get_t", .run = get_timeout, GETTER },
    { .name = "get_now", .run = get_nowait, GETTER, .in_hub = true },
    { .name = "put", .run = put, .gives_back = true, .in_hub = true },
    { .name = "discard", .run = discard, .gives_back = true, .in_hub = true },
    { .name = "resize", .run = resize, .in_hub = true },
    { .name = "free", .in_hub = true },
    { .name = NULL },
};

const struct explore_model explore_pool = { .name = "pool",
                                            .verbs = verbs,
                                            .begin = begin,
                                            .check = check,
                                            .is_closed = is_closed,
                                            .free = free_pool,
                                            .close = close_it };
