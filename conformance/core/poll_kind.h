/* SPDX-License-Identifier: MIT */
/* poll_kind.h - a kind of hub of a program's own, as small as it gets: poll(2),
 * a clock that moves only by waiting, and a count of the waits. */
#ifndef POLL_KIND_H
#define POLL_KIND_H

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "eventlet.h"

#define POLL_KIND "poll-kind"

enum { POLL_KIND_ROOM = 64 };

static struct poll_kind {
    eventlet_hub *hub;
    struct pollfd fds[POLL_KIND_ROOM];
    nfds_t len;
    int64_t now_ns;
    long opened, closed, waits, watches, unwatches;
    int refusal; /* what opening it gives */
} poll_kind;

static inline int poll_kind_open(eventlet_hub *hub, void **state)
{
    if (poll_kind.refusal < 0)
        return poll_kind.refusal;
    memset(poll_kind.fds, 0, sizeof poll_kind.fds);
    poll_kind.hub = hub;
    poll_kind.len = 0;
    poll_kind.now_ns = 1000000000;
    poll_kind.opened++;
    *state = &poll_kind;
    return 0;
}

static inline void poll_kind_close(void *state)
{
    ((struct poll_kind *)state)->closed++;
}

static inline void poll_kind_unwatch(void *state, int fd)
{
    struct poll_kind *k = state;

    k->unwatches++;
    for (nfds_t i = 0; i < k->len; i++)
        if (k->fds[i].fd == fd)
            k->fds[i--] = k->fds[--k->len];
}

static inline int poll_kind_watch(void *state, int fd, int interest)
{
    struct poll_kind *k = state;

    poll_kind_unwatch(k, fd);
    k->unwatches--;
    if (k->len == POLL_KIND_ROOM)
        return -ENOSPC;
    k->watches++;
    k->fds[k->len].fd = fd;
    k->fds[k->len++].events =
        (short)((interest & EVENTLET_READ ? POLLIN | POLLPRI : 0) |
                (interest & EVENTLET_WRITE ? POLLOUT : 0));
    return 0;
}

/* What is told is watched no longer. */
static inline void poll_kind_forget(struct poll_kind *k, int fd, int told)
{
    for (nfds_t i = 0; i < k->len; i++) {
        struct pollfd *p = &k->fds[i];

        if (p->fd != fd)
            continue;
        if (told & EVENTLET_READ)
            p->events &= (short)~(POLLIN | POLLPRI);
        if (told & EVENTLET_WRITE)
            p->events &= (short)~POLLOUT;
        if (!p->events)
            *p = k->fds[--k->len];
        return;
    }
}

static inline void poll_kind_tell(struct poll_kind *k, struct pollfd was)
{
    const short bad = POLLERR | POLLHUP | POLLNVAL;
    int interest = 0;

    if (was.revents & (POLLIN | POLLPRI | bad))
        interest |= EVENTLET_READ;
    if (was.revents & (POLLOUT | bad))
        interest |= EVENTLET_WRITE;
    poll_kind_forget(k, was.fd, interest);
    eventlet_hub_ready(k->hub, was.fd, interest, was.revents & bad);
}

static inline int poll_kind_wait(void *state, int64_t timeout_ns)
{
    struct poll_kind *k = state;
    struct pollfd was[POLL_KIND_ROOM];
    nfds_t len = k->len;
    int ready = poll(k->fds, len, 0);

    k->waits++;
    if (ready < 0)
        return -errno;
    if (ready == 0) /* nothing will come: let the time pass */
        k->now_ns += timeout_ns < 0 ? 60000000000 : timeout_ns;
    memcpy(was, k->fds, sizeof was);
    for (nfds_t i = 0; ready > 0 && i < len; i++)
        if (was[i].revents)
            poll_kind_tell(k, was[i]);
    return 0;
}

static inline int64_t poll_kind_clock(void *state)
{
    return ((struct poll_kind *)state)->now_ns;
}

static const struct eventlet_hub_kind poll_kind_calls = {
    .name = POLL_KIND,
    .open = poll_kind_open,
    .close = poll_kind_close,
    .watch = poll_kind_watch,
    .unwatch = poll_kind_unwatch,
    .wait = poll_kind_wait,
    .clock = poll_kind_clock,
};

/* Registers it the first time; makes it the hub. False, and a failure, if that
 * does not work. */
static inline bool use_poll_kind(void)
{
    int rc = eventlet_hubs_register(&poll_kind_calls);

    return (rc == -EEXIST || CHECK_OK(rc)) &&
           CHECK_OK(eventlet_hubs_use_hub(POLL_KIND));
}

#endif
