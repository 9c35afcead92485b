/* SPDX-License-Identifier: MIT */
/* connect and listen: sockets in one call each. */
#include "eventlet/convenience.h"

#include "base/log.h"
#include "base/sys.h"
#include "eventlet/dns.h"
#include "eventlet/errors.h"
#include "eventlet/timeout.h"

#include <errno.h>

enum {
    ADDRESSES = 16, /* of one name, as many as are tried */
    DEFAULT_BACKLOG = 50,
};

/* Fills out[] with the addresses of a name, a number or a path. Returns how
 * many, or why there are none. */
static int resolve(struct eventlet_addr *out, size_t room, const char *host,
                   int port, int family)
{
    struct eventlet_resolve_opts opts = { .family = family };
    int rc = host ? eventlet_addr_numeric(out, host, port, family)
                  : EVENTLET_NO_NAME;

    if (rc != EVENTLET_NO_NAME)
        return rc < 0 ? rc : 1;
    rc = eventlet_getaddrinfo(out, room, host, port, &opts);
    return rc > (int)room ? (int)room : rc;
}

/* ---- connect ---- */

static const struct eventlet_connect_opts connect_default;

/* Gives s the local address that was asked for, if one was. */
static int bind_local(eventlet_socket *s,
                      const struct eventlet_connect_opts *opts)
{
    struct eventlet_addr local;
    int rc;

    if (!opts->bind && !opts->bind_port)
        return 0;
    rc = resolve(&local, 1, opts->bind ? opts->bind : "", opts->bind_port,
                 eventlet_socket_family(s));
    return rc < 0 ? rc : eventlet_bind(s, &local);
}

static int connect_one(eventlet_socket **s, const struct eventlet_addr *addr,
                       const struct eventlet_connect_opts *opts)
{
    eventlet_socket *made;
    int rc = eventlet_socket_new(&made, addr->sa.sa_family, SOCK_STREAM, 0);

    if (rc < 0)
        return rc;
    rc = bind_local(made, opts);
    if (rc == 0)
        rc = eventlet_socket_connect(made, addr);
    if (rc == 0)
        *s = made;
    else
        eventlet_close(made);
    return rc;
}

/* Whether it is this address that failed, and the next may do better. What was
 * thrown is not about addresses. */
static bool is_about_address(int code)
{
    const int errno_max = 4095;

    return (code < 0 && code >= -errno_max) || code == EVENTLET_SOCKET_TIMEOUT;
}

static int connect_any(eventlet_socket **s, const struct eventlet_addr *addrs,
                       int n, const struct eventlet_connect_opts *opts)
{
    int rc = EVENTLET_NO_DATA;

    for (int i = 0; i < n; i++) {
        rc = connect_one(s, &addrs[i], opts);
        if (!is_about_address(rc))
            break;
    }
    return rc;
}

static int connect_name(eventlet_socket **s, const char *host, int port,
                        const struct eventlet_connect_opts *opts)
{
    struct eventlet_addr addrs[ADDRESSES];
    int n = resolve(addrs, ADDRESSES, host, port, opts->family);

    return n < 0 ? n : connect_any(s, addrs, n, opts);
}

int eventlet_connect(eventlet_socket **s, const char *host, int port,
                     const struct eventlet_connect_opts *opts)
{
    struct eventlet_timeout t;
    int rc;

    if (!opts || !opts->seconds)
        return connect_name(s, host, port, opts ? opts : &connect_default);
    rc = eventlet_timeout_start(&t, opts->seconds);
    if (rc == 0)
        rc = connect_name(s, host, port, opts);
    eventlet_timeout_cancel(&t);
    return rc;
}

int eventlet_connect_addr(eventlet_socket **s, const struct eventlet_addr *addr,
                          const struct eventlet_connect_opts *opts)
{
    struct eventlet_timeout t;
    int rc;

    if (!opts || !opts->seconds)
        return connect_one(s, addr, opts ? opts : &connect_default);
    rc = eventlet_timeout_start(&t, opts->seconds);
    if (rc == 0)
        rc = connect_one(s, addr, opts);
    eventlet_timeout_cancel(&t);
    return rc;
}

/* ---- listen ---- */

static const struct eventlet_listen_opts listen_default;

static int switch_on(eventlet_socket *s, int option)
{
    const int on = 1;

    return eventlet_setsockopt(s, SOL_SOCKET, option, &on, sizeof on);
}

/* With a port that the system chooses, sharing would let it choose one that
 * somebody listens on already. */
static int share_port(eventlet_socket *s, const struct eventlet_addr *addr,
                      enum eventlet_choice choice)
{
    int rc;

    if (choice == EVENTLET_NO)
        return 0;
    if (eventlet_addr_port(addr) <= 0 && choice == EVENTLET_DEFAULT)
        return 0;
    if (eventlet_addr_port(addr) == 0) {
        eventlet__log(EVENTLET_WARNING,
                      "listen: reuse_port is ignored with port 0, which may "
                      "be given out twice");
        return 0;
    }
    rc = switch_on(s, SO_REUSEPORT);
    if (rc != -EINVAL && rc != -ENOPROTOOPT && rc != -EOPNOTSUPP)
        return rc;
    eventlet__log(EVENTLET_WARNING, "listen: reuse_port is not available here");
    return 0;
}

static int prepare(eventlet_socket *s, const struct eventlet_addr *addr,
                   const struct eventlet_listen_opts *opts)
{
    int rc = 0;

    if (addr->sa.sa_family != AF_UNIX && opts->reuse_addr != EVENTLET_NO)
        rc = switch_on(s, SO_REUSEADDR);
    if (rc == 0)
        rc = share_port(s, addr, opts->reuse_port);
    if (rc == 0)
        rc = eventlet_bind(s, addr);
    if (rc < 0)
        return rc;
    return eventlet_socket_listen(s, opts->backlog ? opts->backlog
                                                   : DEFAULT_BACKLOG);
}

static int listen_on(eventlet_socket **s, const struct eventlet_addr *addr,
                     const struct eventlet_listen_opts *opts)
{
    eventlet_socket *made;
    int rc = eventlet_socket_new(&made, addr->sa.sa_family, SOCK_STREAM, 0);

    if (rc < 0)
        return rc;
    rc = prepare(made, addr, opts);
    if (rc == 0)
        *s = made;
    else
        eventlet_close(made);
    return rc;
}

/* A name may have addresses that this machine does not speak; any other
 * failure, such as a port in use, is said of the first. */
int eventlet_listen(eventlet_socket **s, const char *host, int port,
                    const struct eventlet_listen_opts *opts)
{
    struct eventlet_addr addrs[ADDRESSES];
    int n, rc = EVENTLET_NO_DATA;

    if (!opts)
        opts = &listen_default;
    n = resolve(addrs, ADDRESSES, host, port, opts->family);
    if (n < 0)
        return n;
    for (int i = 0; i < n; i++) {
        rc = listen_on(s, &addrs[i], opts);
        if (rc != -EAFNOSUPPORT && rc != -EADDRNOTAVAIL)
            break;
    }
    return rc;
}
