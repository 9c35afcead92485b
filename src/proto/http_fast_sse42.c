/* SPDX-License-Identifier: MIT */
/* The fast reader of heads, with SSE4.2 (of which SSSE3's shuffle is used). */
#if defined(__x86_64__)

#include <immintrin.h>
#include <stdint.h>

#define FAST      __attribute__((target("sse4.2")))
#define FAST_NAME eventlet__http_fast_sse42

struct text32 {
    __m128i first, second;
};

FAST static inline struct text32 text32_load(const char *at)
{
    return (struct text32){ _mm_loadu_si128((const void *)at),
                            _mm_loadu_si128((const void *)(at + 16)) };
}

FAST static inline uint32_t bits_of(__m128i first, __m128i second)
{
    return (uint32_t)_mm_movemask_epi8(first) |
           (uint32_t)_mm_movemask_epi8(second) << 16;
}

FAST static inline uint32_t text32_colons(struct text32 text)
{
    const __m128i colon = _mm_set1_epi8(':');

    return bits_of(_mm_cmpeq_epi8(text.first, colon),
                   _mm_cmpeq_epi8(text.second, colon));
}

/* See http_fast_avx2.c. */
FAST static inline __m128i not_in_set(__m128i bytes, __m128i low)
{
    const __m128i high = _mm_setr_epi8(1, 2, 4, 8, 16, 32, 64, (char)128, 0, 0,
                                       0, 0, 0, 0, 0, 0);
    const __m128i upper =
        _mm_and_si128(_mm_srli_epi16(bytes, 4), _mm_set1_epi8(15));
    const __m128i both = _mm_and_si128(_mm_shuffle_epi8(low, bytes),
                                       _mm_shuffle_epi8(high, upper));

    return _mm_cmpeq_epi8(both, _mm_setzero_si128());
}

FAST static inline uint32_t in_set(struct text32 text, __m128i set)
{
    return ~bits_of(not_in_set(text.first, set), not_in_set(text.second, set));
}

FAST static inline uint32_t first_of32(uint32_t word)
{
    return (uint32_t)__builtin_ctzll(word | UINT64_C(1) << 32);
}

FAST static inline uint32_t low_of32(uint32_t word, unsigned n)
{
    return word & (uint32_t)((UINT64_C(1) << n) - 1);
}

FAST static inline uint32_t text32_same(struct text32 text, const char *name)
{
    const __m128i bit = _mm_set1_epi8(0x20);
    const struct text32 other = text32_load(name);

    return bits_of(
        _mm_cmpeq_epi8(_mm_or_si128(text.first, bit), other.first),
        _mm_cmpeq_epi8(_mm_or_si128(text.second, bit), other.second));
}

struct bounds {
    __m128i one, least;
};

FAST static inline struct bounds bounds_from(char least)
{
    struct bounds bounds = { _mm_set1_epi8(1),
                             _mm_set1_epi8((char)(least + 1)) };

    __asm__("" : "+x"(bounds.one), "+x"(bounds.least));
    return bounds;
}

FAST static inline uint32_t outside32(const char *at, struct bounds bounds)
{
    const struct text32 text = text32_load(at);
    const __m128i first = _mm_add_epi8(text.first, bounds.one);
    const __m128i second = _mm_add_epi8(text.second, bounds.one);

    return bits_of(_mm_cmpgt_epi8(bounds.least, first),
                   _mm_cmpgt_epi8(bounds.least, second));
}

FAST static inline uint64_t outside64(const char *at, struct bounds bounds)
{
    return outside32(at, bounds) | (uint64_t)outside32(at + 32, bounds) << 32;
}

#include "proto/http_fast.h"

#else
typedef int eventlet__http_no_sse42;
#endif
