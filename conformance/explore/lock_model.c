/* SPDX-License-Identifier: MIT */
/* What a lock and a condition on it must do: one holds it, in strict order, and
 * a notify is lost only if nobody waits. Begins with its kind. */
#include "explore.h"

#include <errno.h>
#include <string.h>

#include "eventlet.h"

enum kind { LOCK, RLOCK };
enum { NOBODY = -1 };

static struct {
    enum kind kind;
    eventlet_lock *lock;
    eventlet_rlock *rlock;
    eventlet_condition *condition;
    int owner;
    int depth;
    int standing; /* in line, in a verb of their own */
    int waiting;  /* in the condition */
    int notifies; /* that were for one, at least, of those who waited */
    int for_all;  /* that were for all */
    int told;     /* by them, at most */
    int gone_on;  /* of those who were told */
    bool closed;  /* the lock */
    bool condition_closed;
    struct {
        int notifies, for_all, gone_on;
    } before[EXPLORE_THREADS]; /* it began to wait */
} w;

static void begin(const int *with)
{
    memset(&w, 0, sizeof w);
    w.kind = (enum kind)with[0];
    w.owner = NOBODY;
    if (w.kind == LOCK) {
        EXPLORE_SAME(eventlet_lock_new(&w.lock), 0);
        EXPLORE_SAME(eventlet_condition_new(&w.condition, w.lock), 0);
    } else {
        EXPLORE_SAME(eventlet_rlock_new(&w.rlock), 0);
        EXPLORE_SAME(eventlet_condition_new_rlock(&w.condition, w.rlock), 0);
    }
}

static bool is_locked(void)
{
    return w.kind == LOCK ? eventlet_lock_locked(w.lock)
                          : eventlet_rlock_locked(w.rlock);
}

static bool is_closed(void)
{
    return w.closed;
}

static void check(void)
{
    if (w.depth > 0 && !is_locked())
        explore_fail("it is held, but not locked");
    if (w.depth == 0 && w.standing == 0 && w.waiting == 0 && is_locked())
        explore_fail("it is locked, but nobody holds it or stands in line");
}

static bool may_lock_wait(int who)
{
    (void)who;
    return !w.closed && w.depth > 0;
}

/* For the lock; or to be told: no more may have been told since it waits than
 * have gone on. */
static bool may_condition_wait(int who)
{
    if (w.closed || w.depth > 0)
        return !w.closed;
    return !w.condition_closed && w.for_all == w.before[who].for_all &&
           w.notifies - w.before[who].notifies <=
               w.gone_on - w.before[who].gone_on;
}

/* ---- the lock ---- */

static void take(int depth)
{
    if (w.depth > 0)
        explore_fail("%d holds it, and so does %d", w.owner, explore_me());
    w.owner = explore_me();
    w.depth = depth;
}

static bool is_mine(void)
{
    return w.depth > 0 && w.owner == explore_me();
}

/* The call that is made, with w.kind chosen. */
static int acquire(bool timed, double seconds)
{
    if (w.kind == LOCK)
        return timed ? eventlet_lock_acquire_timeout(w.lock, seconds)
                     : eventlet_lock_acquire(w.lock);
    return timed ? eventlet_rlock_acquire_timeout(w.rlock, seconds)
                 : eventlet_rlock_acquire(w.rlock);
}

static void lock_for(bool timed, double seconds)
{
    bool again = w.kind == RLOCK && is_mine();
    int rc;

    if (w.closed || (w.kind == LOCK && is_mine()))
        return;
    w.standing += !again;
    explore_enter();
    rc = acquire(timed, seconds);
    w.standing -= !again;
    explore_leave(rc, w.closed || again);
    explore_expect(rc, 0);
    if (rc == 0 && w.closed)
        explore_fail("a lock is had that was freed");
    if (again && (rc != 0 || explore_waited()))
        explore_fail("its owner cannot take it again at once");
    if (again)
        w.depth++;
    else if (rc == 0)
        take(1);
}

static void lock(int n)
{
    (void)n;
    lock_for(false, 0);
}

static void lock_timeout(int n)
{
    (void)n;
    lock_for(true, 1);
}

static void lock_nowait(int n)
{
    bool free;
    int rc;

    (void)n;
    if (w.closed || is_mine())
        return;
    free = !is_locked();
    explore_enter();
    rc = w.kind == LOCK ? eventlet_lock_acquire_nowait(w.lock)
                        : eventlet_rlock_acquire_nowait(w.rlock);
    explore_leave(rc, w.closed);
    EXPLORE_SAME(rc, free ? 0 : -EAGAIN);
    if (rc == 0)
        take(1);
}

static void unlock(int n)
{
    int rc;

    (void)n;
    if (w.closed || !is_mine())
        return;
    w.depth--;
    explore_enter();
    rc = w.kind == LOCK ? eventlet_lock_release(w.lock)
                        : eventlet_rlock_release(w.rlock);
    explore_leave(rc, w.closed);
    EXPLORE_SAME(rc, 0);
}

/* ---- the condition ---- */

static void waited(int rc, int depth)
{
    w.waiting--;
    if (rc == 0 && w.told <= w.gone_on++)
        explore_fail("it goes on, but nobody told it");
    if (!w.closed)
        take(depth);
    if (rc == 0 && (w.closed || w.condition_closed))
        explore_fail("it goes on as if nothing had been freed");
}

static void wait_for(bool timed, double seconds)
{
    int depth = w.depth, rc;

    if (w.closed || w.condition_closed || !is_mine())
        return;
    w.depth = 0;
    w.waiting++;
    w.before[explore_me()].notifies = w.notifies;
    w.before[explore_me()].for_all = w.for_all;
    w.before[explore_me()].gone_on = w.gone_on;
    explore_enter();
    rc = timed ? eventlet_condition_wait_timeout(w.condition, seconds)
               : eventlet_condition_wait(w.condition);
    explore_leave(rc, w.closed || w.condition_closed);
    explore_expect(rc, 0);
    waited(rc, depth);
}

static void wait_plainly(int n)
{
    (void)n;
    wait_for(false, 0);
}

static void wait_timeout(int n)
{
    (void)n;
    wait_for(true, 1);
}

static void notify(int n)
{
    if (w.closed || w.condition_closed || !is_mine())
        return;
    explore_enter();
    if (n == 0)
        EXPLORE_SAME(eventlet_condition_notify_all(w.condition), 0);
    else
        EXPLORE_SAME(eventlet_condition_notify(w.condition, n), 0);
    explore_leave(0, w.closed);
    w.notifies += n > 0;
    w.for_all += n == 0;
    w.told += n == 0 || n > w.waiting ? w.waiting : n;
}

/* ---- the end ---- */

static void close_condition(void)
{
    if (!w.condition_closed)
        eventlet_condition_free(w.condition);
    w.condition_closed = true;
}

static void close_it(void)
{
    if (!w.closed && w.kind == LOCK)
        eventlet_lock_free(w.lock);
    else if (!w.closed)
        eventlet_rlock_free(w.rlock);
    w.closed = true;
    close_condition();
}

static void free_condition(int n)
{
    (void)n;
    if (w.condition_closed)
        return;
    explore_enter();
    close_condition();
    explore_leave(0, w.closed);
}

#define STANDER                                                                \
    .may_wait = may_lock_wait, .line = "lock", .order = EXPLORE_STRICT
#define WAITER                                                                 \
    .may_wait = may_condition_wait, .line = "condition",                       \
    .order = EXPLORE_WAITERS

static const struct explore_verb verbs[] = {
    { .name = "lock", .run = lock, STANDER },
    { .name = "lock_t", .run = lock_timeout, STANDER, .timed = true },
    { .name = "lock_now", .run = lock_nowait, STANDER },
    { .name = "unlock", .run = unlock, .gives_back = true },
    { .name = "wait", .run = wait_plainly, WAITER },
    { .name = "wait_t",
      .run = wait_timeout,
      .may_wait = may_condition_wait,
      .timed = true },
    { .name = "notify", .run = notify },
    { .name = "free" },
    { .name = "free_cond", .run = free_condition },
    { .name = NULL },
};

const struct explore_model explore_lock = { .name = "lock",
                                            .verbs = verbs,
                                            .begin = begin,
                                            .check = check,
                                            .is_closed = is_closed,
                                            .close = close_it };
