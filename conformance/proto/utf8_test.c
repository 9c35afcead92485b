/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <string.h>

#include "eventlet/utf8.h"
#include "proto/simd_each.h"

/* ---- UTF-8 once more, from the table of RFC 3629 section 4 ---- */

struct row {
    unsigned char low[4], high[4];
    int n;
};

static const struct row grammar[] = {
    { { 0x00 }, { 0x7f }, 1 },
    { { 0xc2, 0x80 }, { 0xdf, 0xbf }, 2 },
    { { 0xe0, 0xa0, 0x80 }, { 0xe0, 0xbf, 0xbf }, 3 },
    { { 0xe1, 0x80, 0x80 }, { 0xec, 0xbf, 0xbf }, 3 },
    { { 0xed, 0x80, 0x80 }, { 0xed, 0x9f, 0xbf }, 3 },
    { { 0xee, 0x80, 0x80 }, { 0xef, 0xbf, 0xbf }, 3 },
    { { 0xf0, 0x90, 0x80, 0x80 }, { 0xf0, 0xbf, 0xbf, 0xbf }, 4 },
    { { 0xf1, 0x80, 0x80, 0x80 }, { 0xf3, 0xbf, 0xbf, 0xbf }, 4 },
    { { 0xf4, 0x80, 0x80, 0x80 }, { 0xf4, 0x8f, 0xbf, 0xbf }, 4 },
};

static const struct row *row_of(unsigned char first)
{
    for (size_t i = 0; i < sizeof grammar / sizeof *grammar; i++)
        if (first >= grammar[i].low[0] && first <= grammar[i].high[0])
            return &grammar[i];
    return NULL;
}

/* The offset of the first byte that cannot be right. */
static size_t slow_feed(const unsigned char *p, size_t len, bool *may_end)
{
    size_t i = 0;

    *may_end = true;
    while (i < len) {
        const struct row *row = row_of(p[i]);

        if (!row)
            return i;
        for (int k = 0; k < row->n; k++, i++) {
            if (i == len) {
                *may_end = false;
                return i;
            }
            if (p[i] < row->low[k] || p[i] > row->high[k])
                return i;
        }
    }
    return i;
}

static bool agrees(const unsigned char *p, size_t len)
{
    struct eventlet_utf8 u = { 0 };
    bool may_end;
    size_t want = slow_feed(p, len, &may_end);
    size_t got = eventlet_utf8_feed(&u, p, len);

    if (got != want)
        return CHECK_FAIL("%02x %02x %02x %02x …: %zu, not %zu", p[0], p[1],
                          p[2], p[3], got, want);
    if (got == len && eventlet_utf8_may_end(&u) != may_end)
        return CHECK_FAIL("%02x %02x %02x %02x …: %s end", p[0], p[1], p[2],
                          p[3], may_end ? "may not" : "may");
    return eventlet_utf8_valid(p, len) == (want == len && may_end) ||
           CHECK_FAIL("%02x %02x …: valid is wrong", p[0], p[1]);
}

static size_t encode(unsigned char *out, unsigned c)
{
    if (c < 0x80) {
        out[0] = (unsigned char)c;
        return 1;
    }
    for (size_t n = 2, top = 0xc0; n <= 4; n++, top = top >> 1 | 0x80) {
        if (c >> (n == 2 ? 11 : n == 3 ? 16 : 21) > 0)
            continue;
        for (size_t i = n - 1; i > 0; i--, c >>= 6)
            out[i] = (unsigned char)(0x80 | (c & 0x3f));
        out[0] = (unsigned char)(top | c);
        return n;
    }
    return 0;
}

TEST(utf8, every_code_point_but_the_surrogates, "utf8.1 utf8.7 utf8.8")
{
    SIMD_EACH(way)
    for (unsigned c = 0; c <= 0x1fffff; c += c < 0x900 ? 1 : 61) {
        unsigned char text[160];
        size_t n = 0, one;

        one = encode(text, c);
        while (n + one <= 132)
            n += encode(text + n, c);
        if (eventlet_utf8_valid(text, n) !=
            ((c < 0xd800 || c > 0xdfff) && c <= 0x10ffff))
            CHECK_FAIL("U+%X in %zu bytes, way %d", c, n, way);
    }
}

/* Four bytes of those at which something changes, at places at which blocks
 * and their halves meet. */
TEST(utf8, all_that_four_bytes_can_do_wrong, "utf8.2 utf8.6 utf8.8")
{
    static const unsigned char edges[] = { 0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f,
                                           0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf,
                                           0xe0, 0xe1, 0xec, 0xed, 0xee, 0xf0,
                                           0xf1, 0xf4, 0xf5, 0xff };
    static const size_t places[] = { 0, 13, 30, 62, 126 };
    const size_t n = sizeof edges;
    unsigned char text[192];

    memset(text, 'x', sizeof text);
    SIMD_EACH(way)
    for (size_t k = 0; k < n * n * n * n; k += 3) {
        unsigned char four[4] = { edges[k % n], edges[k / n % n],
                                  edges[k / n / n % n], edges[k / n / n / n] };
        size_t place = places[k / 3 % 5];

        memcpy(text + place, four, 4);
        REQUIRE(agrees(text, sizeof text) && agrees(four, 4));
        memset(text + place, 'x', 4);
    }
}

TEST(utf8, texts_of_every_length, "utf8.1 utf8.5 utf8.8")
{
    unsigned char text[300];
    size_t n = 0;

    for (unsigned c = 0x20; n + 4 <= sizeof text; c = c * 3 % 0x10fff)
        n += encode(text + n, c >= 0xd800 && c <= 0xdfff ? 'x' : c);
    SIMD_EACH(way)
    for (size_t from = 0; from < 64; from++)
        for (size_t len = 4; from + len <= n; len++)
            REQUIRE(agrees(text + from, len));
}

TEST(utf8, a_wrong_byte_leaves_the_state, "utf8.4")
{
    struct eventlet_utf8 u = { 0 }, before;

    CHECK_INT(eventlet_utf8_feed(&u, "a\xe2\x82", 3), 3);
    before = u;
    CHECK_INT(eventlet_utf8_feed(&u, "x", 1), 0);
    CHECK(memcmp(&u, &before, sizeof u) == 0);
    CHECK_INT(eventlet_utf8_feed(&u, "\xac", 1), 1);
    CHECK(eventlet_utf8_may_end(&u));
}

TEST(utf8, nothing_is_a_text, "utf8.7")
{
    struct eventlet_utf8 u = { 0 };

    CHECK(eventlet_utf8_valid("", 0));
    CHECK(eventlet_utf8_valid(NULL, 0));
    CHECK_INT(eventlet_utf8_feed(&u, NULL, 0), 0);
    CHECK(eventlet_utf8_may_end(&u));
}
