/* SPDX-License-Identifier: MIT */
/* Listeners: those with callbacks, and two for one descriptor. */
#include "core/listener.h"

#include <errno.h>
#include <stdio.h>

#include "base/log.h"
#include "base/mem.h"

int eventlet_hub_add(eventlet_listener **out, eventlet_hub *hub,
                     enum eventlet_interest what, int fd,
                     eventlet_listener_fn *fn, void *arg)
{
    struct eventlet__fd *r;
    eventlet_listener *l;
    int rc;

    if (hub != eventlet__hub)
        return -EPERM;
    if (fd < 0)
        return -EBADF;
    if ((what != EVENTLET_READ && what != EVENTLET_WRITE) || !fn)
        return -EINVAL;
    r = fd < hub->fds_len ? &hub->fds[fd] : NULL;
    if (!eventlet__fd(fd, r && r->life ? r->life : eventlet__fd_life()))
        return -ENOMEM;
    l = eventlet__alloc(sizeof *l);
    if (!l)
        return -ENOMEM;
    eventlet__node_init(&l->task.node);
    l->task.kind = EVENTLET__TASK_LISTENER;
    l->hub = hub;
    l->fd = fd;
    l->what = (uint8_t)what;
    l->fn = fn;
    l->arg = arg;
    rc = eventlet__listen(l, true);
    if (rc != 0) {
        eventlet__free(l);
        return rc < 0 ? rc : -EPERM;
    }
    EVENTLET__BORN(listeners);
    *out = l;
    return 0;
}

void eventlet_hub_remove(eventlet_listener *l)
{
    if (!l)
        return;
    eventlet__unlisten(l);
    eventlet__unlink(&l->task.node);
    if (l->removed)
        *l->removed = true;
    EVENTLET__DIED(listeners);
    eventlet__free(l);
}

void eventlet__listener_fire(eventlet_listener *l)
{
    bool removed = false;
    eventlet_hub *hub = l->hub;
    int fd = l->fd;
    uint32_t life = l->listed ? hub->fds[fd].life : 0;
    char what[48];
    int rc;

    l->removed = &removed;
    rc = l->fn(l->arg, fd, l->code);
    if (!removed) {
        l->removed = NULL;
        /* The edge was consumed by this call, whatever it read. */
        if (rc >= 0 && l->listed)
            rc = eventlet__watch(hub, fd, l->what, true);
    }
    if (rc >= 0)
        return;
    snprintf(what, sizeof what, "removing descriptor %d: its listener", fd);
    eventlet__hub_escaped(hub, what, rc);
    /* Called a last time, or having closed it, it speaks of a former life. */
    if (life && hub->fds[fd].life == life)
        eventlet_hub_remove_descriptor(hub, fd);
}

/* ---- two for one descriptor ---- */

/* Whether a second listener of one kind is an error: debug. */
static _Atomic bool prevent_multiple = true;

void eventlet_debug_hub_prevent_multiple_readers(bool on)
{
    prevent_multiple = on;
}

static void name(const struct eventlet_listener *l, char *buf, size_t size)
{
    if (l->gt)
        eventlet__describe(l->gt, buf, size);
    else
        snprintf(buf, size, "a listener");
}

/* Names both: the mistake is in the program, and hard to find. */
int eventlet__listener_second(const struct eventlet_listener *second,
                              const struct eventlet_listener *first)
{
    bool reads = second->what == EVENTLET_READ;
    char one[160], other[160];

    if (!prevent_multiple)
        return 0;
    name(second, one, sizeof one);
    name(first, other, sizeof other);
    eventlet__log(EVENTLET_WARNING,
                  "second simultaneous %s on descriptor %d by %s; %s waits "
                  "already",
                  reads ? "read" : "write", second->fd, one, other);
    return reads ? EVENTLET_SECOND_READER : EVENTLET_SECOND_WRITER;
}
