/* SPDX-License-Identifier: MIT */
/* The bytes that the programs of the websocket cases work on. */
#ifndef BENCH_WEBSOCKET_H
#define BENCH_WEBSOCKET_H

#include "common.h"

enum { BLOCK = 16384, FRAME = 131, FRAMES = 125, PAYLOAD = 125 };

/* Masked binary frames of 125 bytes; the payload is 'x' once unmasked. */
static inline void fill_frames(unsigned char *bytes)
{
    static const unsigned char head[] = { 0x82, 0x80 | PAYLOAD, 1, 2, 3, 4 };
    for (int i = 0; i < FRAMES; i++, bytes += FRAME) {
        memcpy(bytes, head, sizeof head);
        for (int k = 0; k < PAYLOAD; k++)
            bytes[6 + k] = 'x' ^ head[2 + k % 4];
    }
}

/* Two thirds of the characters have more than one byte. */
static inline size_t fill_text(char *text, bool mixed)
{
    static const char piece[] = "a\xd0\x96 \xe4\xb8\xad\xf0\x9f\x98\x80.";
    size_t n = 0;
    if (!mixed) {
        memset(text, 'x', BLOCK);
        return BLOCK;
    }
    for (; n + sizeof piece - 1 <= BLOCK; n += sizeof piece - 1)
        memcpy(text + n, piece, sizeof piece - 1);
    return n;
}

/* The compiler has to believe that the bytes are looked at. */
static inline void looked_at(const void *bytes)
{
    __asm__ volatile("" : : "r"(bytes) : "memory");
}

#endif
