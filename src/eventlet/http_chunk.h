/* SPDX-License-Identifier: MIT */
/* Bodies in chunks, with extensions and trailers: bytes in, events out. */
#ifndef EVENTLET_HTTP_CHUNK_H
#define EVENTLET_HTTP_CHUNK_H

#include <stddef.h>
#include <stdint.h>

#include "export.h"
#include "http_parse.h"

EVENTLET_DECLS

/* Limits of 0 are the default. A line counts with its end. */
struct eventlet_http_chunk_opts {
    enum eventlet_http_profile profile;
    uint32_t line_limit;       /* a chunk's line: shorter than 1,024 */
    uint32_t extensions_limit; /* all extensions of a body, and digits of a size
                                * beyond its 16th: at most 16,384 */
    uint32_t trailer_limit;    /* one trailer line: shorter than 8,192 */
    uint32_t trailers_limit;   /* all trailer lines: at most 65,536 */
    uint32_t trailers_count;   /* of trailer lines: at most 100 */
};

enum eventlet_http_chunk_event {
    EVENTLET_HTTP_CHUNK_MORE,    /* nothing: more bytes are needed */
    EVENTLET_HTTP_CHUNK_BEGIN,   /* a chunk of `size`, 0 for the last; text is
                                  * what is behind the size: ";name=value" */
    EVENTLET_HTTP_CHUNK_DATA,    /* text is a piece of the body */
    EVENTLET_HTTP_CHUNK_TRAILER, /* text is its name, value its value */
    EVENTLET_HTTP_CHUNK_END,     /* the body ends here, now and ever after */
};

/* A body that is being read. It is the caller's. */
struct eventlet_http_chunk {
    /* What the last event says. They point into what was handed over. */
    const char *text, *value;
    size_t text_len, value_len;
    uint64_t size;
    enum eventlet_http_known known; /* the trailer */

    struct eventlet_http_error error; /* at: which byte of the body */

    struct {
        uint64_t left;     /* of the chunk's data */
        uint64_t consumed; /* of the body */
        uint32_t scanned;  /* bytes not consumed without a line feed */
        uint32_t extensions, trailers, count; /* so far */
        uint32_t line_limit, extensions_limit;
        uint32_t trailer_limit, trailers_limit, trailers_count;
        uint8_t profile, state;
    } private;
};

/* Spec      http_chunk.1 */
EVENTLET_API void eventlet_http_chunk_init(
    struct eventlet_http_chunk *chunk,
    const struct eventlet_http_chunk_opts *opts);

/* Reads on in a body. data are all bytes that arrived and were not consumed;
 * *used of them now are. Data are consumed as they come, a line when it is
 * whole.
 * Returns   the event, or EVENTLET_HTTP_…, then also in chunk->error, now and
 *           ever after, nothing being consumed.
 * Spec      http_chunk.1 … http_chunk.12 */
EVENTLET_API int eventlet_http_chunk_read(struct eventlet_http_chunk *chunk,
                                          const char *data, size_t len,
                                          size_t *used) EVENTLET_MUST_CHECK;

EVENTLET_DECLS_END

#endif
