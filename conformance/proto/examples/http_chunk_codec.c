/* SPDX-License-Identifier: MIT */
/* http_chunk_codec.c - a body in chunks. */
#include "proto/examples/http_say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct body {
    struct eventlet_http_chunk_opts opts;
    struct eventlet_http_chunk chunk;
    bool begun, ended;
};

ssize_t http_say_error(struct says *out,
                       const struct eventlet_http_error *error)
{
    say(out, "error %d %s", error->status, error->what);
    say(out, "at %llu", (unsigned long long)error->at);
    return -1;
}

static void say_event(const struct eventlet_http_chunk *chunk, int event,
                      struct says *out)
{
    char what[300];

    switch (event) {
    case EVENTLET_HTTP_CHUNK_BEGIN:
        snprintf(what, sizeof what, "chunk %llu",
                 (unsigned long long)chunk->size);
        if (chunk->text_len)
            say_bytes(out, what, chunk->text, chunk->text_len);
        else
            say(out, "%s", what);
        break;
    case EVENTLET_HTTP_CHUNK_DATA:
        say_piece(out, "data", chunk->text, chunk->text_len);
        break;
    case EVENTLET_HTTP_CHUNK_TRAILER:
        snprintf(what, sizeof what, "trailer %.*s%s", (int)chunk->text_len,
                 chunk->text, chunk->known ? "" : " (other)");
        say_bytes(out, what, chunk->value, chunk->value_len);
        break;
    case EVENTLET_HTTP_CHUNK_END:
        say(out, "end");
        break;
    }
}

ssize_t http_feed_chunks(struct eventlet_http_chunk *chunk, const char *data,
                         size_t len, bool *ended, struct says *out)
{
    size_t used = 0, n;
    int event;

    do {
        event = eventlet_http_chunk_read(chunk, data + used, len - used, &n);
        if (event < 0)
            return http_say_error(out, &chunk->error);
        used += n;
        say_event(chunk, event, out);
    } while (event != EVENTLET_HTTP_CHUNK_MORE &&
             event != EVENTLET_HTTP_CHUNK_END);
    *ended = event == EVENTLET_HTTP_CHUNK_END;
    return (ssize_t)used;
}

static void start(void *state)
{
    memset(state, 0, sizeof(struct body));
}

static bool option(void *state, const char *name, const char *value)
{
    struct body *body = state;
    const uint32_t number = (uint32_t)strtoul(value, NULL, 10);

    if (strcmp(name, "strict") == 0)
        body->opts.profile = EVENTLET_HTTP_STRICT;
    else if (strcmp(name, "compat") == 0)
        body->opts.profile = EVENTLET_HTTP_COMPAT;
    else if (strcmp(name, "line_limit") == 0)
        body->opts.line_limit = number;
    else if (strcmp(name, "extensions_limit") == 0)
        body->opts.extensions_limit = number;
    else if (strcmp(name, "trailer_limit") == 0)
        body->opts.trailer_limit = number;
    else if (strcmp(name, "trailers_limit") == 0)
        body->opts.trailers_limit = number;
    else if (strcmp(name, "trailers_count") == 0)
        body->opts.trailers_count = number;
    else
        return false;
    return true;
}

static ssize_t feed(void *state, const char *data, size_t len, struct says *out)
{
    struct body *body = state;

    if (!body->begun)
        eventlet_http_chunk_init(&body->chunk, &body->opts);
    body->begun = true;
    return body->ended
               ? 0
               : http_feed_chunks(&body->chunk, data, len, &body->ended, out);
}

EXAMPLE_CODEC(http_chunk, .state_size = sizeof(struct body), .start = start,
              .option = option, .feed = feed);
