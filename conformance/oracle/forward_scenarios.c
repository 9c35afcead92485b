/* SPDX-License-Identifier: MIT */
/* Section H of the rules: the port forwarder. */
#include "support.h"

static int echo(eventlet_socket *s, const struct eventlet_addr *addr, void *arg)
{
    char data[100];
    ssize_t n;

    (void)addr;
    (void)arg;
    while ((n = eventlet_recv(s, data, sizeof data)) > 0)
        must(eventlet_sendall(s, data, (size_t)n));
    return (int)n;
}

/* From one to two until the end, which is handed on. */
static int forwards(void *arg)
{
    const struct pair *p = arg;
    char data[100];
    ssize_t n;

    while ((n = eventlet_recv(p->one, data, sizeof data)) > 0)
        must(eventlet_sendall(p->two, data, (size_t)n));
    return eventlet_shutdown(p->two, SHUT_WR);
}

static int forward_both(eventlet_socket *s, const struct eventlet_addr *addr,
                        void *target)
{
    eventlet_socket *far = connect_to(target);
    struct pair there = { s, far };
    struct pair back = { far, s };
    eventlet_greenthread *gt = spawn(forwards, &back);

    (void)addr;
    must(forwards(&there));
    must(wait_for(gt));
    say("handler", "both ways ended");
    return 0;
}

static int serves_echo(void *socket)
{
    return eventlet_serve(socket, echo, NULL, NULL);
}

static int serves_forwarding(void *arg)
{
    const struct pair *p = arg; /* one listens, two is the target */

    return eventlet_serve(p->one, forward_both, p->two, NULL);
}

SCENARIO(serve_forwards)
{
    struct pair listeners = { listener(), listener() };
    eventlet_socket *client;

    spawn(serves_echo, listeners.two);
    spawn(serves_forwarding, &listeners);
    client = connect_to(listeners.one);
    send_text(client, "through");
    say("client", "%s", hear(client, 100));
    must(eventlet_shutdown(client, SHUT_WR));
    say("client", "%s", hear(client, 100));
}
