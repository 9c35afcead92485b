/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <errno.h>
#include <string.h>

#include "eventlet/errors.h"
#include "eventlet/ws_frame.h"

static const struct eventlet_ws_frame_opts as_client = { .client = true };

TEST(ws_frame, an_error_stays, "ws_frame.17 ws_frame.19")
{
    struct eventlet_ws_frame p;
    struct eventlet_ws_event event;
    char bytes[] = "\x8a\x00\x83\x00";

    eventlet_ws_frame_init(&p, &as_client);
    CHECK_PTR(eventlet_ws_frame_error(&p), NULL);
    CHECK_INT(eventlet_ws_frame_feed(&p, bytes, 2, &event), 2);
    for (int i = 0; i < 3; i++)
        CHECK_CODE(eventlet_ws_frame_feed(&p, bytes + 2, 2, &event),
                   EVENTLET_WS_PROTOCOL);
    CHECK_INT(event.kind, EVENTLET_WS_NOTHING);
    REQUIRE(eventlet_ws_frame_error(&p));
    CHECK_INT(eventlet_ws_frame_error(&p)->offset, 2);
    CHECK_INT(eventlet_ws_frame_error(&p)->status, 1002);
    CHECK_STR(eventlet_ws_frame_error(&p)->what, "unknown opcode");
}

/* Not even bytes that are nowhere do harm, at whatever place. */
TEST(ws_frame, of_nothing_nothing_is_taken, "ws_frame.1")
{
    struct eventlet_ws_frame p;
    struct eventlet_ws_event event;
    char bytes[] = "\x81\x82\0\0\0\0ok\x89\x81\0\0\0\0!\x88\x80\0\0\0\0";
    int events = 0;

    eventlet_ws_frame_init(&p, NULL);
    for (size_t i = 0; i < sizeof bytes - 1; i++) {
        CHECK_INT(eventlet_ws_frame_feed(&p, NULL, 0, &event), 0);
        CHECK_INT(event.kind, EVENTLET_WS_NOTHING);
        CHECK_INT(eventlet_ws_frame_feed(&p, bytes + i, 1, &event), 1);
        events += event.kind != EVENTLET_WS_NOTHING;
    }
    CHECK_INT(events, 4);
    CHECK_INT(event.code, 1005);
}

/* What is given before a wrong byte is given also if the byte came with it. */
TEST(ws_frame, the_right_part_of_a_text_comes_first, "ws_frame.9 ws_frame.19")
{
    struct eventlet_ws_frame p;
    struct eventlet_ws_event event;
    char bytes[] = "\x81\x04ok\xff!";

    eventlet_ws_frame_init(&p, &as_client);
    CHECK_INT(eventlet_ws_frame_feed(&p, bytes, 6, &event), 4);
    CHECK_MEM(event.bytes, "ok", 2);
    CHECK(event.starts && !event.ends && !event.ends_frame);
    CHECK_CODE(eventlet_ws_frame_feed(&p, bytes + 4, 2, &event),
               EVENTLET_WS_BAD_TEXT);
}

TEST(ws_frame, events_point_into_what_was_fed, "ws_frame.1 ws_frame.21")
{
    struct eventlet_ws_frame p;
    struct eventlet_ws_event event;
    char bytes[] = "\x02\x03"
                   "abc\x89\x02pq";

    eventlet_ws_frame_init(&p, &as_client);
    CHECK_INT(eventlet_ws_frame_feed(&p, bytes, 4, &event), 4);
    CHECK_PTR(event.bytes, bytes + 2);
    CHECK_INT(event.left, 1);
    CHECK(event.starts && !event.ends_frame);
    CHECK_INT(eventlet_ws_frame_feed(&p, bytes + 4, 5, &event), 1);
    CHECK(!event.starts && event.ends_frame && !event.ends);
    CHECK_INT(eventlet_ws_frame_feed(&p, bytes + 5, 4, &event), 4);
    CHECK_PTR(event.bytes, bytes + 7);
    CHECK_INT(event.opcode, EVENTLET_WS_PING);
}

TEST(ws_frame, a_fragment_of_a_byte_each, "ws_frame.20")
{
    struct eventlet_ws_frame p;
    struct eventlet_ws_event event;
    ssize_t n = 3;

    eventlet_ws_frame_init(&p, &as_client);
    for (unsigned i = 0; i < 131072; i++) {
        char frame[] = { i == 0 ? 2 : 0, 1, 'x' };

        REQUIRE_INT(eventlet_ws_frame_feed(&p, frame, 3, &event), 3);
    }
    n = eventlet_ws_frame_feed(&p, (char[]){ 0, 1, 'x' }, 3, &event);
    CHECK_CODE(n, EVENTLET_WS_TOO_LONG);
    CHECK_INT(eventlet_ws_frame_error(&p)->status, 1008);
    CHECK_INT(eventlet_ws_frame_error(&p)->limit, 131072);
}

TEST(ws_frame, messages_may_be_as_long_as_the_limit, "ws_frame.15 ws_frame.20")
{
    struct eventlet_ws_frame p;
    struct eventlet_ws_event event;
    static char room[1 << 16];
    char head[] = "\x02\x7f\0\0\0\0\0\x80\0\0";
    size_t got = 0;

    eventlet_ws_frame_init(&p, &as_client);
    CHECK_INT(eventlet_ws_frame_feed(&p, head, 10, &event), 10);
    while (got < 8 << 20) {
        REQUIRE_INT(eventlet_ws_frame_feed(&p, room, sizeof room, &event),
                    (ssize_t)sizeof room);
        got += event.len;
    }
    CHECK(event.ends_frame);
    CHECK_CODE(eventlet_ws_frame_feed(&p, (char[]){ 0, 1 }, 2, &event),
               EVENTLET_WS_TOO_LONG);
}

/* ---- writing ---- */

TEST(ws_frame, heads_are_as_short_as_can_be, "ws_frame.22")
{
    static const struct {
        uint64_t length;
        int len;
        const char *bytes;
    } cases[] = {
        { 0, 2, "\x82\x00" },
        { 125, 2, "\x82\x7d" },
        { 126, 4, "\x82\x7e\x00\x7e" },
        { 65535, 4, "\x82\x7e\xff\xff" },
        { 65536, 10, "\x82\x7f\0\0\0\0\0\x01\0\0" },
        { INT64_MAX, 10, "\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned char out[EVENTLET_WS_HEAD];
        struct eventlet_ws_head head = { .opcode = EVENTLET_WS_BINARY,
                                         .length = cases[i].length };

        CHECK_INT(eventlet_ws_head_write(out, &head), cases[i].len);
        CHECK_MEM(out, cases[i].bytes, (size_t)cases[i].len);
        head.masked = true;
        memcpy(head.key, "\1\2\3\4", 4);
        CHECK_INT(eventlet_ws_head_write(out, &head), cases[i].len + 4);
        CHECK_INT(out[1], (unsigned char)cases[i].bytes[1] | 0x80);
        CHECK_MEM(out + cases[i].len, "\1\2\3\4", 4);
    }
}

TEST(ws_frame, flags_are_in_the_first_byte, "ws_frame.22")
{
    unsigned char out[EVENTLET_WS_HEAD];

    CHECK_INT(
        eventlet_ws_head_write(
            out, &(struct eventlet_ws_head){ .opcode = EVENTLET_WS_TEXT,
                                             .more = true,
                                             .reserved = EVENTLET_WS_RSV1 }),
        2);
    CHECK_INT(out[0], 0x41);
    CHECK_INT(eventlet_ws_head_write(out, &(struct eventlet_ws_head){ 0 }), 2);
    CHECK_INT(out[0], 0x80);
}

TEST(ws_frame, heads_of_control_frames, "ws_frame.22 ws_frame.23")
{
    static const struct {
        enum eventlet_ws_opcode opcode;
        uint64_t length;
        const char *bytes;
    } cases[] = {
        { EVENTLET_WS_CLOSE, 0, "\x88\x00" },
        { EVENTLET_WS_PING, 125, "\x89\x7d" },
        { EVENTLET_WS_PONG, 125, "\x8a\x7d" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned char out[EVENTLET_WS_HEAD];
        const struct eventlet_ws_head head = { .opcode = cases[i].opcode,
                                               .length = cases[i].length };

        CHECK_INT(eventlet_ws_head_write(out, &head), 2);
        CHECK_MEM(out, cases[i].bytes, 2);
    }
}

TEST(ws_frame, what_must_not_be_sent_is_not_written, "ws_frame.23")
{
    static const struct eventlet_ws_head wrong[] = {
        { .opcode = EVENTLET_WS_PING, .length = 126 },
        { .opcode = EVENTLET_WS_PONG, .more = true },
        { .opcode = EVENTLET_WS_CLOSE, .reserved = EVENTLET_WS_RSV1 },
        { .opcode = EVENTLET_WS_CONTINUATION, .reserved = EVENTLET_WS_RSV1 },
        { .opcode = EVENTLET_WS_TEXT, .reserved = 8 },
        { .opcode = EVENTLET_WS_BINARY, .length = UINT64_C(1) << 63 },
        { .opcode = EVENTLET_WS_CONTINUATION, .length = UINT64_MAX },
        { .opcode = (enum eventlet_ws_opcode)3 },
        { .opcode = (enum eventlet_ws_opcode)11 },
    };
    unsigned char out[200];

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CHECK_CODE(eventlet_ws_head_write(out, wrong + i),
                   EVENTLET_WS_UNSENDABLE);
        CHECK_CODE(eventlet_ws_frame_write(out, sizeof out, wrong + i, out),
                   EVENTLET_WS_UNSENDABLE);
    }
}

TEST(ws_frame, whole_frames_are_read_as_written, "ws_frame.24")
{
    struct eventlet_ws_head head = { .opcode = EVENTLET_WS_TEXT,
                                     .masked = true,
                                     .key = { 0x37, 0xfa, 0x21, 0x3d },
                                     .length = 5 };
    char out[11];

    CHECK_INT(eventlet_ws_frame_write(out, sizeof out, &head, "Hello"), 11);
    CHECK_MEM(out, "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11);
    head.masked = false;
    CHECK_INT(eventlet_ws_frame_write(out, sizeof out, &head, "Hello"), 7);
    CHECK_MEM(out, "\x81\x05Hello", 7);
    CHECK_CODE(eventlet_ws_frame_write(out, 6, &head, "Hello"), -ENOBUFS);
    CHECK_CODE(eventlet_ws_frame_write(out, 1, &head, "Hello"), -ENOBUFS);
    head.length = 0;
    CHECK_INT(eventlet_ws_frame_write(out, 2, &head, NULL), 2);
}

TEST(ws_frame, close_payloads, "ws_frame.25")
{
    unsigned char out[EVENTLET_WS_SHORT];
    char reason[124];

    memset(reason, 'x', sizeof reason);
    CHECK_INT(eventlet_ws_close_write(out, 1000, NULL, 0), 2);
    CHECK_MEM(out, "\x03\xe8", 2);
    CHECK_INT(eventlet_ws_close_write(out, 4999, "bye", 3), 5);
    CHECK_MEM(out,
              "\x13\x87"
              "bye",
              5);
    CHECK_INT(eventlet_ws_close_write(out, 1005, NULL, 0), 0);
    CHECK_INT(eventlet_ws_close_write(out, 1001, reason, 123), 125);
    CHECK_CODE(eventlet_ws_close_write(out, 1001, reason, 124),
               EVENTLET_WS_UNSENDABLE);
    CHECK_CODE(eventlet_ws_close_write(out, 1005, "x", 1),
               EVENTLET_WS_UNSENDABLE);
    CHECK_CODE(eventlet_ws_close_write(out, 1006, NULL, 0),
               EVENTLET_WS_UNSENDABLE);
    CHECK_CODE(eventlet_ws_close_write(out, 1000, "\xc3", 1),
               EVENTLET_WS_UNSENDABLE);
}

TEST(ws_frame, codes_of_a_close_frame, "ws_frame.13")
{
    int valid = 0;

    for (int code = -1; code <= 70000; code++)
        valid += eventlet_ws_close_code_valid(code);
    CHECK_INT(valid, 4 + 8 + 2000);
    CHECK(!eventlet_ws_close_code_valid(1005));
    CHECK(eventlet_ws_close_code_valid(3000));
}
