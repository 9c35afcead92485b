/* SPDX-License-Identifier: MIT */
/* A listener that hands on the code it is called with. */
#include "core_support.h"
#include "pair.h"

static int calls;

static int hand_on(void *arg, int fd, int code)
{
    (void)arg, (void)fd;
    calls++;
    return code;
}

static int poke_later(void *fd)
{
    for (int i = 0; i < 3; i++)
        let_others_run();
    pair_poke(*(int *)fd);
    return 0;
}

/* By the time of its last call the number is somebody else's. */
GREEN_TEST_HUBS(hub, the_answer_to_a_last_call_harms_no_stranger,
                "hub.19 hub.39")
{
    eventlet_listener *listener;
    eventlet_greenthread *gt;
    int pair[2], fresh[2];

    REQUIRE(pair_open(pair));
    calls = 0;
    REQUIRE_OK(eventlet_hub_add(&listener, eventlet_hubs_get_hub(),
                                EVENTLET_READ, pair[0], hand_on, NULL));
    eventlet_hubs_notify_close(pair[0]);
    close(pair[0]);
    REQUIRE(pair_open(fresh));
    CHECK_INT(fresh[0], pair[0]);
    pair[0] = -1;
    gt = spawn(poke_later, &fresh[1]);
    log_catch();
    CHECK_OK(eventlet_hubs_trampoline(fresh[0], EVENTLET_READ, 100));
    log_let_go();
    CHECK_INT(calls, 1);
    CHECK_OK(eventlet_wait(gt));
    eventlet_release(gt);
    eventlet_hub_remove(listener);
    pair_close(pair);
    pair_close(fresh);
}

struct change {
    int *pair, *fresh;
    eventlet_listener *second;
};

/* Closes it, listens to another that gets its number, and complains. */
static int change_over(void *arg, int fd, int code)
{
    struct change *c = arg;

    if (code < 0)
        return 0;
    CHECK_INT(fd, c->pair[0]);
    pair_close(c->pair);
    CHECK(pair_open(c->fresh));
    CHECK_INT(fd, c->fresh[0]);
    CHECK_OK(eventlet_hub_add(&c->second, eventlet_hubs_get_hub(),
                              EVENTLET_READ, fd, hand_on, NULL));
    return EVENTLET_USER(1);
}

GREEN_TEST_HUBS(hub, a_listener_may_change_over_and_complain, "hub.19 hub.39")
{
    eventlet_listener *first;
    int pair[2], fresh[2] = { -1, -1 };
    struct change c = { pair, fresh, NULL };

    REQUIRE(pair_open(pair));
    calls = 0;
    REQUIRE_OK(eventlet_hub_add(&first, eventlet_hubs_get_hub(), EVENTLET_READ,
                                pair[0], change_over, &c));
    log_catch();
    pair_poke(pair[1]);
    while (!c.second)
        let_others_run();
    let_others_run();
    CHECK_INT(calls, 0); /* the second has not been told of a close */
    CHECK_INT(readers(), 1);
    log_let_go();
    eventlet_hub_remove(first);
    eventlet_hub_remove(c.second);
    pair_close(fresh);
}
