/* SPDX-License-Identifier: MIT */
/* The hosts file: eventlet__hosts_lookup, eventlet__hosts_name.
 *
 * Parser: src/net/hosts.c
 *
 * An input is five bytes that choose, and the file: the family, how many
 * addresses and letters there is room for, whom to look for, and how many bytes
 * a read gives. */
#include "fuzz.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <strings.h>

#include "asan.h"
#include "base/sys.h"
#include "eventlet/addr.h"
#include "eventlet/errors.h"
#include "net/hosts.h"

enum { FD = 77, MOST = 8, LINES = 512 };

/* ---- a system with one file, and one interface ---- */

unsigned if_nametoindex(const char *name)
{
    return strcmp(name, "lo") == 0;
}

static struct {
    struct fuzz_input left;
    size_t piece; /* bytes a read gives at most */
    bool disturbed;
} file;

static int open_file(const char *path, int flags, mode_t mode)
{
    (void)path, (void)flags, (void)mode;
    return FD;
}

/* When all has been read, what follows it in the reader's block is out of
 * bounds. Every other read is interrupted. */
static ssize_t read_file(int fd, void *buf, size_t room)
{
    size_t n = file.left.len < file.piece ? file.left.len : file.piece;

    FUZZ_CHECK(fd == FD && room > 0);
    file.disturbed = !file.disturbed;
    if (file.disturbed) {
        errno = EINTR;
        return -1;
    }
    n = n < room ? n : room;
    if (n == 0)
        ASAN_POISON_MEMORY_REGION(buf, room);
    else
        memcpy(buf, file.left.at, n);
    file.left.at += n;
    file.left.len -= n;
    return (ssize_t)n;
}

static int close_file(int fd)
{
    FUZZ_CHECK(fd == FD);
    return 0;
}

static void begin_file(const struct fuzz_input *in, size_t piece)
{
    static const struct eventlet__system one_file = {
        .open = open_file,
        .read = read_file,
        .close = close_file,
    };

    file.left = *in;
    file.piece = piece;
    file.disturbed = false;
    eventlet__system = &one_file;
}

/* ---- the file, read slowly ---- */

struct line {
    bool counts; /* it has an address that does */
    struct eventlet_addr addr;
    const char *names; /* behind the address */
};

static struct line lines[LINES];
static size_t line_count;
static char *text; /* of the file, for lines to point into */

/* Cuts off the next word of what is left; NULL: there is none. */
static const char *next_word(const char **rest, size_t *len)
{
    const char *word = *rest + strspn(*rest, " \t\r");

    *len = strcspn(word, " \t\r");
    *rest = word + *len;
    return *len ? word : NULL;
}

static char *copy_word(const char *word, size_t len)
{
    char *copy = fuzz_block(len + 1);

    memcpy(copy, word, len);
    copy[len] = '\0';
    return copy;
}

static void read_line(struct line *line, const char *at)
{
    size_t len;
    const char *word = next_word(&at, &len);
    char address[EVENTLET_ADDRSTRLEN];

    line->names = at;
    line->counts = word && len < sizeof address;
    if (!line->counts)
        return;
    memcpy(address, word, len);
    address[len] = '\0';
    line->counts =
        eventlet_addr_numeric(&line->addr, address, 0, AF_UNSPEC) == 0 &&
        !(line->addr.sa.sa_family == AF_INET6 &&
          line->addr.in6.sin6_addr.s6_addr[0] == 0xfe &&
          (line->addr.in6.sin6_addr.s6_addr[1] & 0xc0) == 0x80);
}

/* Without comments, and without what follows a NUL: this is text. */
static void read_lines(const struct fuzz_input *in)
{
    size_t from = 0;

    text = fuzz_block(in->len + 1);
    if (in->len)
        memcpy(text, in->at, in->len);
    line_count = 0;
    for (size_t i = 0; i <= in->len && line_count < LINES; i++) {
        if (i < in->len && in->at[i] != '\n')
            continue;
        text[i] = '\0';
        text[from + strcspn(text + from, "#")] = '\0';
        read_line(&lines[line_count++], text + from);
        from = i + 1;
    }
}

/* The nth name of a line, to be freed; NULL: it has not so many. */
static char *nth_name(const struct line *line, size_t n)
{
    const char *rest = line->names, *name;
    size_t len;

    do
        name = next_word(&rest, &len);
    while (name && n-- > 0);
    return name ? copy_word(name, len) : NULL;
}

static bool has_name(const struct line *line, const char *wanted)
{
    const char *rest = line->names, *name;
    size_t len;

    do
        name = next_word(&rest, &len);
    while (name &&
           (strncasecmp(name, wanted, len) != 0 || wanted[len] != '\0'));
    return name != NULL;
}

/* ---- names to addresses ---- */

static void finds(const struct fuzz_input *in, const char *name, int family,
                  size_t room, size_t piece)
{
    struct eventlet_addr *out = fuzz_block(room * sizeof *out);
    size_t found = 0;
    bool other = false;
    int rc;

    begin_file(in, piece);
    rc = eventlet__hosts_lookup(out, room, "hosts", name, family);
    for (size_t i = 0; i < line_count; i++) {
        if (!lines[i].counts || !has_name(&lines[i], name))
            continue;
        if (family != AF_UNSPEC && lines[i].addr.sa.sa_family != family) {
            other = true;
            continue;
        }
        if (found < room) {
            FUZZ_CHECK(eventlet_addr_equal(&out[found], &lines[i].addr));
            FUZZ_CHECK(eventlet_addr_port(&out[found]) == 0);
        }
        found++;
    }
    FUZZ_CHECK(rc == (found   ? (int)found
                      : other ? EVENTLET_NO_DATA
                              : EVENTLET_NO_NAME));
    fuzz_free(out);
}

/* ---- addresses to names ---- */

static bool is_same_host(const struct eventlet_addr *a,
                         const struct eventlet_addr *b)
{
    struct eventlet_addr copy = *a;

    if (a->sa.sa_family == AF_INET6 && b->sa.sa_family == AF_INET6)
        copy.in6.sin6_scope_id = b->in6.sin6_scope_id;
    return eventlet_addr_equal(&copy, b);
}

static void names(const struct fuzz_input *in, const struct eventlet_addr *addr,
                  size_t size, size_t piece)
{
    char *buf = fuzz_block(size), *name = NULL;
    int rc;

    begin_file(in, piece);
    rc = eventlet__hosts_name(buf, size, "hosts", addr);
    for (size_t i = 0; i < line_count && !name; i++)
        if (lines[i].counts && is_same_host(&lines[i].addr, addr))
            name = nth_name(&lines[i], 0);
    FUZZ_CHECK(rc == (name ? 0 : EVENTLET_NO_NAME));
    if (name && size > 0) {
        size_t len = strlen(name) < size ? strlen(name) : size - 1;

        FUZZ_CHECK(strlen(buf) == len && memcmp(buf, name, len) == 0);
    }
    fuzz_free(name);
    fuzz_free(buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int families[] = { AF_UNSPEC, AF_INET, AF_INET6 };
    struct fuzz_input in = { data, size };
    const int family = families[fuzz_byte(&in) % 3];
    const size_t room = fuzz_byte(&in) % MOST, letters = fuzz_byte(&in) % 32;
    const size_t who = fuzz_byte(&in);
    const size_t piece = fuzz_byte(&in) + 1;
    struct line *line;
    char *name;

    read_lines(&in);
    if (line_count < LINES) {
        line = &lines[who % line_count];
        name = nth_name(line, who / line_count);
        finds(&in, name ? name : "localhost", family, room, piece);
        if (line->counts)
            names(&in, &line->addr, letters, piece);
        fuzz_free(name);
    }
    fuzz_free(text);
    eventlet__system = NULL;
    return 0;
}
