/* SPDX-License-Identifier: MIT */
/* The masking of websocket frames.
 *
 * What is left over when all large pieces are done is not done in small ones:
 * the last large piece simply ends with the payload and so overlaps the one
 * before. In place that must not mask anything twice, so it is computed before
 * the first byte is written. */
#include "eventlet/ws_mask.h"

#include <stdint.h>
#include <string.h>

#include "proto/simd.h"

enum { PIECE = 32 };

/* Where there are no such registers the compiler takes two or four of what
 * there is. */
typedef uint32_t piece
    __attribute__((vector_size(PIECE), aligned(1), may_alias));

/* So far to the right a word is turned for its second byte to become the
 * first; where the first is the highest that is nearly all the way round. */
enum { BYTE = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 8 : 24 };

/* The key as a word of the machine, turned so that it begins with the byte for
 * position `at`. */
static inline uint32_t turned(uint32_t key, size_t at)
{
    const unsigned bits = BYTE * (at & 3) & 31;

    return key >> bits | key << (-bits & 31);
}

static inline uint32_t masked_4(const unsigned char *at, uint32_t key)
{
    uint32_t word;

    memcpy(&word, at, sizeof word);
    return word ^ key;
}

static inline uint64_t masked_8(const unsigned char *at, uint32_t key)
{
    uint64_t word;

    memcpy(&word, at, sizeof word);
    return word ^ ((uint64_t)key << 32 | key);
}

static void mask_below_8(unsigned char *to, const unsigned char *from,
                         size_t len, uint32_t key)
{
    unsigned char bytes[4];

    if (len >= 4) {
        uint32_t last = masked_4(from + len - 4, turned(key, len));
        uint32_t first = masked_4(from, key);

        memcpy(to, &first, 4);
        memcpy(to + len - 4, &last, 4);
        return;
    }
    memcpy(bytes, &key, 4);
    for (size_t i = 0; i < len; i++)
        to[i] = from[i] ^ bytes[i];
}

static void mask_small(unsigned char *to, const unsigned char *from, size_t len,
                       uint32_t key)
{
    uint64_t last;

    if (len < 8) {
        mask_below_8(to, from, len, key);
        return;
    }
    last = masked_8(from + len - 8, turned(key, len));
    for (size_t i = 0; len - i >= 8; i += 8) {
        uint64_t next = masked_8(from + i, key);

        memcpy(to + i, &next, 8);
    }
    memcpy(to + len - 8, &last, 8);
}

/* For at least PIECE bytes. */
static inline __attribute__((always_inline)) void mask_pieces(
    unsigned char *to, const unsigned char *from, size_t len, uint32_t key)
{
    const piece turn = (piece){ 0 } + key;
    const piece last = *(const piece *)(from + len - PIECE) ^
                       ((piece){ 0 } + turned(key, len));
    size_t i = 0;

    for (; len - i >= 4 * PIECE; i += 4 * PIECE) {
        const piece *p = (const piece *)(from + i);
        piece a = p[0] ^ turn, b = p[1] ^ turn, c = p[2] ^ turn,
              d = p[3] ^ turn;
        piece *q = (piece *)(to + i);

        q[0] = a;
        q[1] = b;
        q[2] = c;
        q[3] = d;
    }
    for (; len - i >= PIECE; i += PIECE)
        *(piece *)(to + i) = *(const piece *)(from + i) ^ turn;
    *(piece *)(to + len - PIECE) = last;
}

static void mask_plain(unsigned char *to, const unsigned char *from, size_t len,
                       uint32_t key)
{
    mask_pieces(to, from, len, key);
}

#if EVENTLET__X86
__attribute__((target("avx2"))) static void mask_avx2(unsigned char *to,
                                                      const unsigned char *from,
                                                      size_t len, uint32_t key)
{
    mask_pieces(to, from, len, key);
}
#else
#define mask_avx2 mask_plain
#endif

unsigned eventlet_ws_mask(void *to, const void *from, size_t len,
                          const unsigned char key[4], unsigned phase)
{
    uint32_t word;

    memcpy(&word, key, sizeof word);
    word = turned(word, phase);
    if (len < PIECE)
        mask_small(to, from, len, word);
    else if (eventlet__simd() >= EVENTLET__AVX2)
        mask_avx2(to, from, len, word);
    else
        mask_plain(to, from, len, word);
    return (unsigned)((phase + len) & 3);
}
