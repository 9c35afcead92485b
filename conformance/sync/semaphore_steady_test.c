/* SPDX-License-Identifier: MIT */
/* Semaphores: what goes on for ever needs no memory. */
#include "check.h"
#include "sync/semaphore.h"
#include "sync/steady.h"

static int take_and_give_for_ever(void *s)
{
    int rc;

    while ((rc = eventlet_semaphore_acquire(s)) == 0) {
        steps++;
        rc = eventlet_sleep(0);
        CHECK_CODE(eventlet_semaphore_release(s), 0);
        if (rc < 0)
            break;
    }
    return rc;
}

static int take_in_time_for_ever(void *s)
{
    int rc;

    while ((rc = eventlet_semaphore_acquire_timeout(s, 1)) == 0) {
        steps++;
        CHECK_CODE(eventlet_semaphore_release(s), 0);
        if ((rc = eventlet_sleep(0)) < 0)
            break;
    }
    return rc;
}

GREEN_TEST(semaphore, what_goes_on_for_ever_needs_no_memory, "semaphore.20")
{
    eventlet_semaphore *s = semaphore_of(2);
    struct crowd crowd = { .len = 0 };

    crowd_add(&crowd, 4, take_and_give_for_ever, s);
    crowd_add(&crowd, 2, take_in_time_for_ever, s);
    check_steady(&crowd);
    eventlet_semaphore_free(s);
}

static int take_for_ever(void *s)
{
    int rc;

    while ((rc = eventlet_semaphore_acquire(s)) == 0)
        steps++;
    return rc;
}

static int give_for_ever(void *s)
{
    int rc;

    while ((rc = eventlet_semaphore_release(s)) == 0)
        ;
    return rc;
}

GREEN_TEST(semaphore, nor_do_those_who_wait_to_give_back, "semaphore.20")
{
    eventlet_semaphore *s = capped_of(0, 2);
    struct crowd crowd = { .len = 0 };

    crowd_add(&crowd, 3, take_for_ever, s);
    crowd_add(&crowd, 3, give_for_ever, s);
    check_steady(&crowd);
    eventlet_semaphore_free(s);
}
