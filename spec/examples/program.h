/* SPDX-License-Identifier: MIT */
/* What the example programs share: arguments, addresses, messages. */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <eventlet.h>

/* "program: what which: why", on one line. Returns 1, for main. */
static inline int complain(const char *what, const char *which, int code)
{
    fprintf(stderr, "%s: %s %s: %s\n", program_invocation_short_name, what,
            which, eventlet_strerror(code));
    return 1;
}

static inline int misused(const char *usage)
{
    fputs(usage, stderr);
    return 2;
}

static inline const char *name_of(const struct eventlet_addr *addr)
{
    static char text[EVENTLET_ADDRSTRLEN];

    return eventlet_addr_str(addr, text, sizeof text);
}

/* Takes --help and the one flag (may be NULL) out of the arguments; any other
 * option is an error. Returns what is left, *argc of them. */
static inline char **options(int *argc, char **argv, const char *usage,
                             const char *flag, bool *given)
{
    for (argv++, --*argc; *argc > 0 && strncmp(*argv, "--", 2) == 0;
         argv++, --*argc) {
        if (strcmp(*argv, "--help") == 0) {
            fputs(usage, stdout);
            exit(0);
        }
        if (!flag || strcmp(*argv, flag) != 0) {
            fprintf(stderr, "%s: unknown option %s\n",
                    program_invocation_short_name, *argv);
            exit(misused(usage));
        }
        *given = true;
    }
    return argv;
}

/* HOST:PORT as an address; complains. Returns 0 or the reason. */
static inline int resolve(struct eventlet_addr *addr, const char *text)
{
    char host[256];
    int port, rc = eventlet_addr_split(text, host, sizeof host, &port);

    if (rc == 0)
        rc = eventlet_getaddrinfo(addr, 1, host, port, NULL);
    if (rc < 0)
        complain("address", text, rc);
    return rc < 0 ? rc : 0;
}

/* Listens on HOST:PORT and says so; complains. Returns 0 or the reason. */
static inline int listen_on(eventlet_socket **listener, const char *text)
{
    struct eventlet_addr addr;
    char host[256];
    int port, rc = eventlet_addr_split(text, host, sizeof host, &port);

    if (rc == 0)
        rc = eventlet_listen(listener, host, port,
                             &(struct eventlet_listen_opts){
                                 .backlog = 1024, .reuse_port = EVENTLET_NO });
    if (rc == 0)
        rc = eventlet_getsockname(*listener, &addr);
    if (rc < 0) {
        complain("cannot listen on", text, rc);
        return rc;
    }
    printf("listening on %s\n", name_of(&addr));
    fflush(stdout);
    return 0;
}

#endif
