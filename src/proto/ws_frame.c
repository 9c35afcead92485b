/* SPDX-License-Identifier: MIT */
/* The frames of RFC 6455.
 *
 * A head is gathered byte by byte, and each byte judged as it comes, so that
 * what is wrong is known at the same byte however the stream was cut. A head
 * that lies there whole is judged where it is. */
#include "eventlet/ws_frame.h"

#include <assert.h>
#include <string.h>

#include "eventlet/errors.h"
#include "eventlet/ws_mask.h"

enum { FINAL = 0x80, MASKED = 0x80, LENGTH = 0x7f };

static_assert(sizeof(struct eventlet_ws_frame) <= 512, "fits anywhere");

void eventlet_ws_frame_init(struct eventlet_ws_frame *p,
                            const struct eventlet_ws_frame_opts *opts)
{
    *p = (struct eventlet_ws_frame){ 0 };
    if (opts)
        p->opts = *opts;
    if (p->opts.max_frame == 0)
        p->opts.max_frame = EVENTLET_WS_LIMIT;
    if (p->opts.max_message == 0)
        p->opts.max_message = EVENTLET_WS_LIMIT;
    if (p->opts.max_fragments == 0)
        p->opts.max_fragments = EVENTLET_WS_LIMIT / 64;
}

static int fail(struct eventlet_ws_frame *p, int code, int status,
                const char *what)
{
    p->failed = code;
    p->error.what = what;
    p->error.status = status;
    return code;
}

static int broken(struct eventlet_ws_frame *p, const char *what)
{
    return fail(p, EVENTLET_WS_PROTOCOL, 1002, what);
}

static int too_long(struct eventlet_ws_frame *p, int status, const char *what,
                    uint64_t length, uint64_t limit)
{
    p->error.length = length;
    p->error.limit = limit;
    return fail(p, EVENTLET_WS_TOO_LONG, status, what);
}

/* ---- the head ---- */

static bool is_control(unsigned opcode)
{
    return opcode & 8;
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
        return broken(p, "reserved bit set");
    if (!is_known(opcode))
        return broken(p, "unknown opcode");
    if (is_control(opcode))
        return first & FINAL ? 0 : broken(p, "fragmented control frame");
    if (opcode == EVENTLET_WS_CONTINUATION && !p->message_opcode)
        return broken(p, "continuation of nothing");
    if (opcode != EVENTLET_WS_CONTINUATION && p->message_opcode)
        return broken(p, "new message within a fragmented one");
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
        return broken(p, "masked frame from a server");
    if (!p->opts.client && !(h[1] & MASKED))
        return broken(p, "unmasked frame from a client");
    if (is_control(h[0]) && length > EVENTLET_WS_SHORT)
        return broken(p, "control frame too long");
    return length < 126 ? judge_length(p, h[0] & 0xf, length) : 0;
}

static uint64_t big_endian(const unsigned char *bytes, size_t n)
{
    uint64_t value = 0;

    for (size_t i = 0; i < n; i++)
        value = value << 8 | bytes[i];
    return value;
}

static int judge_long(struct eventlet_ws_frame *p, const unsigned char *h)
{
    bool longer = (h[1] & LENGTH) == 127;
    uint64_t length = big_endian(h + 2, longer ? 8 : 2);

    if (length >> 63)
        return broken(p, "length with its highest bit set");
    if (length < (longer ? 65536 : 126))
        return broken(p, "length not in its shortest form");
    return judge_length(p, h[0] & 0xf, length);
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

/* What the n-th byte of a head has shown. */
static inline int judge(struct eventlet_ws_frame *p, const unsigned char *h,
                        size_t n)
{
    if (n == 1)
        return judge_first(p, h[0]);
    if (n == 2)
        return judge_second(p, h);
    return n == length_ends(h) ? judge_long(p, h) : 0;
}

static void begin_frame(struct eventlet_ws_frame *p, const unsigned char *h)
{
    size_t ends = length_ends(h);

    p->left = ends == 2 ? h[1] & LENGTH : big_endian(h + 2, ends - 2);
    p->opcode = h[0] & 0xf;
    p->final = h[0] & FINAL;
    p->in_payload = true;
    p->head_len = p->phase = 0;
    if (h[1] & MASKED)
        memcpy(p->key, h + ends, sizeof p->key);
    if (is_control(p->opcode)) {
        p->control_len = 0;
        return;
    }
    if (p->opcode != EVENTLET_WS_CONTINUATION) {
        p->message_opcode = p->opcode;
        p->message_reserved = h[0] >> 4 & 7;
        p->is_text = (h[0] & 0x7f) == EVENTLET_WS_TEXT;
        p->fragments = 0;
        p->starts = true;
    }
    p->message += p->left;
    p->fragments++;
}

static int judge_at(struct eventlet_ws_frame *p, const unsigned char *h,
                    size_t n, size_t taken)
{
    int rc = judge(p, h, n);

    if (rc < 0)
        p->error.offset = p->offset + taken;
    return rc;
}

static ssize_t gather_head(struct eventlet_ws_frame *p,
                           const unsigned char *bytes, size_t len)
{
    size_t taken = 0;

    while (taken < len && !p->in_payload) {
        int rc;

        p->head[p->head_len++] = bytes[taken];
        rc = judge_at(p, p->head, p->head_len, taken);
        if (rc < 0)
            return rc;
        taken++;
        if (p->head_len >= 2 && p->head_len == head_size(p->head))
            begin_frame(p, p->head);
    }
    return (ssize_t)taken;
}

static ssize_t take_head(struct eventlet_ws_frame *p,
                         const unsigned char *bytes, size_t len)
{
    size_t size;
    int rc;

    if (p->head_len > 0 || len < 2 || len < head_size(bytes))
        return gather_head(p, bytes, len);
    size = length_ends(bytes);
    rc = judge_at(p, bytes, 1, 0);
    if (rc == 0)
        rc = judge_at(p, bytes, 2, 1);
    if (rc == 0 && size > 2)
        rc = judge_at(p, bytes, size, size - 1);
    if (rc < 0)
        return rc;
    begin_frame(p, bytes);
    return (ssize_t)head_size(bytes);
}

/* ---- messages ---- */

/* Returns how many of the bytes, which are the next of the payload, are right.
 * At the end of a text the last byte is wrong if more has to follow it. */
static size_t check_text(struct eventlet_ws_frame *p, const char *bytes,
                         size_t len)
{
    size_t good = eventlet_utf8_feed(&p->text, bytes, len);

    if (good == len && p->final && len == p->left &&
        !eventlet_utf8_may_end(&p->text))
        return len > 0 ? len - 1 : 0;
    return good;
}

static void unmask(struct eventlet_ws_frame *p, void *to, const void *from,
                   size_t len)
{
    if (!p->opts.client)
        p->phase =
            (unsigned char)eventlet_ws_mask(to, from, len, p->key, p->phase);
    else if (to != from)
        memcpy(to, from, len);
}

static void give_data(struct eventlet_ws_frame *p, char *bytes, size_t len,
                      struct eventlet_ws_event *event)
{
    p->left -= len;
    event->kind = EVENTLET_WS_DATA;
    event->opcode = p->message_opcode;
    event->reserved = p->message_reserved;
    event->starts = p->starts;
    event->bytes = bytes;
    event->len = len;
    event->left = p->left;
    p->starts = false;
}

static void end_frame(struct eventlet_ws_frame *p,
                      struct eventlet_ws_event *event)
{
    event->ends_frame = true;
    event->ends = p->final;
    p->in_payload = false;
    if (p->final) {
        p->message_opcode = 0;
        p->message = 0;
    }
}

/* `before` bytes of what was fed are the head. */
static ssize_t take_data(struct eventlet_ws_frame *p, char *bytes, size_t len,
                         size_t before, struct eventlet_ws_event *event)
{
    size_t n = len < p->left ? len : (size_t)p->left, good = n;

    if (n == 0 && p->left > 0)
        return 0;
    unmask(p, bytes, bytes, n);
    if (p->is_text)
        good = check_text(p, bytes, n);
    if (good < n || (n == 0 && p->is_text && p->final &&
                     !eventlet_utf8_may_end(&p->text))) {
        p->error.offset = p->offset + before + good - (n == 0);
        fail(p, EVENTLET_WS_BAD_TEXT, 1007, "text is not UTF-8");
        if (good == 0)
            return p->failed;
    }
    give_data(p, bytes, good, event);
    if (p->left == 0)
        end_frame(p, event);
    return (ssize_t)good;
}

/* ---- control frames ---- */

static int judge_close(struct eventlet_ws_frame *p,
                       struct eventlet_ws_event *event)
{
    event->code = 1005;
    p->closed = true;
    if (event->len == 0)
        return 0;
    if (event->len == 1)
        return broken(p, "close frame with half a code");
    event->code = (int)big_endian((const unsigned char *)event->bytes, 2);
    if (!eventlet_ws_close_code_valid(event->code))
        return broken(p, "close code that must not be sent");
    event->bytes += 2;
    event->len -= 2;
    if (!eventlet_utf8_valid(event->bytes, event->len))
        return broken(p, "close reason is not UTF-8");
    return 0;
}

static void give_control(struct eventlet_ws_frame *p, char *bytes, size_t len,
                         struct eventlet_ws_event *event)
{
    p->in_payload = false;
    event->kind = EVENTLET_WS_CONTROL;
    event->opcode = p->opcode;
    event->starts = event->ends_frame = event->ends = true;
    event->bytes = bytes;
    event->len = len;
}

/* What lies there whole stays where it is; what is cut is put together. */
static ssize_t take_control(struct eventlet_ws_frame *p, char *bytes,
                            size_t len, size_t before,
                            struct eventlet_ws_event *event)
{
    size_t n = len < p->left ? len : (size_t)p->left;

    if (p->control_len == 0 && n == p->left) {
        unmask(p, bytes, bytes, n);
        give_control(p, bytes, n, event);
    } else {
        unmask(p, p->control + p->control_len, bytes, n);
        p->control_len = (unsigned char)(p->control_len + n);
        if (n == p->left)
            give_control(p, p->control, p->control_len, event);
    }
    p->left -= n;
    if (event->kind == EVENTLET_WS_CONTROL && p->opcode == EVENTLET_WS_CLOSE &&
        judge_close(p, event) < 0) {
        p->error.offset = p->offset + before + n - 1;
        *event = (struct eventlet_ws_event){ 0 };
        return p->failed;
    }
    return (ssize_t)n;
}

ssize_t eventlet_ws_frame_feed(struct eventlet_ws_frame *p, void *bytes,
                               size_t len, struct eventlet_ws_event *event)
{
    ssize_t head = 0, body = 0;

    *event = (struct eventlet_ws_event){ 0 };
    if (p->failed)
        return p->failed;
    if (len == 0)
        return 0;
    if (p->closed)
        head = (ssize_t)len;
    else if (!p->in_payload)
        head = take_head(p, bytes, len);
    if (head < 0)
        return head;
    if (p->in_payload && is_control(p->opcode))
        body = take_control(p, (char *)bytes + head, len - (size_t)head,
                            (size_t)head, event);
    else if (p->in_payload)
        body = take_data(p, (char *)bytes + head, len - (size_t)head,
                         (size_t)head, event);
    if (body < 0)
        return body;
    p->offset += (uint64_t)(head + body);
    return head + body;
}
