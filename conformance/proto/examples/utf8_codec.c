/* SPDX-License-Identifier: MIT */
/* Text: "bad OFFSET" of the first wrong byte; at the end "ok" or "cut". */
#include "proto/examples/examples.h"

#include "eventlet/utf8.h"
#include "proto/simd_each.h"

struct state {
    struct eventlet_utf8 text;
    size_t before;
};

static void start(void *state)
{
    *(struct state *)state = (struct state){ 0 };
}

static ssize_t feed(void *state, const char *data, size_t len, struct says *out)
{
    struct state *s = state;
    size_t good = eventlet_utf8_feed(&s->text, data, len);

    s->before += good;
    if (good < len) {
        say(out, "bad %zu", s->before);
        return -1;
    }
    return (ssize_t)good;
}

static void end(void *state, struct says *out)
{
    const struct state *s = state;

    say(out, eventlet_utf8_may_end(&s->text) ? "ok" : "cut");
}

EXAMPLE_CODEC(utf8, .state_size = sizeof(struct state), .start = start,
              .feed = feed, .end = end, .version = simd_choose);
