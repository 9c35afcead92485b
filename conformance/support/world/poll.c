/* SPDX-License-Identifier: MIT */
/* poll.c - who is ready for what. */
#include "support/world/inside.h"

#include <limits.h>
#include <stdlib.h>

/* Bytes as many as were asked for, or as many as there will ever be room for.
 */
static bool has_enough(const struct world_file *f)
{
    size_t low = (size_t)world__option(f, SOL_SOCKET, SO_RCVLOWAT);

    return f->in && f->in->arrived &&
           (f->in->arrived >= low || world__wire_room(f->in) == 0);
}

/* Not for each byte of room: a third of the whole. */
static bool has_room(const struct world_wire *w)
{
    size_t room = w ? world__wire_room(w) : 0;

    return room > 0 && 2 * room >= w->len;
}

static short ready_stream(const struct world_file *f)
{
    bool ended = f->done || f->shut & WORLD_RD;
    int got = 0;

    if (f->state == WORLD_LISTENING)
        return f->line ? POLLIN : 0;
    if (f->state == WORLD_FRESH)
        return POLLOUT | POLLHUP;
    if (f->state == WORLD_CONNECTING)
        return 0;
    if (has_enough(f) || ended)
        got |= POLLIN;
    if (ended)
        got |= POLLRDHUP;
    if (has_room(f->out) || f->shut & WORLD_WR)
        got |= POLLOUT;
    if (f->state == WORLD_OVER || (ended && f->shut & WORLD_WR))
        got |= POLLHUP;
    return (short)got;
}

static short ready_pipe(const struct world_file *f)
{
    int got = 0;

    if (f->in) {
        got |= f->in->arrived ? POLLIN : 0;
        got |= f->in->from ? 0 : POLLHUP;
    } else {
        got |= world__wire_room(f->out) >= PIPE_BUF ? POLLOUT : 0;
        got |= f->out->to ? 0 : POLLERR;
    }
    return (short)got;
}

static short ready_datagram(const struct world_file *f)
{
    int got = POLLOUT;

    if (f->packets || f->shut & WORLD_RD)
        got |= POLLIN;
    if (f->shut == (WORLD_RD | WORLD_WR))
        got |= POLLHUP;
    return (short)got;
}

short world__ready(const struct world_file *f)
{
    short got = f->kind == WORLD_STREAM ? ready_stream(f)
                : f->kind == WORLD_PIPE ? ready_pipe(f)
                                        : ready_datagram(f);

    return (short)(got | (f->error ? POLLERR : 0));
}

/* ---- some of them are the kernel's ---- */

static int poll_others(struct pollfd *fds, nfds_t len, int ms)
{
    struct pollfd *others = world__new((len + 1) * sizeof *others);
    int n;

    for (nfds_t i = 0; i < len; i++) {
        others[i] = fds[i];
        if (world__file(fds[i].fd))
            others[i].fd = -1;
    }
    n = poll(others, len, ms);
    for (nfds_t i = 0; n > 0 && i < len; i++)
        if (others[i].fd >= 0)
            fds[i].revents = others[i].revents;
    free(others);
    return n;
}

int world__poll(struct pollfd *fds, nfds_t len, int ms)
{
    int ours = 0, ready = 0, others = 0;

    for (nfds_t i = 0; i < len; i++) {
        const struct world_file *f = world__file(fds[i].fd);

        if (!f)
            continue;
        fds[i].revents =
            (short)(world__ready(f) & (fds[i].events | POLLERR | POLLHUP));
        ours++;
        ready += fds[i].revents != 0;
    }
    if ((nfds_t)ours < len)
        others = poll_others(fds, len, ready ? 0 : ms);
    return others < 0 ? others : ready + others;
}
