/* SPDX-License-Identifier: MIT */
/* Sections H and I of the rules: connecting, listening, datagrams. */
#include <errno.h>
#include <string.h>
#include <arpa/inet.h>

#include "support.h"

/* A listener that lets nobody in any more. */
static eventlet_socket *full_listener(void)
{
    eventlet_socket *server = stream();
    struct eventlet_addr addr;

    must(eventlet_addr_numeric(&addr, "127.0.0.1", 0, AF_INET));
    must(eventlet_bind(server, &addr));
    must(eventlet_socket_listen(server, 0));
    addr = name_of(server);
    for (int i = 0; i < 2; i++) {
        eventlet_socket *holder = stream();

        must(eventlet_setblocking(holder, false));
        must(eventlet_socket_connect_ex(holder, &addr));
    }
    eventlet_sleep(0.01);
    return server;
}

/* What a connect_ex gives: "0", or the name of a number. */
static const char *ex(int number)
{
    return number == 0 ? "0" : code(-number);
}

static const char *connect_result(const struct eventlet_addr *addr)
{
    eventlet_socket *s;

    return code(eventlet_connect_addr(&s, addr, NULL));
}

static eventlet_socket *stream_within(double seconds)
{
    eventlet_socket *s = stream();

    must(eventlet_settimeout(s, seconds));
    return s;
}

SCENARIO_REAL(connect_refused)
{
    struct eventlet_addr addr = refused_port();

    say("connect", "%s", connect_result(&addr));
    say("method", "%s", code(eventlet_socket_connect(stream(), &addr)));
    say("with timeout", "%s",
        code(eventlet_socket_connect(stream_within(0.5), &addr)));
}

SCENARIO_REAL(connect_ex_refused)
{
    struct eventlet_addr addr = refused_port();

    say("connect_ex", "%s", ex(eventlet_socket_connect_ex(stream(), &addr)));
    say("with timeout", "%s",
        ex(eventlet_socket_connect_ex(stream_within(0.5), &addr)));
}

SCENARIO_REAL(connect_ex_ok)
{
    struct eventlet_addr addr = name_of(listener());
    eventlet_socket *s = stream();
    struct eventlet_addr peer;

    say("connect_ex", "%s", ex(eventlet_socket_connect_ex(s, &addr)));
    must(eventlet_getpeername(s, &peer));
    say("peer", "is right: %s", yes(eventlet_addr_equal(&peer, &addr)));
}

SCENARIO_REAL(connect_timeout)
{
    struct eventlet_addr addr = name_of(full_listener());

    say("connect", "%s",
        code(eventlet_socket_connect(stream_within(0.02), &addr)));
}

SCENARIO_REAL(connect_ex_timeout)
{
    struct eventlet_addr addr = name_of(full_listener());

    say("connect_ex", "%s",
        ex(eventlet_socket_connect_ex(stream_within(0.02), &addr)));
}

SCENARIO_REAL(connect_nonblocking)
{
    eventlet_socket *server = listener();
    struct eventlet_addr addr = name_of(server);
    eventlet_socket *s = stream();
    eventlet_socket *accepted;

    must(eventlet_setblocking(s, false));
    say("connect_ex", "%s", ex(eventlet_socket_connect_ex(s, &addr)));
    must(eventlet_accept(&accepted, server, NULL));
    send_text(accepted, "data");
    must(eventlet_setblocking(s, true));
    say("then", "%s", hear(s, 10));
}

static int connects(void *addr)
{
    eventlet_socket *s;

    return eventlet_connect_addr(&s, addr, NULL);
}

SCENARIO_REAL(connect_killed)
{
    struct eventlet_addr addr = name_of(full_listener());
    eventlet_greenthread *thread = spawn(connects, &addr);

    eventlet_sleep(0.01);
    eventlet_kill(thread, 0);
    say("connect", "%s", code(wait_for(thread)));
}

static const char *host_of(const struct eventlet_addr *addr)
{
    static char text[INET_ADDRSTRLEN];

    return inet_ntop(AF_INET, &addr->in.sin_addr, text, sizeof text);
}

SCENARIO_REAL(connect_bind)
{
    const struct eventlet_connect_opts opts = { .bind = "127.0.0.2" };
    eventlet_socket *server = listener();
    struct eventlet_addr addr = name_of(server);
    eventlet_socket *accepted;
    eventlet_socket *s;

    must(eventlet_connect_addr(&s, &addr, &opts));
    addr = name_of(s);
    say("near end", "%s", host_of(&addr));
    must(eventlet_accept(&accepted, server, &addr));
    say("seen as", "%s", host_of(&addr));
}

SCENARIO(accept_in_order)
{
    eventlet_socket *server = listener();
    eventlet_socket *clients[3];

    for (int i = 0; i < 3; i++)
        clients[i] = connect_to(server);
    for (int i = 0; i < 3; i++) {
        struct eventlet_addr name = name_of(clients[i]);
        struct eventlet_addr addr;
        eventlet_socket *accepted;

        must(eventlet_accept(&accepted, server, &addr));
        say("accepted", "in turn: %s", yes(eventlet_addr_equal(&addr, &name)));
    }
}

static int option(eventlet_socket *s, int name)
{
    int value = -1;
    socklen_t len = sizeof value;

    must(eventlet_getsockopt(s, SOL_SOCKET, name, &value, &len));
    return value != 0;
}

static void tell_listen(const char *name, int port,
                        const struct eventlet_listen_opts *opts)
{
    eventlet_socket *s;

    must(eventlet_listen(&s, "127.0.0.1", port, opts));
    say(name, "%d %d", option(s, SO_REUSEADDR), option(s, SO_REUSEPORT));
}

SCENARIO_REAL(listen_options)
{
    const struct eventlet_listen_opts without = { .reuse_addr = EVENTLET_NO,
                                                  .reuse_port = EVENTLET_NO };
    struct eventlet_addr addr;

    tell_listen("port 0", 0, NULL);
    addr = refused_port();
    tell_listen("fixed", eventlet_addr_port(&addr), NULL);
    addr = refused_port();
    tell_listen("without", eventlet_addr_port(&addr), &without);
}

SCENARIO_REAL(listen_in_use)
{
    struct eventlet_addr addr = name_of(listener());
    eventlet_socket *s;

    say("listen", "%s",
        code(
            eventlet_listen(&s, "127.0.0.1", eventlet_addr_port(&addr), NULL)));
}

static eventlet_socket *datagram_socket(void)
{
    struct eventlet_addr addr;
    eventlet_socket *s;

    must(eventlet_socket_new(&s, AF_INET, SOCK_DGRAM, 0));
    must(eventlet_addr_numeric(&addr, "127.0.0.1", 0, AF_INET));
    must(eventlet_bind(s, &addr));
    return s;
}

static int receives_two(void *arg)
{
    const struct pair *p = arg;
    struct eventlet_addr sender = name_of(p->one);

    for (int i = 0; i < 2; i++) {
        struct eventlet_addr from;
        char data[100];
        ssize_t n = eventlet_recvfrom(p->two, data, sizeof data, 0, &from);

        say("two", "%s from one: %s", text_of(n, data),
            yes(eventlet_addr_equal(&from, &sender)));
    }
    return 0;
}

static void send_datagram(const struct pair *p, const char *text)
{
    struct eventlet_addr to = name_of(p->two);

    say("one", "sent %d",
        must((int)eventlet_sendto(p->one, text, strlen(text), 0, &to)));
}

SCENARIO_REAL(datagram_exchange)
{
    struct pair p = { datagram_socket(), datagram_socket() };
    eventlet_greenthread *thread = spawn(receives_two, &p);

    eventlet_sleep(0);
    send_datagram(&p, "first");
    send_datagram(&p, "second");
    wait_for(thread);
}

SCENARIO_REAL(datagram_timeout)
{
    eventlet_socket *s = datagram_socket();
    struct eventlet_addr from;
    char data[10];

    must(eventlet_settimeout(s, 0.01));
    say("socket", "%s",
        code(eventlet_recvfrom(s, data, sizeof data, 0, &from)));
}

SCENARIO_REAL(peer_names)
{
    struct pair p = connected();
    struct eventlet_addr near = name_of(p.one);
    struct eventlet_addr far;

    must(eventlet_getpeername(p.two, &far));
    say("one", "%s", yes(eventlet_addr_equal(&near, &far)));
    near = name_of(p.two);
    must(eventlet_getpeername(p.one, &far));
    say("two", "%s", yes(eventlet_addr_equal(&near, &far)));
    must(eventlet_socket_close_fd(p.one));
    say("closed", "%s", code(eventlet_getpeername(p.one, &far)));
}
