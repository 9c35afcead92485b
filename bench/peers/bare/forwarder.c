/* SPDX-License-Identifier: MIT */
/* forwarder [--splice] [--buffer BYTES] LISTEN TARGET: the limit for a
 * forwarder: one epoll loop and nothing else.
 *
 * Both descriptors of a pair are registered once, edge-triggered, for both
 * directions. Readiness is remembered in `readable` and `writable`; a flow
 * runs until one of them stops it, at most TURN bites at a time. A pair that
 * used up its turn stands in the list `again`. Half-close is carried. */
#include "../../common.h"

#include <sys/epoll.h>

enum { EVENTS = 256, TURN = 4 };

struct side {
    struct pair *pair;
    int fd;
    bool readable, writable;
};

struct flow {
    struct side *from, *to;
    char *buffer; /* or, when splicing, the pipe */
    int pipe[2];
    size_t at, len; /* what was read and is still to be written */
    bool over;      /* end of stream seen and passed on */
};

struct pair {
    struct side side[2];
    struct flow flow[2];
    struct pair *next; /* in `again` or in `graves` */
    bool listed, dead;
};

static size_t bite = 256 * 1024;
static bool splicing;
static struct sockaddr_in target;
static struct pair *again, *graves;
static int epoll;

static ssize_t take(const struct flow *f)
{
    if (splicing)
        return splice(f->from->fd, NULL, f->pipe[1], NULL, bite,
                      SPLICE_F_NONBLOCK | SPLICE_F_MOVE);
    return recv(f->from->fd, f->buffer, bite, 0);
}

static ssize_t give(const struct flow *f)
{
    if (splicing)
        return splice(f->pipe[0], NULL, f->to->fd, NULL, f->len,
                      SPLICE_F_NONBLOCK | SPLICE_F_MOVE);
    return send(f->to->fd, f->buffer + f->at, f->len, MSG_NOSIGNAL);
}

/* fill and drain return false when the flow has to wait or has failed. */
static bool fill(struct flow *f)
{
    ssize_t n = take(f);
    if (n < 0) {
        f->from->readable = false;
        f->from->pair->dead = errno != EAGAIN;
        return false;
    }
    if (n == 0) {
        f->over = true;
        shutdown(f->to->fd, SHUT_WR);
        return false;
    }
    f->at = 0;
    f->len = (size_t)n;
    return true;
}

static bool drain(struct flow *f)
{
    ssize_t n = give(f);
    if (n < 0) {
        f->to->writable = false;
        f->to->pair->dead = errno != EAGAIN;
        return false;
    }
    f->at += (size_t)n;
    f->len -= (size_t)n;
    return true;
}

/* Returns true if the flow could go on but has had its turn. */
static bool move(struct flow *f)
{
    for (int bites = 0; !f->over && bites < TURN;) {
        if (f->len > 0) {
            if (!f->to->writable || !drain(f))
                return false;
            bites += f->len == 0;
        } else if (!f->from->readable || !fill(f)) {
            return false;
        }
    }
    return !f->over;
}

static void bury(struct pair *p)
{
    for (int i = 0; i < 2; i++) {
        close(p->side[i].fd);
        if (splicing) {
            close(p->flow[i].pipe[0]);
            close(p->flow[i].pipe[1]);
        }
        free(p->flow[i].buffer);
    }
    /* An event for it may still stand in the batch: freed after it. */
    p->dead = true;
    p->next = graves;
    graves = p;
}

static void run(struct pair *p)
{
    if (p->dead || p->listed)
        return;
    bool more = move(&p->flow[0]);
    more |= move(&p->flow[1]);
    if (p->dead || (p->flow[0].over && p->flow[1].over)) {
        bury(p);
    } else if (more) {
        p->listed = true;
        p->next = again;
        again = p;
    }
}

static void wake(struct side *s, uint32_t events)
{
    if (s->pair->dead)
        return;
    s->readable |= (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0;
    s->writable |= (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0;
    run(s->pair);
}

static void prepare(struct flow *f, struct side *from, struct side *to)
{
    f->from = from;
    f->to = to;
    if (!splicing) {
        f->buffer = malloc(bite);
        return;
    }
    must(pipe2(f->pipe, O_NONBLOCK | O_CLOEXEC), "pipe2");
    fcntl(f->pipe[1], F_SETPIPE_SZ, (int)bite);
}

static void open_pair(int fd)
{
    struct pair *p = calloc(1, sizeof *p);
    if (!p)
        die("out of memory");
    p->side[0].fd = fd;
    set_nodelay(fd);
    p->side[1].fd = connect_to(&target, SOCK_NONBLOCK);
    prepare(&p->flow[0], &p->side[0], &p->side[1]);
    prepare(&p->flow[1], &p->side[1], &p->side[0]);
    for (int i = 0; i < 2; i++) {
        p->side[i].pair = p;
        struct epoll_event event = {
            .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
            .data.ptr = &p->side[i],
        };
        must(epoll_ctl(epoll, EPOLL_CTL_ADD, p->side[i].fd, &event),
             "epoll_ctl");
    }
}

static void accept_all(int listener)
{
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0)
            return;
        open_pair(fd);
    }
}

static void run_again(void)
{
    struct pair *list = again;
    again = NULL;
    while (list) {
        struct pair *p = list;
        list = p->next;
        p->listed = false;
        run(p);
    }
}

static void free_graves(void)
{
    while (graves) {
        struct pair *p = graves;
        graves = p->next;
        free(p);
    }
}

static void turn(int listener)
{
    struct epoll_event events[EVENTS];
    int n = epoll_wait(epoll, events, EVENTS, again ? 0 : -1);
    for (int i = 0; i < n; i++) {
        if (events[i].data.ptr)
            wake(events[i].data.ptr, events[i].events);
        else
            accept_all(listener);
    }
    run_again();
    free_graves();
}

int main(int argc, char **argv)
{
    const char *use = "[--splice] [--buffer BYTES] LISTEN TARGET";
    int i = 1;
    if (i < argc && strcmp(argv[i], "--splice") == 0) {
        splicing = true;
        bite = 1 << 20;
        i++;
    }
    if (i < argc && strcmp(argv[i], "--buffer") == 0) {
        bite = count_arg(argc, argv, i + 1, use);
        i += 2;
    }
    if (argc - i != 2)
        die("usage: %s %s", argv[0], use);
    raise_limit_nofile();
    int listener = listen_on(argv[i]);
    target = parse_addr(argv[i + 1]);
    epoll = must(epoll_create1(0), "epoll_create1");
    struct epoll_event event = { .events = EPOLLIN };
    must(epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event), "epoll_ctl");
    announce(listener);
    for (;;)
        turn(listener);
}
