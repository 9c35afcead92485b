/* SPDX-License-Identifier: MIT */
/* A kind of hub of the program's own. */
#include "child.h"
#include "core_support.h"
#include "pair.h"
#include "poll_kind.h"

TEST(hub, a_registered_kind_can_be_used, "hub.29")
{
    eventlet_greenthread *gt;
    double half = 0.5;

    REQUIRE(use_poll_kind());
    CHECK_STR(eventlet_hubs_current_name(), POLL_KIND);
    gt = spawn(sleep_it, &half);
    CHECK_OK(eventlet_wait(gt));
    eventlet_release(gt);
    CHECK_OK(eventlet_hubs_drop());
    CHECK_INT(poll_kind.opened, poll_kind.closed);
}

TEST(hub, a_registered_kind_has_its_own_clock, "hub.29 clock.3")
{
    REQUIRE(use_poll_kind());
    CHECK_DBL_NEAR(now(), 1, 1e-9);
    CHECK_OK(eventlet_sleep(86400));
    CHECK_DBL_NEAR(now(), 86401, 1e-3);
}

TEST(hub, a_registered_kind_is_among_the_names, "hub.29")
{
    const char *const *names = eventlet_hubs_names();

    REQUIRE(use_poll_kind());
    names = eventlet_hubs_names();
    while (*names && strcmp(*names, POLL_KIND) != 0)
        names++;
    CHECK(*names);
}

TEST(hub, a_registered_kind_watches_descriptors, "hub.29")
{
    int pair[2];
    struct waiter reader, writer;

    REQUIRE(use_poll_kind());
    REQUIRE(pair_open(pair));
    pair_fill(pair[0]);
    waiter_start(&reader, pair[0], EVENTLET_READ, 100);
    waiter_start(&writer, pair[0], EVENTLET_WRITE, 100);
    pair_poke(pair[1]);
    CHECK_INT(waiter_end(&reader), 0);
    CHECK_INT(writer.got, 1);
    pair_drain(pair[1]);
    CHECK_INT(waiter_end(&writer), 0);
    CHECK_CODE(eventlet_hubs_trampoline(pair[1], EVENTLET_READ, 5),
               EVENTLET_TIMEOUT);
    pair_close(pair);
    CHECK_INT(poll_kind.len, 0); /* nothing closed is watched */
}

TEST(hub, a_registered_kind_hears_of_a_hang_up, "hub.14 hub.29")
{
    int pair[2];
    struct waiter reader, writer;

    REQUIRE(use_poll_kind());
    REQUIRE(pair_open(pair));
    pair_fill(pair[0]);
    waiter_start(&reader, pair[0], EVENTLET_READ, 100);
    waiter_start(&writer, pair[0], EVENTLET_WRITE, 100);
    close(pair[1]);
    pair[1] = -1;
    CHECK_INT(waiter_end(&reader), 0);
    CHECK_INT(waiter_end(&writer), 0);
    pair_close(pair);
}

/* ---- what register refuses ---- */

TEST(hub, register_refuses_a_name_in_use, "hub.30")
{
    static struct eventlet_hub_kind kind;

    kind = poll_kind_calls;
    kind.name = "epolls";
    CHECK_CODE(eventlet_hubs_register(&kind), -EEXIST);
    REQUIRE(use_poll_kind());
    CHECK_CODE(eventlet_hubs_register(&poll_kind_calls), -EEXIST);
}

TEST(hub, register_refuses_what_is_incomplete, "hub.30")
{
    struct eventlet_hub_kind kind = poll_kind_calls;

    kind.name = NULL;
    CHECK_CODE(eventlet_hubs_register(&kind), -EINVAL);
    kind.name = "";
    CHECK_CODE(eventlet_hubs_register(&kind), -EINVAL);
    kind = poll_kind_calls;
    kind.name = "incomplete";
    kind.wait = NULL;
    CHECK_CODE(eventlet_hubs_register(&kind), -EINVAL);
    kind.wait = poll_kind_wait;
    kind.watch = NULL;
    CHECK_CODE(eventlet_hubs_register(&kind), -EINVAL);
    kind.watch = poll_kind_watch;
    kind.unwatch = NULL;
    CHECK_CODE(eventlet_hubs_register(&kind), -EINVAL);
}

static int fail_to_open(eventlet_hub *hub, void **state)
{
    (void)hub;
    (void)state;
    return -EMFILE;
}

/* In a child: what is registered stays. */
static int register_many(void *arg)
{
    static struct eventlet_hub_kind kind[20];
    static char name[20][8];
    int rc = 0, n = 0;

    (void)arg;
    for (; n < 20 && rc == 0; n++) {
        kind[n] = poll_kind_calls;
        snprintf(name[n], sizeof name[n], "kind%d", n);
        kind[n].name = name[n];
        if (n == 0)
            kind[n].open = fail_to_open;
        rc = eventlet_hubs_register(&kind[n]);
    }
    if (rc != -ENOSPC || n - 1 > 16)
        return 1;
    if (eventlet_hubs_use_hub("kind0") != -EMFILE)
        return 2;
    return eventlet_hubs_use_hub("kind1") == 0 && eventlet_sleep(1) == 0 ? 0
                                                                         : 3;
}

TEST(hub, register_takes_sixteen_and_a_failing_open_is_reported, "hub.30")
{
    CHECK_INT(in_child(register_many, NULL, NULL, 0), 0);
}
