/* SPDX-License-Identifier: MIT */
/* What codecs share: parts of the caller's bytes, and the record that says what
 * is wrong with them. */
#ifndef EVENTLET_PROTO_H
#define EVENTLET_PROTO_H

#include <stddef.h>

/* A part of the caller's bytes, which have to outlive it. Where the part is
 * absent, at is NULL; one that is there and empty has a place. */
struct eventlet_span {
    const char *at;
    size_t len;
};

/* What is wrong with what was read. */
struct eventlet_proto_error {
    const char *what; /* in words; static */
    size_t at;        /* where: counted from the first byte that was given */
    int status;       /* the HTTP status to answer; 0: hang up */
};

#endif
