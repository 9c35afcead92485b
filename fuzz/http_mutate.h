/* SPDX-License-Identifier: MIT */
/* http_mutate.h - changes inputs line by line: what is left still looks like
 * HTTP, which bytes changed at random seldom do. */
#ifndef HTTP_MUTATE_H
#define HTTP_MUTATE_H

#include "fuzz.h"

struct http_line {
    size_t at, len;
};

/* The n-th line with its end, counted modulo how many there are. */
static inline struct http_line http_line_of(const uint8_t *data, size_t size,
                                            unsigned n)
{
    struct http_line lines[64];
    size_t count = 0;

    for (size_t at = 0; at < size && count < 64;) {
        const uint8_t *end = memchr(data + at, '\n', size - at);
        const size_t len = end ? (size_t)(end - data) + 1 - at : size - at;

        lines[count++] = (struct http_line){ at, len };
        at += len;
    }
    return count ? lines[n % count] : (struct http_line){ 0, 0 };
}

static inline size_t http_insert(uint8_t *data, size_t size, size_t max,
                                 size_t at, const void *bytes, size_t len)
{
    uint8_t copy[512];

    if (len > sizeof copy || size + len > max)
        return size;
    memcpy(copy, bytes, len);
    memmove(data + at + len, data + at, size - at);
    memcpy(data + at, copy, len);
    return size + len;
}

/* Doubles a line, takes one out, or puts a known one in; the first `fixed`
 * bytes are no text. */
static inline size_t http_mutate(uint8_t *data, size_t size, size_t max,
                                 unsigned seed, size_t fixed,
                                 const char *const *known, size_t n_known)
{
    const unsigned what = seed % 8, which = seed / 8;
    struct http_line line, to;

    if (what >= 3 || size <= fixed)
        return LLVMFuzzerMutate ? LLVMFuzzerMutate(data, size, max) : size;
    line = http_line_of(data + fixed, size - fixed, which);
    to = http_line_of(data + fixed, size - fixed, which / 64);
    line.at += fixed;
    to.at += fixed;
    if (what == 0)
        return http_insert(data, size, max, to.at, data + line.at, line.len);
    if (what == 1) {
        memmove(data + line.at, data + line.at + line.len,
                size - line.at - line.len);
        return size - line.len;
    }
    return http_insert(data, size, max, to.at, known[which % n_known],
                       strlen(known[which % n_known]));
}

#endif
