/* SPDX-License-Identifier: MIT */
/* Locks, and who gets them. */
#include "sync/lock.h"

#include <math.h>
#include <pthread.h>

#include "base/sys.h"
#include "core/child.h"

/* ---- taking and giving ---- */

GREEN_TEST(lock, new_one_is_free, "lock.1 lock.2 lock.4 lock.5")
{
    eventlet_lock *lock = lock_new();

    notes();
    CHECK_CODE(eventlet_spawn_n(NULL, say, "other"), 0);
    CHECK(!eventlet_lock_locked(lock));
    CHECK_CODE(eventlet_lock_release(lock), EVENTLET_UNBALANCED);
    CHECK_CODE(eventlet_lock_acquire(lock), 0);
    CHECK(eventlet_lock_locked(lock));
    CHECK_CODE(eventlet_lock_acquire_nowait(lock), -EAGAIN);
    CHECK_CODE(eventlet_lock_release(lock), 0);
    CHECK_CODE(eventlet_lock_acquire_timeout(lock, 1), 0);
    CHECK_CODE(eventlet_lock_release(lock), 0);
    CHECK_CODE(eventlet_lock_release(lock), EVENTLET_UNBALANCED);
    CHECK(!eventlet_lock_locked(lock));
    CHECK_STR(notes(), "");
    let_others_run();
    eventlet_lock_free(lock);
    eventlet_lock_free(NULL);
}

GREEN_TEST(lock, first_come_first_served, "lock.2 lock.3")
{
    eventlet_lock *lock = lock_new();
    struct user u[3] = { { 0 }, { .seconds = 5 }, { 0 } };

    CHECK_CODE(eventlet_lock_acquire(lock), 0);
    start(u, 3, lock, takes);
    CHECK_STR(notes(), "");
    CHECK_CODE(eventlet_lock_release(lock), 0);
    CHECK_STR(notes(), "");
    CHECK(eventlet_lock_locked(lock)); /* for who comes now */
    CHECK_CODE(eventlet_lock_acquire_nowait(lock), -EAGAIN);
    CHECK_CODE(eventlet_lock_acquire(lock), 0);
    CHECK_STR(notes(), "A B C");
    CHECK_CODE(eventlet_lock_release(lock), 0);
    end(u, 3);
    eventlet_lock_free(lock);
}

static int release_it(void *lock)
{
    CHECK_CODE(eventlet_lock_release(lock), 0);
    return 0;
}

GREEN_TEST(lock, anybody_may_release_it, "lock.5")
{
    eventlet_lock *lock = lock_new();

    CHECK_CODE(eventlet_lock_acquire(lock), 0);
    CHECK_CODE(eventlet_spawn_n(NULL, release_it, lock), 0);
    CHECK_CODE(eventlet_lock_acquire(lock), 0);
    in_hub(release_it, lock);
    CHECK_CODE(eventlet_lock_acquire_nowait(lock), 0);
    eventlet_lock_free(lock);
}

GREEN_TEST(lock, gives_up_when_the_time_is_over, "lock.4")
{
    eventlet_lock *lock = lock_new();

    CHECK_CODE(eventlet_lock_acquire_timeout(lock, -1), -EINVAL);
    CHECK_CODE(eventlet_lock_acquire_timeout(lock, NAN), -EINVAL);
    CHECK_CODE(eventlet_lock_acquire_timeout(lock, 0), 0);
    CHECK_CODE(eventlet_lock_acquire_timeout(lock, 0), EVENTLET_TIMEOUT);
    CHECK_CODE(eventlet_lock_acquire_timeout(lock, 1), EVENTLET_TIMEOUT);
    CHECK_CODE(eventlet_spawn_after(NULL, 1, release_it, lock), 0);
    CHECK_CODE(eventlet_lock_acquire_timeout(lock, EVENTLET_NEVER), 0);
    eventlet_lock_free(lock);
}

/* ---- thrown at ---- */

GREEN_TEST(lock, thrown_at_it_leaves_the_line, "lock.7")
{
    eventlet_lock *lock = lock_new();
    struct user u[2] = { { 0 } };

    CHECK_CODE(eventlet_lock_acquire(lock), 0);
    start(u, 2, lock, takes);
    CHECK_CODE(eventlet_kill(u[0].gt, EVENTLET_EXIT), 0);
    CHECK_CODE(eventlet_lock_release(lock), 0);
    let_others_run();
    CHECK_STR(notes(), "A:EXIT B");
    end(u, 2);
    eventlet_lock_free(lock);
}

GREEN_TEST(lock, killed_when_woken_the_next_gets_it, "lock.7 lock.9")
{
    eventlet_lock *lock = lock_new();
    struct user u[2] = { { 0 } };

    CHECK_CODE(eventlet_lock_acquire(lock), 0);
    start(u, 2, lock, takes);
    CHECK_CODE(eventlet_lock_release(lock), 0); /* wakes A */
    CHECK_CODE(eventlet_kill(u[0].gt, EVENTLET_EXIT), 0);
    let_others_run();
    CHECK_STR(notes(), "A:EXIT B");
    CHECK(!eventlet_lock_locked(lock));
    end(u, 2);
    eventlet_lock_free(lock);
}

GREEN_TEST(lock, a_wake_up_beats_a_timeout, "lock.9")
{
    eventlet_lock *lock = lock_new();
    struct eventlet_timeout t;

    CHECK_CODE(eventlet_lock_acquire(lock), 0);
    CHECK_CODE(eventlet_spawn_after(NULL, 1, release_it, lock), 0);
    CHECK_CODE(eventlet_timeout_start(&t, 1), 0);
    CHECK_CODE(eventlet_lock_acquire(lock), 0);
    CHECK(!eventlet_timeout_cancel(&t));
    CHECK_CODE(eventlet_spawn_after(NULL, 1, release_it, lock), 0);
    CHECK_CODE(eventlet_lock_acquire_timeout(lock, 1), 0);
    CHECK_CODE(eventlet_sleep(1), 0);
    eventlet_lock_free(lock);
}

static int try_in_hub(void *lock)
{
    CHECK_CODE(eventlet_lock_acquire(lock), EVENTLET_IN_HUB);
    CHECK_CODE(eventlet_lock_acquire_timeout(lock, 1), EVENTLET_IN_HUB);
    CHECK_CODE(eventlet_lock_release(lock), 0);
    CHECK_CODE(eventlet_lock_acquire(lock), 0);
    note("hub");
    return 0;
}

GREEN_TEST(lock, hub_cannot_wait, "lock.8")
{
    eventlet_lock *lock = lock_new();

    notes();
    CHECK_CODE(eventlet_lock_acquire(lock), 0);
    in_hub(try_in_hub, lock);
    CHECK_STR(notes(), "hub");
    eventlet_lock_free(lock);
}

/* ---- the end ---- */

GREEN_TEST(lock, freed_its_waiters_are_told, "lock.10")
{
    eventlet_lock *lock = lock_new();
    struct user u[3] = { { 0 } };

    CHECK_CODE(eventlet_lock_acquire(lock), 0);
    start(u, 3, lock, takes);
    eventlet_lock_free(lock);
    CHECK_INT(locks_alive(), 1);
    CHECK_CODE(eventlet_kill(u[1].gt, EVENTLET_EXIT), 0);
    let_others_run();
    CHECK_STR(notes(), "B:EXIT A:CLOSED C:CLOSED");
    CHECK_INT(locks_alive(), 0);
    end(u, 3);
}

static int reinit_and_take(void *lock)
{
    if (eventlet_lock_acquire_nowait(lock) != -EAGAIN)
        return 1;
    eventlet_lock_at_fork_reinit(lock);
    if (eventlet_lock_acquire_nowait(lock) != 0)
        return 2;
    if (eventlet_lock_acquire_nowait(lock) != -EAGAIN)
        return 3;
    return eventlet_lock_release(lock) == 0 ? 0 : 4;
}

GREEN_TEST(lock, a_forked_child_can_start_afresh, "lock.11")
{
    eventlet_lock *lock = lock_new();
    struct user u = { 0 };

    CHECK_CODE(eventlet_lock_acquire(lock), 0);
    start(&u, 1, lock, takes);
    CHECK_INT(in_child(reinit_and_take, lock, NULL, 0), 0);
    CHECK_CODE(eventlet_lock_release(lock), 0);
    let_others_run();
    CHECK_STR(notes(), "A");
    end(&u, 1);
    eventlet_lock_free(lock);
}

/* ---- reentrant ---- */

GREEN_TEST(lock, reentrant_one_counts, "lock.6 lock.1 lock.4")
{
    eventlet_rlock *lock = rlock_new();

    CHECK(!eventlet_rlock_locked(lock));
    CHECK_INT(eventlet_rlock_depth(lock), 0);
    CHECK_CODE(eventlet_rlock_release(lock), -EPERM);
    CHECK_CODE(eventlet_rlock_acquire(lock), 0);
    CHECK_CODE(eventlet_rlock_acquire_nowait(lock), 0);
    CHECK_CODE(eventlet_rlock_acquire_timeout(lock, 1), 0);
    for (int depth = 3; depth > 0; depth--) {
        CHECK(eventlet_rlock_locked(lock));
        CHECK_INT(eventlet_rlock_depth(lock), depth);
        CHECK_CODE(eventlet_rlock_release(lock), 0);
    }
    CHECK(!eventlet_rlock_locked(lock));
    CHECK_CODE(eventlet_rlock_release(lock), -EPERM);
    eventlet_rlock_free(lock);
    eventlet_rlock_free(NULL);
}

static int be_a_stranger(void *lock)
{
    CHECK_CODE(eventlet_rlock_release(lock), -EPERM);
    CHECK_INT(eventlet_rlock_depth(lock), 0);
    CHECK_CODE(eventlet_rlock_acquire_nowait(lock), -EAGAIN);
    CHECK_CODE(eventlet_rlock_acquire_timeout(lock, 0), EVENTLET_TIMEOUT);
    CHECK_CODE(eventlet_rlock_acquire(lock), 0);
    note("stranger");
    return eventlet_rlock_release(lock);
}

static int be_a_stranger_in_the_hub(void *lock)
{
    CHECK_CODE(eventlet_rlock_release(lock), -EPERM);
    CHECK_CODE(eventlet_rlock_acquire(lock), EVENTLET_IN_HUB);
    return 0;
}

GREEN_TEST(lock, reentrant_one_is_its_owners, "lock.6 lock.8")
{
    eventlet_rlock *lock = rlock_new();
    eventlet_greenthread *gt;

    notes();
    CHECK_CODE(eventlet_rlock_acquire(lock), 0);
    CHECK_CODE(eventlet_rlock_acquire(lock), 0);
    CHECK_CODE(eventlet_spawn(&gt, be_a_stranger, lock), 0);
    clock_advance(0.1);
    in_hub(be_a_stranger_in_the_hub, lock);
    CHECK_CODE(eventlet_rlock_release(lock), 0);
    let_others_run();
    CHECK_STR(notes(), "");
    CHECK_CODE(eventlet_rlock_release(lock), 0);
    let_others_run();
    CHECK_STR(notes(), "stranger");
    CHECK_CODE(eventlet_reap(gt), 0);
    eventlet_rlock_free(lock);
}

static int take_and_end(void *lock)
{
    return eventlet_rlock_acquire(lock);
}

static int try_to_release(void *lock)
{
    return eventlet_rlock_release(lock);
}

GREEN_TEST(lock, owner_that_ended_is_nobody_else, "lock.24")
{
    eventlet_rlock *lock = rlock_new();
    eventlet_greenthread *gt;

    CHECK_CODE(eventlet_spawn(&gt, take_and_end, lock), 0);
    CHECK_CODE(eventlet_wait(gt), 0);
    eventlet_release(gt);
    CHECK_CODE(eventlet_spawn(&gt, try_to_release, lock), 0); /* same stack */
    catch_log();
    CHECK_CODE(eventlet_wait(gt), -EPERM);
    release_log();
    eventlet_release(gt);
    eventlet_rlock_at_fork_reinit(lock);
    CHECK_CODE(eventlet_rlock_acquire_nowait(lock), 0);
    eventlet_rlock_free(lock);
}

/* ---- calls that fail, and other OS threads ---- */

static int use_locks(void *arg)
{
    eventlet_lock *lock;
    eventlet_rlock *rlock;
    int rc = eventlet_lock_new(&lock);

    (void)arg;
    if (rc < 0)
        return rc;
    rc = eventlet_rlock_new(&rlock);
    if (rc < 0) {
        eventlet_lock_free(lock);
        return rc;
    }
    rc = eventlet_lock_acquire(lock);
    if (rc == 0)
        rc = eventlet_lock_acquire_timeout(lock, 1);
    if (rc == EVENTLET_TIMEOUT)
        rc = eventlet_rlock_acquire_timeout(rlock, 1);
    eventlet_lock_free(lock);
    eventlet_rlock_free(rlock);
    return rc;
}

TEST(lock, every_call_may_fail, "lock.22")
{
    catch_log();
    FAULT_EACH(use_locks, NULL);
    release_log();
}

static void *touch_from_outside(void *lock)
{
    CHECK_CODE(eventlet_lock_acquire(lock), -EPERM);
    CHECK_CODE(eventlet_lock_acquire_timeout(lock, 1), -EPERM);
    CHECK_CODE(eventlet_lock_acquire_nowait(lock), -EPERM);
    CHECK_CODE(eventlet_lock_release(lock), -EPERM);
    return NULL;
}

GREEN_TEST(lock, refused_in_another_os_thread, "lock.23")
{
    eventlet_lock *lock = lock_new();
    pthread_t thread;

    CHECK_CODE(eventlet_lock_acquire(lock), 0);
    REQUIRE_INT(pthread_create(&thread, NULL, touch_from_outside, lock), 0);
    pthread_join(thread, NULL);
    CHECK_CODE(eventlet_lock_release(lock), 0);
    eventlet_lock_free(lock);
}
