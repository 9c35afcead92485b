/* SPDX-License-Identifier: MIT */
/* stream.c - stream sockets that are connected. */
#include "support/world/inside.h"

#include <signal.h>

/* ---- scatter and gather ---- */

size_t world__msg_len(const struct msghdr *msg)
{
    size_t len = 0;

    for (size_t i = 0; i < (size_t)msg->msg_iovlen; i++)
        len += msg->msg_iov[i].iov_len;
    return len;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* ---- joining ---- */

void world__join(struct world_file *client, struct world_file *server,
                 const struct world_link *link)
{
    world__wire_new(client, server, link);
    world__wire_new(server, client, link);
    server->state = WORLD_CONNECTED;
    server->told = true;
}

/* ---- errors ---- */

int world__take_error(struct world_file *f)
{
    int error = f->error;

    f->error = 0;
    return -error;
}

ssize_t world__broken(int rc, int flags)
{
    if (rc == -EPIPE && !(flags & MSG_NOSIGNAL))
        raise(SIGPIPE);
    return rc;
}

static int not_connected(const struct world_file *f)
{
    return f->family == AF_UNIX ? -EINVAL : -ENOTCONN;
}

/* ---- receiving ---- */

int world__stream_nothing(struct world_file *f)
{
    if (f->state == WORLD_FRESH || f->state == WORLD_LISTENING)
        return not_connected(f);
    if (f->done && f->family != AF_UNIX)
        return 0;
    if (f->error)
        return world__take_error(f);
    return f->done || f->shut & WORLD_RD ? 0 : -EAGAIN;
}

static void scatter(struct world_wire *w, struct msghdr *msg, size_t n,
                    bool peek)
{
    size_t skip = w->first;

    for (size_t i = 0; n; i++) {
        size_t part = smaller(n, msg->msg_iov[i].iov_len);

        world__wire_get(w, msg->msg_iov[i].iov_base, part, peek);
        if (peek)
            w->first += part; /* only for the next piece */
        n -= part;
    }
    if (peek)
        w->first = skip;
}

ssize_t world__stream_recv(struct world_file *f, struct msghdr *msg, int flags)
{
    size_t n = smaller(f->in ? f->in->arrived : 0, world__msg_len(msg));

    msg->msg_namelen = 0;
    msg->msg_controllen = 0;
    msg->msg_flags = 0;
    if (flags & (MSG_OOB | MSG_ERRQUEUE))
        return flags & MSG_OOB ? -EINVAL : -EAGAIN;
    if (n == 0 && world__msg_len(msg) == 0 && f->state >= WORLD_CONNECTED)
        return 0;
    if (n == 0)
        return world__stream_nothing(f);
    n = world__part(&f->in->link, n);
    scatter(f->in, msg, n, flags & MSG_PEEK);
    return (ssize_t)n;
}

/* ---- sending ---- */

/* One of AF_UNIX keeps its error for whoever receives. */
static int may_send_unix(const struct world_file *f)
{
    if (f->shut & WORLD_WR || (f->out && !f->out->to))
        return -EPIPE;
    return f->state == WORLD_CONNECTED ? 0 : -ENOTCONN;
}

int world__stream_may_send(struct world_file *f)
{
    if (f->family == AF_UNIX)
        return may_send_unix(f);
    if (f->error)
        return world__take_error(f);
    if (f->shut & WORLD_WR)
        return -EPIPE;
    if (f->state == WORLD_CONNECTING)
        return -EAGAIN;
    return f->state == WORLD_CONNECTED ? 0 : -EPIPE;
}

static void gather(struct world_wire *w, const struct msghdr *msg, size_t n)
{
    for (size_t i = 0; n; i++) {
        size_t part = smaller(n, msg->msg_iov[i].iov_len);

        if (part)
            world__wire_put(w, msg->msg_iov[i].iov_base, part);
        n -= part;
    }
}

ssize_t world__stream_send(struct world_file *f, const struct msghdr *msg,
                           int flags)
{
    size_t n = world__msg_len(msg);
    int rc = world__stream_may_send(f);

    if (rc < 0)
        return world__broken(rc, flags);
    if (msg->msg_controllen || flags & MSG_OOB)
        return -EOPNOTSUPP;
    if (n == 0)
        return 0;
    n = smaller(n, world__wire_room(f->out));
    if (n == 0)
        return -EAGAIN;
    n = world__part(&f->out->link, n);
    gather(f->out, msg, n);
    return (ssize_t)n;
}

/* ---- ending ---- */

/* TCP forgets whom it was connected to when both sides have ended; AF_UNIX
 * never does. */
bool world__is_connected(const struct world_file *f)
{
    if (f->family == AF_UNIX)
        return f->state == WORLD_CONNECTED || f->state == WORLD_OVER;
    if (f->kind == WORLD_STREAM && f->done && f->shut & WORLD_WR)
        return false;
    return f->state == WORLD_CONNECTED;
}

static int shut_listener(struct world_file *f, int halves)
{
    if (!(halves & WORLD_RD))
        return 0;
    world__listener_close(f);
    f->state = WORLD_FRESH;
    return 0;
}

int world__shutdown(struct world_file *f, int how)
{
    int halves = how + 1; /* SHUT_RD, SHUT_WR, SHUT_RDWR */
    int fresh;

    if (how < SHUT_RD || how > SHUT_RDWR)
        return -EINVAL;
    if (f->state == WORLD_LISTENING)
        return shut_listener(f, halves);
    if (!world__is_connected(f))
        return -ENOTCONN;
    fresh = halves & ~f->shut;
    f->shut |= halves;
    if (f->kind != WORLD_STREAM)
        return 0;
    if (fresh & WORLD_WR)
        world__wire_end(f->out, false);
    if (fresh & WORLD_RD && f->family == AF_UNIX && f->out->to)
        f->out->to->shut |= WORLD_WR;
    return 0;
}

/* With bytes left unread the other side gets a reset. */
static void say_goodbye(struct world_file *f)
{
    bool reset = f->linger_none && f->family != AF_UNIX;

    if (f->kind == WORLD_STREAM && f->state == WORLD_CONNECTING)
        reset = true;
    else if (f->state != WORLD_CONNECTED)
        return;
    if (f->kind == WORLD_STREAM && (reset || f->in->arrived))
        world__wire_reset(f->out);
    else if (!(f->shut & WORLD_WR) || f->family == AF_UNIX)
        world__wire_end(f->out, f->family == AF_UNIX);
}

void world__stream_close(struct world_file *f)
{
    if (f->out && f->kind == WORLD_STREAM)
        say_goodbye(f);
    if (f->in)
        world__wire_let_go(f->in, f);
    if (f->out)
        world__wire_let_go(f->out, f);
}
