/* SPDX-License-Identifier: MIT */
/* The sets of bytes that RFC 3986 names, and how far they reach. */
#include "proto/uri_bytes.h"

#include <stdint.h>

/* Short, so that the table looks like one. */
enum {
    U = URI_UNRESERVED,
    S = URI_SUB_DELIMS,
    C = URI_COLON,
    A = URI_AT,
    L = URI_SLASH,
    Q = URI_QUESTION,
    F = URI_HASH,
    P = URI_ESCAPE | URI_PERCENT,
    X = URI_UNSAFE,
    H = URI_HIGH
};

/* clang-format off */
static const uint16_t set_of[256] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, S, X, F, S, P, S, S, S, S, S, S, S, U, U, L, /*  !"#$%&'()*+,-./ */
    U, U, U, U, U, U, U, U, U, U, C, S, X, S, X, Q, /* 0123456789:;<=>? */
    A, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, /* @ABCDEFGHIJKLMNO */
    U, U, U, U, U, U, U, U, U, U, U, X, X, X, X, U, /* PQRSTUVWXYZ[\]^_ */
    X, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, /* `abcdefghijklmno */
    U, U, U, U, U, U, U, U, U, U, U, X, X, X, U, 0, /* pqrstuvwxyz{|}~  */
    H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,
    H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,
    H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,
    H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,
    H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,
    H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,
    H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,
    H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,
};
/* clang-format on */

int eventlet__uri_hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool eventlet__uri_is_escape(const char *bytes, size_t len)
{
    return len >= 3 && bytes[0] == '%' && eventlet__uri_hex(bytes[1]) >= 0 &&
           eventlet__uri_hex(bytes[2]) >= 0;
}

char eventlet__uri_unescape(const char *escape)
{
    return (char)(eventlet__uri_hex(escape[1]) << 4 |
                  eventlet__uri_hex(escape[2]));
}

size_t eventlet__uri_reach(const char *bytes, size_t len, unsigned set)
{
    const bool any_percent = set & URI_PERCENT;
    size_t i = 0;

    for (; i < len && set_of[(unsigned char)bytes[i]] & set; i++)
        if (bytes[i] == '%' && !any_percent &&
            !eventlet__uri_is_escape(bytes + i, len - i))
            break;
    return i;
}
