/* SPDX-License-Identifier: MIT */
/* work.h - inputs that could cost more than twice as much when they are twice
 * as long. */
#ifndef WORK_H
#define WORK_H

#include <stdbool.h>
#include <stddef.h>

struct part {
    const char *at;
    size_t len;
};

#define PART(text)                                                             \
    {                                                                          \
        text, sizeof(text) - 1                                                 \
    }

struct work {
    const char *name;
    size_t n; /* how often the middle is there; then twice as often */
    struct part before, middle, after;
    /* What is counted. Returns whether it came to the end that it should. The
     * bytes may be written to. */
    bool (*run)(char *data, size_t len);
};

/* Ends with one that has no name. */
extern const struct work http_work[], uri_work[], ws_work[];

#endif
