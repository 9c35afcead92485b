/* SPDX-License-Identifier: MIT */
/* bytes.h - bytes as they are written on a page. Private to the runner. */
#ifndef BYTES_H
#define BYTES_H

#include <stddef.h>

/* What the bytes of one line are made into. */
struct bytes {
    unsigned char *at;
    size_t len, size;
    const unsigned char *hole; /* what stands for @; NULL: there is no @ here */
    size_t hole_len;
    int in_class;      /* which byte of the class is meant, from 0 */
    int classes;       /* out: how many bytes the class has; 0 without one */
    const char *wrong; /* out: why it is not understood; NULL if it is */
};

/* Appends what the text up to its end, or up to " -> ", says. Returns where it
 * stopped. */
const char *bytes_read(struct bytes *to, const char *text);

#endif
