/* SPDX-License-Identifier: MIT */
/* websocket frames COUNT: COUNT masked frames of 125 bytes are parsed and
 * unmasked by wslay's frame layer. */
#include "../../websocket.h"

#include <wslay/wslay.h>

static unsigned char bytes[FRAMES * FRAME];
static size_t at;

static ssize_t receive(uint8_t *buf, size_t len, int flags, void *arg)
{
    size_t n = sizeof bytes - at < len ? sizeof bytes - at : len;
    (void)flags, (void)arg;
    if (n == 0)
        return -1;
    memcpy(buf, bytes + at, n);
    at += n;
    return (ssize_t)n;
}

int main(int argc, char **argv)
{
    const struct wslay_frame_callbacks callbacks = { .recv_callback = receive };
    uint64_t count = count_arg(argc, argv, 2, "KIND COUNT"), got = 0;
    wslay_frame_context_ptr wslay;
    check(wslay_frame_context_init(&wslay, &callbacks, NULL) == 0, "init");
    fill_frames(bytes);
    while (got < count) {
        size_t left = PAYLOAD;
        for (at = at == sizeof bytes ? 0 : at; left > 0;) {
            struct wslay_frame_iocb frame;
            ssize_t n = wslay_frame_recv(wslay, &frame);
            check(n >= 0 && frame.data[0] == 'x', "frame");
            left -= (size_t)n;
            if (at == sizeof bytes)
                at = 0;
        }
        got++;
    }
    wslay_frame_context_free(wslay);
    return 0;
}
