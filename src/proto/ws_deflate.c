/* SPDX-License-Identifier: MIT */
/* permessage-deflate over zlib.
 *
 * A message is what a sync flush gives, without the four bytes with which each
 * ends: 00 00 ff ff. Packing therefore keeps back the last four bytes until it
 * knows what they are; unpacking puts them in again. */
#include "eventlet/ws_deflate.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <zlib.h>

#include "base/mem.h"
#include "eventlet/errors.h"
#include "eventlet/ws_frame.h"

/* zlib counts in fewer bits than we do, so that what is larger goes to it in
 * pieces. */
enum { TAIL = 4, PIECE = 1 << 20 };

static const unsigned char tail[TAIL] = { 0, 0, 0xff, 0xff };

struct eventlet_ws_deflate {
    struct eventlet_ws_deflate_opts opts;
    z_stream in, out;
    bool in_begun, out_begun; /* the streams are there */
    int failed;
    uint64_t inflated; /* bytes of this message so far */
    bool final_block;  /* was the last thing unpacked */
    bool more;         /* may be had without further bytes */
    bool any;          /* bytes of this message were packed */
    unsigned held_len; /* of the last that packing gave */
    unsigned char held[TAIL];
};

/* ---- making ---- */

static void *zlib_alloc(void *opaque, uInt items, uInt size)
{
    (void)opaque;
    return eventlet__alloc((size_t)items * size);
}

static void zlib_free(void *opaque, void *block)
{
    (void)opaque;
    eventlet__free(block);
}

static bool are_bits(unsigned bits)
{
    return bits == 0 || (bits >= 8 && bits <= 15);
}

int eventlet_ws_deflate_new(eventlet_ws_deflate **out,
                            const struct eventlet_ws_deflate_opts *opts)
{
    const struct eventlet_ws_deflate_opts none = { 0 };
    eventlet_ws_deflate *d;

    opts = opts ? opts : &none;
    if (!are_bits(opts->params.server_max_window_bits) ||
        !are_bits(opts->params.client_max_window_bits) || opts->level < 0 ||
        opts->level > 9)
        return -EINVAL;
    d = eventlet__alloc(sizeof *d);
    if (!d)
        return -ENOMEM;
    d->opts = *opts;
    if (d->opts.max_message == 0)
        d->opts.max_message = EVENTLET_WS_LIMIT;
    d->in.zalloc = d->out.zalloc = zlib_alloc;
    d->in.zfree = d->out.zfree = zlib_free;
    *out = d;
    return 0;
}

void eventlet_ws_deflate_free(eventlet_ws_deflate *d)
{
    if (!d)
        return;
    if (d->in_begun)
        inflateEnd(&d->in);
    if (d->out_begun)
        deflateEnd(&d->out);
    eventlet__free(d);
}

/* The largest window, whatever was agreed on: with a smaller one zlib refuses
 * a distance or not by how much was put out in the same call. */
static int begin_unpacking(eventlet_ws_deflate *d)
{
    if (d->in_begun)
        return 0;
    if (inflateInit2(&d->in, -15) != Z_OK)
        return -ENOMEM;
    d->in_begun = true;
    return 0;
}

static int window_bits(const eventlet_ws_deflate *d)
{
    int bits = d->opts.client ? d->opts.params.client_max_window_bits
                              : d->opts.params.server_max_window_bits;

    return bits ? bits : 15;
}

/* zlib has no window of 256 bytes. In one of 512 it looks back at most 512 -
 * 262 = 250 bytes, since it keeps room for the longest match and one byte: so
 * what it makes there can be read with one of 256. */
static int begin_packing(eventlet_ws_deflate *d)
{
    int bits = window_bits(d);
    int level = d->opts.level ? d->opts.level : Z_DEFAULT_COMPRESSION;

    if (d->out_begun)
        return 0;
    if (deflateInit2(&d->out, level, Z_DEFLATED, -(bits > 8 ? bits : 9), 8,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        return -ENOMEM;
    d->out_begun = true;
    return 0;
}

/* ---- unpacking ---- */

static uInt at_most(uint64_t n)
{
    return n < PIECE ? (uInt)n : PIECE;
}

/* One call of inflate. A block that says it is the last of a stream is not the
 * last of the connection: what comes after it may refer to what was before, so
 * zlib is made to go on with the same window. */
static int inflate_some(eventlet_ws_deflate *d, int how)
{
    int rc = inflate(&d->in, how);

    if (rc == Z_MEM_ERROR)
        return -ENOMEM;
    if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
        return EVENTLET_WS_BAD_DEFLATE;
    d->final_block =
        rc == Z_STREAM_END || (d->final_block && rc == Z_BUF_ERROR);
    if (rc == Z_STREAM_END)
        rc = inflateResetKeep(&d->in);
    assert(rc == Z_OK || rc == Z_BUF_ERROR);
    return 0;
}

/* Beyond the limit there is room for one byte, to see whether one comes. If it
 * does, what is wrong behind it does not count: it may have been cut off. */
static int inflate_to(eventlet_ws_deflate *d, struct eventlet_ws_flow *flow)
{
    unsigned char one_more;
    uint64_t allowed = d->opts.max_message - d->inflated;
    uInt room = at_most(allowed < flow->out_len ? allowed : flow->out_len);
    int rc;

    d->in.next_out = allowed > 0 ? flow->out : &one_more;
    d->in.avail_out = allowed > 0 ? room : 1;
    rc = inflate_some(d, Z_SYNC_FLUSH);
    if (allowed == 0 && d->in.avail_out == 0)
        return EVENTLET_WS_TOO_LONG;
    if (allowed == 0)
        return rc;
    room -= d->in.avail_out;
    flow->out = (char *)flow->out + room;
    flow->out_len -= room;
    d->inflated += room;
    return rc;
}

static bool has_room(const eventlet_ws_deflate *d,
                     const struct eventlet_ws_flow *flow)
{
    return flow->out_len > 0 || d->inflated == d->opts.max_message;
}

/* Returns 0 when all that came has been taken and given, 1 when there is no
 * room for more. */
static int unpack_bytes(eventlet_ws_deflate *d, struct eventlet_ws_flow *flow,
                        const unsigned char **bytes, size_t *len)
{
    do {
        uInt n = at_most(*len);
        int rc;

        if (!has_room(d, flow))
            return 1;
        d->in.next_in = (unsigned char *)(uintptr_t)*bytes;
        d->in.avail_in = n;
        rc = inflate_to(d, flow);
        *bytes += n - d->in.avail_in;
        *len -= n - d->in.avail_in;
        if (rc < 0)
            return rc;
    } while (*len > 0 || d->in.avail_out == 0);
    return 0;
}

/* A message that ends with a final block needs no tail. Any other has to end
 * with the head of a stored block, which the tail makes an empty one; if it
 * ends elsewhere, the tail must not be taken for bytes of it. Hence there is no
 * room. Nor must it end a block whose codes it has made whole before: zlib is
 * asked to stop behind lengths or codes, with all bytes and bits used. */
static int unpack_tail(eventlet_ws_deflate *d)
{
    unsigned char no_room;
    int rc;

    if (d->final_block)
        return 0;
    d->in.next_in = (unsigned char *)(uintptr_t)tail;
    d->in.avail_in = TAIL;
    d->in.next_out = &no_room;
    d->in.avail_out = 0;
    rc = inflate_some(d, Z_TREES);
    if (rc < 0)
        return rc;
    if (d->in.avail_in > 0 || (d->in.data_type & 63) > 0)
        return EVENTLET_WS_BAD_DEFLATE;
    rc = inflate_some(d, Z_SYNC_FLUSH);
    assert(rc == 0); /* in no bits there is nothing wrong */
    return d->final_block || d->in.data_type & 128 ? 0
                                                   : EVENTLET_WS_BAD_DEFLATE;
}

static int unpack(eventlet_ws_deflate *d, struct eventlet_ws_flow *flow,
                  bool ends)
{
    const unsigned char *bytes = flow->in;
    size_t len = flow->in_len;
    int rc = 0;

    if (len > 0 || d->more)
        rc = unpack_bytes(d, flow, &bytes, &len);
    flow->in = bytes;
    flow->in_len = len;
    if (rc == 0 && ends)
        rc = unpack_tail(d);
    return rc;
}

int eventlet_ws_deflate_unpack(eventlet_ws_deflate *d,
                               struct eventlet_ws_flow *flow, bool ends)
{
    int rc = d->failed ? d->failed : begin_unpacking(d);

    if (rc == 0)
        rc = unpack(d, flow, ends);
    d->more = rc == 1;
    if (rc < 0 || rc == 1 || !ends) {
        d->failed = rc < 0 ? rc : 0;
        return rc;
    }
    d->inflated = 0;
    d->final_block = false;
    if (d->opts.client ? d->opts.params.server_no_context_takeover
                       : d->opts.params.client_no_context_takeover)
        inflateReset(&d->in);
    return 0;
}

/* ---- packing ---- */

/* What is kept back goes before what comes now; then the last of both is kept
 * back. */
static void deflate_to(eventlet_ws_deflate *d, struct eventlet_ws_flow *flow,
                       int how)
{
    unsigned char *out = flow->out;
    uInt room = at_most(flow->out_len - d->held_len);
    size_t n, keep;
    int rc;

    d->out.next_out = out + d->held_len;
    d->out.avail_out = room;
    rc = deflate(&d->out, how);
    assert(rc == Z_OK || rc == Z_BUF_ERROR);
    (void)rc;
    memcpy(out, d->held, d->held_len);
    n = d->held_len + room - d->out.avail_out;
    keep = n < TAIL ? n : TAIL;
    memcpy(d->held, out + n - keep, keep);
    d->held_len = (unsigned)keep;
    flow->out = out + (n - keep);
    flow->out_len -= n - keep;
}

static int pack(eventlet_ws_deflate *d, struct eventlet_ws_flow *flow,
                bool ends)
{
    do {
        uInt n = at_most(flow->in_len);
        int how = ends && n == flow->in_len ? Z_SYNC_FLUSH : Z_NO_FLUSH;

        if (flow->out_len < EVENTLET_WS_DEFLATE_ROOM)
            return 1;
        d->out.next_in = (unsigned char *)(uintptr_t)flow->in;
        d->out.avail_in = n;
        deflate_to(d, flow, how);
        flow->in = d->out.next_in;
        flow->in_len -= n - d->out.avail_in;
    } while (flow->in_len > 0 || d->out.avail_out == 0);
    return 0;
}

/* zlib refuses to flush twice. RFC 7692, 7.2.3.6, has the byte. */
static void pack_nothing(struct eventlet_ws_flow *flow)
{
    *(unsigned char *)flow->out = 0;
    flow->out = (char *)flow->out + 1;
    flow->out_len--;
}

int eventlet_ws_deflate_pack(eventlet_ws_deflate *d,
                             struct eventlet_ws_flow *flow, bool ends)
{
    int rc = begin_packing(d);

    if (rc < 0)
        return rc;
    if (flow->out_len < EVENTLET_WS_DEFLATE_ROOM)
        return -EINVAL;
    d->any = d->any || flow->in_len > 0;
    if (!d->any) {
        if (ends)
            pack_nothing(flow);
        return 0;
    }
    rc = pack(d, flow, ends);
    if (rc != 0 || !ends)
        return rc;
    assert(d->held_len == TAIL && memcmp(d->held, tail, TAIL) == 0);
    d->held_len = 0;
    d->any = false;
    if (d->opts.client ? d->opts.params.client_no_context_takeover
                       : d->opts.params.server_no_context_takeover)
        deflateReset(&d->out);
    return 0;
}
