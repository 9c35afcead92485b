/* SPDX-License-Identifier: MIT */
/* PROXY headers written, in both versions. */
#include "proto/proxy.h"

#include "proto/ip_text.h"

#include <errno.h>
#include <string.h>

enum { PAYLOAD_MAX = 65535, CRC_TLV = PROXY_TLV_FIXED + PROXY_CRC_LEN };

/* Whether there is such a pair of family and transport. */
static bool is_known(const struct eventlet_proxy_header *header)
{
    if (header->family == EVENTLET_PROXY_UNSPEC)
        return header->transport == EVENTLET_PROXY_ANY;
    return header->family <= EVENTLET_PROXY_UNIX &&
           (header->transport == EVENTLET_PROXY_STREAM ||
            header->transport == EVENTLET_PROXY_DGRAM);
}

/* ---- version 1 ---- */

static char *put_text(char *at, const char *text)
{
    const size_t len = strlen(text);

    memcpy(at, text, len);
    return at + len;
}

static char *put_address(char *at, enum eventlet_proxy_family family,
                         const struct eventlet_proxy_end *end)
{
    at += family == EVENTLET_PROXY_INET
              ? eventlet__ipv4_write(at, end->address)
              : eventlet__ipv6_write(at, end->address);
    *at++ = ' ';
    return at;
}

/* At most EVENTLET_PROXY_V1_MAX bytes, whatever the addresses are. Returns the
 * length. */
static size_t put_line(char *line, const struct eventlet_proxy_header *header)
{
    const enum eventlet_proxy_family family = header->family;
    char *at = line;

    if (header->command == EVENTLET_PROXY_LOCAL ||
        family == EVENTLET_PROXY_UNSPEC)
        return (size_t)(put_text(at, "PROXY UNKNOWN\r\n") - line);
    at = put_text(at, family == EVENTLET_PROXY_INET ? "PROXY TCP4 "
                                                    : "PROXY TCP6 ");
    at = put_address(at, family, &header->source);
    at = put_address(at, family, &header->destination);
    at += eventlet__decimal_write(at, header->source.port);
    *at++ = ' ';
    at += eventlet__decimal_write(at, header->destination.port);
    return (size_t)(put_text(at, "\r\n") - line);
}

/* Whether version 1 can say this. */
static bool fits_line(const struct eventlet_proxy_header *header)
{
    return is_known(header) && header->family != EVENTLET_PROXY_UNIX &&
           header->transport != EVENTLET_PROXY_DGRAM && header->tlvs.len == 0 &&
           !header->checksum;
}

static ssize_t write_line(char *out, size_t size,
                          const struct eventlet_proxy_header *header)
{
    char line[EVENTLET_PROXY_V1_MAX];
    size_t len;

    if (!fits_line(header))
        return -EINVAL;
    len = put_line(line, header);
    if (len <= size)
        memcpy(out, line, len);
    return (ssize_t)len;
}

/* ---- version 2 ---- */

static void put_unix(char *at, const struct eventlet_proxy_end *end)
{
    memset(at, 0, PROXY_UNIX_PATH);
    if (end->path.len > 0)
        memcpy(at, end->path.at, end->path.len);
}

static void put_inet(char *at, size_t len,
                     const struct eventlet_proxy_header *header)
{
    memcpy(at, header->source.address, len);
    memcpy(at + len, header->destination.address, len);
    eventlet__put16(at + 2 * len, header->source.port);
    eventlet__put16(at + 2 * len + 2, header->destination.port);
}

static void put_ends(char *at, const struct eventlet_proxy_header *header)
{
    switch (header->family) {
    case EVENTLET_PROXY_INET:
        put_inet(at, 4, header);
        break;
    case EVENTLET_PROXY_INET6:
        put_inet(at, 16, header);
        break;
    case EVENTLET_PROXY_UNIX:
        put_unix(at, &header->source);
        put_unix(at + PROXY_UNIX_PATH, &header->destination);
        break;
    default:
        break;
    }
}

/* Copies all TLVs but a checksum, which would be that of another header. at may
 * be NULL: then they are only counted. Returns their length. */
static size_t put_tlvs(char *at, struct eventlet_span tlvs)
{
    size_t n = 0;

    while (tlvs.len > 0) {
        const char *from = tlvs.at;
        const struct eventlet_proxy_tlv tlv = eventlet__proxy_take_tlv(&tlvs);
        const size_t len = PROXY_TLV_FIXED + tlv.value.len;

        if (tlv.type == EVENTLET_PROXY_CRC32C)
            continue;
        if (at)
            memcpy(at + n, from, len);
        n += len;
    }
    return n;
}

static void put_crc(char *header, size_t len)
{
    char *tlv = header + len - CRC_TLV;
    const size_t at = len - PROXY_CRC_LEN;
    uint32_t crc;

    tlv[0] = EVENTLET_PROXY_CRC32C;
    eventlet__put16(tlv + 1, PROXY_CRC_LEN);
    crc = eventlet__proxy_crc((struct eventlet_span){ header, len }, at);
    eventlet__put16(header + at, crc >> 16);
    eventlet__put16(header + at + 2, crc & 0xffff);
}

/* Whether version 2 can say this. A LOCAL header says nothing but that. */
static bool fits_binary(const struct eventlet_proxy_header *header)
{
    if (header->command == EVENTLET_PROXY_LOCAL)
        return header->family == EVENTLET_PROXY_UNSPEC &&
               header->tlvs.len == 0 && !header->checksum;
    return is_known(header) && eventlet__proxy_is_tlvs(header->tlvs) &&
           header->source.path.len <= PROXY_UNIX_PATH &&
           header->destination.path.len <= PROXY_UNIX_PATH;
}

static ssize_t write_binary(char *out, size_t size,
                            const struct eventlet_proxy_header *header)
{
    size_t room, payload;

    if (!fits_binary(header))
        return -EINVAL;
    room = eventlet__proxy_room(header->family);
    payload =
        room + put_tlvs(NULL, header->tlvs) + (header->checksum ? CRC_TLV : 0);
    if (payload > PAYLOAD_MAX)
        return -EINVAL;
    if (PROXY_V2_FIXED + payload > size)
        return (ssize_t)(PROXY_V2_FIXED + payload);
    memcpy(out, eventlet__proxy_v2_prefix, PROXY_V2_PREFIX);
    out[12] = (char)(0x20 | header->command);
    out[13] = (char)(header->family << 4 | header->transport);
    eventlet__put16(out + 14, (unsigned)payload);
    put_ends(out + PROXY_V2_FIXED, header);
    put_tlvs(out + PROXY_V2_FIXED + room, header->tlvs);
    if (header->checksum)
        put_crc(out, PROXY_V2_FIXED + payload);
    return (ssize_t)(PROXY_V2_FIXED + payload);
}

ssize_t eventlet_proxy_protocol_write(
    char *out, size_t size, const struct eventlet_proxy_header *header)
{
    if (header->version == 1)
        return write_line(out, size, header);
    return header->version == 2 ? write_binary(out, size, header) : -EINVAL;
}
