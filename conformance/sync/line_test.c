/* SPDX-License-Identifier: MIT */
#include "sync/line.h"
#include "check.h"
#include "sync/notes.h"

#include <limits.h>

static struct eventlet__line line;
static int tickets; /* how many may go */

static bool has_ticket(void *arg)
{
    (void)arg;
    return tickets > 0;
}

static int stand(void *name)
{
    int rc = eventlet__line_wait(&line, has_ticket, NULL);

    if (rc == 0)
        tickets--;
    note(rc == 0 ? name : "thrown");
    return rc;
}

static eventlet_greenthread *standing[3];

/* A, B and C stand in line. */
static void let_three_stand(void)
{
    static char *names[] = { "A", "B", "C" };

    eventlet__line_init(&line);
    tickets = 0;
    notes();
    for (int i = 0; i < 3; i++)
        CHECK_CODE(eventlet_spawn(&standing[i], stand, names[i]), 0);
    let_others_run();
    CHECK_INT(line.count, 3);
}

static void end_all(void)
{
    for (int i = 0; i < 3; i++)
        eventlet_reap(standing[i]);
    CHECK_INT(line.count, 0);
}

GREEN_TEST(line, first_goes_first, "line.1 line.4")
{
    let_three_stand();
    tickets = 1;
    eventlet__line_wake(&line, INT_MAX);
    CHECK_INT(line.count, 3);
    let_others_run();
    CHECK_STR(notes(), "A");
    CHECK_INT(line.count, 2);
    tickets = 2;
    eventlet__line_wake(&line, 2);
    let_others_run();
    CHECK_STR(notes(), "B C");
    end_all();
}

GREEN_TEST(line, so_many_look_as_were_woken, "line.1")
{
    let_three_stand();
    tickets = 3;
    eventlet__line_wake(&line, 0);
    let_others_run();
    CHECK_STR(notes(), "");
    eventlet__line_wake(&line, 2);
    let_others_run();
    CHECK_STR(notes(), "A B");
    CHECK_INT(line.count, 1);
    end_all();
}

static bool always(void *arg)
{
    (void)arg;
    return true;
}

static struct eventlet__line other;

static int stand_in_other(void *name)
{
    int rc = eventlet__line_wait(&other, always, NULL);

    note(name);
    return rc;
}

GREEN_TEST(line, woken_behind_another_stays_behind_it, "line.1")
{
    eventlet_greenthread *a, *b;

    eventlet__line_init(&other);
    notes();
    CHECK_CODE(eventlet_spawn(&a, stand_in_other, "A"), 0);
    CHECK_CODE(eventlet_spawn(&b, stand_in_other, "B"), 0);
    let_others_run();
    eventlet__wake(b);
    let_others_run();
    CHECK_STR(notes(), "");
    eventlet__line_wake(&other, 2);
    let_others_run();
    CHECK_STR(notes(), "A B");
    eventlet_reap(a);
    eventlet_reap(b);
}

GREEN_TEST(line, who_may_not_go_keeps_its_place, "line.2 line.4")
{
    let_three_stand();
    tickets = 1;
    eventlet__line_wake(&line, 1);
    tickets = 0; /* somebody was quicker */
    let_others_run();
    CHECK_STR(notes(), "");
    CHECK_INT(line.count, 3);
    tickets = 1;
    eventlet__line_wake(&line, 1);
    let_others_run();
    CHECK_STR(notes(), "A");
    end_all();
}

GREEN_TEST(line, thrown_at_when_woken_wakes_the_next, "line.3")
{
    let_three_stand();
    tickets = 1;
    eventlet__line_wake(&line, 1);
    CHECK_CODE(eventlet_kill(standing[0], EVENTLET_EXIT), 0);
    let_others_run();
    CHECK_STR(notes(), "thrown B");
    CHECK_INT(line.count, 1);
    end_all();
}

GREEN_TEST(line, thrown_at_in_the_middle_leaves, "line.3 line.4")
{
    let_three_stand();
    CHECK_CODE(eventlet_kill(standing[1], EVENTLET_EXIT), 0);
    CHECK_INT(line.count, 2);
    tickets = 2;
    eventlet__line_wake(&line, 2);
    let_others_run();
    CHECK_STR(notes(), "thrown A C");
    end_all();
}

static int stand_in_the_hub(void *rc)
{
    *(int *)rc = eventlet__line_wait(&line, has_ticket, NULL);
    return 0;
}

GREEN_TEST(line, hub_cannot_stand, "line.5")
{
    int rc = 0;

    eventlet__line_init(&line);
    tickets = 0;
    CHECK_CODE(eventlet_hub_schedule_call_global(NULL, eventlet_hubs_get_hub(),
                                                 0, stand_in_the_hub, &rc),
               0);
    clock_advance(1);
    CHECK_CODE(rc, EVENTLET_IN_HUB);
    CHECK_INT(line.count, 0);
}
