/* SPDX-License-Identifier: MIT */
/* ws_slow.h - RFC 6455 once more: a whole stream at once, a byte at a time,
 * written from the text. */
#ifndef WS_SLOW_H
#define WS_SLOW_H

#include "ws_log.h"

/* Where text stops being UTF-8, by the table of RFC 3629; `cut` is set if it
 * ends within a character. */
static inline size_t slow_utf8(const uint8_t *p, size_t len, bool *cut)
{
    size_t i = 0;

    *cut = false;
    while (i < len) {
        const uint8_t c = p[i];
        unsigned more = c < 0x80                 ? 0
                        : c >= 0xc2 && c <= 0xdf ? 1
                        : c >= 0xe0 && c <= 0xef ? 2
                        : c >= 0xf0 && c <= 0xf4 ? 3
                                                 : 9;

        if (more == 9)
            return i;
        i++;
        for (unsigned k = 0; k < more; k++, i++) {
            unsigned low = 0x80, high = 0xbf;

            if (i == len) {
                *cut = true;
                return len;
            }
            if (k == 0 && c == 0xe0)
                low = 0xa0;
            if (k == 0 && c == 0xed)
                high = 0x9f;
            if (k == 0 && c == 0xf0)
                low = 0x90;
            if (k == 0 && c == 0xf4)
                high = 0x8f;
            if (p[i] < low || p[i] > high)
                return i;
        }
    }
    return len;
}

struct slow {
    const uint8_t *in;
    size_t len, at;
    const struct eventlet_ws_frame_opts *opts;
    struct ws_log *log;
    uint8_t *message; /* of the text so far, for its UTF-8 */
    size_t message_len, checked;
    uint64_t declared;
    unsigned opcode, fragments;
    bool in_message, compressed;
};

struct slow_head {
    unsigned opcode, reserved;
    bool final, masked;
    uint64_t length;
    uint8_t key[4];
};

static inline int slow_fail(struct slow *s, int status, size_t offset)
{
    ws_log_error(s->log, offset, status);
    return -1;
}

/* Rules about the first byte; 0, or a close code. */
static inline int slow_first(const struct slow *s, const struct slow_head *h)
{
    const bool control = h->opcode >= 8;
    unsigned allowed = h->opcode == 1 || h->opcode == 2 ? s->opts->reserved : 0;

    for (unsigned bit = 1; bit <= 4; bit *= 2)
        if ((h->reserved & bit) && !(allowed & bit))
            return 1002;
    if ((h->opcode > 2 && h->opcode < 8) || h->opcode > 10)
        return 1002;
    if (control)
        return h->final ? 0 : 1002;
    if ((h->opcode == 0) != s->in_message)
        return 1002;
    return s->in_message && s->fragments == s->opts->max_fragments ? 1008 : 0;
}

static inline int slow_limits(struct slow *s, const struct slow_head *h)
{
    if (h->opcode >= 8)
        return 0;
    if (h->length > s->opts->max_frame ||
        s->declared + h->length > s->opts->max_message)
        return slow_fail(s, 1009, s->at - 1);
    return 0;
}

/* Returns 1 with a head, 0 if it is cut, -1 if it is wrong. */
static inline int slow_head(struct slow *s, struct slow_head *h)
{
    uint64_t low = 0;
    unsigned more = 0;
    int status;

    if (s->at == s->len)
        return 0;
    h->final = s->in[s->at] >= 0x80;
    h->reserved = s->in[s->at] / 16 % 8;
    h->opcode = s->in[s->at] % 16;
    status = slow_first(s, h);
    if (status)
        return slow_fail(s, status, s->at);
    if (++s->at == s->len)
        return 0;
    h->masked = s->in[s->at] >= 0x80;
    h->length = s->in[s->at] % 128;
    if (h->masked == s->opts->client || (h->opcode >= 8 && h->length > 125))
        return slow_fail(s, 1002, s->at);
    s->at++;
    if (h->length == 126 || h->length == 127) {
        more = h->length == 126 ? 2 : 8;
        low = more == 2 ? 126 : 65536;
        h->length = 0;
    }
    for (unsigned i = 0; i < more; i++) {
        if (s->at == s->len)
            return 0;
        h->length = h->length * 256 + s->in[s->at++];
    }
    if (h->length < low || h->length > INT64_MAX)
        return slow_fail(s, 1002, s->at - 1);
    if (slow_limits(s, h) < 0)
        return -1;
    for (unsigned i = 0; h->masked && i < 4; i++) {
        if (s->at == s->len)
            return 0;
        h->key[i] = s->in[s->at++];
    }
    return 1;
}

/* Text is checked again from its beginning, at each byte. */
static inline int slow_byte(struct slow *s, uint8_t byte, bool last)
{
    bool cut = false;

    if (s->opcode == 1 && !s->compressed) {
        s->message[s->message_len++] = byte;
        /* From the last place between characters, or this takes for ever. */
        if (slow_utf8(s->message + s->checked, s->message_len - s->checked,
                      &cut) < s->message_len - s->checked ||
            (last && cut))
            return slow_fail(s, 1007, s->at - 1);
        if (!cut)
            s->checked = s->message_len;
    }
    ws_log_bytes(s->log, 'd', &byte, 1);
    return 0;
}

static inline int slow_data(struct slow *s, const struct slow_head *h)
{
    if (h->opcode) {
        s->opcode = h->opcode;
        s->compressed = h->reserved != 0;
        s->message_len = s->checked = s->fragments = 0;
        s->in_message = true;
        s->declared = 0;
    }
    s->declared += h->length;
    s->fragments++;
    if (h->length == 0 && h->final && s->opcode == 1 && !s->compressed &&
        s->checked < s->message_len)
        return slow_fail(s, 1007, s->at - 1);
    for (uint64_t i = 0; i < h->length; i++) {
        uint8_t byte;

        if (s->at == s->len)
            return 0;
        byte = s->in[s->at++];
        if (h->masked)
            byte ^= h->key[i % 4];
        if (slow_byte(s, byte, h->final && i + 1 == h->length) < 0)
            return -1;
    }
    ws_log_byte(s->log, h->final ? 'm' : 'f');
    if (h->final) {
        s->in_message = false;
        s->declared = 0;
    }
    return 1;
}

static inline bool slow_code(unsigned code)
{
    if (code >= 3000 && code <= 4999)
        return true;
    return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 &&
           code != 1006;
}

/* Returns 1, 0 if cut, -1 if wrong, 2 after a close. */
static inline int slow_control(struct slow *s, const struct slow_head *h)
{
    uint8_t payload[125];
    unsigned code = 0;
    size_t len = 0, before = 0;
    bool cut = false;

    while (len < h->length) {
        if (s->at == s->len)
            return 0;
        payload[len] = s->in[s->at++] ^ (h->masked ? h->key[len % 4] : 0);
        len++;
    }
    if (h->opcode == 8) {
        before = len < 2 ? 0 : 2;
        code = len == 0 ? 1005 : payload[0] * 256u + payload[len > 1];
        if (len == 1 || (len >= 2 && !slow_code(code)) ||
            slow_utf8(payload + before, len - before, &cut) < len - before ||
            cut)
            return slow_fail(s, 1002, s->at - 1);
    }
    ws_log_control(s->log, h->opcode, (int)code, payload + before,
                   len - before);
    return h->opcode == 8 ? 2 : 1;
}

/* Events of data start with what the message is only when a byte of it, or the
 * end of its frame, is there. */
static inline void slow_parse(struct ws_log *log, const uint8_t *in, size_t len,
                              const struct eventlet_ws_frame_opts *opts)
{
    struct slow s = { .in = in, .len = len, .opts = opts, .log = log };
    int rc = 1;

    s.message = fuzz_block(len + 1);
    while (rc == 1) {
        struct slow_head h = { 0 };
        size_t mark;

        rc = slow_head(&s, &h);
        if (rc != 1)
            break;
        if (h.opcode >= 8) {
            rc = slow_control(&s, &h);
            continue;
        }
        mark = log->len;
        if (h.opcode)
            ws_log_start(log, h.opcode, h.reserved);
        rc = slow_data(&s, &h);
        /* Nothing of the message came: it has not started. */
        if (h.opcode && log->len > mark + 9 && rc >= 0)
            continue;
        if (h.opcode && (log->len == mark + 9 || log->bytes[mark + 9] == 'e')) {
            memmove(log->bytes + mark, log->bytes + mark + 9,
                    log->len - mark - 9);
            log->len -= 9;
        }
    }
    fuzz_free(s.message);
}

#endif
