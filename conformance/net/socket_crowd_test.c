/* SPDX-License-Identifier: MIT */
/* Green threads that listen, accept and connect all at once on slow links, are
 * thrown at and have their sockets closed under them, as a seed says. */
#include "net/sockets.h"

#include "eventlet/mem.h"
#include "support/world.h"

enum { DOORS = 3, ACTORS = 8, DEEDS = 25, KINDS = 4 };

struct crowd {
    uint64_t chance;
    eventlet_socket *doors[DOORS]; /* NULL while nobody listens there */
    struct eventlet_addr addrs[DOORS];
    eventlet_socket *young; /* somebody is connecting it */
    int youngs;             /* an address may be given out again */
    eventlet_greenthread *actors[ACTORS];
    int done[KINDS];
};

static unsigned pick(struct crowd *crowd, unsigned n)
{
    crowd->chance = crowd->chance * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(crowd->chance >> 33) % n;
}

/* ---- deeds ---- */

static int deed_accept(struct crowd *crowd, int i)
{
    struct eventlet_addr addr;
    eventlet_socket *client;
    int rc;

    if (!crowd->doors[i])
        return -EBADF;
    rc = eventlet_accept(&client, crowd->doors[i], &addr);
    if (rc < 0)
        return rc;
    rc = eventlet_sendall(client, "hello", 5);
    eventlet_close(client);
    return rc;
}

/* Whoever got through is greeted, or the link broke. */
static int deed_connect(struct crowd *crowd, int i)
{
    struct eventlet_connect_opts opts = { .seconds = 0.01 * pick(crowd, 20) };
    eventlet_socket *s;
    char buf[6] = "";
    int rc = eventlet_connect_addr(&s, &crowd->addrs[i], &opts);

    if (rc < 0)
        return rc;
    rc = (int)eventlet_recv(s, buf, 5);
    CHECK(rc <= 0 || strncmp(buf, "hello", (size_t)rc) == 0);
    eventlet_close(s);
    return rc;
}

/* Connects what another may close meanwhile. */
static int deed_connect_young(struct crowd *crowd, int i)
{
    eventlet_socket *s;
    int rc, mine;

    if (crowd->young) {
        s = crowd->young;
        crowd->young = NULL;
        return eventlet_close(s);
    }
    rc = eventlet_socket_new(&s, AF_INET, SOCK_STREAM, 0);
    if (rc < 0)
        return rc;
    crowd->young = s;
    mine = ++crowd->youngs;
    rc = eventlet_socket_connect(s, &crowd->addrs[i]);
    if (!crowd->young || crowd->youngs != mine)
        return rc; /* gone */
    crowd->young = NULL;
    eventlet_close(s);
    return rc;
}

static int deed_door(struct crowd *crowd, int i)
{
    const struct eventlet_listen_opts opts = { .backlog =
                                                   1 + (int)pick(crowd, 3) };
    eventlet_socket *door = crowd->doors[i];

    if (pick(crowd, 3))
        return -EAGAIN;
    crowd->doors[i] = NULL;
    if (door)
        return eventlet_close(door);
    return eventlet_listen(&crowd->doors[i], "127.0.0.1",
                           eventlet_addr_port(&crowd->addrs[i]), &opts);
}

static int (*const deeds[KINDS])(struct crowd *crowd, int i) = {
    deed_accept,
    deed_connect,
    deed_connect_young,
    deed_door,
};

/* ---- all of them ---- */

static int act(void *arg)
{
    struct crowd *crowd = arg;

    for (int n = 0; n < DEEDS; n++) {
        unsigned kind = pick(crowd, KINDS);
        eventlet_greenthread *other = crowd->actors[pick(crowd, ACTORS)];
        struct eventlet_timeout limit;

        CHECK_OK(eventlet_timeout_start(&limit, 0.01 * pick(crowd, 50)));
        crowd->done[kind] += deeds[kind](crowd, (int)pick(crowd, DOORS)) >= 0;
        eventlet_timeout_cancel(&limit);
        if (other != eventlet_getcurrent() && pick(crowd, 5) == 0)
            (void)!eventlet_kill(other, EVENTLET_USER(1));
        (void)!eventlet_sleep(0.01 * pick(crowd, 5));
    }
    return 0;
}

static void open_doors(struct crowd *crowd)
{
    for (int i = 0; i < DOORS; i++) {
        struct world_link link = { .latency = 0.02 * i, .jitter = 0.05 };

        crowd->doors[i] = new_listener();
        crowd->addrs[i] = address_of(crowd->doors[i]);
        world_link_to(eventlet_addr_port(&crowd->addrs[i]), &link);
    }
}

static int gather(void *arg)
{
    struct crowd *crowd = arg;
    struct eventlet_live before, after;

    eventlet_live(&before);
    open_doors(crowd);
    for (int i = 0; i < ACTORS; i++)
        crowd->actors[i] = spawn(act, crowd);
    for (int i = 0; i < ACTORS; i++)
        CHECK(eventlet_wait(crowd->actors[i]) <= 0);
    for (int i = 0; i < ACTORS; i++)
        eventlet_release(crowd->actors[i]);
    for (int i = 0; i < DOORS; i++)
        eventlet_close(crowd->doors[i]);
    eventlet_close(crowd->young);
    eventlet_live(&after);
    CHECK_INT(after.sockets, before.sockets);
    CHECK_INT(after.timers, before.timers);
    CHECK_INT(after.greenthreads, before.greenthreads);
    return 0;
}

TEST(socket, whoever_comes_and_goes_nothing_is_left,
     "socket.5 socket.10 socket.12 socket.27")
{
    int seeds = (int)world_seeds(300), done[KINDS] = { 0 };

    log_catch();
    for (int seed = 1; seed <= seeds && !check_failures(); seed++) {
        struct crowd crowd = { .chance = (uint64_t)seed };

        CHECK_OK(world_run((uint64_t)seed, gather, &crowd));
        for (int i = 0; i < KINDS; i++)
            done[i] += crowd.done[i];
        if (check_failures())
            CHECK_FAIL("... with seed %d", seed);
    }
    log_let_go();
    for (int i = 0; i < KINDS; i++)
        CHECK(done[i] > seeds);
}
