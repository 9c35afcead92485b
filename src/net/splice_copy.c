/* SPDX-License-Identifier: MIT */
/* Moving what cannot be spliced: it is received and sent, a message at a time.
 */
#include "net/splice.h"

#include <errno.h>

#include "base/mem.h"
#include "eventlet/errors.h"

#define COPY_SIZE ((size_t)64 * 1024)

struct copier {
    struct eventlet__mover *m;
    char *buf;
    size_t room;
};

/* Datagrams of unix sockets may be of any size; those of others fit. */
static int make_room(struct copier *c)
{
    eventlet_socket *from = c->m->from;
    ssize_t n = 0;
    char *buf;

    if (from->family == AF_UNIX && from->type != SOCK_STREAM)
        n = eventlet_recv_flags(from, c->buf, 1, MSG_PEEK | MSG_TRUNC);
    if (n <= 0 || (size_t)n <= c->room)
        return n < 0 ? (int)n : 0;
    buf = eventlet__resize(c->buf, (size_t)n);
    if (!buf)
        return -ENOMEM;
    c->buf = buf;
    c->room = (size_t)n;
    return 0;
}

/* Takes one message. *n is 0 at the end, and of an empty datagram. */
static int take(struct copier *c, ssize_t *n)
{
    int rc;

    if (c->m->from->fd < 0)
        return EVENTLET_CLOSED;
    rc = make_room(c);
    if (rc < 0)
        return rc;
    *n = eventlet_recv(c->m->from, c->buf,
                       eventlet__mover_at_most(c->m, c->room));
    if (*n == 0)
        return eventlet_recv_error(c->m->from);
    return *n < 0 ? (int)*n : 0;
}

static int give(struct copier *c, size_t n)
{
    size_t sent;
    int rc;

    if (c->m->to->fd < 0)
        return EVENTLET_CLOSED;
    rc = eventlet_sendall_count(c->m->to, c->buf, n, 0, &sent);
    c->m->moved += (int64_t)sent;
    return rc;
}

int eventlet__move_by_copying(struct eventlet__mover *m)
{
    struct copier c = { m, eventlet__alloc(COPY_SIZE), COPY_SIZE };
    int rc = c.buf ? 0 : -ENOMEM;

    while (rc == 0 && m->left > 0) {
        ssize_t n;

        rc = take(&c, &n);
        if (rc < 0 || (n == 0 && m->from->type != SOCK_DGRAM))
            break;
        m->left -= n;
        rc = give(&c, (size_t)n);
        if (rc == 0)
            rc = eventlet__mover_give_way(m);
    }
    eventlet__free(c.buf);
    return rc;
}
