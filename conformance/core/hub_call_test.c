/* SPDX-License-Identifier: MIT */
/* Callbacks in the hub: calls at a time, listeners on descriptors. */
#include "core_support.h"
#include "pair.h"

/* ---- calls at a time ---- */

GREEN_TEST(hub, a_call_is_made_when_its_time_has_come, "hub.22")
{
    eventlet_hub *hub = eventlet_hubs_get_hub();

    notes_clear();
    CHECK_OK(eventlet_hub_schedule_call_global(NULL, hub, 2, note_it, "3"));
    CHECK_OK(eventlet_hub_schedule_call_global(NULL, hub, 1, note_it, "1"));
    CHECK_OK(eventlet_hub_schedule_call_global(NULL, hub, 1, note_it, "2"));
    clock_advance(0.5);
    CHECK_STR(notes, "");
    clock_advance(0.5);
    CHECK_STR(notes, "12");
    clock_advance(1);
    CHECK_STR(notes, "123");
}

static int schedule_both(void *arg)
{
    eventlet_hub *hub = eventlet_hubs_get_hub();

    CHECK_OK(eventlet_hub_schedule_call_local(NULL, hub, 1, note_it, "local"));
    CHECK_OK(
        eventlet_hub_schedule_call_global(NULL, hub, 1, note_it, "global"));
    return eventlet_sleep(*(double *)arg);
}

GREEN_TEST(hub, a_local_call_is_dropped_with_who_asked_for_it, "hub.22 hub.23")
{
    double half = 0.5;
    eventlet_greenthread *gt = spawn(schedule_both, &half);

    notes_clear();
    clock_advance(2);
    CHECK_STR(notes, "global");
    eventlet_release(gt);
}

GREEN_TEST(hub, a_local_call_is_made_while_who_asked_for_it_lives, "hub.23")
{
    double two = 2;
    eventlet_greenthread *gt = spawn(schedule_both, &two);

    notes_clear();
    clock_advance(1.5);
    CHECK_STR(notes, "localglobal");
    eventlet_reap(gt);
}

GREEN_TEST(hub, the_timer_of_a_call_is_the_callers_if_asked_for, "hub.24")
{
    eventlet_timer *kept = NULL, *cancelled = NULL;
    eventlet_hub *hub = eventlet_hubs_get_hub();

    notes_clear();
    CHECK_OK(eventlet_hub_schedule_call_global(&kept, hub, 1, note_it, "a"));
    CHECK_OK(
        eventlet_hub_schedule_call_global(&cancelled, hub, 1, note_it, "b"));
    CHECK(eventlet_timer_pending(kept));
    eventlet_timer_cancel(cancelled);
    clock_advance(1);
    CHECK_STR(notes, "a");
    CHECK(eventlet_timer_called(kept));
    CHECK(!eventlet_timer_called(cancelled));
    eventlet_timer_free(kept);
    eventlet_timer_free(cancelled);
}

GREEN_TEST(hub, a_call_is_refused_what_is_not_a_number, "hub.22")
{
    CHECK_CODE(eventlet_hub_schedule_call_global(NULL, eventlet_hubs_get_hub(),
                                                 __builtin_nan(""), note_it,
                                                 "never"),
               -EINVAL);
}

/* Every call that could wait, made where nothing may wait. */
static int wait_in_hub(void *arg)
{
    eventlet_greenthread *gt = arg;

    CHECK_CODE(eventlet_sleep(1), EVENTLET_IN_HUB);
    CHECK_CODE(eventlet_wait(gt), EVENTLET_IN_HUB);
    CHECK_CODE(eventlet_hubs_trampoline(0, EVENTLET_READ, 1), EVENTLET_IN_HUB);
    CHECK_OK(eventlet_sleep(0));
    note("done");
    return 0;
}

GREEN_TEST(hub, a_call_that_would_wait_is_an_error_and_not_a_hang, "hub.32")
{
    eventlet_greenthread *gt = spawn(sleep_long, NULL);

    notes_clear();
    clock_advance(0);
    call_in_hub(wait_in_hub, gt);
    clock_advance(0);
    CHECK_STR(notes, "done");
    eventlet_reap(gt);
}

static int finished_in_hub(void *gt)
{
    CHECK_INT(eventlet_wait(gt), 3); /* need not wait, so it may */
    note("done");
    return 0;
}

GREEN_TEST(hub, a_callback_may_ask_for_the_result_of_the_dead, "hub.32")
{
    int three = 3;
    eventlet_greenthread *gt = spawn(return_it, &three);

    notes_clear();
    clock_advance(0);
    call_in_hub(finished_in_hub, gt);
    clock_advance(0);
    CHECK_STR(notes, "done");
    eventlet_release(gt);
}

/* ---- listeners ---- */

struct heard {
    int calls;
    int last_code;
    int fd;
    int answer;
    eventlet_listener *remove; /* whom to remove when called */
    bool in_hub;
};

static int hear(void *arg, int fd, int code)
{
    struct heard *h = arg;
    char byte;

    h->calls++;
    h->last_code = code;
    h->fd = fd;
    h->in_hub = eventlet_getcurrent() == NULL;
    if (code == 0 && read(fd, &byte, 1) < 0)
        CHECK_INT(errno, EAGAIN);
    if (h->remove)
        eventlet_hub_remove(h->remove);
    h->remove = NULL;
    return h->answer;
}

static eventlet_listener *listen_to(int fd, struct heard *h)
{
    eventlet_listener *listener = NULL;

    CHECK_OK(eventlet_hub_add(&listener, eventlet_hubs_get_hub(), EVENTLET_READ,
                              fd, hear, h));
    return listener;
}

/* Lets the hub look at its descriptors until *calls has come to n. */
static void until_calls(const int *calls, int n)
{
    for (int i = 0; i < 1000 && *calls < n; i++)
        CHECK_OK(eventlet_sleep(0.0001));
    CHECK_INT(*calls, n);
}

GREEN_TEST_HUBS(hub, a_listener_is_called_each_time_until_removed, "hub.25")
{
    int pair[2];
    struct heard h = { .calls = 0 };
    eventlet_listener *listener;

    REQUIRE(pair_open(pair));
    listener = listen_to(pair[0], &h);
    CHECK_INT(readers(), 1);
    for (int i = 1; i <= 3; i++) {
        pair_poke(pair[1]);
        until_calls(&h.calls, i);
        CHECK_INT(h.last_code, 0);
        CHECK_INT(h.fd, pair[0]);
        CHECK(h.in_hub);
    }
    eventlet_hub_remove(listener);
    CHECK_INT(readers(), 0);
    pair_poke(pair[1]);
    let_others_run();
    CHECK_INT(h.calls, 3);
    pair_close(pair);
}

GREEN_TEST_HUBS(hub, a_listener_may_remove_itself, "hub.25")
{
    int pair[2];
    struct heard h = { .calls = 0 };

    REQUIRE(pair_open(pair));
    h.remove = listen_to(pair[0], &h);
    pair_poke(pair[1]);
    until_calls(&h.calls, 1);
    pair_poke(pair[1]);
    let_others_run();
    CHECK_INT(h.calls, 1);
    CHECK_INT(readers(), 0);
    pair_close(pair);
}

GREEN_TEST_HUBS(hub, a_listener_removed_before_its_turn_is_not_called,
                "hub.19 hub.25")
{
    int a[2], b[2];
    struct heard ha = { .calls = 0 }, hb = { .calls = 0 };
    eventlet_listener *la, *lb;

    REQUIRE(pair_open(a) && pair_open(b));
    la = listen_to(a[0], &ha);
    lb = listen_to(b[0], &hb);
    ha.remove = lb; /* whichever comes first removes the other */
    hb.remove = la;
    pair_poke(a[1]);
    pair_poke(b[1]);
    for (int i = 0; i < 100 && ha.calls + hb.calls == 0; i++)
        CHECK_OK(eventlet_sleep(0.0001));
    let_others_run();
    CHECK_INT(ha.calls + hb.calls, 1);
    eventlet_hub_remove(ha.calls ? la : lb);
    pair_close(a);
    pair_close(b);
}

GREEN_TEST_HUBS(hub, a_second_listener_is_refused_unless_allowed,
                "hub.12 hub.13 hub.25")
{
    int pair[2];
    struct heard h[2] = { { .calls = 0 }, { .calls = 0 } };
    eventlet_listener *l[2] = { NULL, NULL };

    REQUIRE(pair_open(pair));
    l[0] = listen_to(pair[0], &h[0]);
    log_catch();
    CHECK_CODE(eventlet_hub_add(&l[1], eventlet_hubs_get_hub(), EVENTLET_READ,
                                pair[0], hear, &h[1]),
               EVENTLET_SECOND_READER);
    log_let_go();
    eventlet_debug_hub_prevent_multiple_readers(false);
    l[1] = listen_to(pair[0], &h[1]);
    eventlet_debug_hub_prevent_multiple_readers(true);
    pair_poke(pair[1]);
    until_calls(&h[0].calls, 1);
    CHECK_INT(h[1].calls, 0);
    eventlet_hub_remove(l[0]);
    pair_poke(pair[1]);
    until_calls(&h[1].calls, 1);
    CHECK_INT(h[0].calls, 1);
    eventlet_hub_remove(l[1]);
    pair_close(pair);
}

GREEN_TEST_HUBS(hub, removing_one_in_line_leaves_the_first, "hub.13")
{
    int pair[2];
    struct heard h[2] = { { .calls = 0 }, { .calls = 0 } };
    eventlet_listener *l[2];

    REQUIRE(pair_open(pair));
    eventlet_debug_hub_prevent_multiple_readers(false);
    for (int i = 0; i < 2; i++)
        l[i] = listen_to(pair[0], &h[i]);
    eventlet_debug_hub_prevent_multiple_readers(true);
    eventlet_hub_remove(l[1]);
    pair_poke(pair[1]);
    until_calls(&h[0].calls, 1);
    CHECK_INT(h[1].calls, 0);
    eventlet_hub_remove(l[0]);
    pair_close(pair);
}

GREEN_TEST_HUBS(hub, a_listener_is_told_of_the_close, "hub.17 hub.25")
{
    int pair[2];
    struct heard h = { .calls = 0 };
    eventlet_listener *listener;

    REQUIRE(pair_open(pair));
    listener = listen_to(pair[0], &h);
    eventlet_hubs_notify_close(pair[0]);
    close(pair[0]);
    pair[0] = -1;
    until_calls(&h.calls, 1);
    CHECK_CODE(h.last_code, EVENTLET_CLOSED);
    CHECK_INT(readers(), 0);
    eventlet_hub_remove(listener);
    pair_close(pair);
}

GREEN_TEST_HUBS(hub, remove_descriptor_tells_all_who_listen_or_wait, "hub.39")
{
    int pair[2];
    struct heard h = { .calls = 0 };
    struct waiter w;
    eventlet_listener *listener;

    REQUIRE(pair_open(pair));
    pair_fill(pair[0]);
    listener = listen_to(pair[0], &h);
    waiter_start(&w, pair[0], EVENTLET_WRITE, 100);
    eventlet_hub_remove_descriptor(eventlet_hubs_get_hub(), pair[0]);
    until_calls(&h.calls, 1);
    CHECK_CODE(h.last_code, EVENTLET_CLOSED);
    CHECK_CODE(waiter_end(&w), EVENTLET_CLOSED);
    CHECK_INT(readers() + writers(), 0);
    eventlet_hub_remove(listener);
    pair_close(pair);
}

GREEN_TEST_HUBS(hub, an_error_of_a_listener_drops_all_of_its_descriptor,
                "hub.39")
{
    int pair[2];
    struct heard h = { .calls = 0, .answer = EVENTLET_USER(1) };
    struct waiter w;
    eventlet_listener *listener;
    char number[16];

    REQUIRE(pair_open(pair));
    pair_fill(pair[0]);
    listener = listen_to(pair[0], &h);
    waiter_start(&w, pair[0], EVENTLET_WRITE, 100);
    snprintf(number, sizeof number, "%d", pair[0]);
    log_catch();
    pair_poke(pair[1]);
    until_calls(&h.calls, 2); /* with its data, and to be dropped */
    CHECK_CODE(h.last_code, EVENTLET_CLOSED);
    CHECK_CODE(waiter_end(&w), EVENTLET_CLOSED);
    CHECK_HAS(logged.text, number);
    log_let_go();
    eventlet_hub_remove(listener);
    pair_close(pair);
}

/* ---- a failure at each place ---- */

static int listen_for_a_while(void *arg)
{
    int pair[2], rc;
    struct heard h = { .calls = 0 };
    eventlet_listener *listener = NULL;

    if (!pair_open(pair))
        return -EMFILE;
    rc = eventlet_hub_add(&listener, eventlet_hubs_get_hub(), EVENTLET_READ,
                          pair[0], hear, &h);
    pair_poke(pair[1]);
    if (rc == 0) {
        rc = eventlet_sleep(1);
        eventlet_hub_remove(listener);
    }
    pair_close(pair);
    (void)arg;
    return rc;
}

TEST(hub, listeners_survive_a_failure_at_each_place, "hub.38")
{
    log_catch();
    FAULT_EACH(listen_for_a_while, NULL);
    FAULT_EACH_ON("poll", listen_for_a_while, NULL);
    log_let_go();
}
