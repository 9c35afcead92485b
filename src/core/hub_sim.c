/* SPDX-License-Identifier: MIT */
/* The hub "sim": deterministic. Its clock stands still while anybody can run,
 * and jumps to the next deadline when nobody can, so that a day of timers runs
 * in a millisecond. What is ready at the same time is told by the number of its
 * descriptor, or in an order that a seed chooses. With neither timers nor
 * descriptors left, main is told EVENTLET_DEADLOCK instead of waiting for ever.
 *
 * In a test the descriptors may be of a world in memory (base/sys.h: another
 * system). What is under way there makes time pass as a timer does, and nobody
 * outside can act on it. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/sys.h"
#include "core/hub.h"

struct sim {
    eventlet_hub *hub;
    int64_t now_ns;
    uint64_t seed;
    struct pollfd *fds; /* what is watched, by number */
    size_t len;
    size_t room;
};

/* Begins late enough that no time in a test is before it. */
#define BEGINNING ((int64_t)1000 * EVENTLET__NS_PER_S)

static int sim_open(eventlet_hub *hub, void **state)
{
    struct sim *s = eventlet__alloc(sizeof *s);

    if (!s)
        return -ENOMEM;
    s->hub = hub;
    s->now_ns = BEGINNING;
    *state = s;
    return 0;
}

static void sim_close(void *state)
{
    struct sim *s = state;

    eventlet__free(s->fds);
    eventlet__free(s);
}

static size_t place_of(const struct sim *s, int fd)
{
    size_t i = 0;

    while (i < s->len && s->fds[i].fd < fd)
        i++;
    return i;
}

static void take_out(struct sim *s, size_t i)
{
    for (s->len--; i < s->len; i++)
        s->fds[i] = s->fds[i + 1];
}

static int sim_watch(void *state, int fd, int interest)
{
    struct sim *s = state;
    size_t i = place_of(s, fd);

    if (s->len == s->room) {
        size_t room = s->room ? 2 * s->room : 16;
        struct pollfd *fds = eventlet__resize(s->fds, room * sizeof *fds);

        if (!fds)
            return -ENOMEM;
        s->fds = fds;
        s->room = room;
    }
    if (i == s->len || s->fds[i].fd != fd) {
        for (size_t j = s->len++; j > i; j--)
            s->fds[j] = s->fds[j - 1];
    }
    s->fds[i] = (struct pollfd){
        .fd = fd,
        .events = (short)((interest & EVENTLET_READ ? POLLIN | POLLPRI : 0) |
                          (interest & EVENTLET_WRITE ? POLLOUT : 0)),
    };
    return 0;
}

static void sim_unwatch(void *state, int fd)
{
    struct sim *s = state;
    size_t i = place_of(s, fd);

    if (i < s->len && s->fds[i].fd == fd)
        take_out(s, i);
}

static uint64_t next_random(uint64_t *seed)
{
    uint64_t z = (*seed += 0x9e3779b97f4a7c15u);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static void tell(struct sim *s, size_t i)
{
    struct pollfd *p = &s->fds[i];
    int fd = p->fd, got = p->revents, interest = 0;

    if (got & (POLLIN | POLLPRI | POLLHUP | POLLERR | POLLNVAL))
        interest |= EVENTLET_READ;
    if (got & (POLLOUT | POLLHUP | POLLERR | POLLNVAL))
        interest |= EVENTLET_WRITE;
    p->revents = 0;
    p->events &= (short)~((interest & EVENTLET_READ ? POLLIN | POLLPRI : 0) |
                          (interest & EVENTLET_WRITE ? POLLOUT : 0));
    if (!p->events)
        take_out(s, i);
    eventlet_hub_ready(s->hub, fd, interest, true);
}

/* Tells what is ready, one after the other, each chosen by the seed. */
static void tell_all(struct sim *s, int ready)
{
    while (ready-- > 0) {
        uint64_t skip =
            s->seed ? next_random(&s->seed) % ((uint64_t)ready + 1) : 0;
        size_t i = 0;

        for (;; i++) {
            if (i == s->len)
                return;
            if (s->fds[i].revents && skip-- == 0)
                break;
        }
        tell(s, i);
    }
}

/* Returns how many were ready, or -errno. */
static int look(struct sim *s, int patience_ms)
{
    int n = eventlet__sys_poll(s->fds, s->len, patience_ms);

    if (n > 0)
        tell_all(s, n);
    return n < 0 ? -errno : n;
}

/* Whether somebody outside may make one of them ready. */
static bool is_open_to_outside(const struct sim *s)
{
    for (size_t i = 0; i < s->len; i++)
        if (!eventlet__sys_owns(s->fds[i].fd))
            return true;
    return false;
}

static int wait_for_outside(struct sim *s, int64_t timeout_ns)
{
    int n;

    if (!is_open_to_outside(s))
        return EVENTLET_DEADLOCK;
    n = look(s, (int)(timeout_ns / 1000000));
    return n < 0 ? n : 0;
}

/* To the next timer, or to what is under way in the world of a test if that
 * arrives sooner: what it makes ready is told before a timer of that moment. */
static int leap(struct sim *s, int64_t timeout_ns, int64_t arrival)
{
    int n = 0;

    if (s->hub->heap.len)
        s->now_ns = eventlet__ns_add(s->now_ns, timeout_ns);
    if (arrival != INT64_MAX && (!s->hub->heap.len || arrival <= s->now_ns)) {
        s->now_ns = arrival;
        n = look(s, 0);
    }
    return n < 0 ? n : 0;
}

static int sim_wait(void *state, int64_t timeout_ns)
{
    struct sim *s = state;
    int64_t arrival = eventlet__sys_pass(s->now_ns);
    int n = look(s, 0);

    if (n != 0 || timeout_ns <= 0)
        return n < 0 ? n : 0;
    if (!s->hub->heap.len && arrival == INT64_MAX)
        return wait_for_outside(s, timeout_ns);
    return leap(s, timeout_ns, arrival);
}

static int64_t sim_clock(void *state)
{
    return ((struct sim *)state)->now_ns;
}

const struct eventlet_hub_kind eventlet__hub_sim = {
    .name = "sim",
    .open = sim_open,
    .close = sim_close,
    .watch = sim_watch,
    .unwatch = sim_unwatch,
    .wait = sim_wait,
    .clock = sim_clock,
};

void eventlet__sim_advance(eventlet_hub *hub, int64_t ns)
{
    if (hub->kind == &eventlet__hub_sim) {
        struct sim *s = hub->state;

        s->now_ns = eventlet__ns_add(s->now_ns, ns);
    }
}

void eventlet__sim_seed(eventlet_hub *hub, uint64_t seed)
{
    if (hub->kind == &eventlet__hub_sim)
        ((struct sim *)hub->state)->seed = seed;
}
