/* SPDX-License-Identifier: MIT */
/* What the parts of the module uri share while one text is taken apart. */
#ifndef EVENTLET_PROTO_URI_READER_H
#define EVENTLET_PROTO_URI_READER_H

#include "eventlet/uri.h"

struct eventlet__uri_reader {
    const char *bytes;
    size_t len;
    bool compat;
    bool userinfo; /* may stand in an authority */
    struct eventlet_proto_error *error;
};

/* Notes what is wrong and where. Returns EVENTLET_BAD_URI. */
int eventlet__uri_wrong(const struct eventlet__uri_reader *in, const char *what,
                        size_t at);

/* Notes that the byte at `at` may not stand there; says by the byte why. */
int eventlet__uri_wrong_byte(const struct eventlet__uri_reader *in, size_t at);

/* Reads [userinfo@]host[:port] from `at` up to `end`. *out is touched in any
 * case; what is absent in it stays as it was. */
int eventlet__uri_authority(const struct eventlet__uri_reader *in, size_t at,
                            size_t end, struct eventlet_uri_authority *out);

/* Whether a target names a server as it has to, in strict: of CONNECT by all of
 * it, of another method by a scheme and an authority; what is behind those is
 * not looked at. Returns 0, or EVENTLET_BAD_URI with *error set. */
int eventlet__uri_server(struct eventlet_span target, bool connect,
                         struct eventlet_proto_error *error);

static inline struct eventlet_span eventlet__uri_part(
    const struct eventlet__uri_reader *in, size_t at, size_t end)
{
    return (struct eventlet_span){ in->bytes + at, end - at };
}

#endif
