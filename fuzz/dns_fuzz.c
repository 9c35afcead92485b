/* SPDX-License-Identifier: MIT */
/* Names: what name servers answer, as the resolver takes it.
 *
 * Parser: src/net/dns.c
 * Parser: src/net/dns_resolver.c
 *
 * c-ares reads the messages; this is about what we make of what it tells. Its
 * sockets are in memory, its clock is not: nobody waits for it.
 *
 * An input is three bytes that choose (whom to ask for, the family, the room),
 * and answers to one question after the other. Each begins with its length and
 * with how it is to be: bytes as they are, or only what follows the question,
 * behind a header that fits. */
#include "fuzz.h"

#include <errno.h>
#include <netdb.h>

#include "base/mem.h"
#include "base/sys.h"
#include "eventlet.h"
#include "net/dns_resolver.h"

enum { UDP = 200, TCP = 201, MESSAGES = 16, LONGEST = 1024, HEADER = 12 };

static const char *const names[] = { "four.test", "short", "a.b.c.d.test",
                                     "xn--nxasmq6b.test" };

/* ---- the wire ---- */

static struct message {
    int fd;
    size_t len;
    size_t at;
    uint8_t bytes[2 + LONGEST];
} messages[MESSAGES];

static size_t message_count;
static struct fuzz_input script;

static struct message *first_message(int fd)
{
    for (size_t i = 0; i < message_count; i++)
        if (messages[i].fd == fd && messages[i].at < messages[i].len)
            return &messages[i];
    return NULL;
}

/* The end of the question in a message that asks. */
static size_t end_of_question(const uint8_t *asked, size_t len)
{
    size_t at = HEADER;

    while (at < len && asked[at])
        at += asked[at] + 1u;
    return at + 5 < len ? at + 5 : len;
}

static void add(struct message *m, const uint8_t *bytes, size_t len)
{
    if (len > LONGEST - m->len)
        len = LONGEST - m->len;
    if (len)
        memcpy(m->bytes + m->len, bytes, len);
    m->len += len;
}

/* The next answer of the script. */
static void compose(struct message *m, const uint8_t *asked, size_t len)
{
    size_t size = fuzz_byte(&script) << 1;
    unsigned how = fuzz_byte(&script);

    size = size < script.len ? size : script.len;
    if (how & 1) {
        uint8_t header[HEADER] = { asked[0], asked[1] };

        header[2] = (uint8_t)(0x80 | (fuzz_byte(&script) & 0x07));
        header[3] = (uint8_t)fuzz_byte(&script);
        header[5] = 1;
        header[7] = (uint8_t)(how >> 1 & 7);
        header[9] = (uint8_t)(how >> 4 & 3);
        header[11] = (uint8_t)(how >> 6);
        add(m, header, sizeof header);
        add(m, asked + HEADER, end_of_question(asked, len) - HEADER);
    }
    size = size < script.len ? size : script.len;
    add(m, script.at, size);
    script.at += size;
    script.len -= size;
}

static void answer(int fd, const uint8_t *asked, size_t len)
{
    struct message *m = &messages[message_count];

    if (len < HEADER || message_count == MESSAGES || script.len == 0)
        return;
    *m = (struct message){ .fd = fd };
    compose(m, asked, len);
    if (fd == TCP) {
        memmove(m->bytes + 2, m->bytes, m->len);
        m->bytes[0] = (uint8_t)(m->len >> 8);
        m->bytes[1] = (uint8_t)m->len;
        m->len += 2;
    }
    message_count++;
}

/* ---- its sockets, as c-ares sees them ---- */

static ares_socket_t open_wire(int family, int type, int protocol, void *arg)
{
    (void)family, (void)protocol, (void)arg;
    return type == SOCK_STREAM ? TCP : UDP;
}

static int close_wire(ares_socket_t fd, void *arg)
{
    (void)fd, (void)arg;
    return 0;
}

static int connect_wire(ares_socket_t fd, const struct sockaddr *addr,
                        ares_socklen_t len, void *arg)
{
    (void)fd, (void)addr, (void)len, (void)arg;
    return 0;
}

static ares_ssize_t receive(ares_socket_t fd, void *buf, size_t room, int flags,
                            struct sockaddr *from, ares_socklen_t *from_len,
                            void *arg)
{
    const struct sockaddr_in server = { .sin_family = AF_INET,
                                        .sin_port = htons(53),
                                        .sin_addr = { htonl(0x7f000001) } };
    struct message *m = first_message(fd);
    size_t n;

    (void)flags, (void)arg;
    if (!m) {
        errno = EAGAIN;
        return -1;
    }
    n = m->len - m->at < room ? m->len - m->at : room;
    memcpy(buf, m->bytes + m->at, n);
    m->at = fd == TCP ? m->at + n : m->len;
    if (from && *from_len >= sizeof server) {
        memcpy(from, &server, sizeof server);
        *from_len = sizeof server;
    }
    return (ares_ssize_t)n;
}

static ares_ssize_t send_wire(ares_socket_t fd, const struct iovec *parts,
                              int count, void *arg)
{
    uint8_t asked[2 + LONGEST];
    const size_t prefix = fd == TCP ? 2 : 0;
    size_t len = 0;

    (void)arg;
    for (int i = 0; i < count; i++) {
        FUZZ_CHECK(parts[i].iov_len <= sizeof asked - len);
        memcpy(asked + len, parts[i].iov_base, parts[i].iov_len);
        len += parts[i].iov_len;
    }
    if (len >= prefix)
        answer(fd, asked + prefix, len - prefix);
    return (ares_ssize_t)len;
}

/* ---- and as the hub does ---- */

static int poll_wire(struct pollfd *fds, nfds_t len, int ms)
{
    int ready = 0;

    (void)ms;
    for (nfds_t i = 0; i < len; i++) {
        fds[i].revents = fds[i].events & POLLOUT;
        if (first_message(fds[i].fd))
            fds[i].revents |= fds[i].events & POLLIN;
        ready += fds[i].revents != 0;
    }
    return ready;
}

static int no_hosts_file(const char *path, int flags, mode_t mode)
{
    (void)path, (void)flags, (void)mode;
    errno = ENOENT;
    return -1;
}

static bool owns_wire(int fd)
{
    return fd == UDP || fd == TCP;
}

static int control(int fd, int command, long value)
{
    return owns_wire(fd) ? 0 : fcntl(fd, command, value);
}

static int64_t nothing_under_way(int64_t now_ns)
{
    (void)now_ns;
    return INT64_MAX;
}

static const struct eventlet__system wire = {
    .open = no_hosts_file,
    .fcntl = control,
    .poll = poll_wire,
    .owns = owns_wire,
    .pass = nothing_under_way,
};

/* ---- asking ---- */

static struct eventlet__resolver *prepare(void)
{
    static const struct ares_socket_functions functions = {
        .asocket = open_wire,
        .aclose = close_wire,
        .aconnect = connect_wire,
        .arecvfrom = receive,
        .asendv = send_wire,
    };
    struct eventlet__resolver *r;

    FUZZ_CHECK(eventlet__resolver_get(&r) == 0);
    ares_set_socket_functions(r->channel, &functions, NULL);
    return r;
}

static bool is_promised(int rc)
{
    return rc == EVENTLET_NO_NAME || rc == EVENTLET_NO_DATA ||
           rc == EVENTLET_DNS_AGAIN || rc == EVENTLET_DNS_FAILED;
}

static void ask_address(const char *name, int family, size_t room)
{
    struct eventlet_resolve_opts opts = { .family = family, .seconds = 1 };
    struct eventlet_addr *out = fuzz_block(room * sizeof *out);
    int rc = eventlet_getaddrinfo(out, room, name, 80, &opts);

    FUZZ_CHECK(rc > 0 || is_promised(rc));
    for (int i = 0; i < rc && i < (int)room; i++) {
        const int got = out[i].sa.sa_family;

        FUZZ_CHECK(got == AF_INET || got == AF_INET6);
        FUZZ_CHECK(family == AF_UNSPEC || got == family);
        FUZZ_CHECK(eventlet_addr_port(&out[i]) == 80);
        FUZZ_CHECK(out[i].len ==
                   (got == AF_INET ? sizeof out->in : sizeof out->in6));
    }
    fuzz_free(out);
}

/* Names end up in logs: no control characters. */
static void ask_name(int family, size_t size)
{
    struct eventlet_addr addr;
    char *host = fuzz_block(size + 1);
    char service[8];
    int rc;

    FUZZ_CHECK(eventlet_addr_numeric(
                   &addr, family == AF_INET6 ? "fd00::1" : "10.0.0.1", 80,
                   AF_UNSPEC) == 0);
    rc = eventlet_getnameinfo(&addr, host, size + 1, service, sizeof service,
                              NI_NUMERICSERV | NI_NAMEREQD);
    FUZZ_CHECK(rc == 0 || is_promised(rc));
    if (rc == 0) {
        FUZZ_CHECK(strlen(host) <= size);
        for (const char *c = host; *c; c++)
            FUZZ_CHECK((unsigned char)*c >= 0x20 && *c != 0x7f);
    }
    fuzz_free(host);
}

static int ask(void *arg)
{
    static const int families[] = { AF_UNSPEC, AF_INET, AF_INET6 };
    struct eventlet__resolver *r = prepare();
    const unsigned whom = fuzz_byte(&script);
    const int family = families[fuzz_byte(&script) % 3];
    const size_t room = fuzz_byte(&script);

    (void)arg;
    if (whom & 4)
        ask_name(family, room);
    else
        ask_address(names[whom & 3], family, room % 8);
    ares_cancel(r->channel);
    FUZZ_CHECK(eventlet__live.lookups == 0);
    return 0;
}

static void begin(void)
{
    static bool begun;

    if (begun)
        return;
    begun = true;
    setenv("LOCALDOMAIN", "search.test", 1);
    FUZZ_CHECK(eventlet_dns_configure("127.0.0.1:53", "no hosts file") == 0);
    FUZZ_CHECK(eventlet_hubs_use_hub("sim") == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    eventlet_greenthread *gt;

    begin();
    eventlet__system = &wire;
    message_count = 0;
    script = (struct fuzz_input){ data, size };
    FUZZ_CHECK(eventlet_spawn(&gt, ask, NULL) == 0);
    FUZZ_CHECK(eventlet_wait(gt) == 0);
    eventlet_release(gt);
    eventlet__system = NULL;
    return 0;
}
