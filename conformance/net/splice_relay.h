/* SPDX-License-Identifier: MIT */
/* A sender, two connections with the mover between them, a receiver. */
#ifndef SPLICE_RELAY_H
#define SPLICE_RELAY_H

#include "eventlet/splice.h"

#include <dirent.h>
#include <math.h>
#include <netinet/tcp.h>
#include <sys/resource.h>

#include "net/sockets.h"

enum { BULK = 8 << 20 };

/* in[0] is written to, out[1] is read from; the mover is between the others. */
struct relay {
    eventlet_socket *in[2], *out[2];
    struct eventlet_splice_opts opts;
    int64_t got, moved;
    eventlet_greenthread *gt;
};

static inline int relay_run(void *arg)
{
    struct relay *r = arg;

    r->got = eventlet_splice(r->out[0], r->in[1], &r->moved, &r->opts);
    return 0;
}

static inline void relay_start(struct relay *r)
{
    r->gt = spawn(relay_run, r);
    let_others_run();
}

static inline void relay_open(struct relay *r,
                              bool (*pair)(eventlet_socket *[2]))
{
    *r = (struct relay){ .got = 1 };
    pair(r->in);
    pair(r->out);
}

static inline int64_t relay_end(struct relay *r)
{
    CHECK_OK(end_of(r->gt));
    return r->got;
}

static inline void relay_close(struct relay *r)
{
    close_pair(r->in);
    close_pair(r->out);
}

static inline bool datagram_pair(eventlet_socket *pair[2])
{
    return CHECK_OK(eventlet_socketpair(pair, AF_UNIX, SOCK_DGRAM, 0));
}

/* ---- much data ---- */

static inline unsigned char *pattern(void)
{
    static unsigned char bytes[BULK];

    for (size_t i = 0; !bytes[1] && i < BULK; i++)
        bytes[i] = (unsigned char)(i * 31 + (i >> 8) * 7 + (i >> 16));
    return bytes;
}

struct sink {
    eventlet_socket *s;
    size_t len;
    bool differs;
};

static inline int sink_run(void *arg)
{
    static unsigned char buf[1 << 16];
    struct sink *k = arg;
    ssize_t n;

    while (k->len < BULK && (n = eventlet_recv(k->s, buf, sizeof buf)) > 0) {
        if (k->len + (size_t)n > BULK ||
            memcmp(buf, pattern() + k->len, (size_t)n) != 0)
            k->differs = true;
        k->len += (size_t)n;
    }
    return 0;
}

/* Sends the pattern through; seconds that it took by the hub's clock. */
static inline double push_bulk(struct relay *r)
{
    struct sink sink = { .s = r->out[1] };
    eventlet_greenthread *gt = spawn(sink_run, &sink);
    double began = now();

    relay_start(r);
    CHECK_CODE(eventlet_sendall(r->in[0], pattern(), BULK), 0);
    CHECK_OK(eventlet_shutdown(r->in[0], SHUT_WR));
    CHECK_INT(relay_end(r), BULK);
    CHECK_INT(r->moved, BULK);
    CHECK_OK(end_of(gt));
    CHECK_INT(sink.len, BULK);
    CHECK(!sink.differs);
    return now() - began;
}

static inline int descriptors(void)
{
    DIR *dir = opendir("/proc/self/fd");
    int count = 0;

    while (readdir(dir))
        count++;
    closedir(dir);
    return count;
}

#endif
