/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <zlib.h>

#include "base/sys.h"
#include "eventlet/errors.h"
#include "eventlet/mem.h"
#include "eventlet/ws_deflate.h"

enum { MOST = 40000 };

/* Text that repeats itself now and then, at distances of all kinds. */
static size_t make_text(char *text, size_t len, unsigned seed)
{
    for (size_t i = 0; i < len;) {
        size_t n = 1 + (size_t)rand_r(&seed) % 40;
        size_t back = 1 + (size_t)rand_r(&seed) % 2000;

        for (; n > 0 && i < len; n--, i++)
            text[i] = back <= i && n > 8 ? text[i - back]
                                         : (char)(rand_r(&seed) % 64);
    }
    return len;
}

/* Packs in pieces, with little room at a time. */
static size_t pack(eventlet_ws_deflate *d, const char *text, size_t len,
                   size_t piece, char *out, size_t room)
{
    struct eventlet_ws_flow flow = { .out = out };
    size_t at = 0;
    int rc;

    do {
        size_t n = len - at < piece ? len - at : piece;

        flow.in = text + at;
        flow.in_len = n;
        at += n;
        do {
            flow.out_len = room;
            rc = eventlet_ws_deflate_pack(d, &flow, at == len);
            CHECK(rc == 0 || rc == 1);
        } while (rc == 1);
    } while (at < len);
    return (size_t)((char *)flow.out - out);
}

static int unpack(eventlet_ws_deflate *d, const char *packed, size_t len,
                  char *out, size_t *got, size_t room)
{
    struct eventlet_ws_flow flow = { .in = packed, .in_len = len, .out = out };
    int rc;

    do {
        flow.out_len = room;
        rc = eventlet_ws_deflate_unpack(d, &flow, true);
    } while (rc == 1);
    *got = (size_t)((char *)flow.out - out);
    return rc;
}

static bool goes_through(eventlet_ws_deflate *from, eventlet_ws_deflate *to,
                         size_t len, unsigned seed)
{
    static char text[MOST], packed[2 * MOST], back[2 * MOST];
    size_t n, got = 0;

    make_text(text, len, seed);
    n = pack(from, text, len, 1 + seed % 5000, packed, 16 + seed % 300);
    if (unpack(to, packed, n, back, &got, 1 + seed % 700) != 0 || got != len)
        return CHECK_FAIL("%zu bytes of %zu, seed %u", got, len, seed);
    return CHECK_MEM(back, text, len);
}

TEST(ws_deflate, all_windows_and_both_sides, "ws_deflate.1")
{
    for (int i = 0; i < 64; i++) {
        unsigned char bits = (unsigned char)(8 + i % 8);
        struct eventlet_ws_deflate_params params = {
            i % 3 == 0, i % 5 == 0, bits, (unsigned char)(23 - bits)
        };
        struct eventlet_ws_deflate_opts opts = { .params = params };
        eventlet_ws_deflate *server, *client;

        REQUIRE_OK(eventlet_ws_deflate_new(&server, &opts));
        opts.client = true;
        opts.level = i % 10;
        REQUIRE_OK(eventlet_ws_deflate_new(&client, &opts));
        for (unsigned k = 0; k < 4; k++) {
            CHECK(goes_through(client, server, (size_t)(i * 601), k * 977));
            CHECK(goes_through(server, client, (size_t)(k * 9001), k * 77));
        }
        eventlet_ws_deflate_free(server);
        eventlet_ws_deflate_free(client);
    }
}

/* Whether a window of that size is enough for a message. With room for one
 * byte at a time zlib has nothing to look back to but its window. */
static bool is_within(const char *packed, size_t len, int bits)
{
    unsigned char room[1];
    z_stream z = { 0 };
    int rc;

    if (inflateInit2(&z, -bits) != Z_OK)
        return false;
    z.next_in = (unsigned char *)(uintptr_t)packed;
    z.avail_in = (uInt)len;
    do {
        z.next_out = room;
        z.avail_out = sizeof room;
        rc = inflate(&z, Z_SYNC_FLUSH);
    } while (rc == Z_OK);
    inflateEnd(&z);
    return rc == Z_BUF_ERROR;
}

TEST(ws_deflate, the_window_is_kept_to, "ws_deflate.10")
{
    static char text[MOST], packed[2 * MOST];

    make_text(text, MOST, 7);
    for (int bits = 8; bits <= 15; bits++) {
        const struct eventlet_ws_deflate_opts opts = {
            .params = { .server_max_window_bits = (unsigned char)bits }
        };
        eventlet_ws_deflate *d;
        size_t n;

        REQUIRE_OK(eventlet_ws_deflate_new(&d, &opts));
        n = pack(d, text, MOST, MOST, packed, sizeof packed);
        CHECK(is_within(packed, n, bits));
        CHECK(bits < 10 || !is_within(packed, n, 8));
        eventlet_ws_deflate_free(d);
    }
}

static eventlet_ws_deflate *side(bool client, bool alone)
{
    const struct eventlet_ws_deflate_opts opts = {
        .client = client,
        .params = { alone, alone, 0, 0 },
    };
    eventlet_ws_deflate *d = NULL;

    CHECK_OK(eventlet_ws_deflate_new(&d, &opts));
    return d;
}

TEST(ws_deflate, bytes_of_the_rfc, "ws_deflate.8 ws_deflate.9")
{
    eventlet_ws_deflate *d = side(false, false);
    char out[64];

    CHECK_INT(pack(d, "Hello", 5, 5, out, 32), 7);
    CHECK_MEM(out, "\xf2\x48\xcd\xc9\xc9\x07\x00", 7);
    CHECK_INT(pack(d, "Hello", 5, 1, out, 32), 5);
    CHECK_MEM(out, "\xf2\x00\x11\x00\x00", 5);
    CHECK_INT(pack(d, "", 0, 1, out, 16), 1);
    CHECK_MEM(out, "\0", 1);
    CHECK_INT(pack(d, "", 0, 1, out, 16), 1);
    eventlet_ws_deflate_free(d);
    d = side(true, true);
    for (int i = 0; i < 2; i++) {
        CHECK_INT(pack(d, "Hello", 5, 5, out, 32), 7);
        CHECK_MEM(out, "\xf2\x48\xcd\xc9\xc9\x07\x00", 7);
    }
    eventlet_ws_deflate_free(d);
}

TEST(ws_deflate, a_piece_of_nothing_is_nothing, "ws_deflate.8")
{
    eventlet_ws_deflate *d = side(false, false);
    char out[16];
    struct eventlet_ws_flow flow = { NULL, 0, out, 16 };

    CHECK_CODE(eventlet_ws_deflate_pack(d, &flow, false), 0);
    CHECK_INT(flow.out_len, 16);
    CHECK_CODE(eventlet_ws_deflate_pack(d, &flow, true), 0);
    CHECK_INT(flow.out_len, 15);
    CHECK_MEM(out, "\0", 1);
    eventlet_ws_deflate_free(d);
}

/* More than zlib is given at once. */
TEST(ws_deflate, large_pieces, "ws_deflate.14")
{
    enum { LEN = 1 << 22, ROOM = LEN };

    static char text[LEN], packed[ROOM], small[ROOM], back[ROOM];
    eventlet_ws_deflate *one = side(true, false), *two = side(true, false);
    eventlet_ws_deflate *to = side(false, false);
    size_t n, got;

    make_text(text, LEN, 5);
    n = pack(one, text, LEN, LEN, packed, ROOM);
    CHECK(n > 1 << 20);
    CHECK_INT(pack(two, text, LEN, 10000, small, 1000), n);
    CHECK_MEM(packed, small, n);
    CHECK_CODE(unpack(to, packed, n, back, &got, ROOM), 0);
    CHECK_INT(got, LEN);
    CHECK_MEM(back, text, LEN);
    eventlet_ws_deflate_free(one);
    eventlet_ws_deflate_free(two);
    eventlet_ws_deflate_free(to);
}

/* A length that zlib would take for none; only the first page is there. */
TEST(ws_deflate, room_beyond_what_zlib_can_count, "ws_deflate.14")
{
    const size_t size = (size_t)1 << 32;
    const struct eventlet_ws_deflate_opts opts = { .max_message = size };
    char *room = mmap(NULL, size, PROT_NONE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    struct eventlet_ws_flow flow = { "Hello", 5, room, size };
    eventlet_ws_deflate *d;

    REQUIRE(room != MAP_FAILED);
    REQUIRE_OK(mprotect(room, 4096, PROT_READ | PROT_WRITE));
    REQUIRE_OK(eventlet_ws_deflate_new(&d, &opts));
    CHECK_CODE(eventlet_ws_deflate_pack(d, &flow, true), 0);
    CHECK_INT(flow.out_len, size - 7);
    flow = (struct eventlet_ws_flow){ room, 7, room + 7, size - 7 };
    CHECK_CODE(eventlet_ws_deflate_unpack(d, &flow, true), 0);
    CHECK_MEM(room + 7, "Hello", 5);
    eventlet_ws_deflate_free(d);
    munmap(room, size);
}

TEST(ws_deflate, room_to_pack_has_to_be_there, "ws_deflate.8")
{
    eventlet_ws_deflate *d = side(false, false);
    char out[16];
    struct eventlet_ws_flow flow = { "x", 1, out, 15 };

    CHECK_CODE(eventlet_ws_deflate_pack(d, &flow, true), -EINVAL);
    CHECK_INT(flow.in_len, 1);
    flow.out_len = 16;
    CHECK_CODE(eventlet_ws_deflate_pack(d, &flow, true), 0);
    eventlet_ws_deflate_free(d);
}

TEST(ws_deflate, a_bomb_ends_at_the_limit, "ws_deflate.6 ws_deflate.7")
{
    static char zeros[1 << 20], packed[1 << 16], room[1000];
    eventlet_ws_deflate *from = side(true, false), *to;
    size_t n = pack(from, zeros, sizeof zeros, sizeof zeros, packed, 4096);
    struct eventlet_ws_flow flow = { packed, n, room, sizeof room };
    size_t got = 0;
    int rc;

    CHECK(n * 1000 < sizeof zeros);
    REQUIRE_OK(eventlet_ws_deflate_new(
        &to, &(struct eventlet_ws_deflate_opts){ .max_message = 100500 }));
    while ((rc = eventlet_ws_deflate_unpack(to, &flow, true)) == 1) {
        got += sizeof room - flow.out_len;
        flow.out = room;
        flow.out_len = sizeof room;
    }
    got += sizeof room - flow.out_len;
    CHECK_CODE(rc, EVENTLET_WS_TOO_LONG);
    CHECK_INT(got, 100500);
    flow.in_len = 0;
    CHECK_CODE(eventlet_ws_deflate_unpack(to, &flow, false),
               EVENTLET_WS_TOO_LONG);
    eventlet_ws_deflate_free(from);
    eventlet_ws_deflate_free(to);
}

TEST(ws_deflate, room_for_the_limit_is_enough, "ws_deflate.6 ws_deflate.13")
{
    static const char hello[] = "\xf2\x48\xcd\xc9\xc9\x07\x00";
    static const char hello_[] = "\x00\x06\x00\xf9\xffHello!\x00";
    const struct eventlet_ws_deflate_opts opts = { .max_message = 5 };
    eventlet_ws_deflate *d;
    char room[5];
    struct eventlet_ws_flow flow = { hello, 7, room, 5 };

    REQUIRE_OK(eventlet_ws_deflate_new(&d, &opts));
    CHECK_CODE(eventlet_ws_deflate_unpack(d, &flow, true), 0);
    CHECK_MEM(room, "Hello", 5);
    flow = (struct eventlet_ws_flow){ hello_, 12, room, 5 };
    CHECK_CODE(eventlet_ws_deflate_unpack(d, &flow, true),
               EVENTLET_WS_TOO_LONG);
    eventlet_ws_deflate_free(d);
}

/* What the first n bytes of a message inflate to, so much at a time. */
static size_t given(size_t n, size_t size)
{
    eventlet_ws_deflate *d = side(false, false);
    char room[2000];
    struct eventlet_ws_flow flow = {
        .in = "\x4a\x4c\x1c\x05\xa3\x60\x14\x0c\x77\x00\x00", .in_len = n
    };
    size_t got = 0;
    int rc;

    do {
        flow.out = room;
        flow.out_len = size;
        rc = eventlet_ws_deflate_unpack(d, &flow, false);
        got += size - flow.out_len;
    } while (rc == 1);
    CHECK_CODE(rc, 0);
    eventlet_ws_deflate_free(d);
    return got;
}

/* Also when the rest of the message has not come. */
TEST(ws_deflate, all_that_can_be_had_is_given, "ws_deflate.2")
{
    for (size_t n = 1; n <= 11; n++)
        CHECK_INT(given(n, 10), given(n, 2000));
    CHECK_INT(given(11, 10), 1000);
}

TEST(ws_deflate, memory_is_taken_when_used, "ws_deflate.11")
{
    struct eventlet_live before, after;
    eventlet_ws_deflate *d;

    eventlet_live(&before);
    d = side(false, false);
    eventlet_live(&after);
    CHECK_INT(after.blocks, before.blocks + 1);
    eventlet_ws_deflate_free(d);
    eventlet_ws_deflate_free(NULL);
}

static int use(void *arg)
{
    eventlet_ws_deflate *d;
    char out[64], back[64];
    struct eventlet_ws_flow flow = { "Hello", 5, out, sizeof out };
    int rc = eventlet_ws_deflate_new(&d, arg);

    if (rc < 0)
        return rc;
    rc = eventlet_ws_deflate_pack(d, &flow, true);
    if (rc == 0) {
        flow = (struct eventlet_ws_flow){ out, sizeof out - flow.out_len, back,
                                          sizeof back };
        rc = eventlet_ws_deflate_unpack(d, &flow, true);
    }
    eventlet_ws_deflate_free(d);
    CHECK(rc == 0 || rc == -ENOMEM);
    return rc;
}

TEST(ws_deflate, without_memory_it_says_so, "ws_deflate.11")
{
    FAULT_EACH(use, NULL);
}

TEST(ws_deflate, options_that_make_no_sense, "ws_deflate.11")
{
    static const struct eventlet_ws_deflate_opts wrong[] = {
        { .level = -1 },
        { .level = 10 },
        { .params = { .server_max_window_bits = 7 } },
        { .params = { .client_max_window_bits = 16 } },
    };
    eventlet_ws_deflate *d = NULL;

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK_CODE(eventlet_ws_deflate_new(&d, wrong + i), -EINVAL);
    CHECK_PTR(d, NULL);
}
