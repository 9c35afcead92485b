/* SPDX-License-Identifier: MIT */
/* What the files that parse heads share.
 *
 * A head is read line by line. There are two readers of lines: the careful one
 * (http_line.c) knows all rules and makes all errors; the fast one
 * (http_fast_*.c) knows what nearly all lines look like, takes any number of
 * them at once, and leaves a line that looks otherwise to the careful one,
 * untouched. So there is one truth, and the fast reader cannot disagree about
 * an error. A line is read only when its end is there, hence where the bytes
 * were cut cannot matter. */
#ifndef PROTO_HTTP_INTERNAL_H
#define PROTO_HTTP_INTERNAL_H

#include "eventlet/errors.h"
#include "eventlet/http_parse.h"

enum { HTTP_START, HTTP_HEADERS, HTTP_WHOLE };

/* Notes an error; the first one counts. Returns its code. */
int eventlet__http_fail(struct eventlet_http_head *head, int code, int status,
                        size_t at, const char *what);

/* ---- http_line.c: lines without their ends ---- */

int eventlet__http_request_line(struct eventlet_http_head *head,
                                const char *data, size_t at, size_t end);
int eventlet__http_status_line(struct eventlet_http_head *head,
                               const char *data, size_t at, size_t end);
int eventlet__http_header_line(struct eventlet_http_head *head,
                               const char *data, size_t at, size_t end);

/* Puts down a header. There has to be room. */
static inline void eventlet__http_add(struct eventlet_http_head *head,
                                      const struct eventlet_http_header *header)
{
    const uint64_t bit = UINT64_C(1) << header->known;

    if (head->private.seen & bit)
        head->private.repeated |= bit;
    else
        head->private.first[header->known] = (uint8_t)head->n_headers;
    head->private.seen |= bit;
    head->headers[head->n_headers++] = *header;
}

static inline bool eventlet__http_saw(const struct eventlet_http_head *head,
                                      enum eventlet_http_known known)
{
    return head->private.seen >> known & 1;
}

/* ---- http_framing.c: what the headers mean ---- */

/* Decides about the body and the connection, once all headers are there. */
int eventlet__http_decide(struct eventlet_http_head *head, const char *data);

/* ---- http_fast_*.c ---- */

/* Reads as many whole lines as it likes the looks of, up to `limit`, and
 * leaves head as if the careful reader had. */
typedef void eventlet__http_fast_fn(struct eventlet_http_head *head,
                                    const char *data, size_t limit);

eventlet__http_fast_fn eventlet__http_fast_avx2;
eventlet__http_fast_fn eventlet__http_fast_sse42;

#endif
