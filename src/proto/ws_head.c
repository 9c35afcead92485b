/* SPDX-License-Identifier: MIT */
/* Heads of frames of RFC 6455, judged byte by byte. */
#include "proto/ws_head.h"

#include "eventlet/errors.h"

int eventlet__ws_fail(struct eventlet_ws_frame *p, int code, int status,
                      const char *what)
{
    p->failed = code;
    p->error.what = what;
    p->error.status = status;
    return code;
}

int eventlet__ws_broken(struct eventlet_ws_frame *p, const char *what)
{
    return eventlet__ws_fail(p, EVENTLET_WS_PROTOCOL, 1002, what);
}

static int too_long(struct eventlet_ws_frame *p, int status, const char *what,
                    uint64_t length, uint64_t limit)
{
    p->error.length = length;
    p->error.limit = limit;
    return eventlet__ws_fail(p, EVENTLET_WS_TOO_LONG, status, what);
}

static bool is_known(unsigned opcode)
{
    return opcode <= EVENTLET_WS_BINARY ||
           (opcode >= EVENTLET_WS_CLOSE && opcode <= EVENTLET_WS_PONG);
}

static int judge_first(struct eventlet_ws_frame *p, unsigned first)
{
    unsigned opcode = first & 0xf, reserved = first >> 4 & 7;
    bool may_have_bits =
        opcode == EVENTLET_WS_TEXT || opcode == EVENTLET_WS_BINARY;

    if (reserved & ~(may_have_bits ? p->opts.reserved : 0u))
        return eventlet__ws_broken(p, "reserved bit set");
    if (!is_known(opcode))
        return eventlet__ws_broken(p, "unknown opcode");
    if (is_control(opcode))
        return first & FINAL
                   ? 0
                   : eventlet__ws_broken(p, "fragmented control frame");
    if (opcode == EVENTLET_WS_CONTINUATION && !p->message_opcode)
        return eventlet__ws_broken(p, "continuation of nothing");
    if (opcode != EVENTLET_WS_CONTINUATION && p->message_opcode)
        return eventlet__ws_broken(p, "new message within a fragmented one");
    if (p->message_opcode && p->fragments >= p->opts.max_fragments)
        return too_long(p, 1008, "too many fragments", p->fragments + 1,
                        p->opts.max_fragments);
    return 0;
}

/* A message cannot get longer than its limit, so nothing is subtracted from
 * less here. */
static int judge_length(struct eventlet_ws_frame *p, unsigned opcode,
                        uint64_t length)
{
    if (is_control(opcode))
        return 0;
    if (length > p->opts.max_frame)
        return too_long(p, 1009, "frame too long", length, p->opts.max_frame);
    if (length > p->opts.max_message - p->message)
        return too_long(p, 1009, "message too long", p->message + length,
                        p->opts.max_message);
    return 0;
}

static int judge_second(struct eventlet_ws_frame *p, const unsigned char *h)
{
    unsigned length = h[1] & LENGTH;

    if (p->opts.client && h[1] & MASKED)
        return eventlet__ws_broken(p, "masked frame from a server");
    if (!p->opts.client && !(h[1] & MASKED))
        return eventlet__ws_broken(p, "unmasked frame from a client");
    if (is_control(h[0]) && length > EVENTLET_WS_SHORT)
        return eventlet__ws_broken(p, "control frame too long");
    return length < 126 ? judge_length(p, h[0] & 0xf, length) : 0;
}

static int judge_long(struct eventlet_ws_frame *p, const unsigned char *h)
{
    bool longer = (h[1] & LENGTH) == 127;
    uint64_t length = big_endian(h + 2, longer ? 8 : 2);

    if (length >> 63)
        return eventlet__ws_broken(p, "length with its highest bit set");
    if (length < (longer ? 65536 : 126))
        return eventlet__ws_broken(p, "length not in its shortest form");
    return judge_length(p, h[0] & 0xf, length);
}

int eventlet__ws_judge(struct eventlet_ws_frame *p, const unsigned char *h,
                       size_t n)
{
    if (n == 1)
        return judge_first(p, h[0]);
    if (n == 2)
        return judge_second(p, h);
    return n == length_ends(h) ? judge_long(p, h) : 0;
}
