/* SPDX-License-Identifier: MIT */
/* Descriptors: see fd.h. */
#include "core/fd.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/sys.h"
#include "core/greenthread.h"
#include "core/hub.h"
#include "core/hub_wake.h"
#include "core/listener.h"
#include "core/timeout.h"

#define BOTH (EVENTLET_READ | EVENTLET_WRITE)

uint32_t eventlet__fd_life(void)
{
    static _Atomic uint32_t last;
    uint32_t life;

    do
        life = ++last;
    while (life == 0);
    return life;
}

/* ---- the table ---- */

static int grow(eventlet_hub *hub, int fd)
{
    int len = hub->fds_len ? hub->fds_len : 64;
    struct eventlet__fd *fds;

    while (len <= fd)
        len *= 2;
    fds = eventlet__resize(hub->fds, (size_t)len * sizeof *fds);
    if (!fds)
        return -ENOMEM;
    memset(fds + hub->fds_len, 0, (size_t)(len - hub->fds_len) * sizeof *fds);
    hub->fds = fds;
    hub->fds_len = len;
    return 0;
}

struct eventlet__fd *eventlet__fd_known(eventlet_hub *hub, int fd)
{
    return fd >= 0 && fd < hub->fds_len ? &hub->fds[fd] : NULL;
}

/* A listener outlives its hub, as its owner has yet to remove it. */
static void detach(struct eventlet_listener *l)
{
    for (; l; l = l->behind) {
        l->listed = false;
        if (!l->gt)
            eventlet__node_init(&l->task.node);
    }
}

void eventlet__fds_deinit(eventlet_hub *hub)
{
    for (int fd = 0; fd < hub->fds_len; fd++) {
        detach(hub->fds[fd].reader);
        detach(hub->fds[fd].writer);
    }
    eventlet__free(hub->fds);
    hub->fds = NULL;
    hub->fds_len = 0;
    hub->watched = 0;
}

/* The record forgets everything but its number. */
static void begin_life(eventlet_hub *hub, int fd, uint32_t life)
{
    struct eventlet__fd *r = &hub->fds[fd];

    if (r->reader || r->writer)
        eventlet__fd_obsolete(hub, fd);
    if (r->watched) {
        hub->watched--;
        hub->detour--;
        if (!hub->kind->forgets)
            hub->kind->unwatch(hub->state, fd);
    }
    *r = (struct eventlet__fd){ .life = life, .ready = BOTH };
}

struct eventlet__fd *eventlet__fd_look(int fd, uint32_t life)
{
    eventlet_hub *hub = eventlet__hub;

    assert(fd >= 0);
    if (__builtin_expect(!hub, 0) && eventlet__hub_get(&hub) < 0)
        return NULL;
    if (__builtin_expect(fd >= hub->fds_len, 0) && grow(hub, fd) < 0)
        return NULL;
    if (__builtin_expect(hub->fds[fd].life != life, 0))
        begin_life(hub, fd, life);
    return &hub->fds[fd];
}

/* ---- watching ---- */

/* epoll refuses what has no readiness, such as a plain file. Refused for a
 * socket, it is an error: taken for readiness, it would be tried for ever. */
static bool always_ready(int fd)
{
    struct stat found;

    return fstat(fd, &found) == 0 && !S_ISSOCK(found.st_mode) &&
           !S_ISFIFO(found.st_mode);
}

int eventlet__watch(eventlet_hub *hub, int fd, int what, bool again)
{
    struct eventlet__fd *r = &hub->fds[fd];
    int rc;

    if ((r->watched & what) == what && !again)
        return 0;
    /* epoll says so by itself; the others would call it ready. */
    if (again && !hub->kind->forgets && eventlet__sys_fcntl(fd, F_GETFD, 0) < 0)
        return -errno;
    rc = hub->kind->watch(hub->state, fd, r->watched | what);
    if (rc == -EPERM && always_ready(fd)) {
        r->plain = true;
        return 1;
    }
    if (rc < 0)
        return rc;
    if (!r->watched) {
        hub->watched++;
        hub->detour++;
    }
    r->watched |= (uint8_t)what;
    r->plain = false; /* the number may have been a file's before */
    return 0;
}

static struct eventlet_listener **line_of(struct eventlet__fd *r, int what)
{
    return what == EVENTLET_READ ? &r->reader : &r->writer;
}

/* Whether l may stand in line: returns as eventlet__listen. */
static int admit(struct eventlet_listener *l, bool again)
{
    struct eventlet__fd *r = &l->hub->fds[l->fd];
    const struct eventlet_listener *first = *line_of(r, l->what);

    int rc = first ? eventlet__listener_second(l, first) : 0;

    if (rc < 0)
        return rc;
    return r->plain && !again ? 1
                              : eventlet__watch(l->hub, l->fd, l->what, again);
}

int eventlet__listen(struct eventlet_listener *l, bool again)
{
    struct eventlet__fd *r = &l->hub->fds[l->fd];
    struct eventlet_listener **end = line_of(r, l->what);

    if (*end || again || !(r->watched & l->what)) {
        int rc = admit(l, again);

        if (rc != 0)
            return rc;
    }
    while (*end)
        end = &(*end)->behind;
    *end = l;
    l->behind = NULL;
    l->listed = true;
    return 0;
}

/* Tells one listener that its descriptor may be ready. */
static void tell(eventlet_hub *hub, struct eventlet_listener *l)
{
    struct eventlet__task *task = l->gt ? &l->gt->task : &l->task;

    if (l->gt) {
        if (task->state != EVENTLET__PARKED)
            return;
        task->state = EVENTLET__WOKEN;
        task->code = 0;
    }
    eventlet__unlink(&task->node);
    eventlet__list_append(&hub->ready, &task->node);
}

/* Inside another loop, which goes on for as long as anything is watched: nobody
 * waits for this any more. The other way of the same descriptor stays. */
static void watch_no_longer(eventlet_hub *hub, int fd, int what)
{
    struct eventlet__fd *r = &hub->fds[fd];
    int rest = r->watched & ~what;
    struct eventlet_listener *other = rest ? *line_of(r, rest) : NULL;

    hub->kind->unwatch(hub->state, fd);
    hub->watched--;
    hub->detour--;
    r->watched = 0;
    if (other && eventlet__watch(hub, fd, rest, false) != 0)
        tell(hub, other);
}

void eventlet__unlisten(struct eventlet_listener *l)
{
    struct eventlet_listener **first, **at;
    bool was_first;

    if (!l->listed)
        return;
    first = line_of(&l->hub->fds[l->fd], l->what);
    was_first = *first == l;
    if (was_first && !l->behind) { /* as nearly always */
        *first = NULL;
        l->listed = false;
        if (l->hub->host && l->hub->fds[l->fd].watched & l->what)
            watch_no_longer(l->hub, l->fd, l->what);
        return;
    }
    for (at = first; *at && *at != l; at = &(*at)->behind)
        ;
    if (!*at)
        return;
    *at = l->behind;
    l->listed = false;
    if (!was_first)
        return;
    /* The edge may have been told to this one: who moves up asks anew. */
    if (eventlet__watch(l->hub, l->fd, l->what, true) != 0)
        tell(l->hub, *first);
}

void eventlet__fd_obsolete(eventlet_hub *hub, int fd)
{
    struct eventlet__fd *r = &hub->fds[fd];

    for (int what = EVENTLET_READ; what <= EVENTLET_WRITE; what++) {
        struct eventlet_listener **first = line_of(r, what);

        while (*first) {
            struct eventlet_listener *l = *first;

            *first = l->behind;
            l->listed = false;
            if (l->gt) {
                eventlet__end_wait(l->gt, EVENTLET_CLOSED);
                continue;
            }
            l->code = EVENTLET_CLOSED;
            eventlet__unlink(&l->task.node);
            eventlet__list_append(&hub->next, &l->task.node);
        }
    }
}

void eventlet__fd_closing(int fd, uint32_t life, bool shared)
{
    eventlet_hub *hub = eventlet__hub;
    struct eventlet__fd *r = hub ? eventlet__fd_known(hub, fd) : NULL;

    if (!r || r->life != life)
        return;
    shared |= eventlet__fd_inherited(life);
    if (r->watched && shared && hub->kind->forgets)
        hub->kind->unwatch(hub->state, fd);
    begin_life(hub, fd, 0);
}

/* ---- being told ---- */

void eventlet_hub_ready(eventlet_hub *hub, int fd, int interest, bool sticky)
{
    struct eventlet__fd *r = eventlet__fd_known(hub, fd);

    if (!r || (hub->mailbox && eventlet__mailbox_rang(hub, fd)))
        return;
    r->ready |= (uint8_t)(interest & BOTH);
    r->sticky |= sticky;
    if (!hub->kind->edge && r->watched) {
        r->watched &= (uint8_t)~interest;
        if (!r->watched) {
            hub->watched--;
            hub->detour--;
        }
    }
    if (interest & EVENTLET_READ && r->reader)
        tell(hub, r->reader);
    if (interest & EVENTLET_WRITE && r->writer)
        tell(hub, r->writer);
    eventlet__hub_poke(hub);
}

/* ---- waiting ---- */

static int park_for(double seconds, int code)
{
    struct eventlet_timeout t;
    int rc;

    if (seconds >= EVENTLET__NEVER_S)
        return eventlet__park();
    rc = eventlet_timeout_start_code(&t, seconds, code);
    if (rc < 0)
        return rc;
    rc = eventlet__park();
    eventlet_timeout_cancel(&t);
    return rc;
}

static int wait_for(int fd, uint32_t life, enum eventlet_interest what,
                    double seconds, int code, bool again)
{
    eventlet_greenthread *self = eventlet__self();
    struct eventlet_listener l;
    int rc;

    if (!self)
        return eventlet__hub ? EVENTLET_IN_HUB : EVENTLET_UNKNOWN_HUB;
    if (!eventlet__fd(fd, life))
        return -ENOMEM;
    l.gt = self;
    l.hub = self->hub;
    l.fd = fd;
    l.what = (uint8_t)what;
    l.listed = false;
    rc = eventlet__listen(&l, again);
    if (rc != 0)
        return rc < 0 ? rc : 0;
    rc = park_for(seconds, code);
    if (l.listed)
        eventlet__unlisten(&l);
    return rc;
}

int eventlet__fd_wait(int fd, uint32_t life, enum eventlet_interest what,
                      double seconds, int code)
{
    return wait_for(fd, life, what, seconds, code, false);
}

int eventlet__fd_wait_anew(int fd, uint32_t life, enum eventlet_interest what,
                           double seconds, int code)
{
    return wait_for(fd, life, what, seconds, code, true);
}

void eventlet_hubs_notify_close(int fd)
{
    struct eventlet__fd *r =
        eventlet__hub ? eventlet__fd_known(eventlet__hub, fd) : NULL;

    if (r && r->life)
        eventlet__fd_closing(fd, r->life, true);
}

void eventlet_hubs_notify_opened(int fd)
{
    struct eventlet__fd *r =
        eventlet__hub ? eventlet__fd_known(eventlet__hub, fd) : NULL;

    if (r && r->life)
        begin_life(eventlet__hub, fd, 0);
}

void eventlet_hub_remove_descriptor(eventlet_hub *hub, int fd)
{
    struct eventlet__fd *r = eventlet__fd_known(hub, fd);

    if (r && r->life)
        eventlet__fd_closing(fd, r->life, true);
}
