/* SPDX-License-Identifier: MIT */
/* serve: a green thread for each client, until one of them stops it.
 *
 * A client costs one block: its socket lies at the beginning of the struct, so
 * that closing the socket frees the whole, whoever does it. The server's own
 * struct is counted, as clients go on when serve has returned. */
#include "eventlet/convenience.h"

#include "base/list.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/sys.h"
#include "core/park.h"
#include "eventlet/errors.h"
#include "eventlet/greenpool.h"
#include "eventlet/hub.h"
#include "net/socket.h"

#include <errno.h>

static const double first_pause = 0.01; /* seconds, doubled each time */
static const double longest_pause = 1;
static const double between_complaints = 60;

struct server {
    eventlet_serve_fn *handle;
    void *arg;
    eventlet_greenthread *gt; /* to be thrown at; NULL once that is done */
    int code;                 /* what a handler ended it with */
    unsigned refs;            /* serve and its clients */
    eventlet_greenpool *pool;

    /* ---- for when descriptors or memory run out ---- */
    int reserve;          /* a descriptor to give up; -1: none */
    double pause;         /* the last one; 0: all is well */
    double complain_from; /* when it may be said again */
};

struct client {
    struct eventlet_socket socket; /* the first: see above */
    struct server *server;
    struct eventlet_addr addr;
};

static void release(struct server *server)
{
    if (--server->refs == 0)
        eventlet__free(server);
}

/* ---- one client ---- */

void eventlet_serve_keep(eventlet_socket *client)
{
    if (!client->kept)
        return;
    *client->kept = true;
    client->kept = NULL;
}

/* A handler that failed ends the server, unless it was killed or timed out. The
 * first one counts; after the end nobody is thrown at. */
static void failed(struct server *server, int code)
{
    if (code == EVENTLET_EXIT || eventlet_is_timeout(code) || !server->gt)
        return;
    server->code = code;
    eventlet__throw(server->gt, EVENTLET_STOP);
    server->gt = NULL;
}

static int handle(void *arg)
{
    struct client *c = arg;
    struct server *server = c->server;
    struct eventlet_addr addr = c->addr; /* outlives the client's block */
    bool kept = false;
    int rc;

    c->socket.kept = &kept;
    rc = server->handle(&c->socket, &addr, server->arg);
    if (!kept) {
        c->socket.kept = NULL;
        eventlet_close(&c->socket);
    }
    if (rc < 0)
        failed(server, rc);
    release(server);
    return 0;
}

/* Accepts first and waits for a place then: one client more than there are
 * places is accepted, the others stay in the system's line. */
static int serve_one(struct server *server, eventlet_socket *s)
{
    struct eventlet_addr addr;
    eventlet_socket *made;
    struct client *c;
    int rc = eventlet__socket_accept(&made, sizeof *c, s, &addr);

    if (rc < 0)
        return rc;
    c = EVENTLET__CONTAINER(made, struct client, socket);
    c->server = server;
    c->addr = addr;
    server->refs++;
    rc = eventlet_greenpool_spawn_n(server->pool, handle, c);
    if (rc == 0)
        return 0;
    server->refs--;
    eventlet_close(made);
    return rc;
}

/* ---- shortage ---- */

/* What passes by itself: descriptors, memory, a firewall's rule for one client.
 */
static bool is_shortage(int code)
{
    return code == -EMFILE || code == -ENFILE || code == -ENOBUFS ||
           code == -ENOMEM || code == -EPERM;
}

static void open_reserve(struct server *server)
{
    server->reserve = eventlet__sys_open("/dev/null", O_RDONLY | O_CLOEXEC, 0);
    if (server->reserve >= 0)
        eventlet_hubs_notify_opened(server->reserve);
}

/* Lets the one that waits longest know that it is in vain: with the reserve's
 * number it is accepted, and closed. */
static void turn_one_away(struct server *server, eventlet_socket *s)
{
    int fd;

    if (server->reserve >= 0)
        eventlet__sys_close(server->reserve);
    fd = eventlet__sys_accept4(eventlet_fileno(s), NULL, NULL,
                               SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0)
        eventlet__sys_close(fd);
    open_reserve(server);
}

static void complain(struct server *server, int code)
{
    double now = eventlet_hub_clock(eventlet_hubs_get_hub());

    if (now < server->complain_from)
        return;
    server->complain_from = now + between_complaints;
    eventlet__log(EVENTLET_WARNING, "serve: clients have to wait: %s",
                  eventlet_strerror(code));
}

static int wait_for_better_times(struct server *server, eventlet_socket *s,
                                 int code)
{
    complain(server, code);
    if (code == -EMFILE || code == -ENFILE)
        turn_one_away(server, s);
    server->pause = server->pause ? server->pause * 2 : first_pause;
    if (server->pause > longest_pause)
        server->pause = longest_pause;
    return eventlet_sleep(server->pause);
}

/* ---- all of them ---- */

static int server_new(struct server **out, eventlet_serve_fn *fn, void *arg,
                      const struct eventlet_serve_opts *opts)
{
    int size =
        opts && opts->concurrency ? opts->concurrency : EVENTLET_GREENPOOL_SIZE;
    struct server *server = eventlet__alloc(sizeof *server);
    int rc;

    if (!server)
        return -ENOMEM;
    rc = eventlet_greenpool_new(&server->pool, size);
    if (rc < 0) {
        eventlet__free(server);
        return rc;
    }
    server->handle = fn;
    server->arg = arg;
    server->gt = eventlet__self();
    server->refs = 1;
    open_reserve(server);
    *out = server;
    return 0;
}

/* Returns what serve does after its last call gave rc. */
static int server_end(struct server *server, int rc)
{
    int code = rc == EVENTLET_STOP ? server->code : rc;

    server->gt = NULL;
    if (server->reserve >= 0)
        eventlet__sys_close(server->reserve);
    eventlet_greenpool_free(server->pool);
    release(server);
    return code == EVENTLET_STOP ? 0 : code;
}

int eventlet_serve(eventlet_socket *s, eventlet_serve_fn *handle_client,
                   void *arg, const struct eventlet_serve_opts *opts)
{
    struct server *server;
    int rc = server_new(&server, handle_client, arg, opts);

    if (rc < 0)
        return rc;
    /* The listener may be closed while nobody waits on it. */
    eventlet__socket_ref(s);
    do {
        rc = serve_one(server, s);
        if (rc == 0)
            server->pause = 0;
        else if (is_shortage(rc))
            rc = wait_for_better_times(server, s, rc);
        if (rc == 0 && s->fd < 0)
            rc = EVENTLET_CLOSED;
    } while (rc == 0);
    eventlet__socket_unref(s);
    return server_end(server, rc);
}
