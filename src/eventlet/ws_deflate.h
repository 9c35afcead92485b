/* SPDX-License-Identifier: MIT */
/* permessage-deflate, RFC 7692: messages of a websocket, compressed. */
#ifndef EVENTLET_WS_DEFLATE_H
#define EVENTLET_WS_DEFLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "export.h"

EVENTLET_DECLS

/* What the two sides have agreed on. */
struct eventlet_ws_deflate_params {
    bool server_no_context_takeover; /* each message by itself */
    bool client_no_context_takeover;
    unsigned char server_max_window_bits; /* 8 to 15; 0: not said, which is */
    unsigned char client_max_window_bits; /* the same as 15 */
};

struct eventlet_ws_deflate_opts {
    bool client;          /* which of the two sides this is */
    int level;            /* 1 to 9; 0: zlib's default */
    uint64_t max_message; /* inflated bytes; 0: EVENTLET_WS_LIMIT */
    struct eventlet_ws_deflate_params params;
};

typedef struct eventlet_ws_deflate eventlet_ws_deflate;

/* Where bytes are taken from and put to; both move on. */
struct eventlet_ws_flow {
    const void *in;
    size_t in_len;
    void *out;
    size_t out_len; /* room that is left */
};

/* Both directions of a connection. What they need, up to 256 KiB and 44 KiB,
 * is taken when each is first used.
 * Returns   0, -ENOMEM, or -EINVAL for options that make no sense.
 * Owns      *out is the caller's, for eventlet_ws_deflate_free. opts may be
 *           NULL.
 * Spec      ws_deflate.1 ws_deflate.11 */
EVENTLET_API int eventlet_ws_deflate_new(
    eventlet_ws_deflate **out,
    const struct eventlet_ws_deflate_opts *opts) EVENTLET_MUST_CHECK;

EVENTLET_API void eventlet_ws_deflate_free(eventlet_ws_deflate *d);

/* Inflates a piece of a message; `ends` says that it is the last.
 * Returns   0 when all was taken, and after the last piece when the message is
 *           whole; 1 when the room ran out, to be called again with the rest
 *           and more room; EVENTLET_WS_BAD_DEFLATE; EVENTLET_WS_TOO_LONG
 *           after max_message bytes; -ENOMEM. After an error nothing else can
 *           be inflated.
 * Spec      ws_deflate.2 … ws_deflate.7 */
EVENTLET_API int eventlet_ws_deflate_unpack(eventlet_ws_deflate *d,
                                            struct eventlet_ws_flow *flow,
                                            bool ends) EVENTLET_MUST_CHECK;

/* The least room that eventlet_ws_deflate_pack is content with. */
#define EVENTLET_WS_DEFLATE_ROOM 16

/* Compresses a piece of a message; `ends` says that it is the last.
 * Returns   0 when all was taken, and after the last piece when the message is
 *           whole; 1 when the room ran out, to be called again with the rest
 *           and more room; -EINVAL when the room is less than
 *           EVENTLET_WS_DEFLATE_ROOM; -ENOMEM.
 * Spec      ws_deflate.1 ws_deflate.8 … ws_deflate.10 */
EVENTLET_API int eventlet_ws_deflate_pack(eventlet_ws_deflate *d,
                                          struct eventlet_ws_flow *flow,
                                          bool ends) EVENTLET_MUST_CHECK;

EVENTLET_DECLS_END

#endif
