/* SPDX-License-Identifier: MIT */
/* The PROXY protocol: which version it is, and the text of version 1.
 *
 * seen counts the bytes that need not be looked at again: at most the prefix
 * while the version is open, then in version 1 those that are no end of the
 * line. So each byte is scanned once, however small the pieces are. */
#include "eventlet/proxy_protocol.h"

#include "eventlet/errors.h"
#include "proto/ip_text.h"
#include "proto/proxy.h"

#include <assert.h>
#include <string.h>

static_assert(sizeof(struct eventlet_proxy_protocol) <= 512, "small");

enum { V1_MIN = 15, PORT_MAX = 65535 }; /* "PROXY UNKNOWN\r\n" */

static const char v1_prefix[PROXY_V1_PREFIX] = { 'P', 'R', 'O', 'X', 'Y', ' ' };

int eventlet__proxy_wrong(struct eventlet_proto_error *error, const char *what,
                          size_t at)
{
    if (error)
        *error = (struct eventlet_proto_error){ what, at, 0 };
    return EVENTLET_BAD_PROXY_HEADER;
}

void eventlet_proxy_protocol_init(
    struct eventlet_proxy_protocol *parser,
    const struct eventlet_proxy_protocol_opts *opts)
{
    *parser = (struct eventlet_proxy_protocol){ .need = V1_MIN };
    if (opts)
        parser->opts = *opts;
    if (parser->opts.limit == 0)
        parser->opts.limit = EVENTLET_PROXY_V2_LIMIT;
    parser->version = parser->opts.version;
}

/* ---- the fields of a line ---- */

/* What is left of a line, without its end. */
struct line {
    const char *bytes;
    size_t at, end;
    struct eventlet_proto_error *error;
};

/* The next field, and the blank behind it unless it is the last. */
static int next_field(struct line *line, bool last, struct eventlet_span *field)
{
    const char *from = line->bytes + line->at;
    const char *blank = memchr(from, ' ', line->end - line->at);
    const size_t end = blank ? (size_t)(blank - line->bytes) : line->end;

    if (last && blank)
        return eventlet__proxy_wrong(line->error, "more than the second port",
                                     end);
    if (!last && !blank)
        return eventlet__proxy_wrong(line->error, "an address or port missing",
                                     end);
    *field = (struct eventlet_span){ from, end - line->at };
    line->at = last ? end : end + 1;
    return 0;
}

static int read_address(struct line *line, enum eventlet_proxy_family family,
                        uint8_t *out)
{
    const size_t at = line->at;
    struct eventlet_span text;
    int rc = next_field(line, false, &text);

    if (rc < 0)
        return rc;
    if (family == EVENTLET_PROXY_INET
            ? eventlet__ipv4_read(text.at, text.len, out)
            : eventlet__ipv6_read(text.at, text.len, out))
        return 0;
    return eventlet__proxy_wrong(
        line->error,
        family == EVENTLET_PROXY_INET ? "no IPv4 address" : "no IPv6 address",
        at);
}

/* From 0 to 65535, with no zeros in front that could be taken for octal. */
static bool is_port(struct eventlet_span text, uint16_t *port)
{
    unsigned value = 0;

    if (text.len == 0 || text.len > 5 || (text.len > 1 && text.at[0] == '0'))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        const unsigned digit = (unsigned)(text.at[i] - '0');

        if (digit > 9)
            return false;
        value = value * 10 + digit;
    }
    *port = (uint16_t)value;
    return value <= PORT_MAX;
}

static int read_port(struct line *line, bool last, uint16_t *port)
{
    const size_t at = line->at;
    struct eventlet_span text;
    int rc = next_field(line, last, &text);

    if (rc < 0)
        return rc;
    if (is_port(text, port))
        return 0;
    return eventlet__proxy_wrong(line->error, "no port", at);
}

static int read_ends(struct line *line, struct eventlet_proxy_header *header)
{
    const enum eventlet_proxy_family family = header->family;
    int rc = read_address(line, family, header->source.address);

    if (rc == 0)
        rc = read_address(line, family, header->destination.address);
    if (rc == 0)
        rc = read_port(line, false, &header->source.port);
    if (rc == 0)
        rc = read_port(line, true, &header->destination.port);
    return rc;
}

/* Whether the line goes on with the word, as a field of its own. */
static bool has_word(const struct line *line, const char *word)
{
    const size_t len = strlen(word), left = line->end - line->at;

    return left >= len && memcmp(line->bytes + line->at, word, len) == 0 &&
           (left == len || line->bytes[line->at + len] == ' ');
}

static int read_line(struct line *line, struct eventlet_proxy_header *header)
{
    struct eventlet_span word;
    int rc;

    if (has_word(line, "UNKNOWN"))
        return 0;
    if (has_word(line, "TCP4"))
        header->family = EVENTLET_PROXY_INET;
    else if (has_word(line, "TCP6"))
        header->family = EVENTLET_PROXY_INET6;
    else
        return eventlet__proxy_wrong(line->error, "none of TCP4, TCP6, UNKNOWN",
                                     line->at);
    header->transport = EVENTLET_PROXY_STREAM;
    rc = next_field(line, false, &word);
    return rc < 0 ? rc : read_ends(line, header);
}

/* ---- version 1 ---- */

/* Looks for the end of the line: its length with the end, or 0 if it is not
 * there yet. A CR or LF alone is refused even where anything else is ignored:
 * another reader may take it for the end. */
static ssize_t find_end(struct eventlet_proxy_protocol *parser,
                        struct eventlet_span bytes,
                        struct eventlet_proto_error *error)
{
    const size_t last = EVENTLET_PROXY_V1_MAX - 2; /* where a CR may stand */
    size_t i = parser->seen;

    while (i < bytes.len && i <= last && bytes.at[i] != '\r' &&
           bytes.at[i] != '\n')
        i++;
    parser->seen = i;
    if (i > last)
        return eventlet__proxy_wrong(error, "a line of more than 107 bytes", i);
    if (i == bytes.len) {
        parser->need = i + 2 < V1_MIN ? V1_MIN - i : 2;
        return 0;
    }
    if (bytes.at[i] == '\n')
        return eventlet__proxy_wrong(error, "a LF without a CR", i);
    if (i + 1 == bytes.len) {
        parser->need = 1;
        return 0;
    }
    if (bytes.at[i + 1] != '\n')
        return eventlet__proxy_wrong(error, "a CR without a LF", i + 1);
    return (ssize_t)(i + 2);
}

static ssize_t feed_line(struct eventlet_proxy_protocol *parser,
                         struct eventlet_proxy_header *out,
                         struct eventlet_span bytes,
                         struct eventlet_proto_error *error)
{
    struct eventlet_proxy_header header = { .version = 1,
                                            .command = EVENTLET_PROXY_PROXY };
    struct line line = { .bytes = bytes.at,
                         .at = PROXY_V1_PREFIX,
                         .error = error };
    const ssize_t len = find_end(parser, bytes, error);
    int rc;

    if (len <= 0)
        return len;
    line.end = (size_t)len - 2;
    rc = read_line(&line, &header);
    if (rc < 0)
        return rc;
    *out = header;
    return len;
}

/* ---- which version ---- */

/* Compares what has come of the prefix. Returns whether all of it is there. */
static int match(struct eventlet_proxy_protocol *parser,
                 struct eventlet_span bytes, const char *prefix, size_t len,
                 struct eventlet_proto_error *error)
{
    for (size_t i = parser->seen; i < len; i++) {
        if (i == bytes.len) {
            parser->seen = i;
            parser->need = (parser->version == 1 ? V1_MIN : PROXY_V2_FIXED) - i;
            return 0;
        }
        if (bytes.at[i] != prefix[i])
            return eventlet__proxy_wrong(error, "no PROXY header", i);
    }
    if (parser->seen < len)
        parser->seen = len;
    return 1;
}

ssize_t eventlet_proxy_protocol_feed(struct eventlet_proxy_protocol *parser,
                                     struct eventlet_proxy_header *out,
                                     struct eventlet_span bytes,
                                     struct eventlet_proto_error *error)
{
    int rc;

    assert(bytes.len >= parser->seen);
    if (bytes.len == 0)
        return 0;
    if (parser->version == 0)
        parser->version = bytes.at[0] == 'P' ? 1 : 2;
    if (parser->version == 1) {
        rc = match(parser, bytes, v1_prefix, sizeof v1_prefix, error);
        return rc > 0 ? feed_line(parser, out, bytes, error) : rc;
    }
    rc =
        match(parser, bytes, eventlet__proxy_v2_prefix, PROXY_V2_PREFIX, error);
    return rc > 0 ? eventlet__proxy_v2_feed(parser, out, bytes, error) : rc;
}
