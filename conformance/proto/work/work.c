/* SPDX-License-Identifier: MIT */
/* work.c [--plant] - does each work with so much input and with twice as much,
 * with what this machine has and in plain C, and says what it does. What is
 * between the entry of counted() and its return is what count.py counts. */
#include "work.h"

#include "proto/simd_each.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool counted(const struct work *work, char *data, size_t len);

__attribute__((noinline)) bool counted(const struct work *work, char *data,
                                       size_t len)
{
    return work->run(data, len);
}

static char *put(char *to, const struct part *part)
{
    return (char *)memcpy(to, part->at, part->len) + part->len;
}

static void measure(const struct work *work, const char *way, size_t n)
{
    const size_t len =
        work->before.len + n * work->middle.len + work->after.len;
    char *data = malloc(len), *to = data;

    if (!data)
        abort();
    to = put(to, &work->before);
    for (size_t i = 0; i < n; i++)
        to = put(to, &work->middle);
    put(to, &work->after);
    /* Once before: what is done the first time only is not counted. */
    if (!work->run(data, len) || !counted(work, data, len)) {
        fprintf(stderr, "%s, %zu times: not to the end\n", work->name, n);
        exit(1);
    }
    printf("%s (%s)\t%zu\n", work->name, way, n);
    free(data);
}

static void measure_all(const struct work *work, const char *way)
{
    for (; work->name; work++) {
        measure(work, way, work->n);
        measure(work, way, 2 * work->n);
    }
}

static bool square(char *data, size_t len)
{
    volatile char sum = 0;

    for (size_t i = 0; i < len; i++)
        for (size_t j = 0; j < i; j++)
            sum = (char)(sum + data[j]);
    return true;
}

int main(int argc, char **argv)
{
    static const struct work planted[] = {
        { "planted square", 100, PART(""), PART("a"), PART(""), square },
        { 0 },
    };
    const char *way;

    for (int n = 0; (way = simd_choose(n)); n++) {
        if (n > 0 && strcmp(way, "plain") != 0)
            continue;
        measure_all(http_work, way);
        measure_all(uri_work, way);
        measure_all(ws_work, way);
        if (argc > 1 && strcmp(argv[1], "--plant") == 0)
            measure_all(planted, way);
    }
    return 0;
}
