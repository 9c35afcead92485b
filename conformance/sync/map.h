/* SPDX-License-Identifier: MIT */
/* Maps under test. */
#ifndef CONFORMANCE_SYNC_MAP_H
#define CONFORMANCE_SYNC_MAP_H

#include "check.h"
#include "eventlet.h"
#include "sync/notes.h"
#include "sync/pool.h"

/* The numbers from 0 to n - 1, then `last` instead of one more. */
struct source {
    int n;
    int last;
    double pause; /* before each number */
    int given;
};

__attribute__((unused)) static int next_number(void *arg, void **out)
{
    struct source *s = arg;

    if (s->pause > 0) {
        int rc = eventlet_sleep(s->pause);

        if (rc < 0)
            return rc;
    }
    if (s->given == s->n)
        return s->last;
    *out = number(s->given++);
    return 0;
}

__attribute__((unused)) static struct source numbers_to(int n)
{
    return (struct source){ .n = n, .last = EVENTLET_END };
}

__attribute__((unused)) static int twice(void *n)
{
    return 2 * (int)(intptr_t)n;
}

/* A map over a pool that is gone again: it has the size, and that is all. */
__attribute__((unused)) static eventlet_greenmap *imap(int size,
                                                       eventlet_fn *fn,
                                                       struct source *source)
{
    eventlet_greenpool *pool = pool_of(size);
    eventlet_greenmap *map = NULL;

    CHECK_CODE(eventlet_greenpool_imap(pool, &map, fn, next_number, source), 0);
    eventlet_greenpool_free(pool);
    return map;
}

__attribute__((unused)) static int drain(eventlet_greenmap *map)
{
    int rc, result;

    while ((rc = eventlet_greenmap_next(map, &result, NULL)) == 0)
        note_number(result);
    return rc;
}

#endif
