/* SPDX-License-Identifier: MIT */
/* Killers: when they go on, killed themselves, many at once, in the hub. */
#include "core_support.h"

static double slept;

/* ---- killers ---- */

static eventlet_greenthread *killer, *victim;

static int kill_the_killer(void *arg)
{
    CHECK_CODE(eventlet_sleep(1000), EVENTLET_EXIT);
    CHECK_OK(eventlet_kill(killer, EVENTLET_USER(1)));
    (void)arg;
    return 0;
}

static int kill_and_sleep(void *arg)
{
    double began;

    CHECK_CODE(eventlet_kill(victim, 0), EVENTLET_USER(1));
    began = now();
    CHECK_OK(eventlet_sleep(1));
    slept = now() - began;
    (void)arg;
    return 0;
}

GREEN_TEST(greenthread, a_killer_killed_meanwhile_is_not_woken_again,
           "greenthread.16")
{
    victim = spawn(kill_the_killer, NULL);
    clock_advance(0);
    killer = spawn(kill_and_sleep, NULL);
    slept = 0;
    CHECK_OK(eventlet_wait(killer));
    CHECK_DBL_NEAR(slept, 1, 1e-6);
    eventlet_release(killer);
    eventlet_reap(victim);
}

struct chain {
    eventlet_greenthread *next;
    const char *name;
};

static int kill_the_next(void *arg)
{
    struct chain *c = arg;

    CHECK_CODE(eventlet_sleep(1000), EVENTLET_EXIT);
    note(c->name);
    if (c->next)
        CHECK_OK(eventlet_kill(c->next, 0));
    note(c->name);
    return 0;
}

GREEN_TEST(greenthread, kills_can_be_nested, "greenthread.10 greenthread.16")
{
    struct chain c[3] = { { NULL, "c" }, { NULL, "b" }, { NULL, "a" } };
    eventlet_greenthread *gt[3];

    notes_clear();
    for (int i = 0; i < 3; i++) {
        c[i].next = i > 0 ? gt[i - 1] : NULL;
        gt[i] = spawn(kill_the_next, &c[i]);
    }
    clock_advance(0);
    CHECK_OK(eventlet_kill(gt[2], 0));
    clock_advance(0);
    CHECK_STR(notes, "abccab"); /* killers go on in the order they killed */
    for (int i = 0; i < 3; i++)
        eventlet_release(gt[i]);
}

static int kill_in_hub(void *gt)
{
    int rc = eventlet_kill(gt, EVENTLET_USER(3));

    note("hub ");
    return rc;
}

static int catch_and_tell(void *arg)
{
    int rc = eventlet_sleep(1000);

    (void)arg;
    note("caught");
    return rc == EVENTLET_USER(3) ? 1 : rc;
}

GREEN_TEST(greenthread, a_kill_from_the_hub_does_not_wait, "greenthread.37")
{
    eventlet_greenthread *gt = spawn(catch_and_tell, NULL);

    notes_clear();
    clock_advance(0);
    call_in_hub(kill_in_hub, gt);
    CHECK_INT(eventlet_wait(gt), 1);
    CHECK_STR(notes, "hub caught");
    eventlet_release(gt);
}

/* ---- a failure at each place ---- */

static int kill_all_ways(void *arg)
{
    eventlet_greenthread *gt[3] = { NULL };
    int rc = 0;

    (void)arg;
    for (int i = 0; i < 3; i++) {
        int code = eventlet_spawn(&gt[i], sleep_long, NULL);

        rc = code < 0 ? code : rc;
        if (i == 0)
            code = eventlet_sleep(0);
        rc = code < 0 ? code : rc;
    }
    for (int i = 0; i < 3; i++)
        if (gt[i] && i < 2) {
            int code = eventlet_kill(gt[i], 0);

            rc = code < 0 ? code : rc;
        }
    for (int i = 0; i < 3; i++)
        eventlet_reap(gt[i]);
    return rc;
}

TEST(greenthread, kill_survives_a_failure_at_each_place, "greenthread.36")
{
    log_catch();
    FAULT_EACH(kill_all_ways, NULL);
    log_let_go();
}
