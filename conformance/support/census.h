/* SPDX-License-Identifier: MIT */
/* census.h - what exists now: descriptors, objects, blocks of memory. */
#ifndef CHECK_CENSUS_H
#define CHECK_CENSUS_H

#include <stdbool.h>

#include "eventlet/mem.h"

enum { CENSUS_DESCRIPTORS = 256, CENSUS_NAME = 64 };

struct census {
    struct eventlet_live live;
    int descriptors; /* how many of the names below are filled */
    struct {
        int fd;
        char name[CENSUS_NAME]; /* what /proc/self/fd/N points to */
    } at[CENSUS_DESCRIPTORS];
};

void census_take(struct census *census);

/* Records a failure for everything that is there now and was not then, or the
 * other way round; `after` says after what. True if there is nothing. */
bool census_check(const struct census *then, const char *file, int line,
                  const char *after);

/* The same for what must be gone while the hub is still there: green threads,
 * timers, listeners and all that users make. */
bool census_check_users(const struct eventlet_live *then, const char *file,
                        int line);

#endif
