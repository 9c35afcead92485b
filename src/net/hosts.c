/* SPDX-License-Identifier: MIT */
/* The hosts file: small, on a local disk, and read anew for each lookup that
 * gets so far, so that nobody has to wonder how old its contents are. Linear:
 * fine for the thousand lines that a person writes. */
#include "net/hosts.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <arpa/inet.h>

#include "base/mem.h"
#include "base/sys.h"
#include "eventlet/errors.h"

#define BLANK " \t\r"

/* What is longer is no hosts file. */
#define LONGEST ((size_t)16 << 20)

/* ---- the file ---- */

/* Reads all there is. Returns the length, of what is in *text then. */
static ssize_t read_all(char **text, int fd)
{
    size_t len = 0, room = 0;
    ssize_t n = 1;

    *text = NULL;
    while (n != 0 && len < LONGEST) {
        if (len == room) {
            char *more = eventlet__resize(*text, room = 2 * room + 4096);

            if (!more)
                return -ENOMEM;
            *text = more;
        }
        n = eventlet__sys_read(fd, *text + len, room - len);
        if (n < 0 && errno != EINTR)
            return -errno;
        len += n > 0 ? (size_t)n : 0;
    }
    return (ssize_t)len;
}

/* As read_all, of a path; 0 for a file that is not there for us. */
static ssize_t read_path(char **text, const char *path)
{
    int fd = eventlet__sys_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
    ssize_t len;

    *text = NULL;
    if (fd < 0)
        return errno == EMFILE || errno == ENFILE || errno == ENOMEM ? -errno
                                                                     : 0;
    len = read_all(text, fd);
    eventlet__sys_close(fd);
    return len == -EISDIR ? 0 : len;
}

/* ---- a line ---- */

/* A part of the text: a line, a word. */
struct piece {
    const char *at;
    size_t len;
};

/* Cuts the next line off the text, as far as it counts: up to a comment, or to
 * a NUL. False when there is none. */
static bool next_line(struct piece *line, struct piece *text)
{
    const char *end;

    if (text->len == 0)
        return false;
    end = memchr(text->at, '\n', text->len);
    line->at = text->at;
    line->len = end ? (size_t)(end - text->at) : text->len;
    text->at += line->len + (end != NULL);
    text->len -= line->len + (end != NULL);
    end = memchr(line->at, '#', line->len);
    if (end)
        line->len = (size_t)(end - line->at);
    /* Or two who read the same word would see different ones. */
    line->len = strnlen(line->at, line->len);
    return true;
}

static bool is_blank(char c)
{
    return strchr(BLANK, c);
}

static bool next_word(struct piece *word, struct piece *line)
{
    while (line->len > 0 && is_blank(*line->at))
        line->at++, line->len--;
    *word = (struct piece){ line->at, 0 };
    while (line->len > 0 && !is_blank(*line->at))
        line->at++, line->len--, word->len++;
    return word->len > 0;
}

/* The address a line begins with; false if it is none that counts. */
static bool address_of(struct eventlet_addr *addr, struct piece *line)
{
    char text[EVENTLET_ADDRSTRLEN];
    struct piece word;

    if (!next_word(&word, line) || word.len >= sizeof text)
        return false;
    memcpy(text, word.at, word.len);
    text[word.len] = '\0';
    if (eventlet_addr_numeric(addr, text, 0, AF_UNSPEC) < 0)
        return false;
    return addr->sa.sa_family != AF_INET6 ||
           !IN6_IS_ADDR_LINKLOCAL(&addr->in6.sin6_addr);
}

static bool names(struct piece line, const char *name)
{
    size_t len = strlen(name);
    struct piece word;

    while (next_word(&word, &line))
        if (word.len == len && strncasecmp(word.at, name, len) == 0)
            return true;
    return false;
}

/* ---- looking up ---- */

static int look_up(struct eventlet_addr *out, size_t room, struct piece text,
                   const char *name, int family)
{
    struct eventlet_addr addr;
    struct piece line;
    size_t found = 0;
    bool other = false;

    while (next_line(&line, &text)) {
        if (!address_of(&addr, &line) || !names(line, name))
            continue;
        if (family != AF_UNSPEC && addr.sa.sa_family != family) {
            other = true;
            continue;
        }
        if (found < room)
            out[found] = addr;
        found++;
    }
    if (found > 0)
        return (int)found;
    return other ? EVENTLET_NO_DATA : EVENTLET_NO_NAME;
}

int eventlet__hosts_lookup(struct eventlet_addr *out, size_t room,
                           const char *path, const char *name, int family)
{
    char *text;
    ssize_t len = read_path(&text, path);
    int rc = (int)len;

    if (len >= 0)
        rc = look_up(out, room, (struct piece){ text, (size_t)len }, name,
                     family);
    eventlet__free(text);
    return rc;
}

static bool same_host(const struct eventlet_addr *a,
                      const struct eventlet_addr *b)
{
    if (a->sa.sa_family != b->sa.sa_family)
        return false;
    if (a->sa.sa_family == AF_INET)
        return a->in.sin_addr.s_addr == b->in.sin_addr.s_addr;
    return a->sa.sa_family == AF_INET6 &&
           IN6_ARE_ADDR_EQUAL(&a->in6.sin6_addr, &b->in6.sin6_addr);
}

static int find_name(char *buf, size_t size, struct piece text,
                     const struct eventlet_addr *wanted)
{
    struct eventlet_addr addr;
    struct piece line, word;

    while (next_line(&line, &text)) {
        if (!address_of(&addr, &line) || !same_host(&addr, wanted) ||
            !next_word(&word, &line))
            continue;
        snprintf(buf, size, "%.*s", (int)word.len, word.at);
        return 0;
    }
    return EVENTLET_NO_NAME;
}

int eventlet__hosts_name(char *buf, size_t size, const char *path,
                         const struct eventlet_addr *addr)
{
    char *text;
    ssize_t len = read_path(&text, path);
    int rc = (int)len;

    if (len >= 0)
        rc = find_name(buf, size, (struct piece){ text, (size_t)len }, addr);
    eventlet__free(text);
    return rc;
}
