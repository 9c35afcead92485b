/* SPDX-License-Identifier: MIT */
/* guarded.h - bytes with a page behind, or before them, that cannot be
 * touched. */
#ifndef GUARDED_H
#define GUARDED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct guarded {
    char *map, *room;
    size_t page, size;
};

static inline void guarded_open(struct guarded *g, size_t size)
{
    g->page = (size_t)sysconf(_SC_PAGESIZE);
    g->size = (size + g->page - 1) / g->page * g->page;
    g->map = mmap(NULL, g->size + 2 * g->page, PROT_NONE,
                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (g->map == MAP_FAILED)
        abort();
    g->room = g->map + g->page;
    if (mprotect(g->room, g->size, PROT_READ | PROT_WRITE) < 0)
        abort();
}

static inline void guarded_close(struct guarded *g)
{
    munmap(g->map, g->size + 2 * g->page);
}

/* Room for len bytes that ends, or begins, where the guard does. */
static inline char *guarded_at(const struct guarded *g, size_t len, bool end)
{
    return end ? g->room + g->size - len : g->room;
}

#endif
