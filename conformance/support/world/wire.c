/* SPDX-License-Identifier: MIT */
/* wire.c - one direction of a connection: bytes that are under way, and what
 * follows them. */
#include "support/world/inside.h"

#include "core/clock.h"

#include <stdlib.h>
#include <string.h>

struct world_wire *world__wire_new(struct world_file *from,
                                   struct world_file *to,
                                   const struct world_link *link)
{
    struct world_wire *w = world__new(sizeof *w);

    w->from = from;
    w->to = to;
    w->link = *link;
    w->send_room = (size_t)world__option(from, SOL_SOCKET, SO_SNDBUF);
    w->recv_room = (size_t)world__option(to, SOL_SOCKET, SO_RCVBUF);
    from->out = w;
    to->in = w;
    return w;
}

static void wire_free(struct world_wire *w)
{
    world__forget_wire(w);
    free(w->bytes);
    free(w);
}

void world__wire_let_go(struct world_wire *w, const struct world_file *end)
{
    if (w->from == end)
        w->from = NULL;
    if (w->to == end) {
        w->to = NULL;
        w->len = w->arrived = 0; /* nobody will read it: see arrive */
    }
    if (!w->from && !w->to)
        wire_free(w);
}

/* ---- bytes ---- */

size_t world__wire_room(const struct world_wire *w)
{
    size_t all =
        w->link.capacity ? w->link.capacity : w->send_room + w->recv_room;

    return w->len < all ? all - w->len : 0;
}

static void make_room(struct world_wire *w, size_t n)
{
    if (w->first + w->len + n <= w->size)
        return;
    if (w->len)
        memmove(w->bytes, w->bytes + w->first, w->len);
    w->first = 0;
    if (w->len + n > w->size) {
        w->size = 2 * (w->len + n);
        w->bytes = realloc(w->bytes, w->size);
    }
    if (!w->bytes)
        abort();
}

void world__wire_get(struct world_wire *w, char *bytes, size_t n, bool peek)
{
    if (n)
        memcpy(bytes, w->bytes + w->first, n);
    if (peek)
        return;
    w->first += n;
    w->len -= n;
    w->arrived -= n;
}

/* ---- arriving ---- */

/* When what is sent now arrives: never before what was sent earlier. */
int64_t world__wire_due(struct world_wire *w)
{
    double seconds = w->link.latency;
    int64_t due;

    if (w->link.jitter > 0)
        seconds += w->link.jitter * world__chance();
    due = eventlet__ns_add(world__now(), (int64_t)(seconds * 1e9));
    if (due < w->last_ns)
        due = w->last_ns;
    w->last_ns = due;
    return due;
}

static struct world_event *send_event(struct world_wire *w,
                                      world_happen *happen)
{
    struct world_event *event = world__event(world__wire_due(w), happen);

    event->wire = w;
    return event;
}

/* Like a reset that arrives: what had arrived before can still be read. */
void world__over(struct world_file *f, int error)
{
    if (f->state == WORLD_OVER)
        return;
    if (f->family != AF_UNIX && f->done && f->shut & WORLD_WR)
        return; /* it has forgotten the connection */
    f->state = WORLD_OVER;
    f->error = error;
    f->shut = WORLD_RD | WORLD_WR;
}

static int reset_error(const struct world_file *f)
{
    return f->done && f->family != AF_UNIX ? EPIPE : ECONNRESET;
}

/* Somebody in between resets the connection. */
static void cut(struct world_wire *w)
{
    w->dead = true;
    w->len = w->arrived;
    if (w->to)
        world__over(w->to, reset_error(w->to));
    if (w->from)
        world__over(w->from, reset_error(w->from));
}

static bool stalls_at(const struct world_wire *w, uint64_t total)
{
    return w->link.stalls && total > w->link.stall_after;
}

static bool resets_at(const struct world_wire *w, uint64_t total)
{
    return w->link.resets && total > w->link.reset_after;
}

/* Bytes to somebody who is gone: the answer is a reset. */
static void bounce(struct world_wire *w)
{
    if (w->from && w->from->in)
        world__wire_reset(w->from->in);
}

/* Neither half is open any more: as Linux does it, bytes that still come reset
 * the connection for both. */
static bool is_unwanted(const struct world_file *to)
{
    return to->state == WORLD_CONNECTED && to->family != AF_UNIX &&
           to->shut == (WORLD_RD | WORLD_WR);
}

static void arrive(struct world_event *event)
{
    struct world_wire *w = event->wire;
    size_t n = event->n;

    if (w->dead)
        return;
    if (!w->to) {
        w->len -= n < w->len ? n : w->len;
        bounce(w);
        return;
    }
    if (is_unwanted(w->to)) {
        world__over(w->to, ECONNRESET);
        bounce(w);
    }
    if (w->to->state == WORLD_OVER) {
        w->len -= n;
        return;
    }
    if (resets_at(w, w->total + n)) {
        w->arrived += (size_t)(w->link.reset_after - w->total);
        w->total = w->link.reset_after;
        cut(w);
        return;
    }
    if (stalls_at(w, w->total + n)) {
        n = (size_t)(w->link.stall_after - w->total);
        w->dead = true;
    }
    w->arrived += n;
    w->total += n;
}

void world__wire_put(struct world_wire *w, const char *bytes, size_t n)
{
    make_room(w, n);
    memcpy(w->bytes + w->first + w->len, bytes, n);
    w->len += n;
    send_event(w, arrive)->n = n;
}

/* ---- ending ---- */

static void end(struct world_event *event)
{
    struct world_wire *w = event->wire;
    bool whole = event->n;

    if (w->dead || !w->to)
        return;
    if (resets_at(w, w->total + 1)) {
        cut(w);
        return;
    }
    w->dead = stalls_at(w, w->total + 1);
    if (w->dead)
        return;
    w->to->done = true;
    if (whole)
        w->to->shut |= WORLD_WR;
}

void world__wire_end(struct world_wire *w, bool whole)
{
    send_event(w, end)->n = whole;
}

static void reset(struct world_event *event)
{
    struct world_wire *w = event->wire;

    if (!w->dead && w->to)
        world__over(w->to, reset_error(w->to));
}

void world__wire_reset(struct world_wire *w)
{
    send_event(w, reset);
}
