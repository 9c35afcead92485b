/* SPDX-License-Identifier: MIT */
/* Websockets. */
#include "work.h"

#include "eventlet.h"

#include <stdlib.h>
#include <string.h>

enum { MUCH = 1 << 20 };

/* ---- frames ---- */

static bool frames_by(char *data, size_t len, size_t step)
{
    const struct eventlet_ws_frame_opts opts = { .max_fragments = MUCH };
    struct eventlet_ws_frame parser;
    struct eventlet_ws_event event;

    eventlet_ws_frame_init(&parser, &opts);
    for (size_t at = 0; at < len;) {
        const size_t left = step - at % step;
        ssize_t n = eventlet_ws_frame_feed(
            &parser, data + at, left < len - at ? left : len - at, &event);

        if (n < 0)
            return false;
        at += (size_t)n;
    }
    return true;
}

static bool frames(char *data, size_t len)
{
    return frames_by(data, len, len);
}

static bool frames_by_bytes(char *data, size_t len)
{
    return frames_by(data, len, 1);
}

static bool old_by(char *data, size_t len, size_t step)
{
    struct eventlet_ws_hixie parser;
    struct eventlet_ws_event event;

    eventlet_ws_hixie_init(&parser, NULL);
    for (size_t at = 0; at < len;) {
        const size_t left = step - at % step;
        ssize_t n = eventlet_ws_hixie_feed(
            &parser, data + at, left < len - at ? left : len - at, &event);

        if (n < 0)
            return false;
        at += (size_t)n;
    }
    return true;
}

static bool old(char *data, size_t len)
{
    return old_by(data, len, len);
}

static bool old_by_bytes(char *data, size_t len)
{
    return old_by(data, len, 1);
}

/* ---- texts ---- */

static bool text(char *data, size_t len)
{
    return eventlet_utf8_valid(data, len);
}

static bool text_by_bytes(char *data, size_t len)
{
    struct eventlet_utf8 text = { 0 };

    for (size_t i = 0; i < len; i++)
        if (eventlet_utf8_feed(&text, data + i, 1) != 1)
            return false;
    return eventlet_utf8_may_end(&text);
}

/* ---- compression ---- */

static int unpack(eventlet_ws_deflate *d, struct eventlet_ws_flow *flow,
                  bool ends)
{
    char room[100];
    int rc;

    do {
        flow->out = room;
        flow->out_len = sizeof room;
        rc = eventlet_ws_deflate_unpack(d, flow, ends);
    } while (rc == 1);
    return rc;
}

static bool unpacked_by(const char *data, size_t len, size_t step)
{
    eventlet_ws_deflate *d;
    int rc = 0;

    if (eventlet_ws_deflate_new(&d, NULL) < 0)
        return false;
    for (size_t at = 0; at < len && rc == 0; at += step) {
        struct eventlet_ws_flow flow = { .in = data + at,
                                         .in_len = step < len - at ? step
                                                                   : len - at };
        rc = unpack(d, &flow, at + step >= len);
    }
    eventlet_ws_deflate_free(d);
    return rc == 0;
}

static bool unpacked(char *data, size_t len)
{
    return unpacked_by(data, len, len);
}

static bool unpacked_by_bytes(char *data, size_t len)
{
    return unpacked_by(data, len, 1);
}

static bool there_and_back(char *data, size_t len)
{
    static char packed[MUCH];
    struct eventlet_ws_flow flow = { data, len, packed, sizeof packed };
    eventlet_ws_deflate *d;
    int rc;

    if (eventlet_ws_deflate_new(&d, NULL) < 0)
        return false;
    rc = eventlet_ws_deflate_pack(d, &flow, true);
    eventlet_ws_deflate_free(d);
    return rc == 0 && unpacked_by(packed, sizeof packed - flow.out_len, MUCH);
}

/* ---- handshakes ---- */

#define FIELD(name, value)                                                     \
    {                                                                          \
        { name, sizeof name - 1 },                                             \
        {                                                                      \
            value, sizeof value - 1                                            \
        }                                                                      \
    }

static struct eventlet_ws_field fields[1 << 16] = {
    FIELD("Host", "a"),
    FIELD("Upgrade", "websocket"),
    FIELD("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    FIELD("Sec-WebSocket-Version", "13"),
    FIELD("Connection", "upgrade"),
};

static int judge(size_t count)
{
    static const char *const protocols[] = { "x", "y", NULL };
    const struct eventlet_ws_request request = { .fields = fields,
                                                 .count = count };
    struct eventlet_ws_handshake out;
    struct eventlet_ws_error error;

    return eventlet_ws_accept(
        &out, &error, &request,
        &(struct eventlet_ws_server_opts){ .protocols = protocols });
}

/* The input is the value of a field. */
static int judge_with(const char *name, char *data, size_t len)
{
    fields[5] =
        (struct eventlet_ws_field){ { name, strlen(name) }, { data, len } };
    return judge(6);
}

static bool extensions(char *data, size_t len)
{
    return judge_with("Sec-WebSocket-Extensions", data, len) == 0;
}

static bool protocols(char *data, size_t len)
{
    return judge_with("Sec-WebSocket-Protocol", data, len) == 0;
}

static bool connection(char *data, size_t len)
{
    const struct eventlet_ws_field before = fields[4];
    int rc;

    fields[4].value = (struct eventlet_span){ data, len };
    rc = judge(5);
    fields[4] = before;
    return rc == 0;
}

static bool many_fields(char *data, size_t len)
{
    const char *const names[] = { "Sec-WebSocket-Protocol",
                                  "Sec-WebSocket-Extensions", "Connection" };

    for (size_t i = 0; i < len; i++)
        fields[5 + i] =
            (struct eventlet_ws_field){ { names[i % 3], strlen(names[i % 3]) },
                                        { data + i, 1 } };
    return judge(5 + len) == 0;
}

#define KEY "\0\0\0\0"

const struct work ws_work[] = {
    { "empty fragments", 5000, PART("\x01\x80" KEY), PART("\x00\x80" KEY),
      PART("\x80\x80" KEY), frames },
    { "fragments, byte by byte", 2000, PART("\x01\x80" KEY),
      PART("\x00\x81" KEY "a"), PART("\x80\x80" KEY), frames_by_bytes },
    { "pings", 5000, PART(""), PART("\x89\x81" KEY "a"), PART(""), frames },
    { "pings, byte by byte", 2000, PART(""), PART("\x89\x81" KEY "a"), PART(""),
      frames_by_bytes },
    { "messages of a byte", 5000, PART(""), PART("\x81\x81" KEY "a"), PART(""),
      frames },
    { "messages of 100 bytes, byte by byte", 50, PART(""),
      PART("\x81\xe4" KEY "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
           "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
      PART(""), frames_by_bytes },
    { "old texts", 5000, PART(""), PART("\0a\xff"), PART(""), old },
    { "an old text", 10000, PART("\0"), PART("\xc3\xa4"), PART("\xff"), old },
    { "an old text, byte by byte", 2000, PART("\0"), PART("\xc3\xa4"),
      PART("\xff"), old_by_bytes },
    { "an old text that is broken", 5000, PART("\0"), PART("\xe2\x82"),
      PART("\xff"), old },
    { "old frames of no type", 5000, PART(""), PART("\x80\x01x"), PART(""),
      old },
    { "UTF-8", 10000, PART(""), PART("\xe2\x82\xac"), PART(""), text },
    { "UTF-8, byte by byte", 5000, PART(""), PART("\xe2\x82\xac"), PART(""),
      text_by_bytes },
    { "a bomb", 200000, PART(""), PART("a"), PART(""), there_and_back },
    { "empty blocks", 2000, PART(""), PART("\0\0\0\xff\xff"), PART("\0"),
      unpacked },
    { "empty blocks, byte by byte", 1000, PART(""), PART("\0\0\0\xff\xff"),
      PART("\0"), unpacked_by_bytes },
    { "last blocks", 2000, PART(""), PART("\1\0\0\xff\xff"), PART(""),
      unpacked },
    { "offers", 5000, PART(""), PART("a;b,"), PART("permessage-deflate"),
      extensions },
    { "parameters of an offer", 5000, PART("a"), PART(";b=\"c\""), PART(""),
      extensions },
    { "an offer with escapes", 5000, PART("a;b=\"c"), PART("\\c"), PART("\""),
      extensions },
    { "protocols", 5000, PART(""), PART("a,"), PART("y"), protocols },
    { "options of a handshake", 5000, PART(""), PART("a,"), PART("upgrade"),
      connection },
    { "fields of a handshake", 2000, PART(""), PART("a"), PART(""),
      many_fields },
    { 0 },
};
