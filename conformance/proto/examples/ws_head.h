/* SPDX-License-Identifier: MIT */
/* ws_head.h - heads of HTTP taken apart without much ado, for the examples of
 * handshakes, and what was agreed on as text. */
#ifndef WS_HEAD_H
#define WS_HEAD_H

#include <stdio.h>
#include <string.h>

#include "eventlet/ws_handshake.h"
#include "proto/examples/examples.h"

enum { FIELDS_MAX = 32 };

struct ws_head {
    struct eventlet_span line; /* the first one */
    struct eventlet_ws_field fields[FIELDS_MAX];
    size_t count;
};

/* Returns how long the head is, with its empty line; 0 if it is not there. */
static inline size_t ws_head_take(struct ws_head *head, const char *data,
                                  size_t len)
{
    const char *at = data, *end;

    *head = (struct ws_head){ 0 };
    while ((end = memmem(at, len - (size_t)(at - data), "\r\n", 2)) != NULL) {
        const char *colon = memchr(at, ':', (size_t)(end - at));

        if (end == at)
            return (size_t)(end + 2 - data);
        if (at == data)
            head->line = (struct eventlet_span){ at, (size_t)(end - at) };
        else if (colon && head->count < FIELDS_MAX)
            head->fields[head->count++] =
                (struct eventlet_ws_field){ { at, (size_t)(colon - at) },
                                            { colon + 1,
                                              (size_t)(end - colon - 1) } };
        at = end + 2;
    }
    return 0;
}

static inline void ws_say_agreed(const struct eventlet_ws_handshake *h,
                                 struct says *out)
{
    char bits[2][40] = { "", "" };

    if (h->origin.at)
        say_bytes(out, "origin", h->origin.at, h->origin.len);
    if (h->protocol.at)
        say_bytes(out, "protocol", h->protocol.at, h->protocol.len);
    if (!h->deflate)
        return;
    if (h->params.server_max_window_bits)
        snprintf(bits[0], sizeof bits[0], " server_max_window_bits=%d",
                 h->params.server_max_window_bits);
    if (h->params.client_max_window_bits)
        snprintf(bits[1], sizeof bits[1], " client_max_window_bits=%d",
                 h->params.client_max_window_bits);
    say(out, "deflate%s%s%s%s",
        h->params.server_no_context_takeover ? " server_no_context_takeover"
                                             : "",
        h->params.client_no_context_takeover ? " client_no_context_takeover"
                                             : "",
        bits[0], bits[1]);
}

/* Splits "a,b" in place into a list that ends with NULL. */
static inline void ws_split(const char **list, size_t max, char *names)
{
    char *rest = NULL;
    size_t n = 0;

    for (char *name = strtok_r(names, ",", &rest); name && n + 1 < max;
         name = strtok_r(NULL, ",", &rest))
        list[n++] = name;
    list[n] = NULL;
}

#endif
