/* SPDX-License-Identifier: MIT */
/* Heads, chunks, and what is written. */
#include "work.h"

#include "eventlet.h"

enum { ROOM = 250, MUCH = 1 << 20 };

static const struct eventlet_http_opts wide = {
    .line_limit = MUCH,
    .header_limit = 65535,
    .headers_limit = MUCH,
};

/* ---- heads ---- */

static struct eventlet_http_header headers[ROOM];

static bool request(char *data, size_t len)
{
    struct eventlet_http_head head;

    eventlet_http_request_init(&head, headers, ROOM, &wide);
    return eventlet_http_parse(&head, data, len) == (ssize_t)len;
}

static bool request_by_bytes(char *data, size_t len)
{
    struct eventlet_http_head head;
    ssize_t n = 0;

    eventlet_http_request_init(&head, headers, ROOM, &wide);
    for (size_t i = 1; i <= len && n == 0; i++)
        n = eventlet_http_parse(&head, data, i);
    return n == (ssize_t)len;
}

static bool refused(char *data, size_t len)
{
    struct eventlet_http_head head;
    ssize_t n;

    eventlet_http_request_init(&head, headers, ROOM, &wide);
    n = eventlet_http_parse(&head, data, len);
    return n == EVENTLET_HTTP_UNKNOWN_ENCODING ||
           n == EVENTLET_HTTP_BAD_ENCODING;
}

static bool response(char *data, size_t len)
{
    struct eventlet_http_head head;

    eventlet_http_response_init(&head, headers, ROOM, &wide);
    return eventlet_http_parse(&head, data, len) == (ssize_t)len;
}

/* Each header is looked for by its name, and those of the name after it. */
static bool looked_up(char *data, size_t len)
{
    const struct eventlet_http_header *header;
    struct eventlet_http_head head;
    size_t n = 0;

    eventlet_http_request_init(&head, headers, ROOM, &wide);
    if (eventlet_http_parse(&head, data, len) != (ssize_t)len)
        return false;
    header = eventlet_http_find_name(&head, data, "X");
    for (; header; header = eventlet_http_find_next(&head, data, header))
        n++;
    return n == head.n_headers - 1;
}

/* ---- chunks ---- */

static const struct eventlet_http_chunk_opts wide_chunks = {
    .line_limit = MUCH,
    .extensions_limit = MUCH,
    .trailer_limit = 65535,
    .trailers_limit = MUCH,
    .trailers_count = MUCH,
};

/* So many bytes more at a time. */
static bool chunks_by(char *data, size_t len, size_t step)
{
    struct eventlet_http_chunk chunk;
    size_t at = 0, used, arrived = 0;
    int event = EVENTLET_HTTP_CHUNK_MORE;

    eventlet_http_chunk_init(&chunk, &wide_chunks);
    while (event >= 0 && event != EVENTLET_HTTP_CHUNK_END) {
        if (event == EVENTLET_HTTP_CHUNK_MORE) {
            if (arrived == len)
                return false;
            arrived += step < len - arrived ? step : len - arrived;
        }
        event =
            eventlet_http_chunk_read(&chunk, data + at, arrived - at, &used);
        at += used;
    }
    return event == EVENTLET_HTTP_CHUNK_END && at == len;
}

static bool chunks(char *data, size_t len)
{
    return chunks_by(data, len, len);
}

static bool chunks_by_bytes(char *data, size_t len)
{
    return chunks_by(data, len, 1);
}

/* ---- writing ---- */

static bool written(char *data, size_t len)
{
    static char room[2 * MUCH];
    struct eventlet_http_writer writer;

    eventlet_http_write_init(&writer, room, sizeof room);
    eventlet_http_write_status(&writer, 1, 200, NULL);
    for (size_t i = 0; i < len; i++)
        eventlet_http_write_header(&writer, "Name", data + i, 1);
    eventlet_http_write_header(&writer, "Long", data, len);
    return eventlet_http_write_end(&writer) > 0;
}

#define GET  "GET / HTTP/1.1\r\nHost: a\r\n"
#define BODY "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
#define END  PART("\r\n\r\n")

const struct work http_work[] = {
    { "many headers", 100, PART(GET), PART("X: y\r\n"), PART("\r\n"), request },
    { "many headers, byte by byte", 100, PART(GET), PART("Accept: y\r\n"),
      PART("\r\n"), request_by_bytes },
    { "many headers of a name, looked for", 100, PART(GET), PART("X: y\r\n"),
      PART("\r\n"), looked_up },
    { "Connection again and again", 60, PART(GET),
      PART("Connection: a\r\nX: y\r\n"), PART("\r\n"), request },
    { "a list of options", 10000, PART(GET "Connection: "), PART("a,"), END,
      request },
    { "a list of codings", 5000, PART(BODY), PART("gzip,"),
      PART("chunked\r\n\r\n"), refused },
    { "codings in many headers", 100, PART(GET "Transfer-Encoding: gzip\r\n"),
      PART("Transfer-Encoding: gzip\r\n"), PART("\r\n"), refused },
    { "a long target", 20000, PART("GET /"), PART("a"),
      PART(" HTTP/1.1\r\nHost: a\r\n\r\n"), request },
    { "a long target, byte by byte", 2000, PART("GET /"), PART("a"),
      PART(" HTTP/1.1\r\nHost: a\r\n\r\n"), request_by_bytes },
    { "a long target with a host", 20000, PART("GET http://"), PART("a"),
      PART("/ HTTP/1.1\r\nHost: a\r\n\r\n"), request },
    { "a long name", 10000, PART(GET), PART("x"), PART(": y\r\n\r\n"),
      request },
    { "a long value", 20000, PART(GET "X: "), PART("y"), END, request },
    { "a long value, byte by byte", 2000, PART(GET "X: "), PART("y"), END,
      request_by_bytes },
    { "blanks around a value", 20000, PART(GET "X: "), PART(" "),
      PART("y\r\n\r\n"), request },
    { "a long Host", 10000, PART("GET / HTTP/1.1\r\nHost: a"), PART("%20"), END,
      request },
    { "empty lines before", 5000, PART(""), PART("\r\n"), PART(GET "\r\n"),
      request },
    { "empty lines before, byte by byte", 1000, PART(""), PART("\r\n"),
      PART(GET "\r\n"), request_by_bytes },
    { "a long reason", 20000, PART("HTTP/1.1 200 "), PART("a"), END, response },
    { "chunks of a byte", 2000, PART(""), PART("1\r\na\r\n"), PART("0\r\n\r\n"),
      chunks },
    { "chunks of a byte, byte by byte", 2000, PART(""), PART("1\r\na\r\n"),
      PART("0\r\n\r\n"), chunks_by_bytes },
    { "extensions", 5000, PART("1"), PART(";a=b"), PART("\r\na\r\n0\r\n\r\n"),
      chunks },
    { "extensions, byte by byte", 1000, PART("1"), PART(";a=b"),
      PART("\r\na\r\n0\r\n\r\n"), chunks_by_bytes },
    { "an extension with escapes", 10000, PART("1;a=\""), PART("\\\""),
      PART("\"\r\na\r\n0\r\n\r\n"), chunks },
    { "quotes in an extension", 5000, PART("1"), PART(";a=\"\""),
      PART("\r\na\r\n0\r\n\r\n"), chunks },
    { "zeros before a size", 20000, PART("0"), PART("0"), PART("\r\n\r\n"),
      chunks },
    { "trailers", 2000, PART("0\r\n"), PART("X: y\r\n"), PART("\r\n"), chunks },
    { "trailers, byte by byte", 1000, PART("0\r\n"), PART("X: y\r\n"),
      PART("\r\n"), chunks_by_bytes },
    { "headers written", 5000, PART(""), PART("a"), PART(""), written },
    { 0 },
};
