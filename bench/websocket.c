/* SPDX-License-Identifier: MIT */
/* websocket KIND COUNT: frames - COUNT masked frames of 125 bytes are parsed
 * and unmasked; ascii, mixed - COUNT blocks of 16 KiB are checked to be UTF-8;
 * unmask - so many are unmasked; inflate, deflate - COUNT messages of 1 KiB. */
#include "websocket.h"

#include <eventlet.h>

static void frames(uint64_t count)
{
    static unsigned char bytes[FRAMES * FRAME];
    struct eventlet_ws_frame parser;
    uint64_t got = 0;
    eventlet_ws_frame_init(&parser, NULL);
    fill_frames(bytes);
    while (got < count) {
        size_t at = 0;
        while (at < sizeof bytes) {
            struct eventlet_ws_event event;
            ssize_t n = eventlet_ws_frame_feed(&parser, bytes + at,
                                               sizeof bytes - at, &event);
            check(n == FRAME && event.ends && event.len == PAYLOAD, "frame");
            at += FRAME;
            got++;
        }
    }
    /* Unmasked in place an odd or even number of times. */
    check(count == 0 || (bytes[6 + 124] == 'x') == (got / FRAMES % 2 == 1),
          "payload");
}

static void text(uint64_t count, bool mixed)
{
    static char bytes[BLOCK];
    size_t len = fill_text(bytes, mixed);
    for (uint64_t i = 0; i < count; i++) {
        struct eventlet_utf8 u = { 0 };
        check(eventlet_utf8_feed(&u, bytes, len) == len, "text");
    }
    bytes[len - 1] = '\xff';
    check(!eventlet_utf8_valid(bytes, len), "no text");
}

static void unmask(uint64_t count)
{
    static unsigned char bytes[BLOCK];
    const unsigned char key[4] = { 1, 2, 3, 4 };
    for (uint64_t i = 0; i < count; i++) {
        eventlet_ws_mask(bytes, bytes, sizeof bytes, key, 0);
        looked_at(bytes);
    }
    check(bytes[BLOCK - 1] == (count % 2 ? 4 : 0), "bytes");
}

static size_t fill_message(char *message)
{
    size_t n = 0;
    while (n + 32 <= 1024)
        n += (size_t)sprintf(message + n, "{\"id\":%zu,\"on\":true},", n * n);
    return n;
}

static size_t pack(eventlet_ws_deflate *d, const char *message, size_t len,
                   char *out)
{
    struct eventlet_ws_flow flow = { message, len, out, 4096 };
    check(eventlet_ws_deflate_pack(d, &flow, true) == 0, "pack");
    return 4096 - flow.out_len;
}

static void deflate(uint64_t count, bool back)
{
    char message[1024], packed[4096], out[4096];
    size_t len = fill_message(message), n;
    const struct eventlet_ws_deflate_opts opts = {
        .params = { .server_no_context_takeover = true,
                    .client_no_context_takeover = true }
    };
    eventlet_ws_deflate *d;
    check(eventlet_ws_deflate_new(&d, &opts) == 0, "new");
    n = pack(d, message, len, packed);
    check(n < len / 2, "ratio");
    for (uint64_t i = 0; i < count; i++) {
        struct eventlet_ws_flow flow = { packed, n, out, sizeof out };
        if (back)
            check(eventlet_ws_deflate_unpack(d, &flow, true) == 0 &&
                      sizeof out - flow.out_len == len,
                  "unpack");
        else
            check(pack(d, message, len, out) == n, "pack");
    }
    eventlet_ws_deflate_free(d);
}

int main(int argc, char **argv)
{
    uint64_t count = count_arg(argc, argv, 2, "KIND COUNT");
    if (strcmp(argv[1], "frames") == 0)
        frames(count);
    else if (strcmp(argv[1], "unmask") == 0)
        unmask(count);
    else if (strcmp(argv[1], "ascii") == 0 || strcmp(argv[1], "mixed") == 0)
        text(count, argv[1][0] == 'm');
    else if (strcmp(argv[1], "inflate") == 0 || strcmp(argv[1], "deflate") == 0)
        deflate(count, argv[1][0] == 'i');
    else
        die("%s: no such kind", argv[1]);
    return 0;
}
