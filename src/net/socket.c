/* SPDX-License-Identifier: MIT */
/* Green sockets: how they come, wait and go. */
#include "net/socket.h"

#include "base/mem.h"
#include "base/sys.h"
#include "core/hub.h"
#include "eventlet/errors.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <string.h>

/* How long a nap is. Short beside what a person notices, long beside what it
 * costs to look again. */
static const double nap_seconds = 0.02;

static _Atomic double default_timeout = EVENTLET_NEVER;

/* ---- coming ---- */

static bool is_tcp(int family, int type, int protocol)
{
    return (family == AF_INET || family == AF_INET6) && type == SOCK_STREAM &&
           (protocol == 0 || protocol == IPPROTO_TCP);
}

int eventlet__socket_make(eventlet_socket **s, size_t size, int fd, int family,
                          int type, int protocol)
{
    eventlet_socket *made;
    eventlet_hub *hub;
    int rc = eventlet__hub_get(&hub);

    assert(size >= sizeof *made);
    if (rc < 0)
        return rc;
    made = eventlet__alloc(size);
    if (!made)
        return -ENOMEM;
    made->fd = fd;
    made->life = eventlet__fd_life();
    made->users = made->refs = 1;
    made->timeout =
        atomic_load_explicit(&default_timeout, memory_order_relaxed);
    made->family = family;
    made->type = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
    made->protocol = protocol;
    made->tcp = is_tcp(family, made->type, protocol);
    EVENTLET__BORN(sockets);
    /* Whoever waits on what had this number before, behind our back, is told;
     * and a trampoline on this number will mean this socket. */
    (void)eventlet__fd(fd, made->life);
    *s = made;
    return 0;
}

/* As make, but fd, which is ours, is closed if it fails. */
static int make_or_close(eventlet_socket **s, int fd, int family, int type,
                         int protocol)
{
    int rc = eventlet__socket_make(s, sizeof **s, fd, family, type, protocol);

    if (rc < 0)
        eventlet__sys_close(fd);
    return rc;
}

int eventlet_socket_new(eventlet_socket **s, int family, int type, int protocol)
{
    int fd = eventlet__sys_socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC,
                                  protocol);

    if (fd < 0)
        return -errno;
    return make_or_close(s, fd, family, type, protocol);
}

/* One of the numbers that describe fd, or -errno. */
static int describe(int fd, int name)
{
    int value;
    socklen_t len = sizeof value;

    if (eventlet__sys_getsockopt(fd, SOL_SOCKET, name, &value, &len) < 0)
        return -errno;
    return value;
}

int eventlet_socket_wrap_raw(eventlet_socket **s, int fd)
{
    int family = describe(fd, SO_DOMAIN);
    int type = family < 0 ? family : describe(fd, SO_TYPE);
    int protocol = type < 0 ? type : describe(fd, SO_PROTOCOL);
    int rc;

    if (protocol < 0)
        return protocol;
    rc = eventlet__socket_make(s, sizeof **s, fd, family, type, protocol);
    if (rc == 0)
        (*s)->shared = true; /* who knows where else it is open */
    return rc;
}

int eventlet_socket_wrap(eventlet_socket **s, int fd)
{
    int rc = eventlet_set_nonblocking(fd);

    return rc < 0 ? rc : eventlet_socket_wrap_raw(s, fd);
}

int eventlet_socketpair(eventlet_socket *pair[2], int family, int type,
                        int protocol)
{
    eventlet_socket *made[2];
    int fds[2];
    int rc;

    if (eventlet__sys_socketpair(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC,
                                 protocol, fds) < 0)
        return -errno;
    rc = make_or_close(&made[0], fds[0], family, type, protocol);
    if (rc < 0)
        goto out;
    rc = make_or_close(&made[1], fds[1], family, type, protocol);
    if (rc < 0) {
        eventlet_close(made[0]);
        return rc;
    }
    memcpy(pair, made, sizeof made);
    return 0;
out:
    eventlet__sys_close(fds[1]);
    return rc;
}

int eventlet_dup(eventlet_socket **copy, eventlet_socket *s)
{
    int fd, rc;

    if (s->fd < 0)
        return -EBADF;
    fd = eventlet__sys_fcntl(s->fd, F_DUPFD_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    rc = make_or_close(copy, fd, s->family, s->type, s->protocol);
    if (rc < 0)
        return rc;
    (*copy)->timeout = s->timeout;
    (*copy)->shared = s->shared = true;
    return 0;
}

int eventlet_set_nonblocking(int fd)
{
    int flags = eventlet__sys_fcntl(fd, F_GETFL, 0);

    if (flags < 0)
        return -errno;
    if (flags & O_NONBLOCK)
        return 0;
    if (eventlet__sys_fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
        return -errno;
    return 0;
}

/* ---- waiting ---- */

void eventlet__socket_ref(eventlet_socket *s)
{
    s->refs++;
}

void eventlet__socket_unref(eventlet_socket *s)
{
    if (--s->refs)
        return;
    EVENTLET__DIED(sockets);
    eventlet__free(s);
}

/* Seconds until the deadline, which is set when a call waits first. */
static double time_left(const eventlet_socket *s, double *until)
{
    double now;

    if (s->timeout == EVENTLET_NEVER)
        return EVENTLET_NEVER;
    now = eventlet_hub_clock(eventlet__hub);
    if (*until == 0)
        *until = now + s->timeout;
    return *until > now ? *until - now : 0;
}

/* Ends a wait that gave rc: s is only there for certain if that is 0. */
static int waited(eventlet_socket *s, int rc)
{
    if (rc == 0 && s->fd < 0)
        rc = EVENTLET_CLOSED;
    eventlet__socket_unref(s);
    return rc;
}

/* The hub knows the descriptor as this socket's, or else somebody closed it
 * behind our back: the number may be a stranger's by now, and is not ours to
 * close any more. */
void eventlet__socket_forget(eventlet_socket *s)
{
    const eventlet_hub *hub = eventlet__hub;

    if (s->fd < 0 || s->fd >= hub->fds_len || hub->fds[s->fd].life != s->life)
        s->fd = -1;
}

int eventlet__socket_wait(eventlet_socket *s, enum eventlet_interest what,
                          double *until)
{
    int rc;

    if (s->timeout == 0)
        return -EAGAIN;
    eventlet__socket_ref(s);
    rc = eventlet__fd_wait(s->fd, s->life, what, time_left(s, until),
                           EVENTLET_SOCKET_TIMEOUT);
    if (rc == EVENTLET_CLOSED)
        eventlet__socket_forget(s);
    return waited(s, rc);
}

int eventlet__socket_nap(eventlet_socket *s, double *until)
{
    double left;

    if (s->timeout == 0)
        return -EAGAIN;
    left = time_left(s, until);
    if (left <= 0)
        return EVENTLET_SOCKET_TIMEOUT;
    eventlet__socket_ref(s);
    return waited(s, eventlet_sleep(left < nap_seconds ? left : nap_seconds));
}

/* ---- going ---- */

/* Those who wait are told before the number is free for others. */
static int close_descriptor(eventlet_socket *s)
{
    int fd = s->fd;

    s->fd = -1;
    eventlet__fd_closing(fd, s->life, s->shared);
    /* Interrupted or not, the number is free: trying again would hit whoever
     * has it by then. */
    return eventlet__sys_close(fd) < 0 && errno != EINTR ? -errno : 0;
}

void eventlet__socket_hold(eventlet_socket *s)
{
    s->users++;
    eventlet__socket_ref(s);
}

int eventlet__socket_drop(eventlet_socket *s)
{
    int rc = 0;

    assert(s->users > 0);
    if (--s->users == 0 && s->fd >= 0)
        rc = close_descriptor(s);
    eventlet__socket_unref(s);
    return rc;
}

int eventlet_close(eventlet_socket *s)
{
    return s ? eventlet__socket_drop(s) : 0;
}

int eventlet_socket_close_fd(eventlet_socket *s)
{
    return s->fd < 0 ? -EBADF : close_descriptor(s);
}

/* ---- timeouts ---- */

/* Not negative, and a number. */
static bool is_timeout(double seconds)
{
    return seconds >= 0;
}

int eventlet_settimeout(eventlet_socket *s, double seconds)
{
    if (!is_timeout(seconds))
        return -EINVAL;
    s->timeout = seconds;
    return 0;
}

double eventlet_gettimeout(const eventlet_socket *s)
{
    return s->timeout;
}

int eventlet_setblocking(eventlet_socket *s, bool blocking)
{
    return eventlet_settimeout(s, blocking ? EVENTLET_NEVER : 0);
}

int eventlet_setdefaulttimeout(double seconds)
{
    if (!is_timeout(seconds))
        return -EINVAL;
    atomic_store_explicit(&default_timeout, seconds, memory_order_relaxed);
    return 0;
}

double eventlet_getdefaulttimeout(void)
{
    return atomic_load_explicit(&default_timeout, memory_order_relaxed);
}
