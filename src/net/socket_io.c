/* SPDX-License-Identifier: MIT */
/* Green sockets: the calls that wait.
 *
 * Each tries first and waits only when the system says so. How that saves a
 * system call: the hub remembers for every descriptor whether trying is worth
 * it. A call that got EAGAIN clears the mark, the next event sets it; and on a
 * byte stream a read that got less than it asked for has drained the socket (a
 * write that went short has filled it), so the mark goes without asking again.
 * Not where the peer has hung up or urgent data lies in between: then the event
 * has come and no further one will. */
#include "net/socket.h"

#include "base/sys.h"
#include "eventlet/errors.h"

#include <errno.h>

/* One call's arguments, whichever of the kin it is. */
struct call {
    void *buf;
    const void *data;
    size_t len;
    int flags;
    size_t whole; /* a smaller result means drained, or full; 0: none does */
    struct eventlet_addr *from;
    const struct eventlet_addr *to;
    struct msghdr *msg;
    const struct msghdr *out;
    int ended; /* which error it was that counts as the end */
};

/* Makes the system call once: a result, or -1 and errno. */
typedef ssize_t once_fn(int fd, struct call *call);

/* Whether nothing will tell when it is worth trying again. The system calls a
 * socket that was never connected readable, for ever; and a datagram to a unix
 * socket waits for the room of somebody else, not its own. */
static bool has_no_event(const eventlet_socket *s, enum eventlet_interest what,
                         int error)
{
    if (what == EVENTLET_READ)
        return error == ENOTCONN;
    return s->family == AF_UNIX && s->type == SOCK_DGRAM;
}

/* Waits because of `error`; then it is worth trying again. */
static int wait_for(eventlet_socket *s, enum eventlet_interest what,
                    struct eventlet__fd *fd, int error, double *until)
{
    if (has_no_event(s, what, error))
        return eventlet__socket_nap(s, until);
    fd->ready &= (uint8_t)~what;
    return eventlet__socket_wait(s, what, until);
}

/* Not connected is worth waiting for by a reader: somebody may be connecting
 * at the moment, and if not, a timeout can end it. */
static bool may_pass(const eventlet_socket *s, enum eventlet_interest what,
                     int error)
{
    return error == EAGAIN ||
           (error == ENOTCONN && what == EVENTLET_READ && s->timeout != 0);
}

/* The usual loop. Inlined into each caller: `once` is then a direct call. */
static inline __attribute__((always_inline)) ssize_t until_done(
    eventlet_socket *s, enum eventlet_interest what, once_fn *once,
    struct call *call)
{
    double until = 0;
    int rc;

    if (s->fd < 0)
        return -EBADF;
    do {
        struct eventlet__fd *fd = eventlet__fd(s->fd, s->life);
        int error = EAGAIN;

        if (!fd)
            return -ENOMEM;
        /* Who does not wait is not told by the hub either. */
        if (fd->ready & what || s->timeout == 0) {
            ssize_t n = once(s->fd, call);

            if (n >= 0) {
                if (n > 0 && (size_t)n < call->whole && s->tcp && !fd->sticky)
                    fd->ready &= (uint8_t)~what;
                return n;
            }
            error = errno;
            if (!may_pass(s, what, error))
                return -error;
        }
        rc = wait_for(s, what, fd, error, &until);
    } while (rc == 0);
    return rc;
}

/* ---- accepting ---- */

/* A client that gave up between arriving and being accepted, in one of the
 * ways in which Linux says so here. */
static bool client_gone(int error)
{
    return error == ECONNABORTED || error == EPROTO || error == ENETDOWN ||
           error == ENOPROTOOPT || error == EHOSTDOWN || error == ENONET ||
           error == EHOSTUNREACH || error == ENETUNREACH;
}

static ssize_t accept_once(int fd, struct call *call)
{
    struct eventlet_addr *addr = call->from;
    socklen_t len = sizeof addr->storage;
    int client;

    do
        client = eventlet__sys_accept4(fd, addr ? &addr->sa : NULL,
                                       addr ? &len : NULL,
                                       SOCK_NONBLOCK | SOCK_CLOEXEC);
    while (client < 0 && (errno == EINTR || client_gone(errno)));
    if (client >= 0 && addr)
        addr->len = len;
    return client;
}

int eventlet__socket_accept(eventlet_socket **client, size_t size,
                            eventlet_socket *s, struct eventlet_addr *addr)
{
    struct call call = { .from = addr };
    int family = s->family, type = s->type, protocol = s->protocol;
    int fd = (int)until_done(s, EVENTLET_READ, accept_once, &call);
    int rc;

    if (fd < 0)
        return fd;
    rc = eventlet__socket_make(client, size, fd, family, type, protocol);
    if (rc < 0)
        eventlet__sys_close(fd);
    return rc;
}

int eventlet_accept(eventlet_socket **client, eventlet_socket *s,
                    struct eventlet_addr *addr)
{
    return eventlet__socket_accept(client, sizeof **client, s, addr);
}

/* ---- receiving ---- */

/* With these a short result says nothing about what is left. */
static const int not_draining =
    MSG_PEEK | MSG_WAITALL | MSG_OOB | MSG_TRUNC | MSG_ERRQUEUE;

static size_t whole(size_t len, int flags)
{
    return flags & not_draining ? 0 : len;
}

static bool is_end(int error)
{
    return error == ECONNRESET || error == ESHUTDOWN || error == EPIPE;
}

/* Asking for no bytes succeeds at once; what the caller wants is to wait until
 * there are some. */
static bool nothing_there(int fd, const struct call *call)
{
    char byte;

    return call->len == 0 && !(call->flags & MSG_ERRQUEUE) &&
           eventlet__sys_recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0;
}

/* MSG_DONTWAIT costs nothing and keeps a descriptor that somebody else made
 * blocking from stopping the whole hub. */
static ssize_t receive(int fd, struct call *call)
{
    int flags = call->flags | MSG_DONTWAIT;

    if (nothing_there(fd, call))
        return -1;
    if (call->msg)
        return eventlet__sys_recvmsg(fd, call->msg, flags);
    if (call->from) {
        socklen_t len = sizeof call->from->storage;
        ssize_t n = eventlet__sys_recvfrom(fd, call->buf, call->len, flags,
                                           &call->from->sa, &len);

        if (n >= 0)
            call->from->len = len;
        return n;
    }
    return eventlet__sys_recv(fd, call->buf, call->len, flags);
}

static ssize_t receive_once(int fd, struct call *call)
{
    ssize_t n;

    do
        n = receive(fd, call);
    while (n < 0 && errno == EINTR);
    if (n >= 0 || !is_end(errno))
        return n;
    call->ended = -errno;
    return 0;
}

static inline ssize_t receive_all_kinds(eventlet_socket *s, struct call *call)
{
    ssize_t n = until_done(s, EVENTLET_READ, receive_once, call);

    if (n == 0)
        s->ended = call->ended;
    return n;
}

ssize_t eventlet_recv(eventlet_socket *s, void *buf, size_t len)
{
    struct call call = { .buf = buf, .len = len, .whole = len };

    return receive_all_kinds(s, &call);
}

ssize_t eventlet_recv_flags(eventlet_socket *s, void *buf, size_t len,
                            int flags)
{
    struct call call = {
        .buf = buf, .len = len, .flags = flags, .whole = whole(len, flags)
    };

    return receive_all_kinds(s, &call);
}

ssize_t eventlet_recvfrom(eventlet_socket *s, void *buf, size_t len, int flags,
                          struct eventlet_addr *from)
{
    struct call call = { .buf = buf,
                         .len = len,
                         .flags = flags,
                         .whole = whole(len, flags),
                         .from = from };

    return receive_all_kinds(s, &call);
}

static size_t total_len(const struct msghdr *msg)
{
    size_t len = 0;

    for (size_t i = 0; i < msg->msg_iovlen; i++)
        len += msg->msg_iov[i].iov_len;
    return len;
}

ssize_t eventlet_recvmsg(eventlet_socket *s, struct msghdr *msg, int flags)
{
    size_t len = total_len(msg);
    struct call call = {
        .msg = msg, .len = len, .flags = flags, .whole = whole(len, flags)
    };

    return receive_all_kinds(s, &call);
}

/* ---- sending ---- */

static ssize_t submit(int fd, const struct call *call)
{
    int flags = call->flags | MSG_DONTWAIT | MSG_NOSIGNAL;

    if (call->out)
        return eventlet__sys_sendmsg(fd, call->out, flags);
    if (call->to)
        return eventlet__sys_sendto(fd, call->data, call->len, flags,
                                    &call->to->sa, call->to->len);
    return eventlet__sys_send(fd, call->data, call->len, flags);
}

static ssize_t send_once(int fd, struct call *call)
{
    ssize_t n;

    do
        n = submit(fd, call);
    while (n < 0 && errno == EINTR);
    return n;
}

ssize_t eventlet_send_flags(eventlet_socket *s, const void *buf, size_t len,
                            int flags)
{
    struct call call = {
        .data = buf, .len = len, .flags = flags, .whole = whole(len, flags)
    };

    return until_done(s, EVENTLET_WRITE, send_once, &call);
}

ssize_t eventlet_send(eventlet_socket *s, const void *buf, size_t len)
{
    return eventlet_send_flags(s, buf, len, 0);
}

/* Even nothing is sent once: it is an empty datagram. */
int eventlet_sendall_count(eventlet_socket *s, const void *buf, size_t len,
                           int flags, size_t *sent)
{
    *sent = 0;
    do {
        ssize_t n = eventlet_send_flags(s, (const char *)buf + *sent,
                                        len - *sent, flags);

        if (n < 0)
            return (int)n;
        *sent += (size_t)n;
    } while (*sent < len);
    return 0;
}

int eventlet_sendall(eventlet_socket *s, const void *buf, size_t len)
{
    size_t sent;

    return eventlet_sendall_count(s, buf, len, 0, &sent);
}

ssize_t eventlet_sendto(eventlet_socket *s, const void *buf, size_t len,
                        int flags, const struct eventlet_addr *to)
{
    struct call call = { .data = buf, .len = len, .flags = flags, .to = to };

    return until_done(s, EVENTLET_WRITE, send_once, &call);
}

ssize_t eventlet_sendmsg(eventlet_socket *s, const struct msghdr *msg,
                         int flags)
{
    struct call call = { .out = msg, .flags = flags };

    return until_done(s, EVENTLET_WRITE, send_once, &call);
}
