/* SPDX-License-Identifier: MIT */
/* Frames of RFC 6455, as a server reads them; with the word `client` as a
 * client does. reserved= are bits that an extension has negotiated. */
#include "proto/examples/ws_says.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/simd_each.h"

struct state {
    struct eventlet_ws_frame_opts opts;
    struct eventlet_ws_frame parser;
    bool begun;
};

static void start(void *state)
{
    *(struct state *)state = (struct state){ 0 };
}

static bool option(void *state, const char *name, const char *value)
{
    struct eventlet_ws_frame_opts *opts = &((struct state *)state)->opts;

    if (strcmp(name, "client") == 0)
        opts->client = true;
    else if (strcmp(name, "reserved") == 0)
        opts->reserved = (unsigned char)atoi(value);
    else if (strcmp(name, "max_frame") == 0)
        opts->max_frame = strtoull(value, NULL, 10);
    else if (strcmp(name, "max_message") == 0)
        opts->max_message = strtoull(value, NULL, 10);
    else if (strcmp(name, "max_fragments") == 0)
        opts->max_fragments = (uint32_t)atoi(value);
    else
        return false;
    return true;
}

/* Bytes that come singly may be the page's own, which are not to change. */
static ssize_t feed(void *state, const char *data, size_t len, struct says *out)
{
    struct state *s = state;
    struct eventlet_ws_event event;
    char single = len == 1 ? *data : '\0';
    void *bytes = len == 1 ? &single : (void *)(uintptr_t)data;
    ssize_t n;

    if (!s->begun)
        eventlet_ws_frame_init(&s->parser, &s->opts);
    s->begun = true;
    n = eventlet_ws_frame_feed(&s->parser, bytes, len, &event);
    ws_say(&event, out);
    if (n < 0)
        ws_say_error(eventlet_ws_frame_error(&s->parser), out);
    return n;
}

EXAMPLE_CODEC(ws_frame, .state_size = sizeof(struct state), .start = start,
              .option = option, .feed = feed, .version = simd_choose);
