/* SPDX-License-Identifier: MIT */
/* A port forwarder: what connects here is connected there.
 *
 * Two green threads carry a connection, one each way. The end of one side is
 * passed on while the other may still talk; a reset is passed on as a reset. */
#include <signal.h>
#include "program.h"

/* The larger the bites, the fewer calls and wake-ups; beyond this nothing more
 * is gained. */
enum { BUFFER = 256 << 10 };

/* One direction: what `from` says, `to` gets. */
struct way {
    eventlet_socket *from;
    eventlet_socket *to;
    void (*closed)(struct way *way, int code); /* called back at its end */
    int *open; /* ways of this connection that still carry */
};

static struct eventlet_addr target;
static bool by_splice;

static int copy(eventlet_socket *from, eventlet_socket *to)
{
    char *buf = malloc(BUFFER);
    ssize_t n = buf ? 1 : -ENOMEM;
    int rc = 0;

    while (n > 0 && rc == 0) {
        n = eventlet_recv(from, buf, BUFFER);
        if (n > 0)
            rc = eventlet_sendall(to, buf, (size_t)n);
    }
    free(buf);
    if (n == 0)
        rc = eventlet_recv_error(from); /* a reset is an end as well */
    return n < 0 ? (int)n : rc;
}

static int forward(void *arg)
{
    struct way *way = arg;
    int64_t rc = by_splice ? eventlet_splice(way->to, way->from, NULL, NULL)
                           : copy(way->from, way->to);

    way->closed(way, rc < 0 ? (int)rc : 0);
    return 0;
}

static void reset_when_closed(eventlet_socket *s)
{
    const struct linger at_once = { .l_onoff = 1 };

    (void)eventlet_setsockopt(s, SOL_SOCKET, SO_LINGER, &at_once,
                              sizeof at_once);
}

/* A side has nothing more to say: the other is told so. After a failure the
 * other way ends, too: it reads from the side that is told. */
static void side_closed(struct way *way, int code)
{
    if (--*way->open && code == 0)
        code = eventlet_shutdown(way->to, SHUT_WR);
    if (code < 0) {
        reset_when_closed(way->from);
        reset_when_closed(way->to);
        (void)eventlet_shutdown(way->to, SHUT_RD);
    }
}

/* A connection to the target. What is spliced within one machine is not to be
 * paced. */
static int connect_target(eventlet_socket **server)
{
    int rc = eventlet_socket_new(server, target.sa.sa_family, SOCK_STREAM, 0);

    if (rc < 0)
        return rc;
    if (by_splice)
        (void)eventlet_splice_unpace(*server, &target);
    rc = eventlet_socket_connect(*server, &target);
    if (rc < 0)
        eventlet_close(*server);
    return rc;
}

/* One client. */
static int serve(eventlet_socket *client, const struct eventlet_addr *addr,
                 void *arg)
{
    eventlet_greenthread *gt;
    eventlet_socket *server;
    int open = 2;
    int rc = connect_target(&server);

    (void)addr, (void)arg;
    if (rc < 0) {
        complain("cannot connect to", name_of(&target), rc);
        return 0;
    }
    struct way there = { client, server, side_closed, &open };
    struct way back = { server, client, side_closed, &open };

    rc = eventlet_spawn(&gt, forward, &back);
    if (rc == 0) {
        forward(&there);
        rc = eventlet_wait(gt);
        eventlet_reap(gt);
    } else {
        complain("cannot forward to", name_of(&target), rc);
    }
    eventlet_close(server);
    return rc == EVENTLET_EXIT ? rc : 0;
}

static const char usage[] =
    "usage: forwarder [--splice] LISTEN TARGET\n"
    "\n"
    "Forwards every connection to LISTEN, such as 127.0.0.1:7000, to TARGET,\n"
    "such as 127.0.0.1:22. Port 0 lets the system choose; the first line of\n"
    "the output says where it listens.\n"
    "\n"
    "  --splice  move the bytes without copying them to user space\n";

int main(int argc, char **argv)
{
    const struct eventlet_serve_opts opts = { .concurrency = 100000 };
    struct eventlet_addr here;
    eventlet_socket *listener;
    int rc;

    argv = options(&argc, argv, usage, "--splice", &by_splice);
    if (argc != 2)
        return misused(usage);
    /* eventlet_splice need not hold it back then, at each bite. */
    signal(SIGPIPE, SIG_IGN);
    if (resolve(&target, argv[1]) < 0 || listen_on(&listener, argv[0]) < 0)
        return 1;
    if (by_splice && eventlet_getsockname(listener, &here) == 0)
        (void)eventlet_splice_unpace(listener, &here);
    rc = eventlet_serve(listener, serve, NULL, &opts);
    eventlet_close(listener);
    return rc < 0 ? complain("serving", argv[0], rc) : 0;
}
