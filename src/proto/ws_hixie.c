/* SPDX-License-Identifier: MIT */
/* The frames of hixie-75 and hixie-76.
 *
 * FF is never part of UTF-8, so one look finds both the end of a text and what
 * is wrong in it. Text is handed on where it lies. Only a character that is cut
 * at the end of what was fed is kept, and given from here when it is whole. */
#include "eventlet/ws_hixie.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "eventlet/errors.h"

static_assert(sizeof(struct eventlet_ws_hixie) <= 512, "fits anywhere");

enum state { AT_TYPE, IN_TEXT, IN_UNKNOWN, IN_LENGTH, IN_BYTES, CLOSED };

static const char replacement[] = "\xef\xbf\xbd";

void eventlet_ws_hixie_init(struct eventlet_ws_hixie *p,
                            const struct eventlet_ws_hixie_opts *opts)
{
    *p = (struct eventlet_ws_hixie){ .limit = EVENTLET_WS_LIMIT };
    if (opts && opts->max_message > 0)
        p->limit = opts->max_message;
}

const struct eventlet_ws_error *eventlet_ws_hixie_error(
    const struct eventlet_ws_hixie *p)
{
    return p->failed ? &p->error : NULL;
}

static ssize_t too_long(struct eventlet_ws_hixie *p, uint64_t length)
{
    p->error = (struct eventlet_ws_error){
        .what = "message too long",
        .offset = p->offset,
        .status = 1009,
        .length = length,
        .limit = p->limit,
    };
    return p->failed = EVENTLET_WS_TOO_LONG;
}

static void give_unknown(const struct eventlet_ws_hixie *p,
                         struct eventlet_ws_event *event)
{
    event->kind = EVENTLET_WS_UNKNOWN;
    event->opcode = p->type;
    event->left = p->length;
}

static ssize_t take_type(struct eventlet_ws_hixie *p, unsigned char type,
                         struct eventlet_ws_event *event)
{
    p->type = type;
    p->length = 0;
    p->starts = true;
    if (type & 0x80) {
        p->state = IN_LENGTH;
    } else if (type == 0) {
        p->state = IN_TEXT;
    } else {
        p->state = IN_UNKNOWN;
        give_unknown(p, event);
    }
    return 1;
}

/* Seven bits a byte, the highest first. */
static ssize_t take_length(struct eventlet_ws_hixie *p, unsigned char byte,
                           struct eventlet_ws_event *event)
{
    uint64_t length = (p->length << 7) + (byte & 0x7f);

    if (p->length > UINT64_MAX >> 7)
        return too_long(p, UINT64_MAX);
    if (length > p->limit)
        return too_long(p, length);
    p->length = length;
    if (byte & 0x80)
        return 1;
    if (p->type == 0xff && length == 0) {
        p->state = CLOSED;
        event->kind = EVENTLET_WS_CONTROL;
        event->opcode = EVENTLET_WS_CLOSE;
        event->code = 1005;
        return 1;
    }
    p->state = length > 0 ? IN_BYTES : AT_TYPE;
    give_unknown(p, event);
    return 1;
}

static ssize_t leave_out_bytes(struct eventlet_ws_hixie *p, size_t len)
{
    size_t n = len < p->length ? len : (size_t)p->length;

    p->length -= n;
    if (p->length == 0)
        p->state = AT_TYPE;
    return (ssize_t)n;
}

static ssize_t leave_out_text(struct eventlet_ws_hixie *p, const char *bytes,
                              size_t len)
{
    const char *end = memchr(bytes, 0xff, len);

    if (!end)
        return (ssize_t)len;
    p->state = AT_TYPE;
    return end + 1 - bytes;
}

/* ---- text ---- */

static void give_text(struct eventlet_ws_hixie *p, const char *bytes,
                      size_t len, bool ends, struct eventlet_ws_event *event)
{
    event->kind = EVENTLET_WS_DATA;
    event->opcode = EVENTLET_WS_TEXT;
    event->starts = p->starts;
    event->ends = event->ends_frame = ends;
    event->bytes = bytes;
    event->len = len;
    p->starts = false;
    p->text = (struct eventlet_utf8){ 0 };
    p->held_len = 0;
    if (ends)
        p->state = AT_TYPE;
}

static bool is_end(char byte)
{
    return (unsigned char)byte == 0xff;
}

/* How many of the bytes are a character that is begun there and not ended. */
static size_t cut_at_end(const char *bytes, size_t len)
{
    size_t n = 1;

    while (n < len && ((unsigned char)bytes[len - n] & 0xc0) == 0x80)
        n++;
    return n;
}

/* What is held is no character, for this byte does not belong to it. That is
 * told together with what the byte is, so that some byte is taken. */
static void replace_held(struct eventlet_ws_hixie *p, char byte,
                         struct eventlet_ws_event *event)
{
    struct eventlet_utf8 text = { 0 };
    bool good = eventlet_utf8_feed(&text, &byte, 1) == 1;
    bool begins = good && !eventlet_utf8_may_end(&text);
    size_t n = 3;

    memcpy(p->given, replacement, 3);
    if (good && !begins) {
        p->given[n++] = byte;
    } else if (!good && !is_end(byte)) {
        memcpy(p->given + 3, replacement, 3);
        n = 6;
    }
    give_text(p, p->given, n, is_end(byte), event);
    if (begins) {
        p->held[p->held_len++] = byte;
        p->text = text;
    }
}

/* The bytes begin within a character, of which the beginning is held. */
static ssize_t go_on_with_held(struct eventlet_ws_hixie *p, const char *bytes,
                               size_t len, struct eventlet_ws_event *event)
{
    size_t i = 0;

    while (i < len && event->kind == EVENTLET_WS_NOTHING) {
        char byte = bytes[i++];

        if (eventlet_utf8_feed(&p->text, &byte, 1) == 0) {
            replace_held(p, byte, event);
            break;
        }
        p->held[p->held_len++] = byte;
        if (eventlet_utf8_may_end(&p->text))
            give_text(p, p->held, p->held_len, false, event);
    }
    return (ssize_t)i;
}

/* The bytes begin with one that is wrong, or with a character that is: what is
 * begun of it counts as one. */
static ssize_t replace(struct eventlet_ws_hixie *p, size_t begun,
                       struct eventlet_ws_event *event)
{
    give_text(p, replacement, 3, false, event);
    return begun > 0 ? (ssize_t)begun : 1;
}

static ssize_t take_text(struct eventlet_ws_hixie *p, const char *bytes,
                         size_t len, struct eventlet_ws_event *event)
{
    size_t good, begun = 0, whole;

    if (p->held_len > 0)
        return go_on_with_held(p, bytes, len, event);
    good = eventlet_utf8_feed(&p->text, bytes, len);
    if (!eventlet_utf8_may_end(&p->text))
        begun = cut_at_end(bytes, good);
    whole = good - begun;
    if (begun == 0 && good < len && is_end(bytes[good])) {
        give_text(p, bytes, whole, true, event);
        return (ssize_t)whole + 1;
    }
    if (whole > 0) {
        give_text(p, bytes, whole, false, event);
        return (ssize_t)whole;
    }
    if (good < len)
        return replace(p, begun, event);
    memcpy(p->held, bytes, begun);
    p->held_len = (unsigned char)begun;
    return (ssize_t)begun;
}

/* What is beyond the limit is not looked at, and wrong if it is not the end. */
static ssize_t take_limited_text(struct eventlet_ws_hixie *p, const char *bytes,
                                 size_t len, struct eventlet_ws_event *event)
{
    uint64_t room = p->limit - p->length;
    ssize_t n;

    if (room == 0 && !is_end(*bytes))
        return too_long(p, p->length + 1);
    if (room == 0)
        len = 1;
    else if (len > room)
        len = (size_t)room;
    n = take_text(p, bytes, len, event);
    p->length += (uint64_t)n;
    return n;
}

ssize_t eventlet_ws_hixie_feed(struct eventlet_ws_hixie *p, const void *bytes,
                               size_t len, struct eventlet_ws_event *event)
{
    unsigned char first;
    ssize_t n = (ssize_t)len;

    *event = (struct eventlet_ws_event){ 0 };
    if (p->failed)
        return p->failed;
    if (len == 0)
        return 0;
    first = *(const unsigned char *)bytes;
    if (p->state == AT_TYPE)
        n = take_type(p, first, event);
    else if (p->state == IN_LENGTH)
        n = take_length(p, first, event);
    else if (p->state == IN_TEXT)
        n = take_limited_text(p, bytes, len, event);
    else if (p->state == IN_UNKNOWN)
        n = leave_out_text(p, bytes, len);
    else if (p->state == IN_BYTES)
        n = leave_out_bytes(p, len);
    if (n > 0)
        p->offset += (uint64_t)n;
    return n;
}

ssize_t eventlet_ws_hixie_write(void *out, size_t size, const char *text,
                                size_t len)
{
    unsigned char *bytes = out;

    if (!eventlet_utf8_valid(text, len))
        return EVENTLET_WS_UNSENDABLE;
    if (size < 2 || size - 2 < len)
        return -ENOBUFS;
    bytes[0] = 0;
    if (len > 0)
        memcpy(bytes + 1, text, len);
    bytes[len + 1] = 0xff;
    return (ssize_t)len + 2;
}
