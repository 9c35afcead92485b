/* SPDX-License-Identifier: MIT */
/* The sets of bytes that RFC 3986 names, and how far they reach. */
#ifndef EVENTLET_PROTO_URI_BYTES_H
#define EVENTLET_PROTO_URI_BYTES_H

#include <stdbool.h>
#include <stddef.h>

/* A set is a sum of these. Controls and the blank are in none. */
enum eventlet__uri_set {
    URI_UNRESERVED = 1 << 0, /* letters, digits and -._~ */
    URI_SUB_DELIMS = 1 << 1, /* !$&'()*+,;= */
    URI_COLON = 1 << 2,
    URI_AT = 1 << 3,
    URI_SLASH = 1 << 4,
    URI_QUESTION = 1 << 5,
    URI_HASH = 1 << 6,
    URI_ESCAPE = 1 << 7,  /* % and two digits */
    URI_PERCENT = 1 << 8, /* % whatever follows */
    URI_UNSAFE = 1 << 9,  /* "<>[\]^`{|}: visible, but never unescaped */
    URI_HIGH = 1 << 10,   /* 0x80 and above */

    URI_PCHAR =
        URI_UNRESERVED | URI_SUB_DELIMS | URI_ESCAPE | URI_COLON | URI_AT,
    URI_PATH_BYTES = URI_PCHAR | URI_SLASH,
    URI_QUERY_BYTES = URI_PATH_BYTES | URI_QUESTION,
    URI_NAME_BYTES = URI_UNRESERVED | URI_SUB_DELIMS | URI_ESCAPE,
    /* what compat takes besides in paths and queries */
    URI_LOOSE = URI_PERCENT | URI_UNSAFE | URI_HIGH
};

/* Returns   how many of the first bytes are in the set. */
size_t eventlet__uri_reach(const char *bytes, size_t len, unsigned set);

/* Returns   whether the bytes begin with % and two hexadecimal digits. */
bool eventlet__uri_is_escape(const char *bytes, size_t len);

/* Returns   the value of a hexadecimal digit, -1 if it is none. */
int eventlet__uri_hex(char c);

/* Returns   the byte that an escape stands for. */
char eventlet__uri_unescape(const char *escape);

#endif
