/* SPDX-License-Identifier: MIT */
/* Addresses: IPv4, IPv6 and unix, from text and to text. No lookups here. */
#ifndef EVENTLET_ADDR_H
#define EVENTLET_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <netinet/in.h>

#include "export.h"

EVENTLET_DECLS

struct eventlet_addr {
    socklen_t len;
    union {
        struct sockaddr sa;
        struct sockaddr_in in;
        struct sockaddr_in6 in6;
        struct sockaddr_un un;
        struct sockaddr_storage storage;
    };
};

/* Room for any address as text, with its end. */
#define EVENTLET_ADDRSTRLEN 128

/* Splits "HOST:PORT", "[V6]:PORT" or "unix:PATH" into *host and *port without
 * looking at what the host is. host gets at most size - 1 bytes; a unix path
 * comes with port -1. The host may be empty (":80": any).
 * Returns   0, or EVENTLET_BAD_ADDRESS: no colon, brackets that do not match,
 *           a port that is empty, not digits or above 65535, a name too long.
 * Spec      addr.1 addr.2 addr.3 */
EVENTLET_API int eventlet_addr_split(const char *text, char *host, size_t size,
                                     int *port) EVENTLET_MUST_CHECK;

/* Numeric address from text: dotted quad, IPv6 (with %scope), "" for any, or
 * with port -1 a unix path (a leading @ is the abstract name space).
 * Returns   0; EVENTLET_NO_NAME if it is no numeric address; EVENTLET_NO_DATA
 *           if it is one of another family (AF_UNSPEC: either);
 *           EVENTLET_BAD_ADDRESS for a port out of range or a path too long.
 * Spec      addr.4 … addr.7 */
EVENTLET_API int eventlet_addr_numeric(struct eventlet_addr *out,
                                       const char *host, int port,
                                       int family) EVENTLET_MUST_CHECK;

/* Writes "1.2.3.4:80", "[::1%lo]:80" or "unix:/path", cut if need be.
 * Returns   buf.
 * Spec      addr.8 */
EVENTLET_API char *eventlet_addr_str(const struct eventlet_addr *addr,
                                     char *buf, size_t size);

/* Returns   the port, or -1 for a unix address. */
EVENTLET_API int eventlet_addr_port(const struct eventlet_addr *addr);

EVENTLET_API bool eventlet_addr_equal(const struct eventlet_addr *a,
                                      const struct eventlet_addr *b);

/* is_ipv4_addr, is_ipv6_addr, is_ip_addr: whether text is a numeric address. */
EVENTLET_API bool eventlet_is_ipv4_addr(const char *text);
EVENTLET_API bool eventlet_is_ipv6_addr(const char *text);
EVENTLET_API bool eventlet_is_ip_addr(const char *text);

EVENTLET_DECLS_END

#endif
