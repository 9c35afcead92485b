/* SPDX-License-Identifier: MIT */
/* echo LISTEN: the limit for an echo server: one epoll loop, each
 * descriptor registered once, one read and one write per message. */
#include "../../common.h"

#include <poll.h>
#include <sys/epoll.h>

enum { BUFFER = 4096, EVENTS = 512 };

static char buffer[BUFFER];

static void accept_all(int epoll, int listener)
{
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
        if (fd < 0)
            return;
        set_nodelay(fd);
        struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };
        must(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
    }
}

/* A full socket does not happen with one small message in flight; should
 * it, waiting here is right, if slow. */
static bool write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);
        if (n < 0 && errno != EAGAIN)
            return false;
        if (n < 0) {
            struct pollfd full = { .fd = fd, .events = POLLOUT };
            poll(&full, 1, -1);
            continue;
        }
        bytes += n;
        len -= (size_t)n;
    }
    return true;
}

static void echo(int fd)
{
    ssize_t n = recv(fd, buffer, sizeof buffer, 0);
    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0 || !write_all(fd, buffer, (size_t)n))
        close(fd);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        die("usage: %s LISTEN", argv[0]);
    raise_limit_nofile();
    int listener = listen_on(argv[1]);
    int epoll = must(epoll_create1(0), "epoll_create1");
    struct epoll_event event = { .events = EPOLLIN, .data.fd = listener };
    must(epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event), "epoll_ctl");
    announce(listener);
    for (;;) {
        struct epoll_event events[EVENTS];
        int n = epoll_wait(epoll, events, EVENTS, -1);
        for (int i = 0; i < n; i++) {
            if (events[i].data.fd == listener)
                accept_all(epoll, listener);
            else
                echo(events[i].data.fd);
        }
    }
}
