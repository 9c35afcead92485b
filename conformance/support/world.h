/* SPDX-License-Identifier: MIT */
/* world.h - a world in memory for tests: sockets and pipes without a kernel.
 *
 * In a test on the "world" hub (WORLD_TEST) every stream and datagram socket of
 * AF_INET, AF_INET6 and AF_UNIX and every pipe that the library makes is
 * simulated. Time is the sim hub's. What is sent is under way for the latency
 * of its link; whatever chance decides, the seed decides. The same seed and the
 * same program give the same calls with the same results.
 *
 * A descriptor is a real one, of nothing that can be read: so its number is
 * nobody else's, and limits and the census count it.
 *
 * Not simulated: descriptors passed over a socket, urgent data, IPv4 by IPv6,
 * files of AF_UNIX names, pairs of datagram sockets (those are the kernel's).
 * The machine has its loopback addresses alone; elsewhere all connections are
 * refused. A call that would block for ever fails with EDEADLK. What a test
 * asks the kernel itself, as fcntl(F_GETFL), is not about the socket. */
#ifndef CHECK_WORLD_H
#define CHECK_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "check.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a connection, a pair or a pipe is like, each way. All zero: at once, and
 * in pieces as large as there is room. */
struct world_link {
    double latency;  /* seconds from one side to the other; none in a pipe */
    double jitter;   /* up to so many more, chosen by the seed; order is kept */
    size_t capacity; /* bytes that fit; 0: as the buffers of both sides say */
    size_t most;     /* no call moves more bytes than that; 0: any number */
    bool ragged;     /* half of all calls move a part, chosen by the seed */
    double loss;     /* share of datagrams that are lost, 0 to 1 */
    bool resets;     /* in the place of whatever follows the first ... */
    uint64_t reset_after; /* ... so many bytes both sides get a reset */
    bool stalls;          /* nothing arrives after the first ... */
    uint64_t stall_after; /* ... so many bytes, and nobody is told */
};

/* Of all that is made from now on; NULL: the usual. */
void world_links(const struct world_link *link);

/* Of connections to a port of AF_INET or AF_INET6 made from now on. */
void world_link_to(int port, const struct world_link *link);

/* The nth call of that name from now (1 is the next) to a simulated descriptor,
 * or to make one, fails once. Several may be said. */
void world_fail(const char *site, long nth, int error);

/* Chance begins anew, that of the sim hub as well. */
void world_seed(uint64_t seed);

/* A digest of all calls so far, their results and times; WORLD_TRACE in the
 * environment prints them. Stays when the world has ended. */
uint64_t world_trace(void);
long world_calls(void);

/* Runs scenario(arg) in a world of its own, on a fresh hub, in a green thread.
 * Returns what it returned. For a TEST. */
int world_run(uint64_t seed, check_scenario *scenario, void *arg);

/* What WORLD_SEED in the environment says, or 0. */
uint64_t world_default_seed(void);

/* How many seeds a test tries: `usual`, or what WORLD_SEEDS in the environment
 * says. */
uint64_t world_seeds(uint64_t usual);

/* Begins and ends a world in this OS thread; on the "world" hub that is done
 * already. A descriptor that is left open fails the test. */
void world_open(void);
void world_close(void);

#ifdef __cplusplus
}
#endif

#endif
