/* SPDX-License-Identifier: MIT */
/* Events: what is sent, and who gets it. */
#include "sync/event.h"

#include <errno.h>

/* ---- sent and got ---- */

GREEN_TEST(event, new_one_was_not_sent, "event.1")
{
    eventlet_event *event = event_new();

    CHECK(!eventlet_event_ready(event));
    CHECK(!eventlet_event_has_result(event));
    CHECK(!eventlet_event_has_exception(event));
    eventlet_event_free(event);
    eventlet_event_free(NULL);
}

GREEN_TEST(event, wait_gives_what_another_sends, "event.2")
{
    struct waiter w = { .event = event_new(), .name = "A" };

    notes();
    start(&w, 1);
    CHECK_STR(notes(), "");
    CHECK_CODE(eventlet_event_send(w.event, "value"), 0);
    CHECK_STR(notes(), ""); /* send does not switch */
    let_others_run();
    CHECK_STR(notes(), "A:value");
    end(&w, 1);
    eventlet_event_free(w.event);
}

GREEN_TEST(event, what_was_sent_is_got_at_once_and_again, "event.2")
{
    eventlet_event *event = event_new();
    void *value;

    notes();
    CHECK_CODE(eventlet_event_send(event, "value"), 0);
    CHECK_CODE(eventlet_spawn_n(NULL, say, "other"), 0);
    for (int i = 0; i < 3; i++) {
        value = NULL;
        CHECK_CODE(eventlet_event_wait(event, &value), 0);
        CHECK_STR(value, "value");
        value = NULL;
        CHECK_CODE(eventlet_event_wait_timeout(event, &value, 1), 0);
        CHECK_STR(value, "value");
    }
    CHECK_CODE(eventlet_event_wait(event, NULL), 0);
    CHECK_STR(notes(), "");
    let_others_run();
    eventlet_event_free(event);
}

GREEN_TEST(event, all_waiters_wake_in_order, "event.3")
{
    static const char *names[] = { "A", "B", "C", "D", "E" };
    eventlet_event *event = event_new();
    struct waiter w[5];

    for (int i = 0; i < 5; i++)
        w[i] = (struct waiter){ .event = event, .name = names[i] };
    notes();
    start(w, 5);
    CHECK_CODE(eventlet_event_send(event, "v"), 0);
    let_others_run();
    CHECK_STR(notes(), "A:v B:v C:v D:v E:v");
    end(w, 5);
    eventlet_event_free(event);
}

static int wait_and_fail(void *event)
{
    int rc = eventlet_event_wait(event, NULL);

    note("woken");
    return rc < 0 ? rc : EVENTLET_USER(1);
}

GREEN_TEST(event, waiters_that_fail_keep_nobody_from_waking, "event.3")
{
    eventlet_event *event = event_new();
    eventlet_greenthread *gts[3];

    catch_log();
    notes();
    for (int i = 0; i < 3; i++)
        CHECK_CODE(eventlet_spawn(&gts[i], wait_and_fail, event), 0);
    let_others_run();
    CHECK_CODE(eventlet_event_send(event, NULL), 0);
    for (int i = 0; i < 3; i++)
        CHECK_CODE(eventlet_wait(gts[i]), EVENTLET_USER(1));
    CHECK_STR(notes(), "woken woken woken");
    for (int i = 0; i < 3; i++)
        eventlet_release(gts[i]);
    eventlet_event_free(event);
    release_log();
}

static int send_v(void *event)
{
    CHECK_CODE(eventlet_event_send(event, "v"), 0);
    note("hub");
    return 0;
}

GREEN_TEST(event, can_be_sent_in_the_hub, "event.3")
{
    eventlet_event *event = event_new();
    struct waiter w[] = { { .event = event, .name = "A" },
                          { .event = event, .name = "B" } };

    notes();
    start(w, 2);
    in_hub(send_v, event);
    clock_advance(0);
    CHECK_STR(notes(), "hub A:v B:v");
    end(w, 2);
    eventlet_event_free(event);
}

static int wait_in_hub(void *event)
{
    void *value = NULL;

    CHECK_CODE(eventlet_event_wait(event, &value), EVENTLET_IN_HUB);
    CHECK_CODE(eventlet_event_wait_timeout(event, &value, 1), EVENTLET_IN_HUB);
    CHECK_CODE(eventlet_event_send(event, "v"), 0);
    CHECK_CODE(eventlet_event_wait(event, &value), 0);
    CHECK_STR(value, "v");
    note("hub");
    return 0;
}

GREEN_TEST(event, hub_cannot_wait, "event.13")
{
    eventlet_event *event = event_new();

    notes();
    in_hub(wait_in_hub, event);
    CHECK_STR(notes(), "hub");
    eventlet_event_free(event);
}

/* ---- twice, and anew ---- */

GREEN_TEST(event, sent_twice_it_keeps_the_first, "event.4")
{
    eventlet_event *event = event_new();
    void *value = NULL;

    CHECK_CODE(eventlet_event_reset(event), EVENTLET_NOT_SENT);
    CHECK_CODE(eventlet_event_send(event, "first"), 0);
    CHECK_CODE(eventlet_event_send(event, "second"), EVENTLET_ALREADY_SENT);
    CHECK_CODE(eventlet_event_send_exception(event, EVENTLET_USER(1)),
               EVENTLET_ALREADY_SENT);
    CHECK_CODE(eventlet_event_wait(event, &value), 0);
    CHECK_STR(value, "first");
    eventlet_event_free(event);
}

GREEN_TEST(event, after_reset_it_is_waited_for_again, "event.4 event.5")
{
    struct waiter w = { .event = event_new(), .name = "A" };

    notes();
    CHECK_CODE(eventlet_event_send(w.event, "first"), 0);
    CHECK_CODE(eventlet_event_reset(w.event), 0);
    CHECK(!eventlet_event_ready(w.event));
    CHECK_CODE(eventlet_event_reset(w.event), EVENTLET_NOT_SENT);
    start(&w, 1);
    CHECK_STR(notes(), "");
    CHECK_CODE(eventlet_event_send(w.event, "second"), 0);
    let_others_run();
    CHECK_STR(notes(), "A:second");
    end(&w, 1);
    eventlet_event_free(w.event);
}

GREEN_TEST(event, who_waited_gets_what_was_sent_then, "event.6")
{
    eventlet_event *event = event_new();
    struct waiter w[] = { { .event = event, .name = "A" },
                          { .event = event, .name = "B" } };

    notes();
    start(w, 2);
    CHECK_CODE(eventlet_event_send(event, "first"), 0);
    CHECK_CODE(eventlet_event_reset(event), 0);
    CHECK_CODE(eventlet_event_send_exception(event, EVENTLET_USER(1)), 0);
    CHECK_CODE(eventlet_event_reset(event), 0);
    let_others_run();
    CHECK_STR(notes(), "A:first B:first");
    end(w, 2);
    eventlet_event_free(event);
}

/* ---- codes ---- */

GREEN_TEST(event, a_code_comes_out_of_every_wait, "event.7")
{
    struct waiter w = { .event = event_new(), .name = "A" };
    void *value = "kept";

    notes();
    start(&w, 1);
    CHECK_CODE(eventlet_event_send_exception(w.event, 0), -EINVAL);
    CHECK_CODE(eventlet_event_send_exception(w.event, 1), -EINVAL);
    CHECK(!eventlet_event_ready(w.event));
    CHECK_CODE(eventlet_event_send_exception(w.event, EVENTLET_END), 0);
    let_others_run();
    CHECK_STR(notes(), "A:END");
    CHECK_PTR(w.value, NULL);
    CHECK_CODE(eventlet_event_wait(w.event, &value), EVENTLET_END);
    CHECK_CODE(eventlet_event_wait(w.event, NULL), EVENTLET_END);
    CHECK_STR(value, "kept");
    end(&w, 1);
    eventlet_event_free(w.event);
}

GREEN_TEST(event, after_a_code_and_reset_it_only_times_out, "event.7 event.5")
{
    eventlet_event *event = event_new();

    CHECK_CODE(eventlet_event_send_exception(event, EVENTLET_USER(1)), 0);
    CHECK_CODE(eventlet_event_wait(event, NULL), EVENTLET_USER(1));
    CHECK_CODE(eventlet_event_reset(event), 0);
    CHECK(!eventlet_event_has_exception(event));
    CHECK_CODE(eventlet_event_wait_timeout(event, NULL, 0.01),
               EVENTLET_TIMEOUT);
    CHECK_CODE(eventlet_event_send_exception(event, EVENTLET_USER(2)), 0);
    CHECK_CODE(eventlet_event_wait(event, NULL), EVENTLET_USER(2));
    eventlet_event_free(event);
}

/* ---- looking ---- */

GREEN_TEST(event, polls_of_what_was_not_sent_keep_the_default, "event.9")
{
    eventlet_event *event = event_new();
    void *value = "default";

    CHECK_CODE(eventlet_event_poll(event, &value), EVENTLET_NOT_SENT);
    CHECK_CODE(eventlet_event_poll_result(event, &value), EVENTLET_NOT_SENT);
    CHECK_CODE(eventlet_event_poll_exception(event), 0);
    CHECK_STR(value, "default");
    eventlet_event_free(event);
}

GREEN_TEST(event, polls_of_a_value, "event.9")
{
    eventlet_event *event = event_new();
    void *value = NULL, *again = NULL;

    CHECK_CODE(eventlet_event_send(event, "v"), 0);
    CHECK(eventlet_event_ready(event));
    CHECK(eventlet_event_has_result(event));
    CHECK(!eventlet_event_has_exception(event));
    CHECK_CODE(eventlet_event_poll(event, &value), 0);
    CHECK_CODE(eventlet_event_poll_result(event, &again), 0);
    CHECK_STR(value, "v");
    CHECK_STR(again, "v");
    CHECK_CODE(eventlet_event_poll_exception(event), 0);
    eventlet_event_free(event);
}

GREEN_TEST(event, polls_of_a_code, "event.9")
{
    eventlet_event *event = event_new();
    void *value = "default";

    CHECK_CODE(eventlet_event_send_exception(event, EVENTLET_USER(3)), 0);
    CHECK(eventlet_event_ready(event));
    CHECK(!eventlet_event_has_result(event));
    CHECK(eventlet_event_has_exception(event));
    CHECK_CODE(eventlet_event_poll(event, &value), EVENTLET_USER(3));
    CHECK_CODE(eventlet_event_poll_result(event, &value), EVENTLET_NOT_SENT);
    CHECK_CODE(eventlet_event_poll_exception(event), EVENTLET_USER(3));
    CHECK_STR(value, "default");
    eventlet_event_free(event);
}

GREEN_TEST(event, polls_tell_null_from_nothing, "event.9")
{
    eventlet_event *event = event_new();
    void *value = "default";

    CHECK_CODE(eventlet_event_send(event, NULL), 0);
    CHECK_CODE(eventlet_event_poll(event, &value), 0);
    CHECK_PTR(value, NULL);
    eventlet_event_free(event);
}
