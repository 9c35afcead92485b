/* SPDX-License-Identifier: MIT */
/* lines_codec.c - lines of text: a codec for the runner's own tests. Each of
 * its bugs is one that the runner has to find. */
#include "proto/examples/examples.h"

#include <string.h>

struct lines {
    bool splits, overreads, keeps, counts;
    const char *first; /* the first byte ever seen, if it keeps that */
    size_t calls;
};

static void start(void *state)
{
    memset(state, 0, sizeof(struct lines));
}

static bool option(void *state, const char *name, const char *value)
{
    struct lines *lines = state;

    if (strcmp(name, "bug") != 0)
        return false;
    lines->splits = strcmp(value, "splits") == 0;
    lines->overreads = strcmp(value, "overreads") == 0;
    lines->keeps = strcmp(value, "keeps") == 0;
    lines->counts = strcmp(value, "counts") == 0;
    return true;
}

static ssize_t feed(void *state, const char *data, size_t len, struct says *out)
{
    struct lines *lines = state;
    const char *end = len ? memchr(data, '\n', len) : NULL;
    size_t used = end ? (size_t)(end - data) + 1 : 0;

    lines->calls++;
    if (!lines->first)
        lines->first = data;
    if (lines->overreads && *(const volatile char *)(data + len) == 'x')
        say(out, "never");
    if (!end && lines->splits && len > 2)
        used = len; /* as if the line ended here */
    if (len && data[0] == '!') {
        say(out, "error");
        return -1;
    }
    if (used && lines->keeps)
        say(out, "first %c", lines->first[0]);
    if (used)
        say_bytes(out, "line", data, used - (end ? 1 : 0));
    return lines->counts && used ? (ssize_t)len + 1 : (ssize_t)used;
}

static void end(void *state, struct says *out)
{
    const struct lines *lines = state;

    if (lines->calls == 0)
        say(out, "nothing");
}

static const char *version(int n)
{
    return n == 0 ? "one" : n == 1 ? "other" : NULL;
}

EXAMPLE_CODEC(lines, .state_size = sizeof(struct lines), .start = start,
              .option = option, .feed = feed, .end = end, .version = version);
