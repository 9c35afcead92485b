/* SPDX-License-Identifier: MIT */
/* The table of fallible calls: whatever the library asks of the system goes
 * through eventlet__sys_NAME. In a release build that is the call itself; in a
 * test build (EVENTLET_TESTING) each is a numbered site that can be told to
 * fail, so that every error path is walked by counting, not by guessing. */
#ifndef EVENTLET_BASE_SYS_H
#define EVENTLET_BASE_SYS_H

#ifndef _GNU_SOURCE
#error "compile with -D_GNU_SOURCE"
#endif

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

/* X(result, value on failure, name, (parameters), (arguments)) */
#define EVENTLET__SYS_TABLE(X)                                                 \
    X(int, -1, socket, (int family, int type, int protocol),                   \
      (family, type, protocol))                                                \
    X(int, -1, socketpair, (int family, int type, int protocol, int *pair),    \
      (family, type, protocol, pair))                                          \
    X(int, -1, bind, (int fd, const struct sockaddr *addr, socklen_t len),     \
      (fd, addr, len))                                                         \
    X(int, -1, listen, (int fd, int backlog), (fd, backlog))                   \
    X(int, -1, connect, (int fd, const struct sockaddr *addr, socklen_t len),  \
      (fd, addr, len))                                                         \
    X(int, -1, accept4,                                                        \
      (int fd, struct sockaddr *addr, socklen_t *len, int flags),              \
      (fd, addr, len, flags))                                                  \
    X(ssize_t, -1, recv, (int fd, void *buf, size_t len, int flags),           \
      (fd, buf, len, flags))                                                   \
    X(ssize_t, -1, recvfrom,                                                   \
      (int fd, void *buf, size_t len, int flags, struct sockaddr *addr,        \
       socklen_t *addr_len),                                                   \
      (fd, buf, len, flags, addr, addr_len))                                   \
    X(ssize_t, -1, recvmsg, (int fd, struct msghdr *msg, int flags),           \
      (fd, msg, flags))                                                        \
    X(ssize_t, -1, send, (int fd, const void *buf, size_t len, int flags),     \
      (fd, buf, len, flags))                                                   \
    X(ssize_t, -1, sendto,                                                     \
      (int fd, const void *buf, size_t len, int flags,                         \
       const struct sockaddr *addr, socklen_t addr_len),                       \
      (fd, buf, len, flags, addr, addr_len))                                   \
    X(ssize_t, -1, sendmsg, (int fd, const struct msghdr *msg, int flags),     \
      (fd, msg, flags))                                                        \
    X(int, -1, shutdown, (int fd, int how), (fd, how))                         \
    X(int, -1, getsockname, (int fd, struct sockaddr *addr, socklen_t *len),   \
      (fd, addr, len))                                                         \
    X(int, -1, getpeername, (int fd, struct sockaddr *addr, socklen_t *len),   \
      (fd, addr, len))                                                         \
    X(int, -1, getsockopt,                                                     \
      (int fd, int level, int name, void *value, socklen_t *len),              \
      (fd, level, name, value, len))                                           \
    X(int, -1, setsockopt,                                                     \
      (int fd, int level, int name, const void *value, socklen_t len),         \
      (fd, level, name, value, len))                                           \
    X(int, -1, fcntl, (int fd, int command, long value), (fd, command, value)) \
    X(int, -1, pipe2, (int *pair, int flags), (pair, flags))                   \
    X(ssize_t, -1, splice,                                                     \
      (int from, off64_t *from_at, int to, off64_t *to_at, size_t len,         \
       unsigned flags),                                                        \
      (from, from_at, to, to_at, len, flags))                                  \
    X(ssize_t, -1, read, (int fd, void *buf, size_t len), (fd, buf, len))      \
    X(ssize_t, -1, write, (int fd, const void *buf, size_t len),               \
      (fd, buf, len))                                                          \
    X(int, -1, open, (const char *path, int flags, mode_t mode),               \
      (path, flags, mode))                                                     \
    X(int, -1, dup, (int fd), (fd))                                            \
    X(int, -1, epoll_create1, (int flags), (flags))                            \
    X(int, -1, epoll_ctl,                                                      \
      (int epfd, int op, int fd, struct epoll_event *event),                   \
      (epfd, op, fd, event))                                                   \
    X(int, -1, epoll_pwait2,                                                   \
      (int epfd, struct epoll_event *events, int room,                         \
       const struct timespec *timeout, const sigset_t *mask),                  \
      (epfd, events, room, timeout, mask))                                     \
    X(int, -1, eventfd, (unsigned initial, int flags), (initial, flags))       \
    X(void *, MAP_FAILED, mmap,                                                \
      (void *at, size_t len, int prot, int flags, int fd, off_t from),         \
      (at, len, prot, flags, fd, from))                                        \
    X(int, -1, madvise, (void *at, size_t len, int advice), (at, len, advice)) \
    X(int, -1, mprotect, (void *at, size_t len, int prot), (at, len, prot))

/* The same for calls that are never told to fail: no caller could mend it. */
#define EVENTLET__SYS_UNNUMBERED(X)                                            \
    X(int, -1, close, (int fd), (fd))                                          \
    X(int, -1, poll, (struct pollfd * fds, nfds_t len, int ms), (fds, len, ms))

/* munmap is in neither. */

#ifdef EVENTLET_TESTING

/* Whether the call that is about to be made shall fail; sets errno if so. */
bool eventlet__fault_hit(const char *site);

/* The nth fallible call from now (1 is the next) fails once with `error`; with
 * nth 0 none does. Starts counting anew. */
void eventlet__fault_arm(long nth, int error);
long eventlet__fault_count(void);       /* calls counted since */
const char *eventlet__fault_site(void); /* what failed; NULL if none has */

/* Another system beside the kernel: its calls, NULL where it has none, get
 * what they are asked for first, and hand to the kernel what is not theirs. */
#define EVENTLET__SYS_MEMBER(result, failure, name, parameters, arguments)     \
    result(*name) parameters;
struct eventlet__system {
    EVENTLET__SYS_TABLE(EVENTLET__SYS_MEMBER)
    EVENTLET__SYS_UNNUMBERED(EVENTLET__SYS_MEMBER)

    /* Whether a descriptor is its own: nobody outside makes it ready. */
    bool (*owns)(int fd);

    /* It is now_ns by the hub's clock: all that was due happens. Returns when
     * something will happen next; INT64_MAX: never. */
    int64_t (*pass)(int64_t now_ns);
};
#undef EVENTLET__SYS_MEMBER

/* This OS thread's; NULL: the kernel alone. */
extern _Thread_local const struct eventlet__system *eventlet__system;

#define EVENTLET__SYS_CALL(name, arguments)                                    \
    (eventlet__system && eventlet__system->name                                \
         ? eventlet__system->name arguments                                    \
         : name arguments)

#define EVENTLET__SYS(result, failure, name, parameters, arguments)            \
    static inline result eventlet__sys_##name parameters                       \
    {                                                                          \
        return eventlet__fault_hit(#name)                                      \
                   ? (failure)                                                 \
                   : EVENTLET__SYS_CALL(name, arguments);                      \
    }

#define EVENTLET__SYS_SURE(result, failure, name, parameters, arguments)       \
    static inline result eventlet__sys_##name parameters                       \
    {                                                                          \
        return EVENTLET__SYS_CALL(name, arguments);                            \
    }

static inline bool eventlet__sys_owns(int fd)
{
    return eventlet__system && eventlet__system->owns(fd);
}

static inline int64_t eventlet__sys_pass(int64_t now_ns)
{
    return eventlet__system ? eventlet__system->pass(now_ns) : INT64_MAX;
}

#else

#define EVENTLET__SYS(result, failure, name, parameters, arguments)            \
    static inline result eventlet__sys_##name parameters                       \
    {                                                                          \
        return name arguments;                                                 \
    }
#define EVENTLET__SYS_SURE EVENTLET__SYS

static inline bool eventlet__sys_owns(int fd)
{
    (void)fd;
    return false;
}

static inline int64_t eventlet__sys_pass(int64_t now_ns)
{
    (void)now_ns;
    return INT64_MAX;
}

#endif

EVENTLET__SYS_TABLE(EVENTLET__SYS)
EVENTLET__SYS_UNNUMBERED(EVENTLET__SYS_SURE)
#undef EVENTLET__SYS
#undef EVENTLET__SYS_SURE

#endif
