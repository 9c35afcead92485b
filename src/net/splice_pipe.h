/* SPDX-License-Identifier: MIT */
/* Pipes that bytes move through, for eventlet_splice alone.
 *
 * One is made at the first need and then goes from hand to hand: who has
 * nothing under way holds none, so that a thousand quiet connections need no
 * pipe and a short one does not pay for the making. */
#ifndef EVENTLET_NET_SPLICE_PIPE_H
#define EVENTLET_NET_SPLICE_PIPE_H

#include <stddef.h>
#include <sys/types.h>

struct eventlet__pipe {
    int out;      /* read end */
    int in;       /* write end */
    size_t asked; /* the size that was wanted */
    size_t size;  /* the size it got */
    size_t held;  /* bytes in it: kept by its holder */
    struct eventlet__pipe *next;
};

/* What the movers of one hub share. */
struct eventlet__pipes {
    struct eventlet__pipe *idle;
    int count;        /* of the idle */
    long bulk;        /* movers that are moving a bulk stream */
    char small[4096]; /* a message on its way, while nobody can switch */
};

/* This hub's. Returns 0, -ENOMEM, or why there is no hub. */
int eventlet__pipes(struct eventlet__pipes **pipes);

/* An empty pipe of `size` bytes, or of what the system allows. Returns 0 or
 * -errno. */
int eventlet__pipe_take(struct eventlet__pipe **p,
                        struct eventlet__pipes *pipes, size_t size);

/* Gives it back; with bytes left in it, it is closed. NULL is allowed. */
void eventlet__pipe_give(struct eventlet__pipes *pipes,
                         struct eventlet__pipe *p);

#endif
