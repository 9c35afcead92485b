/* SPDX-License-Identifier: MIT */
/* Semaphores: waits that are ended, the end, and calls that fail. */
#include "sync/semaphore.h"

#include <errno.h>
#include <pthread.h>

#include "base/sys.h"

/* ---- thrown at ---- */

GREEN_TEST(semaphore, thrown_at_it_leaves_the_line, "semaphore.9")
{
    eventlet_semaphore *s = semaphore_of(0);
    struct user u[3] = { { 0 } };

    start(u, 3, s, takes);
    CHECK_CODE(eventlet_kill(u[1].gt, EVENTLET_EXIT), 0);
    CHECK_INT(eventlet_semaphore_balance(s), -2);
    CHECK_CODE(eventlet_semaphore_release(s), 0);
    CHECK_CODE(eventlet_semaphore_release(s), 0);
    let_others_run();
    CHECK_STR(notes(), "B:EXIT A C");
    CHECK_INT(eventlet_semaphore_counter(s), 0);
    end(u, 3);
    eventlet_semaphore_free(s);
}

GREEN_TEST(semaphore, killed_when_woken_the_next_gets_it,
           "semaphore.9 semaphore.10")
{
    eventlet_semaphore *s = semaphore_of(0);
    struct user u[3] = { { 0 } };

    start(u, 3, s, takes);
    CHECK_CODE(eventlet_semaphore_release(s), 0); /* wakes A */
    CHECK_CODE(eventlet_kill(u[0].gt, EVENTLET_EXIT), 0);
    let_others_run();
    CHECK_STR(notes(), "A:EXIT B");
    CHECK_INT(eventlet_semaphore_balance(s), -1);
    end(u, 3);
    eventlet_semaphore_free(s);
}

GREEN_TEST(semaphore, killed_when_woken_and_alone_the_unit_stays,
           "semaphore.9 semaphore.10")
{
    eventlet_semaphore *s = semaphore_of(0);
    struct user u = { 0 };

    start(&u, 1, s, takes);
    CHECK_CODE(eventlet_semaphore_release(s), 0);
    CHECK_CODE(eventlet_kill(u.gt, EVENTLET_EXIT), 0);
    CHECK_STR(notes(), "A:EXIT");
    CHECK_INT(eventlet_semaphore_counter(s), 1);
    CHECK_CODE(eventlet_semaphore_acquire_nowait(s), 0);
    end(&u, 1);
    eventlet_semaphore_free(s);
}

GREEN_TEST(semaphore, a_wake_up_beats_a_timeout, "semaphore.11")
{
    eventlet_semaphore *s = semaphore_of(0);
    struct eventlet_timeout t;

    release_in(s, 1);
    CHECK_CODE(eventlet_timeout_start(&t, 1), 0);
    CHECK_CODE(eventlet_semaphore_acquire(s), 0);
    CHECK(!eventlet_timeout_cancel(&t));
    release_in(s, 1);
    CHECK_CODE(eventlet_semaphore_acquire_timeout(s, 1), 0);
    CHECK_CODE(eventlet_sleep(1), 0);
    eventlet_semaphore_free(s);
}

GREEN_TEST(semaphore, timed_out_at_once_with_a_release_nothing_is_lost,
           "semaphore.9 semaphore.11")
{
    eventlet_semaphore *s = semaphore_of(0);
    struct user u[2] = { { .seconds = 1 }, { 0 } };

    start(u, 2, s, takes);
    release_in(s, 1); /* A's time is over first: it was armed before */
    clock_advance(1);
    clock_advance(0);
    CHECK_STR(notes(), "A:TIMEOUT B");
    CHECK_INT(eventlet_semaphore_balance(s), 0);
    end(u, 2);
    eventlet_semaphore_free(s);
}

/* ---- in the hub ---- */

static int try_in_hub(void *s)
{
    CHECK_CODE(eventlet_semaphore_acquire(s), EVENTLET_IN_HUB);
    CHECK_CODE(eventlet_semaphore_acquire_timeout(s, 1), EVENTLET_IN_HUB);
    CHECK_CODE(eventlet_semaphore_acquire_nowait(s), -EAGAIN);
    CHECK_INT(eventlet_semaphore_balance(s), 0);
    CHECK_CODE(eventlet_semaphore_release(s), 0);
    CHECK_CODE(eventlet_semaphore_acquire(s), 0);
    note("hub");
    return 0;
}

GREEN_TEST(semaphore, hub_cannot_wait, "semaphore.19 semaphore.6")
{
    eventlet_semaphore *s = semaphore_of(0);

    notes();
    in_hub(try_in_hub, s);
    CHECK_STR(notes(), "hub");
    eventlet_semaphore_free(s);
}

GREEN_TEST(semaphore, can_be_released_in_the_hub, "semaphore.6")
{
    eventlet_semaphore *s = semaphore_of(0);
    struct user u = { 0 };

    start(&u, 1, s, takes);
    in_hub(release_it, s);
    clock_advance(0);
    CHECK_STR(notes(), "A");
    end(&u, 1);
    eventlet_semaphore_free(s);
}

/* ---- the end ---- */

static long semaphores_alive(void)
{
    struct eventlet_live live;

    eventlet_live(&live);
    return live.semaphores;
}

GREEN_TEST(semaphore, freed_its_waiters_are_told, "semaphore.18")
{
    eventlet_semaphore *s = semaphore_of(0);
    struct user u[3] = { { 0 }, { 0 }, { .seconds = 1 } };

    start(u, 3, s, takes);
    eventlet_semaphore_free(s);
    CHECK_INT(semaphores_alive(), 1);
    CHECK_CODE(eventlet_kill(u[1].gt, EVENTLET_EXIT), 0);
    let_others_run();
    CHECK_STR(notes(), "B:EXIT A:CLOSED C:CLOSED");
    CHECK_INT(semaphores_alive(), 0);
    end(u, 3);
}

GREEN_TEST(semaphore, freed_after_a_release_nobody_takes, "semaphore.18")
{
    eventlet_semaphore *s = semaphore_of(0);
    struct user u[2] = { { 0 } };

    start(u, 2, s, takes);
    CHECK_CODE(eventlet_semaphore_release(s), 0);
    eventlet_semaphore_free(s);
    let_others_run();
    CHECK_STR(notes(), "A:CLOSED B:CLOSED");
    CHECK_INT(semaphores_alive(), 0);
    end(u, 2);
}

GREEN_TEST(semaphore, freed_under_one_that_is_killed, "semaphore.18")
{
    eventlet_semaphore *s = semaphore_of(0);
    struct user u = { 0 };

    start(&u, 1, s, takes);
    eventlet_semaphore_free(s);
    CHECK_INT(semaphores_alive(), 1);
    CHECK_CODE(eventlet_kill(u.gt, EVENTLET_EXIT), 0);
    CHECK_STR(notes(), "A:EXIT");
    CHECK_INT(semaphores_alive(), 0);
    end(&u, 1);
}

GREEN_TEST(semaphore, freed_full_its_givers_are_told, "semaphore.18")
{
    eventlet_semaphore *s = capped_of(1, 1);
    struct user u[2] = { { 0 } };

    start(u, 2, s, gives);
    CHECK_STR(notes(), "");
    eventlet_semaphore_free(s);
    let_others_run();
    CHECK_STR(notes(), "A:CLOSED B:CLOSED");
    CHECK_INT(semaphores_alive(), 0);
    end(u, 2);
}

/* ---- calls that fail, and other OS threads ---- */

static int use_semaphore(void *make)
{
    eventlet_semaphore *s;
    int rc = (*(int (**)(eventlet_semaphore **, int))make)(&s, 1);

    if (rc < 0)
        return rc;
    rc = eventlet_semaphore_acquire(s);
    if (rc == 0)
        rc = eventlet_semaphore_acquire_timeout(s, 1);
    if (rc == EVENTLET_TIMEOUT)
        rc = eventlet_spawn_n(NULL, release_it, s);
    if (rc == 0)
        rc = eventlet_semaphore_acquire_timeout(s, 1);
    let_others_run(); /* be it that the releaser has not run */
    CHECK(eventlet_semaphore_counter(s) >= 0);
    eventlet_semaphore_free(s);
    return rc;
}

static int make_capped(eventlet_semaphore **s, int count)
{
    return eventlet_cappedsemaphore_new(s, count, count);
}

TEST(semaphore, every_call_may_fail, "semaphore.20")
{
    int (*makers[])(eventlet_semaphore **,
                    int) = { eventlet_semaphore_new,
                             eventlet_boundedsemaphore_new, make_capped };

    catch_log();
    for (int i = 0; i < 3; i++)
        FAULT_EACH(use_semaphore, &makers[i]);
    release_log();
}

GREEN_TEST(semaphore, to_wait_needs_no_memory, "semaphore.20")
{
    eventlet_semaphore *s = semaphore_of(0);
    struct user u[2] = { { 0 } };

    start(u, 2, s, takes);
    eventlet__fault_arm(1, ENOMEM);
    CHECK_CODE(eventlet_semaphore_release(s), 0);
    CHECK_CODE(eventlet_semaphore_release(s), 0);
    CHECK_CODE(eventlet_semaphore_release(s), 0);
    CHECK_CODE(eventlet_semaphore_acquire(s), 0);
    eventlet__fault_arm(0, 0);
    CHECK_STR(notes(), "A B");
    end(u, 2);
    eventlet_semaphore_free(s);
}

static void *touch_from_outside(void *s)
{
    CHECK_CODE(eventlet_semaphore_acquire(s), -EPERM);
    CHECK_CODE(eventlet_semaphore_acquire_timeout(s, 1), -EPERM);
    CHECK_CODE(eventlet_semaphore_acquire_nowait(s), -EPERM);
    CHECK_CODE(eventlet_semaphore_release(s), -EPERM);
    CHECK_CODE(eventlet_semaphore_release_nowait(s), -EPERM);
    return NULL;
}

GREEN_TEST(semaphore, refused_in_another_os_thread, "semaphore.21")
{
    eventlet_semaphore *s = semaphore_of(1);
    pthread_t thread;

    REQUIRE_INT(pthread_create(&thread, NULL, touch_from_outside, s), 0);
    pthread_join(thread, NULL);
    CHECK_INT(eventlet_semaphore_counter(s), 1);
    eventlet_semaphore_free(s);
}
