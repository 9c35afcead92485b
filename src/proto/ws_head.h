/* SPDX-License-Identifier: MIT */
/* Heads of frames of RFC 6455, for our own files. */
#ifndef EVENTLET_PROTO_WS_HEAD_H
#define EVENTLET_PROTO_WS_HEAD_H

#include "eventlet/ws_frame.h"

enum { FINAL = 0x80, MASKED = 0x80, LENGTH = 0x7f };

/* What is wrong, and with which code to close. Return the code they are
 * given, and EVENTLET_WS_PROTOCOL. */
int eventlet__ws_fail(struct eventlet_ws_frame *p, int code, int status,
                      const char *what);
int eventlet__ws_broken(struct eventlet_ws_frame *p, const char *what);

/* Judges what the n-th byte of a head has shown, given those before it.
 * Returns 0, or what is wrong. */
int eventlet__ws_judge(struct eventlet_ws_frame *p, const unsigned char *h,
                       size_t n);

static inline bool is_control(unsigned opcode)
{
    return opcode & 8;
}

static inline uint64_t big_endian(const unsigned char *bytes, size_t n)
{
    uint64_t value = 0;

    for (size_t i = 0; i < n; i++)
        value = value << 8 | bytes[i];
    return value;
}

/* Bytes of the head up to its length, and then up to its end. */
static inline size_t length_ends(const unsigned char *h)
{
    unsigned length = h[1] & LENGTH;

    return length < 126 ? 2 : length == 126 ? 4 : 10;
}

static inline size_t head_size(const unsigned char *h)
{
    return length_ends(h) + (h[1] & MASKED ? 4 : 0);
}

#endif
