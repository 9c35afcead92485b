/* SPDX-License-Identifier: MIT */
/* sockets.h - what the tests of sockets share. */
#ifndef SOCKETS_H
#define SOCKETS_H

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/sys.h"
#include "check.h"
#include "eventlet.h"

/* ---- sockets ---- */

/* A name among abstract ones that no other test, in whatever process, has. */
static inline const char *own_name(void)
{
    static char name[64];

    snprintf(name, sizeof name, "@eventlet-test-%d", (int)getpid());
    return name;
}

static inline eventlet_socket *new_listener(void)
{
    eventlet_socket *s = NULL;

    CHECK_OK(eventlet_listen(&s, "127.0.0.1", 0, NULL));
    return s;
}

static inline struct eventlet_addr address_of(eventlet_socket *s)
{
    struct eventlet_addr addr = { .len = 0 };

    CHECK_OK(eventlet_getsockname(s, &addr));
    return addr;
}

static inline eventlet_socket *connect_to(eventlet_socket *listener)
{
    struct eventlet_addr addr = address_of(listener);
    eventlet_socket *s = NULL;

    CHECK_OK(eventlet_connect_addr(&s, &addr, NULL));
    return s;
}

/* Nobody listens there: bound, but not listening. */
static inline struct eventlet_addr dead_address(eventlet_socket **holder)
{
    struct eventlet_addr any;

    CHECK_OK(eventlet_addr_numeric(&any, "127.0.0.1", 0, AF_INET));
    CHECK_OK(eventlet_socket_new(holder, AF_INET, SOCK_STREAM, 0));
    CHECK_OK(eventlet_bind(*holder, &any));
    return address_of(*holder);
}

static inline bool tcp_pair(eventlet_socket *pair[2])
{
    eventlet_socket *listener = new_listener();

    pair[0] = connect_to(listener);
    CHECK_OK(eventlet_accept(&pair[1], listener, NULL));
    eventlet_close(listener);
    return pair[0] && pair[1];
}

static inline bool unix_pair(eventlet_socket *pair[2])
{
    return CHECK_OK(eventlet_socketpair(pair, AF_UNIX, SOCK_STREAM, 0));
}

static inline void close_pair(eventlet_socket *pair[2])
{
    for (int i = 0; i < 2; i++) {
        CHECK_OK(eventlet_close(pair[i]));
        pair[i] = NULL;
    }
}

/* As F_GETFL has them, asked the way the library asks. */
static inline int flags_of(int fd)
{
    return eventlet__sys_fcntl(fd, F_GETFL, 0);
}

/* Until it takes no more. */
static inline void fill_up(eventlet_socket *s)
{
    static const char block[65536];
    ssize_t n;

    CHECK_OK(eventlet_setblocking(s, false));
    do
        n = eventlet_send(s, block, sizeof block);
    while (n > 0);
    CHECK_CODE(n, -EAGAIN);
    CHECK_OK(eventlet_setblocking(s, true));
}

/* Takes what is there now. Returns bytes. */
static inline size_t drain(eventlet_socket *s)
{
    static char block[65536];
    size_t all = 0;
    ssize_t n;

    CHECK_OK(eventlet_setblocking(s, false));
    while ((n = eventlet_recv(s, block, sizeof block)) > 0)
        all += (size_t)n;
    CHECK_OK(eventlet_setblocking(s, true));
    return all;
}

/* What it sends goes in small pieces. (With small buffers for receiving the
 * system itself would wait, to see whether a window grows.) */
static inline void small_buffer(eventlet_socket *s)
{
    const int bytes = 4096;

    CHECK_OK(
        eventlet_setsockopt(s, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes));
}

/* When it is closed the other side gets a reset. */
static inline void reset_on_close(eventlet_socket *s)
{
    const struct linger at_once = { .l_onoff = 1 };

    CHECK_OK(eventlet_setsockopt(s, SOL_SOCKET, SO_LINGER, &at_once,
                                 sizeof at_once));
}

static inline void send_text(eventlet_socket *s, const char *text)
{
    CHECK_CODE(eventlet_sendall(s, text, strlen(text)), 0);
}

/* Receives once and compares. */
static inline void expect_text(eventlet_socket *s, const char *text)
{
    char buf[256];
    ssize_t n = eventlet_recv(s, buf, sizeof buf - 1);

    if (CHECK_OK(n)) {
        buf[n] = '\0';
        CHECK_STR(buf, text);
    }
}

/* ---- green threads that wait on one ---- */

static inline eventlet_greenthread *spawn(eventlet_fn *fn, void *arg)
{
    eventlet_greenthread *gt = NULL;

    CHECK_OK(eventlet_spawn(&gt, fn, arg));
    return gt;
}

/* Waits for the end, without a kill. */
static inline int end_of(eventlet_greenthread *gt)
{
    int rc = eventlet_wait(gt);

    eventlet_release(gt);
    return rc;
}

struct reader {
    eventlet_socket *s;
    char buf[256];
    size_t len;
    ssize_t got; /* -1 while it waits */
    eventlet_greenthread *gt;
};

static inline int reader_run(void *arg)
{
    struct reader *r = arg;

    r->got = eventlet_recv(r->s, r->buf, r->len);
    return 0;
}

/* Starts one and lets it come to its wait. */
static inline void reader_start_len(struct reader *r, eventlet_socket *s,
                                    size_t len)
{
    *r = (struct reader){ .s = s, .len = len, .got = -1 };
    r->gt = spawn(reader_run, r);
    let_others_run();
}

static inline void reader_start(struct reader *r, eventlet_socket *s)
{
    reader_start_len(r, s, sizeof r->buf);
}

/* Waits for its end: what recv gave it. */
static inline ssize_t reader_end(struct reader *r)
{
    CHECK_OK(eventlet_wait(r->gt));
    eventlet_release(r->gt);
    return r->got;
}

struct writer {
    eventlet_socket *s;
    const void *data;
    size_t len;
    int got; /* 1 while it waits */
    eventlet_greenthread *gt;
};

static inline int writer_run(void *arg)
{
    struct writer *w = arg;

    w->got = eventlet_sendall(w->s, w->data, w->len);
    return 0;
}

static inline void writer_start(struct writer *w, eventlet_socket *s,
                                const void *data, size_t len)
{
    *w = (struct writer){ .s = s, .data = data, .len = len, .got = 1 };
    w->gt = spawn(writer_run, w);
    let_others_run();
}

static inline int writer_end(struct writer *w)
{
    CHECK_OK(eventlet_wait(w->gt));
    eventlet_release(w->gt);
    return w->got;
}

/* ---- what the library says ---- */

static struct {
    int lines;
    char text[1024];
} logged;

static inline void log_line(void *arg, enum eventlet_level level,
                            const char *line)
{
    size_t used = strlen(logged.text);

    (void)arg;
    if (level < EVENTLET_WARNING)
        return;
    logged.lines++;
    snprintf(logged.text + used, sizeof logged.text - used, "%s\n", line);
}

static inline void log_catch(void)
{
    logged.lines = 0;
    logged.text[0] = '\0';
    eventlet_log_to(log_line, NULL);
}

static inline void log_let_go(void)
{
    eventlet_log_to(NULL, NULL);
}

static inline double now(void)
{
    return eventlet_hub_clock(eventlet_hubs_get_hub());
}

#endif
