/* SPDX-License-Identifier: MIT */
/* PROXY headers, read and written: eventlet_proxy_protocol_feed,
 * eventlet_proxy_protocol_write, eventlet_proxy_tlv_next.
 *
 * Parser: src/proto/proxy_protocol.c
 * Parser: src/proto/proxy_v2.c
 * Parser: src/proto/proxy_tlv.c
 * Parser: src/proto/proxy_write.c
 * Parser: src/proto/crc32c.c
 * Parser: src/proto/ip_text.c
 *
 * An input is a byte that chooses, and the bytes of a connection, of which the
 * length and the checksum may be put right. A line is compared with its
 * grammar, a binary header with a second reading. */
#include "proxy_slow.h"

#include <errno.h>

#include "eventlet/errors.h"
#include "eventlet/proxy_protocol.h"

enum { COPIED = 256 };

struct outcome {
    ssize_t rc;
    struct eventlet_proxy_header header;
    struct eventlet_proto_error error;
};

/* ---- is it the same? ---- */

static bool same_span(struct eventlet_span a, struct eventlet_span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

static bool same_end(const struct eventlet_proxy_end *a,
                     const struct eventlet_proxy_end *b)
{
    return memcmp(a->address, b->address, sizeof a->address) == 0 &&
           a->port == b->port && same_span(a->path, b->path);
}

static bool same_ends(const struct eventlet_proxy_header *a,
                      const struct eventlet_proxy_header *b)
{
    return a->family == b->family && a->transport == b->transport &&
           a->command == b->command && same_end(&a->source, &b->source) &&
           same_end(&a->destination, &b->destination);
}

static void check_same(const struct outcome *a, const struct outcome *b)
{
    FUZZ_CHECK(a->rc == b->rc);
    if (a->rc < 0)
        FUZZ_CHECK(a->error.what == b->error.what &&
                   a->error.at == b->error.at);
    if (a->rc > 0)
        FUZZ_CHECK(a->header.version == b->header.version &&
                   a->header.checksum == b->header.checksum &&
                   same_ends(&a->header, &b->header) &&
                   same_span(a->header.tlvs, b->header.tlvs));
}

/* ---- feeding ---- */

/* Pieces of `piece` bytes; of those that are not too many each is looked at in
 * a block that ends with it. Whole if piece is 0. */
static struct outcome feed(const char *at, size_t len, int version,
                           size_t piece)
{
    const struct eventlet_proxy_protocol_opts opts = { .version = version,
                                                       .limit = LIMIT };
    struct eventlet_proxy_protocol parser;
    struct outcome out = { 0 };
    size_t upto = piece ? 0 : len, needed = 0;

    eventlet_proxy_protocol_init(&parser, &opts);
    for (;;) {
        const bool copied = upto <= COPIED && upto < len;
        char *copy = copied ? fuzz_block(upto) : NULL;

        if (copied && upto)
            memcpy(copy, at, upto);
        out.rc = eventlet_proxy_protocol_feed(
            &parser, &out.header,
            (struct eventlet_span){ copied ? copy : at, upto }, &out.error);
        fuzz_free(copy);
        if (out.rc != 0 || upto == len)
            break;
        FUZZ_CHECK(parser.need > 0);
        needed = upto + parser.need;
        upto = upto + piece < len ? upto + piece : len;
    }
    FUZZ_CHECK(out.rc <= (ssize_t)upto);
    FUZZ_CHECK(out.rc <= 0 || needed <= (size_t)out.rc);
    if (out.rc > 0) /* its parts point at what is gone by now */
        out.rc = eventlet_proxy_protocol_feed(
            &parser, &out.header, (struct eventlet_span){ at, upto },
            &out.error);
    return out;
}

/* ---- what is in it, and writing it again ---- */

static void check_tlvs(struct eventlet_span rest)
{
    struct eventlet_proxy_tlv tlv, within;
    struct eventlet_proxy_ssl ssl;
    char room[3 + 128];
    int rc;

    while ((rc = eventlet_proxy_tlv_next(&rest, &tlv)) > 0) {
        FUZZ_CHECK(tlv.type != EVENTLET_PROXY_NOOP);
        FUZZ_CHECK(tlv.value.at + tlv.value.len == rest.at);
        if (tlv.value.len <= 128) {
            FUZZ_CHECK(eventlet_proxy_tlv_write(room, sizeof room, &tlv) ==
                       (ssize_t)(3 + tlv.value.len));
            FUZZ_CHECK(memcmp(room, tlv.value.at - 3, 3 + tlv.value.len) == 0);
            FUZZ_CHECK(eventlet_proxy_tlv_write(room, tlv.value.len, &tlv) ==
                       (ssize_t)(3 + tlv.value.len));
        }
        if (tlv.type != EVENTLET_PROXY_SSL)
            continue;
        FUZZ_CHECK(eventlet_proxy_tlv_ssl(&ssl, tlv.value) == 0);
        while ((rc = eventlet_proxy_tlv_next(&ssl.tlvs, &within)) > 0)
            ;
        FUZZ_CHECK(rc == 0);
    }
    FUZZ_CHECK(rc == 0);
}

static void write_again(const struct outcome *from, bool checksum)
{
    struct eventlet_proxy_header header = from->header;
    struct outcome again;
    char *room;
    ssize_t n;

    if (header.version == 1 || header.command == EVENTLET_PROXY_LOCAL)
        checksum = false;
    header.checksum = checksum;
    n = eventlet_proxy_protocol_write(NULL, 0, &header);
    FUZZ_CHECK(n > 0);
    room = fuzz_block((size_t)n);
    FUZZ_CHECK(eventlet_proxy_protocol_write(room, (size_t)n - 1, &header) ==
               n);
    FUZZ_CHECK(eventlet_proxy_protocol_write(room, (size_t)n, &header) == n);
    again = feed(room, (size_t)n, 0, 0);
    if (again.rc < 0 && n > 16 + LIMIT) { /* the checksum was too much */
        fuzz_free(room);
        return;
    }
    FUZZ_CHECK(again.rc == n && again.header.version == header.version);
    FUZZ_CHECK(same_ends(&again.header, &header));
    FUZZ_CHECK(again.header.checksum == checksum);
    FUZZ_CHECK(checksum || from->header.checksum ||
               same_span(again.header.tlvs, header.tlvs));
    fuzz_free(room);
}

/* ---- writing anything ---- */

static bool can_be_said(const struct eventlet_proxy_header *h)
{
    const bool nothing_else = h->tlvs.len == 0 && !h->checksum;
    const bool pair =
        h->family == EVENTLET_PROXY_UNSPEC
            ? h->transport == EVENTLET_PROXY_ANY
            : (int)h->family <= 3 && (h->transport == EVENTLET_PROXY_STREAM ||
                                      h->transport == EVENTLET_PROXY_DGRAM);

    if (h->version == 1)
        return pair && (int)h->family < 3 && h->transport != 2 && nothing_else;
    if (h->version == 2 && h->command == EVENTLET_PROXY_LOCAL)
        return h->family == EVENTLET_PROXY_UNSPEC && nothing_else;
    return h->version == 2 && pair && h->source.path.len <= 108 &&
           h->destination.path.len <= 108 &&
           slow_tlvs((const unsigned char *)h->tlvs.at, h->tlvs.len);
}

/* The bytes as a header of whatever they say, and as its TLVs. */
static void write_any(const char *at, size_t len)
{
    struct fuzz_input in = { (const uint8_t *)at, len };
    struct eventlet_proxy_header h = { 0 };
    struct eventlet_proxy_tlv tlv;
    char room[16 + 216 + COPIED + 7];
    ssize_t rc;

    h.version = (int)fuzz_byte(&in) % 4;
    h.command =
        fuzz_byte(&in) % 2 ? EVENTLET_PROXY_LOCAL : EVENTLET_PROXY_PROXY;
    h.family = (enum eventlet_proxy_family)(fuzz_byte(&in) % 5);
    h.transport = (enum eventlet_proxy_transport)(fuzz_byte(&in) % 4);
    h.checksum = fuzz_byte(&in) % 2;
    h.source.path = (struct eventlet_span){ at, fuzz_byte(&in) % 110 };
    h.destination.path = (struct eventlet_span){ at, fuzz_byte(&in) % 110 };
    if (len < 110 || in.len > COPIED)
        h.source.path.len = h.destination.path.len = 0;
    h.tlvs = (struct eventlet_span){ (const char *)in.at, in.len };
    rc = eventlet_proxy_protocol_write(room, sizeof room, &h);
    FUZZ_CHECK((rc > 0) == can_be_said(&h));
    FUZZ_CHECK(rc > 0 || rc == -EINVAL);
    while ((rc = eventlet_proxy_tlv_next(&h.tlvs, &tlv)) > 0)
        ;
    FUZZ_CHECK((rc == 0) == slow_tlvs(in.at, in.len));
}

/* ---- making it right ---- */

/* What no mutation hits by chance: the length becomes that of what follows, and
 * a checksum that of the header. */
static void repair(unsigned char *at, size_t len)
{
    static const size_t rooms[] = { 0, 12, 36, 216 };
    const size_t whole = len < 16 + LIMIT ? len : 16 + LIMIT;
    uint32_t crc;

    if (len < 16)
        return;
    at[14] = (unsigned char)((whole - 16) >> 8);
    at[15] = (unsigned char)(whole - 16);
    for (size_t i = 16 + rooms[at[13] >> 4 & 3]; i + 7 <= whole;
         i += 3 + at[i + 1] * 256u + at[i + 2]) {
        if (at[i] != 3)
            continue;
        crc = slow_crc(at, whole, i + 3);
        for (size_t j = 0; j < 4; j++)
            at[i + 3 + j] = (unsigned char)(crc >> (24 - 8 * j));
        return;
    }
}

/* Without options, or a limit, or anybody who wants to know what is wrong. */
static void feed_usual(const char *at, size_t len, const struct outcome *whole,
                       int version)
{
    const struct eventlet_proxy_protocol_opts opts = { .version = version };
    struct eventlet_proxy_protocol parser;
    struct eventlet_proxy_header header;
    ssize_t rc;

    eventlet_proxy_protocol_init(&parser, version ? &opts : NULL);
    rc = eventlet_proxy_protocol_feed(&parser, &header,
                                      (struct eventlet_span){ at, len }, NULL);
    FUZZ_CHECK(rc == whole->rc || whole->rc < 0);
}

static void run(const char *at, size_t len, unsigned choice)
{
    const int version = (int)(choice % 3);
    const struct outcome whole = feed(at, len, version, 0);
    const struct outcome pieces = feed(at, len, version, 1 + choice / 3 % 20);
    const ssize_t right = slow(at, len, version);

    feed_usual(at, len, &whole, version);
    check_same(&whole, &pieces);
    FUZZ_CHECK(whole.rc == (right < 0 ? EVENTLET_BAD_PROXY_HEADER : right));
    if (whole.rc < 0)
        FUZZ_CHECK(whole.error.at <= len && whole.error.what);
    if (whole.rc <= 0)
        return;
    check_tlvs(whole.header.tlvs);
    write_again(&whole, choice & 128);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input in = { data, size };
    const unsigned choice = fuzz_byte(&in);
    char *copy = fuzz_block(in.len);

    if (in.len)
        memcpy(copy, in.at, in.len);
    if (choice & 64)
        repair((unsigned char *)copy, in.len);
    run(copy, in.len, choice);
    write_any(copy, in.len);
    fuzz_free(copy);
    return 0;
}
