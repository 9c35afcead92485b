/* SPDX-License-Identifier: MIT */
/* Frames of hixie-75 and hixie-76: the same in every cut as what a second
 * parser says that has the whole stream before it.
 *
 * Parser: src/proto/ws_hixie.c
 *
 * An input is a byte for the limit, one for how it is cut, and the stream,
 * which is also written as one text. */
#include "ws_slow.h"

#include <errno.h>

#include "eventlet/errors.h"
#include "eventlet/ws_hixie.h"

struct old {
    const uint8_t *in;
    size_t len, at;
    uint64_t limit;
    struct ws_log *log;
};

/* One text, from behind its 00: each byte that is no part of a character, and
 * each beginning of one that goes wrong, is a replacement. */
static int old_text(struct old *o)
{
    const size_t from = o->at;

    ws_log_start(o->log, EVENTLET_WS_TEXT, 0);
    while (o->at < o->len && o->in[o->at] != 0xff) {
        size_t n = 1;
        bool cut;

        if (o->at - from == o->limit)
            return -1;
        if (slow_utf8(o->in + o->at, 1, &cut) == 0) {
            ws_log_bytes(o->log, 'd', "\xef\xbf\xbd", 3);
            o->at++;
            continue;
        }
        /* As much as can be the beginning of one character. */
        while (cut && o->at + n < o->len && o->at + n - from < o->limit &&
               slow_utf8(o->in + o->at, n + 1, &cut) == n + 1)
            n++;
        (void)slow_utf8(o->in + o->at, n, &cut);
        o->at += n;
        if (!cut) {
            ws_log_bytes(o->log, 'd', o->in + o->at - n, n);
            continue;
        }
        if (o->at == o->len)
            return 0;
        if (o->at - from == o->limit && o->in[o->at] != 0xff)
            return -1;
        ws_log_bytes(o->log, 'd', "\xef\xbf\xbd", 3);
    }
    if (o->at == o->len)
        return 0;
    o->at++;
    ws_log_byte(o->log, 'm');
    return 1;
}

/* A length, and what it says left out; 2 at the end of the connection. */
static int old_bytes(struct old *o, unsigned type)
{
    uint64_t length = 0;
    unsigned byte = 0x80;

    while (byte & 0x80) {
        if (o->at == o->len)
            return 0;
        byte = o->in[o->at];
        if (length > UINT64_MAX / 128 ||
            length * 128 + (byte & 0x7f) > o->limit)
            return -1;
        length = length * 128 + (byte & 0x7f);
        o->at++;
    }
    if (type == 0xff && length == 0) {
        ws_log_control(o->log, EVENTLET_WS_CLOSE, 1005, NULL, 0);
        return 2;
    }
    ws_log_number(o->log, 'u', length << 8 | type);
    if (length > o->len - o->at)
        return 0;
    o->at += length;
    return 1;
}

static int old_frame(struct old *o)
{
    const unsigned type = o->in[o->at++];

    if (type == 0)
        return old_text(o);
    if (type & 0x80)
        return old_bytes(o, type);
    ws_log_number(o->log, 'u', type);
    while (o->at < o->len && o->in[o->at] != 0xff)
        o->at++;
    if (o->at == o->len)
        return 0;
    o->at++;
    return 1;
}

static void old_parse(struct ws_log *log, const uint8_t *in, size_t len,
                      uint64_t limit)
{
    struct old o = { in, len, 0, limit, log };
    size_t mark = 0;
    int rc = 1;

    while (rc == 1 && o.at < o.len) {
        mark = log->len;
        rc = old_frame(&o);
        if (log->len == mark + 9 && log->bytes[mark] == 's')
            log->len = mark; /* nothing of the text came */
    }
    if (rc < 0)
        ws_log_error(log, o.at, 1009);
}

static void parse(struct ws_log *log, const uint8_t *in, size_t len,
                  uint64_t limit, unsigned seed)
{
    const bool usual = limit == EVENTLET_WS_LIMIT;
    const struct eventlet_ws_hixie_opts opts = { usual ? 0 : limit };
    struct eventlet_ws_hixie p;
    struct eventlet_ws_event none;
    ssize_t n = 0;

    eventlet_ws_hixie_init(&p, usual && seed == 0 ? NULL : &opts);
    FUZZ_CHECK(eventlet_ws_hixie_feed(&p, NULL, 0, &none) == 0);
    for (size_t at = 0; at < len && n >= 0;) {
        const size_t piece = ws_next_piece(&seed, len - at);
        char *block = fuzz_block(piece);
        size_t taken = 0;

        memcpy(block, in + at, piece);
        for (; taken < piece; taken += (size_t)n) {
            struct eventlet_ws_event e;

            n = eventlet_ws_hixie_feed(&p, block + taken, piece - taken, &e);
            if (n < 0)
                break;
            FUZZ_CHECK(n > 0 && (size_t)n <= piece - taken);
            FUZZ_CHECK(eventlet_utf8_valid(e.bytes, e.len));
            ws_log_event(log, &e);
        }
        fuzz_free(block);
        at += taken;
    }
    FUZZ_CHECK(eventlet_ws_hixie_error(&p) == (n < 0 ? &p.error : NULL));
    if (n >= 0)
        return;
    ws_log_error(log, p.error.offset, p.error.status);
    FUZZ_CHECK(eventlet_ws_hixie_feed(&p, "x", 1, &none) == n);
}

/* The stream as a text: what is written is read as it was. */
static void write_text(const uint8_t *in, size_t len)
{
    const char *text = (const char *)in;
    uint8_t *out = fuzz_block(len + 2);
    struct eventlet_ws_hixie p;
    struct eventlet_ws_event e;
    bool cut;

    if (slow_utf8(in, len, &cut) < len || cut) {
        FUZZ_CHECK(eventlet_ws_hixie_write(out, len + 2, text, len) ==
                   EVENTLET_WS_UNSENDABLE);
    } else {
        FUZZ_CHECK(eventlet_ws_hixie_write(out, len + 1, text, len) ==
                   -ENOBUFS);
        FUZZ_CHECK(eventlet_ws_hixie_write(out, len + 2, text, len) ==
                   (ssize_t)len + 2);
        FUZZ_CHECK(out[0] == 0 && out[len + 1] == 0xff);
        eventlet_ws_hixie_init(&p, NULL);
        FUZZ_CHECK(eventlet_ws_hixie_feed(&p, out, 1, &e) == 1);
        FUZZ_CHECK(len == 0 || memcmp(out + 1, in, len) == 0);
    }
    fuzz_free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct ws_log slow, whole, cut;
    uint64_t limit;

    if (size < 2)
        return 0;
    slow.len = whole.len = cut.len = 0;
    limit = data[0] & 1 ? 1u + data[0] / 2 : EVENTLET_WS_LIMIT;
    if (data[0] == 0xfe)
        limit = UINT64_MAX;
    old_parse(&slow, data + 2, size - 2, limit);
    parse(&whole, data + 2, size - 2, limit, 0);
    parse(&cut, data + 2, size - 2, limit, 1 + data[1]);
    ws_log_same(&whole, &cut);
    ws_log_same(&whole, &slow);
    write_text(data + 2, size - 2);
    return 0;
}
