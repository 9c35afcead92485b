/* SPDX-License-Identifier: MIT */
/* The hosts file: small, on a local disk, and read anew for each lookup that
 * gets so far, so that nobody has to wonder how old its contents are. */
#include "net/hosts.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "eventlet/errors.h"

#define BLANK          " \t\r\n"
#define LINE_MAX_BYTES 1024

static bool is_link_local(const struct eventlet_addr *addr)
{
    return addr->sa.sa_family == AF_INET6 &&
           IN6_IS_ADDR_LINKLOCAL(&addr->in6.sin6_addr);
}

/* Whether the rest of the line names it. */
static bool names(char *rest, const char *name)
{
    char *place;
    char *word = strtok_r(rest, BLANK, &place);

    for (; word; word = strtok_r(NULL, BLANK, &place))
        if (strcasecmp(word, name) == 0)
            return true;
    return false;
}

/* Reads one line: true if it gives the name an address. */
static bool read_line(char *line, const char *name, struct eventlet_addr *addr)
{
    char *rest;

    line[strcspn(line, "#")] = 0;
    line += strspn(line, BLANK);
    rest = line + strcspn(line, BLANK);
    if (!*rest)
        return false;
    *rest++ = 0;
    return names(rest, name) && *line &&
           eventlet_addr_numeric(addr, line, 0, AF_UNSPEC) == 0 &&
           !is_link_local(addr);
}

int eventlet__hosts_lookup(struct eventlet_addr *out, size_t room,
                           const char *path, const char *name, int family)
{
    char line[LINE_MAX_BYTES];
    struct eventlet_addr addr;
    size_t found = 0;
    bool other = false;
    FILE *file = fopen(path, "re");

    if (!file)
        return EVENTLET_NO_NAME;
    while (fgets(line, sizeof line, file)) {
        if (!read_line(line, name, &addr))
            continue;
        if (family != AF_UNSPEC && addr.sa.sa_family != family) {
            other = true;
            continue;
        }
        if (found < room)
            out[found] = addr;
        found++;
    }
    fclose(file);
    if (found)
        return (int)found;
    return other ? EVENTLET_NO_DATA : EVENTLET_NO_NAME;
}
