/* SPDX-License-Identifier: MIT */
/* Green sockets, for our own files: what is inside, and waiting on one.
 *
 * Two counts keep a socket. `users` (its owner, and the files made from it)
 * keep the descriptor open; `refs` (the users, and calls that wait) keep the
 * memory, so that a green thread may wake up in a socket that another has
 * closed meanwhile. */
#ifndef EVENTLET_NET_SOCKET_H
#define EVENTLET_NET_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/hub.h"
#include "eventlet/socket.h"

struct eventlet_socket {
    int fd;         /* -1 once closed */
    uint32_t life;  /* of fd, as the hub knows it */
    uint32_t users; /* who keeps the descriptor open */
    uint32_t refs;  /* who keeps this memory */
    double timeout; /* seconds; EVENTLET_NEVER: none; 0: do not wait */
    bool *kept;     /* where eventlet_serve_keep says so; NULL: not served */
    int family;
    int type;
    int protocol;
    int ended; /* why eventlet_recv said 0: see eventlet_recv_error */
    struct eventlet__mover *taker; /* the eventlet_splice that reads it */
    bool tcp;    /* a byte stream: a short count means drained, or full */
    bool shared; /* other descriptors of the same connection may exist */
};

/* Makes a socket of fd, which stays the caller's on failure, in a block of
 * `size` bytes of which it is the beginning. */
int eventlet__socket_make(eventlet_socket **s, size_t size, int fd, int family,
                          int type, int protocol);

/* As eventlet_accept, into a block as above. */
int eventlet__socket_accept(eventlet_socket **client, size_t size,
                            eventlet_socket *s, struct eventlet_addr *addr);

/* One more user, and one less: the last closes. Returns 0, or -errno of
 * close(2). */
void eventlet__socket_hold(eventlet_socket *s);
int eventlet__socket_drop(eventlet_socket *s);

/* Keeps the memory alone. */
void eventlet__socket_ref(eventlet_socket *s);
void eventlet__socket_unref(eventlet_socket *s);

/* Waits until s may be ready, as eventlet__fd_wait, at most as long as its
 * timeout says: -EAGAIN at once if it is not to wait. *until holds the deadline
 * that all waits of one call share; the caller sets it to 0 before the first.
 * After a negative result s may be gone and must not be touched. */
int eventlet__socket_wait(eventlet_socket *s, enum eventlet_interest what,
                          double *until);

/* The same for what the system has no event for: returns 0 after a little
 * while, to try again. */
int eventlet__socket_nap(eventlet_socket *s, double *until);

/* After EVENTLET_CLOSED: if somebody has closed the descriptor behind our back,
 * it is no longer the socket's. The code may have been thrown, too. */
void eventlet__socket_forget(eventlet_socket *s);

#endif
