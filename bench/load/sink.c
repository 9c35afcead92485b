/* SPDX-License-Identifier: MIT */
/* sink LISTEN: takes streams as `source` sends them, checks every byte
 * count and the pattern, answers each stream with STREAM_OK. */
#include "../common.h"
#include "pattern.h"

#include <sys/epoll.h>

enum { BUFFER = 256 * 1024, EVENTS = 256 };

struct stream {
    int fd;
    bool wrong;
    unsigned header_have;
    char header[STREAM_HEADER];
    uint64_t length;
    uint64_t got;
};

static char buffer[BUFFER];

static void accept_all(int epoll, int listener)
{
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
        if (fd < 0)
            return;
        struct stream *s = calloc(1, sizeof *s);
        if (!s)
            die("out of memory");
        s->fd = fd;
        struct epoll_event event = { .events = EPOLLIN, .data.ptr = s };
        must(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
    }
}

/* Returns how many of the len bytes belong to the header. */
static size_t take_header(struct stream *s, const char *bytes, size_t len)
{
    size_t n = STREAM_HEADER - s->header_have;
    if (n > len)
        n = len;
    memcpy(s->header + s->header_have, bytes, n);
    s->header_have += (unsigned)n;
    if (s->header_have == STREAM_HEADER)
        memcpy(&s->length, s->header, sizeof s->length);
    return n;
}

static void check_bytes(struct stream *s, const char *bytes, size_t len)
{
    uint64_t skip = (PATTERN_STEP - s->got % PATTERN_STEP) % PATTERN_STEP;
    for (uint64_t i = skip; i + sizeof(uint64_t) <= len; i += PATTERN_STEP) {
        uint64_t word;
        memcpy(&word, bytes + i, sizeof word);
        if (word != pattern_word(s->got + i))
            s->wrong = true;
    }
    s->got += len;
}

static void answer(struct stream *s)
{
    uint64_t word = s->wrong || s->got > s->length ? 0 : STREAM_OK;
    if (write(s->fd, &word, sizeof word) != sizeof word)
        fprintf(stderr, "sink: answer: %s\n", strerror(errno));
}

/* Reads once; level-triggered, so that a hundred streams take turns. */
static void take(struct stream *s)
{
    ssize_t n = read(s->fd, buffer, sizeof buffer);
    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0) {
        close(s->fd);
        free(s);
        return;
    }
    size_t from = 0;
    if (s->header_have < STREAM_HEADER)
        from = take_header(s, buffer, (size_t)n);
    check_bytes(s, buffer + from, (size_t)n - from);
    if (s->header_have == STREAM_HEADER && s->got >= s->length)
        answer(s);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        die("usage: %s LISTEN", argv[0]);
    raise_limit_nofile();
    int listener = listen_on(argv[1]);
    int epoll = must(epoll_create1(0), "epoll_create1");
    struct epoll_event event = { .events = EPOLLIN };
    must(epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event), "epoll_ctl");
    announce(listener);
    for (;;) {
        struct epoll_event events[EVENTS];
        int n = epoll_wait(epoll, events, EVENTS, -1);
        for (int i = 0; i < n; i++) {
            if (events[i].data.ptr)
                take(events[i].data.ptr);
            else
                accept_all(epoll, listener);
        }
    }
}
