/* SPDX-License-Identifier: MIT */
/* Events: waits that end otherwise than by what was sent. */
#include "sync/event.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>

#include "base/sys.h"
#include "core/park.h"

/* ---- thrown at ---- */

GREEN_TEST(event, thrown_at_it_leaves_the_line, "event.8")
{
    eventlet_event *event = event_new();
    struct waiter w[] = { { .event = event, .name = "A" },
                          { .event = event, .name = "B" } };

    notes();
    start(w, 2);
    CHECK_CODE(eventlet_kill(w[0].gt, EVENTLET_EXIT), 0);
    CHECK_STR(notes(), "A:EXIT");
    CHECK_CODE(eventlet_event_send(event, "v"), 0);
    let_others_run();
    CHECK_STR(notes(), "B:v");
    end(w, 2);
    eventlet_event_free(event);
}

GREEN_TEST(event, a_later_send_does_not_reach_another_wait, "event.8")
{
    eventlet_event *one = event_new(), *two = event_new();
    struct eventlet_timeout t;
    void *value = NULL;

    CHECK_CODE(eventlet_timeout_start(&t, 0), 0);
    CHECK_CODE(eventlet_event_wait(one, &value), EVENTLET_TIMEOUT);
    CHECK(eventlet_timeout_cancel(&t));
    CHECK_CODE(eventlet_event_send(one, "stale"), 0);
    CHECK_CODE(eventlet_event_wait_timeout(two, &value, 1), EVENTLET_TIMEOUT);
    CHECK_PTR(value, NULL);
    eventlet_event_free(one);
    eventlet_event_free(two);
}

GREEN_TEST(event, a_kill_beats_what_was_sent, "event.10")
{
    eventlet_event *event = event_new();
    struct waiter w[] = { { .event = event, .name = "A" },
                          { .event = event, .name = "B" },
                          { .event = event, .name = "C" } };

    notes();
    start(w, 3);
    CHECK_CODE(eventlet_event_send(event, "v"), 0);
    CHECK_CODE(eventlet_kill(w[1].gt, EVENTLET_EXIT), 0);
    let_others_run();
    CHECK_STR(notes(), "B:EXIT A:v C:v");
    CHECK_PTR(w[1].value, NULL);
    end(w, 3);
    eventlet_event_free(event);
}

static int send_v(void *event)
{
    CHECK_CODE(eventlet_event_send(event, "v"), 0);
    return 0;
}

/* Armed before the waiter's timeout, for the same time: it is sent first. */
static void send_in(eventlet_event *event, double seconds)
{
    CHECK_CODE(eventlet_hub_schedule_call_global(NULL, eventlet_hubs_get_hub(),
                                                 seconds, send_v, event),
               0);
}

GREEN_TEST(event, a_wake_up_beats_a_timeout, "event.11")
{
    eventlet_event *event = event_new();
    struct eventlet_timeout t;
    void *value = NULL;

    send_in(event, 1);
    CHECK_CODE(eventlet_timeout_start(&t, 1), 0);
    CHECK_CODE(eventlet_event_wait(event, &value), 0);
    CHECK(!eventlet_timeout_cancel(&t));
    CHECK_STR(value, "v");
    eventlet_event_free(event);
}

GREEN_TEST(event, a_wake_up_beats_its_own_timeout, "event.11 event.12")
{
    eventlet_event *event = event_new();
    void *value = NULL;

    send_in(event, 1);
    CHECK_CODE(eventlet_event_wait_timeout(event, &value, 1), 0);
    CHECK_STR(value, "v");
    CHECK_CODE(eventlet_sleep(1), 0); /* nor does it come later */
    eventlet_event_free(event);
}

GREEN_TEST(event, a_stray_wake_up_ends_no_wait, "event.2")
{
    struct waiter w = { .event = event_new(), .name = "A" };

    notes();
    start(&w, 1);
    eventlet__wake(w.gt);
    let_others_run();
    CHECK_STR(notes(), "");
    CHECK_CODE(eventlet_event_send(w.event, "v"), 0);
    let_others_run();
    CHECK_STR(notes(), "A:v");
    end(&w, 1);
    eventlet_event_free(w.event);
}

/* ---- with a timeout ---- */

static double now(void)
{
    return eventlet_hub_clock(eventlet_hubs_get_hub());
}

GREEN_TEST(event, sent_in_time, "event.12")
{
    eventlet_event *event = event_new();
    double before = now();
    void *value = NULL;

    send_in(event, 0.1);
    CHECK_CODE(eventlet_event_wait_timeout(event, &value, 0.2), 0);
    CHECK_STR(value, "v");
    CHECK_DBL_NEAR(now() - before, 0.1, 1e-3);
    eventlet_event_free(event);
}

GREEN_TEST(event, sent_too_late, "event.12")
{
    eventlet_event *event = event_new();
    double before = now();
    void *value = "kept";

    send_in(event, 0.2);
    CHECK_CODE(eventlet_event_wait_timeout(event, &value, 0.1),
               EVENTLET_TIMEOUT);
    CHECK_STR(value, "kept");
    CHECK_DBL_NEAR(now() - before, 0.1, 1e-3);
    CHECK_CODE(eventlet_event_wait(event, &value), 0);
    CHECK_STR(value, "v");
    eventlet_event_free(event);
}

GREEN_TEST(event, no_time_at_all_is_one_pass, "event.12")
{
    eventlet_event *event = event_new();
    struct waiter w = { .event = event, .name = "A", .seconds = -1 };
    void *value = NULL;

    notes();
    CHECK_CODE(eventlet_spawn(&w.gt, wait_once, &w), 0);
    CHECK_CODE(eventlet_spawn_n(NULL, send_v, event), 0);
    let_others_run();
    let_others_run();
    CHECK_STR(notes(), "A:v");
    CHECK_CODE(eventlet_event_reset(event), 0);
    CHECK_CODE(eventlet_event_wait_timeout(event, NULL, 0), EVENTLET_TIMEOUT);
    CHECK_CODE(eventlet_event_wait_timeout(event, NULL, NAN), -EINVAL);
    send_in(event, 1000);
    CHECK_CODE(eventlet_event_wait_timeout(event, &value, EVENTLET_NEVER), 0);
    CHECK_STR(value, "v");
    end(&w, 1);
    eventlet_event_free(event);
}

GREEN_TEST(event, no_timer_outlives_its_wait, "event.12")
{
    eventlet_event *event = event_new();
    struct eventlet_timeout t;

    CHECK_CODE(eventlet_timeout_start_code(&t, 1, EVENTLET_USER(1)), 0);
    CHECK_CODE(eventlet_event_wait_timeout(event, NULL, 2), EVENTLET_USER(1));
    CHECK(eventlet_timeout_cancel(&t));
    send_in(event, 3);
    CHECK_CODE(eventlet_event_wait(event, NULL), 0); /* not cut short */
    eventlet_event_free(event);
}

GREEN_TEST(event, an_outer_timeout_is_told_apart, "event.12")
{
    eventlet_event *event = event_new();
    struct eventlet_timeout t;

    CHECK_CODE(eventlet_timeout_start(&t, 2), 0);
    CHECK_CODE(eventlet_event_wait_timeout(event, NULL, 1), EVENTLET_TIMEOUT);
    CHECK(eventlet_timeout_pending(&t));
    CHECK_CODE(eventlet_event_wait_timeout(event, NULL, 5), EVENTLET_TIMEOUT);
    CHECK(eventlet_timeout_cancel(&t));
    eventlet_event_free(event);
}

/* ---- the end ---- */

GREEN_TEST(event, freed_its_waiters_are_told, "event.14")
{
    eventlet_event *event = event_new();
    struct waiter w[] = { { .event = event, .name = "A" },
                          { .event = event, .name = "B" },
                          { .event = event, .name = "C", .seconds = 1 } };
    struct eventlet_live live;

    notes();
    start(w, 3);
    eventlet_event_free(event);
    eventlet_live(&live);
    CHECK_INT(live.events, 0);
    CHECK_CODE(eventlet_kill(w[1].gt, EVENTLET_EXIT), 0);
    let_others_run();
    CHECK_STR(notes(), "B:EXIT A:CLOSED C:CLOSED");
    end(w, 3);
}

GREEN_TEST(event, freed_after_sending_the_value_stays, "event.14 event.6")
{
    struct waiter w = { .event = event_new(), .name = "A" };

    notes();
    start(&w, 1);
    CHECK_CODE(eventlet_event_send(w.event, "v"), 0);
    eventlet_event_free(w.event);
    let_others_run();
    CHECK_STR(notes(), "A:v");
    end(&w, 1);
}

static int free_it(void *event)
{
    eventlet_event_free(event);
    return 0;
}

GREEN_TEST(event, freed_in_the_hub, "event.14")
{
    struct waiter w = { .event = event_new(), .name = "A" };

    notes();
    start(&w, 1);
    in_hub(free_it, w.event);
    clock_advance(0);
    CHECK_STR(notes(), "A:CLOSED");
    end(&w, 1);
}

/* ---- calls that fail, and other OS threads ---- */

static int use_event(void *arg)
{
    eventlet_event *event;
    int rc = eventlet_event_new(&event);

    (void)arg;
    if (rc < 0)
        return rc;
    rc = eventlet_event_wait_timeout(event, NULL, 1);
    if (rc == EVENTLET_TIMEOUT)
        rc = eventlet_spawn_n(NULL, send_v, event);
    if (rc == 0)
        rc = eventlet_event_wait_timeout(event, NULL, 1);
    let_others_run(); /* be it that the sender has not run */
    eventlet_event_free(event);
    return rc;
}

TEST(event, every_call_may_fail, "event.15")
{
    catch_log();
    FAULT_EACH(use_event, NULL);
    release_log();
}

GREEN_TEST(event, send_and_wait_need_no_memory, "event.15")
{
    struct waiter w = { .event = event_new(), .name = "A" };

    notes();
    start(&w, 1);
    eventlet__fault_arm(1, ENOMEM);
    CHECK_CODE(eventlet_event_send(w.event, "v"), 0);
    let_others_run();
    CHECK_CODE(eventlet_event_reset(w.event), 0);
    CHECK_CODE(eventlet_event_send(w.event, "w"), 0);
    CHECK_CODE(eventlet_event_wait(w.event, NULL), 0);
    eventlet__fault_arm(0, 0);
    CHECK_STR(notes(), "A:v");
    end(&w, 1);
    eventlet_event_free(w.event);
}

static void *touch_from_outside(void *event)
{
    CHECK_CODE(eventlet_event_send(event, "v"), -EPERM);
    CHECK_CODE(eventlet_event_send_exception(event, EVENTLET_END), -EPERM);
    CHECK_CODE(eventlet_event_wait(event, NULL), -EPERM);
    CHECK_CODE(eventlet_event_wait_timeout(event, NULL, 1), -EPERM);
    return NULL;
}

GREEN_TEST(event, refused_in_another_os_thread, "event.16")
{
    eventlet_event *event = event_new();
    pthread_t thread;

    REQUIRE_INT(pthread_create(&thread, NULL, touch_from_outside, event), 0);
    pthread_join(thread, NULL);
    CHECK(!eventlet_event_ready(event));
    eventlet_event_free(event);
}
