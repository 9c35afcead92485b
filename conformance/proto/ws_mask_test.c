/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <string.h>

#include "eventlet/ws_mask.h"
#include "proto/guarded.h"
#include "proto/simd_each.h"

static const unsigned char key[4] = { 0x37, 0xfa, 0x21, 0x3d };

enum { MOST = 700 };

static unsigned char payload(size_t i)
{
    return (unsigned char)(i * 7 + i / 251);
}

static void fill(void *to, size_t len)
{
    for (size_t i = 0; i < len; i++)
        ((unsigned char *)to)[i] = payload(i);
}

static bool is_masked(const void *at, size_t len, unsigned phase)
{
    for (size_t i = 0; i < len; i++)
        if (((const unsigned char *)at)[i] !=
            (payload(i) ^ key[(phase + i) % 4]))
            return CHECK_FAIL("byte %zu of %zu, phase %u", i, len, phase);
    return true;
}

TEST(ws_mask, bytes_by_hand, "ws_mask.1")
{
    char hello[] = "\x7f\x9f\x4d\x51\x58";

    CHECK_INT(eventlet_ws_mask(hello, hello, 5, key, 0), 1);
    CHECK_MEM(hello, "Hello", 5);
    CHECK_INT(eventlet_ws_mask(hello, hello, 5, key, 0), 1);
    CHECK_MEM(hello, "\x7f\x9f\x4d\x51\x58", 5);
    CHECK_INT(eventlet_ws_mask(NULL, NULL, 0, key, 3), 3);
}

TEST(ws_mask, in_place_at_each_length_and_phase,
     "ws_mask.1 ws_mask.3 ws_mask.4")
{
    struct guarded g;

    guarded_open(&g, MOST);
    SIMD_EACH(way)
    for (size_t len = 0; len <= MOST; len++) {
        char *at = guarded_at(&g, len, len % 2);
        unsigned phase = len / 2 % 4;

        fill(at, len);
        CHECK_INT(eventlet_ws_mask(at, at, len, key, phase), (phase + len) % 4);
        REQUIRE(is_masked(at, len, phase));
    }
    guarded_close(&g);
}

TEST(ws_mask, from_one_block_into_another, "ws_mask.3")
{
    char from[MOST], to[MOST + 2];

    fill(from, sizeof from);
    SIMD_EACH(way)
    for (size_t len = 0; len <= MOST; len += len < 140 ? 1 : 61) {
        memset(to, '!', sizeof to);
        eventlet_ws_mask(to + 1, from, len, key, 2);
        REQUIRE(is_masked(to + 1, len, 2));
        CHECK_INT(to[0], '!');
        CHECK_INT(to[len + 1], '!');
    }
}

TEST(ws_mask, cut_anywhere, "ws_mask.2")
{
    unsigned char bytes[MOST];

    SIMD_EACH(way)
    for (size_t cut = 0; cut <= MOST; cut++) {
        unsigned phase;

        fill(bytes, MOST);
        phase = eventlet_ws_mask(bytes, bytes, cut, key, 1);
        eventlet_ws_mask(bytes + cut, bytes + cut, MOST - cut, key, phase);
        REQUIRE(is_masked(bytes, MOST, 1));
    }
}
