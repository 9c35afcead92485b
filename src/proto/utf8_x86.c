/* SPDX-License-Identifier: MIT */
/* UTF-8 many bytes at once: 64 in two halves with AVX2, in four quarters with
 * SSE4.2. What is done with them stands once, in utf8_blocks.h.
 *
 * The method is Keiser's and Lemire's ("Validating UTF-8 in less than one
 * instruction per byte", 2020): what two neighbours do wrong together shows in
 * both halves of the first and in the upper half of the second. Three tables
 * give, for each half, a bit for every fault that it can be part of; a bit that
 * all three have is a fault. Two tails in a row are one only if no character
 * wants them, which is counted from its first byte. */
#include "proto/utf8_x86.h"

#if EVENTLET__X86

#include <immintrin.h>
#include <stdbool.h>

enum fault {
    TOO_SHORT = 1,   /* a first byte, then no tail */
    TOO_LONG = 2,    /* ASCII, then a tail */
    THREE_FOR_2 = 4, /* e0 80 … e0 9f */
    TOO_LARGE = 8,   /* f4 90 … f4 bf, f5 90 … ff bf */
    SURROGATE = 16,  /* ed a0 … ed bf */
    TWO_FOR_1 = 32,  /* c0 80 … c1 bf */
    FOUR_FOR_3 = 64, /* f0 80 … f0 8f; and f5 80 … ff 8f, too large */
    TWO_TAILS = 128,
    ANY = TOO_SHORT | TOO_LONG | TWO_TAILS,
    PAST_F4 = ANY | TOO_LARGE | FOUR_FOR_3,
    TAIL = TOO_LONG | TWO_FOR_1 | TWO_TAILS
};

static const unsigned char upper_of_first[16] = {
    TOO_LONG,
    TOO_LONG,
    TOO_LONG,
    TOO_LONG,
    TOO_LONG,
    TOO_LONG,
    TOO_LONG,
    TOO_LONG,
    TWO_TAILS,
    TWO_TAILS,
    TWO_TAILS,
    TWO_TAILS,
    TOO_SHORT | TWO_FOR_1,
    TOO_SHORT,
    TOO_SHORT | THREE_FOR_2 | SURROGATE,
    TOO_SHORT | TOO_LARGE | FOUR_FOR_3,
};

static const unsigned char lower_of_first[16] = {
    ANY | THREE_FOR_2 | TWO_FOR_1 | FOUR_FOR_3,
    ANY | TWO_FOR_1,
    ANY,
    ANY,
    ANY | TOO_LARGE,
    PAST_F4,
    PAST_F4,
    PAST_F4,
    PAST_F4,
    PAST_F4,
    PAST_F4,
    PAST_F4,
    PAST_F4,
    PAST_F4 | SURROGATE,
    PAST_F4,
    PAST_F4,
};

static const unsigned char upper_of_second[16] = {
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TAIL | THREE_FOR_2 | FOUR_FOR_3,
    TAIL | THREE_FOR_2 | TOO_LARGE,
    TAIL | SURROGATE | TOO_LARGE,
    TAIL | SURROGATE | TOO_LARGE,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
};

/* What ends at p + n is right, but its last character may be cut. */
static size_t without_cut_character(const unsigned char *p, size_t n)
{
    for (size_t k = 1; k <= 3 && k <= n; k++) {
        unsigned char byte = p[n - k];
        size_t length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;

        if (byte >= 0xc0)
            return length > k ? n - k : n;
        if (byte < 0x80)
            return n;
    }
    return n;
}

#define TABLE_16(p) _mm_loadu_si128((const void *)(p))

#define NAME              eventlet__utf8_avx2
#define WITH(name)        name##_avx2
#define TARGET            __attribute__((target("avx2")))
#define VECTOR            __m256i
#define OP(name, ...)     _mm256_##name(__VA_ARGS__)
#define AND               _mm256_and_si256
#define OR                _mm256_or_si256
#define XOR               _mm256_xor_si256
#define LOAD(p)           _mm256_loadu_si256((const void *)(p))
#define TABLE(p)          _mm256_broadcastsi128_si256(TABLE_16(p))
#define ACROSS(before, v) _mm256_permute2x128_si256(before, v, 0x21)
/* v moved n bytes on, so that each stands where its n-th successor was. */
#define MOVED(v, before, n) _mm256_alignr_epi8(v, ACROSS(before, v), 16 - (n))
#include "proto/utf8_blocks.h"

#define NAME                eventlet__utf8_sse42
#define WITH(name)          name##_sse42
#define TARGET              __attribute__((target("sse4.2")))
#define VECTOR              __m128i
#define OP(name, ...)       _mm_##name(__VA_ARGS__)
#define AND                 _mm_and_si128
#define OR                  _mm_or_si128
#define XOR                 _mm_xor_si128
#define LOAD(p)             _mm_loadu_si128((const void *)(p))
#define TABLE               TABLE_16
#define MOVED(v, before, n) _mm_alignr_epi8(v, before, 16 - (n))
#include "proto/utf8_blocks.h"

#endif
