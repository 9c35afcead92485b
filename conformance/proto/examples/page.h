/* SPDX-License-Identifier: MIT */
/* page.h - the examples of a page. Private to the runner. */
#ifndef PAGE_H
#define PAGE_H

#include <stddef.h>

enum {
    EXAMPLE_BYTES_MAX = 1 << 18,
    EXAMPLE_EVENTS_MAX = 1 << 16,
    INFO_MAX = 256
};

struct example {
    const char *page;
    int line; /* where its bytes begin; in a table, that of the row */
    char info[INFO_MAX];
    unsigned char bytes[EXAMPLE_BYTES_MAX];
    size_t len;
    char events[EXAMPLE_EVENTS_MAX];
};

struct page_reader {
    /* A heading with examples below it; `shows` are the promises. */
    void (*section)(void *arg, const char *page, int line, const char *title,
                    const char *shows);
    /* An example below the heading that begins at that line. */
    void (*example)(void *arg, int heading, const struct example *example);
    /* What is no example although it has to be, below that heading. */
    void (*wrong)(void *arg, int heading, const char *page, int line,
                  const char *why);
    void *arg;
};

/* Reads a page. Any of the functions may be NULL. */
void page_read(const char *path, const struct page_reader *reader);

#endif
