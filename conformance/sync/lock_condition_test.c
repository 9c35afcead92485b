/* SPDX-License-Identifier: MIT */
/* Conditions over locks. */
#include "sync/lock.h"

#include <pthread.h>

#include "core/park.h"

/* ---- waiting and notifying ---- */

GREEN_TEST(lock, condition_wait_gives_the_lock_back, "lock.12 lock.13 lock.14")
{
    eventlet_lock *lock = lock_new();
    eventlet_condition *c = condition_of(lock);
    struct user u = { 0 };

    start_waiting(&u, 1, c, lock);
    CHECK_CODE(eventlet_lock_acquire_nowait(lock), 0);
    CHECK_CODE(eventlet_condition_notify(c, 1), 0);
    let_others_run();
    let_others_run();
    CHECK_STR(notes(), ""); /* we have the lock */
    CHECK_CODE(eventlet_lock_release(lock), 0);
    let_others_run();
    CHECK_STR(notes(), "A");
    CHECK(!eventlet_lock_locked(lock));
    end(&u, 1);
    eventlet_condition_free(c);
    eventlet_condition_free(NULL);
    eventlet_lock_free(lock);
}

GREEN_TEST(lock, condition_stray_wake_up_ends_no_wait, "lock.13")
{
    eventlet_lock *lock = lock_new();
    eventlet_condition *c = condition_of(lock);
    struct user u = { 0 };

    start_waiting(&u, 1, c, lock);
    eventlet__wake(u.gt);
    let_others_run();
    CHECK_STR(notes(), "");
    notify(c, lock, 1);
    let_others_run();
    CHECK_STR(notes(), "A");
    end(&u, 1);
    eventlet_condition_free(c);
    eventlet_lock_free(lock);
}

GREEN_TEST(lock, condition_notifies_in_order, "lock.14")
{
    eventlet_lock *lock = lock_new();
    eventlet_condition *c = condition_of(lock);
    struct user u[4] = { { 0 } };

    start_waiting(u, 4, c, lock);
    notify(c, lock, 0);
    clock_advance(0.1);
    CHECK_STR(notes(), "");
    notify(c, lock, 1);
    clock_advance(0.1);
    CHECK_STR(notes(), "A");
    notify(c, lock, 2);
    clock_advance(0.1);
    CHECK_STR(notes(), "B C");
    notify(c, lock, 7);
    notify(c, lock, 7); /* nobody is there, and it is not kept */
    clock_advance(0.1);
    CHECK_STR(notes(), "D");
    end(u, 4);
    eventlet_condition_free(c);
    eventlet_lock_free(lock);
}

GREEN_TEST(lock, condition_notifies_all, "lock.14")
{
    eventlet_lock *lock = lock_new();
    eventlet_condition *c = condition_of(lock);
    struct user u[4] = { { 0 } };

    start_waiting(u, 4, c, lock);
    CHECK_CODE(eventlet_lock_acquire(lock), 0);
    CHECK_CODE(eventlet_condition_notify_all(c), 0);
    CHECK_CODE(eventlet_lock_release(lock), 0);
    clock_advance(0.1);
    CHECK_STR(notes(), "A B C D");
    end(u, 4);
    eventlet_condition_free(c);
    eventlet_lock_free(lock);
}

GREEN_TEST(lock, condition_needs_the_lock, "lock.15")
{
    eventlet_lock *lock = lock_new();
    eventlet_condition *c = condition_of(lock);

    CHECK_CODE(eventlet_condition_wait(c), -EPERM);
    CHECK_CODE(eventlet_condition_wait_timeout(c, 1), -EPERM);
    CHECK_CODE(eventlet_condition_notify(c, 1), -EPERM);
    CHECK_CODE(eventlet_condition_notify_all(c), -EPERM);
    CHECK_CODE(eventlet_condition_wait_for(c, NULL, NULL), -EPERM);
    eventlet_condition_free(c);
    eventlet_lock_free(lock);
}

static int wait_deeply(void *arg)
{
    void **both = arg;
    eventlet_rlock *lock = both[0];

    CHECK_CODE(eventlet_condition_wait(both[1]), -EPERM);
    for (int i = 0; i < 3; i++)
        CHECK_CODE(eventlet_rlock_acquire(lock), 0);
    CHECK_CODE(eventlet_condition_wait(both[1]), 0);
    CHECK_INT(eventlet_rlock_depth(lock), 3);
    for (int i = 0; i < 3; i++)
        CHECK_CODE(eventlet_rlock_release(lock), 0);
    return 7;
}

GREEN_TEST(lock, condition_over_a_reentrant_one, "lock.12 lock.13 lock.15")
{
    eventlet_rlock *lock = rlock_new();
    eventlet_condition *c;
    eventlet_greenthread *gt;
    void *both[2] = { lock, NULL };

    REQUIRE_CODE(eventlet_condition_new_rlock(&c, lock), 0);
    both[1] = c;
    CHECK_CODE(eventlet_spawn(&gt, wait_deeply, both), 0);
    let_others_run();
    CHECK_CODE(eventlet_condition_notify(c, 1), -EPERM);
    CHECK_CODE(eventlet_rlock_acquire_nowait(lock), 0);
    CHECK_CODE(eventlet_condition_notify(c, 1), 0);
    CHECK_CODE(eventlet_rlock_release(lock), 0);
    CHECK_CODE(eventlet_wait(gt), 7);
    eventlet_release(gt);
    eventlet_condition_free(c);
    eventlet_rlock_free(lock);
}

static bool is_three(void *n)
{
    return *(int *)n == 3;
}

struct counting {
    eventlet_lock *lock;
    eventlet_condition *c;
    int n;
};

static int wait_for_three(void *arg)
{
    struct counting *k = arg;
    int rc = eventlet_lock_acquire(k->lock);

    if (rc == 0)
        rc = eventlet_condition_wait_for(k->c, is_three, &k->n);
    CHECK_CODE(eventlet_lock_release(k->lock), 0);
    return rc;
}

GREEN_TEST(lock, condition_waits_for_what_is_to_be_true, "lock.21")
{
    eventlet_lock *lock = lock_new();
    struct counting k = { lock, condition_of(lock), 0 };
    eventlet_greenthread *gt;

    CHECK_CODE(eventlet_spawn(&gt, wait_for_three, &k), 0);
    for (int i = 0; i < 3; i++) {
        clock_advance(0.1);
        CHECK(!eventlet_dead(gt));
        k.n++;
        notify(k.c, lock, 1);
    }
    CHECK_CODE(eventlet_wait(gt), 0);
    CHECK_CODE(wait_for_three(&k), 0); /* is true: does not wait */
    k.n = 0;
    eventlet_release(gt);
    CHECK_CODE(eventlet_spawn(&gt, wait_for_three, &k), 0);
    clock_advance(0.1);
    CHECK_CODE(eventlet_reap(gt), EVENTLET_EXIT);
    eventlet_condition_free(k.c);
    eventlet_lock_free(lock);
}

GREEN_TEST(lock, condition_gives_up_when_the_time_is_over, "lock.20")
{
    eventlet_lock *lock = lock_new();
    eventlet_condition *c = condition_of(lock);
    struct user u[2] = { { .seconds = 1 }, { 0 } };

    start_waiting(u, 2, c, lock);
    CHECK_CODE(eventlet_lock_acquire(lock), 0);
    CHECK_CODE(eventlet_condition_wait_timeout(c, -1), -EINVAL);
    clock_advance(2);
    CHECK_STR(notes(), ""); /* not without the lock */
    CHECK_CODE(eventlet_condition_notify(c, 1), 0);
    CHECK_CODE(eventlet_lock_release(lock), 0);
    clock_advance(0.1);
    CHECK_STR(notes(), "A:TIMEOUT B");
    end(u, 2);
    eventlet_condition_free(c);
    eventlet_lock_free(lock);
}

GREEN_TEST(lock, condition_time_is_not_for_the_lock, "lock.20")
{
    eventlet_lock *lock = lock_new();
    eventlet_condition *c = condition_of(lock);
    struct user u = { .seconds = 1 };

    start_waiting(&u, 1, c, lock);
    CHECK_CODE(eventlet_lock_acquire(lock), 0);
    CHECK_CODE(eventlet_condition_notify(c, 1), 0);
    clock_advance(5);
    CHECK_CODE(eventlet_lock_release(lock), 0);
    let_others_run();
    CHECK_STR(notes(), "A");
    end(&u, 1);
    eventlet_condition_free(c);
    eventlet_lock_free(lock);
}

/* ---- thrown at ---- */

GREEN_TEST(lock, condition_killed_takes_the_lock_first, "lock.16")
{
    eventlet_lock *lock = lock_new();
    eventlet_condition *c = condition_of(lock);
    struct user u = { 0 };

    start_waiting(&u, 1, c, lock);
    CHECK_CODE(eventlet_lock_acquire(lock), 0);
    CHECK_CODE(eventlet_kill(u.gt, EVENTLET_EXIT), 0);
    CHECK_CODE(eventlet_kill(u.gt, EVENTLET_USER(2)), 0);
    CHECK_CODE(eventlet_kill(u.gt, EVENTLET_USER(1)), 0);
    clock_advance(1);
    CHECK_STR(notes(), "");
    CHECK_CODE(eventlet_lock_release(lock), 0);
    let_others_run();
    CHECK_CODE(u.rc, EVENTLET_USER(1));
    CHECK(!eventlet_lock_locked(lock));
    notes();
    end(&u, 1);
    eventlet_condition_free(c);
    eventlet_lock_free(lock);
}

GREEN_TEST(lock, condition_killed_when_notified_tells_the_next,
           "lock.17 lock.9")
{
    eventlet_lock *lock = lock_new();
    eventlet_condition *c = condition_of(lock);
    struct user u[3] = { { 0 } };

    start_waiting(u, 3, c, lock);
    notify(c, lock, 1); /* A, which has not run yet … */
    CHECK_CODE(eventlet_kill(u[0].gt, EVENTLET_EXIT), 0);
    clock_advance(0.1);
    CHECK_STR(notes(), "A:EXIT B");
    end(u, 3);
    CHECK_CODE(u[2].rc, EVENTLET_EXIT);
    eventlet_condition_free(c);
    eventlet_lock_free(lock);
}

GREEN_TEST(lock, condition_killed_on_its_way_to_the_lock_too, "lock.16 lock.17")
{
    eventlet_lock *lock = lock_new();
    eventlet_condition *c = condition_of(lock);
    struct user u[3] = { { 0 } };

    start_waiting(u, 3, c, lock);
    CHECK_CODE(eventlet_lock_acquire(lock), 0);
    CHECK_CODE(eventlet_condition_notify(c, 1), 0);
    clock_advance(0.1); /* A waits for the lock */
    CHECK_CODE(eventlet_kill(u[0].gt, EVENTLET_EXIT), 0);
    clock_advance(0.1);
    CHECK_STR(notes(), "");
    CHECK_CODE(eventlet_lock_release(lock), 0);
    clock_advance(0.1);
    CHECK_STR(notes(), "A:EXIT B");
    end(u, 3);
    eventlet_condition_free(c);
    eventlet_lock_free(lock);
}

GREEN_TEST(lock, condition_killed_before_it_is_notified_is_passed_over,
           "lock.17")
{
    eventlet_lock *lock = lock_new();
    eventlet_condition *c = condition_of(lock);
    struct user u[2] = { { 0 } };

    start_waiting(u, 2, c, lock);
    CHECK_CODE(eventlet_kill(u[0].gt, EVENTLET_EXIT), 0);
    notify(c, lock, 1);
    clock_advance(0.1);
    CHECK_STR(notes(), "A:EXIT B");
    end(u, 2);
    eventlet_condition_free(c);
    eventlet_lock_free(lock);
}

static int wait_under_a_timeout(void *arg)
{
    struct user *u = arg;
    struct eventlet_timeout t;

    CHECK_CODE(eventlet_timeout_start(&t, 1), 0);
    waits(u);
    note(eventlet_timeout_cancel(&t) ? "fired" : "in time");
    return 0;
}

/* Killed before its time is over, which it is before the lock is free. */
GREEN_TEST(lock, condition_kill_is_not_undone_by_a_timeout, "lock.18")
{
    eventlet_lock *lock = lock_new();
    eventlet_condition *c = condition_of(lock);
    struct user u = { .c = c };

    start(&u, 1, lock, wait_under_a_timeout);
    CHECK_CODE(eventlet_lock_acquire(lock), 0);
    CHECK_CODE(eventlet_kill(u.gt, EVENTLET_EXIT), 0);
    clock_advance(2);
    CHECK_CODE(eventlet_lock_release(lock), 0);
    let_others_run();
    CHECK_STR(notes(), "A:EXIT fired");
    end(&u, 1);
    eventlet_condition_free(c);
    eventlet_lock_free(lock);
}

GREEN_TEST(lock, condition_kill_comes_before_an_earlier_timeout, "lock.18")
{
    eventlet_lock *lock = lock_new();
    eventlet_condition *c = condition_of(lock);
    struct user u[2] = { { .c = c }, { .c = c } };

    start(u, 2, lock, wait_under_a_timeout);
    CHECK_CODE(eventlet_lock_acquire(lock), 0);
    clock_advance(2);
    CHECK_CODE(eventlet_kill(u[0].gt, EVENTLET_EXIT), 0);
    CHECK_CODE(eventlet_lock_release(lock), 0);
    clock_advance(0.1);
    CHECK_STR(notes(), "B:TIMEOUT fired A:EXIT fired");
    end(u, 2);
    eventlet_condition_free(c);
    eventlet_lock_free(lock);
}

GREEN_TEST(lock, condition_wake_up_beats_a_timeout, "lock.9")
{
    eventlet_lock *lock = lock_new();
    eventlet_condition *c = condition_of(lock);
    struct user u = { .c = c };

    CHECK_CODE(eventlet_lock_acquire(lock), 0);
    CHECK_CODE(eventlet_lock_release(lock), 0);
    start(&u, 1, lock, wait_under_a_timeout);
    clock_advance(0.9);
    notify(c, lock, 1);
    CHECK_CODE(eventlet_lock_acquire(lock), 0);
    CHECK_CODE(eventlet_lock_release(lock), 0);
    clock_advance(1);
    CHECK_STR(notes(), "A in time");
    end(&u, 1);
    eventlet_condition_free(c);
    eventlet_lock_free(lock);
}
