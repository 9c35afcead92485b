/* SPDX-License-Identifier: MIT */
/* Locks and conditions: what goes on for ever needs no memory. */
#include "check.h"
#include "sync/lock.h"
#include "sync/steady.h"

static int take_for_ever(void *lock)
{
    int rc;

    while ((rc = eventlet_lock_acquire(lock)) == 0) {
        steps++;
        rc = eventlet_sleep(0);
        CHECK_CODE(eventlet_lock_release(lock), 0);
        if (rc < 0)
            break;
    }
    return rc;
}

static int take_in_time_for_ever(void *lock)
{
    int rc;

    while ((rc = eventlet_lock_acquire_timeout(lock, 1)) == 0) {
        steps++;
        CHECK_CODE(eventlet_lock_release(lock), 0);
        if ((rc = eventlet_sleep(0)) < 0)
            break;
    }
    return rc;
}

static int take_twice_for_ever(void *lock)
{
    int rc;

    while ((rc = eventlet_rlock_acquire(lock)) == 0) {
        CHECK_CODE(eventlet_rlock_acquire(lock), 0);
        steps++;
        rc = eventlet_sleep(0);
        CHECK_CODE(eventlet_rlock_release(lock), 0);
        CHECK_CODE(eventlet_rlock_release(lock), 0);
        if (rc < 0)
            break;
    }
    return rc;
}

GREEN_TEST(lock, what_goes_on_for_ever_needs_no_memory, "lock.22")
{
    eventlet_lock *lock = lock_new();
    eventlet_rlock *rlock = rlock_new();
    struct crowd crowd = { .len = 0 };

    crowd_add(&crowd, 4, take_for_ever, lock);
    crowd_add(&crowd, 2, take_in_time_for_ever, lock);
    crowd_add(&crowd, 4, take_twice_for_ever, rlock);
    check_steady(&crowd);
    eventlet_lock_free(lock);
    eventlet_rlock_free(rlock);
}

struct pair {
    eventlet_lock *lock;
    eventlet_condition *c;
};

static int wait_for_ever(void *arg)
{
    const struct pair *p = arg;
    int rc = eventlet_lock_acquire(p->lock);

    if (rc < 0)
        return rc;
    while ((rc = eventlet_condition_wait(p->c)) == 0)
        steps++;
    CHECK_CODE(eventlet_lock_release(p->lock), 0);
    return rc;
}

static int notify_for_ever(void *arg)
{
    const struct pair *p = arg;
    int rc;

    while ((rc = eventlet_lock_acquire(p->lock)) == 0) {
        CHECK_CODE(eventlet_condition_notify_all(p->c), 0);
        CHECK_CODE(eventlet_lock_release(p->lock), 0);
        if ((rc = eventlet_sleep(0)) < 0)
            break;
    }
    return rc;
}

GREEN_TEST(lock, nor_do_those_who_wait_to_be_notified, "lock.22")
{
    eventlet_lock *lock = lock_new();
    struct pair p = { lock, condition_of(lock) };
    struct crowd crowd = { .len = 0 };

    crowd_add(&crowd, 4, wait_for_ever, &p);
    crowd_add(&crowd, 1, notify_for_ever, &p);
    check_steady(&crowd);
    eventlet_condition_free(p.c);
    eventlet_lock_free(lock);
}
