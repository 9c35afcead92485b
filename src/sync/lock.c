/* SPDX-License-Identifier: MIT */
/* Locks that green threads take in the order in which they came.
 *
 * A lock is not handed over: who releases it wakes the first in line, which
 * looks, and takes it. As nobody gets in front of who stands there, it is the
 * first's all the same.
 *
 * The owner is kept as a number, not as a pointer: it may end without releasing
 * the lock, and another green thread then stands at its address. */
#include "sync/lock.h"

#include <errno.h>

#include "base/mem.h"
#include "core/greenthread.h"
#include "eventlet/timeout.h"
#include "sync/home.h"

static void left(struct eventlet__line *line)
{
    eventlet__mutex_settle(
        EVENTLET__CONTAINER(line, struct eventlet__mutex, line));
}

static void init(struct eventlet__mutex *m, bool reentrant)
{
    m->reentrant = reentrant;
    eventlet__line_init(&m->line, left);
    m->home = eventlet__home();
    EVENTLET__BORN(locks);
}

static bool is_ownerless(const struct eventlet__mutex *m)
{
    return m->closed && m->line.count == 0 && m->conditions == 0;
}

void eventlet__mutex_settle(struct eventlet__mutex *m)
{
    if (is_ownerless(m)) {
        EVENTLET__DIED(locks);
        eventlet__free(m); /* it begins the block */
        return;
    }
    if (m->closed)
        eventlet__line_wake(&m->line, m->line.count);
    else if (m->depth == 0)
        eventlet__line_wake(&m->line, 1);
}

static void close_mutex(struct eventlet__mutex *m)
{
    m->closed = true;
    eventlet__mutex_settle(m);
}

/* ---- taking ---- */

static uint64_t caller(void)
{
    const eventlet_greenthread *self = eventlet__self();

    return self ? self->id : 0;
}

bool eventlet__mutex_held(const struct eventlet__mutex *m)
{
    return m->depth > 0 && (!m->reentrant || m->owner == caller());
}

static bool can_take(const struct eventlet__mutex *m)
{
    return m->depth == 0 && m->line.count == 0;
}

static bool may_go(void *arg)
{
    const struct eventlet__mutex *m = arg;

    return m->closed || m->depth == 0;
}

static void take(struct eventlet__mutex *m, size_t depth)
{
    m->depth = depth;
    m->owner = caller();
}

static int acquire_nowait(struct eventlet__mutex *m)
{
    if (!eventlet__at_home(m->home))
        return -EPERM;
    if (m->reentrant && eventlet__mutex_held(m)) {
        m->depth++;
        return 0;
    }
    if (!can_take(m))
        return -EAGAIN;
    take(m, 1);
    return 0;
}

static int wait_and_take(struct eventlet__mutex *m)
{
    int rc = eventlet__line_wait(&m->line, may_go, m);

    if (rc == 0 && m->closed)
        rc = EVENTLET_CLOSED;
    if (rc == 0)
        take(m, 1);
    else
        eventlet__mutex_settle(m);
    return rc;
}

static int acquire(struct eventlet__mutex *m)
{
    int rc = acquire_nowait(m);

    return rc == -EAGAIN ? wait_and_take(m) : rc;
}

static int acquire_timeout(struct eventlet__mutex *m, double seconds)
{
    struct eventlet_timeout t;
    int rc;

    if (!(seconds >= 0))
        return -EINVAL;
    rc = acquire_nowait(m);
    if (rc != -EAGAIN)
        return rc;
    rc = eventlet_timeout_start(&t, seconds);
    if (rc < 0)
        return rc;
    rc = wait_and_take(m);
    eventlet_timeout_cancel(&t);
    return rc;
}

/* ---- giving back ---- */

size_t eventlet__mutex_leave(struct eventlet__mutex *m)
{
    size_t depth = m->depth;

    m->depth = 0;
    eventlet__mutex_settle(m);
    return depth;
}

/* Who joins the line of one that was freed would stand there for ever. */
static int wait_again(struct eventlet__mutex *m)
{
    if (m->closed || can_take(m))
        return 0;
    return eventlet__line_wait(&m->line, may_go, m);
}

int eventlet__mutex_reenter(struct eventlet__mutex *m, size_t depth, int thrown)
{
    const eventlet_greenthread *self = eventlet__self();
    int rc = wait_again(m);

    while (rc < 0 && rc != EVENTLET_DEADLOCK) {
        if (thrown == 0 || !self->thrower)
            thrown = rc;
        rc = wait_again(m);
    }
    if (rc == 0 && !m->closed) {
        take(m, depth);
        return thrown;
    }
    eventlet__mutex_settle(m);
    if (thrown < 0)
        return thrown;
    return rc < 0 ? rc : EVENTLET_CLOSED;
}

static bool is_locked(const struct eventlet__mutex *m)
{
    return !can_take(m);
}

static void reinit(struct eventlet__mutex *m)
{
    m->depth = 0;
    eventlet__mutex_settle(m);
}

/* ---- what anybody may release ---- */

int eventlet_lock_new(eventlet_lock **lock)
{
    eventlet_lock *made = eventlet__alloc(sizeof *made);

    if (!made)
        return -ENOMEM;
    init(&made->mutex, false);
    *lock = made;
    return 0;
}

void eventlet_lock_free(eventlet_lock *lock)
{
    if (lock)
        close_mutex(&lock->mutex);
}

int eventlet_lock_acquire(eventlet_lock *lock)
{
    return acquire(&lock->mutex);
}

int eventlet_lock_acquire_timeout(eventlet_lock *lock, double seconds)
{
    return acquire_timeout(&lock->mutex, seconds);
}

int eventlet_lock_acquire_nowait(eventlet_lock *lock)
{
    return acquire_nowait(&lock->mutex);
}

int eventlet_lock_release(eventlet_lock *lock)
{
    if (!eventlet__at_home(lock->mutex.home))
        return -EPERM;
    if (lock->mutex.depth == 0)
        return EVENTLET_UNBALANCED;
    eventlet__mutex_leave(&lock->mutex);
    return 0;
}

bool eventlet_lock_locked(const eventlet_lock *lock)
{
    return is_locked(&lock->mutex);
}

void eventlet_lock_at_fork_reinit(eventlet_lock *lock)
{
    reinit(&lock->mutex);
}

/* ---- what its owner may take again ---- */

int eventlet_rlock_new(eventlet_rlock **lock)
{
    eventlet_rlock *made = eventlet__alloc(sizeof *made);

    if (!made)
        return -ENOMEM;
    init(&made->mutex, true);
    *lock = made;
    return 0;
}

void eventlet_rlock_free(eventlet_rlock *lock)
{
    if (lock)
        close_mutex(&lock->mutex);
}

int eventlet_rlock_acquire(eventlet_rlock *lock)
{
    return acquire(&lock->mutex);
}

int eventlet_rlock_acquire_timeout(eventlet_rlock *lock, double seconds)
{
    return acquire_timeout(&lock->mutex, seconds);
}

int eventlet_rlock_acquire_nowait(eventlet_rlock *lock)
{
    return acquire_nowait(&lock->mutex);
}

int eventlet_rlock_release(eventlet_rlock *lock)
{
    struct eventlet__mutex *m = &lock->mutex;

    if (!eventlet__at_home(m->home) || !eventlet__mutex_held(m))
        return -EPERM;
    if (m->depth == 1)
        eventlet__mutex_leave(m);
    else
        m->depth--;
    return 0;
}

bool eventlet_rlock_locked(const eventlet_rlock *lock)
{
    return is_locked(&lock->mutex);
}

size_t eventlet_rlock_depth(const eventlet_rlock *lock)
{
    return eventlet__mutex_held(&lock->mutex) ? lock->mutex.depth : 0;
}

void eventlet_rlock_at_fork_reinit(eventlet_rlock *lock)
{
    reinit(&lock->mutex);
}
