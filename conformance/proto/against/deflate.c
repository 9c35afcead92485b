/* SPDX-License-Identifier: MIT */
/* deflate.c - messages with permessage-deflate; deflate.py asks the original
 * the same. Each line of standard input is a connection of its own:
 *
 *     read  PARAMETERS FRAMES        what messages there are, as one who gets
 *                                    these frames; "failed" if they end badly
 *     write PARAMETERS MESSAGE...    the frames that are sent
 *
 * The parameters are five numbers: whether this is the client, whether server
 * and client pack each message by itself, and their windows. */
#include "line.h"

#include "eventlet.h"

enum { LINE = 1 << 22, MUCH = 1 << 21 };

static char room[MUCH];

static struct eventlet_ws_deflate_opts options(void)
{
    struct eventlet_ws_deflate_opts opts = { .client = line_number() };

    opts.params.server_no_context_takeover = line_number();
    opts.params.client_no_context_takeover = line_number();
    opts.params.server_max_window_bits = (unsigned char)line_number();
    opts.params.client_max_window_bits = (unsigned char)line_number();
    return opts;
}

/* Puts a piece of a message behind the *len bytes that are there. */
static int take(eventlet_ws_deflate *d, const struct eventlet_ws_event *event,
                size_t *len)
{
    struct eventlet_ws_flow flow = { event->bytes, event->len, room + *len,
                                     MUCH - *len };
    int rc;

    if (!event->reserved) {
        memcpy(room + *len, event->bytes, event->len);
        *len += event->len;
        return 0;
    }
    rc = eventlet_ws_deflate_unpack(d, &flow, event->ends);
    *len = MUCH - flow.out_len;
    return rc;
}

static bool read_frames(eventlet_ws_deflate *d, bool client, char *frames,
                        size_t len)
{
    const struct eventlet_ws_frame_opts opts = { .client = client,
                                                 .reserved = EVENTLET_WS_RSV1 };
    struct eventlet_ws_frame parser;
    struct eventlet_ws_event event;
    size_t got = 0;

    eventlet_ws_frame_init(&parser, &opts);
    for (size_t at = 0; at < len;) {
        ssize_t n =
            eventlet_ws_frame_feed(&parser, frames + at, len - at, &event);

        if (n < 0)
            return false;
        at += (size_t)n;
        if (event.kind != EVENTLET_WS_DATA)
            continue;
        if (take(d, &event, &got) != 0)
            return false;
        if (event.ends) {
            line_say(room, got);
            got = 0;
        }
    }
    return true;
}

static bool write_frame(eventlet_ws_deflate *d, bool client, char *message,
                        size_t len)
{
    static char frame[MUCH];
    struct eventlet_ws_flow flow = { message, len, room, MUCH };
    struct eventlet_ws_head head = { .opcode = EVENTLET_WS_BINARY,
                                     .masked = client,
                                     .key = "key",
                                     .reserved = EVENTLET_WS_RSV1 };
    ssize_t n;

    if (eventlet_ws_deflate_pack(d, &flow, true) != 0)
        return false;
    head.length = MUCH - flow.out_len;
    n = eventlet_ws_frame_write(frame, sizeof frame, &head, room);
    if (n > 0)
        line_say(frame, (size_t)n);
    return n > 0;
}

static bool run(char *word)
{
    const struct eventlet_ws_deflate_opts opts = options();
    const bool reads = strcmp(word, "read") == 0;
    eventlet_ws_deflate *d;
    bool good = true;
    size_t len;
    char *bytes;

    if (eventlet_ws_deflate_new(&d, &opts) < 0)
        abort();
    while (good && (bytes = line_bytes(&len)))
        good = reads ? read_frames(d, opts.client, bytes, len)
                     : write_frame(d, opts.client, bytes, len);
    eventlet_ws_deflate_free(d);
    return good;
}

int main(void)
{
    static char line[LINE];

    while (fgets(line, sizeof line, stdin)) {
        fputs("messages", stdout);
        puts(run(line_word(line)) ? "" : " failed");
    }
    return 0;
}
