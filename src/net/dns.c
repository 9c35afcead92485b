/* SPDX-License-Identifier: MIT */
/* Names to addresses: numbers, the hosts file, and then name servers.
 *
 * A lookup belongs to two: who waits for it, and c-ares, which calls back
 * exactly once, be it years later. Whoever comes last frees it. */
#include "eventlet/dns.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "core/greenthread.h"
#include "core/timeout.h"
#include "eventlet/errors.h"
#include "net/dns_resolver.h"
#include "net/hosts.h"

#define DEFAULT_SECONDS 30.0

struct lookup {
    struct eventlet__resolver *resolver;
    eventlet_greenthread *gt; /* who waits; NULL: nobody any more */
    unsigned refs;
    bool done;
    int status;                /* c-ares' */
    struct eventlet_addr *out; /* the caller's, while it waits */
    size_t room;
    size_t found;
    int family;
    char *host; /* for names: the caller's buffers */
    size_t host_size;
    char *service;
    size_t service_size;
};

static struct lookup *lookup_new(struct eventlet__resolver *r)
{
    struct lookup *l = eventlet__alloc(sizeof *l);

    if (!l)
        return NULL;
    l->resolver = r;
    l->gt = eventlet__self();
    l->refs = 2;
    EVENTLET__BORN(lookups);
    return l;
}

static void lookup_unref(struct lookup *l)
{
    if (--l->refs > 0)
        return;
    EVENTLET__DIED(lookups);
    eventlet__free(l);
}

static void finished(struct lookup *l, int status)
{
    l->done = true;
    l->status = status;
    if (l->resolver->orphan)
        l->refs = 1; /* who waited is in the parent process only */
    else if (l->gt)
        eventlet__wake(l->gt);
    lookup_unref(l);
}

/* Waits for c-ares to call back; when it does not, or something is thrown,
 * the answer will find nobody there. */
static int await(struct lookup *l, double seconds)
{
    struct eventlet_timeout t;
    int rc = eventlet_timeout_start_code(&t, seconds, EVENTLET_DNS_AGAIN);

    while (rc == 0 && !l->done)
        rc = eventlet__park();
    eventlet_timeout_cancel(&t);
    l->gt = NULL;
    if (rc == 0)
        rc = eventlet__dns_code(l->status);
    return rc;
}

/* ---- names to addresses ---- */

static void add_address(struct lookup *l, const struct ares_addrinfo_node *n)
{
    struct eventlet_addr *to;

    /* A server may put into its answer what nobody asked for. */
    if (l->family != AF_UNSPEC && n->ai_family != l->family)
        return;
    if (l->found++ >= l->room || n->ai_addrlen > sizeof to->storage)
        return;
    to = &l->out[l->found - 1];
    memset(to, 0, sizeof *to);
    memcpy(&to->storage, n->ai_addr, n->ai_addrlen);
    to->len = n->ai_addrlen;
}

static void got_addresses(void *arg, int status, int timeouts,
                          struct ares_addrinfo *result)
{
    struct lookup *l = arg;

    (void)timeouts;
    for (struct ares_addrinfo_node *n = result ? result->nodes : NULL;
         n && l->gt; n = n->ai_next)
        add_address(l, n);
    ares_freeaddrinfo(result);
    finished(l, status);
}

static int ask(struct eventlet_addr *out, size_t room, const char *host,
               int family, double seconds)
{
    struct ares_addrinfo_hints hints = { .ai_family = family,
                                         .ai_socktype = SOCK_STREAM };
    struct eventlet__resolver *r;
    struct lookup *l;
    int rc;

    if (!eventlet__self())
        return EVENTLET_IN_HUB;
    rc = eventlet__resolver_get(&r);
    if (rc < 0)
        return rc;
    l = lookup_new(r);
    if (!l)
        return -ENOMEM;
    l->out = out;
    l->room = room;
    l->family = family;
    ares_getaddrinfo(r->channel, host, NULL, &hints, got_addresses, l);
    if (!l->done)
        rc = eventlet__resolver_appointment(r);
    if (rc == 0)
        rc = await(l, seconds);
    l->gt = NULL;
    if (rc == 0)
        rc = l->found ? (int)l->found : EVENTLET_NO_DATA;
    lookup_unref(l);
    return rc;
}

static void set_port(struct eventlet_addr *addr, int port)
{
    if (addr->sa.sa_family == AF_INET)
        addr->in.sin_port = htons((uint16_t)port);
    else
        addr->in6.sin6_port = htons((uint16_t)port);
}

/* "localhost", and what ends in it. */
static bool is_localhost(const char *host)
{
    static const char name[] = "localhost";
    size_t len = strlen(host), want = sizeof name - 1;

    if (len > 0 && host[len - 1] == '.')
        len--;
    if (len < want || strncasecmp(host + len - want, name, want) != 0)
        return false;
    return len == want || host[len - want - 1] == '.';
}

/* What every machine knows of itself, whatever its hosts file says. */
static int localhost(struct eventlet_addr *out, size_t room, int family)
{
    static const char *const self[] = { "127.0.0.1", "::1" };
    struct eventlet_addr addr;
    int found = 0;

    for (int i = 0; i < 2; i++) {
        if (eventlet_addr_numeric(&addr, self[i], 0, family) < 0)
            continue;
        if ((size_t)found++ < room)
            out[found - 1] = addr;
    }
    return found;
}

/* Without asking: numbers, the hosts file, ourselves. */
static int known(struct eventlet_addr *out, size_t room, const char *host,
                 int port, int family)
{
    struct eventlet_addr numeric;
    char path[512];
    int rc;

    if (!host)
        return localhost(out, room, family);
    rc = eventlet_addr_numeric(&numeric, host, port, family);
    if (rc != EVENTLET_NO_NAME) {
        if (rc == 0 && room > 0)
            out[0] = numeric;
        return rc < 0 ? rc : 1;
    }
    eventlet__dns_hosts_path(path, sizeof path);
    rc = eventlet__hosts_lookup(out, room, path, host, family);
    if (rc == EVENTLET_NO_NAME && is_localhost(host))
        rc = localhost(out, room, family);
    return rc;
}

static int check(const char *host, int port, int family)
{
    if (family != AF_UNSPEC && family != AF_INET && family != AF_INET6)
        return -EAFNOSUPPORT;
    if (port == -1 && host)
        return 0; /* host is a path */
    return port < 0 || port > 65535 ? EVENTLET_BAD_ADDRESS : 0;
}

int eventlet_getaddrinfo(struct eventlet_addr *out, size_t room,
                         const char *host, int port,
                         const struct eventlet_resolve_opts *opts)
{
    int family = opts ? opts->family : AF_UNSPEC;
    double seconds =
        opts && opts->seconds > 0 ? opts->seconds : DEFAULT_SECONDS;
    int rc = check(host, port, family);

    if (rc == 0)
        rc = known(out, room, host, port, family);
    if (rc == EVENTLET_NO_NAME)
        rc = ask(out, room, host, family, seconds);
    for (int i = 0; i < rc && i < (int)room; i++)
        if (out[i].sa.sa_family != AF_UNIX)
            set_port(&out[i], port);
    return rc;
}

int eventlet_gethostbyname(char *buf, size_t size, const char *host)
{
    struct eventlet_resolve_opts opts = { .family = AF_INET };
    struct eventlet_addr addr;
    int rc = eventlet_getaddrinfo(&addr, 1, host, 0, &opts);

    if (rc < 0)
        return rc;
    if (!inet_ntop(AF_INET, &addr.in.sin_addr, buf, (socklen_t)size))
        return -errno;
    return 0;
}

/* ---- addresses to names ---- */

static void copy(char *to, size_t size, const char *from)
{
    if (to && size > 0)
        snprintf(to, size, "%s", from ? from : "");
}

static void got_name(void *arg, int status, int timeouts, char *node,
                     char *service)
{
    struct lookup *l = arg;

    (void)timeouts;
    if (l->gt && status == ARES_SUCCESS) {
        copy(l->host, l->host_size, node);
        copy(l->service, l->service_size, service);
    }
    finished(l, status);
}

static bool is_loopback(const struct eventlet_addr *addr)
{
    if (addr->sa.sa_family == AF_INET)
        return addr->in.sin_addr.s_addr == htonl(INADDR_LOOPBACK);
    return addr->sa.sa_family == AF_INET6 &&
           IN6_IS_ADDR_LOOPBACK(&addr->in6.sin6_addr);
}

static int ares_flags(int flags)
{
    return ARES_NI_LOOKUPHOST | ARES_NI_LOOKUPSERVICE |
           (flags & NI_NUMERICHOST ? ARES_NI_NUMERICHOST : 0) |
           (flags & NI_NUMERICSERV ? ARES_NI_NUMERICSERV : 0) |
           (flags & NI_NAMEREQD ? ARES_NI_NAMEREQD : 0) |
           (flags & NI_DGRAM ? ARES_NI_DGRAM : 0);
}

/* The host's name without asking: by the hosts file, or it is ourselves. What
 * is found needs no looking up any more, so *flags change. */
static int known_name(const struct eventlet_addr *addr, char *host, size_t size,
                      int *flags)
{
    char path[512];
    int rc = EVENTLET_NO_NAME;

    if (*flags & NI_NUMERICHOST)
        return 0;
    eventlet__dns_hosts_path(path, sizeof path);
    rc = eventlet__hosts_name(host, size, path, addr);
    if (rc == EVENTLET_NO_NAME && is_loopback(addr)) {
        copy(host, size, "localhost");
        rc = 0;
    }
    if (rc == 0)
        *flags = (*flags | NI_NUMERICHOST) & ~NI_NAMEREQD;
    return rc == EVENTLET_NO_NAME ? 0 : rc;
}

static int ask_name(struct lookup *l, const struct eventlet_addr *addr,
                    int flags)
{
    struct eventlet__resolver *r = l->resolver;
    int rc = 0;

    ares_getnameinfo(r->channel, &addr->sa, addr->len, ares_flags(flags),
                     got_name, l);
    if (!l->done)
        rc = eventlet__resolver_appointment(r);
    return rc == 0 ? await(l, DEFAULT_SECONDS) : rc;
}

int eventlet_getnameinfo(const struct eventlet_addr *addr, char *host,
                         size_t host_size, char *service, size_t service_size,
                         int flags)
{
    struct eventlet__resolver *r;
    const int before = flags;
    struct lookup *l;
    int rc;

    if (!eventlet__self())
        return EVENTLET_IN_HUB;
    rc = known_name(addr, host, host_size, &flags);
    if (rc == 0)
        rc = eventlet__resolver_get(&r);
    if (rc < 0)
        return rc;
    l = lookup_new(r);
    if (!l)
        return -ENOMEM;
    l->host = flags == before ? host : NULL;
    l->host_size = host_size;
    l->service = service;
    l->service_size = service_size;
    rc = ask_name(l, addr, flags);
    l->gt = NULL;
    lookup_unref(l);
    return rc;
}
