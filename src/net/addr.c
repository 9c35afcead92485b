/* SPDX-License-Identifier: MIT */
/* Addresses: IPv4, IPv6 and unix, from text and to text. */
#include "eventlet/addr.h"

#include "eventlet/errors.h"

#include <arpa/inet.h>
#include <assert.h>
#include <ctype.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PORT_MAX = 65535 };

static const char unix_prefix[] = "unix:";

/* ---- splitting ---- */

/* Copies len bytes of text as a string, if they fit and there is no NUL or
 * other control character that no address has. */
static int copy_host(char *host, size_t size, const char *text, size_t len)
{
    if (len >= size)
        return EVENTLET_BAD_ADDRESS;
    for (size_t i = 0; i < len; i++)
        if (iscntrl((unsigned char)text[i]))
            return EVENTLET_BAD_ADDRESS;
    memcpy(host, text, len);
    host[len] = '\0';
    return 0;
}

static int parse_port(const char *digits, int *port)
{
    int value = 0;

    if (!*digits)
        return EVENTLET_BAD_ADDRESS;
    for (; *digits; digits++) {
        if (!isdigit((unsigned char)*digits))
            return EVENTLET_BAD_ADDRESS;
        value = value * 10 + (*digits - '0');
        if (value > PORT_MAX)
            return EVENTLET_BAD_ADDRESS;
    }
    *port = value;
    return 0;
}

/* Where the host is in text, and where the port begins; NULL: malformed. */
static const char *find_port(const char *text, const char **host, size_t *len)
{
    const char *end;

    if (*text == '[') {
        end = strchr(text, ']');
        if (!end || end[1] != ':' || end == text + 1)
            return NULL;
        *host = text + 1;
        *len = (size_t)(end - *host);
        return end + 2;
    }
    /* A second colon would be an IPv6 address without its brackets, of which
     * nobody knows where it ends. */
    end = strchr(text, ':');
    if (!end || strpbrk(end + 1, ":]") ||
        memchr(text, ']', (size_t)(end - text)))
        return NULL;
    *host = text;
    *len = (size_t)(end - text);
    return end + 1;
}

int eventlet_addr_split(const char *text, char *host, size_t size, int *port)
{
    const size_t prefix = sizeof unix_prefix - 1;
    const char *name, *digits;
    size_t len;
    int number, rc;

    if (strncmp(text, unix_prefix, prefix) == 0) {
        len = strlen(text + prefix);
        rc = len ? copy_host(host, size, text + prefix, len)
                 : EVENTLET_BAD_ADDRESS;
        if (rc == 0)
            *port = -1;
        return rc;
    }
    digits = find_port(text, &name, &len);
    if (!digits || parse_port(digits, &number) < 0)
        return EVENTLET_BAD_ADDRESS;
    rc = copy_host(host, size, name, len);
    if (rc == 0)
        *port = number;
    return rc;
}

/* ---- from text ---- */

static int unix_address(struct eventlet_addr *out, const char *path)
{
    struct sockaddr_un un = { .sun_family = AF_UNIX };
    size_t len = strlen(path);

    if (len == 0 || len >= sizeof un.sun_path)
        return EVENTLET_BAD_ADDRESS;
    memcpy(un.sun_path, path, len);
    /* An abstract name has a length instead of an end. */
    if (path[0] == '@')
        un.sun_path[0] = '\0';
    else
        len++;
    out->un = un;
    out->len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
    return 0;
}

static int ipv4_address(struct eventlet_addr *out, const char *host, int port)
{
    struct sockaddr_in in = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)port) };

    if (*host && inet_pton(AF_INET, host, &in.sin_addr) != 1)
        return EVENTLET_NO_NAME;
    out->in = in;
    out->len = sizeof in;
    return 0;
}

/* The scope of a link-local address, the name of an interface or its number; 0:
 * there is none such. A name may begin with a digit, or be all digits. */
static uint32_t scope_of(const char *text)
{
    uint32_t index = if_nametoindex(text);
    unsigned long number;
    char *end;

    if (index || !isdigit((unsigned char)*text))
        return index;
    number = strtoul(text, &end, 10);
    return *end || number > UINT32_MAX ? 0 : (uint32_t)number;
}

static int ipv6_address(struct eventlet_addr *out, const char *host, int port)
{
    struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
                                .sin6_port = htons((uint16_t)port) };
    size_t len = strcspn(host, "%");
    char text[INET6_ADDRSTRLEN];

    if (len >= sizeof text)
        return EVENTLET_NO_NAME;
    memcpy(text, host, len);
    text[len] = '\0';
    if (*host && inet_pton(AF_INET6, text, &in6.sin6_addr) != 1)
        return EVENTLET_NO_NAME;
    if (host[len] == '%' && !(in6.sin6_scope_id = scope_of(host + len + 1)))
        return EVENTLET_NO_NAME;
    out->in6 = in6;
    out->len = sizeof in6;
    return 0;
}

int eventlet_addr_numeric(struct eventlet_addr *out, const char *host, int port,
                          int family)
{
    struct eventlet_addr other;

    if (port == -1 || family == AF_UNIX)
        return family == AF_UNIX || family == AF_UNSPEC
                   ? unix_address(out, host)
                   : EVENTLET_NO_DATA;
    if (port < 0 || port > PORT_MAX)
        return EVENTLET_BAD_ADDRESS;
    if (family != AF_INET6 && ipv4_address(out, host, port) == 0)
        return 0;
    if (family != AF_INET && ipv6_address(out, host, port) == 0)
        return 0;
    return ipv4_address(&other, host, 0) == 0 ||
                   ipv6_address(&other, host, 0) == 0
               ? EVENTLET_NO_DATA
               : EVENTLET_NO_NAME;
}

bool eventlet_is_ipv4_addr(const char *text)
{
    struct eventlet_addr addr;

    return text && *text && ipv4_address(&addr, text, 0) == 0;
}

bool eventlet_is_ipv6_addr(const char *text)
{
    struct eventlet_addr addr;

    return text && *text && ipv6_address(&addr, text, 0) == 0;
}

bool eventlet_is_ip_addr(const char *text)
{
    return eventlet_is_ipv4_addr(text) || eventlet_is_ipv6_addr(text);
}

/* ---- to text ---- */

/* The bytes of a unix address's path: an abstract one counts its leading NUL,
 * one that is bound to nothing has none. */
static size_t unix_path_len(const struct eventlet_addr *addr)
{
    const size_t before = offsetof(struct sockaddr_un, sun_path);
    size_t len = addr->len > before ? addr->len - before : 0;

    if (len > sizeof addr->un.sun_path)
        len = sizeof addr->un.sun_path;
    if (len && addr->un.sun_path[0])
        len = strnlen(addr->un.sun_path, len);
    return len;
}

static void unix_text(const struct eventlet_addr *addr, char *buf, size_t size)
{
    char path[sizeof addr->un.sun_path + 1];
    size_t len = unix_path_len(addr);

    memcpy(path, addr->un.sun_path, len);
    path[len] = '\0';
    if (len && !path[0])
        path[0] = '@';
    /* It ends up in logs: one line, whatever a file is called. */
    for (size_t i = 0; i < len; i++)
        if (iscntrl((unsigned char)path[i]))
            path[i] = '?';
    snprintf(buf, size, "%s%s", unix_prefix, path);
}

static void ipv6_text(const struct sockaddr_in6 *in6, char *buf, size_t size)
{
    char host[INET6_ADDRSTRLEN], name[IF_NAMESIZE];
    char scope[IF_NAMESIZE + 1] = "";

    inet_ntop(AF_INET6, &in6->sin6_addr, host, sizeof host);
    if (in6->sin6_scope_id && if_indextoname(in6->sin6_scope_id, name))
        snprintf(scope, sizeof scope, "%%%s", name);
    else if (in6->sin6_scope_id)
        snprintf(scope, sizeof scope, "%%%u", (unsigned)in6->sin6_scope_id);
    snprintf(buf, size, "[%s%s]:%d", host, scope, ntohs(in6->sin6_port));
}

char *eventlet_addr_str(const struct eventlet_addr *addr, char *buf,
                        size_t size)
{
    char host[INET_ADDRSTRLEN];

    if (size == 0)
        return buf;
    buf[0] = '\0';
    if (addr->len < sizeof addr->sa.sa_family)
        return buf; /* nobody said which: recvfrom on a connection */
    switch (addr->sa.sa_family) {
    case AF_INET:
        inet_ntop(AF_INET, &addr->in.sin_addr, host, sizeof host);
        snprintf(buf, size, "%s:%d", host, ntohs(addr->in.sin_port));
        break;
    case AF_INET6:
        ipv6_text(&addr->in6, buf, size);
        break;
    case AF_UNIX:
        unix_text(addr, buf, size);
        break;
    default:
        snprintf(buf, size, "family %d", addr->sa.sa_family);
    }
    return buf;
}

int eventlet_addr_port(const struct eventlet_addr *addr)
{
    switch (addr->sa.sa_family) {
    case AF_INET:
        return ntohs(addr->in.sin_port);
    case AF_INET6:
        return ntohs(addr->in6.sin6_port);
    default:
        return -1;
    }
}

bool eventlet_addr_equal(const struct eventlet_addr *a,
                         const struct eventlet_addr *b)
{
    if (a->sa.sa_family != b->sa.sa_family)
        return false;
    switch (a->sa.sa_family) {
    case AF_INET:
        return a->in.sin_port == b->in.sin_port &&
               a->in.sin_addr.s_addr == b->in.sin_addr.s_addr;
    case AF_INET6:
        return a->in6.sin6_port == b->in6.sin6_port &&
               a->in6.sin6_scope_id == b->in6.sin6_scope_id &&
               memcmp(&a->in6.sin6_addr, &b->in6.sin6_addr,
                      sizeof a->in6.sin6_addr) == 0;
    case AF_UNIX:
        return unix_path_len(a) == unix_path_len(b) &&
               memcmp(a->un.sun_path, b->un.sun_path, unix_path_len(a)) == 0;
    default:
        return a->len == b->len &&
               memcmp(&a->storage, &b->storage, a->len) == 0;
    }
}
