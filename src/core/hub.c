/* SPDX-License-Identifier: MIT */
/* The hub's life: one per OS thread, made on first use, gone with its thread.
 */
#include "core/hub.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "core/greenthread.h"
#include "core/hub_wake.h"
#include "core/listener.h"
#include "core/overflow.h"
#include "core/timer.h"

__thread eventlet_hub *eventlet__hub;

static pthread_key_t at_thread_end;
static pthread_once_t once = PTHREAD_ONCE_INIT;

struct eventlet__at_end {
    struct eventlet__at_end *next;
    void (*fn)(void *arg);
    void *arg;
};

static void thread_ends(void *hub)
{
    eventlet__hub_free(hub);
}

static void child_begins(void)
{
    eventlet__fds_forked();
    if (eventlet__hub)
        eventlet__hub_forked(eventlet__hub);
}

static void prepare_process(void)
{
    if (pthread_key_create(&at_thread_end, thread_ends) != 0 ||
        pthread_atfork(NULL, eventlet__fds_forked, child_begins) != 0)
        eventlet__log(EVENTLET_WARNING, "hub: cannot watch threads and forks");
}

static void lists_init(eventlet_hub *hub)
{
    eventlet__list_init(&hub->batch);
    eventlet__list_init(&hub->next);
    eventlet__list_init(&hub->ready);
    eventlet__list_init(&hub->held);
}

int eventlet__hub_loop_init(eventlet_hub *hub)
{
    char *top;

    eventlet__context_deinit(&hub->context);
    if (!hub->stack)
        hub->stack = eventlet__stack_get(&hub->stacks);
    if (!hub->stack)
        return -ENOMEM;
    top = (char *)((uintptr_t)hub->stack & ~(uintptr_t)15);
    return eventlet__context_init(&hub->context, hub->stack->base,
                                  (size_t)(top - hub->stack->base), top,
                                  eventlet__hub_main);
}

/* The hub runs on a stack of its own, whenever no green thread does; embedded,
 * on that of the loop it is embedded in. */
static int stacks_init(eventlet_hub *hub)
{
    hub->main = eventlet__main_new(hub, &hub->main_block);
    if (!hub->main)
        return -ENOMEM;
    if (!hub->host)
        return eventlet__hub_loop_init(hub);
    eventlet__context_init_running(&hub->context);
    return 0;
}

int eventlet__hub_new(eventlet_hub **out, const struct eventlet_hub_kind *kind,
                      struct event_base *host)
{
    eventlet_hub *hub = eventlet__alloc(sizeof *hub);
    int rc;

    if (!hub)
        return -ENOMEM;
    pthread_once(&once, prepare_process);
    lists_init(hub);
    eventlet__stacks_init(&hub->stacks);
    hub->kind = kind;
    hub->seq = 1;
    hub->running = true;
    hub->host = host;
    rc = stacks_init(hub);
    EVENTLET__BORN(hubs);
    eventlet__hub = hub; /* the kind may register descriptors */
    if (rc == 0)
        rc = kind->open(hub, &hub->state);
    if (rc < 0) {
        hub->kind = NULL;
        eventlet__hub_free(hub);
        return rc;
    }
    hub->current = host ? NULL : hub->main;
    pthread_setspecific(at_thread_end, hub);
    eventlet__overflow_watch();
    *out = hub;
    return 0;
}

void eventlet__hub_run_at_end(eventlet_hub *hub)
{
    struct eventlet__at_end *last;

    while ((last = hub->at_end) != NULL) {
        hub->at_end = last->next;
        last->fn(last->arg);
        eventlet__free(last);
    }
}

int eventlet__hub_at_end(eventlet_hub *hub, void (*fn)(void *arg), void *arg)
{
    struct eventlet__at_end *last = eventlet__alloc(sizeof *last);

    if (!last)
        return -ENOMEM;
    *last = (struct eventlet__at_end){ hub->at_end, fn, arg };
    hub->at_end = last;
    return 0;
}

static void discard_timers_in(struct eventlet__list *list)
{
    struct eventlet__node *n, *next;

    for (n = list->head.next; n != &list->head; n = next) {
        struct eventlet__task *task =
            EVENTLET__CONTAINER(n, struct eventlet__task, node);

        next = n->next;
        if (task->kind == EVENTLET__TASK_TIMER)
            eventlet__timer_discard(
                EVENTLET__CONTAINER(task, struct eventlet_timer, task));
    }
}

/* Timers that free themselves would otherwise be lost. */
static void discard_timers(eventlet_hub *hub)
{
    struct eventlet__heap_item *item;

    while ((item = eventlet__heap_first(&hub->heap)) != NULL) {
        eventlet__heap_remove(&hub->heap, item);
        if (item->kind == EVENTLET__ITEM_TIMER)
            eventlet__timer_discard(
                EVENTLET__CONTAINER(item, struct eventlet_timer, item));
        else if (item->kind == EVENTLET__ITEM_TIMEOUT) {
            struct eventlet_timeout *t = (void *)item;

            t->state = 0;
            ((eventlet_greenthread *)t->owner)->timeouts--;
        }
    }
    discard_timers_in(&hub->next); /* the pass is over: batch is empty */
}

static void empty(struct eventlet__list *list)
{
    discard_timers_in(list);
    while (eventlet__list_pop(list))
        ;
}

void eventlet__hub_empty(eventlet_hub *hub)
{
    empty(&hub->batch);
    empty(&hub->next);
    empty(&hub->ready);
    empty(&hub->held);
}

void eventlet__hub_free(eventlet_hub *hub)
{
    if (hub->mailbox)
        eventlet__mailbox_desert(hub);
    eventlet__hub_run_at_end(hub);
    discard_timers(hub);
    eventlet__hub_empty(hub);
    eventlet__each_thread(hub, eventlet__vanish);
    eventlet__fds_deinit(hub);
    if (hub->kind)
        hub->kind->close(hub->state);
    if (hub->mailbox)
        eventlet__mailbox_drop(hub);
    eventlet__heap_deinit(&hub->heap);
    eventlet__context_deinit(&hub->context);
    eventlet__overflow_unwatch();
    eventlet__live.greenthreads = 0; /* those left vanish with their stacks */
    eventlet__stacks_deinit(&hub->stacks);
    eventlet__free(hub->main_block);
    EVENTLET__DIED(hubs);
    eventlet__free(hub);
    eventlet__hub = NULL;
    pthread_setspecific(at_thread_end, NULL);
}

int eventlet_hubs_drop(void)
{
    eventlet_hub *hub = eventlet__hub;

    if (!hub)
        return 0;
    if (hub->host ? hub->in_pass : hub->current != hub->main)
        return hub->current ? -EBUSY : EVENTLET_IN_HUB;
    if (!(hub->main->task.flags & EVENTLET__MAIN))
        return -EBUSY; /* it forked, and stands on a stack of the hub's */
    eventlet__hub_free(hub);
    return 0;
}

int eventlet__hub_get(eventlet_hub **hub)
{
    int rc = 0;

    if (!eventlet__hub)
        rc = eventlet_hubs_use_hub(NULL);
    *hub = eventlet__hub;
    return rc;
}

eventlet_hub *eventlet_hubs_get_hub(void)
{
    eventlet_hub *hub;

    return eventlet__hub_get(&hub) < 0 ? NULL : hub;
}

const char *eventlet_hubs_current_name(void)
{
    return eventlet__hub ? eventlet__hub->kind->name : NULL;
}

/* ---- stopping ---- */

/* Everything that was to happen is forgotten; main goes on at once. */
void eventlet__hub_stopped(eventlet_hub *hub)
{
    discard_timers(hub);
    hub->stopping = false;
    hub->running = false;
    hub->detour--;
    if (hub->main->task.state == EVENTLET__PARKED)
        eventlet__wake(hub->main);
}

int eventlet_hub_abort(eventlet_hub *hub, bool wait)
{
    if (wait && hub->current != hub->main)
        return EVENTLET_IN_HUB;
    if (!hub->stopping) {
        hub->stopping = true;
        hub->detour++;
    }
    if (!wait)
        return 0;
    while (hub->stopping) {
        int rc = eventlet__park();

        if (rc < 0)
            return rc;
    }
    return 0;
}

/* ---- what escapes ---- */

/* Whether it is to be logged. */
static bool escaped(eventlet_hub *hub, int code)
{
    if (code == EVENTLET_INTERRUPT || code == EVENTLET_SYSTEM_EXIT) {
        eventlet__throw(hub->main, code);
        return false;
    }
    return code != EVENTLET_EXIT && eventlet__hub_exceptions;
}

void eventlet__hub_escaped(eventlet_hub *hub, const char *what, int code)
{
    if (escaped(hub, code))
        eventlet__log(EVENTLET_ERROR, "%s failed: %s (%s)", what,
                      eventlet_strerror(code), eventlet_strerrorname(code));
}

void eventlet__thread_escaped(const eventlet_greenthread *gt, int code)
{
    char who[160];

    if (!escaped(gt->hub, code))
        return;
    eventlet__describe(gt, who, sizeof who);
    eventlet__log(EVENTLET_ERROR, "%s, failed: %s (%s)", who,
                  eventlet_strerror(code), eventlet_strerrorname(code));
}

/* ---- looking ---- */

static size_t listeners(const eventlet_hub *hub, enum eventlet_interest what)
{
    size_t n = 0;

    for (int fd = 0; fd < hub->fds_len; fd++) {
        const struct eventlet__fd *r = &hub->fds[fd];
        const struct eventlet_listener *l =
            what == EVENTLET_READ ? r->reader : r->writer;

        for (; l; l = l->behind)
            n++;
    }
    return n;
}

size_t eventlet_hub_get_readers(const eventlet_hub *hub)
{
    return listeners(hub, EVENTLET_READ);
}

size_t eventlet_hub_get_writers(const eventlet_hub *hub)
{
    return listeners(hub, EVENTLET_WRITE);
}

size_t eventlet_hub_get_timers_count(const eventlet_hub *hub)
{
    const struct eventlet__node *n = hub->next.head.next;
    size_t count = hub->heap.len;

    for (; n != &hub->next.head; n = n->next)
        count +=
            EVENTLET__CONTAINER_CONST(n, struct eventlet__task, node)->kind ==
            EVENTLET__TASK_TIMER;
    return count;
}

bool eventlet_hub_running(const eventlet_hub *hub)
{
    return hub->running;
}

bool eventlet_hub_stopping(const eventlet_hub *hub)
{
    return hub->stopping;
}

double eventlet_hub_clock(eventlet_hub *hub)
{
    return (double)eventlet__hub_now(hub) / 1e9;
}
