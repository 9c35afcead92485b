/* SPDX-License-Identifier: MIT */
/* calls.c - the calls of the simulated world that make and name: each looks
 * whose descriptor it is, whether it shall fail, and writes into the trace what
 * came out. */
#include "support/world/inside.h"

#include <string.h>

/* ---- making ---- */

static bool is_simulated(int family, int type)
{
    int kind = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);

    return (family == AF_INET || family == AF_INET6 || family == AF_UNIX) &&
           (kind == SOCK_STREAM || kind == SOCK_DGRAM);
}

static enum world_kind kind_of(int type)
{
    bool stream = (type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) == SOCK_STREAM;

    return stream ? WORLD_STREAM : WORLD_DATAGRAM;
}

/* f goes if no number is to be had for it. */
static int number(struct world_file *f)
{
    int fd = world__descriptor(f);

    if (fd < 0)
        world__file_free(f);
    return fd;
}

int world__call_socket(int family, int type, int protocol)
{
    struct world_file *f;

    if (!is_simulated(family, type))
        return socket(family, type, protocol);
    if (world__fails("socket"))
        return world__tell_int("socket", NULL, world__scripted());
    f = world__file_new(kind_of(type), family, type, protocol);
    return world__tell_descriptor("socket", f, number(f));
}

static int two_numbers(struct world_file *ends[2], int *pair)
{
    int fds[2];

    fds[0] = number(ends[0]);
    fds[1] = fds[0] < 0 ? fds[0] : number(ends[1]);
    if (fds[1] < 0) {
        if (fds[0] < 0)
            world__file_free(ends[1]);
        else
            world__close(fds[0]);
        return fds[1];
    }
    memcpy(pair, fds, sizeof fds);
    return 0;
}

static void make_pair(struct world_file *ends[2], int type, int protocol)
{
    for (int i = 0; i < 2; i++) {
        ends[i] = world__file_new(kind_of(type), AF_UNIX, type, protocol);
        ends[i]->state = WORLD_CONNECTED;
        ends[i]->told = true;
    }
    if (ends[0]->kind == WORLD_STREAM)
        world__join(ends[0], ends[1], &world__.link);
}

int world__call_socketpair(int family, int type, int protocol, int *pair)
{
    struct world_file *ends[2];

    if (!is_simulated(family, type) || kind_of(type) == WORLD_DATAGRAM)
        return socketpair(family, type, protocol, pair);
    if (world__fails("socketpair"))
        return world__tell_int("socketpair", NULL, world__scripted());
    if (family != AF_UNIX)
        return world__tell_int("socketpair", NULL, -EOPNOTSUPP);
    make_pair(ends, type, protocol);
    return world__tell_int("socketpair", NULL, two_numbers(ends, pair));
}

int world__call_pipe2(int *pair, int flags)
{
    struct world_file *ends[2];

    if (world__fails("pipe2"))
        return world__tell_int("pipe2", NULL, world__scripted());
    world__pipe(ends, flags);
    return world__tell_int("pipe2", NULL, two_numbers(ends, pair));
}

/* ---- names ---- */

int world__call_bind(int fd, const struct sockaddr *addr, socklen_t len)
{
    struct world_file *f = world__file(fd);
    struct world_name name;
    int rc;

    if (!f)
        return bind(fd, addr, len);
    rc = world__fails("bind") ? world__scripted()
                              : world__name(&name, f, addr, len);
    return world__tell_int("bind", f, rc < 0 ? rc : world__bind(f, &name));
}

int world__call_listen(int fd, int backlog)
{
    struct world_file *f = world__file(fd);

    if (!f)
        return listen(fd, backlog);
    return world__tell_int("listen", f,
                           world__fails("listen") ? world__scripted()
                                                  : world__listen(f, backlog));
}

int world__call_connect(int fd, const struct sockaddr *addr, socklen_t len)
{
    struct world_file *f = world__file(fd);
    int rc;

    if (!f)
        return connect(fd, addr, len);
    rc = world__fails("connect") ? world__scripted()
                                 : world__connect(f, addr, len);
    return world__tell_int("connect", f, rc);
}

/* A number first: without one the client stays in the line. */
static int accept_one(struct world_file *f, struct sockaddr *addr,
                      socklen_t *len, int flags)
{
    struct world_file *client;
    int fd = -EAGAIN, rc;

    if (f->state == WORLD_LISTENING && f->line) {
        fd = world__descriptor(f->line);
        if (fd < 0)
            return fd;
    }
    rc = world__accept(&client, f);
    if (rc < 0)
        return (int)world__blocked(f, 0, rc);
    client->flags = O_RDWR | (flags & SOCK_NONBLOCK ? O_NONBLOCK : 0);
    world__tell_name(&client->there, client->family, addr, len);
    return fd;
}

int world__call_accept4(int fd, struct sockaddr *addr, socklen_t *len,
                        int flags)
{
    struct world_file *f = world__file(fd);

    if (!f)
        return accept4(fd, addr, len, flags);
    return world__tell_descriptor("accept4", f,
                                  world__fails("accept4")
                                      ? world__scripted()
                                      : accept_one(f, addr, len, flags));
}

int world__call_getsockname(int fd, struct sockaddr *addr, socklen_t *len)
{
    struct world_file *f = world__file(fd);
    int rc;

    if (!f)
        return getsockname(fd, addr, len);
    rc = world__fails("getsockname") ? world__scripted() : 0;
    if (rc == 0)
        world__tell_name(&f->here, f->family, addr, len);
    return world__tell_int("getsockname", f, rc);
}

int world__call_getpeername(int fd, struct sockaddr *addr, socklen_t *len)
{
    struct world_file *f = world__file(fd);
    int rc;

    if (!f)
        return getpeername(fd, addr, len);
    if (world__fails("getpeername"))
        rc = world__scripted();
    else
        rc = world__is_connected(f) ? 0 : -ENOTCONN;
    if (rc == 0)
        world__tell_name(&f->there, f->family, addr, len);
    return world__tell_int("getpeername", f, rc);
}
