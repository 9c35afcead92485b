/* SPDX-License-Identifier: MIT */
/* pair.h - descriptors for tests that wait for them. */
#ifndef PAIR_H
#define PAIR_H

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"
#include "eventlet.h"

/* A connected pair of sockets that never block. */
static inline bool pair_open(int pair[2])
{
    int type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;

    return CHECK_INT(socketpair(AF_UNIX, type, 0, pair), 0);
}

static inline void pair_close(int pair[2])
{
    for (int i = 0; i < 2; i++) {
        if (pair[i] < 0)
            continue;
        eventlet_hubs_notify_close(pair[i]);
        close(pair[i]);
        pair[i] = -1;
    }
}

/* Until it takes no more. */
static inline void pair_fill(int fd)
{
    static const char block[4096];

    while (write(fd, block, sizeof block) > 0)
        ;
    CHECK_INT(errno, EAGAIN);
}

static inline void pair_drain(int fd)
{
    static char block[65536];

    while (read(fd, block, sizeof block) > 0)
        ;
}

/* One byte into it. */
static inline void pair_poke(int fd)
{
    CHECK_INT(write(fd, "x", 1), 1);
}

/* ---- a green thread that waits ---- */

struct waiter {
    int fd;
    enum eventlet_interest what;
    double seconds;
    int got; /* 1 while it waits */
    eventlet_greenthread *gt;
};

static inline int waiter_run(void *arg)
{
    struct waiter *w = arg;

    w->got = eventlet_hubs_trampoline(w->fd, w->what, w->seconds);
    return 0;
}

/* Starts one and lets it come to its wait. */
static inline void waiter_start(struct waiter *w, int fd,
                                enum eventlet_interest what, double seconds)
{
    w->fd = fd;
    w->what = what;
    w->seconds = seconds;
    w->got = 1;
    w->gt = NULL;
    CHECK_OK(eventlet_spawn(&w->gt, waiter_run, w));
    CHECK_OK(eventlet_sleep(0));
}

/* Waits for its end; what its wait gave. */
static inline int waiter_end(struct waiter *w)
{
    CHECK_OK(eventlet_wait(w->gt));
    eventlet_release(w->gt);
    return w->got;
}

#endif
