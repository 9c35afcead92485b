/* SPDX-License-Identifier: MIT */
/* The one call of the library that a verb makes: what may come out of it, and
 * who may be inside before whom. */
#include "inside.h"

#include <stdlib.h>
#include <string.h>

void explore_enter(void)
{
    struct explore_thread *t = explore_current();

    t->arrival = t->seen = ++explore_now.happened;
    if (!t->gt)
        return;
    t->state = EXPLORE_INSIDE;
    t->in_call = true;
    if (eventlet_timeout_start(&t->guard, EXPLORE_FAR_SECONDS) < 0)
        abort();
}

static void check_thrown(struct explore_thread *t, int rc, bool fired)
{
    if (rc == EVENTLET_EXIT && !t->killed)
        explore_fail("%s is killed by nobody", t->name);
    if (rc == EVENTLET_EXIT) {
        t->killed = false;
        t->unwinding = true;
    }
    if (t->killed && !(t->verb->finishes && rc == 0))
        explore_fail("%s was killed in %s, which gives %s", t->name,
                     t->verb->name, eventlet_strerrorname(rc));
    if (fired && rc != EVENTLET_TIMEOUT && rc != EVENTLET_EXIT)
        explore_fail("the timeout of %s fired, but %s gives %s", t->name,
                     t->verb->name, eventlet_strerrorname(rc));
    if (rc == EVENTLET_TIMEOUT && !fired && !t->verb->timed)
        explore_fail("%s gives EVENTLET_TIMEOUT to %s, of which none fired",
                     t->verb->name, t->name);
}

bool explore_is_before(int who, int than)
{
    const struct explore_thread *a = &explore_now.threads[who];
    const struct explore_thread *b = &explore_now.threads[than];

    return who != than && a->in_call && a->model == b->model &&
           a->verb->line == b->verb->line && a->arrival < b->arrival;
}

/* Be it that it has not left yet: it waits for its lock, say. */
static bool is_thrown_at(const struct explore_thread *t)
{
    return t->killed || !eventlet_timeout_pending(&t->guard);
}

static void check_order(const struct explore_thread *me)
{
    int self = (int)(me - explore_now.threads);

    if (me->verb->order == EXPLORE_ANYHOW ||
        (me->verb->order == EXPLORE_WAITERS && !me->waited))
        return;
    for (int i = 0; i < explore_now.count; i++)
        if (explore_is_before(i, self) &&
            !is_thrown_at(&explore_now.threads[i]))
            explore_fail("%s overtakes %s in %s", me->name,
                         explore_now.threads[i].name, me->verb->name);
}

void explore_leave_anyhow(int rc, bool closed)
{
    struct explore_thread *t = explore_current();
    bool fired;

    explore_log(EXPLORE_DONE, t, rc);
    t->waited = explore_now.happened++ != t->seen;
    if (rc == EVENTLET_CLOSED && !closed)
        explore_fail("%s gives EVENTLET_CLOSED to %s, but nobody freed it",
                     t->verb->name, t->name);
    if (t->gt) {
        fired = eventlet_timeout_cancel(&t->guard);
        t->state = EXPLORE_RUNNING;
        check_thrown(t, rc, fired);
    }
    t->in_call = false;
}

void explore_leave(int rc, bool closed)
{
    struct explore_thread *t = explore_current();

    explore_leave_anyhow(rc, closed);
    if (rc == 0 && !closed && t->verb->line)
        check_order(t);
}

void explore_expect(int rc, int own)
{
    if (rc < 0 && rc != EVENTLET_EXIT && rc != EVENTLET_TIMEOUT &&
        rc != EVENTLET_CLOSED && rc != own)
        explore_fail("%s gives %s", explore_current()->verb->name,
                     eventlet_strerrorname(rc));
}

bool explore_waited(void)
{
    return explore_current()->waited;
}

bool explore_is_killed(int who)
{
    return explore_now.threads[who].killed;
}

bool explore_is_inside(int who, const char *verb)
{
    const struct explore_thread *t = &explore_now.threads[who];

    return t->in_call && strcmp(t->verb->name, verb) == 0;
}
