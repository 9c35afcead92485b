/* SPDX-License-Identifier: MIT */
/* Section I of the rules: sockets before they connect and after they end. */
#include <sys/socket.h>

#include "support.h"

SCENARIO(socket_recv_end)
{
    struct pair p = socketpair_of();

    send_text(p.two, "last");
    eventlet_close(p.two);
    for (int i = 0; i < 3; i++)
        say("one", "%s", hear(p.one, 10));
}

SCENARIO_REAL(socket_recv_reset)
{
    struct pair p = connected();

    send_text(p.two, "never read");
    eventlet_sleep(0.01);
    eventlet_close(p.one);
    say("two", "%s", hear(p.two, 10));
}

SCENARIO(socket_send_after_close)
{
    struct pair p = socketpair_of();

    eventlet_close(p.two);
    say("one", "%s", send_result(p.one, "x"));
}

static int hears(void *socket)
{
    char data[10];

    return (int)eventlet_recv(socket, data, sizeof data);
}

SCENARIO_REAL(socket_recv_not_connected)
{
    say("socket", "%s",
        code(eventlet_with_timeout(0.01, hears, stream(), NULL)));
}

SCENARIO_REAL(socket_send_not_connected)
{
    eventlet_socket *s = stream();

    must(eventlet_settimeout(s, 0.01));
    say("socket", "%s", send_result(s, "x"));
}

SCENARIO(socket_half_close)
{
    struct pair p = connected();

    send_text(p.one, "question");
    must(eventlet_shutdown(p.one, SHUT_WR));
    say("two", "%s", hear(p.two, 100));
    say("two", "%s", hear(p.two, 100));
    send_text(p.two, "answer");
    say("one", "%s", hear(p.one, 100));
    say("one", "%s", send_result(p.one, "x"));
}

SCENARIO(socket_shutdown_wakes_reader)
{
    struct pair p = socketpair_of();
    struct reading r;

    reading_start(&r, p.one);
    eventlet_sleep(0);
    must(eventlet_shutdown(p.one, SHUT_RD));
    say("reader", "%s", reading_end(&r));
}

SCENARIO_REAL(socket_shutdown_safe)
{
    eventlet_socket *unconnected = stream();
    struct pair p = socketpair_of();

    say("unconnected", "%s", code(eventlet_shutdown_safe(unconnected)));
    must(eventlet_socket_close_fd(unconnected));
    say("closed", "%s", code(eventlet_shutdown_safe(unconnected)));
    say("connected", "%s", code(eventlet_shutdown_safe(p.one)));
    say("peer", "%s", hear(p.two, 10));
    say("plain", "%s", code(eventlet_shutdown(stream(), SHUT_RDWR)));
}

SCENARIO(socket_use_after_close)
{
    struct pair p = socketpair_of();

    must(eventlet_socket_close_fd(p.one));
    say("recv", "%s", hear(p.one, 10));
    say("send", "%s", send_result(p.one, "x"));
    say("close", "%s", code(eventlet_socket_close_fd(p.one)));
}
