/* SPDX-License-Identifier: MIT */
/* connect.c - how two stream sockets come together: a request arrives at the
 * listener, stands in its line, and the answer arrives at the client. A request
 * that finds the line full is said again, after a second, two, four ... */
#include "support/world/inside.h"

#include "core/clock.h"

#include <string.h>

enum { TRIES = 7, BACKLOG_MOST = 4096 };

/* ---- listening ---- */

int world__listen(struct world_file *f, int backlog)
{
    if (f->kind != WORLD_STREAM)
        return -EOPNOTSUPP;
    if (f->state != WORLD_FRESH && f->state != WORLD_LISTENING)
        return -EINVAL;
    if (!f->bound) {
        int rc = f->family == AF_UNIX ? -EINVAL : world__bind_somewhere(f);

        if (rc < 0)
            return rc;
    }
    f->state = WORLD_LISTENING;
    f->backlog = backlog < 0 || backlog > BACKLOG_MOST ? BACKLOG_MOST : backlog;
    return 0;
}

static bool is_full(const struct world_file *listener)
{
    return listener->waiting > listener->backlog;
}

static void stand_in_line(struct world_file *listener, struct world_file *f)
{
    struct world_file **at = &listener->line;

    while (*at)
        at = &(*at)->behind;
    *at = f;
    listener->waiting++;
}

int world__accept(struct world_file **client, struct world_file *f)
{
    if (f->kind != WORLD_STREAM)
        return -EOPNOTSUPP;
    if (f->state != WORLD_LISTENING)
        return -EINVAL;
    *client = f->line;
    if (!*client)
        return -EAGAIN;
    f->line = (*client)->behind;
    f->waiting--;
    return 0;
}

void world__listener_close(struct world_file *f)
{
    while (f->line) {
        struct world_file *waiting = f->line;

        f->line = waiting->behind;
        waiting->linger_none = true;
        world__file_free(waiting);
    }
    f->waiting = 0;
}

/* ---- connecting ---- */

static struct world_file *make_server_side(struct world_file *listener,
                                           const struct world_file *client)
{
    struct world_file *f = world__file_new(WORLD_STREAM, listener->family,
                                           SOCK_STREAM, listener->protocol);

    memcpy(f->options, listener->options, sizeof f->options);
    f->here = client->there;
    f->there = client->here;
    stand_in_line(listener, f);
    return f;
}

static struct world_event *later(struct world_file *f, double seconds,
                                 world_happen *happen)
{
    int64_t due = eventlet__ns_add(world__now(), (int64_t)(seconds * 1e9));
    struct world_event *event = world__event(due, happen);

    event->file = f;
    return event;
}

static void refused(struct world_event *event)
{
    world__over(event->file, (int)event->n);
}

static void established(struct world_event *event)
{
    if (event->file->state == WORLD_CONNECTING)
        event->file->state = WORLD_CONNECTED;
}

/* The answer comes before any byte that the server sends. */
static void answer(struct world_file *client, struct world_file *listener)
{
    struct world_link link = *world__link_of(&client->there);
    struct world_event *event;

    world__join(client, make_server_side(listener, client), &link);
    event = world__event(world__wire_due(client->in), established);
    event->file = client;
}

static void request(struct world_event *event)
{
    struct world_file *f = event->file;
    struct world_file *listener = world__find(&f->there, SOCK_STREAM);
    double latency = world__link_of(&f->there)->latency;

    if (!listener)
        later(f, latency, refused)->n = ECONNREFUSED;
    else if (!is_full(listener))
        answer(f, listener);
    else if (event->n + 1 < TRIES)
        later(f, (double)(1 << event->n), request)->n = event->n + 1;
    else
        later(f, (double)(1 << event->n), refused)->n = ETIMEDOUT;
}

static int connect_inet(struct world_file *f)
{
    int rc = f->here.len ? 0 : world__bind_somewhere(f);

    if (rc < 0)
        return rc;
    f->state = WORLD_CONNECTING;
    later(f, world__link_of(&f->there)->latency, request);
    return -EINPROGRESS;
}

static int connect_unix(struct world_file *f)
{
    struct world_file *listener = world__find(&f->there, SOCK_STREAM);
    bool abstract = f->there.len > sizeof(sa_family_t) &&
                    ((const char *)&f->there.at)[sizeof(sa_family_t)] == '\0';

    if (!listener)
        return abstract ? -ECONNREFUSED : -ENOENT;
    if (is_full(listener))
        return -EAGAIN;
    world__join(f, make_server_side(listener, f), &world__.link);
    f->state = WORLD_CONNECTED;
    f->told = true;
    return 0;
}

/* What came of the connection that was asked for before. */
static int ask_again(struct world_file *f)
{
    bool told = f->told;

    if (f->state == WORLD_CONNECTING)
        return -EALREADY;
    if (f->state == WORLD_LISTENING || told)
        return -EISCONN;
    f->told = true;
    if (f->state == WORLD_CONNECTED)
        return 0;
    if (!f->in) { /* it may try again */
        f->state = WORLD_FRESH;
        f->shut = 0;
        f->told = false;
    }
    return f->error ? world__take_error(f) : -ECONNABORTED;
}

int world__connect(struct world_file *f, const struct sockaddr *addr,
                   socklen_t len)
{
    struct world_name there;
    int rc = world__name(&there, f, addr, len);

    if (rc < 0)
        return rc;
    if (f->kind == WORLD_STREAM && f->state != WORLD_FRESH)
        return ask_again(f);
    f->there = there;
    if (f->kind == WORLD_STREAM)
        return f->family == AF_UNIX ? connect_unix(f) : connect_inet(f);
    rc = f->here.len || f->family == AF_UNIX ? 0 : world__bind_somewhere(f);
    if (rc == 0)
        f->state = WORLD_CONNECTED;
    return rc;
}
