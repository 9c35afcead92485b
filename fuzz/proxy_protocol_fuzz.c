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
#include "abnf.h"
#include "fuzz.h"

#include "eventlet/errors.h"
#include "eventlet/proxy_protocol.h"
#include "uri_grammar.h"

enum { LIMIT = 300, LINE_MAX = 107, COPIED = 256 };

#define GRAMMAR_OF_LINES                                                       \
    "SP = %x20\n"                                                              \
    "CRLF = %x0D %x0A\n"                                                       \
    "PROXY = %x50 %x52 %x4F %x58 %x59\n"                                       \
    "TCP = %x54 %x43 %x50\n"                                                   \
    "UNKNOWN = %x55 %x4E %x4B %x4E %x4F %x57 %x4E\n"                           \
    "ignored = %x00-09 / %x0B-0C / %x0E-FF\n"                                  \
    "exact = \"0\" / number\n"                                                 \
    "ports = exact SP exact\n"                                                 \
    "inet = TCP \"4\" SP IPv4address SP IPv4address SP ports\n"                \
    "inet6 = TCP \"6\" SP IPv6address SP IPv6address SP ports\n"               \
    "unknown = UNKNOWN [ SP *ignored ]\n"                                      \
    "line = PROXY SP ( inet / inet6 / unknown ) CRLF\n"

static const struct abnf *grammar;

struct outcome {
    ssize_t rc;
    struct eventlet_proxy_header header;
    struct eventlet_proto_error error;
};

/* ---- is it right? ---- */

/* What is to come of it: the length, 0 for more, -1 for an error. */
static ssize_t slow_line(const char *at, size_t len)
{
    size_t end = 0;

    while (end < len && at[end] != '\r' && at[end] != '\n')
        end++;
    if (memcmp(at, "PROXY ", len < 6 ? len : 6) != 0 || end > LINE_MAX - 2)
        return -1;
    if (end == len || (at[end] == '\r' && end + 1 == len))
        return 0;
    if (at[end] == '\n')
        return -1;
    return abnf_matches(grammar, "line", at, end + 2) ? (ssize_t)end + 2 : -1;
}

static bool slow_tlvs(const unsigned char *at, size_t len)
{
    size_t one;

    if (len == 0)
        return true;
    if (len < 3)
        return false;
    one = 3 + at[1] * 256u + at[2];
    return one <= len && slow_tlvs(at + one, len - one);
}

/* Bit by bit. */
static uint32_t slow_crc(const unsigned char *at, size_t len, size_t hole)
{
    uint32_t crc = 0xffffffff;

    for (size_t i = 0; i < len; i++) {
        crc ^= i >= hole && i < hole + 4 ? 0 : at[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 1 ? crc >> 1 ^ 0x82f63b78 : crc >> 1;
    }
    return ~crc;
}

static bool slow_values(const unsigned char *at, size_t len, size_t from)
{
    int checksums = 0;

    for (size_t i = from; i < len;) {
        const size_t n = at[i + 1] * 256u + at[i + 2], value = i + 3;
        const uint32_t crc = slow_crc(at, len, value);

        if (at[i] == 3 &&
            (++checksums > 1 || n != 4 || at[value] != crc >> 24 ||
             at[value + 1] != (crc >> 16 & 255) ||
             at[value + 2] != (crc >> 8 & 255) || at[value + 3] != (crc & 255)))
            return false;
        if (at[i] == 5 && n > 128)
            return false;
        if (at[i] == 0x20 && (n < 5 || !slow_tlvs(at + value + 5, n - 5)))
            return false;
        i = value + n;
    }
    return true;
}

static ssize_t slow_binary(const unsigned char *at, size_t len)
{
    static const unsigned char begin[] = "\r\n\r\n\0\r\nQUIT\n";
    static const size_t rooms[] = { 0, 12, 36, 216 };
    size_t whole, room;

    if (memcmp(at, begin, len < 12 ? len : 12) != 0)
        return -1;
    if (len > 12 && at[12] != 0x20 && at[12] != 0x21)
        return -1;
    if (len > 13 && at[12] == 0x21 && (at[13] >> 4 > 3 || (at[13] & 15) > 2))
        return -1;
    if (len < 16)
        return 0;
    whole = 16 + at[14] * 256u + at[15];
    room = at[12] == 0x21 ? rooms[at[13] >> 4] : 0;
    if (whole - 16 > LIMIT || whole - 16 < room)
        return -1;
    if (len < whole)
        return 0;
    if (at[12] == 0x20)
        return (ssize_t)whole;
    if (!slow_tlvs(at + 16 + room, whole - 16 - room))
        return room ? -1 : (ssize_t)whole;
    return slow_values(at, whole, 16 + room) ? (ssize_t)whole : -1;
}

static ssize_t slow(const char *at, size_t len, int version)
{
    if (len == 0)
        return 0;
    if (version == 1 || (version == 0 && *at == 'P'))
        return slow_line(at, len);
    return slow_binary((const unsigned char *)at, len);
}

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

static void run(const char *at, size_t len, unsigned choice)
{
    const int version = (int)(choice % 3);
    const struct outcome whole = feed(at, len, version, 0);
    const struct outcome pieces = feed(at, len, version, 1 + choice / 3 % 20);
    const ssize_t right = slow(at, len, version);

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

    if (!grammar)
        grammar = abnf_read(GRAMMAR_OF_URIS GRAMMAR_OF_LINES);
    if (in.len)
        memcpy(copy, in.at, in.len);
    if (choice & 64)
        repair((unsigned char *)copy, in.len);
    run(copy, in.len, choice);
    fuzz_free(copy);
    return 0;
}
