/* SPDX-License-Identifier: MIT */
/* The fast reader of heads, with AVX2. */
#if defined(__x86_64__)

#include <immintrin.h>
#include <stdint.h>

#define FAST      __attribute__((target("avx2,bmi,bmi2")))
#define FAST_NAME eventlet__http_fast_avx2

struct text32 {
    __m256i bytes;
};

FAST static inline struct text32 text32_load(const char *at)
{
    return (struct text32){ _mm256_loadu_si256((const void *)at) };
}

FAST static inline uint32_t bits_of(__m256i bytes)
{
    return (uint32_t)_mm256_movemask_epi8(bytes);
}

/* Kept in registers: the compiler would make them anew where they are used, or
 * without a load, which takes three times as many instructions. */
struct constants {
    __m256i one, least; /* that many more than what is compared with */
    __m256i colon, lower;
};

FAST static inline __m256i constant(const char *byte)
{
    __m256i all;

    __asm__("vpbroadcastb %1, %0" : "=x"(all) : "m"(*byte));
    return all;
}

FAST static inline struct constants constants_from(char least)
{
    static const char one = 1, space = ' ', after_space = ' ' + 1,
                      after_mark = '!' + 1, colon = ':';

    return (struct constants){
        constant(&one),
        constant(least == ' ' ? &after_space : &after_mark),
        constant(&colon),
        constant(&space),
    };
}

FAST static inline uint32_t text32_colons(struct text32 text,
                                          struct constants with)
{
    return bits_of(_mm256_cmpeq_epi8(text.bytes, with.colon));
}

/* The lower half of a byte chooses which upper halves make a byte of the set
 * with it, a bit for each; the upper half chooses the bit. */
FAST static inline uint32_t in_set(struct text32 text, __m128i set)
{
    static const char half = 15;
    const __m256i high = _mm256_setr_epi8(
        1, 2, 4, 8, 16, 32, 64, (char)128, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 8,
        16, 32, 64, (char)128, 0, 0, 0, 0, 0, 0, 0, 0);
    const __m256i low = _mm256_broadcastsi128_si256(set);
    const __m256i upper =
        _mm256_and_si256(_mm256_srli_epi16(text.bytes, 4), constant(&half));
    const __m256i both = _mm256_and_si256(_mm256_shuffle_epi8(low, text.bytes),
                                          _mm256_shuffle_epi8(high, upper));

    return ~bits_of(_mm256_cmpeq_epi8(both, _mm256_setzero_si256()));
}

FAST static inline size_t first_of32(uint64_t word)
{
    return _tzcnt_u64(word);
}

FAST static inline uint32_t low_of32(uint32_t word, unsigned n)
{
    return _bzhi_u32(word, n);
}

/* Letters, '-' and the colon alone are in names: the bit of lower case turns no
 * other byte into one of them but CR into '-', and SUB into the colon. */
FAST static inline uint32_t text32_same(struct text32 text, const char *name,
                                        struct constants with)
{
    const __m256i lower = _mm256_or_si256(text.bytes, with.lower);

    return bits_of(
        _mm256_cmpeq_epi8(lower, _mm256_loadu_si256((const void *)name)));
}

/* One more, and the highest is negative. */
FAST static inline uint64_t outside64(const char *at, struct constants with)
{
    const __m256i first = _mm256_loadu_si256((const void *)at);
    const __m256i second = _mm256_loadu_si256((const void *)(at + 32));
    const uint32_t low = bits_of(
        _mm256_cmpgt_epi8(with.least, _mm256_add_epi8(first, with.one)));
    const uint32_t high = bits_of(
        _mm256_cmpgt_epi8(with.least, _mm256_add_epi8(second, with.one)));

    return low | (uint64_t)high << 32;
}

#include "proto/http_fast.h"

#else
typedef int eventlet__http_no_avx2;
#endif
