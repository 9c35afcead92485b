/* SPDX-License-Identifier: MIT */
/* permessage-deflate: what is unpacked in pieces into little room is what zlib
 * makes of it in one go, and never more than the limit; what is packed is
 * unpacked to what it was.
 *
 * Parser: src/proto/ws_deflate.c
 *
 * An input is five bytes that choose (windows and takeover, the pieces, the
 * room, the limit, the level) and a message. */
#include "fuzz.h"

#include <errno.h>
#include <malloc.h>
#include <zlib.h>

#include "eventlet/errors.h"
#include "eventlet/ws_deflate.h"

enum { CHOICES = 5, MOST = 1 << 16 };

/* 8 to 14, or 15, which need not be said. */
static unsigned char bits_of(unsigned choice)
{
    return (unsigned char)(choice == 7 ? 0 : 8 + choice);
}

static struct eventlet_ws_deflate_opts choose(const uint8_t *c)
{
    return (struct eventlet_ws_deflate_opts){
        .level = c[4] / 16 % 10,
        .max_message = c[3] ? c[3] * 4u : MOST,
        .params = { c[0] & 64, c[0] & 128, bits_of(c[0] & 7),
                    bits_of(c[0] >> 3 & 7) },
    };
}

struct piecewise {
    size_t piece, room;
    uint8_t *out;
    size_t len;
};

/* Messages in blocks of their own, given in pieces. */
static int unpack(eventlet_ws_deflate *d, const uint8_t *in, size_t len,
                  struct piecewise *w)
{
    size_t at = 0;
    int rc;

    do {
        const size_t n = len - at < w->piece ? len - at : w->piece;
        uint8_t *block = fuzz_block(n);
        struct eventlet_ws_flow flow = { .in = block, .in_len = n };

        if (n)
            memcpy(block, in + at, n);
        at += n;
        do {
            uint8_t *room = fuzz_block(w->room);

            flow.out = room;
            flow.out_len = w->room;
            rc = eventlet_ws_deflate_unpack(d, &flow, at == len);
            FUZZ_CHECK(flow.out_len <= w->room);
            FUZZ_CHECK(w->len + w->room - flow.out_len <= MOST);
            memcpy(w->out + w->len, room, w->room - flow.out_len);
            w->len += w->room - flow.out_len;
            fuzz_free(room);
        } while (rc == 1);
        FUZZ_CHECK(rc != 0 || flow.in_len == 0);
        if (rc < 0)
            FUZZ_CHECK(eventlet_ws_deflate_unpack(d, &flow, true) == rc);
        fuzz_free(block);
    } while (rc == 0 && at < len);
    return rc;
}

/* What zlib makes of a message and its tail, block by block, with all the room
 * and the largest window: how many bytes come of the message, and whether it is
 * whole. It is if it ends with a last block, or if what the tail completes is
 * an empty stored block that began before it. */
struct one_shot {
    z_stream z;
    const uint8_t *in; /* the message, and the tail behind it */
    size_t len, got;
    bool tail, whole;
};

static uint8_t theirs[MOST + 1];

static size_t made(const struct one_shot *o)
{
    return sizeof theirs - o->z.avail_out;
}

/* Goes on to the end of a block. Returns what zlib says. */
static int next_block(struct one_shot *o)
{
    int rc;

    do {
        rc = inflate(&o->z, Z_BLOCK);
        if (!o->tail)
            o->got = made(o);
        if (rc == Z_BUF_ERROR && o->z.avail_out > 0 && !o->tail) {
            o->tail = true;
            o->z.avail_in = 4;
            rc = Z_OK;
        }
    } while (rc == Z_OK && !(o->z.data_type & 128));
    return rc;
}

/* Behind the first bit, which says that it is the last, there are two that say
 * of which kind a block is. */
static bool is_stored(const uint8_t *in, size_t bit)
{
    return !(in[(bit + 1) / 8] >> (bit + 1) % 8 & 1) &&
           !(in[(bit + 2) / 8] >> (bit + 2) % 8 & 1);
}

static void read_blocks(struct one_shot *o)
{
    size_t bit = 0, out = 0;
    int rc;

    while ((rc = next_block(o)) == Z_OK || rc == Z_STREAM_END) {
        const size_t at = (size_t)(o->z.next_in - o->in);

        if (at == o->len + 4) {
            o->whole = (o->z.data_type & 63) == 0 && bit < 8 * o->len &&
                       is_stored(o->in, bit) && made(o) == out;
            return;
        }
        o->whole = rc == Z_STREAM_END && at == o->len;
        if (o->whole)
            return;
        bit = 8 * at - (rc == Z_OK ? o->z.data_type & 63u : 0);
        out = made(o);
        if (rc == Z_STREAM_END)
            FUZZ_CHECK(inflateResetKeep(&o->z) == Z_OK);
    }
}

static struct one_shot one_shot(const uint8_t *in, size_t len)
{
    struct one_shot o = { .len = len };
    uint8_t *all = fuzz_block(len + 4);

    if (len)
        memcpy(all, in, len);
    memcpy(all + len, "\0\0\xff\xff", 4);
    FUZZ_CHECK(inflateInit2(&o.z, -15) == Z_OK);
    o.in = o.z.next_in = all;
    o.z.avail_in = (uInt)len;
    o.z.next_out = theirs;
    o.z.avail_out = sizeof theirs;
    read_blocks(&o);
    inflateEnd(&o.z);
    fuzz_free(all);
    return o;
}

static void compare(const struct eventlet_ws_deflate_opts *opts,
                    const uint8_t *in, size_t len, struct piecewise *w)
{
    const struct one_shot o = one_shot(in, len);
    eventlet_ws_deflate *d;
    int rc;

    FUZZ_CHECK(eventlet_ws_deflate_new(&d, opts) == 0);
    rc = unpack(d, in, len, w);
    FUZZ_CHECK(w->len <= opts->max_message);
    if (rc == EVENTLET_WS_TOO_LONG) {
        FUZZ_CHECK(o.got > opts->max_message && w->len == opts->max_message);
    } else {
        FUZZ_CHECK((rc == 0) == o.whole);
        FUZZ_CHECK(o.got == w->len);
    }
    FUZZ_CHECK(memcmp(theirs, w->out, w->len) == 0);
    eventlet_ws_deflate_free(d);
}

static size_t pack(eventlet_ws_deflate *d, const uint8_t *in, size_t len,
                   size_t piece, size_t room, uint8_t *out)
{
    size_t at = 0;
    uint8_t *to = out;
    struct eventlet_ws_flow little = { .out = out };
    int rc;

    FUZZ_CHECK(eventlet_ws_deflate_pack(d, &little, true) == -EINVAL);
    little.out_len = EVENTLET_WS_DEFLATE_ROOM;
    FUZZ_CHECK(eventlet_ws_deflate_pack(d, &little, false) == 0);
    FUZZ_CHECK(little.out == out);
    do {
        const size_t n = len - at < piece ? len - at : piece;
        struct eventlet_ws_flow flow = { .in = in + at, .in_len = n };

        at += n;
        do {
            flow.out = to;
            flow.out_len = room;
            rc = eventlet_ws_deflate_pack(d, &flow, at == len);
            FUZZ_CHECK(rc == 0 || rc == 1);
            to = flow.out;
        } while (rc == 1);
    } while (at < len);
    return (size_t)(to - out);
}

/* With the window that was agreed on, and little room at a time, so that zlib
 * has not much else to look back to. */
static void is_within(z_stream *z, const uint8_t *packed, size_t len)
{
    uint8_t room[32];
    int rc;

    z->next_in = (uint8_t *)(uintptr_t)packed;
    z->avail_in = (uInt)len;
    do {
        z->next_out = room;
        z->avail_out = sizeof room;
        rc = inflate(z, Z_SYNC_FLUSH);
    } while (rc == Z_OK);
    FUZZ_CHECK(rc == Z_BUF_ERROR);
    z->next_in = (uint8_t *)(uintptr_t) "\0\0\xff\xff";
    z->avail_in = 4;
    z->next_out = room;
    z->avail_out = 1;
    FUZZ_CHECK(inflate(z, Z_SYNC_FLUSH) == Z_OK && z->avail_out == 1);
}

/* Twice, for the second message may refer to the first. */
static void there_and_back(struct eventlet_ws_deflate_opts opts,
                           const uint8_t *in, size_t len, struct piecewise *w)
{
    static uint8_t packed[4 * MOST];
    eventlet_ws_deflate *from, *to;
    z_stream z = { 0 };
    int bits;

    opts.max_message = MOST;
    opts.client = opts.level % 2;
    FUZZ_CHECK(eventlet_ws_deflate_new(&to, &opts) == 0);
    opts.client = !opts.client;
    bits = opts.client ? opts.params.client_max_window_bits
                       : opts.params.server_max_window_bits;
    FUZZ_CHECK(inflateInit2(&z, bits ? -bits : -15) == Z_OK);
    FUZZ_CHECK(eventlet_ws_deflate_new(&from, &opts) == 0);
    for (int i = 0; i < 2; i++) {
        size_t n = pack(from, in, len, w->piece, 16 + w->room, packed);

        is_within(&z, packed, n);
        w->len = 0;
        FUZZ_CHECK(unpack(to, packed, n, w) == 0);
        FUZZ_CHECK(w->len == len && memcmp(w->out, in, len) == 0);
    }
    inflateEnd(&z);
    eventlet_ws_deflate_free(from);
    eventlet_ws_deflate_free(to);
}

/* Only what is possible is taken. */
static void make(const uint8_t *c)
{
    const struct eventlet_ws_deflate_opts opts = {
        .level = c[4] % 16 - 3,
        .params = { 0, 0, c[1] % 20, c[2] % 20 },
    };
    const unsigned server = opts.params.server_max_window_bits,
                   client = opts.params.client_max_window_bits;
    const bool good = opts.level >= 0 && opts.level <= 9 &&
                      (server == 0 || (server >= 8 && server <= 15)) &&
                      (client == 0 || (client >= 8 && client <= 15));
    eventlet_ws_deflate *d = NULL;

    FUZZ_CHECK(eventlet_ws_deflate_new(&d, &opts) == (good ? 0 : -EINVAL));
    FUZZ_CHECK(good == (d != NULL));
    eventlet_ws_deflate_free(d);
    FUZZ_CHECK(eventlet_ws_deflate_new(&d, NULL) == 0);
    eventlet_ws_deflate_free(d);
}

/* What zlib asks for is large: or it would go back to the system each time. */
static void keep_memory(void)
{
    static bool kept;

    if (kept)
        return;
    kept = true;
    (void)mallopt(M_MMAP_THRESHOLD, 1 << 24); /* a sanitizer has its own */
    (void)mallopt(M_TRIM_THRESHOLD, 1 << 24);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t out[MOST];
    struct piecewise w = { .out = out };
    struct eventlet_ws_deflate_opts opts;

    if (size < CHOICES)
        return 0;
    keep_memory();
    opts = choose(data);
    w.piece = 1 + data[1];
    w.room = 1 + data[2];
    make(data);
    compare(&opts, data + CHOICES, size - CHOICES, &w);
    if (fuzz_one_of(16, data[4]))
        there_and_back(opts, data + CHOICES, size - CHOICES, &w);
    return 0;
}
