/* SPDX-License-Identifier: MIT */
/* http_codec.c - what comes in on a connection: heads, and behind them the
 * bodies that they announce, one message after the other. */
#include "proto/examples/http_say.h"

#include "proto/simd_each.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 100 };

struct stream {
    struct eventlet_http_opts opts;
    size_t room;
    bool response, begun;
    enum { IN_HEAD, IN_LENGTH, IN_CHUNKS, IN_REST } place;
    uint64_t left;
    struct eventlet_http_chunk chunk;
    struct eventlet_http_head head;
    struct eventlet_http_header headers[ROOM];
};

static void start(void *state)
{
    struct stream *stream = state;

    memset(stream, 0, sizeof *stream);
    stream->room = ROOM;
}

static void start_response(void *state)
{
    start(state);
    ((struct stream *)state)->response = true;
}

static bool option(void *state, const char *name, const char *value)
{
    struct stream *stream = state;
    const unsigned long number = strtoul(value, NULL, 10);

    if (strcmp(name, "strict") == 0)
        stream->opts.profile = EVENTLET_HTTP_STRICT;
    else if (strcmp(name, "compat") == 0)
        stream->opts.profile = EVENTLET_HTTP_COMPAT;
    else if (strcmp(name, "line_limit") == 0)
        stream->opts.line_limit = (uint32_t)number;
    else if (strcmp(name, "header_limit") == 0)
        stream->opts.header_limit = (uint32_t)number;
    else if (strcmp(name, "headers_limit") == 0)
        stream->opts.headers_limit = (uint32_t)number;
    else if (strcmp(name, "room") == 0 && number <= ROOM)
        stream->room = number;
    else if (strcmp(name, "answers") == 0)
        stream->opts.answers = eventlet_http_method_of(value, strlen(value));
    else
        return false;
    return true;
}

/* ---- saying ---- */

static void say_headers(const struct stream *stream, const char *data,
                        struct says *out)
{
    for (uint32_t i = 0; i < stream->head.n_headers; i++) {
        const struct eventlet_http_header *header = &stream->headers[i];
        char what[300];

        snprintf(what, sizeof what, "header %.*s%s", header->name_len,
                 data + header->name, header->known ? "" : " (other)");
        say_bytes(out, what, data + header->value, header->value_len);
    }
}

static void say_head(const struct stream *stream, const char *data,
                     struct says *out)
{
    static const char *const bodies[] = { "none", "length", "chunked", "close",
                                          "tunnel" };
    static const char *const expects[] = { "", " expect-continue",
                                           " expect-other" };
    const struct eventlet_http_head *head = &stream->head;
    const char *known = eventlet_http_method_str(head->method);
    char what[64];

    if (stream->response)
        snprintf(what, sizeof what, "response 1.%d %d", head->minor,
                 head->status);
    else
        snprintf(what, sizeof what, "request 1.%d %s", head->minor,
                 known ? known : "OTHER");
    if (!stream->response && !known)
        say_bytes(out, "method", data + head->method_at, head->method_len);
    say_bytes(out, what, data + head->target_at, head->target_len);
    say_headers(stream, data, out);
    if (head->body == EVENTLET_HTTP_LENGTH)
        say(out, "body length %llu", (unsigned long long)head->content_length);
    else
        say(out, "body %s", bodies[head->body]);
    say(out, "then %s%s%s", head->keep_alive ? "keep-alive" : "close",
        head->upgrade ? " upgrade" : "", expects[head->expect]);
}

/* ---- reading ---- */

static void begin_body(struct stream *stream)
{
    const struct eventlet_http_head *head = &stream->head;

    stream->begun = false;
    stream->left = head->content_length;
    switch (head->body) {
    case EVENTLET_HTTP_LENGTH:
        stream->place = stream->left ? IN_LENGTH : IN_HEAD;
        break;
    case EVENTLET_HTTP_CHUNKED:
        stream->place = IN_CHUNKS;
        eventlet_http_chunk_init(&stream->chunk,
                                 &(struct eventlet_http_chunk_opts){
                                     .profile = stream->opts.profile });
        break;
    case EVENTLET_HTTP_NO_BODY:
        stream->place = IN_HEAD;
        break;
    default:
        stream->place = IN_REST;
    }
}

static ssize_t read_head(struct stream *stream, const char *data, size_t len,
                         struct says *out)
{
    ssize_t used;

    if (!stream->begun) {
        if (stream->response)
            eventlet_http_response_init(&stream->head, stream->headers,
                                        stream->room, &stream->opts);
        else
            eventlet_http_request_init(&stream->head, stream->headers,
                                       stream->room, &stream->opts);
        stream->begun = true;
    }
    used = eventlet_http_parse(&stream->head, data, len);
    if (used < 0)
        return http_say_error(out, &stream->head.error);
    if (used > 0) {
        say_head(stream, data, out);
        begin_body(stream);
    }
    return used;
}

static ssize_t read_chunks(struct stream *stream, const char *data, size_t len,
                           struct says *out)
{
    bool ended = false;
    const ssize_t used =
        http_feed_chunks(&stream->chunk, data, len, &ended, out);

    if (ended)
        stream->place = IN_HEAD;
    return used;
}

static ssize_t feed(void *state, const char *data, size_t len, struct says *out)
{
    struct stream *stream = state;
    size_t n = len;

    switch (stream->place) {
    case IN_HEAD:
        return read_head(stream, data, len, out);
    case IN_LENGTH:
        n = n < stream->left ? n : stream->left;
        stream->left -= n;
        if (stream->left == 0)
            stream->place = IN_HEAD;
        break;
    case IN_CHUNKS:
        return read_chunks(stream, data, len, out);
    case IN_REST:
        break;
    }
    if (n)
        say_piece(out, "data", data, n);
    return (ssize_t)n;
}

EXAMPLE_CODEC(http_request, .state_size = sizeof(struct stream), .start = start,
              .option = option, .feed = feed, .version = simd_choose);

EXAMPLE_CODEC(http_response, .state_size = sizeof(struct stream),
              .start = start_response, .option = option, .feed = feed,
              .version = simd_choose);
