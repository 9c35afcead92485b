/* SPDX-License-Identifier: MIT */
/* A name server of the test's own. */
#ifndef DNS_SERVER_H
#define DNS_SERVER_H

#include <netdb.h>

#include "eventlet/dns.h"
#include "net/sockets.h"

enum { TYPE_A = 1, TYPE_AAAA = 28, ROOM = 512 };

/* ---- the hosts file ---- */

static char hosts_path[] = "/tmp/dns-test-XXXXXX";

static inline void hosts_write(const char *text)
{
    int fd;

    strcpy(hosts_path + sizeof hosts_path - 7, "XXXXXX");
    fd = mkstemp(hosts_path);
    CHECK_INT(write(fd, text, strlen(text)), (intmax_t)strlen(text));
    close(fd);
}

/* ---- the server ---- */

static struct {
    eventlet_socket *s;
    eventlet_greenthread *gt;
    int asked;   /* questions so far */
    double slow; /* seconds before an answer */
    bool by_tcp; /* the answer goes over TCP: no length is too much */
} server;

/* Puts a 16-bit number. */
static inline unsigned char *put(unsigned char *to, unsigned number)
{
    to[0] = (unsigned char)(number >> 8);
    to[1] = (unsigned char)number;
    return to + 2;
}

/* A record that answers the question at byte 12. */
static inline unsigned char *put_address(unsigned char *to, int type)
{
    static const unsigned char four[4] = { 10, 0, 0, 7 };
    static const unsigned char six[16] = { 0xfd, [15] = 7 };
    size_t len = type == TYPE_A ? sizeof four : sizeof six;

    to = put(to, 0xc00c);
    to = put(to, (unsigned)type);
    to = put(put(put(to, 1), 0), 60);
    to = put(to, (unsigned)len);
    memcpy(to, type == TYPE_A ? four : six, len);
    return to + len;
}

/* The first label of the name says what becomes of the question. Returns the
 * length of the answer; 0 for none. */
static inline size_t answer(unsigned char *m, size_t len)
{
    const char *label = (const char *)m + 13;
    size_t end = 12;
    int type;

    while (end < len && m[end])
        end += m[end] + 1u;
    type = m[end + 2];
    end += 5;
    m[2] = 0x84 | (m[2] & 1);
    m[3] = 0x80;
    memset(m + 6, 0, 6);
    if (strncmp(label, "silent", 6) == 0)
        return 0;
    if (strncmp(label, "garbage", 7) == 0) {
        memset(m + 4, 0xff, end - 4);
        return end;
    }
    if (strncmp(label, "long", 4) == 0 && !server.by_tcp)
        return m[2] |= 2, end; /* cut off */
    if (strncmp(label, "odd", 3) == 0)
        return m[7] = 1, (size_t)(put_address(m + end, TYPE_A) - m);
    if (strncmp(label, "broken", 6) == 0 ||
        (strncmp(label, "half", 4) == 0 && type == TYPE_AAAA))
        m[3] |= 2;
    else if (strncmp(label, "four", 4) == 0 && type == TYPE_A)
        return m[7] = 1, (size_t)(put_address(m + end, type) - m);
    else if (strncmp(label, "both", 4) == 0 || strncmp(label, "long", 4) == 0 ||
             strncmp(label, "half", 4) == 0)
        return m[7] = 1, (size_t)(put_address(m + end, type) - m);
    else if (strncmp(label, "four", 4) != 0 && strncmp(label, "none", 4) != 0)
        m[3] |= 3;
    return end;
}

static inline int serve_names(void *arg)
{
    unsigned char buf[ROOM + 64];
    struct eventlet_addr from;
    ssize_t n;

    (void)arg;
    while ((n = eventlet_recvfrom(server.s, buf, ROOM, 0, &from)) >= 12) {
        size_t len = answer(buf, (size_t)n);

        server.asked++;
        if (server.slow > 0 && eventlet_sleep(server.slow) < 0)
            break;
        if (len > 0 && eventlet_sendto(server.s, buf, len, 0, &from) < 0)
            break;
    }
    return 0;
}

/* Starts it at a port of that address, with a hosts file of that text. */
static inline void begin_at(const char *where, const char *hosts)
{
    struct eventlet_addr addr;
    char name[EVENTLET_ADDRSTRLEN];

    hosts_write(hosts);
    server.asked = 0;
    server.slow = 0;
    server.by_tcp = false;
    CHECK_OK(eventlet_addr_numeric(&addr, where, 0, AF_UNSPEC));
    CHECK_OK(eventlet_socket_new(&server.s, addr.sa.sa_family, SOCK_DGRAM, 0));
    CHECK_OK(eventlet_bind(server.s, &addr));
    addr = address_of(server.s);
    eventlet_addr_str(&addr, name, sizeof name);
    CHECK_OK(eventlet_dns_configure(name, hosts_path));
    eventlet_dns_reset();
    server.gt = spawn(serve_names, NULL);
    let_others_run();
}

static inline void begin(const char *hosts)
{
    begin_at("127.0.0.1", hosts);
}

static inline void end(void)
{
    eventlet_reap(server.gt);
    eventlet_close(server.s);
    eventlet_dns_reset();
    CHECK_OK(eventlet_dns_configure(NULL, NULL));
    unlink(hosts_path);
    let_others_run();
}

static inline int look_up(const char *name, int family, double seconds,
                          char *text)
{
    struct eventlet_resolve_opts opts = { family, seconds };
    struct eventlet_addr found[4];
    int rc = eventlet_getaddrinfo(found, 4, name, 80, &opts);

    text[0] = '\0';
    if (rc > 0)
        eventlet_addr_str(&found[0], text, EVENTLET_ADDRSTRLEN);
    return rc;
}

static inline void expect(const char *name, int family, int rc,
                          const char *text)
{
    char got[EVENTLET_ADDRSTRLEN];

    CHECK_CODE(look_up(name, family, 5, got), rc);
    CHECK_STR(got, text);
}

#endif
