/* SPDX-License-Identifier: MIT */
/* Hubs on libevent: "poll" and "selects" by choice of its method, "pyevent"
 * with the method that libevent likes best, and the one that runs inside a loop
 * which the program has already. The only file that knows libevent. */
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/mem.h"
#include "core/hub.h"

enum { METHODS = 15 }; /* at most; it knows eight */

/* The events of one descriptor; made when first watched. */
struct pair {
    struct event *read;
    struct event *write;
};

struct libevent {
    eventlet_hub *hub;
    struct event_base *base;
    struct event *alarm; /* ends a wait; embedded: begins a pass */
    struct pair *pairs;  /* by descriptor */
    int len;
    pid_t pid;  /* whose base it is: a child has to make it its own */
    short edge; /* EV_ET | EV_PERSIST, or 0: told once, then to be asked anew */
};

/* ---- making one ---- */

static void woken(evutil_socket_t fd, short what, void *arg)
{
    (void)fd, (void)what, (void)arg; /* that the wait ended is all there is */
}

/* libevent makes this list anew each time it is asked, and frees the former:
 * another OS thread may be going through that. So it is asked once. */
static const char *methods[METHODS + 1];

static void list_methods(void)
{
    const char **all = event_get_supported_methods();

    for (int i = 0; all && all[i] && i < METHODS; i++)
        methods[i] = all[i];
}

static struct event_base *base_of(const char *method)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct event_config *config = event_config_new();
    struct event_base *base;

    if (!config)
        return NULL;
    pthread_once(&once, list_methods);
    event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
    event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER);
    if (method)
        event_config_set_flag(config, EVENT_BASE_FLAG_IGNORE_ENV);
    else
        event_config_require_features(config, EV_FEATURE_ET);
    for (int i = 0; method && methods[i]; i++)
        if (strcmp(methods[i], method) != 0)
            event_config_avoid_method(config, methods[i]);
    base = event_base_new_with_config(config);
    event_config_free(config);
    return base;
}

static void libevent_close(void *state)
{
    struct libevent *e = state;

    /* Else taking events out would take them out of the parent's epoll. */
    if (e->pid != getpid())
        event_reinit(e->base);
    for (int fd = 0; fd < e->len; fd++) {
        if (e->pairs[fd].read)
            event_free(e->pairs[fd].read);
        if (e->pairs[fd].write)
            event_free(e->pairs[fd].write);
    }
    if (e->alarm)
        event_free(e->alarm);
    if (e->base && !e->hub->host)
        event_base_free(e->base);
    eventlet__free(e->pairs);
    eventlet__free(e);
}

static int open_on(eventlet_hub *hub, void **state, struct event_base *base,
                   short edge, event_callback_fn alarm)
{
    struct libevent *e = eventlet__alloc(sizeof *e);

    if (!e) {
        if (!hub->host && base)
            event_base_free(base);
        return -ENOMEM;
    }
    e->hub = hub;
    e->base = base;
    e->pid = getpid();
    e->edge = edge;
    if (base)
        e->alarm = event_new(base, -1, 0, alarm, e);
    if (!e->alarm) {
        libevent_close(e);
        return base ? -ENOMEM : EVENTLET_HUB_UNAVAILABLE;
    }
    *state = e;
    return 0;
}

static int poll_open(eventlet_hub *hub, void **state)
{
    return open_on(hub, state, base_of("poll"), 0, woken);
}

static int selects_open(eventlet_hub *hub, void **state)
{
    return open_on(hub, state, base_of("select"), 0, woken);
}

static int pyevent_open(eventlet_hub *hub, void **state)
{
    return open_on(hub, state, base_of(NULL), EV_ET | EV_PERSIST, woken);
}

/* ---- descriptors ---- */

/* libevent does not say whether it was data or a hang-up, so a short read is
 * never taken to mean that nothing is left. */
static void ready(evutil_socket_t fd, short what, void *arg)
{
    struct libevent *e = arg;

    eventlet_hub_ready(e->hub, fd,
                       (what & EV_READ ? EVENTLET_READ : 0) |
                           (what & EV_WRITE ? EVENTLET_WRITE : 0),
                       true);
}

static int grow(struct libevent *e, int fd)
{
    int len = e->len ? e->len : 64;
    struct pair *pairs;

    while (len <= fd)
        len *= 2;
    pairs = eventlet__resize(e->pairs, (size_t)len * sizeof *pairs);
    if (!pairs)
        return -ENOMEM;
    memset(pairs + e->len, 0, (size_t)(len - e->len) * sizeof *pairs);
    e->pairs = pairs;
    e->len = len;
    return 0;
}

/* One that is pending already is taken out first, so that an edge that was
 * there before is told again. */
static int add(struct libevent *e, struct event **event, int fd, short what)
{
    if (!*event)
        *event = event_new(e->base, fd, what | e->edge, ready, e);
    if (!*event)
        return -ENOMEM;
    if (event_pending(*event, what, NULL))
        event_del(*event);
    errno = 0;
    if (event_add(*event, NULL) == 0)
        return 0;
    return errno ? -errno : -ENOMEM;
}

static int libevent_watch(void *state, int fd, int interest)
{
    struct libevent *e = state;
    int rc = 0;

    if (fd >= e->len)
        rc = grow(e, fd);
    if (rc == 0 && interest & EVENTLET_READ)
        rc = add(e, &e->pairs[fd].read, fd, EV_READ);
    if (rc == 0 && interest & EVENTLET_WRITE)
        rc = add(e, &e->pairs[fd].write, fd, EV_WRITE);
    return rc;
}

static void drop(struct event **event)
{
    if (*event)
        event_free(*event);
    *event = NULL;
}

static void libevent_unwatch(void *state, int fd)
{
    struct libevent *e = state;

    if (fd >= e->len)
        return;
    drop(&e->pairs[fd].read);
    drop(&e->pairs[fd].write);
}

/* ---- waiting ---- */

/* Rounded up: to wake early is to wake twice. */
static struct timeval timeval_of(int64_t ns)
{
    int64_t us = ns / 1000 + (ns % 1000 != 0);

    return (struct timeval){ .tv_sec = us / 1000000, .tv_usec = us % 1000000 };
}

static int libevent_wait(void *state, int64_t timeout_ns)
{
    struct libevent *e = state;
    struct timeval timeout = timeval_of(timeout_ns);

    if (timeout_ns == 0)
        return event_base_loop(e->base, EVLOOP_NONBLOCK) < 0 ? -EIO : 0;
    if (event_add(e->alarm, &timeout) < 0)
        return -ENOMEM;
    if (event_base_loop(e->base, EVLOOP_ONCE) < 0)
        return -EIO;
    event_del(e->alarm);
    return 0;
}

const struct eventlet_hub_kind eventlet__hub_poll = {
    .name = "poll",
    .open = poll_open,
    .close = libevent_close,
    .watch = libevent_watch,
    .unwatch = libevent_unwatch,
    .wait = libevent_wait,
};

const struct eventlet_hub_kind eventlet__hub_selects = {
    .name = "selects",
    .open = selects_open,
    .close = libevent_close,
    .watch = libevent_watch,
    .unwatch = libevent_unwatch,
    .wait = libevent_wait,
};

const struct eventlet_hub_kind eventlet__hub_pyevent = {
    .name = "pyevent",
    .edge = true,
    .open = pyevent_open,
    .close = libevent_close,
    .watch = libevent_watch,
    .unwatch = libevent_unwatch,
    .wait = libevent_wait,
};

/* ---- inside another loop ---- */

/* With nothing to come the program's loop may end. */
static bool wants_a_pass(eventlet_hub *hub)
{
    return hub->heap.len || !eventlet__list_empty(&hub->next) ||
           !eventlet__list_empty(&hub->ready) || hub->stopping;
}

/* One pass for each time the program's loop comes by, then an appointment for
 * when the next is due. */
static void pass(evutil_socket_t fd, short what, void *arg)
{
    struct libevent *e = arg;
    struct timeval timeout;
    int64_t patience;

    (void)fd, (void)what;
    eventlet__hub_pass(e->hub, false);
    if (e->hub->stopping)
        eventlet__hub_stopped(e->hub);
    if (!wants_a_pass(e->hub))
        return;
    patience = eventlet__hub_patience(e->hub);
    timeout = timeval_of(patience);
    event_add(e->alarm, &timeout);
}

static void poke(eventlet_hub *hub)
{
    struct libevent *e = hub->state;

    event_active(e->alarm, EV_TIMEOUT, 1);
}

static int embedded_open(eventlet_hub *hub, void **state)
{
    int rc = open_on(hub, state, hub->host, 0, pass);

    if (rc == 0)
        hub->poke = poke;
    return rc;
}

/* The loop around us tells what is ready by itself. */
static int embedded_wait(void *state, int64_t timeout_ns)
{
    (void)state, (void)timeout_ns;
    return 0;
}

const struct eventlet_hub_kind eventlet__hub_embedded = {
    .name = "embedded",
    .open = embedded_open,
    .close = libevent_close,
    .watch = libevent_watch,
    .unwatch = libevent_unwatch,
    .wait = embedded_wait,
};
