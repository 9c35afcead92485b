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

const char eventlet__http_names[][32] = { "",
#define TEXT(name, text) text ":",
                                          EVENTLET_HTTP_KNOWN(TEXT)
#undef TEXT
};

/* Where eventlet__http_slot leads for each name. The multiplier there was
 * found by trying: no two names have the same slot. Whoever adds a name tries
 * again; the test http_names.headers_are_found says whether it is needed. */
const uint8_t eventlet__http_slots[256] = {
    [11] = EVENTLET_HEADER_SEC_WEBSOCKET_ACCEPT,
    [14] = EVENTLET_HEADER_HOST,
    [18] = EVENTLET_HEADER_ACCEPT_CHARSET,
    [20] = EVENTLET_HEADER_VIA,
    [21] = EVENTLET_HEADER_UPGRADE_INSECURE_REQUESTS,
    [25] = EVENTLET_HEADER_ACCEPT,
    [26] = EVENTLET_HEADER_X_FORWARDED_HOST,
    [32] = EVENTLET_HEADER_SEC_WEBSOCKET_EXTENSIONS,
    [45] = EVENTLET_HEADER_ACCEPT_ENCODING,
    [48] = EVENTLET_HEADER_SERVER,
    [50] = EVENTLET_HEADER_CONTENT_ENCODING,
    [51] = EVENTLET_HEADER_TRANSFER_ENCODING,
    [54] = EVENTLET_HEADER_ORIGIN,
    [58] = EVENTLET_HEADER_SEC_FETCH_SITE,
    [70] = EVENTLET_HEADER_PRAGMA,
    [71] = EVENTLET_HEADER_REFERER,
    [72] = EVENTLET_HEADER_ETAG,
    [76] = EVENTLET_HEADER_SEC_FETCH_USER,
    [81] = EVENTLET_HEADER_LAST_MODIFIED,
    [82] = EVENTLET_HEADER_KEEP_ALIVE,
    [96] = EVENTLET_HEADER_UPGRADE,
    [105] = EVENTLET_HEADER_EXPIRES,
    [111] = EVENTLET_HEADER_USER_AGENT,
    [112] = EVENTLET_HEADER_RETRY_AFTER,
    [117] = EVENTLET_HEADER_IF_UNMODIFIED_SINCE,
    [119] = EVENTLET_HEADER_IF_MODIFIED_SINCE,
    [129] = EVENTLET_HEADER_DNT,
    [143] = EVENTLET_HEADER_PROXY_AUTHORIZATION,
    [144] = EVENTLET_HEADER_CONTENT_TYPE,
    [145] = EVENTLET_HEADER_AUTHORIZATION,
    [146] = EVENTLET_HEADER_SET_COOKIE,
    [147] = EVENTLET_HEADER_X_FORWARDED_FOR,
    [148] = EVENTLET_HEADER_LOCATION,
    [150] = EVENTLET_HEADER_CONNECTION,
    [152] = EVENTLET_HEADER_VARY,
    [153] = EVENTLET_HEADER_TRAILER,
    [158] = EVENTLET_HEADER_COOKIE,
    [160] = EVENTLET_HEADER_EXPECT,
    [162] = EVENTLET_HEADER_X_REAL_IP,
    [170] = EVENTLET_HEADER_SEC_WEBSOCKET_VERSION,
    [175] = EVENTLET_HEADER_SEC_FETCH_MODE,
    [178] = EVENTLET_HEADER_IF_NONE_MATCH,
    [182] = EVENTLET_HEADER_SEC_WEBSOCKET_KEY,
    [183] = EVENTLET_HEADER_IF_MATCH,
    [184] = EVENTLET_HEADER_X_FORWARDED_PROTO,
    [186] = EVENTLET_HEADER_ALLOW,
    [190] = EVENTLET_HEADER_CONTENT_LENGTH,
    [192] = EVENTLET_HEADER_CACHE_CONTROL,
    [196] = EVENTLET_HEADER_X_REQUESTED_WITH,
    [201] = EVENTLET_HEADER_ACCEPT_LANGUAGE,
    [202] = EVENTLET_HEADER_SEC_FETCH_DEST,
    [205] = EVENTLET_HEADER_ACCEPT_RANGES,
    [206] = EVENTLET_HEADER_DATE,
    [209] = EVENTLET_HEADER_CONTENT_RANGE,
    [212] = EVENTLET_HEADER_IF_RANGE,
    [214] = EVENTLET_HEADER_CONTENT_LANGUAGE,
    [215] = EVENTLET_HEADER_SEC_WEBSOCKET_PROTOCOL,
    [217] = EVENTLET_HEADER_RANGE,
    [219] = EVENTLET_HEADER_FORWARDED,
    [250] = EVENTLET_HEADER_AGE,
    [253] = EVENTLET_HEADER_WWW_AUTHENTICATE,
};

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

enum eventlet_http_known eventlet_http_known_of(const char *name, size_t len)
{
    char copy[4] = "\n";
    unsigned known;

    if (len < 3)
        return EVENTLET_HEADER_OTHER;
    /* Of three bytes the one before counts, too: the end of a line. */
    if (len == 3) {
        memcpy(copy + 1, name, 3);
        known = eventlet__http_slots[eventlet__http_slot(copy + 1, 3)];
    } else {
        known = eventlet__http_slots[eventlet__http_slot(name, len)];
    }
    return known && strlen(names[known]) == len &&
                   eventlet__http_same_name(name, names[known], len)
               ? (enum eventlet_http_known)known
               : EVENTLET_HEADER_OTHER;
}

const char *eventlet_http_known_str(int known)
{
    return known > 0 && known < EVENTLET_HTTP_KNOWN_MAX ? names[known] : NULL;
}
