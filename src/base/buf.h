/* SPDX-License-Identifier: MIT */
/* Bytes that come in at the end and leave at the front, as a buffered reader
 * needs them: a block that grows on demand and gives memory back after a burst.
 *
 * All zero is an empty buffer without limit. Adding n bytes and taking them out
 * again costs O(n) altogether, whatever the pieces. */
#ifndef EVENTLET_BASE_BUF_H
#define EVENTLET_BASE_BUF_H

#include <stddef.h>

/* A buffer never keeps more memory than this or eight times what it holds. */
#define EVENTLET__BUF_KEEP 16384

struct eventlet__buf {
    char *block;  /* NULL until something is put in */
    size_t size;  /* of the block */
    size_t start; /* where the content begins in the block */
    size_t len;   /* bytes held; read it, but change it by the calls below */
    size_t limit; /* it never holds more; 0: no limit */
};

static inline void eventlet__buf_init(struct eventlet__buf *b, size_t limit)
{
    *b = (struct eventlet__buf){ .limit = limit };
}

/* Gives all memory back. What is left is an empty buffer with the same limit,
 * which may be used again. */
void eventlet__buf_deinit(struct eventlet__buf *b);

/* The content, b->len bytes; valid until the next reserve, append, consume. */
static inline char *eventlet__buf_bytes(const struct eventlet__buf *b)
{
    return b->block ? b->block + b->start : NULL;
}

/* Makes room behind the content for a caller that fills it itself and then says
 * by eventlet__buf_commit how much it was.
 * Returns   0 with *room set to n writable bytes; -ENOBUFS if the content and n
 *           would exceed the limit; -ENOMEM. The content stays in every case.
 * Spec      buf.1 buf.2 */
int eventlet__buf_reserve(struct eventlet__buf *b, size_t n, char **room);

/* The first n bytes of the room reserved last are content now. */
static inline void eventlet__buf_commit(struct eventlet__buf *b, size_t n)
{
    b->len += n;
}

/* Room that is there without growing: n bytes may be reserved for certain. */
size_t eventlet__buf_room(const struct eventlet__buf *b);

/* Puts a copy at the end.
 * Returns   as eventlet__buf_reserve. */
int eventlet__buf_append(struct eventlet__buf *b, const void *bytes, size_t n);

/* Drops the first n bytes; n may not exceed b->len. Cannot fail.
 * Spec      buf.4 */
void eventlet__buf_consume(struct eventlet__buf *b, size_t n);

#endif
