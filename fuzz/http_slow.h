/* SPDX-License-Identifier: MIT */
/* http_slow.h - a second reader of heads and of bodies in chunks, written from
 * the grammar of RFC 9110 and 9112: whole inputs only, a byte at a time, as
 * slow as it likes. What the parsers say has to be the same. */
#ifndef HTTP_SLOW_H
#define HTTP_SLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SLOW_HEADERS = 100 };

struct slow_limits {
    size_t line, header, headers, count;
};

struct slow_header {
    size_t name, name_len, value, value_len;
};

struct slow_head {
    enum { SLOW_MORE, SLOW_WRONG, SLOW_WHOLE } verdict;
    size_t len; /* of a whole head */
    size_t n;
    struct slow_header headers[SLOW_HEADERS];
    int minor, status;
    enum { SLOW_NONE, SLOW_LENGTH, SLOW_CHUNKED, SLOW_CLOSE, SLOW_TUNNEL } body;
    uint64_t length;
    bool keep_alive;
};

/* method: of the request that a response answers; "" for any. */
void slow_request(struct slow_head *head, const char *data, size_t len,
                  bool compat, const struct slow_limits *limits);
void slow_response(struct slow_head *head, const char *data, size_t len,
                   bool compat, const struct slow_limits *limits,
                   const char *method);

struct slow_chunk_limits {
    size_t line, extensions, trailer, trailers, count;
};

/* A body in chunks. Returns SLOW_…; *used are the bytes up to its end, *size
 * those of its data. */
int slow_chunks(const char *data, size_t len, bool compat,
                const struct slow_chunk_limits *limits, size_t *used,
                uint64_t *size);

#endif
