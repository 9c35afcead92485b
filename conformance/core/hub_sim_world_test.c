/* SPDX-License-Identifier: MIT */
/* The deterministic hub on a world in memory: time, order, deadlock. */
#include "net/sockets.h"

#include "support/world.h"

static struct world_link slow = { .latency = 0.5 };

/* ---- time ---- */

WORLD_TEST(hub_sim, what_is_under_way_makes_time_pass, "hub_sim.6")
{
    eventlet_socket *pair[2];
    double began;

    world_links(&slow);
    REQUIRE(tcp_pair(pair));
    began = now();
    send_text(pair[0], "abc");
    expect_text(pair[1], "abc");
    CHECK_DBL_NEAR(now() - began, 0.5, 1e-6);
    close_pair(pair);
}

WORLD_TEST(hub_sim, connecting_takes_a_round_trip, "hub_sim.6")
{
    eventlet_socket *listener = new_listener(), *s;
    double began = now();

    world_links(&slow);
    s = connect_to(listener);
    CHECK_DBL_NEAR(now() - began, 1, 1e-6);
    eventlet_close(s);
    eventlet_close(listener);
}

WORLD_TEST(hub_sim, what_arrives_goes_before_a_timer_of_that_moment,
           "hub_sim.6 hub_sim.2")
{
    eventlet_socket *pair[2];

    world_links(&slow);
    REQUIRE(tcp_pair(pair));
    CHECK_OK(eventlet_settimeout(pair[1], 0.5));
    send_text(pair[0], "abc");
    expect_text(pair[1], "abc");
    CHECK_OK(eventlet_settimeout(pair[1], 0.49));
    send_text(pair[0], "abc");
    CHECK_CODE(eventlet_recv(pair[1], &(char){ 0 }, 1),
               EVENTLET_SOCKET_TIMEOUT);
    close_pair(pair);
}

WORLD_TEST(hub_sim, a_connection_of_an_hour_times_out_at_once,
           "hub_sim.6 convenience.16")
{
    struct eventlet_connect_opts opts = { .seconds = 3600 };
    eventlet_socket *listener = new_listener(), *s;
    struct eventlet_addr addr = address_of(listener);
    struct world_link hour = { .latency = 3600 };
    double began = now();

    world_link_to(eventlet_addr_port(&addr), &hour);
    CHECK_CODE(eventlet_connect_addr(&s, &addr, &opts), EVENTLET_TIMEOUT);
    CHECK_DBL_NEAR(now() - began, 3600, 1e-3);
    opts.seconds = 7200; /* what arrives at that moment goes first */
    CHECK_OK(eventlet_connect_addr(&s, &addr, &opts));
    CHECK_DBL_NEAR(now() - began, 3 * 3600, 1e-3);
    eventlet_close(s);
    eventlet_close(listener);
}

/* ---- deadlock ---- */

static int read_what_never_comes(void *arg)
{
    eventlet_socket *pair[2];
    char byte;
    int rc;

    (void)arg;
    if (!tcp_pair(pair))
        return -ENOMEM;
    rc = (int)eventlet_recv(pair[0], &byte, 1);
    close_pair(pair);
    return rc;
}

TEST(hub_sim, a_world_without_events_is_a_deadlock, "hub_sim.4 hub_sim.7")
{
    log_catch();
    CHECK_CODE(world_run(1, read_what_never_comes, NULL), EVENTLET_DEADLOCK);
    log_let_go();
}

/* ---- order ---- */

enum { MANY = 8 };

static char told[MANY + 1];

struct one {
    eventlet_socket *pair[2];
    char name;
    eventlet_greenthread *gt;
};

static int wait_and_tell(void *arg)
{
    struct one *one = arg;
    char byte;

    CHECK_CODE(eventlet_recv(one->pair[0], &byte, 1), 1);
    told[strlen(told)] = one->name;
    return 0;
}

/* All become ready at once. */
static int wait_together(void *arg)
{
    struct one all[MANY];

    (void)arg;
    memset(told, 0, sizeof told);
    for (int i = 0; i < MANY; i++) {
        all[i].name = (char)('a' + i);
        CHECK(unix_pair(all[i].pair));
        all[i].gt = spawn(wait_and_tell, &all[i]);
    }
    let_others_run();
    for (int i = 0; i < MANY; i++)
        send_text(all[i].pair[1], "x");
    for (int i = 0; i < MANY; i++) {
        CHECK_OK(end_of(all[i].gt));
        close_pair(all[i].pair);
    }
    return 0;
}

TEST(hub_sim, who_is_ready_at_once_is_told_in_the_order_of_the_seed,
     "hub_sim.5 hub_sim.3")
{
    char first[MANY + 1];
    int same = 0;

    CHECK_OK(world_run(0, wait_together, NULL));
    CHECK_STR(told, "abcdefgh"); /* by number */
    for (uint64_t seed = 1; seed <= 50; seed++) {
        CHECK_OK(world_run(seed, wait_together, NULL));
        CHECK_INT(strlen(told), MANY);
        memcpy(first, told, sizeof told);
        CHECK_OK(world_run(seed, wait_together, NULL));
        CHECK_STR(told, first);
        same += strcmp(told, "abcdefgh") == 0;
    }
    CHECK(same <= 1);
}

/* ---- traces ---- */

static int send_much(void *arg)
{
    static const char block[100000];

    return eventlet_sendall(arg, block, sizeof block);
}

static int talk(void *arg)
{
    static char block[5000];
    eventlet_socket *pair[2];
    eventlet_greenthread *gt;
    ssize_t n, all = 0;

    world_links(arg);
    if (!tcp_pair(pair))
        return -ENOMEM;
    gt = spawn(send_much, pair[0]);
    do
        n = eventlet_recv(pair[1], block, sizeof block);
    while (n > 0 && (all += n) < 100000);
    CHECK_INT(all, 100000);
    CHECK_OK(end_of(gt));
    close_pair(pair);
    return 0;
}

TEST(hub_sim, the_same_seed_gives_the_same_trace, "hub_sim.3 hub_sim.8")
{
    struct world_link link = { .latency = 0.01,
                               .jitter = 0.02,
                               .ragged = true };
    uint64_t traces[20];

    for (uint64_t seed = 0; seed < 20; seed++) {
        CHECK_OK(world_run(seed, talk, &link));
        traces[seed] = world_trace();
        CHECK(world_calls() > 20);
        CHECK_OK(world_run(seed, talk, &link));
        CHECK(world_trace() == traces[seed]);
        for (uint64_t other = 0; other < seed; other++)
            CHECK(traces[seed] != traces[other]);
    }
}

TEST(hub_sim, without_chance_the_seed_changes_nothing, "hub_sim.8")
{
    struct world_link link = { .latency = 0.01 };
    uint64_t trace;

    CHECK_OK(world_run(1, talk, &link));
    trace = world_trace();
    CHECK_OK(world_run(2, talk, &link));
    CHECK(world_trace() == trace);
}

/* ---- the kernel beside it ---- */

WORLD_TEST(hub_sim, the_kernels_descriptors_are_waited_for_as_well, "hub_sim.7")
{
    eventlet_socket *pair[2], *real;
    struct reader r;
    int fds[2];

    REQUIRE_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    REQUIRE_OK(eventlet_socket_wrap(&real, fds[0]));
    REQUIRE(tcp_pair(pair));
    reader_start(&r, pair[1]);
    CHECK_INT(write(fds[1], "x", 1), 1);
    expect_text(real, "x");
    send_text(pair[0], "abc");
    CHECK_CODE(reader_end(&r), 3);
    close(fds[1]);
    eventlet_close(real);
    close_pair(pair);
}
