/* SPDX-License-Identifier: MIT */
/* Moving bytes, for our own files: one direction, and when it waits so that
 * bytes gather. */
#ifndef EVENTLET_NET_SPLICE_H
#define EVENTLET_NET_SPLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/socket.h"
#include "net/splice_pipe.h"

/* One eventlet_splice that is under way. On the heap, not on the stack: after a
 * fork the child may still look at it through `from`. */
struct eventlet__mover {
    eventlet_socket *to;
    eventlet_socket *from;
    struct eventlet__pipes *pipes;
    struct eventlet__pipe *pipe; /* NULL while nothing is under way */
    size_t pipe_size;
    int64_t moved; /* taken by `to` */
    int64_t left;  /* still to be taken from `from` */
    int bites;     /* since it last gave way */
    bool guard;    /* SIGPIPE would end the process */

    /* ---- gathering: kept by splice_gather.c ---- */
    double gather; /* seconds; 0: never */
    size_t streak; /* bytes of large bites in a row */
    bool large;    /* the last bite was: more may be behind it */
    bool bulk;     /* a stream, not a conversation */
    bool resting;  /* the next wait is one for more bytes */
    bool late;     /* that wait ended by its time */
    int raised;    /* SO_RCVLOWAT is ours now, and this; 0: it is not */
    int lowat;     /* what it was before; 0: not known yet */
};

/* At most so many of the bytes that are still wanted. */
static inline size_t eventlet__mover_at_most(const struct eventlet__mover *m,
                                             size_t len)
{
    return (int64_t)len < m->left ? len : (size_t)m->left;
}

/* Lets others run now and then. Nothing is under way meanwhile. */
int eventlet__mover_give_way(struct eventlet__mover *m);

/* From beginning to end without splice. Returns 0 or negative. */
int eventlet__move_by_copying(struct eventlet__mover *m);

/* From now on, and from here to the end. */
void eventlet__gather_begin(struct eventlet__mover *m, double seconds);
void eventlet__gather_end(struct eventlet__mover *m);

/* A bite of n bytes was taken, of `asked` that were asked for. */
void eventlet__gather_took(struct eventlet__mover *m, size_t n, size_t asked);

/* There was nothing to take. */
void eventlet__gather_dry(struct eventlet__mover *m);

/* Waits until there may be something to take. Returns 0 or negative. */
int eventlet__gather_wait(struct eventlet__mover *m);

#endif
