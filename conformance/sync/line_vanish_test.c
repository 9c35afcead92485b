/* SPDX-License-Identifier: MIT */
/* Those who stand in the lines of events, semaphores, locks and conditions
 * vanish. */
#include <errno.h>

#include "sync/line.h"
#include "sync/vanish.h"

/* ---- lines ---- */

static struct eventlet__line line;
static int left;

static void count_left(struct eventlet__line *which)
{
    left += which == &line;
}

static bool never(void *arg)
{
    (void)arg;
    return false;
}

static int stand(void *arg)
{
    (void)arg;
    return eventlet__line_wait(&line, never, NULL);
}

static eventlet_greenthread *standing[3];

static void begin_line(void)
{
    eventlet__line_init(&line, count_left);
    left = 0;
    for (int i = 0; i < 3; i++)
        CHECK_CODE(eventlet_spawn(&standing[i], stand, NULL), 0);
    settle();
    CHECK_INT(line.count, 3);
}

static bool line_works(void)
{
    MUST(line.count == 0);
    MUST(eventlet__list_empty(&line.places));
    MUST(left == 3);
    eventlet__line_wake(&line, 3);
    settle();
    return true;
}

static void end_line(void)
{
    for (int i = 0; i < 3; i++)
        eventlet_reap(standing[i]);
    CHECK_INT(line.count, 0);
    CHECK_INT(left, 0);
}

VANISH_TEST(line, who_vanishes_has_left, "line.6 hub.43", begin_line,
            line_works, end_line)

/* ---- events ---- */

static eventlet_event *event;

static int wait_for_event(void *arg)
{
    (void)arg;
    return eventlet_event_wait(event, NULL) < 0 ? EVENTLET_EXIT : 0;
}

static void begin_event(void)
{
    CHECK_CODE(eventlet_event_new(&event), 0);
    start(wait_for_event, NULL);
    start(wait_for_event, NULL);
    settle();
}

static bool event_works(void)
{
    MUST(eventlet_event_send(event, NULL) == 0);
    MUST(eventlet_event_wait(event, NULL) == 0);
    eventlet_event_free(event);
    settle();
    return alive().events == 0;
}

static void end_event(void)
{
    eventlet_event_free(event);
}

VANISH_TEST(event, who_vanishes_waits_no_more, "event.17", begin_event,
            event_works, end_event)

static void begin_freed_event(void)
{
    begin_event();
    eventlet_event_free(event);
}

static bool nothing_works(void)
{
    settle();
    return alive().events == 0;
}

static void end_nothing(void)
{
}

VANISH_TEST(event, who_vanishes_may_have_waited_for_a_freed_one, "event.17",
            begin_freed_event, nothing_works, end_nothing)

/* ---- semaphores ---- */

static eventlet_semaphore *semaphore;

static int acquire(void *arg)
{
    (void)arg;
    return eventlet_semaphore_acquire(semaphore) < 0 ? EVENTLET_EXIT : 0;
}

static int release(void *arg)
{
    (void)arg;
    return eventlet_semaphore_release(semaphore) < 0 ? EVENTLET_EXIT : 0;
}

static void begin_semaphore(void)
{
    CHECK_CODE(eventlet_semaphore_new(&semaphore, 0), 0);
    for (int i = 0; i < 3; i++)
        start(acquire, NULL);
    settle();
    CHECK_CODE(eventlet_semaphore_release(semaphore), 0); /* wakes the first */
}

static bool semaphore_works(void)
{
    MUST(eventlet_semaphore_balance(semaphore) == 1);
    MUST(eventlet_semaphore_acquire_nowait(semaphore) == 0);
    MUST(eventlet_semaphore_acquire_timeout(semaphore, 1) == EVENTLET_TIMEOUT);
    MUST(eventlet_semaphore_release(semaphore) == 0);
    MUST(eventlet_semaphore_acquire(semaphore) == 0);
    eventlet_semaphore_free(semaphore);
    return alive().semaphores == 0;
}

static void end_semaphore(void)
{
    eventlet_semaphore_free(semaphore);
}

VANISH_TEST(semaphore, who_vanishes_has_left_the_line, "semaphore.23",
            begin_semaphore, semaphore_works, end_semaphore)

static void begin_capped(void)
{
    CHECK_CODE(eventlet_cappedsemaphore_new(&semaphore, 1, 1), 0);
    start(release, NULL);
    start(release, NULL);
    settle();
}

static bool capped_works(void)
{
    MUST(eventlet_semaphore_counter(semaphore) == 1);
    MUST(eventlet_semaphore_release_nowait(semaphore) == -EAGAIN);
    MUST(eventlet_semaphore_acquire(semaphore) == 0);
    MUST(eventlet_semaphore_counter(semaphore) == 0);
    MUST(eventlet_semaphore_release(semaphore) == 0);
    eventlet_semaphore_free(semaphore);
    return alive().semaphores == 0;
}

VANISH_TEST(semaphore, who_vanishes_gives_nothing_back, "semaphore.23",
            begin_capped, capped_works, end_semaphore)

static void begin_freed_semaphore(void)
{
    begin_semaphore();
    eventlet_semaphore_free(semaphore); /* its memory waits for the three */
}

static bool freed_semaphore_is_gone(void)
{
    return alive().semaphores == 0;
}

VANISH_TEST(semaphore, memory_goes_with_the_last_that_vanishes, "semaphore.23",
            begin_freed_semaphore, freed_semaphore_is_gone, end_nothing)

/* ---- locks ---- */

static eventlet_lock *lock;
static eventlet_rlock *rlock;

static int take(void *arg)
{
    (void)arg;
    return eventlet_lock_acquire(lock) < 0 ? EVENTLET_EXIT : 0;
}

static int take_again(void *arg)
{
    (void)arg;
    return eventlet_rlock_acquire(rlock) < 0 ? EVENTLET_EXIT : 0;
}

static void begin_locks(void)
{
    CHECK_CODE(eventlet_lock_new(&lock), 0);
    CHECK_CODE(eventlet_rlock_new(&rlock), 0);
    start(take, NULL); /* and keeps it */
    start(take_again, NULL);
    settle();
    start(take, NULL);
    start(take_again, NULL);
    settle();
}

static bool locks_work(void)
{
    MUST(eventlet_lock_acquire_nowait(lock) == -EAGAIN);
    MUST(eventlet_lock_release(lock) == 0);
    MUST(!eventlet_lock_locked(lock));
    MUST(eventlet_lock_acquire(lock) == 0);
    MUST(eventlet_rlock_acquire_nowait(rlock) == -EAGAIN);
    eventlet_rlock_at_fork_reinit(rlock);
    MUST(eventlet_rlock_acquire(rlock) == 0);
    MUST(eventlet_rlock_depth(rlock) == 1);
    eventlet_lock_free(lock);
    eventlet_rlock_free(rlock);
    return alive().locks == 0;
}

static void end_locks(void)
{
    eventlet_lock_free(lock);
    eventlet_rlock_free(rlock);
}

VANISH_TEST(lock, who_vanishes_has_left_the_line, "lock.25", begin_locks,
            locks_work, end_locks)

/* ---- conditions ---- */

static eventlet_condition *condition;

static int wait_to_be_notified(void *arg)
{
    int rc = eventlet_lock_acquire(lock);

    (void)arg;
    if (rc == 0)
        rc = eventlet_condition_wait(condition);
    if (rc == 0)
        rc = eventlet_lock_release(lock);
    return rc < 0 ? EVENTLET_EXIT : 0;
}

/* One of them is notified and waits for the lock. */
static void begin_condition(void)
{
    CHECK_CODE(eventlet_lock_new(&lock), 0);
    CHECK_CODE(eventlet_condition_new(&condition, lock), 0);
    for (int i = 0; i < 3; i++)
        start(wait_to_be_notified, NULL);
    settle();
    CHECK_CODE(eventlet_lock_acquire(lock), 0);
    CHECK_CODE(eventlet_condition_notify(condition, 1), 0);
    settle();
}

static bool condition_works(void)
{
    MUST(eventlet_condition_notify_all(condition) == 0);
    MUST(eventlet_condition_wait_timeout(condition, 1) == EVENTLET_TIMEOUT);
    MUST(eventlet_lock_release(lock) == 0);
    MUST(!eventlet_lock_locked(lock));
    eventlet_condition_free(condition);
    eventlet_lock_free(lock);
    return alive().conditions == 0 && alive().locks == 0;
}

static void end_condition(void)
{
    eventlet_condition_free(condition);
    eventlet_lock_free(lock);
}

VANISH_TEST(lock, who_vanishes_is_not_notified, "lock.25", begin_condition,
            condition_works, end_condition)
