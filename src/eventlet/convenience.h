/* SPDX-License-Identifier: MIT */
/* connect, listen and serve: sockets in one call each. */
#ifndef EVENTLET_CONVENIENCE_H
#define EVENTLET_CONVENIENCE_H

#include "addr.h"
#include "export.h"
#include "socket.h"

EVENTLET_DECLS

enum eventlet_choice {
    EVENTLET_DEFAULT,
    EVENTLET_YES,
    EVENTLET_NO,
};

struct eventlet_connect_opts {
    int family;       /* AF_UNSPEC (default): whatever the name has */
    const char *bind; /* local host; NULL (default): the system chooses */
    int bind_port;    /* 0 (default): the system chooses */
    double seconds;   /* for name, connection and all; 0 (default): none */
};

/* Resolves the name and connects, trying its addresses in turn. With port -1
 * host is the path of a unix socket; NULL is this machine.
 * Returns   0; what eventlet_getaddrinfo or eventlet_socket_connect says (of
 *           the last address tried); EVENTLET_TIMEOUT after opts->seconds.
 * Switches  always but for errors known at once.
 * Owns      *s is the caller's.
 * Spec      convenience.1 convenience.2 convenience.3 convenience.16
 *           convenience.19 */
EVENTLET_API int eventlet_connect(
    eventlet_socket **s, const char *host, int port,
    const struct eventlet_connect_opts *opts) EVENTLET_MUST_CHECK;

/* The same for an address that is known: no lookup.
 * Spec      convenience.1 convenience.3 convenience.16 */
EVENTLET_API int eventlet_connect_addr(
    eventlet_socket **s, const struct eventlet_addr *addr,
    const struct eventlet_connect_opts *opts) EVENTLET_MUST_CHECK;

struct eventlet_listen_opts {
    int family;                      /* AF_UNSPEC (default) */
    int backlog;                     /* 0 is the default, 50 */
    enum eventlet_choice reuse_addr; /* default: yes */
    enum eventlet_choice reuse_port; /* default: yes but for port 0 */
};

/* Resolves, binds and listens; port 0 lets the system choose. reuse_port asked
 * for with port 0 (where it is ignored), or not available, is a warning in the
 * log.
 * Returns   0, or -errno, such as -EADDRINUSE; as eventlet_getaddrinfo.
 * Owns      *s is the caller's.
 * Spec      convenience.4 … convenience.7 */
EVENTLET_API int eventlet_listen(
    eventlet_socket **s, const char *host, int port,
    const struct eventlet_listen_opts *opts) EVENTLET_MUST_CHECK;

/* Gets one client, in a green thread of its own; addr lives as long as the
 * call.
 * The connection is closed when it returns, whatever it returns, unless it took
 * it by eventlet_serve_keep: it must not eventlet_close it otherwise, but may
 * eventlet_socket_close_fd it. EVENTLET_STOP ends the server. */
typedef int eventlet_serve_fn(eventlet_socket *client,
                              const struct eventlet_addr *addr, void *arg);

struct eventlet_serve_opts {
    int concurrency; /* 0 is the default, 1,000 */
};

/* Calls handle for each client until one of them stops it. Accepts first, then
 * waits for a free place. When descriptors or memory run out it turns one
 * client away, waits, 10 ms and twice as long each time up to 1 s, and goes on.
 * Returns   0 after EVENTLET_STOP; the code of a handler that failed with any
 *           other than EVENTLET_EXIT and timeouts; why accepting failed for
 *           good, such as EVENTLET_CLOSED or the listener's own timeout; what
 *           was thrown. Handlers that run go on; the listening socket stays
 *           open.
 * Spec      convenience.8 … convenience.15 convenience.18 */
EVENTLET_API int eventlet_serve(
    eventlet_socket *s, eventlet_serve_fn *handle, void *arg,
    const struct eventlet_serve_opts *opts) EVENTLET_MUST_CHECK;

/* In a handler: the client's socket is the handler's own now, to close.
 * Spec      convenience.17 */
EVENTLET_API void eventlet_serve_keep(eventlet_socket *client);

EVENTLET_DECLS_END

#endif
