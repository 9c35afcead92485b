/* SPDX-License-Identifier: MIT */
/* requests TARGET CONNECTIONS COUNT: COUNT messages of 64 bytes, shared out
 * over all connections, each connection waiting for its echo before it
 * sends the next. COUNT 0 only connects and closes: what is to be
 * subtracted when the price of a request is wanted. */
#include "../common.h"

#include <sys/epoll.h>

enum { MESSAGE = 64, EVENTS = 512 };

struct client {
    int fd;
    unsigned have;
    uint64_t left; /* echoes still to come */
    char in[MESSAGE];
};

static void fill(char *message, const struct client *c)
{
    memset(message, 'a' + (int)(c->left % 26), MESSAGE);
    memcpy(message, &c->left, sizeof c->left);
}

static void ask(const struct client *c)
{
    char message[MESSAGE];
    fill(message, c);
    ssize_t n = send(c->fd, message, MESSAGE, MSG_NOSIGNAL);
    must((int)n, "send");
    check(n == MESSAGE, "a whole message sent");
}

/* Returns true when the client has had its last echo. */
static bool hear(struct client *c)
{
    ssize_t n = read(c->fd, c->in + c->have, MESSAGE - c->have);
    if (n < 0 && errno == EAGAIN)
        return false;
    must((int)n, "read");
    check(n > 0, "the server closed early");
    c->have += (unsigned)n;
    if (c->have < MESSAGE)
        return false;
    char expected[MESSAGE];
    fill(expected, c);
    check(memcmp(c->in, expected, MESSAGE) == 0, "the echo");
    c->have = 0;
    if (--c->left == 0)
        return true;
    ask(c);
    return false;
}

static void open_clients(int epoll, struct client *clients, uint64_t count,
                         const struct sockaddr_in *target, uint64_t requests)
{
    for (uint64_t i = 0; i < count; i++) {
        struct client *c = &clients[i];
        c->fd = connect_to(target, 0);
        c->left = requests / count + (i < requests % count);
        must(fcntl(c->fd, F_SETFL, O_NONBLOCK), "fcntl");
        struct epoll_event event = { .events = EPOLLIN, .data.ptr = c };
        must(epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &event), "epoll_ctl");
    }
}

static void run(int epoll, uint64_t busy)
{
    while (busy > 0) {
        struct epoll_event events[EVENTS];
        int n = epoll_wait(epoll, events, EVENTS, -1);
        for (int i = 0; i < n; i++)
            busy -= hear(events[i].data.ptr);
    }
}

int main(int argc, char **argv)
{
    const char *use = "TARGET CONNECTIONS COUNT";
    uint64_t count = count_arg(argc, argv, 2, use);
    uint64_t requests = count_arg(argc, argv, 3, use);
    struct sockaddr_in target = parse_addr(argv[1]);
    struct client *clients = calloc(count, sizeof *clients);
    if (!clients)
        die("out of memory");
    raise_limit_nofile();
    int epoll = must(epoll_create1(0), "epoll_create1");
    open_clients(epoll, clients, count, &target, requests);
    uint64_t busy = 0;
    for (uint64_t i = 0; i < count; i++) {
        if (clients[i].left == 0)
            continue;
        ask(&clients[i]);
        busy++;
    }
    run(epoll, busy);
    for (uint64_t i = 0; i < count; i++)
        close(clients[i].fd);
    free(clients);
    return 0;
}
