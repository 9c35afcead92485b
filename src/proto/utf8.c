/* SPDX-License-Identifier: MIT */
/* UTF-8, checked as it comes in.
 *
 * Three ways to look at it, each as far as it goes: many bytes at once, whole
 * characters, single bytes. Only the last knows characters that are cut and
 * says which byte is wrong, so the first two stop before either. */
#include "eventlet/utf8.h"

#include <stdint.h>
#include <string.h>

#include "proto/simd.h"
#include "proto/utf8_x86.h"

#ifdef EVENTLET_TESTING
enum eventlet__simd eventlet__simd_limit = EVENTLET__AVX2;
#endif

static bool begin(struct eventlet_utf8 *u, unsigned char byte)
{
    if (byte < 0x80)
        return true;
    if (byte < 0xc2 || byte > 0xf4)
        return false;
    u->need = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    /* Not what fits into fewer bytes, no surrogates, nothing too large. */
    u->low = byte == 0xe0 ? 0xa0 : byte == 0xf0 ? 0x90 : 0x80;
    u->high = byte == 0xed ? 0x9f : byte == 0xf4 ? 0x8f : 0xbf;
    return true;
}

static inline bool step(struct eventlet_utf8 *u, unsigned char byte)
{
    if (u->need == 0)
        return begin(u, byte);
    if (byte < u->low || byte > u->high)
        return false;
    u->need--;
    u->low = 0x80;
    u->high = 0xbf;
    return true;
}

static inline uint64_t word(const unsigned char *p)
{
    uint64_t w;

    memcpy(&w, p, sizeof w);
    return w;
}

static inline bool is_ascii(uint64_t w)
{
    return (w & UINT64_C(0x8080808080808080)) == 0;
}

static inline bool is_tail(unsigned char byte)
{
    return (byte & 0xc0) == 0x80;
}

/* Returns the length of the character at p, 0 if it is none; looks at up to
 * four bytes. */
static inline size_t character(const unsigned char *p)
{
    struct eventlet_utf8 u = { 0 };

    if (!begin(&u, p[0]))
        return 0;
    if (u.need == 0)
        return 1;
    if (p[1] < u.low || p[1] > u.high)
        return 0;
    if (u.need == 1)
        return 2;
    if (!is_tail(p[2]))
        return 0;
    if (u.need == 2)
        return 3;
    return is_tail(p[3]) ? 4 : 0;
}

/* Whole characters, as far as there are eight bytes and nothing is wrong. */
static size_t characters(const unsigned char *p, size_t len)
{
    size_t i = 0;

    while (len - i >= 8) {
        size_t n = 8;

        if (len - i >= 32 && is_ascii(word(p + i) | word(p + i + 8) |
                                      word(p + i + 16) | word(p + i + 24)))
            n = 32;
        else if (!is_ascii(word(p + i)))
            n = character(p + i);
        if (n == 0)
            break;
        i += n;
    }
    /* The rest, and what is before it once more: in ASCII that does no harm. */
    if (len - i < 8 && len >= 8 && is_ascii(word(p + len - 8)))
        return len;
    return i;
}

static size_t many(const unsigned char *p, size_t len)
{
    switch (len < 64 ? EVENTLET__PLAIN : eventlet__simd()) {
    case EVENTLET__AVX2:
        return eventlet__utf8_avx2(p, len);
    case EVENTLET__SSE42:
        return eventlet__utf8_sse42(p, len);
    default:
        return 0;
    }
}

size_t eventlet_utf8_feed(struct eventlet_utf8 *u, const void *bytes,
                          size_t len)
{
    const unsigned char *p = bytes;
    size_t i = 0;

    if (len == 0)
        return 0; /* there may be no bytes to point at */
    for (; i < len && u->need > 0; i++)
        if (!step(u, p[i]))
            return i;
    i += many(p + i, len - i);
    i += characters(p + i, len - i);
    for (; i < len; i++)
        if (!step(u, p[i]))
            break;
    return i;
}

bool eventlet_utf8_valid(const void *bytes, size_t len)
{
    struct eventlet_utf8 u = { 0 };

    return eventlet_utf8_feed(&u, bytes, len) == len &&
           eventlet_utf8_may_end(&u);
}
