/* SPDX-License-Identifier: MIT */
/* proxy_slow.h - PROXY headers once more: a line by its grammar, a binary
 * header by a second reading. */
#ifndef PROXY_SLOW_H
#define PROXY_SLOW_H

#include "abnf.h"
#include "fuzz.h"
#include "uri_grammar.h"

enum { LIMIT = 300, LINE_MAX = 107 };

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

/* What is to come of it: the length, 0 for more, -1 for an error. */
static inline ssize_t slow_line(const char *at, size_t len)
{
    static const struct abnf *grammar;
    size_t end = 0;

    while (end < len && at[end] != '\r' && at[end] != '\n')
        end++;
    if (memcmp(at, "PROXY ", len < 6 ? len : 6) != 0 || end > LINE_MAX - 2)
        return -1;
    if (end == len || (at[end] == '\r' && end + 1 == len))
        return 0;
    if (at[end] == '\n')
        return -1;
    if (!grammar)
        grammar = abnf_read(GRAMMAR_OF_URIS GRAMMAR_OF_LINES);
    return abnf_matches(grammar, "line", at, end + 2) ? (ssize_t)end + 2 : -1;
}

static inline bool slow_tlvs(const unsigned char *at, size_t len)
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
static inline uint32_t slow_crc(const unsigned char *at, size_t len,
                                size_t hole)
{
    uint32_t crc = 0xffffffff;

    for (size_t i = 0; i < len; i++) {
        crc ^= i >= hole && i < hole + 4 ? 0 : at[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 1 ? crc >> 1 ^ 0x82f63b78 : crc >> 1;
    }
    return ~crc;
}

static inline bool slow_values(const unsigned char *at, size_t len, size_t from)
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

static inline ssize_t slow_binary(const unsigned char *at, size_t len)
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

static inline ssize_t slow(const char *at, size_t len, int version)
{
    if (len == 0)
        return 0;
    if (version == 1 || (version == 0 && *at == 'P'))
        return slow_line(at, len);
    return slow_binary((const unsigned char *)at, len);
}

#endif
