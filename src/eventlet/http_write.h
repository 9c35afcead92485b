/* SPDX-License-Identifier: MIT */
/* Heads, chunks and dates of HTTP/1, written into the caller's memory. */
#ifndef EVENTLET_HTTP_WRITE_H
#define EVENTLET_HTTP_WRITE_H

#include <stddef.h>
#include <stdint.h>

#include "export.h"

EVENTLET_DECLS

/* Where a head is being written. The first thing that fails is kept in `code`
 * and nothing is written from then on, so that it is enough to look once, at
 * the end. */
struct eventlet_http_writer {
    char *at;
    size_t size;
    size_t len; /* written so far */
    int code;   /* 0, -ENOSPC, or EVENTLET_HTTP_… */
};

/* Spec      http_write.1 */
EVENTLET_API void eventlet_http_write_init(struct eventlet_http_writer *writer,
                                           void *buf, size_t size);

/* "HTTP/1.minor STATUS REASON"; reason NULL is the usual one. A status is from
 * 100 to 999, a reason is text on one line.
 * Spec      http_write.2 http_write.3 */
EVENTLET_API void eventlet_http_write_status(
    struct eventlet_http_writer *writer, int minor, int status,
    const char *reason);

/* "METHOD TARGET HTTP/1.1". The target is visible ASCII.
 * Spec      http_write.2 http_write.3 */
EVENTLET_API void eventlet_http_write_request(
    struct eventlet_http_writer *writer, const char *method,
    const char *target);

/* "Name: value". The name is a token, the value text on one line: what a
 * parser would take for the end of either is refused.
 * Spec      http_write.4 http_write.5 */
EVENTLET_API void eventlet_http_write_header(
    struct eventlet_http_writer *writer, const char *name, const void *value,
    size_t len);
EVENTLET_API void eventlet_http_write_header_str(
    struct eventlet_http_writer *writer, const char *name, const char *value);
EVENTLET_API void eventlet_http_write_header_uint(
    struct eventlet_http_writer *writer, const char *name, uint64_t value);

/* "Date: …", the seconds since 1970 as a date.
 * Spec      http_write.6 */
EVENTLET_API void eventlet_http_write_date(struct eventlet_http_writer *writer,
                                           int64_t seconds);

/* The empty line.
 * Returns   the length of the head, or writer->code.
 * Spec      http_write.1 */
EVENTLET_API int eventlet_http_write_end(struct eventlet_http_writer *writer)
    EVENTLET_MUST_CHECK;

/* ---- chunks ---- */

/* Room for what stands before a chunk's data. */
#define EVENTLET_HTTP_CHUNK_HEAD 18

/* What stands behind them, and the end of a body without trailers. */
#define EVENTLET_HTTP_CHUNK_TAIL "\r\n"
#define EVENTLET_HTTP_CHUNK_LAST "0\r\n\r\n"

/* Writes the size in hexadecimal and CR LF. A size of 0 would end the body: it
 * has no head, and empty pieces are left out.
 * Returns   its length.
 * Spec      http_write.7 */
EVENTLET_API size_t eventlet_http_chunk_head(char buf[EVENTLET_HTTP_CHUNK_HEAD],
                                             uint64_t size);

/* ---- dates, names, reasons ---- */

#define EVENTLET_HTTP_DATE_LEN 29

/* Writes "Sun, 06 Nov 1994 08:49:37 GMT" and its end. Of years beyond 9999 it
 * is the last second, of those before 0 the first.
 * Returns   buf.
 * Spec      http_write.6 */
EVENTLET_API char *eventlet_http_date(char buf[EVENTLET_HTTP_DATE_LEN + 1],
                                      int64_t seconds);

/* format_date_time. */
static inline char *eventlet_format_date_time(
    char buf[EVENTLET_HTTP_DATE_LEN + 1], int64_t seconds)
{
    return eventlet_http_date(buf, seconds);
}

/* Writes a header's name as eventlet's server does: each part between hyphens
 * begins with a capital and goes on in lower case. ASCII letters only.
 * Spec      http_write.8 */
EVENTLET_API void eventlet_http_capitalize(char *name, size_t len);

/* Returns   "OK" and so on; "" for a status without a name.
 * Spec      http_write.3 */
EVENTLET_API const char *eventlet_http_reason(int status);

EVENTLET_DECLS_END

#endif
