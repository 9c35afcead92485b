/* SPDX-License-Identifier: MIT */
/* names.c - addresses: whose they are, and who is found by them. */
#include "support/world/inside.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

static const struct sockaddr_in *v4(const struct world_name *name)
{
    return (const struct sockaddr_in *)&name->at;
}

static const struct sockaddr_in6 *v6(const struct world_name *name)
{
    return (const struct sockaddr_in6 *)&name->at;
}

static size_t least_len(int family)
{
    if (family == AF_INET)
        return sizeof(struct sockaddr_in);
    return family == AF_INET6 ? 24 : sizeof(sa_family_t);
}

int world__name(struct world_name *name, const struct world_file *f,
                const struct sockaddr *addr, socklen_t len)
{
    if (len < least_len(f->family) || len > sizeof name->at)
        return -EINVAL;
    if (addr->sa_family != f->family)
        return f->family == AF_UNIX ? -EINVAL : -EAFNOSUPPORT;
    memset(name, 0, sizeof *name);
    memcpy(&name->at, addr, len);
    name->len = len;
    return 0;
}

int world__port_of(const struct world_name *name)
{
    if (!name->len)
        return 0;
    if (name->at.ss_family == AF_INET)
        return ntohs(v4(name)->sin_port);
    return name->at.ss_family == AF_INET6 ? ntohs(v6(name)->sin6_port) : 0;
}

static void set_port(struct world_name *name, int port)
{
    if (name->at.ss_family == AF_INET)
        ((struct sockaddr_in *)&name->at)->sin_port = htons((uint16_t)port);
    else
        ((struct sockaddr_in6 *)&name->at)->sin6_port = htons((uint16_t)port);
}

static bool is_any(const struct world_name *name)
{
    if (name->at.ss_family == AF_INET)
        return v4(name)->sin_addr.s_addr == INADDR_ANY;
    return IN6_IS_ADDR_UNSPECIFIED(&v6(name)->sin6_addr);
}

static bool same_host(const struct world_name *a, const struct world_name *b)
{
    if (a->at.ss_family == AF_INET)
        return v4(a)->sin_addr.s_addr == v4(b)->sin_addr.s_addr;
    return IN6_ARE_ADDR_EQUAL(&v6(a)->sin6_addr, &v6(b)->sin6_addr);
}

/* One may stand for the other. */
bool world__same_name(const struct world_name *a, const struct world_name *b)
{
    if (!a->len || !b->len || a->at.ss_family != b->at.ss_family)
        return false;
    if (a->at.ss_family == AF_UNIX)
        return a->len == b->len && memcmp(&a->at, &b->at, a->len) == 0;
    return world__port_of(a) == world__port_of(b) &&
           (is_any(a) || is_any(b) || same_host(a, b));
}

/* ---- binding ---- */

static bool on(const struct world_file *f, int option)
{
    return world__option(f, SOL_SOCKET, option);
}

static bool may_share(const struct world_file *a, const struct world_file *b)
{
    if (a->family == AF_UNIX)
        return false;
    if (on(a, SO_REUSEPORT) && on(b, SO_REUSEPORT))
        return true;
    return on(a, SO_REUSEADDR) && on(b, SO_REUSEADDR) &&
           b->state != WORLD_LISTENING;
}

static bool is_taken(const struct world_file *f, const struct world_name *name)
{
    for (struct world_file *other = world__.files; other; other = other->next)
        if (other != f && other->bound && other->type == f->type &&
            world__same_name(&other->here, name) && !may_share(f, other))
            return true;
    return false;
}

/* Ports are handed out one after the other. */
static int hand_out_port(const struct world_file *f, struct world_name *name)
{
    for (int i = 0; i < 20000; i++) {
        world__.port = world__.port < 60000 ? world__.port + 1 : 40001;
        set_port(name, world__.port);
        if (!is_taken(f, name))
            return 0;
    }
    return -EADDRINUSE;
}

/* Linux gives a unix socket that asks for no particular name an abstract one.
 */
static void hand_out_name(struct world_name *name)
{
    struct sockaddr_un *un = (struct sockaddr_un *)&name->at;

    world__.serial++;
    for (int i = 0; i < 5; i++)
        un->sun_path[i + 1] =
            "0123456789abcdef"[world__.serial >> (4 * (4 - i)) & 15];
    name->len = sizeof(sa_family_t) + 6;
}

/* This machine has no other addresses than its own loopback ones. */
static bool is_here(const struct world_name *name)
{
    if (name->at.ss_family == AF_INET)
        return is_any(name) ||
               ntohl(v4(name)->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    if (name->at.ss_family == AF_INET6)
        return is_any(name) || IN6_IS_ADDR_LOOPBACK(&v6(name)->sin6_addr);
    return true;
}

static int bind_to(struct world_file *f, const struct world_name *name)
{
    struct world_name here = *name;
    int rc = 0;

    if (f->here.len && f->bound)
        return -EINVAL;
    if (f->family == AF_UNIX && here.len == sizeof(sa_family_t))
        hand_out_name(&here);
    else if (f->family != AF_UNIX && !world__port_of(&here))
        rc = hand_out_port(f, &here);
    if (rc == 0 && is_taken(f, &here))
        rc = -EADDRINUSE;
    if (rc < 0)
        return rc;
    f->here = here;
    f->bound = true;
    return 0;
}

int world__bind(struct world_file *f, const struct world_name *name)
{
    return is_here(name) ? bind_to(f, name) : -EADDRNOTAVAIL;
}

/* As a client that did not ask for an address: on the same host as the one that
 * it connects to. */
int world__bind_somewhere(struct world_file *f)
{
    struct world_name name = f->there;

    if (!name.len) {
        name.at.ss_family = (sa_family_t)f->family;
        name.len =
            (socklen_t)(f->family == AF_INET ? sizeof(struct sockaddr_in)
                                             : sizeof(struct sockaddr_in6));
    }
    set_port(&name, 0);
    return bind_to(f, &name);
}

/* ---- finding ---- */

/* The listener, or the datagram socket, of that name; the oldest. */
struct world_file *world__find(const struct world_name *name, int type)
{
    struct world_file *found = NULL;

    for (struct world_file *f = world__.files; f; f = f->next)
        if (f->bound && f->type == type && world__same_name(&f->here, name) &&
            (type != SOCK_STREAM || f->state == WORLD_LISTENING))
            found = f; /* the list begins with the youngest */
    return found;
}

void world__tell_name(const struct world_name *name, int family,
                      struct sockaddr *addr, socklen_t *len)
{
    struct world_name none = { .len = family == AF_UNIX ? sizeof(sa_family_t)
                                      : family == AF_INET
                                          ? sizeof(struct sockaddr_in)
                                          : sizeof(struct sockaddr_in6) };

    none.at.ss_family = (sa_family_t)family;
    if (!addr)
        return;
    if (!name->len)
        name = &none;
    memcpy(addr, &name->at, name->len < *len ? name->len : *len);
    *len = name->len;
}
