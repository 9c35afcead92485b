/* SPDX-License-Identifier: MIT */
/* journey.h - the forwarder of spec/examples, itself, in a world in memory: a
 * client, the forwarder, a server, and bytes that travel both ways. */
#ifndef JOURNEY_H
#define JOURNEY_H

#include "net/sockets.h"

#include "eventlet/mem.h"
#include "support/world.h"

#define main forwarder_main
__attribute__((unused)) static int forwarder_main(int argc, char **argv);
#include "../../spec/examples/forwarder.c"
#undef main

struct journey {
    bool splice;
    bool patient;           /* the server answers when the client has ended */
    struct world_link near; /* from client to forwarder */
    struct world_link far;  /* from forwarder to server */
    size_t there, back;     /* bytes to travel */
    size_t got_there, got_back;   /* and that have arrived */
    bool differs;                 /* one of them not as it was sent */
    int server_end, client_end;   /* why reading ended: 0, or an error */
    int server_sent, client_sent; /* what sendall gave */
    const char *site; /* the nth call of that name fails; NULL: none */
    long nth;
    int error;
    struct eventlet_addr door; /* of the forwarder */
    eventlet_socket *server;   /* listener */
};

static inline unsigned char byte_at(size_t i, int salt)
{
    return (unsigned char)(i * 31 + (i >> 8) * 7 + (i >> 16) + (size_t)salt);
}

enum { SALT_THERE = 1, SALT_BACK = 101 };

/* Sends so many bytes, in pieces; then ends its half. If that fails it gives up
 * the other one, too. */
static inline int send_pattern(eventlet_socket *s, size_t len, int salt)
{
    unsigned char block[4096];
    int rc = 0;

    for (size_t at = 0; at < len && rc == 0;) {
        size_t n = len - at < sizeof block ? len - at : sizeof block;

        for (size_t i = 0; i < n; i++)
            block[i] = byte_at(at + i, salt);
        rc = eventlet_sendall(s, block, n);
        at += n;
    }
    if (rc < 0)
        (void)eventlet_shutdown(s, SHUT_RDWR);
    return rc < 0 ? rc : eventlet_shutdown(s, SHUT_WR);
}

/* Reads until the end and says why it came; *got counts. */
static inline int read_pattern(struct journey *j, eventlet_socket *s,
                               size_t *got, int salt)
{
    unsigned char block[4096];
    ssize_t n;

    while ((n = eventlet_recv(s, block, sizeof block)) > 0)
        for (ssize_t i = 0; i < n; i++)
            j->differs |= block[i] != byte_at((*got)++, salt);
    return n < 0 ? (int)n : eventlet_recv_error(s);
}

/* Waits for gt, unless this green thread is being killed for a deadlock. */
static inline void finish(eventlet_greenthread *gt, int code)
{
    if (code == EVENTLET_EXIT)
        eventlet_reap(gt);
    else
        CHECK_OK(end_of(gt));
}

struct answer {
    struct journey *j;
    eventlet_socket *s;
};

static inline int answer_run(void *arg)
{
    struct answer *a = arg;

    a->j->server_sent = send_pattern(a->s, a->j->back, SALT_BACK);
    return 0;
}

static inline int server_run(void *arg)
{
    struct journey *j = arg;
    struct answer a = { .j = j };
    eventlet_greenthread *gt = NULL;
    int rc = eventlet_accept(&a.s, j->server, NULL);

    if (rc < 0 && j->site) /* it was that call */
        rc = eventlet_accept(&a.s, j->server, NULL);
    if (rc < 0)
        return rc;
    if (!j->patient)
        gt = spawn(answer_run, &a);
    j->server_end = read_pattern(j, a.s, &j->got_there, SALT_THERE);
    if (j->patient && j->server_end != EVENTLET_EXIT)
        answer_run(&a);
    if (gt)
        finish(gt, j->server_end);
    return eventlet_close(a.s);
}

static inline int client_send_run(void *arg)
{
    struct answer *a = arg;

    a->j->client_sent = send_pattern(a->s, a->j->there, SALT_THERE);
    return 0;
}

static inline int client_run(struct journey *j)
{
    struct answer a = { .j = j };
    eventlet_greenthread *gt;
    int rc = eventlet_connect_addr(&a.s, &j->door, NULL);

    if (rc < 0)
        return rc;
    gt = spawn(client_send_run, &a);
    j->client_end = read_pattern(j, a.s, &j->got_back, SALT_BACK);
    finish(gt, j->client_end);
    return eventlet_close(a.s);
}

static inline int forwarder_run(void *listener)
{
    return eventlet_serve(listener, serve, NULL, NULL);
}

static inline eventlet_socket *listener_with(struct eventlet_addr *addr,
                                             const struct world_link *link)
{
    eventlet_socket *s = new_listener();

    *addr = address_of(s);
    world_link_to(eventlet_addr_port(addr), link);
    return s;
}

static inline bool all_is_gone(const struct eventlet_live *before)
{
    struct eventlet_live live;

    eventlet_live(&live);
    return CHECK_INT(live.greenthreads, before->greenthreads) &&
           CHECK_INT(live.sockets, before->sockets) &&
           CHECK_INT(live.timers, before->timers);
}

/* The whole of it; for world_run. Whatever the links do, it ends, and nothing
 * is left. */
static inline int journey(void *arg)
{
    struct journey *j = arg;
    eventlet_greenthread *server, *forwarder;
    struct eventlet_live before;
    eventlet_socket *door;

    eventlet_live(&before);
    by_splice = j->splice;
    j->server = listener_with(&target, &j->far);
    door = listener_with(&j->door, &j->near);
    if (j->site)
        world_fail(j->site, j->nth, j->error);
    server = spawn(server_run, j);
    forwarder = spawn(forwarder_run, door);
    CHECK_OK(client_run(j));
    finish(server, j->client_end);
    if (j->client_end != EVENTLET_EXIT)
        clock_advance(60);
    CHECK_CODE(eventlet_reap(forwarder), EVENTLET_EXIT);
    eventlet_close(door);
    eventlet_close(j->server);
    return all_is_gone(&before) ? 0 : EVENTLET_USER(1);
}

#endif
