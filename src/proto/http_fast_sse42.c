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

/* Kept in registers: the compiler would make them anew where they are used. */
struct constants {
    __m128i one, least; /* that many more than what is compared with */
    __m128i colon, lower;
};

FAST static inline __m128i constant(char byte)
{
    __m128i all = _mm_set1_epi8(byte);

    __asm__("" : "+x"(all));
    return all;
}

FAST static inline struct constants constants_from(char least)
{
    return (struct constants){ constant(1), constant((char)(least + 1)),
                               constant(':'), constant(0x20) };
}

FAST static inline uint32_t text32_colons(struct text32 text,
                                          struct constants with)
{
    return bits_of(_mm_cmpeq_epi8(text.first, with.colon),
                   _mm_cmpeq_epi8(text.second, with.colon));
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

FAST static inline size_t first_of32(uint64_t word)
{
    return (size_t)__builtin_ctzll(word | UINT64_C(1) << 63);
}

FAST static inline uint32_t low_of32(uint32_t word, unsigned n)
{
    return word & (uint32_t)((UINT64_C(1) << n) - 1);
}

FAST static inline uint32_t text32_same(struct text32 text, const char *name,
                                        struct constants with)
{
    const struct text32 other = text32_load(name);

    return bits_of(
        _mm_cmpeq_epi8(_mm_or_si128(text.first, with.lower), other.first),
        _mm_cmpeq_epi8(_mm_or_si128(text.second, with.lower), other.second));
}

FAST static inline uint32_t outside32(const char *at, struct constants with)
{
    const struct text32 text = text32_load(at);
    const __m128i first = _mm_add_epi8(text.first, with.one);
    const __m128i second = _mm_add_epi8(text.second, with.one);

    return bits_of(_mm_cmpgt_epi8(with.least, first),
                   _mm_cmpgt_epi8(with.least, second));
}

FAST static inline uint64_t outside64(const char *at, struct constants with)
{
    return outside32(at, with) | (uint64_t)outside32(at + 32, with) << 32;
}

#include "proto/http_fast.h"

#else
typedef int eventlet__http_no_sse42;
#endif
