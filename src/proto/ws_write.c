/* SPDX-License-Identifier: MIT */
/* Frames to be sent: heads, whole frames, the payload of a close. */
#include <errno.h>
#include <string.h>

#include "eventlet/errors.h"
#include "eventlet/ws_frame.h"
#include "eventlet/ws_mask.h"

static bool can_be_sent(const struct eventlet_ws_head *head)
{
    switch (head->opcode) {
    case EVENTLET_WS_CONTINUATION:
        return head->reserved == 0 && head->length >> 63 == 0;
    case EVENTLET_WS_TEXT:
    case EVENTLET_WS_BINARY:
        return head->reserved <= 7 && head->length >> 63 == 0;
    case EVENTLET_WS_CLOSE:
    case EVENTLET_WS_PING:
    case EVENTLET_WS_PONG:
        return head->reserved == 0 && !head->more &&
               head->length <= EVENTLET_WS_SHORT;
    }
    return false;
}

static void put_big_endian(unsigned char *out, uint64_t value, int n)
{
    for (int i = n - 1; i >= 0; i--, value >>= 8)
        out[i] = (unsigned char)value;
}

static int put_length(unsigned char *out, uint64_t length)
{
    int n = length < 126 ? 0 : length < 65536 ? 2 : 8;

    out[0] = (unsigned char)(n == 0 ? length : n == 2 ? 126 : 127);
    put_big_endian(out + 1, length, n);
    return 1 + n;
}

int eventlet_ws_head_write(unsigned char out[EVENTLET_WS_HEAD],
                           const struct eventlet_ws_head *head)
{
    int n;

    if (!can_be_sent(head))
        return EVENTLET_WS_UNSENDABLE;
    out[0] = (unsigned char)((head->more ? 0 : 0x80) | head->reserved << 4 |
                             head->opcode);
    n = 1 + put_length(out + 1, head->length);
    if (!head->masked)
        return n;
    out[1] |= 0x80;
    memcpy(out + n, head->key, sizeof head->key);
    return n + (int)sizeof head->key;
}

ssize_t eventlet_ws_frame_write(void *out, size_t size,
                                const struct eventlet_ws_head *head,
                                const void *payload)
{
    unsigned char bytes[EVENTLET_WS_HEAD];
    int n = eventlet_ws_head_write(bytes, head);

    if (n < 0)
        return n;
    if (size < (size_t)n || size - (size_t)n < head->length)
        return -ENOBUFS;
    memcpy(out, bytes, (size_t)n);
    if (head->masked)
        eventlet_ws_mask((char *)out + n, payload, (size_t)head->length,
                         head->key, 0);
    else if (head->length > 0)
        memcpy((char *)out + n, payload, (size_t)head->length);
    return n + (ssize_t)head->length;
}

bool eventlet_ws_close_code_valid(int code)
{
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
           (code >= 3000 && code <= 4999);
}

int eventlet_ws_close_write(unsigned char out[EVENTLET_WS_SHORT], int code,
                            const char *reason, size_t len)
{
    if (code == 1005 && len == 0)
        return 0;
    if (!eventlet_ws_close_code_valid(code) || len > EVENTLET_WS_SHORT - 2 ||
        !eventlet_utf8_valid(reason, len))
        return EVENTLET_WS_UNSENDABLE;
    put_big_endian(out, (uint64_t)code, 2);
    if (len > 0)
        memcpy(out + 2, reason, len);
    return 2 + (int)len;
}
