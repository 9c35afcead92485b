/* SPDX-License-Identifier: MIT */
/* How a header's name is found among those that are known. */
#ifndef PROTO_HTTP_NAMES_H
#define PROTO_HTTP_NAMES_H

#include "eventlet/http_names.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Names each with their colon, in blocks of 32 bytes, for they are compared in
 * one go: the colon shows that the lengths are the same. Before it there are
 * letters and '-', which is not the first. A mask has a bit for each byte that
 * is the same then; that of number 0, which no name has, is never so. */
extern const struct eventlet__http_known {
    char names[EVENTLET_HTTP_KNOWN_MAX][32];
    uint32_t masks[EVENTLET_HTTP_KNOWN_MAX];
    uint8_t lens[EVENTLET_HTTP_KNOWN_MAX];
    uint8_t slots[256];
} eventlet__http_known;

/* Where its slot leads there is proxy-authorization, too: both have 19 bytes
 * and end alike. */
#define EVENTLET__HEADER_DOUBLE EVENTLET_HEADER_CONTENT_DISPOSITION

/* From the length, below 256, and the four bytes before `end` in lower case; of
 * a name shorter than that CR LF belongs to them, which stands before it. */
static inline size_t eventlet__http_slot(const char *end, size_t len)
{
    uint32_t key;

    memcpy(&key, end - 4, 4);
    return (key | 0x20202020u) * 0xf6076adu >> 24 ^ len;
}

/* Without regard to the case of letters. */
bool eventlet__http_same_name(const char *a, const char *b, size_t len);

#endif
