/* SPDX-License-Identifier: MIT */
/* A server that says back what it is told, line by line. */
#include "program.h"

static int echo(eventlet_socket *client, const struct eventlet_addr *addr,
                void *arg)
{
    eventlet_file *file;
    char line[4096];
    ssize_t n;
    int rc = eventlet_makefile(&file, client, "rw", 0);

    (void)addr, (void)arg;
    if (rc < 0)
        return rc;
    while ((n = eventlet_file_readline(file, line, sizeof line)) > 0)
        if (eventlet_file_write(file, line, (size_t)n) < 0 ||
            eventlet_file_flush(file) < 0)
            break;
    if (n == EVENTLET_LINE_TOO_LONG)
        fprintf(stderr, "echoserver: a line of more than %zu bytes\n",
                sizeof line - 1);
    (void)eventlet_file_close(file); /* whoever went away told us already */
    return 0;
}

static const char usage[] = "usage: echoserver LISTEN\n"
                            "\n"
                            "Echoes each line on each connection to LISTEN,\n"
                            "such as 127.0.0.1:6000.\n";

int main(int argc, char **argv)
{
    eventlet_socket *listener;
    int rc;

    argv = options(&argc, argv, usage, NULL, NULL);
    if (argc != 1)
        return misused(usage);
    if (listen_on(&listener, argv[0]) < 0)
        return 1;
    rc = eventlet_serve(listener, echo, NULL, NULL);
    eventlet_close(listener);
    return rc < 0 ? complain("serving", argv[0], rc) : 0;
}
