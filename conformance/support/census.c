/* SPDX-License-Identifier: MIT */
/* census.c - what exists now: descriptors, objects, blocks of memory. */
#include "support/census.h"

#include "check.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void add_descriptor(struct census *census, int fd, const char *digits)
{
    char path[64];
    int at = census->descriptors;
    ssize_t len;

    if (at == CENSUS_DESCRIPTORS)
        return;
    snprintf(path, sizeof path, "/proc/self/fd/%.20s", digits);
    len = readlink(path, census->at[at].name, CENSUS_NAME - 1);
    census->at[at].name[len < 0 ? 0 : len] = '\0';
    census->at[at].fd = fd;
    census->descriptors++;
}

static void take_descriptors(struct census *census)
{
    DIR *dir = opendir("/proc/self/fd");

    census->descriptors = 0;
    if (!dir)
        return;
    for (struct dirent *entry; (entry = readdir(dir));) {
        int fd = atoi(entry->d_name);

        if (entry->d_name[0] != '.' && fd != dirfd(dir))
            add_descriptor(census, fd, entry->d_name);
    }
    closedir(dir);
}

void census_take(struct census *census)
{
    take_descriptors(census);
    eventlet_live(&census->live);
}

static const char *name_of(const struct census *census, int fd)
{
    for (int i = 0; i < census->descriptors; i++)
        if (census->at[i].fd == fd)
            return census->at[i].name;
    return NULL;
}

static bool check_descriptors(const struct census *then,
                              const struct census *now, const char *file,
                              int line, const char *after)
{
    bool ok = true;

    for (int i = 0; i < now->descriptors; i++)
        if (!name_of(then, now->at[i].fd))
            ok = check__fail(file, line, "%s: descriptor %d is left open: %s",
                             after, now->at[i].fd, now->at[i].name);
    for (int i = 0; i < then->descriptors; i++)
        if (!name_of(now, then->at[i].fd))
            ok = check__fail(file, line, "%s: descriptor %d is gone: %s", after,
                             then->at[i].fd, then->at[i].name);
    return ok;
}

static bool same(long then, long now, const char *kind, const char *file,
                 int line, const char *after)
{
    if (now == then)
        return true;
    return check__fail(file, line, "%s: %ld %s %s", after,
                       now > then ? now - then : then - now, kind,
                       now > then ? "left over" : "too few");
}

bool census_check(const struct census *then, const char *file, int line,
                  const char *after)
{
    static struct census now;
    bool ok;

    census_take(&now);
    ok = check_descriptors(then, &now, file, line, after);
#define SAME(kind)                                                             \
    ok &= same(then->live.kind, now.live.kind, #kind, file, line, after);
    EVENTLET_LIVE_KINDS(SAME)
#undef SAME
    return ok;
}

bool census_check_users(const struct eventlet_live *then, const char *file,
                        int line)
{
    struct eventlet_live now, was = *then;
    bool ok = true;

    eventlet_live(&now);
    now.blocks = was.blocks; /* the hub keeps some for its next green thread */
    now.stacks = was.stacks;
    now.hubs = was.hubs;
#define SAME(kind)                                                             \
    ok &= same(was.kind, now.kind, #kind, file, line, "when the body ends");
    EVENTLET_LIVE_KINDS(SAME)
#undef SAME
    return ok;
}
