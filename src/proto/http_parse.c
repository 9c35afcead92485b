/* SPDX-License-Identifier: MIT */
/* Heads of requests and responses, line by line; see http_internal.h. */
#include "eventlet/http_parse.h"

#include "proto/http_internal.h"
#include "proto/http_names.h"
#include "proto/simd.h"

#include <assert.h>
#include <string.h>

enum {
    ROOM_MAX = 250,
    LINE_LIMIT = 8192,
    HEADER_LIMIT = 8192,
    HEADERS_LIMIT = 65536,
    HEADER_LIMIT_MAX = 65535, /* a name's length has 16 bits */
    LIMIT_MAX = 1 << 30,      /* places have 32 */
};

/* The caller has one for each connection. */
_Static_assert(sizeof(struct eventlet_http_head) <= 512, "a small state");

/* ---- ways of reading ---- */

#if EVENTLET__X86
static eventlet__http_fast_fn *fast_reader(void)
{
    static eventlet__http_fast_fn *const readers[] = {
        [EVENTLET__PLAIN] = NULL,
        [EVENTLET__SSE42] = eventlet__http_fast_sse42,
        [EVENTLET__AVX2] = eventlet__http_fast_avx2,
    };

    return readers[eventlet__simd()];
}
#else
static eventlet__http_fast_fn *fast_reader(void)
{
    return NULL;
}
#endif

/* ---- beginning ---- */

static uint32_t limit_or(uint32_t limit, uint32_t normal, uint32_t most)
{
    if (limit == 0)
        return normal;
    return limit < most ? limit : most;
}

static void init(struct eventlet_http_head *head,
                 struct eventlet_http_header *headers, size_t room,
                 const struct eventlet_http_opts *opts, bool response)
{
    static const struct eventlet_http_opts none;

    opts = opts ? opts : &none;
    memset(head, 0, sizeof *head);
    head->headers = headers;
    head->private.room = (uint32_t)(room < ROOM_MAX ? room : ROOM_MAX);
    head->private.line_limit =
        limit_or(opts->line_limit, LINE_LIMIT, LIMIT_MAX);
    head->private.header_limit =
        limit_or(opts->header_limit, HEADER_LIMIT, HEADER_LIMIT_MAX);
    head->private.headers_limit =
        limit_or(opts->headers_limit, HEADERS_LIMIT, LIMIT_MAX);
    head->private.profile = (uint8_t)opts->profile;
    head->private.answers = (uint8_t)opts->answers;
    head->private.response = response;
    head->private.fast = head->private.room ? fast_reader() : NULL;
}

void eventlet_http_request_init(struct eventlet_http_head *head,
                                struct eventlet_http_header *headers,
                                size_t room,
                                const struct eventlet_http_opts *opts)
{
    init(head, headers, room, opts, false);
}

void eventlet_http_response_init(struct eventlet_http_head *head,
                                 struct eventlet_http_header *headers,
                                 size_t room,
                                 const struct eventlet_http_opts *opts)
{
    init(head, headers, room, opts, true);
}

/* All other fields are written before a head is whole, if they say anything of
 * it. */
void eventlet_http_again(struct eventlet_http_head *head)
{
    head->private.before = head->n_headers;
    head->n_headers = 0;
    head->error.code = 0;
    head->private.line = head->private.scanned = head->private.headers_at = 0;
    head->private.state = HTTP_START;
    head->private.plain_host = false;
    head->private.seen = head->private.repeated = 0;
}

/* ---- limits ---- */

/* The first byte that is too far for a line that begins at head's line; which
 * limit that is decides about the error. */
struct bound {
    size_t at;
    int code, status;
    const char *what;
};

static struct bound bound_of(const struct eventlet_http_head *head)
{
    const bool compat = head->private.profile == EVENTLET_HTTP_COMPAT;
    struct bound line = {
        .at = (size_t)head->private.line + head->private.header_limit - 1,
        .code = EVENTLET_HTTP_HEADER_TOO_LONG,
        .status = compat ? 400 : 431,
        .what = "header line too long",
    };
    const struct bound all = {
        .at = (size_t)head->private.headers_at + head->private.headers_limit,
        .code = EVENTLET_HTTP_HEADERS_TOO_LARGE,
        .status = compat ? 400 : 431,
        .what = "header lines too large together",
    };

    if (head->private.state == HTTP_HEADERS)
        return line.at < all.at ? line : all;
    /* Empty lines before it count, too: they are to be waited for as little. */
    line.at = head->private.line_limit - 1;
    line.code = EVENTLET_HTTP_LINE_TOO_LONG;
    line.status = 414;
    line.what = "start line too long";
    return line;
}

/* ---- lines ---- */

static int read_line(struct eventlet_http_head *head, const char *data,
                     size_t end)
{
    const size_t at = head->private.line;

    if (head->private.state == HTTP_HEADERS) {
        if (at < end)
            return eventlet__http_header_line(head, data, at, end);
        head->private.state = HTTP_WHOLE;
        return 0;
    }
    /* RFC 9112 2.2: a server ignores empty lines before a request. */
    if (at == end && !head->private.response)
        return 0;
    head->private.state = HTTP_HEADERS;
    return head->private.response
               ? eventlet__http_status_line(head, data, at, end)
               : eventlet__http_request_line(head, data, at, end);
}

/* Takes the line that ends in the line feed at `feed`. */
static int take_line(struct eventlet_http_head *head, const char *data,
                     size_t feed)
{
    const bool cr = feed > head->private.line && data[feed - 1] == '\r';
    const bool in_start = head->private.state == HTTP_START;
    int rc;

    if (!cr && head->private.profile != EVENTLET_HTTP_COMPAT)
        return eventlet__http_fail(head, EVENTLET_HTTP_BAD_LINE_END, 400, feed,
                                   "a line feed without carriage return");
    rc = read_line(head, data, feed - cr);
    if (rc < 0)
        return rc;
    head->private.line = head->private.scanned = (uint32_t)feed + 1;
    if (in_start && head->private.state == HTTP_HEADERS)
        head->private.headers_at = (uint32_t)feed + 1;
    return 0;
}

/* Reads one line carefully. Returns 1 if there was one, 0 if its end is not
 * there yet, or an error. Most heads need none of it. */
__attribute__((noinline)) static int careful(struct eventlet_http_head *head,
                                             const char *data, size_t len)
{
    const struct bound bound = bound_of(head);
    const size_t from = head->private.scanned;
    const size_t until = len < bound.at ? len : bound.at;
    const char *feed =
        from < until ? memchr(data + from, '\n', until - from) : NULL;

    if (feed) {
        int rc = take_line(head, data, (size_t)(feed - data));

        return rc < 0 ? rc : 1;
    }
    if (len > bound.at)
        return eventlet__http_fail(head, bound.code, bound.status, bound.at,
                                   bound.what);
    head->private.scanned = (uint32_t)len;
    return 0;
}

ssize_t eventlet_http_parse(struct eventlet_http_head *head, const char *data,
                            size_t len)
{
    int rc;

    if (head->error.code)
        return head->error.code;
    assert(len >= head->private.scanned);
    while (head->private.state != HTTP_WHOLE) {
        /* A line that was begun before is not looked at from its start. */
        if (head->private.fast && head->private.scanned == head->private.line) {
            head->private.fast(head, data, len);
            if (head->private.state == HTTP_WHOLE)
                break;
        }
        rc = careful(head, data, len);
        if (rc <= 0)
            return rc;
    }
    rc = eventlet__http_decide(head, data);
    return rc < 0 ? rc : (ssize_t)head->private.line;
}

/* ---- looking up ---- */

const struct eventlet_http_header *eventlet_http_find(
    const struct eventlet_http_head *head, enum eventlet_http_known known)
{
    if (known <= 0 || known >= EVENTLET_HTTP_KNOWN_MAX ||
        !eventlet__http_saw(head, known))
        return NULL;
    return &head->headers[head->private.first[known]];
}

static const struct eventlet_http_header *find_from(
    const struct eventlet_http_head *head, const char *data, size_t from,
    const char *name, size_t len)
{
    for (size_t i = from; i < head->n_headers; i++) {
        const struct eventlet_http_header *header = &head->headers[i];

        if (header->name_len == len &&
            eventlet__http_same_name(data + header->name, name, len))
            return header;
    }
    return NULL;
}

const struct eventlet_http_header *eventlet_http_find_name(
    const struct eventlet_http_head *head, const char *data, const char *name)
{
    const size_t len = strlen(name);
    const enum eventlet_http_known known = eventlet_http_known_of(name, len);

    return known ? eventlet_http_find(head, known)
                 : find_from(head, data, 0, name, len);
}

const struct eventlet_http_header *eventlet_http_find_next(
    const struct eventlet_http_head *head, const char *data,
    const struct eventlet_http_header *header)
{
    if (header->known && !(head->private.repeated >> header->known & 1))
        return NULL;
    return find_from(head, data, (size_t)(header - head->headers) + 1,
                     data + header->name, header->name_len);
}
