/* SPDX-License-Identifier: MIT */
/* ws_says.h - the events of websockets, and their errors, as text. */
#ifndef WS_SAYS_H
#define WS_SAYS_H

#include <inttypes.h>
#include <stdio.h>

#include "eventlet/ws_frame.h"
#include "proto/examples/examples.h"

static inline const char *ws_opcode_name(unsigned char opcode)
{
    switch (opcode) {
    case EVENTLET_WS_TEXT:
        return "text";
    case EVENTLET_WS_BINARY:
        return "binary";
    case EVENTLET_WS_PING:
        return "ping";
    case EVENTLET_WS_PONG:
        return "pong";
    default:
        return "close";
    }
}

/* "close 1000 "bye"", "close 1005". */
static inline void ws_say_control(const struct eventlet_ws_event *e,
                                  struct says *out)
{
    char what[32];

    if (e->code)
        snprintf(what, sizeof what, "close %d", e->code);
    else
        snprintf(what, sizeof what, "%s", ws_opcode_name(e->opcode));
    if (e->code && e->len == 0)
        say(out, "%s", what);
    else
        say_bytes(out, what, e->bytes, e->len);
}

static inline void ws_say(const struct eventlet_ws_event *e, struct says *out)
{
    char what[32];

    switch (e->kind) {
    case EVENTLET_WS_NOTHING:
        return;
    case EVENTLET_WS_CONTROL:
        ws_say_control(e, out);
        return;
    case EVENTLET_WS_UNKNOWN:
        if (e->opcode & 0x80)
            say(out, "unknown %02x, %" PRIu64 " bytes", e->opcode, e->left);
        else
            say(out, "unknown %02x", e->opcode);
        return;
    case EVENTLET_WS_DATA:
        snprintf(what, sizeof what, e->reserved ? "%s+%d" : "%s",
                 ws_opcode_name(e->opcode), e->reserved);
        say_piece(out, what, e->bytes, e->len);
        if (e->ends_frame)
            say(out, e->ends ? "end" : "more");
    }
}

static inline void ws_say_error(const struct eventlet_ws_error *error,
                                struct says *out)
{
    if (error->limit)
        say(out, "error %d at %" PRIu64 ": %s, %" PRIu64 " of %" PRIu64,
            error->status, error->offset, error->what, error->length,
            error->limit);
    else
        say(out, "error %d at %" PRIu64 ": %s", error->status, error->offset,
            error->what);
}

#endif
