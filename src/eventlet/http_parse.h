/* SPDX-License-Identifier: MIT */
/* Heads of HTTP/1 requests and responses: bytes in, one whole and true head
 * out, or an error that names what is wrong and the status to answer. */
#ifndef EVENTLET_HTTP_PARSE_H
#define EVENTLET_HTTP_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "export.h"
#include "http_names.h"

EVENTLET_DECLS

enum eventlet_http_profile {
    EVENTLET_HTTP_STRICT, /* what RFC 9110 and 9112 allow */
    EVENTLET_HTTP_COMPAT, /* and what eventlet takes, if nobody is fooled */
};

/* Limits of 0 are the default. A line counts with its end. */
struct eventlet_http_opts {
    enum eventlet_http_profile profile;
    uint32_t line_limit;    /* start line: shorter than 8,192 */
    uint32_t header_limit;  /* one header line: shorter than 8,192 */
    uint32_t headers_limit; /* all header lines: at most 65,536 */
    /* In a response: the method of the request that it answers; HEAD and
     * CONNECT decide about the body. */
    enum eventlet_http_method answers;
};

/* Where things are: counted from the head's first byte. */
struct eventlet_http_header {
    uint32_t name, value;
    uint32_t value_len; /* without white space around it */
    uint16_t name_len;
    uint16_t known; /* enum eventlet_http_known; 0: none of those */
};

/* What follows the head. */
enum eventlet_http_body {
    EVENTLET_HTTP_NO_BODY,
    EVENTLET_HTTP_LENGTH,  /* content_length bytes, may be 0 */
    EVENTLET_HTTP_CHUNKED, /* see http_chunk.h */
    EVENTLET_HTTP_CLOSE,   /* all up to the end of the connection */
    EVENTLET_HTTP_TUNNEL,  /* no HTTP: after CONNECT, or 101 */
};

enum eventlet_http_expect {
    EVENTLET_HTTP_EXPECT_NOTHING,
    EVENTLET_HTTP_EXPECT_CONTINUE, /* the client waits for a 100 */
    EVENTLET_HTTP_EXPECT_OTHER,    /* 417 would be the answer */
};

struct eventlet_http_error {
    int code;         /* EVENTLET_HTTP_…; 0: none */
    int status;       /* to answer a request with; 502 for a response */
    uint64_t at;      /* which byte of the head, or of the body */
    const char *what; /* is wrong, in words */
};

/* A head that is being read. It is the caller's; what is not under `private`
 * may be read once the head is whole, or `error` once there is one. */
struct eventlet_http_head {
    enum eventlet_http_method method; /* of a request; may be OTHER */
    uint16_t status;                  /* of a response */
    uint8_t minor;                    /* version: HTTP/1.minor */
    bool keep_alive; /* the connection can be used after this message */
    bool upgrade;    /* Upgrade, and Connection names it */
    uint8_t expect;  /* enum eventlet_http_expect */
    uint8_t body;    /* enum eventlet_http_body */
    uint32_t n_headers;
    uint64_t content_length; /* if body is LENGTH */

    /* A request's method and target; a response's reason is the target. */
    uint32_t method_at, method_len;
    uint32_t target_at, target_len;

    struct eventlet_http_header *headers;
    struct eventlet_http_error error;

    struct {
        uint32_t room; /* for headers */
        uint32_t line_limit, header_limit, headers_limit;
        uint32_t line;       /* where the line begins that comes next */
        uint32_t scanned;    /* no line feed is in it up to here */
        uint32_t headers_at; /* where the header lines begin */
        uint8_t profile, answers, response, state;
        uint8_t plain_host;                     /* Host was looked at already */
        uint64_t seen, repeated;                /* known headers, a bit each */
        uint8_t first[EVENTLET_HTTP_KNOWN_MAX]; /* which header, if seen */
        /* How far the fast reader may look; how many headers the head before
         * had, and how many of them can still be expected to come again in the
         * same places. What that reader is on this machine, if it has one. */
        uint32_t limit, before, expected;
        void (*fast)(struct eventlet_http_head *head, const char *data,
                     size_t limit);
    } private;
};

/* Gets ready for a request, or a response. There is room for `room` headers,
 * at most 250, which is a limit, too.
 * Owns      headers stay the caller's and must outlive the head.
 * Spec      http_parse.1 http_parse.8 */
EVENTLET_API void eventlet_http_request_init(
    struct eventlet_http_head *head, struct eventlet_http_header *headers,
    size_t room, const struct eventlet_http_opts *opts);
EVENTLET_API void eventlet_http_response_init(
    struct eventlet_http_head *head, struct eventlet_http_header *headers,
    size_t room, const struct eventlet_http_opts *opts);

/* Gets ready for the next message with the same options, and into the same
 * array of headers. If they come in the same order as those of the message
 * before, which are looked at there, it is read faster; nothing else depends
 * on them.
 * Spec      http_parse.33 */
EVENTLET_API void eventlet_http_again(struct eventlet_http_head *head);

/* Reads a head. data are all bytes from the head's first on; if they are not
 * all of it, the next call is handed the same bytes and more, from wherever
 * they are by then. What was looked at is not looked at again.
 * Returns   the length of the head, once it is whole; 0: more is needed; or
 *           EVENTLET_HTTP_…, then also in head->error, now and ever after.
 * Spec      http_parse.1 … http_parse.30 */
EVENTLET_API ssize_t eventlet_http_parse(struct eventlet_http_head *head,
                                         const char *data,
                                         size_t len) EVENTLET_MUST_CHECK;

/* Returns   the first header of that name, NULL if there is none. The name of
 *           the second is compared without regard to case.
 * Spec      http_parse.31 */
EVENTLET_API const struct eventlet_http_header *eventlet_http_find(
    const struct eventlet_http_head *head, enum eventlet_http_known known);
EVENTLET_API const struct eventlet_http_header *eventlet_http_find_name(
    const struct eventlet_http_head *head, const char *data, const char *name);

/* Returns   the next header with the same name, NULL if there is none. */
EVENTLET_API const struct eventlet_http_header *eventlet_http_find_next(
    const struct eventlet_http_head *head, const char *data,
    const struct eventlet_http_header *header);

EVENTLET_DECLS_END

#endif
