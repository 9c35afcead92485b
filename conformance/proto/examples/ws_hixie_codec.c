/* SPDX-License-Identifier: MIT */
/* Frames of hixie-75 and hixie-76. */
#include "proto/examples/ws_says.h"

#include <stdlib.h>
#include <string.h>

#include "eventlet/ws_hixie.h"
#include "proto/simd_each.h"

static void start(void *state)
{
    eventlet_ws_hixie_init(state, NULL);
}

static bool option(void *state, const char *name, const char *value)
{
    const struct eventlet_ws_hixie_opts opts = { .max_message = strtoull(
                                                     value, NULL, 10) };

    eventlet_ws_hixie_init(state, &opts);
    return strcmp(name, "limit") == 0;
}

static ssize_t feed(void *state, const char *data, size_t len, struct says *out)
{
    struct eventlet_ws_event event;
    ssize_t n = eventlet_ws_hixie_feed(state, data, len, &event);

    ws_say(&event, out);
    if (n < 0)
        ws_say_error(eventlet_ws_hixie_error(state), out);
    return n;
}

EXAMPLE_CODEC(ws_hixie, .state_size = sizeof(struct eventlet_ws_hixie),
              .start = start, .option = option, .feed = feed,
              .version = simd_choose);
