/* SPDX-License-Identifier: MIT */
/* The opening handshakes of websockets: RFC 6455 (version 13, and 8, which
 * differs in a header only) and the drafts hixie-75 and hixie-76. Header
 * fields come from any HTTP parser. */
#ifndef EVENTLET_WS_HANDSHAKE_H
#define EVENTLET_WS_HANDSHAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "export.h"
#include "proto.h"
#include "ws_deflate.h"
#include "ws_frame.h"

EVENTLET_DECLS

struct eventlet_ws_field {
    struct eventlet_span name, value;
};

/* ---- the server's side ---- */

/* What came before the empty line. */
struct eventlet_ws_request {
    struct eventlet_span method; /* NULL: GET */
    struct eventlet_span target; /* path and query; only for the drafts */
    bool http10;
    bool secure; /* came through TLS; only for the drafts */
    const struct eventlet_ws_field *fields;
    size_t count;
};

struct eventlet_ws_server_opts {
    const char *const *protocols; /* that the server speaks, then NULL; none */
    bool legacy;                  /* hixie-75 and hixie-76, too */
    bool no_deflate;              /* decline permessage-deflate */
    /* Says whether it is wanted; the origin may be missing. NULL: all are. */
    bool (*origin)(void *arg, const struct eventlet_span *host,
                   const struct eventlet_span *origin);
    void *arg;
};

/* What was agreed on. Texts are the request's, or the response's. */
struct eventlet_ws_handshake {
    int version; /* 13, 8, 76 or 75 */
    struct eventlet_span host, origin;
    struct eventlet_span protocol; /* NULL: none */
    struct eventlet_span target;
    bool secure;
    bool deflate; /* permessage-deflate, with these parameters: */
    struct eventlet_ws_deflate_params params;
    size_t body;           /* bytes after the head that the answer needs: 8 */
    unsigned char keys[8]; /* of hixie-76 */
    char accept[29];       /* Sec-WebSocket-Accept */
};

/* Judges a request.
 * Returns   0; EVENTLET_WS_HANDSHAKE, EVENTLET_WS_VERSION, EVENTLET_WS_ORIGIN,
 *           with *error saying what is wrong and the status to answer.
 * Spec      ws_handshake.1 … ws_handshake.14 */
EVENTLET_API int eventlet_ws_accept(
    struct eventlet_ws_handshake *out, struct eventlet_ws_error *error,
    const struct eventlet_ws_request *request,
    const struct eventlet_ws_server_opts *opts) EVENTLET_MUST_CHECK;

/* Writes the answer to a request that was accepted. body are the out->body
 * bytes that came after it, and may be NULL if there are none.
 * Returns   its length; -ENOBUFS if it does not fit.
 * Spec      ws_handshake.15 … ws_handshake.17 */
EVENTLET_API ssize_t eventlet_ws_answer_write(
    char *out, size_t size, const struct eventlet_ws_handshake *handshake,
    const void *body) EVENTLET_MUST_CHECK;

/* Writes the answer to a request that was refused; the connection is to be
 * closed after it.
 * Returns   its length; -ENOBUFS if it does not fit.
 * Spec      ws_handshake.18 */
EVENTLET_API ssize_t eventlet_ws_refusal_write(
    char *out, size_t size,
    const struct eventlet_ws_error *error) EVENTLET_MUST_CHECK;

/* ---- the client's side ---- */

struct eventlet_ws_client {
    int version;        /* 0: 13; 8, 76 or 75 */
    const char *host;   /* with the port, if it is not the usual one */
    const char *target; /* NULL: / */
    const char *origin; /* NULL: none; the drafts need one */
    const char *const *protocols; /* then NULL; none; the drafts send one */
    bool deflate;                 /* offer permessage-deflate: */
    struct eventlet_ws_deflate_params params;
    bool secure;
    unsigned char random[16]; /* that nobody can guess */
};

/* Writes the request.
 * Returns   its length; -ENOBUFS if it does not fit; EVENTLET_BAD_URI for a
 *           target that is no path, or a host that is none; -EINVAL for a
 *           version that there is not, an origin with a control character, and
 *           protocols that are no tokens or there twice.
 * Spec      ws_handshake.19 … ws_handshake.21 ws_handshake.27 */
EVENTLET_API ssize_t eventlet_ws_request_write(
    char *out, size_t size,
    const struct eventlet_ws_client *client) EVENTLET_MUST_CHECK;

/* What came before the empty line. body are the 16 bytes after it that answer
 * a request of version 76; else NULL. */
struct eventlet_ws_response {
    int status;
    const struct eventlet_ws_field *fields;
    size_t count;
    const void *body;
};

/* Judges the answer to that request.
 * Returns   0; EVENTLET_WS_HANDSHAKE, with *error saying what is wrong.
 * Spec      ws_handshake.22 … ws_handshake.26 */
EVENTLET_API int eventlet_ws_established(
    struct eventlet_ws_handshake *out, struct eventlet_ws_error *error,
    const struct eventlet_ws_response *response,
    const struct eventlet_ws_client *client) EVENTLET_MUST_CHECK;

EVENTLET_DECLS_END

#endif
