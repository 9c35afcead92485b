/* SPDX-License-Identifier: MIT */
/* Buffered reading and writing on a green socket. */
#include "eventlet/file.h"

#include "base/buf.h"
#include "base/mem.h"
#include "core/park.h"
#include "eventlet/errors.h"
#include "net/socket.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

enum { DEFAULT_BUFFER = 8192 };

struct eventlet_file {
    eventlet_socket *socket; /* a user of it until the file is closed */
    size_t buffer;           /* bytes asked for at a time, or held back */
    struct eventlet__buf in;
    struct eventlet__buf out;
    unsigned refs; /* the owner, and calls that wait */
    bool reads;
    bool writes;
    bool reading; /* a call that reads is under way */
    bool writing;
    eventlet_greenthread *reader; /* whose call that is */
    bool closed;
};

/* ---- opening and closing ---- */

/* Whether mode is r, w or both, each letter once, in any order, b or not. */
static bool parse_mode(const char *mode, bool *reads, bool *writes)
{
    bool binary = false;

    *reads = *writes = false;
    for (; *mode; mode++) {
        bool *seen = *mode == 'r'   ? reads
                     : *mode == 'w' ? writes
                     : *mode == 'b' ? &binary
                                    : NULL;

        if (!seen || *seen)
            return false;
        *seen = true;
    }
    return *reads || *writes;
}

int eventlet_makefile(eventlet_file **f, eventlet_socket *s, const char *mode,
                      size_t buffer)
{
    bool reads, writes;
    eventlet_file *made;

    if (!parse_mode(mode, &reads, &writes))
        return -EINVAL;
    if (s->fd < 0)
        return -EBADF;
    made = eventlet__alloc(sizeof *made);
    if (!made)
        return -ENOMEM;
    made->socket = s;
    made->buffer = buffer ? buffer : DEFAULT_BUFFER;
    made->refs = 1;
    made->reads = reads;
    made->writes = writes;
    eventlet__socket_hold(s);
    EVENTLET__BORN(files);
    *f = made;
    return 0;
}

static void unref(eventlet_file *f)
{
    if (--f->refs)
        return;
    eventlet__buf_deinit(&f->in);
    eventlet__buf_deinit(&f->out);
    EVENTLET__DIED(files);
    eventlet__free(f);
}

int eventlet_file_close(eventlet_file *f)
{
    int flushed, closed;

    if (!f)
        return 0;
    assert(!f->closed);
    flushed = f->writes ? eventlet_file_flush(f) : 0;
    f->closed = true;
    if (f->reader) /* what comes now is for others who have the socket */
        eventlet__end_wait(f->reader, EVENTLET_CLOSED);
    closed = eventlet__socket_drop(f->socket);
    unref(f);
    return flushed < 0 ? flushed : closed;
}

int eventlet_file_fileno(const eventlet_file *f)
{
    return eventlet_fileno(f->socket);
}

/* ---- reading ---- */

/* Every call that reads stands between begin and end: the file outlives it, and
 * a second reader, which would take bytes out of the middle, is refused. */
static int begin_reading(eventlet_file *f)
{
    if (!f->reads)
        return -EBADF;
    if (f->reading)
        return EVENTLET_SECOND_READER;
    f->reading = true;
    f->reader = eventlet__self();
    f->refs++;
    return 0;
}

static ssize_t end_reading(eventlet_file *f, ssize_t n)
{
    f->reading = false;
    f->reader = NULL;
    unref(f);
    return n;
}

/* As eventlet_recv; the file may be closed by another meanwhile. */
static ssize_t receive(eventlet_file *f, void *buf, size_t len)
{
    ssize_t n = eventlet_recv(f->socket, buf, len);

    return f->closed && n >= 0 ? EVENTLET_CLOSED : n;
}

/* Adds one read's worth to the buffer; 0 at the end of the stream. */
static ssize_t fill(eventlet_file *f)
{
    char *room;
    int rc = eventlet__buf_reserve(&f->in, f->buffer, &room);
    ssize_t n;

    if (rc < 0)
        return rc;
    n = receive(f, room, f->buffer);
    if (n > 0)
        eventlet__buf_commit(&f->in, (size_t)n);
    return n;
}

/* Takes at most len bytes out of the buffer. */
static size_t take(eventlet_file *f, void *buf, size_t len)
{
    size_t n = f->in.len < len ? f->in.len : len;

    if (n) {
        memcpy(buf, eventlet__buf_bytes(&f->in), n);
        eventlet__buf_consume(&f->in, n);
    }
    return n;
}

static ssize_t read_some(eventlet_file *f, void *buf, size_t len)
{
    ssize_t n = 1;

    if (f->in.len == 0 && len >= f->buffer)
        return receive(f, buf, len);
    if (f->in.len == 0)
        n = fill(f);
    return n > 0 ? (ssize_t)take(f, buf, len) : n;
}

/* Puts back what was taken before a failure; the buffer is empty then, since
 * more was asked for. Short of memory the bytes are lost. */
static ssize_t put_back(eventlet_file *f, const void *buf, size_t len,
                        ssize_t code)
{
    assert(f->in.len == 0);
    if (len)
        (void)eventlet__buf_append(&f->in, buf, len);
    return code;
}

static ssize_t read_all(eventlet_file *f, void *buf, size_t len)
{
    size_t got = 0;

    while (got < len) {
        ssize_t n = read_some(f, (char *)buf + got, len - got);

        if (n < 0)
            return put_back(f, buf, got, n);
        if (n == 0)
            break;
        got += (size_t)n;
    }
    return (ssize_t)got;
}

/* How long the next line is, or what there is of it at the end of the stream,
 * or as many bytes as may be looked at; they are in the buffer then. */
static ssize_t measure_line(eventlet_file *f, size_t most)
{
    size_t seen = 0;

    for (;;) {
        size_t held = f->in.len < most ? f->in.len : most;
        const char *bytes = eventlet__buf_bytes(&f->in);
        const char *end =
            held > seen ? memchr(bytes + seen, '\n', held - seen) : NULL;
        ssize_t n;

        if (end)
            return end - bytes + 1;
        if (held == most)
            return (ssize_t)held;
        seen = held;
        n = fill(f);
        if (n <= 0)
            return n < 0 ? n : (ssize_t)held;
    }
}

static ssize_t read_line(eventlet_file *f, char *buf, size_t size)
{
    ssize_t len = measure_line(f, size - 1);

    if (len < 0)
        return len;
    take(f, buf, (size_t)len);
    buf[len] = '\0';
    return (size_t)len == size - 1 && buf[len - 1] != '\n'
               ? EVENTLET_LINE_TOO_LONG
               : len;
}

ssize_t eventlet_file_read(eventlet_file *f, void *buf, size_t len)
{
    int rc = begin_reading(f);

    return rc < 0 ? rc : end_reading(f, read_all(f, buf, len));
}

ssize_t eventlet_file_read1(eventlet_file *f, void *buf, size_t len)
{
    int rc = begin_reading(f);

    return rc < 0 ? rc : end_reading(f, len ? read_some(f, buf, len) : 0);
}

ssize_t eventlet_file_readline(eventlet_file *f, char *buf, size_t size)
{
    int rc = size < 2 ? -EINVAL : begin_reading(f);

    return rc < 0 ? rc : end_reading(f, read_line(f, buf, size));
}

/* ---- writing ---- */

static int begin_writing(eventlet_file *f)
{
    if (!f->writes)
        return -EBADF;
    if (f->writing)
        return EVENTLET_SECOND_WRITER;
    f->writing = true;
    f->refs++;
    return 0;
}

static int end_writing(eventlet_file *f, int rc)
{
    f->writing = false;
    unref(f);
    return rc;
}

/* What did not go stays, so that it can be tried again. */
static int flush(eventlet_file *f, int flags)
{
    size_t sent;
    int rc;

    if (f->out.len == 0)
        return 0;
    rc = eventlet_sendall_count(f->socket, eventlet__buf_bytes(&f->out),
                                f->out.len, flags, &sent);
    eventlet__buf_consume(&f->out, sent);
    return f->closed && rc == 0 ? EVENTLET_CLOSED : rc;
}

static int write_all(eventlet_file *f, const void *buf, size_t len)
{
    const size_t room = f->buffer > 1 ? f->buffer : 0;
    int rc;

    if (f->out.len + len <= room)
        return eventlet__buf_append(&f->out, buf, len);
    if (len < room) {
        rc = flush(f, 0);
        return rc < 0 ? rc : eventlet__buf_append(&f->out, buf, len);
    }
    /* The rest follows at once: the system need not send the last bit of this
     * on its own, for which Nagle's algorithm would make the rest wait. */
    rc = flush(f, MSG_MORE);
    return rc < 0 ? rc : eventlet_sendall(f->socket, buf, len);
}

int eventlet_file_write(eventlet_file *f, const void *buf, size_t len)
{
    int rc = begin_writing(f);

    return rc < 0 ? rc : end_writing(f, len ? write_all(f, buf, len) : 0);
}

int eventlet_file_flush(eventlet_file *f)
{
    int rc = begin_writing(f);

    return rc < 0 ? rc : end_writing(f, flush(f, 0));
}
