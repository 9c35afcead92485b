/* SPDX-License-Identifier: MIT */
/* What a process holds in memory: resident pages, and tables of pages. */
#ifndef BENCH_RESIDENT_H
#define BENCH_RESIDENT_H

#include "common.h"

struct resident {
    uint64_t pages;  /* bytes, from smaps_rollup */
    uint64_t tables; /* bytes, VmPTE */
};

static inline uint64_t kib_after(const char *path, const char *name)
{
    FILE *file = fopen(path, "r");
    if (!file)
        die("%s: %s", path, strerror(errno));
    char line[256];
    uint64_t kib = 0;
    while (fgets(line, sizeof line, file))
        if (strncmp(line, name, strlen(name)) == 0)
            kib = strtoull(line + strlen(name), NULL, 10);
    fclose(file);
    check(kib > 0, name);
    return kib;
}

static inline struct resident resident_now(void)
{
    return (struct resident){
        .pages = kib_after("/proc/self/smaps_rollup", "Rss:") * 1024,
        .tables = kib_after("/proc/self/status", "VmPTE:") * 1024,
    };
}

/* Prints what has come since `before`, for each of count. */
static inline void resident_print(struct resident before, uint64_t count)
{
    struct resident now = resident_now();
    if (count == 0)
        return;
    printf("resident %" PRIu64 "\n", (now.pages - before.pages) / count);
    printf("tables %" PRIu64 "\n", (now.tables - before.tables) / count);
}

#endif
