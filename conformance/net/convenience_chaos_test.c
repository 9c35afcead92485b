/* SPDX-License-Identifier: MIT */
/* A server and its clients, of whom some go without a word, while calls fail,
 * links break and handlers are thrown at, as a seed says. */
#include "net/sockets.h"

#include "eventlet/mem.h"
#include "support/world.h"

enum { CLIENTS = 8, VISITS = 4, HANDLERS = CLIENTS * VISITS };

struct place {
    uint64_t chance;
    struct eventlet_addr door;
    eventlet_socket *listener;
    eventlet_greenthread *handlers[HANDLERS]; /* NULL: none, or gone */
    int served, visits, broken;
    bool differs;
};

static unsigned pick(struct place *place, unsigned n)
{
    place->chance = place->chance * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(place->chance >> 33) % n;
}

/* ---- the server ---- */

static int echo(struct place *place, eventlet_socket *client)
{
    char buf[200];
    ssize_t n;
    int rc = 0;

    while ((n = eventlet_recv(client, buf, sizeof buf)) > 0 && rc == 0)
        rc = eventlet_sendall(client, buf, (size_t)n);
    place->broken += n < 0 || rc < 0;
    return pick(place, 3) ? 0 : EVENTLET_EXIT;
}

static int handle(eventlet_socket *client, const struct eventlet_addr *addr,
                  void *arg)
{
    struct place *place = arg;
    eventlet_greenthread **mine = place->handlers;
    int rc;

    (void)addr;
    while (*mine)
        mine++;
    *mine = eventlet_getcurrent();
    CHECK_OK(eventlet_settimeout(client, 1 + pick(place, 5)));
    rc = echo(place, client);
    *mine = NULL;
    place->served++;
    return rc;
}

static int run(void *arg)
{
    struct place *place = arg;
    struct eventlet_serve_opts opts = { .concurrency =
                                            1 + (int)pick(place, CLIENTS) };

    return eventlet_serve(place->listener, handle, place, &opts);
}

/* ---- clients ---- */

static void talk(struct place *place, eventlet_socket *s)
{
    char out[500], in[500];
    size_t len = 1 + pick(place, sizeof out), got = 0;
    ssize_t n = 1;

    memset(out, 'a' + (int)pick(place, 26), len);
    if (eventlet_sendall(s, out, len) < 0)
        return;
    if (pick(place, 2))
        (void)eventlet_shutdown(s, SHUT_WR);
    while (got < len && n > 0 && pick(place, 20)) {
        n = eventlet_recv(s, in + got, len - got);
        got += n > 0 ? (size_t)n : 0;
    }
    place->differs |= memcmp(in, out, got) != 0;
    place->visits += got == len;
}

static int client(void *arg)
{
    struct place *place = arg;
    struct eventlet_connect_opts opts = { .seconds = 10 };

    for (int i = 0; i < VISITS; i++) {
        eventlet_socket *s;

        if (eventlet_connect_addr(&s, &place->door, &opts) < 0)
            continue;
        CHECK_OK(eventlet_settimeout(s, 1 + pick(place, 10)));
        talk(place, s);
        if (pick(place, 4) == 0)
            reset_on_close(s);
        eventlet_close(s);
    }
    return 0;
}

/* ---- trouble ---- */

static void script_failures(struct place *place)
{
    static const struct {
        const char *site;
        int error;
    } troubles[] = {
        { "accept4", EMFILE },    { "accept4", ENOBUFS },
        { "accept4", EINTR },     { "accept4", ECONNABORTED },
        { "recv", ECONNRESET },   { "recv", EINTR },
        { "send", EPIPE },        { "send", EINTR },
        { "connect", ETIMEDOUT }, { "socket", EMFILE },
    };

    for (int i = 0; i < 6; i++) {
        unsigned which = pick(place, sizeof troubles / sizeof troubles[0]);

        world_fail(troubles[which].site, 1 + (long)pick(place, 40),
                   troubles[which].error);
    }
}

static struct world_link any_link(struct place *place)
{
    return (struct world_link){
        .ragged = true,
        .latency = 0.01 * pick(place, 3),
        .jitter = 0.01 * pick(place, 3),
        .resets = pick(place, 4) == 0,
        .reset_after = pick(place, 500),
        .stalls = pick(place, 4) == 0,
        .stall_after = pick(place, 500),
    };
}

/* Throws at handlers, and changes what new connections are like. */
static void disturb(struct place *place)
{
    for (int i = 0; i < 50; i++) {
        struct world_link link = any_link(place);
        eventlet_greenthread *gt;

        CHECK_OK(eventlet_sleep(0.01 * pick(place, 20)));
        world_link_to(eventlet_addr_port(&place->door), &link);
        gt = place->handlers[pick(place, 4)];
        if (gt && pick(place, 2))
            CHECK_OK(eventlet_kill(gt, 0));
    }
}

static int party(void *arg)
{
    struct place *place = arg;
    eventlet_greenthread *server, *clients[CLIENTS];
    struct eventlet_live before, after;
    int rc;

    eventlet_live(&before);
    place->listener = new_listener();
    place->door = address_of(place->listener);
    script_failures(place);
    server = spawn(run, place);
    for (int i = 0; i < CLIENTS; i++)
        clients[i] = spawn(client, place);
    disturb(place);
    for (int i = 0; i < CLIENTS; i++)
        CHECK_OK(end_of(clients[i]));
    CHECK(!eventlet_dead(server));
    rc = eventlet_reap(server);
    CHECK_CODE(rc, EVENTLET_EXIT);
    eventlet_close(place->listener);
    clock_advance(100); /* handlers that still wait, time out */
    eventlet_live(&after);
    CHECK_INT(after.sockets, before.sockets);
    CHECK_INT(after.greenthreads, before.greenthreads);
    CHECK_INT(after.timers, before.timers);
    return 0;
}

TEST(convenience, serve_outlives_any_trouble_under_every_seed,
     "convenience.12 convenience.13 convenience.15 convenience.18")
{
    int seeds = (int)world_seeds(300), visits = 0, broken = 0;

    log_catch();
    for (int seed = 1; seed <= seeds && !check_failures(); seed++) {
        struct place place = { .chance = (uint64_t)seed };

        CHECK_OK(world_run((uint64_t)seed, party, &place));
        CHECK(!place.differs);
        visits += place.visits;
        broken += place.broken;
        if (check_failures())
            CHECK_FAIL("... with seed %d", seed);
    }
    log_let_go();
    CHECK(visits > seeds * 5);
    CHECK(broken > seeds);
}
