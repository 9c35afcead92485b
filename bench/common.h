/* SPDX-License-Identifier: MIT */
/* What the benchmark programs share: arguments, addresses, one clock. */
#ifndef BENCH_COMMON_H
#define BENCH_COMMON_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

__attribute__((format(printf, 1, 2), noreturn)) static inline void die(
    const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

static inline int must(int rc, const char *what)
{
    if (rc < 0)
        die("%s: %s", what, strerror(errno));
    return rc;
}

static inline void check(bool ok, const char *what)
{
    if (!ok)
        die("wrong answer: %s", what);
}

static inline uint64_t count_arg(int argc, char **argv, int i, const char *use)
{
    if (i >= argc)
        die("usage: %s %s", argv[0], use);
    char *end;
    uint64_t n = strtoull(argv[i], &end, 10);
    if (end == argv[i] || *end != '\0')
        die("%s: not a number", argv[i]);
    return n;
}

static inline int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* A small generator, the same in every program that wants deadlines. */
static inline uint64_t next_random(uint64_t *state)
{
    uint64_t x = *state;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return *state = x;
}

static inline struct sockaddr_in parse_addr(const char *text)
{
    struct sockaddr_in addr = { .sin_family = AF_INET };
    char host[64];
    const char *colon = strrchr(text, ':');
    if (!colon || (size_t)(colon - text) >= sizeof host)
        die("%s: not HOST:PORT", text);
    memcpy(host, text, (size_t)(colon - text));
    host[colon - text] = '\0';
    addr.sin_port = htons((uint16_t)atoi(colon + 1));
    if (inet_pton(AF_INET, host, &addr.sin_addr) != 1)
        die("%s: not an IPv4 address", host);
    return addr;
}

static inline void raise_limit_nofile(void)
{
    struct rlimit limit;
    must(getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
    limit.rlim_cur = limit.rlim_max;
    must(setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
}

/* The one line the harness waits for, then reads the port from. */
static inline void announce(int fd)
{
    struct sockaddr_in addr;
    socklen_t len = sizeof addr;
    must(getsockname(fd, (struct sockaddr *)&addr, &len), "getsockname");
    printf("listening on 127.0.0.1:%d\n", ntohs(addr.sin_port));
    fflush(stdout);
}

static inline int listen_on(const char *text)
{
    struct sockaddr_in addr = parse_addr(text);
    int one = 1;
    int fd =
        must(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
             "socket");
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    must(bind(fd, (struct sockaddr *)&addr, sizeof addr), text);
    must(listen(fd, 4096), "listen");
    signal(SIGPIPE, SIG_IGN);
    return fd;
}

/* A reply of one message in two segments would wait for a delayed ack. */
static inline void set_nodelay(int fd)
{
    int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

/* Starts a connection; flags may be SOCK_NONBLOCK. */
static inline int connect_to(const struct sockaddr_in *addr, int flags)
{
    int fd =
        must(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0), "socket");
    set_nodelay(fd);
    int rc = connect(fd, (const struct sockaddr *)addr, sizeof *addr);
    if (rc < 0 && errno != EINPROGRESS)
        die("connect: %s", strerror(errno));
    return fd;
}

#endif
