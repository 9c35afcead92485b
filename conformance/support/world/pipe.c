/* SPDX-License-Identifier: MIT */
/* pipe.c - pipes, and moving bytes through them without copying to the user.
 * What is in a pipe has arrived. */
#include "support/world/inside.h"

#include <limits.h>
#include <string.h>

int world__pipe(struct world_file *ends[2], int flags)
{
    struct world_link link = { .most = world__.link.most,
                               .ragged = world__.link.ragged };

    for (int i = 0; i < 2; i++) {
        ends[i] = world__file_new(WORLD_PIPE, AF_UNSPEC, 0, 0);
        ends[i]->flags = (i == 0 ? O_RDONLY : O_WRONLY) | (flags & O_NONBLOCK);
        ends[i]->state = WORLD_CONNECTED;
    }
    world__wire_new(ends[1], ends[0], &link);
    return 0;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Puts and lets arrive. */
static void pour(struct world_wire *w, const char *bytes, size_t n)
{
    world__wire_put(w, bytes, n);
    world__pass(world__now());
}

static bool is_end(const struct world_file *f, int access)
{
    return f->kind == WORLD_PIPE && (f->flags & O_ACCMODE) == access;
}

ssize_t world__read(struct world_file *f, void *buf, size_t len)
{
    size_t n;

    if (!is_end(f, O_RDONLY))
        return -EBADF;
    n = smaller(len, f->in->arrived);
    if (n == 0)
        return f->in->from && len ? -EAGAIN : 0;
    n = world__part(&f->in->link, n);
    world__wire_get(f->in, buf, n, false);
    return (ssize_t)n;
}

ssize_t world__write(struct world_file *f, const void *buf, size_t len)
{
    size_t n;

    if (!is_end(f, O_WRONLY))
        return -EBADF;
    if (!f->out->to)
        return world__broken(-EPIPE, 0);
    n = smaller(len, world__wire_room(f->out));
    if (n < len && (n == 0 || len <= PIPE_BUF))
        return -EAGAIN; /* a small one goes as a whole */
    if (len > PIPE_BUF)
        n = world__part(&f->out->link, n);
    if (n)
        pour(f->out, buf, n);
    return (ssize_t)n;
}

/* ---- splice ---- */

/* From wire to wire, in pieces. */
static void move(struct world_wire *from, struct world_wire *to, size_t n)
{
    static _Thread_local char piece[4096];

    while (n) {
        size_t part = smaller(n, sizeof piece);

        world__wire_get(from, piece, part, false);
        world__wire_put(to, piece, part);
        n -= part;
    }
}

static ssize_t into_pipe(struct world_file *from, struct world_file *to,
                         size_t len)
{
    size_t room, n;

    if (!to->out->to)
        return world__broken(-EPIPE, 0);
    room = smaller(len, world__wire_room(to->out));
    n = smaller(room, from->in ? from->in->arrived : 0);
    if (room == 0)
        return -EAGAIN;
    if (n == 0)
        return world__stream_nothing(from);
    n = world__part(&from->in->link, n);
    move(from->in, to->out, n);
    world__pass(world__now());
    return (ssize_t)n;
}

static ssize_t out_of_pipe(struct world_file *from, struct world_file *to,
                           size_t len)
{
    size_t n = smaller(len, from->in->arrived);
    int rc;

    if (n == 0)
        return from->in->from ? -EAGAIN : 0;
    rc = world__stream_may_send(to);
    if (rc < 0)
        return world__broken(rc, 0);
    n = smaller(n, world__wire_room(to->out));
    if (n == 0)
        return -EAGAIN;
    n = world__part(&to->out->link, n);
    move(from->in, to->out, n);
    return (ssize_t)n;
}

ssize_t world__splice(struct world_file *from, struct world_file *to,
                      size_t len)
{
    if (len == 0)
        return 0;
    if (from->kind == WORLD_STREAM && is_end(to, O_WRONLY))
        return into_pipe(from, to, len);
    if (to->kind == WORLD_STREAM && is_end(from, O_RDONLY))
        return out_of_pipe(from, to, len);
    return -EINVAL;
}
