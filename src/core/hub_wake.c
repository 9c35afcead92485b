/* SPDX-License-Identifier: MIT */
/* Waking across OS threads: see hub_wake.h.
 *
 * A hub that has sleepers has a mailbox. Its letters are a stack with one word
 * for a head, which also says whether the hub is asleep:
 *
 *     NULL      the hub is awake, and looks before it sleeps
 *     &asleep   the hub is, or is about to be, asleep
 *     a letter  the newest; the first after &asleep has rung
 *
 * So the one who finds &asleep rings, with one write to an eventfd, and nobody
 * else does until the hub has been up: a burst costs one write, and none at all
 * while the hub is awake. A letter is the sleeper itself. It is posted under
 * the lock of the line that it stood in, so that it cannot go away meanwhile,
 * and taken out by its own hub's OS thread only.
 *
 * The bell belongs to the mailbox, and that to the hub and to those who are
 * about to ring: else the write could go to another file of the same number.
 *
 * It is watched only while the hub has sleepers, or where watching on costs
 * nothing, and is no listener: it keeps no loop going that could end, is
 * counted by nobody, and does not make a busy hub ask the kernel. */
#include "core/hub_wake.h"

#include <errno.h>
#include <stdatomic.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/sys.h"
#include "core/greenthread.h"
#include "core/hub.h"

struct eventlet__mailbox {
    _Atomic(struct eventlet__sleeper *) letters;
    atomic_int refs;
    int fd; /* the bell */
    bool watched;
    bool rang;
    struct eventlet__list sleepers; /* its hub's */
};

static struct eventlet__sleeper asleep;

/* ---- the bell ---- */

static void ring(const struct eventlet__mailbox *box)
{
    const uint64_t one = 1;

    while (eventlet__sys_write(box->fd, &one, sizeof one) < 0)
        if (errno != EINTR) {
            eventlet__log(EVENTLET_ERROR, "cannot wake a hub: %s",
                          eventlet_strerror(-errno));
            return;
        }
}

static int watch(eventlet_hub *hub)
{
    struct eventlet__mailbox *box = hub->mailbox;
    int rc = 0;

    if (!box->watched)
        rc = hub->kind->watch(hub->state, box->fd, EVENTLET_READ);
    box->watched = rc == 0;
    return rc;
}

bool eventlet__mailbox_rang(eventlet_hub *hub, int fd)
{
    struct eventlet__mailbox *box = hub->mailbox;

    if (fd != box->fd)
        return false;
    box->rang = true;
    if (!hub->kind->edge)
        box->watched = false;
    eventlet__hub_poke(hub);
    return true;
}

/* Each write to an eventfd is an edge, whether it was read or not. */
static void hush(eventlet_hub *hub)
{
    struct eventlet__mailbox *box = hub->mailbox;
    uint64_t times;

    box->rang = false;
    if (!hub->kind->edge)
        (void)!eventlet__sys_read(box->fd, &times, sizeof times);
}

/* ---- the mailbox ---- */

static void unref(struct eventlet__mailbox *box)
{
    if (atomic_fetch_sub(&box->refs, 1) > 1)
        return;
    eventlet__sys_close(box->fd);
    eventlet__free(box);
}

static int make(eventlet_hub *hub)
{
    struct eventlet__mailbox *box = eventlet__alloc(sizeof *box);

    if (!box)
        return -ENOMEM;
    box->fd = eventlet__sys_eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (box->fd < 0) {
        int rc = -errno;

        eventlet__free(box);
        return rc;
    }
    atomic_init(&box->letters, NULL);
    atomic_init(&box->refs, 1);
    eventlet__list_init(&box->sleepers);
    if (!eventlet__fd(box->fd, eventlet__fd_life())) { /* kinds look there */
        unref(box);
        return -ENOMEM;
    }
    hub->mailbox = box;
    return 0;
}

/* Whether the hub is asleep: then somebody has to ring. */
static bool post(struct eventlet__mailbox *box, struct eventlet__sleeper *s)
{
    struct eventlet__sleeper *newest = atomic_load(&box->letters);

    do
        s->behind = newest == &asleep ? NULL : newest;
    while (!atomic_compare_exchange_weak(&box->letters, &newest, s));
    return newest == &asleep;
}

bool eventlet__mailbox_shut(eventlet_hub *hub)
{
    struct eventlet__mailbox *box = hub->mailbox;
    struct eventlet__sleeper *none = NULL;
    int rc;

    if (eventlet__list_empty(&box->sleepers)) {
        if (box->watched && !hub->kind->edge) {
            hub->kind->unwatch(hub->state, box->fd);
            box->watched = false;
        }
        return true;
    }
    rc = watch(hub);
    if (rc < 0) {
        eventlet__throw(hub->main, rc);
        return false;
    }
    return atomic_compare_exchange_strong(&box->letters, &none, &asleep);
}

static struct eventlet__sleeper *oldest_first(struct eventlet__sleeper *newest)
{
    struct eventlet__sleeper *oldest = NULL;

    while (newest) {
        struct eventlet__sleeper *s = newest;

        newest = s->behind;
        s->behind = oldest;
        oldest = s;
    }
    return oldest;
}

void eventlet__mailbox_open(eventlet_hub *hub)
{
    struct eventlet__mailbox *box = hub->mailbox;
    struct eventlet__sleeper *s, *next;

    if (box->rang)
        hush(hub);
    if (!atomic_load_explicit(&box->letters, memory_order_relaxed))
        return;
    s = atomic_exchange(&box->letters, NULL);
    if (s == &asleep)
        return;
    for (s = oldest_first(s); s; s = next) {
        next = s->behind;
        s->woken = true;
        eventlet__wake(s->gt);
    }
}

/* ---- the ends ---- */

void eventlet__mailbox_desert(eventlet_hub *hub)
{
    struct eventlet__node *n;

    while ((n = eventlet__list_pop(&hub->mailbox->sleepers)) != NULL) {
        struct eventlet__sleeper *s =
            EVENTLET__CONTAINER(n, struct eventlet__sleeper, node);

        s->vanish(s);
    }
}

void eventlet__mailbox_drop(eventlet_hub *hub)
{
    unref(hub->mailbox);
    hub->mailbox = NULL;
}

/* Those who were about to ring are not in this process. */
void eventlet__mailbox_forked(eventlet_hub *hub)
{
    atomic_store(&hub->mailbox->refs, 1);
    eventlet__mailbox_drop(hub);
}

/* ---- sleepers ---- */

/* Deadlines are of the clock that nobody can set. */
static void init_os_thread(struct eventlet__sleeper *s)
{
    pthread_condattr_t attr;

    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&s->rung, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&s->lock, NULL);
}

static int init_green(struct eventlet__sleeper *s, eventlet_hub *hub)
{
    int rc = 0;

    s->gt = hub->current;
    if (!s->gt)
        return EVENTLET_IN_HUB;
    if (!hub->mailbox)
        rc = make(hub);
    if (rc == 0)
        rc = watch(hub);
    if (rc < 0)
        return rc;
    s->box = hub->mailbox;
    if (eventlet__list_empty(&s->box->sleepers))
        hub->detour++; /* each pass has to look for letters */
    eventlet__list_append(&s->box->sleepers, &s->node);
    return 0;
}

int eventlet__sleeper_init(struct eventlet__sleeper *s,
                           void (*vanish)(struct eventlet__sleeper *))
{
    s->hub = eventlet__hub;
    s->vanish = vanish;
    s->called = s->woken = s->expired = false;
    if (s->hub)
        return init_green(s, s->hub);
    init_os_thread(s);
    return 0;
}

static int wait_green(struct eventlet__sleeper *s, double seconds, int code)
{
    struct eventlet_timeout t;
    int rc = eventlet_timeout_start_code(&t, seconds, code);

    while (rc == 0 && !s->woken) /* main may be woken by the end of the loop */
        rc = eventlet__park();
    s->expired = eventlet_timeout_cancel(&t) && rc == code;
    return rc;
}

/* Returns whether it was woken in time; NULL: without limit. Whoever cancels
 * the OS thread must not leave its sleeper behind. */
static bool wait_os_thread(struct eventlet__sleeper *s,
                           const struct timespec *limit)
{
    int former, rc = 0;
    bool woken;

    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &former);
    pthread_mutex_lock(&s->lock);
    while (!s->woken && rc == 0)
        rc = limit ? pthread_cond_timedwait(&s->rung, &s->lock, limit)
                   : pthread_cond_wait(&s->rung, &s->lock);
    woken = s->woken;
    pthread_mutex_unlock(&s->lock);
    pthread_setcancelstate(former, NULL);
    return woken;
}

static bool wait_limited(struct eventlet__sleeper *s, double seconds)
{
    int64_t due = eventlet__ns_add(eventlet__clock_ns(),
                                   eventlet__seconds_to_ns(seconds));
    const struct timespec limit = { due / EVENTLET__NS_PER_S,
                                    due % EVENTLET__NS_PER_S };

    return wait_os_thread(s, &limit);
}

int eventlet__sleeper_wait(struct eventlet__sleeper *s, double seconds,
                           int code)
{
    if (s->hub)
        return wait_green(s, seconds, code);
    if (seconds >= EVENTLET__NEVER_S)
        wait_os_thread(s, NULL);
    else
        s->expired = !wait_limited(s, seconds);
    return s->expired ? code : 0;
}

bool eventlet__sleeper_wake(struct eventlet__sleeper *s,
                            struct eventlet__call *call)
{
    s->called = true;
    if (!s->hub) {
        *call = (struct eventlet__call){ .sleeper = s };
        return true;
    }
    if (s->hub == eventlet__hub) {
        s->woken = true;
        eventlet__wake(s->gt);
        return false;
    }
    if (!post(s->box, s))
        return false;
    atomic_fetch_add(&s->box->refs, 1);
    *call = (struct eventlet__call){ .box = s->box };
    return true;
}

/* Signals under the sleeper's own lock: it cannot go before that is over. */
void eventlet__sleeper_call(struct eventlet__call *call)
{
    struct eventlet__sleeper *s = call->sleeper;

    if (!s) {
        int former;

        pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &former);
        ring(call->box);
        unref(call->box);
        pthread_setcancelstate(former, NULL);
        return;
    }
    pthread_mutex_lock(&s->lock);
    s->woken = true;
    pthread_cond_signal(&s->rung);
    pthread_mutex_unlock(&s->lock);
}

/* Who was thrown at, or out of time, may have been woken as well: a letter must
 * not outlive its sleeper, nor may a call come when it is gone. */
void eventlet__sleeper_deinit(struct eventlet__sleeper *s)
{
    if (!s->hub) {
        if (s->called)
            wait_os_thread(s, NULL);
        pthread_cond_destroy(&s->rung);
        pthread_mutex_destroy(&s->lock);
        return;
    }
    if (s->called && !s->woken)
        eventlet__mailbox_open(s->hub);
    eventlet__unlink(&s->node);
    if (eventlet__list_empty(&s->box->sleepers))
        s->hub->detour--;
}
