/* SPDX-License-Identifier: MIT */
/* When the mover of a stream waits so that bytes gather.
 *
 * Every bite costs a wake-up of the mover, one of who reads behind it, and the
 * system's work for a segment: as much for a kilobyte as for a megabyte. A
 * stream that has shown itself to be one (ENTER bytes in bites of BIG or more)
 * is therefore left alone after each bite until half a pipe has come together
 * (SO_RCVLOWAT: nobody is woken before) or the time is up. An end or an error
 * of the stream wakes at once all the same.
 *
 *  - A keystroke, or an answer to one, is no bite of BIG bytes: it passes at
 *    once, and so does the first that comes after a stream has dried up.
 *  - The other direction of a stream carries its acknowledgements, many small
 *    ones. While the stream flows, they gather as well.
 *  - The more streams one hub moves, the longer until each has its turn again,
 *    and bytes gather by themselves. So the time is shared out between them,
 *    and below LEAST it is not worth arming a timer.
 *
 * SO_RCVLOWAT is raised only while a wait for more bytes is followed by
 * another: whoever waits without limit lowers it first, or bytes fewer than
 * that would never arrive. */
#include "net/splice.h"

#include <errno.h>
#include <limits.h>

#include "base/sys.h"
#include "eventlet/errors.h"

#define BIG   ((size_t)16 * 1024)
#define ENTER ((size_t)256 * 1024)
#define LEAST 0.0001

/* What a wait for more bytes ends with when its time is up: no code that
 * anybody else can throw. */
#define GATHERED (-0x30000)

static void set_bulk(struct eventlet__mover *m, bool bulk)
{
    m->pipes->bulk += bulk - m->bulk;
    m->bulk = bulk;
}

/* Whether the other direction of the connection is a stream. */
static bool other_is_bulk(const struct eventlet__mover *m)
{
    const struct eventlet__mover *other = m->to->taker;

    return other && other->to == m->from && other->bulk;
}

/* ---- SO_RCVLOWAT ---- */

static bool set_lowat(struct eventlet__mover *m, int bytes)
{
    return eventlet__sys_setsockopt(m->from->fd, SOL_SOCKET, SO_RCVLOWAT,
                                    &bytes, sizeof bytes) == 0;
}

/* Half a pipe, or as much as is wanted altogether. */
static int enough(const struct eventlet__mover *m)
{
    size_t half = m->pipe_size / 2 < INT_MAX ? m->pipe_size / 2 : INT_MAX;

    return m->left < (int64_t)half ? (int)m->left : (int)half;
}

static void raise_lowat(struct eventlet__mover *m)
{
    socklen_t len = sizeof m->lowat;
    int bytes = enough(m);

    if (m->raised == bytes)
        return;
    if (m->lowat == 0 &&
        eventlet__sys_getsockopt(m->from->fd, SOL_SOCKET, SO_RCVLOWAT,
                                 &m->lowat, &len) < 0)
        m->lowat = 1;
    if (set_lowat(m, bytes))
        m->raised = bytes;
}

static int lower_lowat(struct eventlet__mover *m)
{
    if (!m->raised)
        return 0;
    m->raised = 0;
    return set_lowat(m, m->lowat) ? 0 : -errno;
}

/* ---- what the mover tells ---- */

void eventlet__gather_begin(struct eventlet__mover *m, double seconds)
{
    if (seconds > 0 && m->from->tcp && m->from->timeout > seconds)
        m->gather = seconds;
}

void eventlet__gather_end(struct eventlet__mover *m)
{
    set_bulk(m, false);
    if (m->from->fd >= 0)
        lower_lowat(m);
}

void eventlet__gather_took(struct eventlet__mover *m, size_t n, size_t asked)
{
    /* While it is gathering, a small bite says that the stream has dried up
     * only if it is all that came in the whole time. */
    if (n >= BIG)
        m->streak += n;
    else if (!m->raised || m->late)
        m->streak = 0;
    m->late = false;
    m->large = n == asked || n >= BIG;
    set_bulk(m, m->gather > 0 && m->streak >= ENTER);
    m->resting = n < asked && (m->bulk || other_is_bulk(m));
}

void eventlet__gather_dry(struct eventlet__mover *m)
{
    if (m->late) {
        m->streak = 0;
        set_bulk(m, false);
    }
    m->resting = m->bulk;
    m->late = false;
}

/* ---- waiting ---- */

static void try_again(const struct eventlet__mover *m)
{
    struct eventlet__fd *r = eventlet__fd(m->from->fd, m->from->life);

    if (r)
        r->ready |= EVENTLET_READ;
}

/* The event of an end may have come while the mover was busy, and is not told
 * again unless asked for: of a descriptor with such an event it is. */
static int wait_for_more(const struct eventlet__mover *m, double seconds)
{
    const eventlet_socket *s = m->from;
    const struct eventlet__fd *r = eventlet__fd(s->fd, s->life);

    if (r && r->sticky)
        return eventlet_hubs_trampoline_code(s->fd, EVENTLET_READ, seconds,
                                             GATHERED);
    return eventlet__fd_wait(s->fd, s->life, EVENTLET_READ, seconds, GATHERED);
}

static int rest(struct eventlet__mover *m, double seconds)
{
    int rc;

    raise_lowat(m);
    rc = wait_for_more(m, seconds);
    if (rc == EVENTLET_CLOSED)
        eventlet__socket_forget(m->from);
    if (rc != GATHERED)
        return rc;
    m->late = true;
    try_again(m);
    return 0;
}

int eventlet__gather_wait(struct eventlet__mover *m)
{
    double until = 0;
    double seconds = m->gather / (double)(m->pipes->bulk + !m->pipes->bulk);

    if (m->resting) {
        m->resting = false;
        return seconds >= LEAST ? rest(m, seconds) : 0;
    }
    if (m->raised) {
        try_again(m);
        return lower_lowat(m);
    }
    return eventlet__socket_wait(m->from, EVENTLET_READ, &until);
}
