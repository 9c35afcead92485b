/* SPDX-License-Identifier: MIT */
/* Sec-WebSocket-Extensions, for our own files. */
#ifndef EVENTLET_PROTO_WS_EXTENSION_H
#define EVENTLET_PROTO_WS_EXTENSION_H

#include <stdbool.h>
#include <stddef.h>

#include "eventlet/ws_deflate.h"

/* One extension of a list. */
struct eventlet__ws_extension {
    bool is_deflate;
    bool acceptable; /* its parameters are known, there once, and in range */
    bool bare_server_bits; /* server_max_window_bits without a value */
    bool bare_client_bits;
    struct eventlet_ws_deflate_params params;
};

/* Takes the next extension off the list that goes from *at to end.
 * Returns   1; 0 at its end; -1 if the list is not by the grammar of RFC 6455,
 *           section 9.1. */
int eventlet__ws_next_extension(struct eventlet__ws_extension *out,
                                const char **at, const char *end);

/* Takes the next element off a list with commas, without blanks around it.
 * Returns   whether there was one. Empty elements are left out. */
bool eventlet__ws_next_element(const char **element, size_t *len,
                               const char **at, const char *end);

/* Whether the n bytes are that word, in any case. */
bool eventlet__ws_is_word(const char *bytes, size_t n, const char *word);

#endif
