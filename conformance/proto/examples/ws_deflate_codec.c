/* SPDX-License-Identifier: MIT */
/* Frames of a client with permessage-deflate, as a server reads them: what is
 * compressed is inflated. room= is how many bytes at a time. */
#include "proto/examples/ws_says.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "eventlet/errors.h"
#include "eventlet/ws_deflate.h"

struct state {
    struct eventlet_ws_frame parser;
    struct eventlet_ws_deflate_opts opts;
    struct eventlet_utf8 text;
    eventlet_ws_deflate *deflate;
    size_t room;
};

static void start(void *state)
{
    struct state *s = state;

    *s = (struct state){ .room = 4096 };
    eventlet_ws_frame_init(&s->parser, &(struct eventlet_ws_frame_opts){
                                           .reserved = EVENTLET_WS_RSV1 });
}

static bool option(void *state, const char *name, const char *value)
{
    struct state *s = state;

    if (strcmp(name, "room") == 0)
        s->room = (size_t)atoi(value);
    else if (strcmp(name, "max_message") == 0)
        s->opts.max_message = strtoull(value, NULL, 10);
    else if (strcmp(name, "client_no_context_takeover") == 0)
        s->opts.params.client_no_context_takeover = true;
    else if (strcmp(name, "client_max_window_bits") == 0)
        s->opts.params.client_max_window_bits = (unsigned char)atoi(value);
    else
        return false;
    return true;
}

static int give(struct state *s, const struct eventlet_ws_event *event,
                const char *bytes, size_t len, struct says *out)
{
    bool text = event->opcode == EVENTLET_WS_TEXT;
    size_t good = text ? eventlet_utf8_feed(&s->text, bytes, len) : len;

    say_piece(out, text ? "text" : "binary", bytes, good);
    if (good == len)
        return 0;
    say(out, "error 1007: text is not UTF-8");
    return -1;
}

static int inflate_piece(struct state *s, const struct eventlet_ws_event *event,
                         struct says *out)
{
    struct eventlet_ws_flow flow = { .in = event->bytes, .in_len = event->len };
    int rc;

    do {
        char room[4096];

        flow.out = room;
        flow.out_len = s->room;
        rc = eventlet_ws_deflate_unpack(s->deflate, &flow, event->ends);
        if (give(s, event, room, s->room - flow.out_len, out) < 0)
            return -1;
    } while (rc == 1);
    if (rc < 0)
        say(out, rc == EVENTLET_WS_TOO_LONG ? "error 1009: too long"
                                            : "error 1007: broken");
    return rc;
}

static int take(struct state *s, const struct eventlet_ws_event *event,
                struct says *out)
{
    if (event->kind != EVENTLET_WS_DATA || !event->reserved) {
        ws_say(event, out);
        return 0;
    }
    if (inflate_piece(s, event, out) < 0)
        return -1;
    if (!event->ends)
        return 0;
    say(out,
        eventlet_utf8_may_end(&s->text) ? "end" : "error 1007: text is cut");
    return eventlet_utf8_may_end(&s->text) ? 0 : -1;
}

static ssize_t feed(void *state, const char *data, size_t len, struct says *out)
{
    struct state *s = state;
    struct eventlet_ws_event event;
    char single = len == 1 ? *data : '\0';
    void *bytes = len == 1 ? &single : (void *)(uintptr_t)data;
    ssize_t n;

    if (!s->deflate && eventlet_ws_deflate_new(&s->deflate, &s->opts) < 0)
        abort();
    n = eventlet_ws_frame_feed(&s->parser, bytes, len, &event);
    if (n >= 0 && take(s, &event, out) == 0)
        return n;
    if (n < 0)
        ws_say_error(eventlet_ws_frame_error(&s->parser), out);
    eventlet_ws_deflate_free(s->deflate);
    s->deflate = NULL;
    return -1;
}

static void end(void *state, struct says *out)
{
    struct state *s = state;

    (void)out;
    eventlet_ws_deflate_free(s->deflate);
    s->deflate = NULL;
}

EXAMPLE_CODEC(ws_deflate, .state_size = sizeof(struct state), .start = start,
              .option = option, .feed = feed, .end = end);
