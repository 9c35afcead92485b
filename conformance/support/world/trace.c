/* SPDX-License-Identifier: MIT */
/* trace.c - what surrounds each call: what is due happens before, a scripted
 * failure takes its place, and what came out is written into the trace. */
#include "support/world/inside.h"

#include <stdio.h>
#include <string.h>

/* ---- the trace ---- */

static void mix(uint64_t word)
{
    world__.digest = (world__.digest ^ word) * 0x100000001b3u;
    world__.digest ^= world__.digest >> 29;
}

/* What a call returns to the library, f being whom it was about. */
ssize_t world__tell(const char *site, const struct world_file *f, ssize_t rc)
{
    long serial = f ? f->serial : 0;

    world__.calls++;
    for (const char *c = site; *c; c++)
        mix((unsigned char)*c);
    mix((uint64_t)serial);
    mix((uint64_t)rc);
    mix((uint64_t)world__now());
    if (world__.loud)
        fprintf(stderr, "%.9f %s #%ld: %zd%s%s\n", (double)world__now() / 1e9,
                site, serial, rc, rc < 0 ? " " : "",
                rc < 0 ? strerrorname_np((int)-rc) : "");
    if (rc >= 0)
        return rc;
    errno = (int)-rc;
    return -1;
}

/* The same for a call whose result is the number of a descriptor, which is not
 * the world's to choose. */
int world__tell_descriptor(const char *site, const struct world_file *f, int fd)
{
    world__tell(site, f, fd < 0 ? fd : 0);
    return fd < 0 ? -1 : fd;
}

int world__tell_int(const char *site, const struct world_file *f, int rc)
{
    return (int)world__tell(site, f, rc);
}

/* ---- what comes before ---- */

/* What is due happens; then, whether the call shall fail. */
bool world__fails(const char *site)
{
    bool hit = false;

    world__pass(world__now());
    for (int i = 0; i < WORLD_FAILS; i++) {
        if (!world__.fails[i].site || strcmp(world__.fails[i].site, site) ||
            --world__.fails[i].left > 0)
            continue;
        world__.scripted = -world__.fails[i].error;
        world__.fails[i].site = NULL;
        hit = true;
    }
    return hit;
}

/* Nothing goes on while this OS thread stands still. */
ssize_t world__blocked(const struct world_file *f, int flags, ssize_t rc)
{
    if (rc != -EAGAIN || f->flags & O_NONBLOCK || flags & MSG_DONTWAIT)
        return rc;
    return -EDEADLK;
}

int world__scripted(void)
{
    return world__.scripted;
}
