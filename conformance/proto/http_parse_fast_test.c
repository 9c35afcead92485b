/* SPDX-License-Identifier: MIT */
/* The fast readers say what the careful one does, wherever in their blocks a
 * line begins or ends, and however little stands behind it. */
#include "check.h"
#include "eventlet.h"
#include "proto/guarded.h"
#include "proto/simd_each.h"

#include <stdio.h>
#include <string.h>

enum { ROOM = 16, LONGEST = 32768, MOST = 140 };

static char data[LONGEST], filling[MOST + 1];
static struct guarded ahead, behind;

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
    "Via\x1a b",
    "Via\x1a: b",
    "TE: trailers",
    "X: y\nTE: trailers",
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

/* How heads are read, after what with the same struct, and which header all are
 * said to be then. */
struct manner {
    bool response;
    size_t room;
    struct eventlet_http_opts opts;
    const char *earlier;
    const uint16_t *over; /* enum eventlet_http_known */
};

static const struct manner strict = { .room = ROOM },
                           compat = { .room = ROOM,
                                      .opts.profile = EVENTLET_HTTP_COMPAT },
                           answer = { .response = true, .room = ROOM };

/* What was made of some bytes. */
struct result {
    ssize_t rc;
    struct eventlet_http_head head;
    struct eventlet_http_header headers[ROOM];
};

static void begin_head(struct result *r, const struct manner *m)
{
    memset(r, 0, sizeof *r);
    (m->response ? eventlet_http_response_init : eventlet_http_request_init)(
        &r->head, m->room ? r->headers : NULL, m->room, &m->opts);
    if (!m->earlier)
        return;
    r->rc = eventlet_http_parse(&r->head, m->earlier, strlen(m->earlier));
    for (size_t i = 0; m->over && i < ROOM; i++)
        r->headers[i].known = *m->over;
    eventlet_http_again(&r->head);
}

/* Leaves what is said of a head that is whole: not how it was read, nor what
 * stands there of another. */
static void tidy(struct eventlet_http_head *head)
{
    head->headers = NULL;
    head->private.fast = NULL;
    head->private.plain_host = false;
    head->private.limit = head->private.before = head->private.expected = 0;
    if (head->error.code == 0)
        memset(&head->error, 0, sizeof head->error);
    if (head->body != EVENTLET_HTTP_LENGTH)
        head->content_length = 0;
    for (int known = 0; known < EVENTLET_HTTP_KNOWN_MAX; known++)
        if (!(head->private.seen >> known & 1))
            head->private.first[known] = 0;
}

/* Up to the cut at the end of a page, then all, or the cut again, where another
 * begins. */
static void read_head(struct result *r, size_t len, size_t cut,
                      const struct manner *m)
{
    char *first = guarded_at(&behind, cut, true);
    char *second = guarded_at(&ahead, len, false);

    begin_head(r, m);
    memcpy(first, data, cut);
    memcpy(second, data, len);
    r->rc = eventlet_http_parse(&r->head, first, cut);
    if (r->rc == 0)
        r->rc = eventlet_http_parse(&r->head, second, len);
    tidy(&r->head);
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
           a->head.private.seen == b->head.private.seen &&
           a->head.private.repeated == b->head.private.repeated &&
           a->head.n_headers == b->head.n_headers &&
           memcmp(a->headers, b->headers,
                  a->head.n_headers * sizeof a->headers[0]) == 0;
}

/* With the plain way of a struct that is new. */
static void all_agree(size_t len, size_t cut, const struct manner *m)
{
    struct result plain, fast;
    struct manner fresh = *m;
    const char *way;

    eventlet__simd_limit = EVENTLET__PLAIN;
    fresh.earlier = NULL;
    read_head(&plain, len, cut, &fresh);
    for (int n = 0; (way = simd_choose(n)); n++) {
        read_head(&fast, len, cut, m);
        if (!is_same(&plain, &fast))
            CHECK_FAIL("%s says %zd (%s), not %zd (%s), cut at %zu: %.*s", way,
                       fast.rc, fast.head.error.what, plain.rc,
                       plain.head.error.what, cut, (int)(len < 999 ? len : 999),
                       data);
    }
}

/* Puts down what a head has: a line that begins after so many bytes of another,
 * and so many bytes behind all. */
static size_t make(const char *start, int before, const char *line,
                   const char *rest, int after)
{
    return (size_t)snprintf(data, LONGEST, "%s\r\nHost: a%.*s\r\n%s\r\n%s%.*s",
                            start, before, filling, line, rest, after, filling);
}

static void begin(void)
{
    memset(filling, 'x', MOST);
    guarded_open(&ahead, LONGEST);
    guarded_open(&behind, LONGEST);
}

static void end(void)
{
    guarded_close(&ahead);
    guarded_close(&behind);
}

TEST(http_parse, ways_agree_wherever_a_line_begins, "http_parse.1")
{
    size_t len;

    begin();
    for (int line = 0; line < LINES; line++)
        for (int before = 0; before < MOST; before++) {
            len = make("GET /a HTTP/1.1", before, lines[line], "", 0);
            all_agree(len, len, &strict);
            all_agree(len, len, &compat);
            len = make("HTTP/1.1 200 OK", before, lines[line], "\r\n", 0);
            all_agree(len, len, &answer);
            len = make("POST /a HTTP/1.1", before, lines[line], "\r\n", 0);
            all_agree(len, len, &strict);
        }
    end();
}

TEST(http_parse, ways_agree_whatever_is_behind_a_line, "http_parse.1")
{
    begin();
    for (int before = 0; before < MOST; before++)
        for (int after = 0; after < MOST; after++) {
            size_t len = make("GET /a HTTP/1.1", before, "", "", after);

            all_agree(len, len, &strict);
            len = make("GET /a HTTP/1.1", before, "TE: a", "Via: b\r\n\r\n",
                       after);
            all_agree(len, len, &strict);
        }
    end();
}

TEST(http_parse, ways_agree_at_each_cut_and_limit, "http_parse.1")
{
    begin();
    for (int line = 0; line < LINES; line++) {
        struct manner m = strict;
        const size_t len = make("GET /a HTTP/1.1", 60, lines[line],
                                "Accept: text/html\r\nVia: a\r\n\r\n", 0);

        for (size_t cut = 0; cut <= len; cut++)
            all_agree(len, cut, &strict);
        for (uint32_t limit = 1; limit <= len; limit++) {
            m.opts = (struct eventlet_http_opts){ .header_limit = limit };
            all_agree(len, len, &m);
            m.opts = (struct eventlet_http_opts){ .headers_limit = limit };
            all_agree(len, len, &m);
        }
        m = strict;
        for (m.room = 0; m.room < 8; m.room++)
            all_agree(len, len, &m);
    }
    end();
}

/* The line before the headers, with a byte that it may not have. */
TEST(http_parse, ways_agree_about_start_lines, "http_parse.1")
{
    static const char *const starts[][2] = {
        { "GET /", " HTTP/1.1" },     { "GET /", "\x01 HTTP/1.1" },
        { "GET /", "\x7f HTTP/1.1" }, { "GET /", " HTTP/1.0" },
        { "GET /", "  HTTP/1.1" },    { "POST /", " HTTP/1.1" },
        { "HEAD /", " HTTP/1.1" },    { "GET /", " HTTP/1.1 " },
        { "GET ", " HTTP/1.1" },      { "\r\nGET /", " HTTP/1.1" },
    };
    char start[2 * MOST];
    struct manner m = strict;

    begin();
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++)
        for (int n = 0; n < MOST; n++) {
            size_t len;

            snprintf(start, sizeof start, "%s%.*s%s", starts[i][0], n, filling,
                     starts[i][1]);
            len = make(start, 3, "Via: a", "\r\n", 0);
            all_agree(len, len, &strict);
            all_agree(len, len, &answer);
            for (int more = -2; more < 3; more++) {
                m.opts.line_limit = (uint32_t)((int)strlen(start) + 2 + more);
                all_agree(len, len, &m);
            }
            all_agree(strlen(start), strlen(start), &strict);
        }
    end();
}

/* A host of any length whose last byte no host has; and after one that was
 * good, where the last byte of the head is read carefully. */
TEST(http_parse, ways_agree_about_hosts, "http_parse.1 http_parse.33")
{
    char start[2 * MOST];
    struct manner m = strict;

    begin();
    m.earlier = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    for (int n = 0; n < 40; n++) {
        size_t len;

        snprintf(start, sizeof start, "GET / HTTP/1.1\r\nHost: %.*s\"", n,
                 filling);
        len = (size_t)snprintf(data, LONGEST, "%s\r\n\r\n", start);
        all_agree(len, len, &strict);
        all_agree(len, len - 1, &m);
        data[len - 5] = 'x';
        all_agree(len, len, &strict);
    }
    end();
}

/* More than may be read at once: as long as a header may be. */
TEST(http_parse, ways_agree_about_long_heads, "http_parse.1")
{
    struct manner m = strict;
    size_t len;

    begin();
    for (size_t count = 1; count <= ROOM + 1; count++)
        for (int last = 0; last < 80; last++) {
            len = (size_t)sprintf(data, "GET / HTTP/1.1\r\nHost: a\r\n");
            for (size_t i = 1; i < count; i++) {
                memset(data + len, 'x', 1500);
                memcpy(data + len, "Via:", 4);
                memcpy(data + len + 1500, "\r\n", 2);
                len += 1502;
            }
            len +=
                (size_t)sprintf(data + len, "Via:%.*s\r\n\r\n", last, filling);
            all_agree(len, len, &strict);
            m.opts.header_limit = 1503 + (uint32_t)last;
            all_agree(len, len, &m);
        }
    end();
}

/* A struct that was used before, for the same names in the same places. */
TEST(http_parse, ways_agree_after_the_same_head, "http_parse.33")
{
    const struct manner ways[] = { strict, compat };

    begin();
    for (int line = 0; line < LINES; line++)
        for (int before = 0; before < MOST; before++) {
            const size_t len = make("GET /a HTTP/1.1", before, lines[line],
                                    "Via: a\r\nTE: b\r\n\r\n", before / 2);

            for (int way = 0; way < 2; way++) {
                struct manner m = ways[way];

                m.earlier = data;
                all_agree(len, len, &m);
                all_agree(len, len / 2, &m);
            }
        }
    end();
}

/* For others, for more, for fewer; or the headers are not what they were. */
TEST(http_parse, ways_agree_after_another_head, "http_parse.33")
{
    static const uint16_t overs[] = {
        EVENTLET_HEADER_OTHER,   EVENTLET_HEADER_ACCEPT,
        EVENTLET_HEADER_VIA,     EVENTLET_HEADER_CONTENT_DISPOSITION,
        EVENTLET_HTTP_KNOWN_MAX, UINT16_MAX
    };
    enum { OVERS = sizeof overs / sizeof overs[0] };
    static char earlier[999];

    begin();
    for (int was = 0; was < LINES; was++)
        for (int line = 0; line < LINES; line++) {
            const size_t len = make("GET /a HTTP/1.1", was, lines[line],
                                    "Via: a\r\n\r\n", 130);
            struct manner m = strict;

            snprintf(earlier, sizeof earlier,
                     "GET / HTTP/1.1\r\nHost: a\r\n%s\r\nVia: a\r\n%s\r\n",
                     lines[was], was % 2 ? "Accept: b\r\n" : "");
            m.earlier = earlier;
            for (int over = 0; over <= OVERS; over++) {
                m.over = over < OVERS ? &overs[over] : NULL;
                all_agree(len, len, &m);
            }
            for (m.room = 1; m.room < 5; m.room++)
                all_agree(len, len, &m);
        }
    end();
}
