/* SPDX-License-Identifier: MIT */
/* Pipes that bytes move through: see splice_pipe.h. */
#include "net/splice_pipe.h"

#include <errno.h>

#include "base/mem.h"
#include "base/sys.h"
#include "core/hub.h"

/* Idle ones kept; a hundred busy connections use no more than a few at once. */
#define KEPT 16

/* A pipe has this size when nobody asks. */
#define USUAL ((size_t)64 * 1024)

static __thread struct eventlet__pipes *mine;

/* ---- one pipe ---- */

static void destroy(struct eventlet__pipe *p)
{
    eventlet__sys_close(p->out);
    eventlet__sys_close(p->in);
    eventlet__free(p);
}

/* A user without privileges may have 64 pipes of 1 MiB; then smaller ones, and
 * at last those of two pages, which no resizing makes larger. */
static size_t resize(int fd, size_t size)
{
    int got;

    for (; size > USUAL; size /= 2) {
        got = eventlet__sys_fcntl(fd, F_SETPIPE_SZ, (long)size);
        if (got > 0)
            return (size_t)got;
    }
    got = eventlet__sys_fcntl(fd, F_GETPIPE_SZ, 0);
    return got > 0 ? (size_t)got : 4096;
}

static int create(struct eventlet__pipe **out, size_t size)
{
    struct eventlet__pipe *p = eventlet__alloc(sizeof *p);
    int fds[2];

    if (!p)
        return -ENOMEM;
    if (eventlet__sys_pipe2(fds, O_NONBLOCK | O_CLOEXEC) < 0) {
        int rc = -errno;

        eventlet__free(p);
        return rc;
    }
    eventlet_hubs_notify_opened(fds[0]);
    eventlet_hubs_notify_opened(fds[1]);
    p->out = fds[0];
    p->in = fds[1];
    p->asked = size;
    p->size = resize(p->in, size);
    *out = p;
    return 0;
}

/* ---- all of a hub ---- */

static void close_idle(struct eventlet__pipes *pipes)
{
    struct eventlet__pipe *p;

    while ((p = pipes->idle) != NULL) {
        pipes->idle = p->next;
        destroy(p);
    }
    pipes->count = 0;
}

static void at_end(void *arg)
{
    struct eventlet__pipes *pipes = arg;

    close_idle(pipes);
    eventlet__free(pipes);
    mine = NULL;
}

int eventlet__pipes(struct eventlet__pipes **pipes)
{
    eventlet_hub *hub;
    int rc;

    if (!mine) {
        rc = eventlet__hub_get(&hub);
        if (rc < 0)
            return rc;
        mine = eventlet__alloc(sizeof *mine);
        if (!mine)
            return -ENOMEM;
        rc = eventlet__hub_at_end(hub, at_end, mine);
        if (rc < 0) {
            at_end(mine);
            return rc;
        }
    }
    *pipes = mine;
    return 0;
}

int eventlet__pipe_take(struct eventlet__pipe **p,
                        struct eventlet__pipes *pipes, size_t size)
{
    if (pipes->idle && pipes->idle->asked == size) {
        *p = pipes->idle;
        pipes->idle = (*p)->next;
        pipes->count--;
        return 0;
    }
    return create(p, size);
}

void eventlet__pipe_give(struct eventlet__pipes *pipes,
                         struct eventlet__pipe *p)
{
    if (!p)
        return;
    if (p->held > 0 || pipes->count == KEPT) {
        destroy(p);
        return;
    }
    p->next = pipes->idle;
    pipes->idle = p;
    pipes->count++;
}
