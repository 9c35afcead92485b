/* SPDX-License-Identifier: MIT */
/* URIs, and headers of proxies. */
#include "work.h"

#include "eventlet.h"

#include <stdlib.h>

static char room[1 << 20];

static bool decoded(char *data, size_t len)
{
    return eventlet_uri_decode(room, sizeof room,
                               (struct eventlet_span){ data, len }, NULL,
                               NULL) > 0;
}

static bool encoded(char *data, size_t len)
{
    return eventlet_uri_encode(room, sizeof room,
                               (struct eventlet_span){ data, len },
                               EVENTLET_URI_COMPONENT) > len;
}

static bool without_dots(char *data, size_t len)
{
    return eventlet_uri_remove_dots(room, (struct eventlet_span){ data, len }) >
           0;
}

static bool pairs(char *data, size_t len)
{
    struct eventlet_uri_query query;
    struct eventlet_span name, value;
    int rc;

    eventlet_uri_query_init(
        &query, (struct eventlet_span){ data, len },
        &(struct eventlet_uri_query_opts){ .max_pairs = len });
    while ((rc = eventlet_uri_query_next(&query, &name, &value)) > 0)
        ;
    return rc == 0;
}

static bool parsed(char *data, size_t len)
{
    struct eventlet_uri uri;

    return eventlet_uri_parse(&uri, (struct eventlet_span){ data, len },
                              &(struct eventlet_uri_opts){ .userinfo = true },
                              NULL) == 0;
}

static bool target(char *data, size_t len)
{
    struct eventlet_uri uri;

    return eventlet_uri_target(&uri, (struct eventlet_span){ "GET", 3 },
                               (struct eventlet_span){ data, len }, NULL,
                               NULL) == 0;
}

static bool same_hosts(char *data, size_t len)
{
    struct eventlet_uri_authority host;

    return eventlet_uri_host(&host, (struct eventlet_span){ data, len }, NULL,
                             NULL) == 0 &&
           eventlet_uri_same_host(&host, &host, 80);
}

/* ---- headers of proxies ---- */

/* Version 2 has its length in the bytes 14 and 15. */
static bool proxy_by(char *data, size_t len, size_t step)
{
    struct eventlet_proxy_protocol parser;
    struct eventlet_proxy_header header;
    struct eventlet_proxy_tlv tlv;
    ssize_t n = 0;
    int rc = 0;

    data[14] = (char)((len - 16) >> 8);
    data[15] = (char)(len - 16);
    eventlet_proxy_protocol_init(
        &parser, &(struct eventlet_proxy_protocol_opts){ .limit = 65535 });
    for (size_t arrived = step; n == 0 && arrived <= len; arrived += step)
        n = eventlet_proxy_protocol_feed(
            &parser, &header, (struct eventlet_span){ data, arrived }, NULL);
    if (n != (ssize_t)len)
        return false;
    while ((rc = eventlet_proxy_tlv_next(&header.tlvs, &tlv)) > 0)
        ;
    return rc == 0;
}

static bool proxy(char *data, size_t len)
{
    return proxy_by(data, len, len);
}

static bool proxy_by_bytes(char *data, size_t len)
{
    return proxy_by(data, len, 1);
}

#define V2 "\r\n\r\n\0\r\nQUIT\n\x21\x00\x00\x00"

const struct work uri_work[] = {
    { "escapes", 10000, PART(""), PART("%41"), PART(""), decoded },
    { "what has to be escaped", 10000, PART(""), PART(" "), PART(""), encoded },
    { "dot segments", 10000, PART("/a"), PART("/b/.."), PART(""),
      without_dots },
    { "dot segments at the end", 10000, PART("/a/a/a/a"), PART("/.."),
      PART("/b"), without_dots },
    { "escaped dots", 10000, PART("/a"), PART("/%2e%2E"), PART("/b"),
      without_dots },
    { "pairs of a query", 10000, PART("a=b"), PART("&a=b"), PART(""), pairs },
    { "empty pairs", 10000, PART("a=b"), PART("&"), PART(""), pairs },
    { "signs in a query", 10000, PART("a"), PART("="), PART(""), pairs },
    { "user information", 10000, PART("http://"), PART("a:"), PART("@b/"),
      parsed },
    { "a long scheme", 10000, PART("a"), PART("+"), PART("://a/"), target },
    { "a long host", 10000, PART("http://"), PART("a."), PART("/"), parsed },
    { "a long port", 10000, PART("http://a:"), PART("0"), PART("80/"), parsed },
    { "a long fragment", 10000, PART("http://a/#"), PART("a"), PART(""),
      parsed },
    { "a long path", 10000, PART("/"), PART("a/"), PART("?b"), target },
    { "a long query", 10000, PART("/?"), PART("?"), PART(""), target },
    { "a long host, compared", 10000, PART("a"), PART("%41"), PART(":80"),
      same_hosts },
    { "TLVs", 2000, PART(V2), PART("\xe0\0\1a"), PART(""), proxy },
    { "TLVs, byte by byte", 2000, PART(V2), PART("\xe0\0\1a"), PART(""),
      proxy_by_bytes },
    { "empty TLVs", 2000, PART(V2), PART("\4\0\0"), PART(""), proxy },
    { 0 },
};
