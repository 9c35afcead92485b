/* SPDX-License-Identifier: MIT */
/* Conditions: the end, the hub, and calls that fail. */
#include "sync/lock.h"

#include <pthread.h>

#include "base/sys.h"

GREEN_TEST(lock, condition_freed_its_waiters_are_told, "lock.19")
{
    eventlet_lock *lock = lock_new();
    eventlet_condition *c = condition_of(lock);
    struct user u[3] = { { 0 } };

    start_waiting(u, 3, c, lock);
    notify(c, lock, 1); /* too late to be of use */
    eventlet_condition_free(c);
    CHECK_INT(conditions_alive(), 1);
    CHECK_CODE(eventlet_kill(u[1].gt, EVENTLET_EXIT), 0);
    clock_advance(0.1);
    CHECK_HAS(notes_text, "A:CLOSED");
    CHECK_HAS(notes_text, "B:EXIT");
    CHECK_HAS(notes_text, "C:CLOSED");
    notes();
    CHECK_INT(conditions_alive(), 0);
    end(u, 3);
    eventlet_lock_free(lock);
}

static int wait_without_the_lock_after(void *arg)
{
    struct user *u = arg;

    CHECK_CODE(eventlet_lock_acquire(u->lock), 0);
    u->rc = eventlet_condition_wait(u->c);
    note_end(u);
    return 0;
}

GREEN_TEST(lock, condition_outlives_its_lock, "lock.19 lock.10")
{
    eventlet_lock *lock = lock_new();
    eventlet_condition *c = condition_of(lock);
    struct user u[2] = { { .c = c }, { .c = c } };

    start(u, 2, lock, wait_without_the_lock_after);
    CHECK_CODE(eventlet_lock_acquire(lock), 0);
    CHECK_CODE(eventlet_condition_notify(c, 1), 0);
    eventlet_lock_free(lock);
    CHECK_INT(locks_alive(), 1);
    let_others_run();
    CHECK_STR(notes(), "A:CLOSED");
    CHECK_INT(locks_alive(), 1);
    eventlet_condition_free(c);
    let_others_run();
    CHECK_STR(notes(), "B:CLOSED");
    CHECK_INT(locks_alive(), 0);
    CHECK_INT(conditions_alive(), 0);
    end(u, 2);
}

GREEN_TEST(lock, condition_freed_in_any_order_with_its_lock, "lock.10 lock.12")
{
    eventlet_lock *lock = lock_new();
    eventlet_condition *one = condition_of(lock), *two = condition_of(lock);

    eventlet_condition_free(one);
    CHECK_INT(locks_alive(), 1);
    eventlet_lock_free(lock);
    CHECK_INT(locks_alive(), 1);
    eventlet_condition_free(two);
    CHECK_INT(locks_alive(), 0);
}

static bool never(void *arg)
{
    (void)arg;
    return false;
}

static int wait_for_what_never_is(void *arg)
{
    struct user *u = arg;

    CHECK_CODE(eventlet_lock_acquire(u->lock), 0);
    u->rc = eventlet_condition_wait_for(u->c, never, NULL);
    note_end(u);
    return eventlet_lock_release(u->lock);
}

GREEN_TEST(lock, condition_freed_after_a_notify_that_was_not_enough,
           "lock.19 lock.21")
{
    eventlet_lock *lock = lock_new();
    eventlet_condition *c = condition_of(lock);
    struct user u = { .c = c };

    start(&u, 1, lock, wait_for_what_never_is);
    notify(c, lock, 1);
    eventlet_condition_free(c);
    clock_advance(0.1);
    CHECK_STR(notes(), "A:CLOSED");
    end(&u, 1);
    eventlet_lock_free(lock);
}

static int wait_in_hub(void *arg)
{
    struct user *u = arg;

    CHECK_CODE(eventlet_lock_acquire(u->lock), 0);
    CHECK_CODE(eventlet_condition_wait(u->c), EVENTLET_IN_HUB);
    CHECK_CODE(eventlet_condition_wait_timeout(u->c, 1), EVENTLET_IN_HUB);
    CHECK_CODE(eventlet_condition_wait_for(u->c, never, NULL), EVENTLET_IN_HUB);
    CHECK_CODE(eventlet_condition_notify_all(u->c), 0);
    CHECK_CODE(eventlet_lock_release(u->lock), 0); /* was held all the time */
    return 0;
}

GREEN_TEST(lock, condition_hub_cannot_wait_but_notify, "lock.8 lock.14")
{
    eventlet_lock *lock = lock_new();
    eventlet_condition *c = condition_of(lock);
    struct user u = { 0 }, hub = { .lock = lock, .c = c };

    start_waiting(&u, 1, c, lock);
    in_hub(wait_in_hub, &hub);
    clock_advance(0.1);
    CHECK_STR(notes(), "A");
    end(&u, 1);
    eventlet_condition_free(c);
    eventlet_lock_free(lock);
}

static int only_wait_in_hub(void *c)
{
    CHECK_CODE(eventlet_condition_wait(c), EVENTLET_IN_HUB);
    return 0;
}

GREEN_TEST(lock, condition_in_the_hub_keeps_the_lock, "lock.8")
{
    eventlet_lock *lock = lock_new();
    eventlet_condition *c = condition_of(lock);
    struct user u = { 0 };

    CHECK_CODE(eventlet_lock_acquire(lock), 0);
    start(&u, 1, lock, takes);
    in_hub(only_wait_in_hub, c);
    clock_advance(0.1);
    CHECK_STR(notes(), "");
    CHECK_CODE(eventlet_lock_release(lock), 0);
    let_others_run();
    CHECK_STR(notes(), "A");
    end(&u, 1);
    eventlet_condition_free(c);
    eventlet_lock_free(lock);
}

static int take_for_ever(void *lock)
{
    return eventlet_lock_acquire(lock);
}

TEST(lock, condition_that_can_never_have_the_lock_gives_up, "lock.16")
{
    eventlet_lock *lock = lock_new();
    eventlet_condition *c = condition_of(lock);

    REQUIRE_OK(eventlet_hubs_use_hub("sim"));
    catch_log();
    CHECK_CODE(eventlet_lock_acquire(lock), 0);
    CHECK_CODE(eventlet_condition_wait(c), EVENTLET_DEADLOCK);
    CHECK_CODE(eventlet_lock_release(lock), 0); /* it has the lock */
    CHECK_CODE(eventlet_lock_acquire(lock), 0);
    CHECK_CODE(eventlet_spawn_n(NULL, take_for_ever, lock), 0);
    CHECK_CODE(eventlet_condition_wait(c), EVENTLET_DEADLOCK);
    release_log();
    eventlet_condition_free(c);
    eventlet_lock_free(lock);
    CHECK_INT(locks_alive(), 0);
}

/* ---- calls that fail, and other OS threads ---- */

static int use_condition(void *arg)
{
    eventlet_condition *c = NULL;
    eventlet_lock *lock;
    int rc = eventlet_lock_new(&lock);

    (void)arg;
    if (rc < 0)
        return rc;
    rc = eventlet_condition_new(&c, lock);
    if (rc == 0)
        rc = eventlet_lock_acquire(lock);
    if (rc == 0) {
        rc = eventlet_condition_wait_timeout(c, 1);
        CHECK_CODE(eventlet_lock_release(lock), 0); /* whatever failed */
    }
    eventlet_condition_free(c);
    eventlet_lock_free(lock);
    return rc == EVENTLET_TIMEOUT ? 0 : rc;
}

TEST(lock, condition_every_call_may_fail, "lock.22 lock.16")
{
    catch_log();
    FAULT_EACH(use_condition, NULL);
    release_log();
}

GREEN_TEST(lock, to_wait_needs_no_memory, "lock.22")
{
    eventlet_lock *lock = lock_new();
    eventlet_condition *c = condition_of(lock);
    struct user u[2] = { { 0 } };

    start_waiting(u, 2, c, lock);
    eventlet__fault_arm(1, ENOMEM);
    notify(c, lock, 1);
    let_others_run();
    notify(c, lock, 1);
    let_others_run();
    eventlet__fault_arm(0, 0);
    CHECK_STR(notes(), "A B");
    end(u, 2);
    eventlet_condition_free(c);
    eventlet_lock_free(lock);
}

static void *touch_from_outside(void *arg)
{
    struct user *u = arg;
    eventlet_condition *c = NULL;

    CHECK_CODE(eventlet_condition_wait(u->c), -EPERM);
    CHECK_CODE(eventlet_condition_wait_timeout(u->c, 1), -EPERM);
    CHECK_CODE(eventlet_condition_notify(u->c, 1), -EPERM);
    CHECK_CODE(eventlet_condition_notify_all(u->c), -EPERM);
    CHECK_CODE(eventlet_condition_new(&c, u->lock), -EPERM);
    return NULL;
}

GREEN_TEST(lock, condition_refused_in_another_os_thread, "lock.23")
{
    eventlet_lock *lock = lock_new();
    struct user u = { .lock = lock, .c = condition_of(lock) };
    pthread_t thread;

    CHECK_CODE(eventlet_lock_acquire(lock), 0);
    REQUIRE_INT(pthread_create(&thread, NULL, touch_from_outside, &u), 0);
    pthread_join(thread, NULL);
    eventlet_condition_free(u.c);
    eventlet_lock_free(lock);
}
