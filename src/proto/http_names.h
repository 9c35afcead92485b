/* SPDX-License-Identifier: MIT */
/* How a header's name is found among those that are known. */
#ifndef PROTO_HTTP_NAMES_H
#define PROTO_HTTP_NAMES_H

#include "eventlet/http_names.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Each with its colon, in blocks of 32 bytes, for they are compared in one go:
 * the colon shows that the lengths are the same. */
extern const char eventlet__http_names[][32];
extern const uint8_t eventlet__http_slots[256];

/* Where its slot leads there is proxy-authorization, too: both have 19 bytes
 * and end alike. */
#define EVENTLET__HEADER_DOUBLE EVENTLET_HEADER_CONTENT_DISPOSITION

/* From the length and the last four bytes in lower case. A name has two bytes
 * or more; before it stands the end of a line, CR LF. */
static inline unsigned eventlet__http_slot(const char *name, size_t len)
{
    uint32_t key;

    memcpy(&key, name + len - 4, 4);
    return (((key | 0x20202020u) * 0xf6076adu) >> 24 ^ (unsigned)len) & 255;
}

/* Without regard to the case of letters. */
bool eventlet__http_same_name(const char *a, const char *b, size_t len);

#endif
