/* SPDX-License-Identifier: MIT */
/* churn TARGET COUNT TOGETHER: COUNT connections, TOGETHER of them open at
 * a time; each connects, has one byte echoed and closes. */
#include "../common.h"

#include <sys/epoll.h>

enum { EVENTS = 256 };

struct visit {
    int fd;
    bool sent;
    unsigned char byte;
};

static struct sockaddr_in target;

static void begin(int epoll, struct visit *v, uint64_t number)
{
    v->fd = connect_to(&target, SOCK_NONBLOCK);
    v->sent = false;
    v->byte = (unsigned char)(number * 7);
    struct epoll_event event = { .events = EPOLLOUT, .data.ptr = v };
    must(epoll_ctl(epoll, EPOLL_CTL_ADD, v->fd, &event), "epoll_ctl");
}

/* Returns true when the visit is over and its socket closed. */
static bool advance(int epoll, struct visit *v)
{
    if (!v->sent) {
        must((int)send(v->fd, &v->byte, 1, MSG_NOSIGNAL), "send");
        v->sent = true;
        struct epoll_event event = { .events = EPOLLIN, .data.ptr = v };
        must(epoll_ctl(epoll, EPOLL_CTL_MOD, v->fd, &event), "epoll_ctl");
        return false;
    }
    unsigned char in;
    ssize_t n = read(v->fd, &in, 1);
    if (n < 0 && errno == EAGAIN)
        return false;
    must((int)n, "read");
    check(n == 1 && in == v->byte, "the byte that comes back");
    close(v->fd);
    return true;
}

static void run(int epoll, struct visit *visits, uint64_t count, uint64_t wide)
{
    uint64_t begun = 0, over = 0;
    while (begun < wide && begun < count) {
        begin(epoll, &visits[begun], begun);
        begun++;
    }
    while (over < count) {
        struct epoll_event events[EVENTS];
        int n = epoll_wait(epoll, events, EVENTS, -1);
        for (int i = 0; i < n; i++) {
            struct visit *v = events[i].data.ptr;
            if (!advance(epoll, v))
                continue;
            over++;
            if (begun < count)
                begin(epoll, v, begun++);
        }
    }
}

int main(int argc, char **argv)
{
    const char *use = "TARGET COUNT TOGETHER";
    uint64_t count = count_arg(argc, argv, 2, use);
    uint64_t together = count_arg(argc, argv, 3, use);
    target = parse_addr(argv[1]);
    struct visit *visits = calloc(together, sizeof *visits);
    if (!visits)
        die("out of memory");
    raise_limit_nofile();
    run(must(epoll_create1(0), "epoll_create1"), visits, count, together);
    free(visits);
    return 0;
}
