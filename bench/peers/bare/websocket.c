/* SPDX-License-Identifier: MIT */
/* websocket KIND COUNT: unmask - COUNT blocks of 16 KiB are unmasked byte by
 * byte; memcpy - they are copied; ascii, mixed - they are checked to be UTF-8,
 * a byte at a time by a table of states. */
#include "../../websocket.h"

static unsigned char from[BLOCK], to[BLOCK];

static void unmask(uint64_t count)
{
    volatile unsigned char key[4] = { 1, 2, 3, 4 };
    for (uint64_t i = 0; i < count; i++) {
        unsigned char k[4] = { key[0], key[1], key[2], key[3] };
        for (size_t b = 0; b < BLOCK; b++)
            from[b] ^= k[b & 3];
        looked_at(from);
    }
    check(from[BLOCK - 1] == (count % 2 ? 4 : 0), "bytes");
}

static void copy(uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        from[i % BLOCK]++;
        memcpy(to, from, BLOCK);
        looked_at(to);
    }
    check(memcmp(to, from, BLOCK) == 0, "copy");
}

/* 0 is between characters, 9 is wrong. */
static unsigned next(unsigned state, unsigned char c)
{
    static const unsigned char low[] = { 0,    0x80, 0x80, 0x80,
                                         0xa0, 0x80, 0x90, 0x80 };
    static const unsigned char high[] = { 0,    0xbf, 0xbf, 0xbf,
                                          0xbf, 0x9f, 0xbf, 0x8f };
    static const unsigned char after[] = { 0, 0, 1, 2, 1, 1, 2, 2 };
    if (state)
        return c >= low[state] && c <= high[state] ? after[state] : 9;
    if (c < 0x80)
        return 0;
    if (c < 0xc2 || c > 0xf4)
        return 9;
    if (c < 0xe0)
        return 1;
    if (c < 0xf0)
        return c == 0xe0 ? 4 : c == 0xed ? 5 : 2;
    return c == 0xf0 ? 6 : c == 0xf4 ? 7 : 3;
}

static void text(uint64_t count, bool mixed)
{
    size_t len = fill_text((char *)from, mixed);
    for (uint64_t i = 0; i < count; i++) {
        unsigned state = 0;
        for (size_t b = 0; b < len && state != 9; b++)
            state = next(state, from[b]);
        check(state == 0, "text");
        looked_at(from);
    }
}

int main(int argc, char **argv)
{
    uint64_t count = count_arg(argc, argv, 2, "KIND COUNT");
    if (strcmp(argv[1], "unmask") == 0)
        unmask(count);
    else if (strcmp(argv[1], "memcpy") == 0)
        copy(count);
    else
        text(count, argv[1][0] == 'm');
    return 0;
}
