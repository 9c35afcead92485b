/* SPDX-License-Identifier: MIT */
/* Congestion control for connections that never leave the machine.
 *
 * Measured on two cores with bbr as the system's choice: one stream through a
 * forwarder 1.4 GB/s with it, 3.4 GB/s without. Changing it on a connection
 * that is there already gains nothing, as the pacing that bbr has asked for
 * stays with the connection. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include "eventlet/splice.h"
#include "net/socket.h"

static bool is_loopback(const struct eventlet_addr *addr)
{
    if (addr->sa.sa_family == AF_INET)
        return ntohl(addr->in.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    if (addr->sa.sa_family != AF_INET6)
        return false;
    return IN6_IS_ADDR_LOOPBACK(&addr->in6.sin6_addr) ||
           (IN6_IS_ADDR_V4MAPPED(&addr->in6.sin6_addr) &&
            addr->in6.sin6_addr.s6_addr[12] == IN_LOOPBACKNET);
}

int eventlet_splice_unpace(eventlet_socket *s, const struct eventlet_addr *addr)
{
    char name[16] = "";
    socklen_t len = sizeof name - 1;
    int rc;

    if (!s->tcp || !is_loopback(addr))
        return 0;
    rc = eventlet_getsockopt(s, IPPROTO_TCP, TCP_CONGESTION, name, &len);
    if (rc < 0)
        return rc;
    if (strncmp(name, "bbr", 3) != 0)
        return 0;
    /* The one that every system has and that nobody needs a right for. */
    rc = eventlet_setsockopt(s, IPPROTO_TCP, TCP_CONGESTION, "reno", 4);
    return rc < 0 ? rc : 1;
}
