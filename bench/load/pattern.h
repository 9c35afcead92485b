/* SPDX-License-Identifier: MIT */
/* The bytes a stream is made of, so that its sink can check them cheaply:
 * a known word stands at every 4 KiB of the stream. Loss, repetition and
 * exchange of blocks are seen at the price of one comparison per page. */
#ifndef BENCH_PATTERN_H
#define BENCH_PATTERN_H

#include <stdint.h>

enum {
    PATTERN_STEP = 4096,
    PATTERN_PERIOD = 1 << 20,
    STREAM_HEADER = 8, /* length of what follows, as the machine has it */
};

#define STREAM_OK UINT64_C(0x6f6b6f6b6f6b6f6b) /* the sink's answer */

static inline uint64_t pattern_word(uint64_t offset)
{
    return (offset % PATTERN_PERIOD + 1) * UINT64_C(0x9e3779b97f4a7c15);
}

#endif
