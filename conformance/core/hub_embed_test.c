/* SPDX-License-Identifier: MIT */
/* A hub inside a loop of libevent's that the program has already. */
#include "core_support.h"
#include "pair.h"

#include <event2/event.h>
#include <event2/event_struct.h>

static struct event_base *base;
static int ticks;

static void tick(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    (void)arg;
    ticks++;
    note("t");
}

/* Turns the program's own loop until *flag is at least n. */
static void turn_until(const int *flag, int n)
{
    for (int i = 0; i < 10000 && *flag < n; i++)
        event_base_loop(base, EVLOOP_ONCE);
    CHECK(*flag >= n);
}

static bool embed(void)
{
    notes_clear();
    ticks = 0;
    base = event_base_new();
    return CHECK(base) && CHECK_OK(eventlet_hubs_use_base(base));
}

static void unembed(void)
{
    CHECK_OK(eventlet_hubs_drop());
    event_base_free(base);
    base = NULL;
}

static int done;

static int sleep_thrice(void *name)
{
    for (int i = 0; i < 3; i++) {
        note(name);
        CHECK_OK(eventlet_sleep(0.001));
    }
    done++;
    return 0;
}

TEST(hub, green_threads_run_inside_a_given_loop, "hub.20")
{
    REQUIRE(embed());
    done = 0;
    CHECK_OK(eventlet_spawn(NULL, sleep_thrice, "a"));
    CHECK_OK(eventlet_spawn(NULL, sleep_thrice, "b"));
    CHECK_STR(notes, ""); /* not before the loop turns */
    turn_until(&done, 2);
    CHECK_INT(strlen(notes), 6);
    unembed();
}

TEST(hub, the_programs_own_events_go_on, "hub.21")
{
    struct timeval ms = { 0, 1000 };
    struct event *own;

    REQUIRE(embed());
    done = 0;
    own = event_new(base, -1, EV_PERSIST, tick, NULL);
    event_add(own, &ms);
    CHECK_OK(eventlet_spawn(NULL, sleep_thrice, "a"));
    turn_until(&done, 1);
    turn_until(&ticks, 3);
    event_free(own);
    unembed();
}

TEST(hub, the_stack_of_the_given_loop_may_not_wait, "hub.21 hub.32")
{
    int pair[2];

    REQUIRE(embed());
    REQUIRE(pair_open(pair));
    CHECK_PTR(eventlet_getcurrent(), NULL);
    CHECK_CODE(eventlet_sleep(1), EVENTLET_IN_HUB);
    CHECK_OK(eventlet_sleep(0));
    CHECK_CODE(eventlet_hubs_trampoline(pair[0], EVENTLET_READ, 1),
               EVENTLET_IN_HUB);
    pair_close(pair);
    unembed();
}

static int read_and_count(void *arg)
{
    CHECK_OK(eventlet_hubs_trampoline(*(int *)arg, EVENTLET_READ, 30));
    done++;
    return 0;
}

TEST(hub, descriptors_are_watched_by_the_given_loop, "hub.20")
{
    int pair[2];

    REQUIRE(embed());
    REQUIRE(pair_open(pair));
    done = 0;
    CHECK_OK(eventlet_spawn(NULL, read_and_count, &pair[0]));
    for (int i = 0; i < 3; i++)
        event_base_loop(base, EVLOOP_NONBLOCK);
    CHECK_INT(done, 0);
    pair_poke(pair[1]);
    turn_until(&done, 1);
    pair_close(pair);
    unembed();
}

/* What a callback of the program's does must be seen by a loop that would wait
 * for ever otherwise. */
static void spawn_from_outside(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    (void)arg;
    ticks++;
    CHECK_OK(eventlet_spawn(NULL, sleep_thrice, "s"));
}

TEST(hub, what_a_callback_of_the_programs_spawns_runs, "hub.20")
{
    struct timeval ms = { 0, 1000 };

    REQUIRE(embed());
    done = 0;
    for (int i = 0; i < 3; i++)
        event_base_loop(base, EVLOOP_NONBLOCK);
    event_base_once(base, -1, EV_TIMEOUT, spawn_from_outside, NULL, &ms);
    turn_until(&done, 1);
    CHECK_INT(ticks, 1);
    unembed();
}

TEST(hub, a_thread_that_has_a_hub_takes_no_base, "hub.20")
{
    base = event_base_new();
    REQUIRE(base);
    REQUIRE_OK(eventlet_hubs_use_hub("sim"));
    CHECK_CODE(eventlet_hubs_use_base(base), -EBUSY);
    CHECK_STR(eventlet_hubs_current_name(), "sim");
    event_base_free(base);
}

TEST(hub, an_embedded_one_ends_when_it_is_dropped, "hub.21")
{
    REQUIRE(embed());
    CHECK(eventlet_hubs_current_name());
    CHECK_OK(eventlet_spawn(NULL, sleep_long, NULL));
    event_base_loop(base, EVLOOP_NONBLOCK);
    event_base_loop(base, EVLOOP_NONBLOCK);
    unembed();
    CHECK_STR(eventlet_hubs_current_name(), NULL);
    CHECK_OK(eventlet_sleep(0)); /* another is made on first use */
}

TEST(hub, an_embedded_one_keeps_the_loop_going_only_while_it_has_something,
     "hub.21")
{
    REQUIRE(embed());
    done = 0;
    CHECK_OK(eventlet_spawn(NULL, sleep_thrice, "a"));
    event_base_dispatch(base); /* returns when no event is left */
    CHECK_INT(done, 1);
    unembed();
}

static int added(void)
{
    return event_base_get_num_events(base, EVENT_BASE_COUNT_ADDED);
}

static int call_nobody(void *arg)
{
    (void)arg;
    return 0;
}

TEST(hub, an_embedded_one_holds_the_loop_for_no_cancelled_timer, "hub.21")
{
    eventlet_timer *timer;

    REQUIRE(embed());
    CHECK_OK(eventlet_timer_new(&timer, 50, call_nobody, NULL));
    CHECK_OK(eventlet_timer_schedule(timer));
    event_base_loop(base, EVLOOP_NONBLOCK);
    CHECK_INT(added(), 1);
    eventlet_timer_cancel(timer);
    event_base_loop(base, EVLOOP_NONBLOCK);
    CHECK_INT(added(), 0);
    eventlet_timer_free(timer);
    unembed();
}

static int wait_in_vain(void *fd)
{
    done = eventlet_hubs_trampoline(*(int *)fd, EVENTLET_READ, 0.001);
    return 0;
}

TEST(hub, an_embedded_one_holds_the_loop_for_no_wait_that_is_over, "hub.21")
{
    int pair[2];

    REQUIRE(pair_open(pair));
    REQUIRE(embed());
    done = 1;
    CHECK_OK(eventlet_spawn(NULL, wait_in_vain, &pair[0]));
    for (int i = 0; i < 10000 && done == 1; i++)
        event_base_loop(base, EVLOOP_ONCE);
    CHECK_CODE(done, EVENTLET_TIMEOUT);
    event_base_loop(base, EVLOOP_NONBLOCK);
    CHECK_INT(added(), 0);
    pair_close(pair);
    unembed();
}

TEST(hub, an_embedded_one_goes_on_with_the_other_way, "hub.12 hub.21")
{
    struct waiter w;
    int pair[2];

    REQUIRE(pair_open(pair));
    REQUIRE(embed());
    pair_fill(pair[0]);
    done = 1;
    w = (struct waiter){ .fd = pair[0], .what = EVENTLET_WRITE };
    w.seconds = 100;
    w.got = 1;
    CHECK_OK(eventlet_spawn(&w.gt, waiter_run, &w));
    CHECK_OK(eventlet_spawn(NULL, wait_in_vain, &pair[0]));
    for (int i = 0; i < 10000 && done == 1; i++)
        event_base_loop(base, EVLOOP_ONCE);
    CHECK_CODE(done, EVENTLET_TIMEOUT);
    CHECK_INT(w.got, 1);
    pair_drain(pair[1]);
    for (int i = 0; i < 10000 && w.got == 1; i++)
        event_base_loop(base, EVLOOP_ONCE);
    CHECK_INT(w.got, 0);
    eventlet_release(w.gt);
    pair_close(pair);
    unembed();
}
