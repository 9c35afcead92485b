/* SPDX-License-Identifier: MIT */
/* says.h - the text that events make. Private to the runner. */
#ifndef SAYS_H
#define SAYS_H

#include "proto/examples/examples.h"

enum { SAYS_MAX = 1 << 20 };

struct says {
    size_t len;
    size_t held; /* bytes of the piece that is not written yet */
    char piece[64];
    char text[SAYS_MAX];
    char hold[SAYS_MAX];
};

void says_begin(struct says *out);

/* Writes what is held, and the end of the string. */
const char *says_end(struct says *out);

/* Leaves only the lines whose first word is in the list, "error,body". */
void says_show_only(struct says *out, const char *words);

#endif
