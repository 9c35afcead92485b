/* SPDX-License-Identifier: MIT */
/* The PROXY protocol's version 2: sixteen bytes, addresses, TLVs. */
#include "proto/proxy.h"

#include <string.h>

enum {
    AT_COMMAND = 12,
    AT_FAMILY = 13,
    AT_LENGTH = 14,
    VERSION = 2,
    COMMANDS = 2,
    FAMILIES = 4,
    TRANSPORTS = 3
};

const char eventlet__proxy_v2_prefix[PROXY_V2_PREFIX] = {
    '\r', '\n', '\r', '\n', '\0', '\r', '\n', 'Q', 'U', 'I', 'T', '\n'
};

size_t eventlet__proxy_room(enum eventlet_proxy_family family)
{
    static const size_t room[FAMILIES] = {
        [EVENTLET_PROXY_UNSPEC] = 0,
        [EVENTLET_PROXY_INET] = 2 * (4 + 2),
        [EVENTLET_PROXY_INET6] = 2 * (16 + 2),
        [EVENTLET_PROXY_UNIX] = 2 * PROXY_UNIX_PATH,
    };

    return room[family];
}

/* The path of a UNIX address: up to the first NUL, or where the name is
 * abstract and begins with one, without the NULs at its end. */
static struct eventlet_span path_at(const char *bytes)
{
    size_t len = PROXY_UNIX_PATH;

    if (bytes[0] != '\0')
        len = strnlen(bytes, PROXY_UNIX_PATH);
    else
        while (len > 0 && bytes[len - 1] == '\0')
            len--;
    return (struct eventlet_span){ bytes, len };
}

static void read_unix(struct eventlet_proxy_header *header, const char *at)
{
    header->source.path = path_at(at);
    header->destination.path = path_at(at + PROXY_UNIX_PATH);
}

static void read_inet(struct eventlet_proxy_header *header, const char *at,
                      size_t len)
{
    const char *ports = at + 2 * len;

    memcpy(header->source.address, at, len);
    memcpy(header->destination.address, at + len, len);
    header->source.port = (uint16_t)eventlet__get16(ports);
    header->destination.port = (uint16_t)eventlet__get16(ports + 2);
}

static void read_ends(struct eventlet_proxy_header *header, const char *at)
{
    switch (header->family) {
    case EVENTLET_PROXY_INET:
        read_inet(header, at, 4);
        break;
    case EVENTLET_PROXY_INET6:
        read_inet(header, at, 16);
        break;
    case EVENTLET_PROXY_UNIX:
        read_unix(header, at);
        break;
    default:
        break; /* they are not to be looked at */
    }
}

/* Checks of the first 16 bytes those that are there, in their order, so that
 * what is wrong first is told however they were cut. */
static int check_fixed(const struct eventlet_proxy_protocol *parser,
                       struct eventlet_span bytes,
                       struct eventlet_proto_error *error)
{
    unsigned command, family, transport, len;

    if (bytes.len <= AT_COMMAND)
        return 0;
    command = (unsigned char)bytes.at[AT_COMMAND];
    if (command >> 4 != VERSION)
        return eventlet__proxy_wrong(error, "unknown version", AT_COMMAND);
    if ((command & 15) >= COMMANDS)
        return eventlet__proxy_wrong(error, "unknown command", AT_COMMAND);
    command &= 15;
    if (bytes.len <= AT_FAMILY)
        return 0;
    family = (unsigned char)bytes.at[AT_FAMILY] >> 4;
    transport = (unsigned char)bytes.at[AT_FAMILY] & 15;
    if (command == EVENTLET_PROXY_PROXY && family >= FAMILIES)
        return eventlet__proxy_wrong(error, "unknown family", AT_FAMILY);
    if (command == EVENTLET_PROXY_PROXY && transport >= TRANSPORTS)
        return eventlet__proxy_wrong(error, "unknown transport", AT_FAMILY);
    if (bytes.len < PROXY_V2_FIXED)
        return 0;
    len = eventlet__get16(bytes.at + AT_LENGTH);
    if (len > parser->opts.limit)
        return eventlet__proxy_wrong(error, "longer than the limit", AT_LENGTH);
    if (command == EVENTLET_PROXY_PROXY && len < eventlet__proxy_room(family))
        return eventlet__proxy_wrong(error, "too short for its addresses",
                                     AT_LENGTH);
    return 0;
}

/* What follows the addresses. Without a known family nobody can say where they
 * end, so what does not look like TLVs may be one; it is left alone. */
static int read_tlvs(struct eventlet_proxy_header *header,
                     struct eventlet_span bytes, size_t at,
                     struct eventlet_proto_error *error)
{
    const struct eventlet_span tlvs = { bytes.at + at, bytes.len - at };

    if (!eventlet__proxy_is_tlvs(tlvs))
        return at == PROXY_V2_FIXED ? 0
                                    : eventlet__proxy_wrong(
                                          error, "a TLV that does not end", at);
    header->tlvs = tlvs;
    return eventlet__proxy_check_tlvs(bytes, tlvs, &header->checksum, error);
}

/* Reads the header, which is bytes, all of them. */
static int read_whole(struct eventlet_proxy_header *out,
                      struct eventlet_span bytes,
                      struct eventlet_proto_error *error)
{
    const unsigned family = (unsigned char)bytes.at[AT_FAMILY] >> 4;
    const unsigned transport = (unsigned char)bytes.at[AT_FAMILY] & 15;
    struct eventlet_proxy_header header = { .version = VERSION };
    int rc;

    header.command = bytes.at[AT_COMMAND] & 15;
    if (header.command == EVENTLET_PROXY_PROXY) {
        if (family != EVENTLET_PROXY_UNSPEC &&
            transport != EVENTLET_PROXY_ANY) {
            header.family = family;
            header.transport = transport;
        }
        read_ends(&header, bytes.at + PROXY_V2_FIXED);
        rc = read_tlvs(&header, bytes,
                       PROXY_V2_FIXED + eventlet__proxy_room(family), error);
        if (rc < 0)
            return rc;
    }
    *out = header;
    return 0;
}

ssize_t eventlet__proxy_v2_feed(struct eventlet_proxy_protocol *parser,
                                struct eventlet_proxy_header *out,
                                struct eventlet_span bytes,
                                struct eventlet_proto_error *error)
{
    size_t len = PROXY_V2_FIXED;
    int rc = check_fixed(parser, bytes, error);

    if (rc < 0)
        return rc;
    if (bytes.len >= PROXY_V2_FIXED)
        len += eventlet__get16(bytes.at + AT_LENGTH);
    if (bytes.len < len) {
        parser->need = len - bytes.len;
        return 0;
    }
    bytes.len = len;
    rc = read_whole(out, bytes, error);
    return rc < 0 ? rc : (ssize_t)len;
}
