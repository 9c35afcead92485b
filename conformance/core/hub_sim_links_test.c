/* SPDX-License-Identifier: MIT */
/* The world in memory: connections, what they hold, how they fail. */
#include "net/sockets.h"

#include "base/sys.h"
#include "support/world.h"

#include <poll.h>

/* What poll says of it at once. */
static int ready(const eventlet_socket *s, int events)
{
    struct pollfd one = { .fd = eventlet_fileno(s), .events = (short)events };

    CHECK_OK(eventlet__sys_poll(&one, 1, 0));
    return one.revents;
}

/* ---- coming together ---- */

WORLD_TEST(hub_sim, nobody_listens_there, "hub_sim.9")
{
    eventlet_socket *holder, *s;
    struct eventlet_addr addr = dead_address(&holder);

    CHECK_CODE(eventlet_connect_addr(&s, &addr, NULL), -ECONNREFUSED);
    eventlet_close(holder);
}

WORLD_TEST(hub_sim, ports_are_handed_out_in_order, "hub_sim.9 hub_sim.3")
{
    eventlet_socket *one = new_listener(), *other = new_listener();
    struct eventlet_addr a = address_of(one), b = address_of(other);

    CHECK_INT(eventlet_addr_port(&a), 40001);
    CHECK_INT(eventlet_addr_port(&b), 40002);
    eventlet_close(other);
    CHECK_CODE(eventlet_listen(&other, "127.0.0.1", 40001, NULL), -EADDRINUSE);
    eventlet_close(one);
}

WORLD_TEST(hub_sim, a_full_line_makes_clients_try_again, "hub_sim.9")
{
    const struct eventlet_listen_opts opts = { .backlog = 1 };
    eventlet_socket *listener, *s[2], *late, *client;
    struct eventlet_addr addr;
    double began = now();

    REQUIRE_OK(eventlet_listen(&listener, "127.0.0.1", 0, &opts));
    addr = address_of(listener);
    for (int i = 0; i < 2; i++)
        s[i] = connect_to(listener);
    CHECK_OK(eventlet_socket_new(&late, AF_INET, SOCK_STREAM, 0));
    CHECK_OK(eventlet_settimeout(late, 0.9));
    CHECK_CODE(eventlet_socket_connect(late, &addr), EVENTLET_SOCKET_TIMEOUT);
    CHECK_OK(eventlet_accept(&client, listener, NULL));
    CHECK_OK(eventlet_socket_connect(late, &addr));
    CHECK_DBL_NEAR(now() - began, 1, 1e-6);
    eventlet_close(client);
    eventlet_close(late);
    for (int i = 0; i < 2; i++)
        eventlet_close(s[i]);
    eventlet_close(listener);
}

WORLD_TEST(hub_sim, descriptors_are_counted_and_limited, "hub_sim.9")
{
    eventlet_socket *listener = new_listener(), *s = connect_to(listener);
    eventlet_socket *client;

    CHECK(fcntl(eventlet_fileno(s), F_GETFD) >= 0);
    world_fail("accept4", 1, EMFILE);
    CHECK_CODE(eventlet_accept(&client, listener, NULL), -EMFILE);
    CHECK_OK(eventlet_accept(&client, listener, NULL)); /* it had stayed */
    eventlet_close(client);
    eventlet_close(s);
    eventlet_close(listener);
}

/* ---- bytes ---- */

WORLD_TEST(hub_sim, a_connection_holds_no_more_than_its_capacity, "hub_sim.10")
{
    struct world_link narrow = { .capacity = 1000 };
    eventlet_socket *pair[2];

    world_links(&narrow);
    REQUIRE(tcp_pair(pair));
    CHECK_CODE(ready(pair[0], POLLIN | POLLOUT), POLLOUT);
    fill_up(pair[0]);
    CHECK_CODE(ready(pair[0], POLLIN | POLLOUT), 0);
    CHECK_INT(drain(pair[1]), 1000);
    CHECK_CODE(ready(pair[0], POLLIN | POLLOUT), POLLOUT);
    close_pair(pair);
}

WORLD_TEST(hub_sim, pieces_are_as_small_as_asked_for, "hub_sim.10")
{
    struct world_link small = { .most = 2 };
    eventlet_socket *pair[2];

    world_links(&small);
    REQUIRE(tcp_pair(pair));
    CHECK_CODE(eventlet_send(pair[0], "abcde", 5), 2);
    send_text(pair[0], "cde");
    expect_text(pair[1], "ab");
    expect_text(pair[1], "cd");
    expect_text(pair[1], "e");
    close_pair(pair);
}

WORLD_TEST(hub_sim, each_half_ends_on_its_own, "hub_sim.10")
{
    eventlet_socket *pair[2];

    REQUIRE(tcp_pair(pair));
    send_text(pair[0], "abc");
    CHECK_OK(eventlet_shutdown(pair[0], SHUT_WR));
    CHECK_CODE(eventlet_send(pair[0], "d", 1), -EPIPE);
    expect_text(pair[1], "abc");
    CHECK_CODE(ready(pair[1], POLLIN | POLLRDHUP), POLLIN | POLLRDHUP);
    expect_text(pair[1], "");
    send_text(pair[1], "def");
    expect_text(pair[0], "def");
    CHECK_OK(eventlet_shutdown(pair[1], SHUT_WR));
    expect_text(pair[0], "");
    CHECK(ready(pair[0], 0) & POLLHUP);
    close_pair(pair);
}

/* ---- ending badly ---- */

WORLD_TEST(hub_sim, closing_with_bytes_unread_is_a_reset, "hub_sim.10")
{
    eventlet_socket *pair[2];
    char byte;

    REQUIRE(tcp_pair(pair));
    send_text(pair[0], "abc");
    send_text(pair[1], "def");
    CHECK_OK(eventlet_close(pair[0]));
    expect_text(pair[1], "abc"); /* it came before */
    CHECK_CODE(eventlet_recv(pair[1], &byte, 1), 0);
    CHECK_CODE(eventlet_recv_error(pair[1]), -ECONNRESET);
    eventlet_close(pair[1]);
}

WORLD_TEST(hub_sim, bytes_to_who_is_gone_are_answered_by_a_reset, "hub_sim.10")
{
    eventlet_socket *pair[2];
    char byte;

    REQUIRE(tcp_pair(pair));
    CHECK_OK(eventlet_close(pair[1]));
    CHECK_CODE(eventlet_recv(pair[0], &byte, 1), 0);
    send_text(pair[0], "abc"); /* nobody has said so yet */
    CHECK_CODE(eventlet_send(pair[0], "d", 1), -EPIPE);
    eventlet_close(pair[0]);
}

WORLD_TEST(hub_sim, a_reset_takes_the_place_of_a_byte, "hub_sim.11")
{
    struct world_link link = { .resets = true, .reset_after = 5 };
    eventlet_socket *pair[2];
    char byte;

    world_links(&link);
    REQUIRE(tcp_pair(pair));
    send_text(pair[0], "abcdefgh");
    expect_text(pair[1], "abcde");
    CHECK_CODE(eventlet_recv(pair[1], &byte, 1), 0);
    CHECK_CODE(eventlet_recv_error(pair[1]), -ECONNRESET);
    CHECK_CODE(eventlet_send(pair[0], "i", 1), -ECONNRESET);
    close_pair(pair);
}

WORLD_TEST(hub_sim, a_reset_takes_the_place_of_the_end, "hub_sim.11")
{
    struct world_link link = { .resets = true, .reset_after = 3 };
    eventlet_socket *pair[2];
    char byte;

    world_links(&link);
    REQUIRE(tcp_pair(pair));
    send_text(pair[0], "abc");
    expect_text(pair[1], "abc");
    CHECK_CODE(ready(pair[1], POLLIN), 0);
    CHECK_OK(eventlet_shutdown(pair[0], SHUT_WR));
    CHECK_CODE(eventlet_recv(pair[1], &byte, 1), 0);
    CHECK_CODE(eventlet_recv_error(pair[1]), -ECONNRESET);
    close_pair(pair);
}

WORLD_TEST(hub_sim, a_stall_is_told_to_nobody, "hub_sim.11")
{
    struct world_link link = { .stalls = true, .stall_after = 2 };
    eventlet_socket *pair[2];
    char byte;

    world_links(&link);
    REQUIRE(tcp_pair(pair));
    send_text(pair[0], "abcdef");
    CHECK_OK(eventlet_shutdown(pair[0], SHUT_WR));
    expect_text(pair[1], "ab");
    CHECK_OK(eventlet_settimeout(pair[1], 60));
    CHECK_CODE(eventlet_recv(pair[1], &byte, 1), EVENTLET_SOCKET_TIMEOUT);
    close_pair(pair);
}

WORLD_TEST(hub_sim, the_nth_call_of_a_name_fails, "hub_sim.11")
{
    eventlet_socket *pair[2];

    REQUIRE(tcp_pair(pair));
    world_fail("send", 2, ENOBUFS);
    world_fail("recv", 1, EINTR);
    send_text(pair[0], "a");
    CHECK_CODE(eventlet_send(pair[0], "b", 1), -ENOBUFS);
    send_text(pair[0], "c");
    expect_text(pair[1], "ac");
    close_pair(pair);
}

/* ---- datagrams ---- */

WORLD_TEST(hub_sim, datagrams_get_lost_by_chance, "hub_sim.11")
{
    struct world_link half = { .loss = 0.5 };
    eventlet_socket *from, *to;
    struct eventlet_addr addr;
    size_t n;

    world_links(&half);
    REQUIRE_OK(eventlet_socket_new(&to, AF_INET, SOCK_DGRAM, 0));
    REQUIRE_OK(eventlet_socket_new(&from, AF_INET, SOCK_DGRAM, 0));
    CHECK_OK(eventlet_addr_numeric(&addr, "127.0.0.1", 0, AF_INET));
    CHECK_OK(eventlet_bind(to, &addr));
    addr = address_of(to);
    for (int i = 0; i < 50; i++)
        CHECK_CODE(eventlet_sendto(from, "x", 1, 0, &addr), 1);
    n = drain(to);
    CHECK(n > 10 && n < 40);
    eventlet_close(from);
    eventlet_close(to);
}
