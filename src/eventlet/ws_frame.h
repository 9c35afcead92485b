/* SPDX-License-Identifier: MIT */
/* The frames of RFC 6455: bytes in, events out; and heads of frames to send. */
#ifndef EVENTLET_WS_FRAME_H
#define EVENTLET_WS_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "export.h"
#include "utf8.h"

EVENTLET_DECLS

#define EVENTLET_WS_LIMIT (8u << 20) /* of a frame, and of a message */
#define EVENTLET_WS_HEAD  14         /* the longest head, in bytes */
#define EVENTLET_WS_SHORT 125        /* the longest control frame's payload */

enum eventlet_ws_opcode {
    EVENTLET_WS_CONTINUATION = 0,
    EVENTLET_WS_TEXT = 1,
    EVENTLET_WS_BINARY = 2,
    EVENTLET_WS_CLOSE = 8,
    EVENTLET_WS_PING = 9,
    EVENTLET_WS_PONG = 10
};

/* Bits that an extension gives a meaning. */
enum { EVENTLET_WS_RSV1 = 4, EVENTLET_WS_RSV2 = 2, EVENTLET_WS_RSV3 = 1 };

/* What is wrong with what was received. */
struct eventlet_ws_error {
    const char *what; /* in words, to be sent as the reason; lives for ever */
    uint64_t offset;  /* of the byte that showed it, from the first one on */
    int status;       /* the close code to send; of a handshake, HTTP's */
    uint64_t length;  /* of what is too long, */
    uint64_t limit;   /* and how long it might be; else both 0 */
};

enum eventlet_ws_kind {
    EVENTLET_WS_NOTHING, /* all was taken, more is needed */
    EVENTLET_WS_DATA,    /* a piece of a message */
    EVENTLET_WS_CONTROL, /* a whole ping, pong or close, by its opcode */
    EVENTLET_WS_UNKNOWN  /* old drafts only: a frame that is left out */
};

/* `bytes` point into what was fed, or into the parser, and are good until it
 * is fed again. */
struct eventlet_ws_event {
    enum eventlet_ws_kind kind;
    unsigned char opcode;   /* the message's, the control frame's, the type */
    unsigned char reserved; /* bits of the message's first frame */
    bool starts;            /* a message */
    bool ends_frame;
    bool ends; /* the message */
    int code;  /* of a close frame; 1005 if it has none */
    const char *bytes;
    size_t len;
    uint64_t left; /* of this frame's payload, after these bytes */
};

struct eventlet_ws_frame_opts {
    bool client;            /* false: frames come masked; true: they must not */
    unsigned char reserved; /* bits that an extension has negotiated; none */
    uint32_t max_fragments; /* of a message; 0: 131,072, as of 64 bytes each */
    uint64_t max_frame;     /* bytes of payload; 0: EVENTLET_WS_LIMIT */
    uint64_t max_message;   /* of all fragments; 0: EVENTLET_WS_LIMIT */
};

/* A parser. Its fields are its own. */
struct eventlet_ws_frame {
    struct eventlet_ws_frame_opts opts;
    struct eventlet_ws_error error;
    uint64_t offset;
    uint64_t left;
    uint64_t message;
    uint32_t fragments;
    int failed;
    struct eventlet_utf8 text;
    bool final, starts, in_payload, closed, is_text;
    unsigned char phase, opcode, message_opcode, message_reserved;
    unsigned char key[4];
    unsigned char head_len, control_len;
    unsigned char head[EVENTLET_WS_HEAD];
    char control[EVENTLET_WS_SHORT];
};

/* Owns      nothing: there is nothing to give back. opts may be NULL.
 * Spec      ws_frame.1 ws_frame.20 */
EVENTLET_API void eventlet_ws_frame_init(
    struct eventlet_ws_frame *p, const struct eventlet_ws_frame_opts *opts);

/* Takes bytes up to the next event and unmasks them in place. To be called
 * again with what was not taken.
 * Returns   how many bytes were taken; EVENTLET_WS_PROTOCOL,
 *           EVENTLET_WS_BAD_TEXT or EVENTLET_WS_TOO_LONG, then and ever after.
 * Spec      ws_frame.1 … ws_frame.21 */
EVENTLET_API ssize_t
eventlet_ws_frame_feed(struct eventlet_ws_frame *p, void *bytes, size_t len,
                       struct eventlet_ws_event *event) EVENTLET_MUST_CHECK;

/* Returns   what is wrong, once feeding has failed; else NULL. */
static inline const struct eventlet_ws_error *eventlet_ws_frame_error(
    const struct eventlet_ws_frame *p)
{
    return p->failed ? &p->error : NULL;
}

/* A frame to be sent. */
struct eventlet_ws_head {
    enum eventlet_ws_opcode opcode;
    bool more;              /* fragments of this message follow */
    bool masked;            /* as a client has to, */
    unsigned char key[4];   /* with a key that nobody can guess */
    unsigned char reserved; /* bits */
    uint64_t length;        /* of the payload */
};

/* Writes the head of a frame, in its shortest form.
 * Returns   its length; EVENTLET_WS_UNSENDABLE for a control frame that is
 *           cut, has reserved bits or is longer than EVENTLET_WS_SHORT, an
 *           unknown opcode, a length of 2^63 or more.
 * Spec      ws_frame.22 ws_frame.23 */
EVENTLET_API int eventlet_ws_head_write(unsigned char out[EVENTLET_WS_HEAD],
                                        const struct eventlet_ws_head *head)
    EVENTLET_MUST_CHECK;

/* Writes a whole frame: the head and, masked if it says so, the payload.
 * Returns   its length; -ENOBUFS if it does not fit; EVENTLET_WS_UNSENDABLE.
 * Spec      ws_frame.24 */
EVENTLET_API ssize_t eventlet_ws_frame_write(
    void *out, size_t size, const struct eventlet_ws_head *head,
    const void *payload) EVENTLET_MUST_CHECK;

/* Writes the payload of a close frame. Code 1005 is none: an empty one.
 * Returns   its length; EVENTLET_WS_UNSENDABLE for a code that must not be
 *           sent, a reason of more than 123 bytes or one that is not UTF-8.
 * Spec      ws_frame.25 */
EVENTLET_API int eventlet_ws_close_write(unsigned char out[EVENTLET_WS_SHORT],
                                         int code, const char *reason,
                                         size_t len) EVENTLET_MUST_CHECK;

/* Returns   whether a close frame may carry this code.
 * Spec      ws_frame.13 */
EVENTLET_API bool eventlet_ws_close_code_valid(int code);

EVENTLET_DECLS_END

#endif
