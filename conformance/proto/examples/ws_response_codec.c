/* SPDX-License-Identifier: MIT */
/* Answers to a request for ws://example.com/chat, as a client sees them. Its
 * key is that of RFC 6455, section 1.3. */
#include "proto/examples/ws_head.h"

#include <stdlib.h>

struct state {
    struct eventlet_ws_client client;
    char names[128];
    const char *protocols[8];
};

static void start(void *state)
{
    struct state *s = state;

    *s = (struct state){ .client = { .host = "example.com",
                                     .target = "/chat",
                                     .origin = "http://example.com" } };
    memcpy(s->client.random, "the sample nonce", 16);
}

/* Without the word there is no list; with it there may be an empty one. */
static void offer(struct state *s, const char *names)
{
    snprintf(s->names, sizeof s->names, "%s", names);
    s->client.protocols = s->protocols;
}

static bool option(void *state, const char *name, const char *value)
{
    struct state *s = state;
    struct eventlet_ws_deflate_params *p = &s->client.params;

    if (strcmp(name, "version") == 0)
        s->client.version = atoi(value);
    else if (strcmp(name, "deflate") == 0)
        s->client.deflate = true;
    else if (strcmp(name, "server_no_context_takeover") == 0)
        p->server_no_context_takeover = true;
    else if (strcmp(name, "client_no_context_takeover") == 0)
        p->client_no_context_takeover = true;
    else if (strcmp(name, "server_max_window_bits") == 0)
        p->server_max_window_bits = (unsigned char)atoi(value);
    else if (strcmp(name, "client_max_window_bits") == 0)
        p->client_max_window_bits = (unsigned char)atoi(value);
    else if (strcmp(name, "secure") == 0)
        s->client.secure = true;
    else if (strcmp(name, "no_target") == 0)
        s->client.target = NULL;
    else if (strcmp(name, "protocols") == 0)
        offer(s, value);
    else
        return false;
    return true;
}

static ssize_t feed(void *state, const char *data, size_t len, struct says *out)
{
    struct state *s = state;
    struct ws_head head;
    struct eventlet_ws_handshake h;
    struct eventlet_ws_error error;
    size_t before = ws_head_take(&head, data, len);
    size_t body = s->client.version == 76 ? 16 : 0;
    struct eventlet_ws_response response = { .fields = head.fields };

    if (before == 0 || len < before + body)
        return 0;
    ws_split(s->protocols, 8, s->names);
    response.status = atoi(head.line.at + strlen("HTTP/1.1 "));
    response.count = head.count;
    response.body = body ? data + before : NULL;
    if (eventlet_ws_established(&h, &error, &response, &s->client) < 0) {
        say(out, "error: %s", error.what);
        return -1;
    }
    say(out, "established %d", h.version);
    ws_say_agreed(&h, out);
    return (ssize_t)(before + body);
}

EXAMPLE_CODEC(ws_response, .state_size = sizeof(struct state), .start = start,
              .option = option, .feed = feed);
