/* SPDX-License-Identifier: MIT */
/* source TARGET BYTES CONNECTIONS: sends BYTES, shared out over all
 * connections, to a `sink` and ends when each stream has been answered. */
#include "../common.h"
#include "pattern.h"

#include <sys/epoll.h>

enum { CHUNK = 256 * 1024, EVENTS = 256 };

struct stream {
    int fd;
    bool done;
    uint64_t length;
    uint64_t sent; /* header included */
    unsigned answer_have;
    char answer[8];
};

static char pattern[PATTERN_PERIOD + CHUNK];

static void make_pattern(void)
{
    for (uint64_t i = 0; i + 8 <= sizeof pattern; i += 8) {
        uint64_t word = pattern_word(i);
        memcpy(pattern + i, &word, sizeof word);
    }
}

static ssize_t send_some(struct stream *s)
{
    if (s->sent < STREAM_HEADER)
        return send(s->fd, (char *)&s->length + s->sent,
                    STREAM_HEADER - s->sent, MSG_NOSIGNAL | MSG_MORE);
    uint64_t at = s->sent - STREAM_HEADER;
    uint64_t len = s->length - at < CHUNK ? s->length - at : CHUNK;
    return send(s->fd, pattern + at % PATTERN_PERIOD, len, MSG_NOSIGNAL);
}

static void await_answer(int epoll, struct stream *s)
{
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = s };
    must(epoll_ctl(epoll, EPOLL_CTL_MOD, s->fd, &event), "epoll_ctl");
}

/* One chunk a turn, so that the streams advance together. */
static void push(int epoll, struct stream *s)
{
    ssize_t n = send_some(s);
    if (n < 0 && errno == EAGAIN)
        return;
    must((int)n, "send");
    s->sent += (uint64_t)n;
    if (s->sent == s->length + STREAM_HEADER)
        await_answer(epoll, s);
}

/* Returns true once the answer is complete. */
static bool pull(struct stream *s)
{
    ssize_t n = read(s->fd, s->answer + s->answer_have,
                     sizeof s->answer - s->answer_have);
    if (n < 0 && errno == EAGAIN)
        return false;
    must((int)n, "read");
    check(n > 0, "a stream was closed before it was answered");
    s->answer_have += (unsigned)n;
    if (s->answer_have < sizeof s->answer)
        return false;
    uint64_t word;
    memcpy(&word, s->answer, sizeof word);
    check(word == STREAM_OK, "the sink saw other bytes than were sent");
    close(s->fd);
    return true;
}

static void open_stream(int epoll, struct stream *s,
                        const struct sockaddr_in *target, uint64_t length)
{
    s->fd = connect_to(target, SOCK_NONBLOCK);
    s->length = length;
    struct epoll_event event = { .events = EPOLLOUT, .data.ptr = s };
    must(epoll_ctl(epoll, EPOLL_CTL_ADD, s->fd, &event), "epoll_ctl");
}

static void run(int epoll, uint64_t streams)
{
    while (streams > 0) {
        struct epoll_event events[EVENTS];
        int n = epoll_wait(epoll, events, EVENTS, -1);
        for (int i = 0; i < n; i++) {
            struct stream *s = events[i].data.ptr;
            if (s->sent < s->length + STREAM_HEADER)
                push(epoll, s);
            else if (pull(s))
                streams--;
        }
    }
}

int main(int argc, char **argv)
{
    const char *use = "TARGET BYTES CONNECTIONS";
    uint64_t bytes = count_arg(argc, argv, 2, use);
    uint64_t count = count_arg(argc, argv, 3, use);
    struct sockaddr_in target = parse_addr(argv[1]);
    struct stream *streams = calloc(count, sizeof *streams);
    if (!streams)
        die("out of memory");
    raise_limit_nofile();
    make_pattern();
    int epoll = must(epoll_create1(0), "epoll_create1");
    for (uint64_t i = 0; i < count; i++)
        open_stream(epoll, &streams[i], &target,
                    bytes / count + (i < bytes % count));
    run(epoll, count);
    free(streams);
    return 0;
}
