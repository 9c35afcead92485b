/* SPDX-License-Identifier: MIT */
/* The frames of the drafts before RFC 6455, hixie-75 and hixie-76: text
 * between 00 and FF. Only old clients speak them. */
#ifndef EVENTLET_WS_HIXIE_H
#define EVENTLET_WS_HIXIE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "export.h"
#include "ws_frame.h"

EVENTLET_DECLS

struct eventlet_ws_hixie_opts {
    uint64_t max_message; /* bytes of text, or of a frame that is left out;
                             0: EVENTLET_WS_LIMIT */
};

/* A parser. Its fields are its own. */
struct eventlet_ws_hixie {
    struct eventlet_ws_error error;
    uint64_t offset;
    uint64_t limit;
    uint64_t length; /* of the text so far; of what is left out */
    int failed;
    struct eventlet_utf8 text;
    unsigned char state;
    unsigned char type;
    unsigned char held_len;
    bool starts;
    char held[4];  /* a character that was cut */
    char given[6]; /* what became of it */
};

/* Owns      nothing: there is nothing to give back. opts may be NULL.
 * Spec      ws_hixie.1 */
EVENTLET_API void eventlet_ws_hixie_init(
    struct eventlet_ws_hixie *p, const struct eventlet_ws_hixie_opts *opts);

/* Takes bytes up to the next event: EVENTLET_WS_DATA of a text, in which what
 * is not UTF-8 is replaced by U+FFFD; EVENTLET_WS_CONTROL with the opcode
 * EVENTLET_WS_CLOSE for FF 00; EVENTLET_WS_UNKNOWN at the beginning of a frame
 * that is left out, with its type as opcode and, if it has one, its length in
 * `left`. To be called again with what was not taken.
 * Returns   how many bytes were taken; EVENTLET_WS_TOO_LONG, then and ever
 *           after.
 * Spec      ws_hixie.1 … ws_hixie.9 */
EVENTLET_API ssize_t eventlet_ws_hixie_feed(
    struct eventlet_ws_hixie *p, const void *bytes, size_t len,
    struct eventlet_ws_event *event) EVENTLET_MUST_CHECK;

/* Returns   what is wrong, once feeding has failed; else NULL. */
EVENTLET_API const struct eventlet_ws_error *eventlet_ws_hixie_error(
    const struct eventlet_ws_hixie *p);

/* Writes a text as a frame.
 * Returns   its length; -ENOBUFS if it does not fit; EVENTLET_WS_UNSENDABLE if
 *           it is not UTF-8.
 * Spec      ws_hixie.10 */
EVENTLET_API ssize_t eventlet_ws_hixie_write(void *out, size_t size,
                                             const char *text,
                                             size_t len) EVENTLET_MUST_CHECK;

EVENTLET_DECLS_END

#endif
