/* SPDX-License-Identifier: MIT */
/* Which bytes may be what in HTTP. */
#ifndef PROTO_HTTP_CHARS_H
#define PROTO_HTTP_CHARS_H

#include <stdbool.h>
#include <stdint.h>

enum {
    HTTP_TOKEN = 1,  /* RFC 9110 5.6.2: tchar */
    HTTP_TEXT = 2,   /* may stand in a value: HTAB, SP, VCHAR, obs-text */
    HTTP_TARGET = 4, /* may stand in a target: VCHAR */
    HTTP_NAME = 8,   /* is taken in a name by eventlet: VCHAR but ':' */
};

extern const uint8_t eventlet__http_chars[256];

static inline bool http_is(unsigned char byte, int what)
{
    return eventlet__http_chars[byte] & what;
}

#endif
