/* SPDX-License-Identifier: MIT */
/* The fast readers say what the careful one does, wherever in their blocks a
 * line begins or ends, and however little stands behind it. */
#include "check.h"
#include "eventlet.h"
#include "proto/guarded.h"
#include "proto/simd_each.h"

#include <stdio.h>
#include <string.h>

enum { ROOM = 6, LONGEST = 1024, MOST = 140 };

static char filling[MOST + 1];

/* Lines that are read fast, and those that have to be left. */
static const char *const lines[] = {
    "",
    "Host: b",
    "hOsT:b",
    "Accept:\tb",
    "Accept: ",
    "Accept:  b",
    "Accept: b ",
    "Accept:",
    "Accept : b",
    "Acceptx: b",
    "TE: trailers",
    "A: b",
    "X-Y: b",
    "X-\x01: b",
    "X-\xff: b",
    "X-Y: \xff",
    "X-Y: b\rc",
    "X-Y: b\nc",
    "X-Y: \x7f",
    ": b",
    "no colon",
    "n",
    "Content-Disposition: a",
    "Proxy-Authorization: a",
    "Sec-WebSocket-Extensions: a",
    "X-234567890123456789012345678901: b",
    "X-2345678901234567890123456789012: b",
    "X-234567890123456789012345678901234567890123456789012345678901234567: b",
    "Content-Length: 3\r\nContent-Length: 3",
    "Connection: keep-alive\r\nX-Z: 1\r\nVia: a\r\nVia: b",
    "a: 1\r\nb: 2\r\nc: 3\r\nd: 4\r\ne: 5\r\nf: 6\r\ng: 7",
};

enum { LINES = sizeof lines / sizeof lines[0] };

/* What was made of some bytes. */
struct result {
    ssize_t rc;
    struct eventlet_http_head head;
    struct eventlet_http_header headers[ROOM];
};

static void read_head(struct result *r, const char *data, size_t len,
                      uint32_t limit)
{
    struct eventlet_http_opts opts = { .header_limit = limit };

    memset(r, 0, sizeof *r);
    eventlet_http_request_init(&r->head, r->headers, ROOM, &opts);
    r->rc = eventlet_http_parse(&r->head, data, len);
    r->head.headers = NULL;
    /* Whether there was something that the fast ones alone look at. */
    r->head.private.plain_host = false;
}

/* Before a head is whole it is said of the lines alone how far they are read;
 * after an error nothing more. */
static bool is_same(const struct result *a, const struct result *b)
{
    if (a->rc != b->rc || a->head.error.code != b->head.error.code ||
        a->head.error.at != b->head.error.at ||
        a->head.error.what != b->head.error.what)
        return false;
    if (a->rc < 0)
        return true;
    if (a->rc > 0 && memcmp(&a->head, &b->head, sizeof a->head) != 0)
        return false;
    return a->head.private.line == b->head.private.line &&
           a->head.n_headers == b->head.n_headers &&
           memcmp(a->headers, b->headers,
                  a->head.n_headers * sizeof a->headers[0]) == 0;
}

/* In each way, before the end of a page. */
static void all_agree(const struct guarded *g, const char *data, size_t len,
                      uint32_t limit)
{
    struct result plain, fast;
    char *at = guarded_at(g, len, true);
    const char *way;

    memcpy(at, data, len);
    eventlet__simd_limit = EVENTLET__PLAIN;
    read_head(&plain, at, len, limit);
    for (int n = 0; (way = simd_choose(n)); n++) {
        read_head(&fast, at, len, limit);
        if (!is_same(&plain, &fast))
            CHECK_FAIL("%s says %zd (%s), not %zd (%s), with limit %u of %.*s",
                       way, fast.rc, fast.head.error.what, plain.rc,
                       plain.head.error.what, limit, (int)len, data);
    }
}

/* A head with a line that begins after `before` bytes of another. */
static size_t make(char *data, int before, const char *line, const char *rest)
{
    return (size_t)snprintf(data, LONGEST,
                            "GET /a HTTP/1.1\r\nHost: a%.*s\r\n%s\r\n%s",
                            before, filling, line, rest);
}

TEST(http_parse_fast, ways_agree_wherever_a_line_is, "http_parse.1")
{
    static char data[LONGEST], rest[LONGEST];
    struct guarded g;

    memset(filling, 'x', MOST);
    guarded_open(&g, LONGEST);
    for (int line = 0; line < LINES; line++)
        for (int before = 0; before < MOST; before++) {
            all_agree(&g, data, make(data, before, lines[line], ""), 0);
            all_agree(&g, data, make(data, before, lines[line], "\r\n"), 0);
        }
    for (int line = 0; line < LINES; line++)
        for (int behind = 0; behind < MOST; behind++) {
            snprintf(rest, LONGEST, "Via: a%.*s\r\n\r\n%.*s", behind, filling,
                     behind, filling);
            all_agree(&g, data, make(data, 7, lines[line], rest), 0);
        }
    guarded_close(&g);
}

TEST(http_parse_fast, ways_agree_at_each_cut_and_limit, "http_parse.1")
{
    static char data[LONGEST];
    struct guarded g;

    memset(filling, 'x', MOST);
    guarded_open(&g, LONGEST);
    for (int line = 0; line < LINES; line++) {
        const size_t len =
            make(data, 60, lines[line], "Accept: text/html\r\nVia: a\r\n\r\n");

        for (size_t cut = 0; cut <= len; cut++)
            all_agree(&g, data, cut, 0);
        for (uint32_t limit = 1; limit < len; limit++)
            all_agree(&g, data, len, limit);
    }
    guarded_close(&g);
}
