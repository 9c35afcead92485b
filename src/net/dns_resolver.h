/* SPDX-License-Identifier: MIT */
/* The c-ares channel of an OS thread, for src/net/dns*.c. */
#ifndef EVENTLET_NET_DNS_RESOLVER_H
#define EVENTLET_NET_DNS_RESOLVER_H

#include <ares.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "eventlet/hub.h"

#define EVENTLET__DNS_SOCKETS 32 /* one for each server, and one for TCP */

struct eventlet__dns_socket {
    ares_socket_t fd;
    eventlet_listener *reader;
    eventlet_listener *writer;
};

struct eventlet__resolver {
    ares_channel channel;
    eventlet_hub *hub;
    eventlet_timer *timer; /* when c-ares wants to be called again */
    struct eventlet__dns_socket watched[EVENTLET__DNS_SOCKETS];
    size_t count;
    pid_t pid; /* whose it is: after a fork the child makes its own */
    bool ending;
    bool orphan; /* of a parent process, as are those who wait */
};

/* This OS thread's, made if need be. Returns 0 or the reason. */
int eventlet__resolver_get(struct eventlet__resolver **out);

/* Arms the timer for when c-ares next retries or gives up; to be called after
 * asking. Returns 0 or the reason. */
int eventlet__resolver_appointment(struct eventlet__resolver *r);

/* What a status of c-ares is called here; 0 for success. When all servers said
 * that they failed, or refused to be asked, it is ARES_ECONNREFUSED. */
int eventlet__dns_code(int status);

/* Writes the path of the hosts file in force. */
void eventlet__dns_hosts_path(char *buf, size_t size);

#endif
