/* SPDX-License-Identifier: MIT */
/* datagram.c - datagrams. Those of AF_INET get lost as the link says, and where
 * nobody is or has room; those of AF_UNIX do not. */
#include "support/world/inside.h"

#include "core/clock.h"

#include <stdlib.h>
#include <string.h>

enum { OVERHEAD = 1024 }; /* what a packet takes up beside its bytes */

static size_t size_of(size_t n)
{
    return n + OVERHEAD;
}

static bool has_room(const struct world_file *f, size_t n)
{
    return f->packets_len == 0 ||
           f->packets_len + size_of(n) <=
               (size_t)world__option(f, SOL_SOCKET, SO_RCVBUF);
}

/* ---- sending ---- */

static void arrive(struct world_event *event)
{
    struct world_file *f = event->file;
    struct world_packet **at = &f->packets;

    if (!has_room(f, event->packet->len))
        return; /* lost */
    while (*at)
        at = &(*at)->next;
    *at = event->packet;
    f->packets_len += size_of(event->packet->len);
    event->packet = NULL;
}

static void gather(struct world_packet *packet, const struct msghdr *msg)
{
    for (size_t i = 0; i < (size_t)msg->msg_iovlen; i++) {
        if (msg->msg_iov[i].iov_len)
            memcpy(packet->bytes + packet->len, msg->msg_iov[i].iov_base,
                   msg->msg_iov[i].iov_len);
        packet->len += msg->msg_iov[i].iov_len;
    }
}

static void submit(const struct world_file *f, struct world_file *to,
                   const struct msghdr *msg)
{
    const struct world_link *link = world__link_of(&to->here);
    double seconds = link->latency;
    struct world_event *event;

    if (f->family != AF_UNIX && link->loss > 0 && world__chance() < link->loss)
        return;
    if (link->jitter > 0)
        seconds += link->jitter * world__chance();
    event = world__event(
        eventlet__ns_add(world__now(), (int64_t)(seconds * 1e9)), arrive);
    event->file = to;
    event->packet = world__new(sizeof *event->packet + world__msg_len(msg));
    event->packet->from = f->here;
    gather(event->packet, msg);
}

static int destination(struct world_name *to, struct world_file *f,
                       const struct msghdr *msg)
{
    if (msg->msg_name)
        return world__name(to, f, msg->msg_name, msg->msg_namelen);
    *to = f->there;
    if (f->there.len)
        return 0;
    return f->family == AF_UNIX ? -ENOTCONN : -EDESTADDRREQ;
}

static int nobody(const struct world_file *f)
{
    return f->family == AF_UNIX ? -ECONNREFUSED : 0;
}

ssize_t world__datagram_send(struct world_file *f, const struct msghdr *msg)
{
    struct world_name name;
    struct world_file *to;
    int rc = destination(&name, f, msg);

    if (f->error)
        return world__take_error(f);
    if (rc == 0 && f->shut & WORLD_WR)
        rc = -EPIPE;
    if (rc == 0 && world__msg_len(msg) > 65507)
        rc = -EMSGSIZE;
    if (rc == 0 && !f->here.len && f->family != AF_UNIX) {
        struct world_name there = f->there;

        f->there = name;
        rc = world__bind_somewhere(f);
        f->there = there;
    }
    if (rc < 0)
        return rc;
    to = world__find(&name, SOCK_DGRAM);
    if (to && f->family == AF_UNIX && !has_room(to, world__msg_len(msg)))
        return -EAGAIN;
    if (to)
        submit(f, to, msg);
    else
        rc = nobody(f);
    return rc < 0 ? rc : (ssize_t)world__msg_len(msg);
}

/* ---- receiving ---- */

static size_t scatter(const struct world_packet *packet, struct msghdr *msg)
{
    size_t done = 0;

    for (size_t i = 0; i < (size_t)msg->msg_iovlen; i++) {
        size_t n = packet->len - done;

        if (n > msg->msg_iov[i].iov_len)
            n = msg->msg_iov[i].iov_len;
        if (n)
            memcpy(msg->msg_iov[i].iov_base, packet->bytes + done, n);
        done += n;
    }
    if (done < packet->len)
        msg->msg_flags |= MSG_TRUNC;
    return done;
}

/* A connected one hears nobody else. */
static void drop_strangers(struct world_file *f)
{
    while (f->packets && f->family != AF_UNIX && f->there.len &&
           !world__same_name(&f->packets->from, &f->there)) {
        struct world_packet *packet = f->packets;

        f->packets = packet->next;
        f->packets_len -= size_of(packet->len);
        free(packet);
    }
}

ssize_t world__datagram_recv(struct world_file *f, struct msghdr *msg,
                             int flags)
{
    struct world_packet *packet;
    size_t n;

    msg->msg_flags = 0;
    msg->msg_controllen = 0;
    drop_strangers(f);
    packet = f->packets;
    if (!packet && f->error)
        return world__take_error(f);
    if (!packet)
        return f->shut & WORLD_RD ? 0 : -EAGAIN;
    if (msg->msg_name)
        world__tell_name(&packet->from, f->family, msg->msg_name,
                         &msg->msg_namelen);
    n = scatter(packet, msg);
    if (flags & MSG_TRUNC)
        n = packet->len;
    if (flags & MSG_PEEK)
        return (ssize_t)n;
    f->packets = packet->next;
    f->packets_len -= size_of(packet->len);
    free(packet);
    return (ssize_t)n;
}

void world__datagram_close(struct world_file *f)
{
    while (f->packets) {
        struct world_packet *packet = f->packets;

        f->packets = packet->next;
        free(packet);
    }
}
