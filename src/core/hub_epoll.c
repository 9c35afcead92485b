/* SPDX-License-Identifier: MIT */
/* The hub "epolls": epoll, edge-triggered, each descriptor registered once.
 *
 * It speaks to the kernel itself, not through libevent: what an event carries
 * leads straight to the record of its descriptor, waiting is exact to the
 * nanosecond, and nothing is looked up twice. "pyevent" is the same through
 * libevent, for comparison. */
#include <errno.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/sys.h"
#include "core/hub.h"

#define ROOM 512

struct epolls {
    eventlet_hub *hub;
    int epfd;
    bool coarse; /* the kernel has no epoll_pwait2: milliseconds */
    struct epoll_event events[ROOM];
};

static int epolls_open(eventlet_hub *hub, void **state)
{
    struct epolls *e = eventlet__alloc(sizeof *e);

    if (!e)
        return -ENOMEM;
    e->hub = hub;
    e->epfd = eventlet__sys_epoll_create1(EPOLL_CLOEXEC);
    if (e->epfd < 0) {
        int rc = -errno;

        eventlet__free(e);
        return rc;
    }
    *state = e;
    return 0;
}

static void epolls_close(void *state)
{
    struct epolls *e = state;

    close(e->epfd);
    eventlet__free(e);
}

/* A descriptor may be known already, when another with the same number was
 * closed while a duplicate of it lives on; or no longer, when it was closed
 * without our being told. */
static int epolls_watch(void *state, int fd, int interest)
{
    struct epolls *e = state;
    const struct eventlet__fd *r = &e->hub->fds[fd];
    struct epoll_event event = {
        .events =
            EPOLLET |
            (interest & EVENTLET_READ ? EPOLLIN | EPOLLRDHUP | EPOLLPRI : 0u) |
            (interest & EVENTLET_WRITE ? EPOLLOUT : 0u),
        .data.u64 = (uint64_t)r->life << 32 | (uint32_t)fd,
    };
    int first = r->watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    int other = r->watched ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;

    if (eventlet__sys_epoll_ctl(e->epfd, first, fd, &event) == 0)
        return 0;
    if (errno != EEXIST && errno != ENOENT)
        return -errno;
    return eventlet__sys_epoll_ctl(e->epfd, other, fd, &event) < 0 ? -errno : 0;
}

static void epolls_unwatch(void *state, int fd)
{
    struct epolls *e = state;

    epoll_ctl(e->epfd, EPOLL_CTL_DEL, fd, NULL);
}

static void tell(struct epolls *e, const struct epoll_event *event)
{
    int fd = (int)(uint32_t)event->data.u64;
    uint32_t life = (uint32_t)(event->data.u64 >> 32);
    uint32_t got = event->events;
    int interest = 0;

    if (fd >= e->hub->fds_len || e->hub->fds[fd].life != life)
        return; /* of a descriptor that is gone */
    if (got & (EPOLLIN | EPOLLRDHUP | EPOLLPRI | EPOLLHUP | EPOLLERR))
        interest |= EVENTLET_READ;
    if (got & (EPOLLOUT | EPOLLHUP | EPOLLERR))
        interest |= EVENTLET_WRITE;
    eventlet_hub_ready(e->hub, fd, interest,
                       got & (EPOLLRDHUP | EPOLLPRI | EPOLLHUP | EPOLLERR));
}

/* A limit costs the kernel a timer each time it sleeps, half a microsecond; so
 * without an armed timer of ours there is none. */
static int wait_for_events(struct epolls *e, int64_t timeout_ns)
{
    const struct timespec limit = { timeout_ns / EVENTLET__NS_PER_S,
                                    timeout_ns % EVENTLET__NS_PER_S };
    bool endless = timeout_ns > 0 && e->hub->heap.len == 0;
    int n;

    if (!e->coarse) {
        n = eventlet__sys_epoll_pwait2(e->epfd, e->events, ROOM,
                                       endless ? NULL : &limit, NULL);
        if (n >= 0 || errno != ENOSYS)
            return n;
        e->coarse = true;
    }
    return epoll_wait(e->epfd, e->events, ROOM,
                      (int)((timeout_ns + 999999) / 1000000));
}

static int epolls_wait(void *state, int64_t timeout_ns)
{
    struct epolls *e = state;
    int n = wait_for_events(e, timeout_ns);

    if (n < 0)
        return -errno;
    for (int i = 0; i < n; i++)
        tell(e, &e->events[i]);
    return 0;
}

const struct eventlet_hub_kind eventlet__hub_epolls = {
    .name = "epolls",
    .edge = true,
    .forgets = true,
    .open = epolls_open,
    .close = epolls_close,
    .watch = epolls_watch,
    .unwatch = epolls_unwatch,
    .wait = epolls_wait,
};
