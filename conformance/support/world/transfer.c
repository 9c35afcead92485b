/* SPDX-License-Identifier: MIT */
/* transfer.c - the calls of the simulated world that move bytes or are said of
 * a descriptor that is there; and the table of all. */
#include "support/world/inside.h"

/* ---- receiving ---- */

static ssize_t receive(const char *site, struct world_file *f,
                       struct msghdr *msg, int flags)
{
    ssize_t n;

    if (world__fails(site))
        return world__tell(site, f, world__scripted());
    if (f->kind == WORLD_PIPE)
        return world__tell(site, f, -ENOTSOCK);
    n = f->kind == WORLD_STREAM ? world__stream_recv(f, msg, flags)
                                : world__datagram_recv(f, msg, flags);
    return world__tell(site, f, world__blocked(f, flags, n));
}

static ssize_t call_recvfrom(int fd, void *buf, size_t len, int flags,
                             struct sockaddr *addr, socklen_t *addr_len)
{
    struct world_file *f = world__file(fd);
    struct iovec iov = { buf, len };
    struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_name = addr };
    ssize_t n;

    if (!f)
        return recvfrom(fd, buf, len, flags, addr, addr_len);
    msg.msg_namelen = addr ? *addr_len : 0;
    n = receive("recvfrom", f, &msg, flags);
    if (n >= 0 && addr)
        *addr_len = msg.msg_namelen;
    return n;
}

static ssize_t call_recv(int fd, void *buf, size_t len, int flags)
{
    struct world_file *f = world__file(fd);
    struct iovec iov = { buf, len };
    struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

    return f ? receive("recv", f, &msg, flags) : recv(fd, buf, len, flags);
}

static ssize_t call_recvmsg(int fd, struct msghdr *msg, int flags)
{
    struct world_file *f = world__file(fd);

    return f ? receive("recvmsg", f, msg, flags) : recvmsg(fd, msg, flags);
}

static ssize_t call_read(int fd, void *buf, size_t len)
{
    struct world_file *f = world__file(fd);
    struct iovec iov = { buf, len };
    struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
    ssize_t n;

    if (!f)
        return read(fd, buf, len);
    if (f->kind != WORLD_PIPE)
        return receive("read", f, &msg, 0);
    n = world__fails("read") ? world__scripted() : world__read(f, buf, len);
    return world__tell("read", f, world__blocked(f, 0, n));
}

/* ---- sending ---- */

static ssize_t submit(const char *site, struct world_file *f,
                      const struct msghdr *msg, int flags)
{
    ssize_t n;

    if (world__fails(site))
        return world__tell(site, f, world__scripted());
    if (f->kind == WORLD_PIPE)
        return world__tell(site, f, -ENOTSOCK);
    n = f->kind == WORLD_STREAM ? world__stream_send(f, msg, flags)
                                : world__datagram_send(f, msg);
    return world__tell(site, f, world__blocked(f, flags, n));
}

/* struct msghdr has no const; what it points to stays as it is all the same. */
static ssize_t submit_bytes(const char *site, struct world_file *f,
                            const void *buf, size_t len, int flags,
                            const struct sockaddr *addr, socklen_t addr_len)
{
    struct iovec iov = { (void *)(uintptr_t)buf, len };
    struct msghdr msg = { .msg_iov = &iov,
                          .msg_iovlen = 1,
                          .msg_name = (void *)(uintptr_t)addr,
                          .msg_namelen = addr_len };

    return submit(site, f, &msg, flags);
}

static ssize_t call_send(int fd, const void *buf, size_t len, int flags)
{
    struct world_file *f = world__file(fd);

    return f ? submit_bytes("send", f, buf, len, flags, NULL, 0)
             : send(fd, buf, len, flags);
}

static ssize_t call_sendto(int fd, const void *buf, size_t len, int flags,
                           const struct sockaddr *addr, socklen_t addr_len)
{
    struct world_file *f = world__file(fd);

    return f ? submit_bytes("sendto", f, buf, len, flags, addr, addr_len)
             : sendto(fd, buf, len, flags, addr, addr_len);
}

static ssize_t call_sendmsg(int fd, const struct msghdr *msg, int flags)
{
    struct world_file *f = world__file(fd);

    return f ? submit("sendmsg", f, msg, flags) : sendmsg(fd, msg, flags);
}

static ssize_t call_write(int fd, const void *buf, size_t len)
{
    struct world_file *f = world__file(fd);
    ssize_t n;

    if (!f)
        return write(fd, buf, len);
    if (f->kind != WORLD_PIPE)
        return submit_bytes("write", f, buf, len, 0, NULL, 0);
    n = world__fails("write") ? world__scripted() : world__write(f, buf, len);
    return world__tell("write", f, world__blocked(f, 0, n));
}

/* From the world into the kernel, or back, nothing can be moved. */
static ssize_t call_splice(int from, off64_t *from_at, int to, off64_t *to_at,
                           size_t len, unsigned flags)
{
    struct world_file *f = world__file(from), *t = world__file(to);
    ssize_t n = -EINVAL;

    if (!f && !t)
        return splice(from, from_at, to, to_at, len, flags);
    if (world__fails("splice"))
        n = world__scripted();
    else if (f && t)
        n = world__splice(f, t, len);
    return world__tell("splice", f ? f : t, n);
}

/* ---- the rest ---- */

static int call_shutdown(int fd, int how)
{
    struct world_file *f = world__file(fd);

    if (!f)
        return shutdown(fd, how);
    return world__tell_int("shutdown", f,
                           world__fails("shutdown") ? world__scripted()
                                                    : world__shutdown(f, how));
}

static int call_getsockopt(int fd, int level, int name, void *value,
                           socklen_t *len)
{
    struct world_file *f = world__file(fd);
    int rc;

    if (!f)
        return getsockopt(fd, level, name, value, len);
    rc = world__fails("getsockopt")
             ? world__scripted()
             : world__getsockopt(f, level, name, value, len);
    return world__tell_int("getsockopt", f, rc);
}

static int call_setsockopt(int fd, int level, int name, const void *value,
                           socklen_t len)
{
    struct world_file *f = world__file(fd);
    int rc;

    if (!f)
        return setsockopt(fd, level, name, value, len);
    rc = world__fails("setsockopt")
             ? world__scripted()
             : world__setsockopt(f, level, name, value, len);
    return world__tell_int("setsockopt", f, rc);
}

static int set_pipe_size(struct world_file *f, long bytes)
{
    struct world_wire *w = f->out ? f->out : f->in;

    if (f->kind != WORLD_PIPE)
        return -EBADF;
    if (bytes < (long)w->len)
        return -EBUSY;
    w->link.capacity = (size_t)bytes;
    return (int)bytes;
}

static int set_flags(struct world_file *f, long flags)
{
    f->flags = (f->flags & O_ACCMODE) | (int)(flags & ~(long)O_ACCMODE);
    return 0;
}

static int control(struct world_file *f, int fd, int command, long value)
{
    switch (command) {
    case F_GETFL:
        return f->flags;
    case F_SETFL:
        return set_flags(f, value);
    case F_DUPFD:
    case F_DUPFD_CLOEXEC:
        return world__dup(f, (int)value);
    case F_SETPIPE_SZ:
        return set_pipe_size(f, value);
    case F_GETPIPE_SZ:
        return f->kind == WORLD_PIPE ? 64 * 1024 : -EBADF;
    }
    return fcntl(fd, command, value); /* of the descriptor, not of the file */
}

static int call_fcntl(int fd, int command, long value)
{
    struct world_file *f = world__file(fd);

    if (!f)
        return fcntl(fd, command, value);
    return world__tell_descriptor("fcntl", f,
                                  world__fails("fcntl")
                                      ? world__scripted()
                                      : control(f, fd, command, value));
}

static int call_dup(int fd)
{
    struct world_file *f = world__file(fd);

    if (!f)
        return dup(fd);
    return world__tell_descriptor(
        "dup", f, world__fails("dup") ? world__scripted() : world__dup(f, 0));
}

static int call_close(int fd)
{
    struct world_file *f = world__file(fd);

    if (!f)
        return close(fd);
    world__pass(world__now());
    world__tell("close", f, 0);
    return world__close(fd);
}

static int call_poll(struct pollfd *fds, nfds_t len, int ms)
{
    world__pass(world__now());
    return world__poll(fds, len, ms);
}

static bool owns(int fd)
{
    return world__file(fd) != NULL;
}

const struct eventlet__system world__system = {
    .socket = world__call_socket,
    .socketpair = world__call_socketpair,
    .bind = world__call_bind,
    .listen = world__call_listen,
    .connect = world__call_connect,
    .accept4 = world__call_accept4,
    .recv = call_recv,
    .recvfrom = call_recvfrom,
    .recvmsg = call_recvmsg,
    .send = call_send,
    .sendto = call_sendto,
    .sendmsg = call_sendmsg,
    .shutdown = call_shutdown,
    .getsockname = world__call_getsockname,
    .getpeername = world__call_getpeername,
    .getsockopt = call_getsockopt,
    .setsockopt = call_setsockopt,
    .fcntl = call_fcntl,
    .pipe2 = world__call_pipe2,
    .splice = call_splice,
    .read = call_read,
    .write = call_write,
    .dup = call_dup,
    .close = call_close,
    .poll = call_poll,
    .owns = owns,
    .pass = world__pass,
};
