/* SPDX-License-Identifier: MIT */
/* Methods and headers that are known by number. */
#ifndef EVENTLET_HTTP_NAMES_H
#define EVENTLET_HTTP_NAMES_H

#include <stddef.h>

#include "export.h"

/* X(name, text) */
#define EVENTLET_HTTP_METHODS(X)                                               \
    X(GET, "GET")                                                              \
    X(HEAD, "HEAD")                                                            \
    X(POST, "POST")                                                            \
    X(PUT, "PUT")                                                              \
    X(DELETE, "DELETE")                                                        \
    X(CONNECT, "CONNECT")                                                      \
    X(OPTIONS, "OPTIONS")                                                      \
    X(TRACE, "TRACE")                                                          \
    X(PATCH, "PATCH")

enum eventlet_http_method {
    EVENTLET_HTTP_OTHER, /* a method, but none of these */
#define EVENTLET_ENUM(name, text) EVENTLET_HTTP_##name,
    EVENTLET_HTTP_METHODS(EVENTLET_ENUM)
#undef EVENTLET_ENUM
};

/* X(name, text in lower case, of 2 to 31 bytes); at most 63 of them. */
#define EVENTLET_HTTP_KNOWN(X)                                                 \
    X(HOST, "host")                                                            \
    X(CONNECTION, "connection")                                                \
    X(CONTENT_LENGTH, "content-length")                                        \
    X(TRANSFER_ENCODING, "transfer-encoding")                                  \
    X(EXPECT, "expect")                                                        \
    X(UPGRADE, "upgrade")                                                      \
    X(ACCEPT, "accept")                                                        \
    X(ACCEPT_ENCODING, "accept-encoding")                                      \
    X(ACCEPT_LANGUAGE, "accept-language")                                      \
    X(ACCEPT_RANGES, "accept-ranges")                                          \
    X(ACCEPT_CHARSET, "accept-charset")                                        \
    X(AGE, "age")                                                              \
    X(ALLOW, "allow")                                                          \
    X(AUTHORIZATION, "authorization")                                          \
    X(CACHE_CONTROL, "cache-control")                                          \
    X(CONTENT_DISPOSITION, "content-disposition")                              \
    X(CONTENT_ENCODING, "content-encoding")                                    \
    X(CONTENT_LANGUAGE, "content-language")                                    \
    X(CONTENT_RANGE, "content-range")                                          \
    X(CONTENT_TYPE, "content-type")                                            \
    X(COOKIE, "cookie")                                                        \
    X(DATE, "date")                                                            \
    X(DNT, "dnt")                                                              \
    X(ETAG, "etag")                                                            \
    X(EXPIRES, "expires")                                                      \
    X(FORWARDED, "forwarded")                                                  \
    X(IF_MATCH, "if-match")                                                    \
    X(IF_MODIFIED_SINCE, "if-modified-since")                                  \
    X(IF_NONE_MATCH, "if-none-match")                                          \
    X(IF_RANGE, "if-range")                                                    \
    X(IF_UNMODIFIED_SINCE, "if-unmodified-since")                              \
    X(KEEP_ALIVE, "keep-alive")                                                \
    X(LAST_MODIFIED, "last-modified")                                          \
    X(LOCATION, "location")                                                    \
    X(ORIGIN, "origin")                                                        \
    X(PRAGMA, "pragma")                                                        \
    X(PROXY_AUTHORIZATION, "proxy-authorization")                              \
    X(RANGE, "range")                                                          \
    X(REFERER, "referer")                                                      \
    X(RETRY_AFTER, "retry-after")                                              \
    X(SEC_FETCH_DEST, "sec-fetch-dest")                                        \
    X(SEC_FETCH_MODE, "sec-fetch-mode")                                        \
    X(SEC_FETCH_SITE, "sec-fetch-site")                                        \
    X(SEC_FETCH_USER, "sec-fetch-user")                                        \
    X(SEC_WEBSOCKET_ACCEPT, "sec-websocket-accept")                            \
    X(SEC_WEBSOCKET_EXTENSIONS, "sec-websocket-extensions")                    \
    X(SEC_WEBSOCKET_KEY, "sec-websocket-key")                                  \
    X(SEC_WEBSOCKET_PROTOCOL, "sec-websocket-protocol")                        \
    X(SEC_WEBSOCKET_VERSION, "sec-websocket-version")                          \
    X(SERVER, "server")                                                        \
    X(SET_COOKIE, "set-cookie")                                                \
    X(TE, "te")                                                                \
    X(TRAILER, "trailer")                                                      \
    X(UPGRADE_INSECURE_REQUESTS, "upgrade-insecure-requests")                  \
    X(USER_AGENT, "user-agent")                                                \
    X(VARY, "vary")                                                            \
    X(VIA, "via")                                                              \
    X(WWW_AUTHENTICATE, "www-authenticate")                                    \
    X(X_FORWARDED_FOR, "x-forwarded-for")                                      \
    X(X_FORWARDED_HOST, "x-forwarded-host")                                    \
    X(X_FORWARDED_PROTO, "x-forwarded-proto")                                  \
    X(X_REAL_IP, "x-real-ip")                                                  \
    X(X_REQUESTED_WITH, "x-requested-with")

enum eventlet_http_known {
    EVENTLET_HEADER_OTHER,
#define EVENTLET_ENUM(name, text) EVENTLET_HEADER_##name,
    EVENTLET_HTTP_KNOWN(EVENTLET_ENUM)
#undef EVENTLET_ENUM
        EVENTLET_HTTP_KNOWN_MAX
};

EVENTLET_DECLS

/* Returns   the number of a method, compared byte by byte; OTHER.
 * Spec      http_names.1 */
EVENTLET_API enum eventlet_http_method eventlet_http_method_of(const char *text,
                                                               size_t len);

/* Returns   "GET", …; NULL for OTHER and what is no method. */
EVENTLET_API const char *eventlet_http_method_str(int method);

/* Returns   the number of a header's name, whatever its case; OTHER.
 * Spec      http_names.2 */
EVENTLET_API enum eventlet_http_known eventlet_http_known_of(const char *name,
                                                             size_t len);

/* Returns   "host", …; NULL for OTHER and what is no header. */
EVENTLET_API const char *eventlet_http_known_str(int known);

EVENTLET_DECLS_END

#endif
