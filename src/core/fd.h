/* SPDX-License-Identifier: MIT */
/* Descriptors, for our own files: what a hub remembers of each number, and
 * waiting for one to be ready.
 *
 * Every descriptor that the library opens gets a life: a number never given
 * twice. A hub's record belongs to one life; asked about another it starts
 * afresh, and whoever still waits in the old one is told EVENTLET_CLOSED. So a
 * recycled descriptor number can never wake a stranger.
 *
 * Readiness is remembered: EVENTLET_READ or _WRITE in `ready` means that a call
 * is worth trying, their absence that it would say EAGAIN; the next edge sets
 * them again. */
#ifndef EVENTLET_CORE_FD_H
#define EVENTLET_CORE_FD_H

#include <stdbool.h>
#include <stdint.h>

#include "eventlet/hub.h"

struct eventlet__fd {
    uint32_t life;   /* 0: nothing known */
    uint8_t ready;   /* EVENTLET_READ | EVENTLET_WRITE: worth trying */
    uint8_t watched; /* what the kind of hub watches now */
    bool sticky;     /* a short read does not mean drained */
    bool plain;      /* cannot be watched (a plain file): always ready */
    struct eventlet_listener *reader; /* who waits; others behind it */
    struct eventlet_listener *writer;
};

/* A new life, for a descriptor just opened. Never 0. Any OS thread. */
uint32_t eventlet__fd_life(void);

/* The record of fd in that life, in this OS thread's hub; NULL: out of memory,
 * or no hub. Valid until the next call that may open or wait. */
struct eventlet__fd *eventlet__fd_look(int fd, uint32_t life);

/* The record, whatever life it is in; NULL: none yet. */
struct eventlet__fd *eventlet__fd_known(eventlet_hub *hub, int fd);

/* Waits until fd may be ready for `what`; at most `seconds` (EVENTLET_NEVER:
 * without limit), then `code` is returned. Returns 0: try again; or as
 * eventlet_hubs_trampoline. Does not look at `ready`: the caller has cleared it
 * because a call said EAGAIN or because a short read drained it. */
int eventlet__fd_wait(int fd, uint32_t life, enum eventlet_interest what,
                      double seconds, int code);

/* There was a fork: what is open now is so in another process, too. */
void eventlet__fds_forked(void);
bool eventlet__fd_inherited(uint32_t life);

/* The same, but an edge that was told already is told again. */
int eventlet__fd_wait_anew(int fd, uint32_t life, enum eventlet_interest what,
                           double seconds, int code);

/* fd is about to be closed: its waiters get EVENTLET_CLOSED. `shared`: another
 * descriptor of the same open file may live on, so the hub must unwatch. */
void eventlet__fd_closing(int fd, uint32_t life, bool shared);

/* ---- the usual loop ----
 *
 *     for (;;) {
 *         struct eventlet__fd *r = eventlet__fd(fd, life);
 *         if (!r) return -ENOMEM;
 *         if (r->ready & EVENTLET_READ) {
 *             n = eventlet__sys_recv(...);
 *             if (n >= 0) {
 *                 if (n < len && tcp stream && !r->sticky)
 *                     r->ready &= ~EVENTLET_READ;   // drained
 *                 return n;
 *             }
 *             if (errno == EINTR) continue;
 *             if (errno != EAGAIN) return -errno;
 *             r->ready &= ~EVENTLET_READ;
 *         }
 *         rc = eventlet__fd_wait(fd, life, EVENTLET_READ, seconds, code);
 *         if (rc < 0) return rc;
 *     }
 */

#endif
