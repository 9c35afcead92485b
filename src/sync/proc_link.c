/* SPDX-License-Identifier: MIT */
/* Whom a proc tells of its end.
 *
 * Links are told in the hub, by a timer of the proc's own that stands in line
 * for the next pass and so needs no memory. Each is taken out before it is
 * told, and is free to unlink others, to link, and to free the proc. */
#include <errno.h>

#include "base/mem.h"
#include "core/greenthread.h"
#include "core/hub.h"
#include "sync/home.h"
#include "sync/proc.h"

enum kind { TO_FN, TO_EVENT, TO_QUEUE, TO_GREENTHREAD, TO_ALL };

/* Who waits for several: on its own stack. */
struct all {
    struct eventlet__stay stay;
    eventlet_greenthread *gt;
    struct eventlet__list links; /* of those that have not told yet */
    int code;                    /* of the first to end with one; 0: none has */
};

struct link {
    struct eventlet__node node;
    enum eventlet_proc_end end;
    enum kind kind;
    void *listener; /* event, queue, green thread, struct all, or fn's arg */
    eventlet_proc_fn *fn;
    struct eventlet__node in_all;
    void **value;                 /* of TO_ALL: where it goes, or NULL */
    uint64_t nth;                 /* of its proc's */
    struct eventlet__local local; /* in the locals of a green thread */
};

static struct link *first_link(eventlet_proc *p)
{
    struct eventlet__node *n = eventlet__list_first(&p->links);

    return n ? EVENTLET__CONTAINER(n, struct link, node) : NULL;
}

static void link_free(struct link *link)
{
    eventlet__unlink(&link->node);
    eventlet__unlink(&link->in_all);
    eventlet__unlink(&link->local.node);
    eventlet__free(link);
}

static void listener_died(struct eventlet__local *local)
{
    link_free(EVENTLET__CONTAINER(local, struct link, local));
}

/* ---- telling ---- */

/* One that was sent already stays as it is. */
static int send_to(eventlet_event *event, void *value, int code)
{
    int rc = code < 0 ? eventlet_event_send_exception(event, code)
                      : eventlet_event_send(event, value);

    return rc == EVENTLET_ALREADY_SENT ? 0 : rc;
}

/* A kill that is on its way already stays. */
static int throw_at(eventlet_greenthread *gt, int code)
{
    int thrown = EVENTLET_LINKED_COMPLETED;

    if (code < 0)
        thrown = code == EVENTLET_EXIT ? EVENTLET_LINKED_KILLED
                                       : EVENTLET_LINKED_FAILED;
    eventlet__end_wait(gt, thrown);
    return 0;
}

static int count(struct link *link, void *value, int code)
{
    struct all *all = link->listener;

    if (link->value)
        *link->value = value;
    eventlet__unlink(&link->in_all);
    if (all->code == 0 && code < 0)
        all->code = code;
    if (code < 0 || eventlet__list_empty(&all->links))
        eventlet__wake(all->gt);
    return 0;
}

static int tell(eventlet_proc *p, struct link *link)
{
    void *value = NULL;
    int code = eventlet_event_poll(p->event, &value);

    switch (link->kind) {
    case TO_FN:
        return link->fn(p, link->listener);
    case TO_EVENT:
        return send_to(link->listener, value, code);
    case TO_QUEUE:
        return eventlet_queue_put_nowait(link->listener, p);
    case TO_GREENTHREAD:
        return throw_at(link->listener, code);
    case TO_ALL:
        return count(link, value, code);
    }
    return 0;
}

static bool is_for(const struct link *link, const eventlet_proc *p)
{
    if (link->end == EVENTLET_PROC_ANY)
        return true;
    return (link->end == EVENTLET_PROC_EXCEPTION) ==
           eventlet_event_has_exception(p->event);
}

static void tell_first(eventlet_proc *p)
{
    struct link *link = first_link(p);
    int rc = 0;

    eventlet__unlink(&link->node); /* nobody can take it out any more */
    eventlet__unlink(&link->local.node);
    if (is_for(link, p))
        rc = tell(p, link);
    if (rc < 0)
        eventlet__hub_escaped(eventlet__hub, "telling of a proc's end", rc);
    link_free(link);
}

int eventlet__proc_told(void *proc)
{
    eventlet_proc *p = proc;
    uint64_t limit =
        p->linked; /* who links meanwhile is told on a later pass */
    const struct link *link;

    p->users++;
    while ((link = first_link(p)) != NULL && link->nth < limit)
        tell_first(p);
    eventlet__proc_leave(p);
    return 0;
}

/* It is refused only if it stands in line already, which is as good. */
void eventlet__proc_tell(eventlet_proc *p)
{
    if (!eventlet__list_empty(&p->links))
        (void)eventlet_timer_schedule(p->teller);
}

void eventlet__proc_drop_links(eventlet_proc *p)
{
    struct link *link;

    while ((link = first_link(p)) != NULL) {
        if (link->kind == TO_ALL)
            count(link, NULL, EVENTLET_CLOSED);
        link_free(link);
    }
}

/* ---- linking ---- */

/* Its place with the listener, which may be gone first. */
static void join_listener(struct link *link)
{
    struct all *all = link->listener;
    eventlet_greenthread *gt = link->listener;

    if (link->kind == TO_ALL)
        eventlet__list_append(&all->links, &link->in_all);
    if (link->kind == TO_GREENTHREAD)
        eventlet__list_append(&gt->locals, &link->local.node);
}

static int add(eventlet_proc *p, const struct link *wanted)
{
    struct link *link;

    if (!eventlet__at_home(p->home))
        return -EPERM;
    if (wanted->kind == TO_GREENTHREAD && eventlet_dead(wanted->listener))
        return 0;
    link = eventlet__alloc(sizeof *link);
    if (!link)
        return -ENOMEM;
    *link = *wanted;
    link->nth = p->linked++;
    link->local.spawner_died = listener_died;
    eventlet__node_init(&link->in_all);
    eventlet__node_init(&link->local.node);
    join_listener(link);
    eventlet__list_append(&p->links, &link->node);
    if (eventlet_event_ready(p->event))
        eventlet__proc_tell(p);
    return 0;
}

int eventlet_proc_link(eventlet_proc *p, enum eventlet_proc_end end,
                       eventlet_proc_fn *fn, void *arg)
{
    return add(p, &(struct link){
                      .end = end, .kind = TO_FN, .listener = arg, .fn = fn });
}

int eventlet_proc_link_event(eventlet_proc *p, enum eventlet_proc_end end,
                             eventlet_event *event)
{
    return add(
        p, &(struct link){ .end = end, .kind = TO_EVENT, .listener = event });
}

int eventlet_proc_link_queue(eventlet_proc *p, enum eventlet_proc_end end,
                             eventlet_queue *queue)
{
    return add(
        p, &(struct link){ .end = end, .kind = TO_QUEUE, .listener = queue });
}

int eventlet_proc_link_greenthread(eventlet_proc *p, enum eventlet_proc_end end,
                                   eventlet_greenthread *gt)
{
    if (!gt)
        gt = eventlet__self();
    if (!gt)
        return EVENTLET_IN_HUB;
    if (gt->hub != eventlet__hub)
        return -EPERM;
    return add(p, &(struct link){
                      .end = end, .kind = TO_GREENTHREAD, .listener = gt });
}

/* ---- unlinking ---- */

static bool take_out(eventlet_proc *p, eventlet_proc_fn *fn,
                     const void *listener)
{
    struct eventlet__node *head = &p->links.head;

    for (struct eventlet__node *n = head->next; n != head; n = n->next) {
        struct link *link = EVENTLET__CONTAINER(n, struct link, node);

        if (link->fn != fn || link->listener != listener)
            continue;
        link_free(link);
        return true;
    }
    return false;
}

bool eventlet_proc_unlink(eventlet_proc *p, eventlet_proc_fn *fn, void *arg)
{
    return take_out(p, fn, arg);
}

bool eventlet_proc_unlink_from(eventlet_proc *p, const void *listener)
{
    return take_out(p, NULL, listener ? listener : eventlet__self());
}

/* ---- several ---- */

static int link_all(struct all *all, eventlet_proc *const *procs, size_t n,
                    void **values)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < n; i++)
        rc = add(procs[i],
                 &(struct link){ .kind = TO_ALL,
                                 .listener = all,
                                 .value = values ? &values[i] : NULL });
    return rc;
}

static int wait_for_all(struct all *all)
{
    int rc = 0;

    while (rc == 0 && all->code == 0 && !eventlet__list_empty(&all->links))
        rc = eventlet__park();
    return rc < 0 ? rc : all->code;
}

static void unlink_all(struct all *all)
{
    struct eventlet__node *n;

    while ((n = eventlet__list_first(&all->links)) != NULL)
        link_free(EVENTLET__CONTAINER(n, struct link, in_all));
}

static void waiter_vanished(struct eventlet__keeper *keeper,
                            struct eventlet__stay *stay)
{
    (void)keeper;
    unlink_all(EVENTLET__CONTAINER(stay, struct all, stay));
}

static struct eventlet__keeper waiters = { waiter_vanished };

int eventlet_proc_waitall(eventlet_proc *const *procs, size_t n, void **values)
{
    struct all all = { .gt = eventlet__self() };
    int rc;

    if (n == 0)
        return 0;
    if (!all.gt)
        return EVENTLET_IN_HUB;
    eventlet__list_init(&all.links);
    eventlet__stay(all.gt, &all.stay, &waiters);
    rc = link_all(&all, procs, n, values);
    if (rc == 0)
        rc = wait_for_all(&all);
    unlink_all(&all);
    eventlet__stay_ends(all.gt, &all.stay);
    return rc;
}

static int check_killable(eventlet_proc *const *procs, size_t n, int code)
{
    if (code > 0)
        return -EINVAL;
    for (size_t i = 0; i < n; i++)
        if (!eventlet__at_home(procs[i]->home))
            return -EPERM;
    return 0;
}

/* One that has not started ends at once, and its links may free any of them. */
int eventlet_proc_killall(eventlet_proc *const *procs, size_t n, int code)
{
    int rc = check_killable(procs, n, code);

    if (rc < 0)
        return rc;
    for (size_t i = 0; i < n; i++)
        procs[i]->users++;
    for (size_t i = 0; i < n; i++)
        if (procs[i]->gt)
            eventlet__throw(procs[i]->gt, code < 0 ? code : EVENTLET_EXIT);
    for (size_t i = 0; i < n; i++)
        eventlet__proc_leave(procs[i]);
    return 0;
}
