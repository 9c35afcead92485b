/* SPDX-License-Identifier: MIT */
/* Procs: how they begin and end, and how they are waited for.
 *
 * The end is an event. A green thread's is learned of by a link, which is
 * called even if it is killed before its start. The proc outlives
 * eventlet_proc_free until its green thread has ended. */
#include "sync/proc.h"

#include <errno.h>
#include <stdint.h>

#include "base/mem.h"
#include "core/greenthread.h"
#include "sync/home.h"

/* ---- making ---- */

static int make_parts(eventlet_proc *p)
{
    int rc = eventlet_event_new(&p->event);

    if (rc < 0)
        return rc;
    return eventlet_timer_new(&p->teller, 0, eventlet__proc_told, p);
}

int eventlet_proc_source_new(eventlet_proc **p)
{
    eventlet_proc *made = eventlet__alloc(sizeof *made);
    int rc;

    if (!made)
        return -ENOMEM;
    made->users = 1;
    made->home = eventlet__home();
    eventlet__list_init(&made->links);
    eventlet__node_init(&made->local.node);
    EVENTLET__BORN(procs);
    rc = make_parts(made);
    if (rc < 0)
        eventlet_proc_free(made);
    else
        *p = made;
    return rc;
}

void eventlet__proc_leave(eventlet_proc *p)
{
    if (--p->users > 0)
        return;
    eventlet__unlink(&p->local.node);
    eventlet_release(p->gt);
    EVENTLET__DIED(procs);
    eventlet__free(p);
}

void eventlet_proc_free(eventlet_proc *p)
{
    if (!p)
        return;
    p->closed = true;
    eventlet__proc_drop_links(p);
    eventlet_timer_free(p->teller);
    eventlet_event_free(p->event);
    eventlet__proc_leave(p);
}

/* ---- the end ---- */

static int end_with(eventlet_proc *p, void *value, int code)
{
    int rc = code < 0 ? eventlet_event_send_exception(p->event, code)
                      : eventlet_event_send(p->event, value);

    if (rc == 0)
        eventlet__proc_tell(p);
    return rc;
}

/* It may be gone afterwards. */
static void ended(eventlet_proc *p, int result)
{
    if (!p->running)
        return;
    p->running = false;
    if (!p->closed)
        end_with(p, (void *)(intptr_t)result, result);
    eventlet__proc_leave(p);
}

static void thread_ended(eventlet_greenthread *gt, void *proc)
{
    ended(proc, gt->result);
}

/* Its links, which come before this, may not have been called: if it vanished.
 */
static void thread_gone(struct eventlet__local *local)
{
    eventlet_proc *p = EVENTLET__CONTAINER(local, eventlet_proc, local);

    eventlet_release(p->gt);
    p->gt = NULL;
    ended(p, EVENTLET_EXIT);
}

static int start(eventlet_proc *p, eventlet_fn *fn, void *arg)
{
    int rc = eventlet_spawn(&p->gt, fn, arg);

    if (rc < 0)
        return rc;
    rc = eventlet_link(p->gt, thread_ended, p);
    if (rc < 0) {
        eventlet__throw(p->gt, EVENTLET_EXIT); /* before it starts */
        return rc;
    }
    eventlet__tell_end(p->gt, &p->local, thread_gone);
    p->spawned = true;
    p->running = true;
    p->users++;
    return 0;
}

int eventlet_proc_spawn(eventlet_proc **p, eventlet_fn *fn, void *arg)
{
    eventlet_proc *made;
    int rc = eventlet_proc_source_new(&made);

    if (rc < 0)
        return rc;
    rc = start(made, fn, arg);
    if (rc < 0)
        eventlet_proc_free(made);
    else
        *p = made;
    return rc;
}

int eventlet_proc_spawn_link(eventlet_proc **p, eventlet_fn *fn, void *arg,
                             enum eventlet_proc_end end)
{
    eventlet_proc *made;
    int rc = eventlet_proc_spawn(&made, fn, arg);

    if (rc < 0)
        return rc;
    rc = eventlet_proc_link_greenthread(made, end, NULL);
    if (rc < 0) {
        eventlet__throw(made->gt, EVENTLET_EXIT); /* before it starts */
        eventlet_proc_free(made);
        return rc;
    }
    *p = made;
    return 0;
}

int eventlet_proc_send(eventlet_proc *p, void *value)
{
    return p->spawned ? -EINVAL : end_with(p, value, 0);
}

int eventlet_proc_send_exception(eventlet_proc *p, int code)
{
    return p->spawned || code >= 0 ? -EINVAL : end_with(p, NULL, code);
}

int eventlet_proc_kill(eventlet_proc *p, int code)
{
    return p->gt ? eventlet_kill(p->gt, code) : 0;
}

eventlet_greenthread *eventlet_proc_greenthread(const eventlet_proc *p)
{
    return p->gt;
}

/* ---- looking, and waiting ---- */

int eventlet_proc_wait(eventlet_proc *p, void **value)
{
    return eventlet_event_wait(p->event, value);
}

int eventlet_proc_wait_timeout(eventlet_proc *p, void **value, double seconds)
{
    return eventlet_event_wait_timeout(p->event, value, seconds);
}

int eventlet_proc_poll(const eventlet_proc *p, void **value)
{
    return eventlet_event_poll(p->event, value);
}

bool eventlet_proc_ready(const eventlet_proc *p)
{
    return eventlet_event_ready(p->event);
}

bool eventlet_proc_has_value(const eventlet_proc *p)
{
    return eventlet_event_has_result(p->event);
}

bool eventlet_proc_has_exception(const eventlet_proc *p)
{
    return eventlet_event_has_exception(p->event);
}
