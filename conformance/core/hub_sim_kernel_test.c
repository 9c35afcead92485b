/* SPDX-License-Identifier: MIT */
/* The world in memory beside the kernel: the same calls on a pair of sockets,
 * chosen by a seed, give the same results. Of AF_UNIX, for there the kernel has
 * done with a call when it returns. */
#include "check.h"

#include "base/sys.h"
#include "support/world.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { CALLS = 30 };

struct session {
    uint64_t chance;
    int fd[2]; /* -1 once closed */
    int results[CALLS];
    char calls[CALLS][32];
    int len;
};

static int pick(struct session *s, int n)
{
    s->chance = s->chance * 6364136223846793005u + 1442695040888963407u;
    return (int)((s->chance >> 33) % (uint64_t)n);
}

/* ---- calls: each gives its result, or -errno ---- */

static int result(ssize_t rc)
{
    return rc < 0 ? -errno : (int)rc;
}

static int call_send(int fd, int n)
{
    static const char bytes[200];

    return result(eventlet__sys_send(fd, bytes, (size_t)n + 1, MSG_NOSIGNAL));
}

static int call_recv(int fd, int n)
{
    char bytes[200];

    return result(eventlet__sys_recv(fd, bytes, (size_t)n + 1, 0));
}

static int call_peek(int fd, int n)
{
    char bytes[200];

    return result(eventlet__sys_recv(fd, bytes, (size_t)n + 1, MSG_PEEK));
}

static int call_shutdown(int fd, int n)
{
    return n % 3 ? 0 : result(eventlet__sys_shutdown(fd, n / 3 % 3));
}

static int call_poll(int fd, int n)
{
    struct pollfd one = { fd, POLLIN | POLLOUT | POLLRDHUP, 0 };

    (void)n;
    return eventlet__sys_poll(&one, 1, 0) < 0 ? -errno : one.revents;
}

static int call_error(int fd, int n)
{
    socklen_t len = sizeof n;
    int rc = eventlet__sys_getsockopt(fd, SOL_SOCKET, SO_ERROR, &n, &len);

    return rc < 0 ? -errno : n;
}

static int call_peername(int fd, int n)
{
    struct sockaddr_storage addr;
    socklen_t len = sizeof addr;

    (void)n;
    return result(eventlet__sys_getpeername(fd, (void *)&addr, &len));
}

static const struct {
    const char *name;
    int (*call)(int fd, int n);
} kinds[] = {
    { "send", call_send },         { "send", call_send },
    { "recv", call_recv },         { "recv", call_recv },
    { "peek", call_peek },         { "shutdown", call_shutdown },
    { "poll", call_poll },         { "SO_ERROR", call_error },
    { "peername", call_peername },
};

/* ---- a session ---- */

static void close_end(struct session *s, int i)
{
    if (s->fd[i] >= 0)
        eventlet__sys_close(s->fd[i]);
    s->fd[i] = -1;
}

static void step(struct session *s)
{
    int i = pick(s, 2), n = pick(s, 100);
    int kind = pick(s, (int)(sizeof kinds / sizeof kinds[0]));

    if (pick(s, 20) == 0)
        close_end(s, i);
    if (s->fd[i] < 0)
        i = !i;
    if (s->fd[i] < 0)
        return;
    snprintf(s->calls[s->len], sizeof s->calls[0], "%s %d, %d",
             kinds[kind].name, i, n);
    s->results[s->len++] = kinds[kind].call(s->fd[i], n);
}

static void hold(struct session *s, uint64_t seed)
{
    memset(s, 0, sizeof *s);
    s->chance = seed;
    if (!CHECK_OK(eventlet__sys_socketpair(
            AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, s->fd)))
        return;
    for (int i = 0; i < CALLS; i++)
        step(s);
    close_end(s, 0);
    close_end(s, 1);
}

static void compare(const struct session *real, const struct session *world,
                    int seed)
{
    CHECK_INT(world->len, real->len);
    for (int i = 0; i < real->len && !check_failures(); i++)
        if (!CHECK_INT(world->results[i], real->results[i]))
            for (int j = 0; j <= i; j++)
                CHECK_FAIL("seed %d: %s gives %d in the world, %d here", seed,
                           world->calls[j], world->results[j],
                           real->results[j]);
}

TEST(hub_sim, calls_give_what_the_kernels_give, "hub_sim.12")
{
    static struct session real, world;

    for (int seed = 1; seed <= (int)world_seeds(1000) && !check_failures();
         seed++) {
        hold(&real, (uint64_t)seed);
        world_open();
        hold(&world, (uint64_t)seed);
        world_close();
        compare(&real, &world, seed);
    }
}
