/* SPDX-License-Identifier: MIT */
/* Methods and headers that are known by number. */
#include "eventlet/http_names.h"

#include "proto/http_names.h"

#include <string.h>

/* ---- methods ---- */

static const char *const methods[] = { NULL,
#define TEXT(name, text) text,
                                       EVENTLET_HTTP_METHODS(TEXT)
#undef TEXT
};

enum { METHODS = sizeof methods / sizeof methods[0] };

enum eventlet_http_method eventlet_http_method_of(const char *text, size_t len)
{
    for (int i = 1; i < METHODS; i++)
        if (strlen(methods[i]) == len && memcmp(methods[i], text, len) == 0)
            return (enum eventlet_http_method)i;
    return EVENTLET_HTTP_OTHER;
}

const char *eventlet_http_method_str(int method)
{
    return method > 0 && method < METHODS ? methods[method] : NULL;
}

/* ---- headers ---- */

_Static_assert((int)EVENTLET_HTTP_KNOWN_MAX <= 64, "a bit each in 64");

static const char *const names[] = { NULL,
#define TEXT(name, text) text,
                                     EVENTLET_HTTP_KNOWN(TEXT)
#undef TEXT
};

#define WITH_COLON(name, text) text ":",
#define MASK(name, text)       (2u << (sizeof text - 1)) - 1,
#define LENGTH(name, text)     sizeof text - 1,

/* Where eventlet__http_slot leads for each name. The multiplier there was
 * found by trying: no two names have the same slot, but for the two that have
 * to. Whoever adds a name tries again; the test http_names.headers_are_found
 * says whether it is needed. */
const struct eventlet__http_known eventlet__http_known = {
    .names = { "", EVENTLET_HTTP_KNOWN(WITH_COLON) },
    .masks = { 1, EVENTLET_HTTP_KNOWN(MASK) },
    .lens = { 0, EVENTLET_HTTP_KNOWN(LENGTH) },
    .slots = {
        [5] = EVENTLET_HEADER_UPGRADE,
        [8] = EVENTLET_HEADER_KEEP_ALIVE,
        [11] = EVENTLET_HEADER_ALLOW,
        [16] = EVENTLET_HEADER_AGE,
        [23] = EVENTLET_HEADER_EXPECT,
        [26] = EVENTLET_HEADER_LAST_MODIFIED,
        [36] = EVENTLET_HEADER_ACCEPT_ENCODING,
        [39] = EVENTLET_HEADER_ORIGIN,
        [45] = EVENTLET_HEADER_SERVER,
        [53] = EVENTLET_HEADER_VIA,
        [54] = EVENTLET_HEADER_SEC_FETCH_USER,
        [58] = EVENTLET_HEADER_TRANSFER_ENCODING,
        [59] = EVENTLET_HEADER_CONTENT_ENCODING,
        [64] = EVENTLET_HEADER_CONTENT_DISPOSITION,
        [66] = EVENTLET_HEADER_RANGE,
        [68] = EVENTLET_HEADER_SEC_WEBSOCKET_ACCEPT,
        [69] = EVENTLET_HEADER_VARY,
        [74] = EVENTLET_HEADER_CONTENT_RANGE,
        [79] = EVENTLET_HEADER_IF_RANGE,
        [80] = EVENTLET_HEADER_CACHE_CONTROL,
        [81] = EVENTLET_HEADER_SEC_WEBSOCKET_VERSION,
        [86] = EVENTLET_HEADER_ACCEPT,
        [89] = EVENTLET_HEADER_CONNECTION,
        [91] = EVENTLET_HEADER_LOCATION,
        [93] = EVENTLET_HEADER_ETAG,
        [94] = EVENTLET_HEADER_AUTHORIZATION,
        [100] = EVENTLET_HEADER_X_FORWARDED_PROTO,
        [106] = EVENTLET_HEADER_ACCEPT_CHARSET,
        [119] = EVENTLET_HEADER_CONTENT_LENGTH,
        [127] = EVENTLET_HEADER_SEC_WEBSOCKET_PROTOCOL,
        [132] = EVENTLET_HEADER_CONTENT_LANGUAGE,
        [140] = EVENTLET_HEADER_TE,
        [141] = EVENTLET_HEADER_SEC_WEBSOCKET_KEY,
        [142] = EVENTLET_HEADER_SEC_FETCH_SITE,
        [146] = EVENTLET_HEADER_DATE,
        [149] = EVENTLET_HEADER_DNT,
        [150] = EVENTLET_HEADER_WWW_AUTHENTICATE,
        [155] = EVENTLET_HEADER_ACCEPT_LANGUAGE,
        [170] = EVENTLET_HEADER_USER_AGENT,
        [173] = EVENTLET_HEADER_X_FORWARDED_FOR,
        [176] = EVENTLET_HEADER_CONTENT_TYPE,
        [177] = EVENTLET_HEADER_PRAGMA,
        [185] = EVENTLET_HEADER_RETRY_AFTER,
        [187] = EVENTLET_HEADER_IF_NONE_MATCH,
        [190] = EVENTLET_HEADER_IF_MATCH,
        [194] = EVENTLET_HEADER_HOST,
        [199] = EVENTLET_HEADER_X_REAL_IP,
        [202] = EVENTLET_HEADER_SEC_FETCH_DEST,
        [203] = EVENTLET_HEADER_EXPIRES,
        [207] = EVENTLET_HEADER_SEC_WEBSOCKET_EXTENSIONS,
        [212] = EVENTLET_HEADER_X_REQUESTED_WITH,
        [214] = EVENTLET_HEADER_X_FORWARDED_HOST,
        [219] = EVENTLET_HEADER_TRAILER,
        [224] = EVENTLET_HEADER_SET_COOKIE,
        [228] = EVENTLET_HEADER_FORWARDED,
        [229] = EVENTLET_HEADER_REFERER,
        [236] = EVENTLET_HEADER_COOKIE,
        [242] = EVENTLET_HEADER_SEC_FETCH_MODE,
        [244] = EVENTLET_HEADER_IF_UNMODIFIED_SINCE,
        [246] = EVENTLET_HEADER_IF_MODIFIED_SINCE,
        [249] = EVENTLET_HEADER_ACCEPT_RANGES,
        [250] = EVENTLET_HEADER_UPGRADE_INSECURE_REQUESTS,
    },
};

#undef WITH_COLON
#undef MASK
#undef LENGTH

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

bool eventlet__http_same_name(const char *a, const char *b, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (lower(a[i]) != lower(b[i]))
            return false;
    return true;
}

static bool is_named(unsigned known, const char *name, size_t len)
{
    return known && strlen(names[known]) == len &&
           eventlet__http_same_name(name, names[known], len);
}

enum eventlet_http_known eventlet_http_known_of(const char *name, size_t len)
{
    char copy[5] = "\r\n";
    const char *end = name + len;
    unsigned known;

    if (len < 2 || len >= sizeof eventlet__http_known.names[0])
        return EVENTLET_HEADER_OTHER;
    /* Of fewer than four bytes those before count, too: the end of a line. */
    if (len < 4) {
        memcpy(copy + 2, name, len);
        end = copy + 2 + len;
    }
    known = eventlet__http_known.slots[eventlet__http_slot(end, len)];
    if (is_named(known, name, len))
        return (enum eventlet_http_known)known;
    if (known == EVENTLET__HEADER_DOUBLE &&
        is_named(EVENTLET_HEADER_PROXY_AUTHORIZATION, name, len))
        return EVENTLET_HEADER_PROXY_AUTHORIZATION;
    return EVENTLET_HEADER_OTHER;
}

const char *eventlet_http_known_str(int known)
{
    return known > 0 && known < EVENTLET_HTTP_KNOWN_MAX ? names[known] : NULL;
}
