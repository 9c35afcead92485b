/* SPDX-License-Identifier: MIT */
/* Waiting in queues between OS threads: see threadqueue.h. */
#include "base/log.h"
#include "base/mem.h"
#include "sync/threadqueue.h"

/* ---- forks ---- */

/* Every queue, so that in a child none is left with a lock that another OS
 * thread held at the moment of the fork. This lock is taken before theirs. */
static pthread_mutex_t all_lock = PTHREAD_MUTEX_INITIALIZER;
static struct eventlet__list all = { { &all.head, &all.head } };

static void each_queue(void (*fn)(eventlet_threadqueue *q))
{
    for (struct eventlet__node *n = all.head.next; n != &all.head; n = n->next)
        fn(EVENTLET__CONTAINER(n, eventlet_threadqueue, node));
}

static void before_fork(void)
{
    pthread_mutex_lock(&all_lock);
    each_queue(eventlet__threadqueue_enter);
}

static void after_fork(void)
{
    each_queue(eventlet__threadqueue_unlock);
    pthread_mutex_unlock(&all_lock);
}

static void line_init(struct eventlet__threadqueue_line *line)
{
    eventlet__list_init(&line->idle);
    line->waiting = line->woken = 0;
}

/* Whoever is in it is another, of whom there is none in the child. */
static void empty(eventlet_threadqueue *q)
{
    line_init(&q->getters);
    line_init(&q->putters);
    line_init(&q->joiners);
    q->inside = 0;
}

static void after_fork_in_child(void)
{
    each_queue(empty);
    after_fork();
}

__attribute__((constructor)) static void prepare_process(void)
{
    if (pthread_atfork(before_fork, after_fork, after_fork_in_child) != 0)
        eventlet__log(EVENTLET_WARNING, "threadqueue: cannot watch forks");
}

/* ---- its beginning and its end ---- */

void eventlet__threadqueue_init(eventlet_threadqueue *q)
{
    pthread_mutex_init(&q->lock, NULL);
    empty(q);
    pthread_mutex_lock(&all_lock);
    eventlet__list_append(&all, &q->node);
    pthread_mutex_unlock(&all_lock);
}

static void destroy(eventlet_threadqueue *q)
{
    pthread_mutex_lock(&all_lock);
    eventlet__unlink(&q->node);
    pthread_mutex_unlock(&all_lock);
    pthread_mutex_destroy(&q->lock);
    eventlet__free(q);
}

/* ---- who can go on ---- */

static struct eventlet__threadqueue_place *first_idle(
    struct eventlet__threadqueue_line *line)
{
    struct eventlet__node *n = eventlet__list_first(&line->idle);

    return n ? EVENTLET__CONTAINER(n, struct eventlet__threadqueue_place, node)
             : NULL;
}

/* Who is to be woken next; NULL: nobody can go on who has not been. */
static struct eventlet__threadqueue_place *next_to_wake(eventlet_threadqueue *q)
{
    struct eventlet__threadqueue_place *place = first_idle(&q->getters);

    if (place && (q->closed || eventlet__threadqueue_has_item(q)))
        return place;
    place = first_idle(&q->putters);
    if (place && (q->closed || eventlet__threadqueue_room(q) > 0))
        return place;
    place = first_idle(&q->joiners);
    if (place && (q->freed || place->finishes != q->finishes))
        return place;
    return NULL;
}

/* Wakes who can go on, until one of them takes a call: then true. */
static bool settle(eventlet_threadqueue *q, struct eventlet__call *call)
{
    struct eventlet__threadqueue_place *place;

    while ((place = next_to_wake(q)) != NULL) {
        eventlet__unlink(&place->node);
        place->woken = true;
        place->line->woken++;
        if (eventlet__sleeper_wake(&place->sleeper, call))
            return true;
    }
    return false;
}

void eventlet__threadqueue_leave(eventlet_threadqueue *q)
{
    struct eventlet__call call;
    bool last;

    while (settle(q, &call)) {
        q->inside++;
        eventlet__threadqueue_unlock(q);
        eventlet__sleeper_call(&call);
        eventlet__threadqueue_enter(q);
        q->inside--;
    }
    last = q->freed && q->inside == 0;
    eventlet__threadqueue_unlock(q);
    if (last)
        destroy(q);
}

/* ---- waiting ---- */

static void leave_line(struct eventlet__threadqueue_place *place)
{
    if (place->woken)
        place->line->woken--;
    else
        eventlet__unlink(&place->node);
    place->line->waiting--;
    place->q->inside--;
}

/* The hub ends, and with it the stack that the place lies on. */
static void vanish(struct eventlet__sleeper *sleeper)
{
    struct eventlet__threadqueue_place *place = EVENTLET__CONTAINER(
        sleeper, struct eventlet__threadqueue_place, sleeper);

    eventlet__threadqueue_enter(place->q);
    leave_line(place);
    eventlet__threadqueue_leave(place->q);
}

int eventlet__threadqueue_approach(struct eventlet__threadqueue_place *place,
                                   eventlet_threadqueue *q,
                                   struct eventlet__threadqueue_line *line)
{
    int rc;

    place->q = q;
    place->line = line;
    place->woken = false;
    q->inside++;
    eventlet__threadqueue_unlock(q);
    rc = eventlet__sleeper_init(&place->sleeper, vanish);
    eventlet__threadqueue_enter(q);
    q->inside--;
    return rc;
}

int eventlet__threadqueue_stand(struct eventlet__threadqueue_place *place,
                                double seconds, int code)
{
    eventlet_threadqueue *q = place->q;
    int rc;

    eventlet__list_append(&place->line->idle, &place->node);
    place->line->waiting++;
    q->inside++;
    eventlet__threadqueue_unlock(q);
    rc = eventlet__sleeper_wait(&place->sleeper, seconds, code);
    eventlet__threadqueue_enter(q);
    leave_line(place);
    return place->sleeper.expired && place->woken ? 0 : rc;
}
