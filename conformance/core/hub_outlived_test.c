/* SPDX-License-Identifier: MIT */
/* What is still there when its hub is gone. */
#include "core_support.h"

#include "core/park.h"

TEST(hub, a_timeout_that_fired_may_be_cancelled_after_it, "hub.41")
{
    struct eventlet_timeout t;

    REQUIRE_OK(eventlet_hubs_use_hub("sim"));
    CHECK_OK(eventlet_timeout_start(&t, 0.1));
    CHECK_CODE(eventlet_sleep(1), EVENTLET_TIMEOUT);
    CHECK_OK(eventlet_hubs_use_hub("sim"));
    CHECK(eventlet_timeout_cancel(&t));
}

static int wake_late(void *gt)
{
    eventlet__wake(gt);
    return 0;
}

TEST(hub, a_timeout_that_lost_may_be_cancelled_after_it, "hub.41")
{
    struct eventlet_timeout t;

    REQUIRE_OK(eventlet_hubs_use_hub("sim"));
    CHECK_OK(eventlet_hub_schedule_call_global(
        NULL, eventlet_hubs_get_hub(), 0.1, wake_late, eventlet_getcurrent()));
    CHECK_OK(eventlet_timeout_start(&t, 0.1));
    CHECK_OK(eventlet__park());
    CHECK_OK(eventlet_hubs_drop());
    CHECK(!eventlet_timeout_pending(&t));
    CHECK(!eventlet_timeout_cancel(&t));
}

TEST(hub, a_local_timer_may_be_freed_after_it, "hub.41")
{
    eventlet_timer *timer;

    REQUIRE_OK(eventlet_hubs_use_hub("sim"));
    notes_clear();
    CHECK_OK(eventlet_timer_new_local(&timer, 1, note_it, "timer"));
    CHECK_OK(eventlet_hubs_use_hub("sim"));
    CHECK_OK(eventlet_timer_schedule(timer));
    CHECK_OK(eventlet_sleep(2));
    CHECK_STR(notes, ""); /* who made it is gone */
    eventlet_timer_free(timer);
}

static int make_local(void *timer)
{
    CHECK_OK(eventlet_timer_new_local(timer, 0.1, note_it, "timer"));
    CHECK_OK(eventlet_timer_schedule(*(eventlet_timer **)timer));
    return eventlet_sleep(1000);
}

TEST(hub, so_may_one_of_a_green_thread_that_vanished, "hub.41")
{
    eventlet_timer *timer = NULL;

    REQUIRE_OK(eventlet_hubs_use_hub("sim"));
    notes_clear();
    CHECK_OK(eventlet_spawn(NULL, make_local, &timer));
    CHECK_OK(eventlet_sleep(1));
    CHECK_STR(notes, "timer");
    CHECK_OK(eventlet_hubs_drop());
    eventlet_timer_free(timer);
}

static int schedule_one(void *arg)
{
    call_in_hub(note_it, arg);
    return 0;
}

/* The call stands behind the main one, in the same pass. */
TEST(hub, a_call_that_was_next_goes_with_it, "hub.3")
{
    eventlet_greenthread *gt;

    REQUIRE_OK(eventlet_hubs_use_hub("sim"));
    notes_clear();
    gt = spawn(note_it, "x");
    CHECK_OK(eventlet_spawn(NULL, schedule_one, "call"));
    CHECK_OK(eventlet_wait(gt));
    eventlet_release(gt);
    CHECK_OK(eventlet_hubs_drop());
    CHECK_STR(notes, "x");
}
