/* SPDX-License-Identifier: MIT */
/* Section I of the rules: what green sockets do with data and time. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

static const char *accept_result(eventlet_socket *server)
{
    eventlet_socket *client;

    return code(eventlet_accept(&client, server, NULL));
}

/* Zero bytes, more than any socket takes at once. */
static void *bulk(size_t len)
{
    void *data = calloc(1, len);

    if (!data)
        abort();
    return data;
}

SCENARIO(socket_nonblocking_recv)
{
    struct pair p = socketpair_of();

    must(eventlet_settimeout(p.one, 0));
    say("one", "%s", hear(p.one, 10));
    must(eventlet_setblocking(p.one, true));
    must(eventlet_setblocking(p.one, false));
    say("one", "%s", hear(p.one, 10));
    send_text(p.two, "data");
    say("one", "%s", hear(p.one, 10));
}

SCENARIO(socket_nonblocking_send)
{
    struct pair p = socketpair_of();

    fill(p.one);
    must(eventlet_setblocking(p.one, false));
    say("one", "%s", send_result(p.one, "x"));
}

SCENARIO(socket_nonblocking_accept)
{
    eventlet_socket *server = listener();

    must(eventlet_settimeout(server, 0));
    say("server", "%s", accept_result(server));
}

static void tell_timeout(const char *what, eventlet_socket *s)
{
    double seconds = eventlet_gettimeout(s);

    if (seconds == EVENTLET_NEVER)
        say(what, "none");
    else
        say(what, "%.1f", seconds);
}

SCENARIO(socket_timeout_values)
{
    eventlet_socket *s = socketpair_of().one;

    tell_timeout("fresh", s);
    must(eventlet_settimeout(s, 1.5));
    tell_timeout("settimeout 1.5", s);
    must(eventlet_setblocking(s, false));
    tell_timeout("setblocking no", s);
    must(eventlet_setblocking(s, true));
    tell_timeout("setblocking yes", s);
    must(eventlet_settimeout(s, 0));
    tell_timeout("settimeout 0", s);
    must(eventlet_settimeout(s, EVENTLET_NEVER));
    tell_timeout("settimeout none", s);
    say("settimeout -1", "%s", code(eventlet_settimeout(s, -1)));
    tell_timeout("after the error", s);
}

SCENARIO(socket_accepted_timeout)
{
    eventlet_socket *server = listener();
    eventlet_socket *accepted;

    must(eventlet_settimeout(server, 0.5));
    connect_to(server);
    must(eventlet_accept(&accepted, server, NULL));
    say("accepted", "has a timeout: %s",
        yes(eventlet_gettimeout(accepted) != EVENTLET_NEVER));
}

SCENARIO(socket_dup_timeout)
{
    struct pair p = socketpair_of();
    eventlet_socket *copy;

    must(eventlet_settimeout(p.one, 0.5));
    must(eventlet_dup(&copy, p.one));
    say("copy", "%.1f", eventlet_gettimeout(copy));
    eventlet_close(p.one);
    send_text(p.two, "data");
    say("copy", "%s", hear(copy, 10));
}

SCENARIO(socket_default_timeout)
{
    eventlet_socket *accepted;
    eventlet_socket *client;
    eventlet_socket *server;

    must(eventlet_setdefaulttimeout(0.5));
    server = listener();
    client = connect_to(server);
    must(eventlet_accept(&accepted, server, NULL));
    say("client", "%.1f", eventlet_gettimeout(client));
    say("accepted", "%.1f", eventlet_gettimeout(accepted));
}

SCENARIO(socket_recv_timeout)
{
    struct pair p = socketpair_of();

    must(eventlet_settimeout(p.one, 0.01));
    say("one", "%s", hear(p.one, 10));
    send_text(p.two, "data");
    say("one", "%s", hear(p.one, 10));
}

SCENARIO(socket_recv_green_timeout)
{
    struct pair p = socketpair_of();
    struct eventlet_timeout t;

    must(eventlet_settimeout(p.one, 1));
    must(eventlet_timeout_start(&t, 0.01));
    say("one", "%s", hear(p.one, 10));
    eventlet_timeout_cancel(&t);
    send_text(p.two, "data");
    say("one", "%s", hear(p.one, 10));
}

SCENARIO(socket_recv_zero)
{
    struct pair p = socketpair_of();
    char none[1];

    must(eventlet_settimeout(p.one, 0.01));
    say("one", "%s", code(eventlet_recv(p.one, none, 0)));
    send_text(p.two, "data");
    say("one", "%d bytes", must((int)eventlet_recv(p.one, none, 0)));
    say("one", "%s", hear(p.one, 10));
}

SCENARIO(socket_send_partial)
{
    struct pair p = socketpair_of();
    const ssize_t len = 4000000;
    ssize_t sent = eventlet_send(p.one, bulk(4000000), 4000000);

    say("one", "sent some: %s all: %s", yes(sent > 0), yes(sent == len));
}

static int counts_bytes(void *socket)
{
    static char data[65536];
    int count = 0;
    ssize_t n;

    while ((n = eventlet_recv(socket, data, sizeof data)) > 0)
        count += (int)n;
    return n < 0 ? (int)n : count;
}

SCENARIO(socket_sendall)
{
    struct pair p = socketpair_of();
    eventlet_greenthread *thread = spawn(counts_bytes, p.two);

    say("one", "%s", code(eventlet_sendall(p.one, bulk(3000000), 3000000)));
    eventlet_close(p.one);
    say("two", "%d", wait_for(thread));
}

SCENARIO(socket_sendall_timeout)
{
    struct pair p = socketpair_of();

    must(eventlet_settimeout(p.one, 0.01));
    say("one", "%s", code(eventlet_sendall(p.one, bulk(3000000), 3000000)));
}

static int reads_slowly(void *socket)
{
    static char data[65536];

    while (eventlet_sleep(0.03) == 0)
        while (eventlet_recv(socket, data, sizeof data) > 0)
            ;
    return 0;
}

SCENARIO(socket_sendall_timeout_restarts)
{
    struct pair p = socketpair_of();
    double start = now();

    must(eventlet_settimeout(p.one, 0.12));
    must(eventlet_setblocking(p.two, false));
    spawn(reads_slowly, p.two);
    say("one", "%s", code(eventlet_sendall(p.one, bulk(1600000), 1600000)));
    say("one", "took longer than its timeout: %s", yes(now() - start >= 0.12));
}

static int sends_byte(void *socket)
{
    return (int)eventlet_send(socket, "x", 1);
}

SCENARIO(socket_send_waits_for_room)
{
    struct pair p = socketpair_of();
    eventlet_greenthread *thread;
    static char data[65536];

    fill(p.one);
    thread = spawn(sends_byte, p.one);
    eventlet_sleep(0);
    say("one", "has ended: %s", yes(eventlet_dead(thread)));
    while (!eventlet_dead(thread)) {
        must((int)eventlet_recv(p.two, data, sizeof data));
        eventlet_sleep(0);
    }
    say("one", "%s", code(wait_for(thread)));
}

SCENARIO(socket_accept_timeout)
{
    eventlet_socket *server = listener();

    must(eventlet_settimeout(server, 0.01));
    say("server", "%s", accept_result(server));
}

SCENARIO(socket_killed_reader)
{
    struct pair p = socketpair_of();
    struct reading first;
    struct reading second;

    reading_start(&first, p.one);
    eventlet_sleep(0);
    eventlet_kill(first.gt, 0);
    say("first", "%s", reading_end(&first));
    reading_start(&second, p.one);
    send_text(p.two, "data");
    say("second", "%s", reading_end(&second));
}

SCENARIO(socket_killed_when_ready)
{
    struct pair p = socketpair_of();
    struct reading first;

    reading_start(&first, p.one);
    eventlet_sleep(0);
    send_text(p.two, "data");
    eventlet_kill(first.gt, 0);
    say("first", "%s", reading_end(&first));
    say("main", "%s", hear(p.one, 10));
}

SCENARIO(socket_two_readers)
{
    struct pair p = socketpair_of();
    struct reading first;
    struct reading second;

    reading_start(&first, p.one);
    reading_start(&second, p.one);
    eventlet_sleep(0);
    send_text(p.two, "data");
    say("second", "%s", reading_end(&second));
    say("first", "%s", reading_end(&first));
}

static int echoes(void *socket)
{
    char data[10];
    ssize_t n;

    while ((n = eventlet_recv(socket, data, sizeof data)) > 0) {
        say("echo", "%s", text_of(n, data));
        must(eventlet_sendall(socket, data, (size_t)n));
    }
    say("echo", "ends");
    return 0;
}

SCENARIO(socket_ping_pong)
{
    const char *const words[] = { "a", "b", "c" };
    struct pair p = socketpair_of();
    eventlet_greenthread *thread = spawn(echoes, p.two);

    for (int i = 0; i < 3; i++) {
        send_text(p.one, words[i]);
        say("main", "%s", hear(p.one, 10));
    }
    eventlet_close(p.one);
    wait_for(thread);
}

SCENARIO(socket_stream_order)
{
    struct pair p = socketpair_of();

    send_text(p.one, "one ");
    send_text(p.one, "two ");
    send_text(p.one, "three");
    say("two", "%s", hear(p.two, 100));
    send_text(p.one, "abcdef");
    say("two", "%s", hear(p.two, 3));
    say("two", "%s", hear(p.two, 100));
}

SCENARIO(socket_peek)
{
    struct pair p = socketpair_of();
    char data[10];

    send_text(p.one, "data");
    say("two", "%s",
        text_of(eventlet_recv_flags(p.two, data, 10, MSG_PEEK), data));
    say("two", "%s", hear(p.two, 10));
}
