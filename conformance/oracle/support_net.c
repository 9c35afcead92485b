/* SPDX-License-Identifier: MIT */
/* Sockets of the scenarios. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "support.h"

struct pair socketpair_of(void)
{
    eventlet_socket *ends[2];

    must(eventlet_socketpair(ends, AF_UNIX, SOCK_STREAM, 0));
    return (struct pair){ ends[0], ends[1] };
}

eventlet_socket *listener(void)
{
    eventlet_socket *s;

    must(eventlet_listen(&s, "127.0.0.1", 0, NULL));
    return s;
}

struct eventlet_addr name_of(eventlet_socket *s)
{
    struct eventlet_addr addr;

    must(eventlet_getsockname(s, &addr));
    return addr;
}

eventlet_socket *connect_to(eventlet_socket *server)
{
    struct eventlet_addr addr = name_of(server);
    eventlet_socket *s;

    must(eventlet_connect_addr(&s, &addr, NULL));
    return s;
}

struct pair connected(void)
{
    eventlet_socket *server = listener();
    struct pair pair = { connect_to(server), NULL };

    must(eventlet_accept(&pair.two, server, NULL));
    eventlet_close(server);
    return pair;
}

eventlet_socket *stream(void)
{
    eventlet_socket *s;

    must(eventlet_socket_new(&s, AF_INET, SOCK_STREAM, 0));
    return s;
}

int readable(eventlet_socket *s, double seconds)
{
    return eventlet_hubs_trampoline(eventlet_fileno(s), EVENTLET_READ, seconds);
}

int writable(eventlet_socket *s, double seconds)
{
    return eventlet_hubs_trampoline(eventlet_fileno(s), EVENTLET_WRITE,
                                    seconds);
}

int read_waits(void *socket)
{
    return readable(socket, EVENTLET_NEVER);
}

int write_waits(void *socket)
{
    return writable(socket, EVENTLET_NEVER);
}

void fill(eventlet_socket *s)
{
    static const char data[65536];

    must(eventlet_setblocking(s, false));
    while (eventlet_send(s, data, sizeof data) >= 0)
        ;
    must(eventlet_setblocking(s, true));
}

struct eventlet_addr refused_port(void)
{
    eventlet_socket *s = stream();
    struct eventlet_addr addr;

    must(eventlet_addr_numeric(&addr, "127.0.0.1", 0, AF_INET));
    must(eventlet_bind(s, &addr));
    addr = name_of(s);
    eventlet_close(s);
    return addr;
}

void send_text(eventlet_socket *s, const char *text)
{
    must(eventlet_sendall(s, text, strlen(text)));
}

const char *send_result(eventlet_socket *s, const char *text)
{
    return code(eventlet_send(s, text, strlen(text)));
}

const char *hear(eventlet_socket *s, size_t len)
{
    char data[100];

    return text_of(eventlet_recv(s, data, len < 100 ? len : 100), data);
}

static int read_once(void *arg)
{
    struct reading *r = arg;

    return (int)eventlet_recv(r->s, r->data, sizeof r->data);
}

void reading_start(struct reading *r, eventlet_socket *s)
{
    r->s = s;
    r->gt = spawn(read_once, r);
}

const char *reading_end(struct reading *r)
{
    return text_of(eventlet_wait(r->gt), r->data);
}
