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
#include "proto/ws_head.h"

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

/* ---- the head ---- */

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
    int rc = eventlet__ws_judge(p, h, n);

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

static int judge_whole(struct eventlet_ws_frame *p, const unsigned char *h)
{
    size_t ends = length_ends(h);
    int rc = judge_at(p, h, 1, 0);

    if (rc == 0)
        rc = judge_at(p, h, 2, 1);
    if (rc == 0 && ends > 2)
        rc = judge_at(p, h, ends, ends - 1);
    return rc;
}

/* Nothing can be wrong with it: a whole short message, as most frames are. */
static inline bool is_ordinary(const struct eventlet_ws_frame *p,
                               const unsigned char *h)
{
    unsigned length = h[1] ^ (p->opts.client ? 0 : MASKED);

    return (h[0] == (FINAL | EVENTLET_WS_TEXT) ||
            h[0] == (FINAL | EVENTLET_WS_BINARY)) &&
           !p->message_opcode && length < 126 && length <= p->opts.max_frame &&
           length <= p->opts.max_message;
}

static ssize_t take_head(struct eventlet_ws_frame *p,
                         const unsigned char *bytes, size_t len)
{
    int rc;

    if (p->head_len > 0 || len < 2 || len < head_size(bytes))
        return gather_head(p, bytes, len);
    if (!is_ordinary(p, bytes)) {
        rc = judge_whole(p, bytes);
        if (rc < 0)
            return rc;
    }
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
        eventlet__ws_fail(p, EVENTLET_WS_BAD_TEXT, 1007, "text is not UTF-8");
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
        return eventlet__ws_broken(p, "close frame with half a code");
    event->code = (int)big_endian((const unsigned char *)event->bytes, 2);
    if (!eventlet_ws_close_code_valid(event->code))
        return eventlet__ws_broken(p, "close code that must not be sent");
    event->bytes += 2;
    event->len -= 2;
    if (!eventlet_utf8_valid(event->bytes, event->len))
        return eventlet__ws_broken(p, "close reason is not UTF-8");
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
