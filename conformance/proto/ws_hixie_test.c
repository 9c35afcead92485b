/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <errno.h>
#include <string.h>

#include "eventlet/errors.h"
#include "eventlet/ws_hixie.h"

TEST(ws_hixie, an_error_stays, "ws_hixie.8")
{
    struct eventlet_ws_hixie p;
    struct eventlet_ws_event event;

    eventlet_ws_hixie_init(&p, &(struct eventlet_ws_hixie_opts){ 2 });
    CHECK_PTR(eventlet_ws_hixie_error(&p), NULL);
    CHECK_INT(eventlet_ws_hixie_feed(&p, "", 0, &event), 0);
    CHECK_INT(eventlet_ws_hixie_feed(&p, "\x90", 1, &event), 1);
    for (int i = 0; i < 3; i++)
        CHECK_CODE(eventlet_ws_hixie_feed(&p, "\x03", 1, &event),
                   EVENTLET_WS_TOO_LONG);
    CHECK_INT(event.kind, EVENTLET_WS_NOTHING);
    REQUIRE(eventlet_ws_hixie_error(&p));
    CHECK_INT(eventlet_ws_hixie_error(&p)->offset, 1);
}

/* Many bytes, all wrong: each is looked at once, and given at once. */
TEST(ws_hixie, much_that_is_wrong_takes_no_longer, "ws_hixie.2 ws_hixie.9")
{
    static char bytes[1 << 16];
    struct eventlet_ws_hixie p;
    struct eventlet_ws_event event;
    size_t at = 1, events = 0;

    eventlet_ws_hixie_init(&p, NULL);
    memset(bytes, 0x80, sizeof bytes);
    CHECK_INT(eventlet_ws_hixie_feed(&p, "\0", 1, &event), 1);
    for (; at < sizeof bytes; at++, events++) {
        ssize_t n =
            eventlet_ws_hixie_feed(&p, bytes + at, sizeof bytes - at, &event);

        REQUIRE_INT(n, 1);
        CHECK_MEM(event.bytes, "\xef\xbf\xbd", 3);
    }
    CHECK_INT(events, sizeof bytes - 1);
}

TEST(ws_hixie, texts_are_given_where_they_lie, "ws_hixie.9")
{
    const char bytes[] = "\0some text";
    struct eventlet_ws_hixie p;
    struct eventlet_ws_event event;

    eventlet_ws_hixie_init(&p, NULL);
    CHECK_INT(eventlet_ws_hixie_feed(&p, bytes, 1, &event), 1);
    CHECK_INT(eventlet_ws_hixie_feed(&p, bytes + 1, 9, &event), 9);
    CHECK_PTR(event.bytes, bytes + 1);
    CHECK(event.starts);
}

TEST(ws_hixie, texts_are_written, "ws_hixie.10")
{
    char out[8];

    CHECK_INT(eventlet_ws_hixie_write(out, sizeof out, "hello", 5), 7);
    CHECK_MEM(out, "\0hello\xff", 7);
    CHECK_INT(eventlet_ws_hixie_write(out, sizeof out, NULL, 0), 2);
    CHECK_MEM(out, "\0\xff", 2);
    CHECK_INT(eventlet_ws_hixie_write(out, 8, "hellos", 6), 8);
    CHECK_CODE(eventlet_ws_hixie_write(out, 7, "hellos", 6), -ENOBUFS);
    CHECK_CODE(eventlet_ws_hixie_write(out, 1, "", 0), -ENOBUFS);
    CHECK_CODE(eventlet_ws_hixie_write(out, 8, "a\xff", 2),
               EVENTLET_WS_UNSENDABLE);
    CHECK_CODE(eventlet_ws_hixie_write(out, 8, "\xc3", 1),
               EVENTLET_WS_UNSENDABLE);
}
