/* SPDX-License-Identifier: MIT */
/* echo LISTEN: an echo server as a program of the library's users has it. */
#include "common.h"

#include <eventlet.h>

enum { BUFFER = 4096, CLIENTS = 20000 };

static int echo(eventlet_socket *client, const struct eventlet_addr *addr,
                void *arg)
{
    char buffer[BUFFER];
    (void)addr;
    (void)arg;
    for (;;) {
        ssize_t n = eventlet_recv(client, buffer, sizeof buffer);
        if (n <= 0)
            return 0;
        if (eventlet_sendall(client, buffer, (size_t)n) < 0)
            return 0;
    }
}

int main(int argc, char **argv)
{
    if (argc != 2)
        die("usage: %s LISTEN", argv[0]);
    raise_limit_nofile();
    struct sockaddr_in addr = parse_addr(argv[1]);
    eventlet_socket *listener;
    int rc = eventlet_listen(&listener, "127.0.0.1", ntohs(addr.sin_port),
                             &(struct eventlet_listen_opts){
                                 .backlog = 4096,
                             });
    if (rc < 0)
        die("%s: %s", argv[1], eventlet_strerror(rc));
    announce(eventlet_fileno(listener));
    rc = eventlet_serve(listener, echo, NULL,
                        &(struct eventlet_serve_opts){
                            .concurrency = CLIENTS,
                        });
    die("serve: %s", eventlet_strerror(rc));
}
