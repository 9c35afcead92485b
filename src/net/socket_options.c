/* SPDX-License-Identifier: MIT */
/* Green sockets: what is asked of them, and said to them, without waiting. */
#include "net/socket.h"

#include "base/sys.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#ifndef TCP_ULP
#define TCP_ULP 31
#endif

int eventlet_bind(eventlet_socket *s, const struct eventlet_addr *addr)
{
    if (s->fd < 0)
        return -EBADF;
    return eventlet__sys_bind(s->fd, &addr->sa, addr->len) < 0 ? -errno : 0;
}

int eventlet_socket_listen(eventlet_socket *s, int backlog)
{
    if (s->fd < 0)
        return -EBADF;
    return eventlet__sys_listen(s->fd, backlog) < 0 ? -errno : 0;
}

int eventlet_shutdown(eventlet_socket *s, int how)
{
    if (s->fd < 0)
        return -EBADF;
    return eventlet__sys_shutdown(s->fd, how) < 0 ? -errno : 0;
}

int eventlet_shutdown_safe(eventlet_socket *s)
{
    int rc = eventlet_shutdown(s, SHUT_RDWR);

    return rc == -ENOTCONN || rc == -EBADF || rc == -ENOTSOCK ? 0 : rc;
}

int eventlet_getpeername(eventlet_socket *s, struct eventlet_addr *addr)
{
    struct eventlet_addr found = { .len = sizeof found.storage };

    if (s->fd < 0)
        return -EBADF;
    if (eventlet__sys_getpeername(s->fd, &found.sa, &found.len) < 0)
        return -errno;
    *addr = found;
    return 0;
}

int eventlet_getsockname(eventlet_socket *s, struct eventlet_addr *addr)
{
    struct eventlet_addr found = { .len = sizeof found.storage };

    if (s->fd < 0)
        return -EBADF;
    if (eventlet__sys_getsockname(s->fd, &found.sa, &found.len) < 0)
        return -errno;
    *addr = found;
    return 0;
}

int eventlet_getsockopt(eventlet_socket *s, int level, int name, void *value,
                        socklen_t *len)
{
    if (s->fd < 0)
        return -EBADF;
    if (eventlet__sys_getsockopt(s->fd, level, name, value, len) < 0)
        return -errno;
    return 0;
}

int eventlet_setsockopt(eventlet_socket *s, int level, int name,
                        const void *value, socklen_t len)
{
    if (s->fd < 0)
        return -EBADF;
    if (eventlet__sys_setsockopt(s->fd, level, name, value, len) < 0)
        return -errno;
    /* With TLS in the kernel a read ends where a record does. */
    if (level == IPPROTO_TCP && name == TCP_ULP)
        s->tcp = false;
    return 0;
}

int eventlet_recv_error(const eventlet_socket *s)
{
    return s->ended;
}

int eventlet_fileno(const eventlet_socket *s)
{
    return s->fd < 0 ? -EBADF : s->fd;
}

int eventlet_socket_family(const eventlet_socket *s)
{
    return s->family;
}

int eventlet_socket_type(const eventlet_socket *s)
{
    return s->type;
}

int eventlet_socket_proto(const eventlet_socket *s)
{
    return s->protocol;
}
