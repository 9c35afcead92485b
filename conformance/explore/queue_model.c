/* SPDX-License-Identifier: MIT */
/* What a queue must do: each item whose put succeeded comes out once, in order,
 * and none else does. Begins with its size and its kind. */
#include "explore.h"

#include <string.h>

#include "eventlet.h"

enum kind { FIFO, PRIORITY, LIFO, LIGHT };
enum state { PENDING, PUT, FAILED };

/* In the order in which they were about to be put. */
struct item {
    int by;
    enum state state;
    bool got;
    int priority;
    int turn; /* when it was stored */
};

static struct {
    eventlet_queue *q;
    enum kind kind;
    int maxsize;
    bool closed;
    struct item items[EXPLORE_THREADS * EXPLORE_STEPS];
    int count;
    int turns;
    int getters;
    size_t done;
    int finishes; /* how often all was done */
    int finishes_before[EXPLORE_THREADS];
} w;

static int compare(const void *a, const void *b, void *arg)
{
    (void)arg;
    return ((const struct item *)a)->priority -
           ((const struct item *)b)->priority;
}

static void begin(const int *with)
{
    int rc;

    memset(&w, 0, sizeof w);
    w.maxsize = with[0];
    w.kind = (enum kind)with[1];
    if (w.kind == PRIORITY)
        rc = eventlet_priorityqueue_new(&w.q, w.maxsize, compare, NULL);
    else if (w.kind == LIFO)
        rc = eventlet_lifoqueue_new(&w.q, w.maxsize);
    else if (w.kind == LIGHT)
        rc = eventlet_lightqueue_new(&w.q, w.maxsize);
    else
        rc = eventlet_queue_new(&w.q, w.maxsize);
    EXPLORE_SAME(rc, 0);
}

/* ---- what must be so ---- */

static bool is_stored(const struct item *it)
{
    return it->state == PUT && !it->got;
}

/* A putter waits with it that may still succeed. */
static bool is_offered(const struct item *it)
{
    return it->state == PENDING && !it->got && !explore_is_killed(it->by);
}

static size_t count_if(bool (*is)(const struct item *))
{
    size_t n = 0;

    for (int i = 0; i < w.count; i++)
        n += is(&w.items[i]);
    return n;
}

static bool is_pending(const struct item *it)
{
    return it->state == PENDING && !it->got;
}

static bool is_task(const struct item *it)
{
    return w.kind != LIGHT && (it->state == PUT || it->got);
}

static bool is_closed(void)
{
    return w.closed;
}

static void check(void)
{
    EXPLORE_SAME(eventlet_queue_qsize(w.q), count_if(is_stored));
    EXPLORE_SAME(eventlet_queue_putting(w.q), count_if(is_pending));
    EXPLORE_SAME(eventlet_queue_getting(w.q), w.getters);
    EXPLORE_SAME(eventlet_queue_unfinished_tasks(w.q),
                 count_if(is_task) - w.done);
}

/* Of two that are stored, whether a is to come out first. */
static bool comes_before(const struct item *a, const struct item *b)
{
    if (w.kind == PRIORITY && a->priority != b->priority)
        return a->priority < b->priority;
    return w.kind == LIFO ? a->turn > b->turn : a->turn < b->turn;
}

static struct item *next_out(void)
{
    struct item *best = NULL;

    for (int i = 0; i < w.count; i++)
        if (is_stored(&w.items[i]) &&
            (!best || comes_before(&w.items[i], best)))
            best = &w.items[i];
    for (int i = 0; i < w.count && !best; i++)
        if (is_offered(&w.items[i]))
            best = &w.items[i];
    return best;
}

static bool has_room(void)
{
    return w.maxsize < 0 || (int)eventlet_queue_qsize(w.q) < w.maxsize;
}

static bool may_get_wait(int who)
{
    (void)who;
    return !w.closed && !next_out();
}

static bool may_put_wait(int who)
{
    (void)who;
    return !w.closed && !has_room() && w.getters == 0;
}

static bool may_join_wait(int who)
{
    return !w.closed && count_if(is_task) > w.done &&
           w.finishes == w.finishes_before[who];
}

/* ---- putting ---- */

static struct item *new_item(int priority)
{
    struct item *it = &w.items[w.count++];

    *it = (struct item){ .by = explore_me(), .priority = priority };
    return it;
}

static int number(const struct item *it)
{
    return it ? (int)(it - w.items) : -1;
}

/* Those who wait store in the order in which they came. */
static void check_turn(const struct item *it)
{
    for (const struct item *other = w.items; other < it; other++)
        if (is_offered(other) && explore_waited())
            explore_fail("item %d gets in before item %d", number(it),
                         number(other));
}

static void put_ended(struct item *it, int rc, int own)
{
    explore_expect(rc, own);
    it->state = rc == 0 ? PUT : FAILED;
    if (rc < 0 && it->got)
        explore_fail("item %d was got, but its put gives %s", number(it),
                     eventlet_strerrorname(rc));
    if (rc < 0 || it->got)
        return;
    if (w.closed)
        explore_fail("item %d is put into a queue that was freed", number(it));
    it->turn = w.turns++;
    check_turn(it);
}

static void put_in(int priority, bool timed, double seconds)
{
    struct item *it;
    int rc;

    it = new_item(priority);
    explore_enter();
    rc = timed ? eventlet_queue_put_timeout(w.q, it, seconds)
               : eventlet_queue_put(w.q, it);
    explore_leave(rc, w.closed);
    put_ended(it, rc, timed ? EVENTLET_FULL : 0);
    if (is_stored(it) && w.maxsize >= 0 &&
        (int)eventlet_queue_qsize(w.q) > w.maxsize)
        explore_fail("%zu are in a queue of size %d", eventlet_queue_qsize(w.q),
                     w.maxsize);
}

static void put(int priority)
{
    put_in(priority, false, 0);
}

static void put_timeout(int priority)
{
    put_in(priority, true, 1);
}

static void put_zero(int priority)
{
    put_in(priority, true, 0);
}

static void put_nowait(int priority)
{
    struct item *it;
    bool fits;
    int rc;

    fits = has_room() ||
           (int)eventlet_queue_qsize(w.q) + eventlet_queue_putting(w.q) <
               eventlet_queue_getting(w.q);
    it = new_item(priority);
    explore_enter();
    rc = eventlet_queue_put_nowait(w.q, it);
    explore_leave(rc, w.closed);
    EXPLORE_SAME(rc, fits ? 0 : EVENTLET_FULL);
    put_ended(it, rc, EVENTLET_FULL);
}

/* ---- getting ---- */

static void took(struct item *it)
{
    struct item *want = next_out();

    if (it->got || it->state == FAILED)
        explore_fail("item %d comes out %s", number(it),
                     it->got ? "twice" : "though its put failed");
    if (it != want)
        explore_fail("item %d comes out, not item %d", number(it),
                     number(want));
    it->got = true;
}

static void get_from(bool timed, double seconds)
{
    void *item = NULL;
    int rc;

    w.getters++;
    explore_enter();
    rc = timed ? eventlet_queue_get_timeout(w.q, &item, seconds)
               : eventlet_queue_get(w.q, &item);
    w.getters--;
    explore_leave(rc, w.closed);
    explore_expect(rc, timed ? EVENTLET_EMPTY : 0);
    if (rc == 0 && w.closed)
        explore_fail("an item comes out of a queue that was freed");
    if (rc == 0)
        took(item);
}

static void get(int n)
{
    (void)n;
    get_from(false, 0);
}

static void get_timeout(int n)
{
    (void)n;
    get_from(true, 1);
}

static void get_zero(int n)
{
    (void)n;
    get_from(true, 0);
}

static void get_nowait(int n)
{
    void *item = NULL;
    bool there;
    int rc;

    (void)n;
    there = next_out() != NULL;
    explore_enter();
    rc = eventlet_queue_get_nowait(w.q, &item);
    explore_leave(rc, w.closed);
    EXPLORE_SAME(rc, there ? 0 : EVENTLET_EMPTY);
    if (rc == 0)
        took(item);
}

/* ---- the rest ---- */

static void task_done(int n)
{
    size_t left;
    int rc;

    (void)n;
    left = count_if(is_task) - w.done;
    explore_enter();
    rc = eventlet_queue_task_done(w.q);
    explore_leave(rc, w.closed);
    EXPLORE_SAME(rc, left ? 0 : EVENTLET_UNBALANCED);
    w.done += rc == 0;
    w.finishes += left == 1;
}

static void join(int n)
{
    int rc;

    (void)n;
    w.finishes_before[explore_me()] = w.finishes;
    explore_enter();
    rc = eventlet_queue_join(w.q);
    explore_leave(rc, w.closed);
    explore_expect(rc, 0);
    if (rc == 0 && explore_waited() &&
        w.finishes == w.finishes_before[explore_me()])
        explore_fail("join returns, but tasks are left");
}

static void resize(int n)
{
    w.maxsize = n;
    explore_enter();
    eventlet_queue_resize(w.q, n);
    explore_leave(0, w.closed);
}

/* Where nobody waits to put, what is left must come out as promised. */
static void rest(void)
{
    void *item;

    if (w.closed || eventlet_queue_putting(w.q) > 0)
        return;
    while (eventlet_queue_get_nowait(w.q, &item) == 0)
        took(item);
    check();
}

static void close_it(void)
{
    if (!w.closed)
        eventlet_queue_free(w.q);
    w.closed = true;
}

#define GETTER                                                                 \
    .may_wait = may_get_wait, .line = "getters", .order = EXPLORE_WAITERS
#define PUTTER .may_wait = may_put_wait, .finishes = true

static const struct explore_verb verbs[] = {
    { .name = "put", .run = put, PUTTER },
    { .name = "put_t", .run = put_timeout, PUTTER },
    { .name = "put_0", .run = put_zero, PUTTER },
    { .name = "put_now", .run = put_nowait, .in_hub = true },
    { .name = "get", .run = get, GETTER },
    { .name = "get_t", .run = get_timeout, GETTER },
    { .name = "get_0", .run = get_zero, GETTER },
    { .name = "get_now", .run = get_nowait, .in_hub = true },
    { .name = "join", .run = join, .may_wait = may_join_wait },
    { .name = "done", .run = task_done, .in_hub = true },
    { .name = "resize", .run = resize, .in_hub = true },
    { .name = "free", .in_hub = true },
    { .name = NULL },
};

const struct explore_model explore_queue = { .name = "queue",
                                             .verbs = verbs,
                                             .begin = begin,
                                             .check = check,
                                             .is_closed = is_closed,
                                             .rest = rest,
                                             .close = close_it };
