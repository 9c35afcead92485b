/* SPDX-License-Identifier: MIT */
/* PROXY headers: what the examples of the page cannot show. */
#include "check.h"
#include "eventlet.h"

#include <errno.h>
#include <string.h>

static const char line[] = "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\nGET";
static const char binary[] = "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0f"
                             "\1\2\3\4\5\6\7\x8\0\1\0\2\4\0\0GET";

static ssize_t feed(struct eventlet_proxy_protocol *parser,
                    struct eventlet_proxy_header *header, const char *bytes,
                    size_t len, struct eventlet_proto_error *error)
{
    return eventlet_proxy_protocol_feed(
        parser, header, (struct eventlet_span){ bytes, len }, error);
}

static ssize_t feed_whole(struct eventlet_proxy_header *header,
                          const char *bytes, size_t len)
{
    struct eventlet_proxy_protocol parser;

    eventlet_proxy_protocol_init(&parser, NULL);
    return feed(&parser, header, bytes, len, NULL);
}

/* ---- reading no further ---- */

/* Reads as little as is asked for. Returns how many bytes that were. */
static size_t read_what_is_needed(const char *bytes, size_t *pieces)
{
    struct eventlet_proxy_protocol parser;
    struct eventlet_proxy_header header;
    size_t len = 0;
    ssize_t n;

    eventlet_proxy_protocol_init(&parser, NULL);
    *pieces = 0;
    while ((n = feed(&parser, &header, bytes, len, NULL)) == 0) {
        CHECK(parser.need > 0);
        len += parser.need;
        ++*pieces;
    }
    CHECK_INT(n, len);
    return len;
}

TEST(proxy_protocol, who_reads_what_is_needed_reads_no_more,
     "proxy_protocol.3 proxy_protocol.2")
{
    size_t pieces;

    CHECK_INT(read_what_is_needed(line, &pieces), sizeof line - 4);
    CHECK(pieces <= 12);
    CHECK_INT(read_what_is_needed("PROXY UNKNOWN\r\n", &pieces), 15);
    CHECK_INT(pieces, 1);
    CHECK_INT(read_what_is_needed(binary, &pieces), sizeof binary - 4);
    CHECK_INT(pieces, 3);
}

TEST(proxy_protocol, need_falls_as_bytes_come, "proxy_protocol.3")
{
    struct eventlet_proxy_protocol parser;
    struct eventlet_proxy_header header;

    eventlet_proxy_protocol_init(&parser, NULL);
    CHECK_INT(parser.need, 15);
    CHECK_INT(feed(&parser, &header, line, 0, NULL), 0);
    CHECK_INT(parser.need, 15);
    CHECK_INT(feed(&parser, &header, line, 3, NULL), 0);
    CHECK_INT(parser.need, 12);
    CHECK_INT(feed(&parser, &header, line, 14, NULL), 0);
    CHECK_INT(parser.need, 2);
    CHECK_INT(feed(&parser, &header, line, sizeof line - 5, NULL), 0);
    CHECK_INT(parser.need, 1);

    eventlet_proxy_protocol_init(&parser, NULL);
    CHECK_INT(feed(&parser, &header, binary, 3, NULL), 0);
    CHECK_INT(parser.need, 13);
    CHECK_INT(feed(&parser, &header, binary, 16, NULL), 0);
    CHECK_INT(parser.need, 15);
}

TEST(proxy_protocol, each_byte_is_scanned_once, "proxy_protocol.4")
{
    char text[] = "PROXY UNKNOWN x";
    struct eventlet_proxy_protocol parser;
    struct eventlet_proxy_header header;

    eventlet_proxy_protocol_init(&parser, NULL);
    CHECK_INT(feed(&parser, &header, text, 15, NULL), 0);
    CHECK_INT(parser.seen, 15);
    text[3] = '\n'; /* would be an error if it were looked at again */
    CHECK_INT(feed(&parser, &header, text, 15, NULL), 0);
}

TEST(proxy_protocol, what_is_refused_touches_nothing, "proxy_protocol.5")
{
    struct eventlet_proxy_protocol parser;
    struct eventlet_proxy_header header, before;
    struct eventlet_proto_error error;

    memset(&header, 7, sizeof header);
    before = header;
    eventlet_proxy_protocol_init(&parser, NULL);
    CHECK_CODE(
        feed(&parser, &header, "PROXY TCP4 1.2.3.4 x 1 2\r\n", 26, &error),
        EVENTLET_BAD_PROXY_HEADER);
    CHECK_STR(error.what, "no IPv4 address");
    CHECK_INT(error.at, 19);
    CHECK_INT(error.status, 0);
    CHECK_CODE(feed_whole(&header, "GET ", 4), EVENTLET_BAD_PROXY_HEADER);
    CHECK_MEM(&header, &before, sizeof header);
}

/* ---- TLVs ---- */

TEST(proxy_protocol, parts_lie_in_the_callers_bytes,
     "proxy_protocol.17 proxy_protocol.21")
{
    struct eventlet_proxy_header header;
    struct eventlet_proxy_tlv tlv;

    REQUIRE_INT(feed_whole(&header, binary, sizeof binary - 1), 31);
    CHECK_PTR(header.tlvs.at, binary + 28);
    CHECK_INT(header.tlvs.len, 3);
    CHECK_INT(eventlet_proxy_tlv_next(&header.tlvs, &tlv), 0);
}

TEST(proxy_protocol, a_tlv_that_does_not_end_is_told, "proxy_protocol.22")
{
    static const char bytes[] = "\1\0\1a\2\0\2b";
    struct eventlet_span rest = { bytes, sizeof bytes - 1 };
    struct eventlet_proxy_ssl ssl;
    struct eventlet_proxy_tlv tlv;

    CHECK_INT(eventlet_proxy_tlv_next(&rest, &tlv), 1);
    CHECK_INT(tlv.type, EVENTLET_PROXY_ALPN);
    CHECK_CODE(eventlet_proxy_tlv_next(&rest, &tlv), EVENTLET_BAD_PROXY_HEADER);
    rest.len = 2;
    CHECK_CODE(eventlet_proxy_tlv_next(&rest, &tlv), EVENTLET_BAD_PROXY_HEADER);
    rest.len = 4;
    CHECK_CODE(eventlet_proxy_tlv_ssl(&ssl, rest), EVENTLET_BAD_PROXY_HEADER);
}

TEST(proxy_protocol, a_tlv_is_written, "proxy_protocol.26")
{
    const struct eventlet_proxy_tlv tlv = { EVENTLET_PROXY_ALPN, { "h2", 2 } };
    const struct eventlet_proxy_tlv empty = { EVENTLET_PROXY_NOOP,
                                              { NULL, 0 } };
    const struct eventlet_proxy_tlv large = { EVENTLET_PROXY_NETNS,
                                              { "", 65536 } };
    char out[5] = "xxxx";

    CHECK_INT(eventlet_proxy_tlv_write(out, 4, &tlv), 5);
    CHECK_STR(out, "xxxx");
    CHECK_INT(eventlet_proxy_tlv_write(out, 5, &tlv), 5);
    CHECK_MEM(out, "\1\0\2h2", 5);
    CHECK_INT(eventlet_proxy_tlv_write(out, 5, &empty), 3);
    CHECK_MEM(out, "\4\0\0", 3);
    CHECK_CODE(eventlet_proxy_tlv_write(out, 5, &large), -EINVAL);
}

/* ---- writing ---- */

static struct eventlet_proxy_header some_header(int version)
{
    return (struct eventlet_proxy_header){
        .version = version,
        .command = EVENTLET_PROXY_PROXY,
        .family = EVENTLET_PROXY_INET,
        .transport = EVENTLET_PROXY_STREAM,
        .source = { .address = { 1, 2, 3, 4 }, .port = 5 },
        .destination = { .address = { 6, 7, 8, 9 }, .port = 10 },
    };
}

TEST(proxy_protocol, what_does_not_fit_is_not_begun, "proxy_protocol.26")
{
    struct eventlet_proxy_header header = some_header(1);
    char out[64] = "x";

    CHECK_INT(eventlet_proxy_protocol_write(out, 32, &header), 33);
    CHECK_STR(out, "x");
    CHECK_INT(eventlet_proxy_protocol_write(out, 33, &header), 33);
    CHECK_INT(out[0], 'P');
    header.version = 2;
    out[0] = 'x';
    CHECK_INT(eventlet_proxy_protocol_write(out, 27, &header), 28);
    CHECK_INT(out[0], 'x');
    CHECK_INT(eventlet_proxy_protocol_write(out, 28, &header), 28);
    CHECK_INT(out[0], '\r');
}

TEST(proxy_protocol, unix_addresses_are_written, "proxy_protocol.24")
{
    struct eventlet_proxy_header header = some_header(2), again;
    char out[232];

    header.family = EVENTLET_PROXY_UNIX;
    header.source.path = (struct eventlet_span){ "/a", 2 };
    header.destination.path = (struct eventlet_span){ NULL, 0 };
    memset(out, 'x', sizeof out);
    REQUIRE_INT(eventlet_proxy_protocol_write(out, sizeof out, &header), 232);
    REQUIRE_INT(feed_whole(&again, out, 232), 232);
    CHECK_MEM(again.source.path.at, "/a", 2);
    CHECK_INT(again.source.path.len, 2);
    CHECK_INT(again.destination.path.len, 0);
    header.source.path.len = 109;
    CHECK_CODE(eventlet_proxy_protocol_write(out, 232, &header), -EINVAL);
    header.source.path.len = 2;
    header.destination.path.len = 109;
    CHECK_CODE(eventlet_proxy_protocol_write(out, 232, &header), -EINVAL);
}

static void cannot_be_written(struct eventlet_proxy_header header)
{
    char out[256];

    CHECK_CODE(eventlet_proxy_protocol_write(out, sizeof out, &header),
               -EINVAL);
}

TEST(proxy_protocol, what_no_version_says_is_refused, "proxy_protocol.25")
{
    struct eventlet_proxy_header header = some_header(3);

    cannot_be_written(header);
    header = some_header(0);
    cannot_be_written(header);
    for (int version = 1; version <= 2; version++) {
        header = some_header(version);
        header.transport = EVENTLET_PROXY_ANY;
        cannot_be_written(header);
        header.transport = 3;
        cannot_be_written(header);
        header = some_header(version);
        header.family = EVENTLET_PROXY_UNSPEC;
        cannot_be_written(header);
        header.family = EVENTLET_PROXY_UNIX + 1;
        cannot_be_written(header);
    }
}

TEST(proxy_protocol, tlvs_are_written_if_they_are_some, "proxy_protocol.25")
{
    static char large[65600];
    struct eventlet_proxy_header header = some_header(2);

    header.tlvs = (struct eventlet_span){ "\1\0\1", 3 };
    cannot_be_written(header);
    header.tlvs.at = "\1\0\0";
    header.command = EVENTLET_PROXY_LOCAL;
    header.family = EVENTLET_PROXY_UNSPEC;
    cannot_be_written(header);
    header.tlvs.len = 0;
    header.family = EVENTLET_PROXY_INET;
    cannot_be_written(header);
    header = some_header(2);
    header.tlvs = (struct eventlet_span){ large, 3 * (65535 / 3) };
    memset(large, 0, sizeof large);
    cannot_be_written(header);
    header = some_header(1);
    header.tlvs = (struct eventlet_span){ "\1\0\0", 3 };
    cannot_be_written(header);
}

TEST(proxy_protocol, a_local_header_says_only_that, "proxy_protocol.24")
{
    struct eventlet_proxy_header header = { .version = 2 }, again;
    char out[16];

    REQUIRE_INT(eventlet_proxy_protocol_write(out, sizeof out, &header), 16);
    REQUIRE_INT(feed_whole(&again, out, 16), 16);
    CHECK_INT(again.command, EVENTLET_PROXY_LOCAL);
    CHECK_INT(again.family, EVENTLET_PROXY_UNSPEC);
}
