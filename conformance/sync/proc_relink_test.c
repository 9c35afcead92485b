/* SPDX-License-Identifier: MIT */
/* Links at times when links are hard to keep. */
#include "sync/proc.h"

/* ---- links that are made while links are told ---- */

struct relink {
    eventlet_proc *p;
    int calls;
};

static int link_again(eventlet_proc *p, void *arg)
{
    struct relink *r = arg;

    if (++r->calls < 3)
        return eventlet_proc_link(p, EVENTLET_PROC_ANY, link_again, r);
    return 0;
}

GREEN_TEST(proc, a_link_made_by_a_link_waits_for_the_next_pass, "proc.5")
{
    struct relink r = { .p = source_new() };

    CHECK_CODE(eventlet_proc_link(r.p, EVENTLET_PROC_ANY, link_again, &r), 0);
    CHECK_CODE(eventlet_proc_send(r.p, NULL), 0);
    for (int passes = 0; passes < 20 && r.calls == 0; passes++)
        CHECK_CODE(eventlet_sleep(0), 0);
    CHECK_INT(r.calls, 1);
    for (int passes = 0; passes < 20; passes++)
        CHECK_CODE(eventlet_sleep(0), 0);
    CHECK_INT(r.calls, 3);
    eventlet_proc_free(r.p);
}

/* ---- one that will never start ---- */

static int sleep_a_while(void *arg)
{
    return *(int *)arg = eventlet_sleep(0.1);
}

static int spawn_local(void *late)
{
    return eventlet_spawn_after_local(late, 100, sleep_a_while, NULL);
}

GREEN_TEST(proc, a_link_does_not_outlive_what_never_started, "proc.11")
{
    eventlet_proc *p = source_new();
    eventlet_greenthread *spawner, *late, *other;
    int slept = 1;

    CHECK_CODE(eventlet_spawn(&spawner, spawn_local, &late), 0);
    CHECK_CODE(eventlet_wait(spawner), 0);
    eventlet_release(spawner);
    CHECK_CODE(eventlet_proc_link_greenthread(p, EVENTLET_PROC_ANY, late), 0);
    eventlet_release(late);
    CHECK_CODE(eventlet_spawn(&other, sleep_a_while, &slept), 0);
    CHECK_CODE(eventlet_sleep(0), 0);
    CHECK_CODE(eventlet_proc_send(p, NULL), 0);
    CHECK_CODE(eventlet_wait(other), 0);
    CHECK_CODE(slept, 0);
    eventlet_release(other);
    eventlet_proc_free(p);
}
