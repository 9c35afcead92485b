/* SPDX-License-Identifier: MIT */
/* Green sockets: the methods of eventlet's GreenSocket. Each is named as the
 * system's own call with eventlet_ before it; connect and listen, whose short
 * names belong to <eventlet/convenience.h>, are eventlet_socket_connect and
 * eventlet_socket_listen.
 *
 * Unless said otherwise a call returns >= 0, or -errno, EVENTLET_SOCKET_TIMEOUT
 * when the socket's own timeout ran out, EVENTLET_CLOSED when the socket was
 * closed meanwhile (-EBADF if before), or what was thrown; it switches when it
 * has to wait. The descriptor is always non-blocking: settimeout and
 * setblocking change how the object behaves. */
#ifndef EVENTLET_SOCKET_H
#define EVENTLET_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "addr.h"
#include "export.h"

EVENTLET_DECLS

typedef struct eventlet_socket eventlet_socket;

/* Owns      *s is the caller's, to eventlet_close.
 * Spec      socket.1 socket.26 */
EVENTLET_API int eventlet_socket_new(eventlet_socket **s, int family, int type,
                                     int protocol) EVENTLET_MUST_CHECK;
/* Takes over a descriptor (closed with the socket) and makes it non-blocking.
 * On failure it stays the caller's.
 * Returns   also -ENOTSOCK.
 * Spec      socket.2 */
EVENTLET_API int eventlet_socket_wrap(eventlet_socket **s,
                                      int fd) EVENTLET_MUST_CHECK;
/* As wrap, without touching O_NONBLOCK (set_nonblocking=False). */
EVENTLET_API int eventlet_socket_wrap_raw(eventlet_socket **s,
                                          int fd) EVENTLET_MUST_CHECK;
EVENTLET_API int eventlet_socketpair(eventlet_socket *pair[2], int family,
                                     int type,
                                     int protocol) EVENTLET_MUST_CHECK;

/* Another descriptor of the same connection, with the same timeout.
 * Spec      socket.4 */
EVENTLET_API int eventlet_dup(eventlet_socket **copy,
                              eventlet_socket *s) EVENTLET_MUST_CHECK;

/* Wakes whoever waits on s with EVENTLET_CLOSED, then closes; while files made
 * from the socket live, both are put off until the last of them is closed.
 * Frees s: it may not be touched again. NULL is allowed. Returns 0 or -errno of
 * close(2).
 * Spec      socket.5 socket.6 socket.8 socket.9 */
EVENTLET_API int eventlet_close(eventlet_socket *s);

/* Closes now, for its files too, but keeps the object: every later call on it
 * returns -EBADF, a second one here too. What stays is freed by
 * eventlet_close.
 * Spec      socket.7 */
EVENTLET_API int eventlet_socket_close_fd(eventlet_socket *s);

EVENTLET_API int eventlet_bind(eventlet_socket *s,
                               const struct eventlet_addr *addr);
EVENTLET_API int eventlet_socket_listen(eventlet_socket *s, int backlog);

/* Waits for a client. The new socket starts with the default timeout, whatever
 * the listener's. addr may be NULL.
 * Spec      socket.10 socket.11 */
EVENTLET_API int eventlet_accept(eventlet_socket **client, eventlet_socket *s,
                                 struct eventlet_addr *addr)
    EVENTLET_MUST_CHECK;

/* One deadline for the whole of it; refused is reported as such.
 * Spec      socket.12 */
EVENTLET_API int eventlet_socket_connect(
    eventlet_socket *s, const struct eventlet_addr *addr) EVENTLET_MUST_CHECK;
/* Returns   0 or a positive errno, EAGAIN when time ran out; negative only for
 *           what was thrown.
 * Spec      socket.13 */
EVENTLET_API int eventlet_socket_connect_ex(
    eventlet_socket *s, const struct eventlet_addr *addr) EVENTLET_MUST_CHECK;

/* Returns   bytes; 0 at the end of the stream, which reset, shutdown and broken
 *           pipe count as. With len 0 it waits until there is something.
 * Spec      socket.14 … socket.17 socket.29 */
EVENTLET_API ssize_t eventlet_recv(eventlet_socket *s, void *buf,
                                   size_t len) EVENTLET_MUST_CHECK;
EVENTLET_API ssize_t eventlet_recv_flags(eventlet_socket *s, void *buf,
                                         size_t len,
                                         int flags) EVENTLET_MUST_CHECK;
EVENTLET_API ssize_t
eventlet_recvfrom(eventlet_socket *s, void *buf, size_t len, int flags,
                  struct eventlet_addr *from) EVENTLET_MUST_CHECK;
EVENTLET_API ssize_t eventlet_recvmsg(eventlet_socket *s, struct msghdr *msg,
                                      int flags) EVENTLET_MUST_CHECK;

/* Why eventlet_recv said 0 the last time that it did.
 * Returns   0 for an end in order, or -ECONNRESET, -ESHUTDOWN, -EPIPE.
 * Spec      socket.15 */
EVENTLET_API int eventlet_recv_error(const eventlet_socket *s);

/* Returns   how many bytes went, which may be fewer than len.
 * Spec      socket.19 socket.20 */
EVENTLET_API ssize_t eventlet_send(eventlet_socket *s, const void *buf,
                                   size_t len) EVENTLET_MUST_CHECK;
EVENTLET_API ssize_t eventlet_send_flags(eventlet_socket *s, const void *buf,
                                         size_t len,
                                         int flags) EVENTLET_MUST_CHECK;

/* Sends all. The timeout holds for each piece. On failure nobody knows how much
 * went, unless asked by eventlet_sendall_count.
 * Returns   0, never a count.
 * Spec      socket.21 */
EVENTLET_API int eventlet_sendall(eventlet_socket *s, const void *buf,
                                  size_t len) EVENTLET_MUST_CHECK;
EVENTLET_API int eventlet_sendall_count(eventlet_socket *s, const void *buf,
                                        size_t len, int flags,
                                        size_t *sent) EVENTLET_MUST_CHECK;

EVENTLET_API ssize_t
eventlet_sendto(eventlet_socket *s, const void *buf, size_t len, int flags,
                const struct eventlet_addr *to) EVENTLET_MUST_CHECK;
EVENTLET_API ssize_t eventlet_sendmsg(eventlet_socket *s,
                                      const struct msghdr *msg,
                                      int flags) EVENTLET_MUST_CHECK;

EVENTLET_API int eventlet_shutdown(eventlet_socket *s, int how);
/* Both ways; not-connected, bad descriptor and not-a-socket are ignored.
 * Spec      socket.24 */
EVENTLET_API int eventlet_shutdown_safe(eventlet_socket *s);

EVENTLET_API int eventlet_getpeername(eventlet_socket *s,
                                      struct eventlet_addr *addr);
EVENTLET_API int eventlet_getsockname(eventlet_socket *s,
                                      struct eventlet_addr *addr);
EVENTLET_API int eventlet_getsockopt(eventlet_socket *s, int level, int name,
                                     void *value, socklen_t *len);
EVENTLET_API int eventlet_setsockopt(eventlet_socket *s, int level, int name,
                                     const void *value, socklen_t len);

/* Seconds for each operation: EVENTLET_NEVER none (default), 0 non-blocking.
 * Returns   -EINVAL for a negative number or none at all.
 * Spec      socket.23 socket.25 */
EVENTLET_API int eventlet_settimeout(eventlet_socket *s, double seconds);
EVENTLET_API double eventlet_gettimeout(const eventlet_socket *s);
EVENTLET_API int eventlet_setblocking(eventlet_socket *s, bool blocking);

/* What new sockets start with, in this process; EVENTLET_NEVER at first.
 * socket.setdefaulttimeout.
 * Spec      socket.11 socket.26 */
EVENTLET_API int eventlet_setdefaulttimeout(double seconds);
EVENTLET_API double eventlet_getdefaulttimeout(void);

EVENTLET_API int eventlet_fileno(const eventlet_socket *s); /* or -EBADF */
EVENTLET_API int eventlet_socket_family(const eventlet_socket *s);
EVENTLET_API int eventlet_socket_type(const eventlet_socket *s);
EVENTLET_API int eventlet_socket_proto(const eventlet_socket *s);

/* Sets O_NONBLOCK, with no system call more than needed.
 * Spec      socket.33 */
EVENTLET_API int eventlet_set_nonblocking(int fd);

EVENTLET_DECLS_END

#endif
