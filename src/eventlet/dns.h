/* SPDX-License-Identifier: MIT */
/* Names to addresses, through c-ares and the hub: only the asking green thread
 * waits. */
#ifndef EVENTLET_DNS_H
#define EVENTLET_DNS_H

#include <stddef.h>

#include "addr.h"
#include "export.h"

EVENTLET_DECLS

struct eventlet_resolve_opts {
    int family;     /* AF_UNSPEC (0, default), AF_INET or AF_INET6 */
    double seconds; /* for the whole lookup; 0 is the default, 30 */
};

/* Asks the hosts file, then name servers; numeric addresses never ask. If the
 * hosts file has any address for the name, the network is not asked for the
 * other family. NULL is this machine, "" any address of it.
 * Returns   how many addresses were found (at least 1), of which at most `room`
 *           are in out[]; EVENTLET_NO_NAME, EVENTLET_NO_DATA,
 *           EVENTLET_DNS_AGAIN when time ran out, EVENTLET_DNS_FAILED when the
 *           servers failed; EVENTLET_BAD_ADDRESS for a port out of range,
 *           -EAFNOSUPPORT, -ENOMEM, -EMFILE; what was thrown.
 * Switches  unless the answer is known without asking.
 * Spec      dns.1 … dns.9, dns.12 … dns.24 */
EVENTLET_API int eventlet_getaddrinfo(
    struct eventlet_addr *out, size_t room, const char *host, int port,
    const struct eventlet_resolve_opts *opts) EVENTLET_MUST_CHECK;

/* The first IPv4 address as text.
 * Spec      dns.10 */
EVENTLET_API int eventlet_gethostbyname(char *buf, size_t size,
                                        const char *host) EVENTLET_MUST_CHECK;

/* Name and service of an address, or their numbers where none is known.
 * flags: NI_NUMERICHOST, NI_NUMERICSERV, NI_NAMEREQD, NI_DGRAM of <netdb.h>.
 * Returns   0; EVENTLET_NO_NAME only if a name is required; -EINVAL for flags
 *           that exclude each other; else as eventlet_getaddrinfo.
 * Spec      dns.11 dns.13 dns.15 dns.25 dns.26 */
EVENTLET_API int eventlet_getnameinfo(const struct eventlet_addr *addr,
                                      char *host, size_t host_size,
                                      char *service, size_t service_size,
                                      int flags) EVENTLET_MUST_CHECK;

/* Forgets this OS thread's resolver: the next lookup reads its configuration
 * anew. Lookups under way fail with EVENTLET_DNS_FAILED.
 * Spec      dns.14 */
EVENTLET_API void eventlet_dns_reset(void);

/* For tests and special networks: asks these servers ("127.0.0.1:5353", comma
 * between them; NULL: the system's), reads this hosts file (NULL: the
 * system's). For the whole process; the servers from the next reset on. The
 * texts are copied. Returns 0 or -ENOMEM. */
EVENTLET_API int eventlet_dns_configure(const char *servers, const char *hosts);

EVENTLET_DECLS_END

#endif
