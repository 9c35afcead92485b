/* SPDX-License-Identifier: MIT */
/* A port forwarder: what connects here is connected there. */
#include <stdio.h>
#include <string.h>

#include <eventlet.h>

#include "program.h"

enum { BUFFER = 128 << 10 };

struct link;

/* One direction: what its reader gets, its writer gives. */
struct way {
    eventlet_socket *from;
    eventlet_socket *to;
    struct link *link;
};

struct link {
    struct way there, back;
    int open; /* directions that still carry */
};

static struct eventlet_addr target;
static bool by_splice;

/* Called when a side has nothing more to say: the other is told so. With both
 * ended, the link is over. */
static void closed(struct way *way)
{
    (void)eventlet_shutdown(way->to, SHUT_WR);
    way->link->open--;
}

static int forward(struct way *way)
{
    char *buf = malloc(BUFFER);
    ssize_t n = buf ? 1 : -ENOMEM;

    while (n > 0) {
        n = eventlet_recv(way->from, buf, BUFFER);
        if (n > 0 && eventlet_sendall(way->to, buf, (size_t)n) < 0)
            n = 0;
    }
    free(buf);
    return (int)n;
}

static int forward_by_splice(struct way *way)
{
    int64_t n = eventlet_splice(way->to, way->from, NULL, NULL);

    return n < 0 ? (int)n : 0;
}

static int carry(void *arg)
{
    struct way *way = arg;
    int rc = by_splice ? forward_by_splice(way) : forward(way);

    closed(way);
    /* A side that failed will not take anything either. */
    if (rc < 0)
        (void)eventlet_shutdown_safe(way->from);
    return rc == EVENTLET_EXIT ? rc : 0;
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

/* One client: both directions, each in a green thread of its own. */
static int serve(eventlet_socket *client, const struct eventlet_addr *addr,
                 void *arg)
{
    struct link link = { .open = 2 };
    eventlet_greenthread *back;
    eventlet_socket *server;
    int rc = connect_target(&server);

    (void)addr, (void)arg;
    if (rc < 0) {
        complain("cannot connect to", name_of(&target), rc);
        return 0;
    }
    link.there = (struct way){ client, server, &link };
    link.back = (struct way){ server, client, &link };
    rc = eventlet_spawn(&back, carry, &link.back);
    if (rc == 0) {
        rc = carry(&link.there);
        if (rc == 0)
            rc = eventlet_wait(back);
        eventlet_reap(back);
    }
    eventlet_close(server);
    return rc < 0 && rc != EVENTLET_EXIT ? 0 : rc;
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
    struct eventlet_addr here;
    eventlet_socket *listener;
    int rc;

    argv = options(&argc, argv, usage, "--splice", &by_splice);
    if (argc != 2)
        return misused(usage);
    if (resolve(&target, argv[1]) < 0 || listen_on(&listener, argv[0]) < 0)
        return 1;
    if (by_splice && eventlet_getsockname(listener, &here) == 0)
        (void)eventlet_splice_unpace(listener, &here);
    rc = eventlet_serve(listener, serve, NULL, NULL);
    eventlet_close(listener);
    return rc < 0 ? complain("serving", argv[0], rc) : 0;
}
