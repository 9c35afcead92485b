/* SPDX-License-Identifier: MIT */
/* Moving bytes from socket to socket through a pipe, by splice(2).
 *
 * One turn: take a bite from `from`, give all of it to `to`, and only then look
 * for more. So whatever was taken is under way to `to`, and a wait for `from`
 * that is ended by a throw or a timeout loses nothing.
 *
 * A message of less than a page is copied instead: two splices through a pipe
 * cost more than a copy of a few bytes. */
#include "net/splice.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/sys.h"
#include "eventlet/errors.h"
#include "eventlet/greenthread.h"
#include "eventlet/splice.h"

#define PIPE_SIZE ((size_t)1 << 20)

/* Bites in a row until others have their turn. */
#define TURN 4

/* Not fit for splice: the rest is copied. No code that anybody can throw. */
#define UNFIT (-0x30001)

/* ---- giving to `to` ---- */

/* What has to wait for room leaves the buffer that all movers share. */
static int give_copy(struct eventlet__mover *m, const char *buf, size_t len)
{
    char *copy = eventlet__alloc(len);
    size_t sent;
    int rc;

    if (!copy)
        return -ENOMEM;
    memcpy(copy, buf, len);
    rc = eventlet_sendall_count(m->to, copy, len, 0, &sent);
    m->moved += (int64_t)sent;
    eventlet__free(copy);
    return rc;
}

static int give_small(struct eventlet__mover *m, const char *buf, size_t len)
{
    struct eventlet__fd *r;
    ssize_t n = 0;

    if (m->to->fd < 0)
        return EVENTLET_CLOSED; /* while we waited for `from` */
    r = eventlet__fd(m->to->fd, m->to->life);
    if (r && r->ready & EVENTLET_WRITE) {
        n = eventlet__sys_send(m->to->fd, buf, len,
                               MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n < 0 && errno != EAGAIN && errno != EINTR)
            return -errno;
        if (n < 0)
            n = 0;
    }
    m->moved += n;
    return (size_t)n == len ? 0 : give_copy(m, buf + n, len - (size_t)n);
}

/* splice cannot be told MSG_NOSIGNAL. A signal of the kind comes to the thread
 * that caused it, before the call returns; so it is held back and taken away.
 */
static ssize_t splice_guarded(const struct eventlet__mover *m)
{
    const struct timespec at_once = { 0 };
    sigset_t broken, before;
    ssize_t n;
    int error;

    sigemptyset(&broken);
    sigaddset(&broken, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken, &before);
    n = eventlet__sys_splice(m->pipe->out, NULL, m->to->fd, NULL, m->pipe->held,
                             SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    error = errno;
    if (n < 0 && error == EPIPE && !sigismember(&before, SIGPIPE))
        sigtimedwait(&broken, NULL, &at_once);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return n;
}

static ssize_t splice_out(const struct eventlet__mover *m)
{
    if (m->guard)
        return splice_guarded(m);
    return eventlet__sys_splice(m->pipe->out, NULL, m->to->fd, NULL,
                                m->pipe->held,
                                SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
}

/* `to` does not take what comes out of a pipe after all. */
static int give_by_copying(struct eventlet__mover *m)
{
    char *buf = m->pipes->small;
    int rc = 0;

    while (rc == 0 && m->pipe->held > 0) {
        ssize_t n =
            eventlet__sys_read(m->pipe->out, buf, sizeof m->pipes->small);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? -errno : -EIO;
        m->pipe->held -= (size_t)n;
        rc = give_copy(m, buf, (size_t)n);
    }
    return rc < 0 ? rc : UNFIT;
}

static int wait_for_room(struct eventlet__mover *m, struct eventlet__fd *r)
{
    double until = 0;

    r->ready &= (uint8_t)~EVENTLET_WRITE;
    return eventlet__socket_wait(m->to, EVENTLET_WRITE, &until);
}

static int give_pipe(struct eventlet__mover *m)
{
    int rc = 0;

    while (rc == 0 && m->pipe->held > 0) {
        struct eventlet__fd *r;
        ssize_t n = -1;

        if (m->to->fd < 0)
            return EVENTLET_CLOSED;
        r = eventlet__fd(m->to->fd, m->to->life);
        if (!r)
            return -ENOMEM;
        errno = EAGAIN;
        if (r->ready & EVENTLET_WRITE)
            n = splice_out(m);
        if (n > 0) {
            m->pipe->held -= (size_t)n;
            m->moved += n;
        } else if (n < 0 && errno == EAGAIN) {
            rc = wait_for_room(m, r);
        } else if (n < 0 && errno == EINVAL) {
            rc = give_by_copying(m);
        } else if (n == 0 || errno != EINTR) {
            rc = n == 0 ? -EIO : -errno;
        }
    }
    return rc;
}

/* ---- taking from `from` ---- */

static ssize_t take_small(struct eventlet__mover *m, size_t asked)
{
    return eventlet__sys_recv(m->from->fd, m->pipes->small, asked,
                              MSG_DONTWAIT);
}

static ssize_t take_into_pipe(struct eventlet__mover *m, size_t asked)
{
    return eventlet__sys_splice(m->from->fd, NULL, m->pipe->in, NULL, asked,
                                SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
}

static void put_pipe_back(struct eventlet__mover *m)
{
    eventlet__pipe_give(m->pipes, m->pipe);
    m->pipe = NULL;
}

/* A short bite has drained the socket, unless it has filled all pages of the
 * pipe, be it with a byte in each. */
static bool drained(const struct eventlet__mover *m, size_t n, size_t asked)
{
    if (!m->from->tcp || n >= asked)
        return false;
    return !m->large || n < m->pipe->size / 4096;
}

/* Takes once. Returns bytes, 0 at the end, -EAGAIN, or negative. */
static ssize_t take_once(struct eventlet__mover *m)
{
    struct eventlet__fd *r;
    size_t asked;
    ssize_t n;

    if (m->large && !m->pipe &&
        eventlet__pipe_take(&m->pipe, m->pipes, m->pipe_size) < 0)
        return UNFIT;
    asked = eventlet__mover_at_most(m, m->large ? m->pipe->size
                                                : sizeof m->pipes->small);
    do
        n = m->large ? take_into_pipe(m, asked) : take_small(m, asked);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return m->large && errno == EINVAL ? UNFIT : -errno;
    r = eventlet__fd(m->from->fd, m->from->life);
    if (r && n > 0 && !r->sticky && drained(m, (size_t)n, asked))
        r->ready &= (uint8_t)~EVENTLET_READ;
    return n;
}

/* Takes, waiting while there is nothing. */
static ssize_t take(struct eventlet__mover *m)
{
    for (;;) {
        struct eventlet__fd *r;
        ssize_t n = -EAGAIN;
        int rc;

        if (m->from->fd < 0)
            return EVENTLET_CLOSED; /* while we waited for `to` */
        r = eventlet__fd(m->from->fd, m->from->life);
        if (!r)
            return -ENOMEM;
        if (!m->resting && r->ready & EVENTLET_READ) {
            n = take_once(m);
            if (n != -EAGAIN)
                return n;
            r->ready &= (uint8_t)~EVENTLET_READ;
            eventlet__gather_dry(m);
        }
        put_pipe_back(m);
        m->bites = 0;
        rc = eventlet__gather_wait(m);
        if (rc < 0)
            return rc;
    }
}

/* ---- one bite after the other ---- */

static int give(struct eventlet__mover *m, size_t n, bool large)
{
    if (!large)
        return give_small(m, m->pipes->small, n);
    m->pipe->held = n;
    return give_pipe(m);
}

int eventlet__mover_give_way(struct eventlet__mover *m)
{
    if (++m->bites < TURN)
        return 0;
    m->bites = 0;
    put_pipe_back(m);
    return eventlet_sleep(0);
}

static int move(struct eventlet__mover *m)
{
    int rc = 0;

    while (rc == 0 && m->left > 0) {
        bool large;
        ssize_t n = take(m);

        if (n <= 0)
            return (int)n;
        m->left -= n;
        large = m->large;
        eventlet__gather_took(m, (size_t)n,
                              large ? m->pipe->size : sizeof m->pipes->small);
        rc = give(m, (size_t)n, large);
        if (rc == 0)
            rc = eventlet__mover_give_way(m);
    }
    return rc;
}

/* ---- from beginning to end ---- */

static bool is_stream(const eventlet_socket *s)
{
    return s->type == SOCK_STREAM;
}

static int run(struct eventlet__mover *m, double gather)
{
    int rc = UNFIT;

    if (is_stream(m->from) && is_stream(m->to)) {
        eventlet__gather_begin(m, gather);
        rc = move(m);
        eventlet__gather_end(m);
        put_pipe_back(m);
    }
    if (rc == UNFIT)
        rc = eventlet__move_by_copying(m);
    /* Both were open when it began. */
    if (rc == -EBADF && (m->to->fd < 0 || m->from->fd < 0))
        rc = EVENTLET_CLOSED;
    return rc;
}

static bool pipe_signal_kills(void)
{
    struct sigaction now;

    return sigaction(SIGPIPE, NULL, &now) == 0 && now.sa_handler == SIG_DFL;
}

static int check(eventlet_socket *to, eventlet_socket *from,
                 const struct eventlet_splice_opts *opts)
{
    if (opts->limit < 0 || isnan(opts->gather))
        return -EINVAL;
    return to->fd < 0 || from->fd < 0 ? -EBADF : 0;
}

static void hold(struct eventlet__mover *m, eventlet_socket *to,
                 eventlet_socket *from)
{
    m->to = to;
    m->from = from;
    eventlet__socket_ref(to);
    eventlet__socket_ref(from);
    if (!from->taker)
        from->taker = m;
}

static void let_go(struct eventlet__mover *m)
{
    if (m->from->taker == m)
        m->from->taker = NULL;
    eventlet__socket_unref(m->from);
    eventlet__socket_unref(m->to);
}

int64_t eventlet_splice(eventlet_socket *to, eventlet_socket *from,
                        int64_t *moved, const struct eventlet_splice_opts *opts)
{
    static const struct eventlet_splice_opts none;
    struct eventlet__mover *m = NULL;
    int64_t result;
    int rc;

    opts = opts ? opts : &none;
    if (moved)
        *moved = 0;
    rc = check(to, from, opts);
    if (rc < 0)
        return rc;
    m = eventlet__alloc(sizeof *m);
    rc = m ? eventlet__pipes(&m->pipes) : -ENOMEM;
    if (rc < 0)
        goto out;
    m->pipe_size = opts->pipe_size ? opts->pipe_size : PIPE_SIZE;
    m->left = opts->limit ? opts->limit : INT64_MAX;
    m->guard = pipe_signal_kills();
    hold(m, to, from);
    rc = run(m, opts->gather == 0 ? 0.001 : opts->gather);
    let_go(m);
    if (moved)
        *moved = m->moved;
    result = m->moved;
out:
    eventlet__free(m);
    return rc < 0 ? rc : result;
}
