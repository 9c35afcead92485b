/* SPDX-License-Identifier: MIT */
/* The forwarder in a world in memory, under every seed and every reset. */
#include "net/journey.h"

/* A world as unlike others as the seed is. */
static struct world_link ragged_link(uint64_t seed)
{
    return (struct world_link){
        .ragged = true,
        .latency = (double)(seed % 3) * 0.001,
        .jitter = (double)(seed % 4) * 0.001,
        .capacity = 500 + (size_t)(seed * 7919 % 30000),
        .most = seed % 5 ? 0 : 100 + (size_t)(seed % 1000),
    };
}

static struct journey ragged_journey(uint64_t seed, bool by_splicing)
{
    return (struct journey){
        .splice = by_splicing,
        .patient = seed % 2,
        .near = ragged_link(seed),
        .far = ragged_link(seed * 31 + 7),
        .there = 20000 + (size_t)(seed * 1009 % 20000),
        .back = (size_t)(seed * 2003 % 30000),
    };
}

static void check_whole(const struct journey *j)
{
    CHECK_INT(j->got_there, j->there);
    CHECK_INT(j->got_back, j->back);
    CHECK(!j->differs);
    CHECK_CODE(j->server_end, 0);
    CHECK_CODE(j->client_end, 0);
    CHECK_CODE(j->server_sent, 0);
    CHECK_CODE(j->client_sent, 0);
}

/* One after another until one fails; then says which it was. */
static bool failed(const char *what, int n)
{
    if (check_failures())
        CHECK_FAIL("... with %s %d", what, n);
    return check_failures() > 0;
}

/* Every seed in one world: all bytes arrive, and each half's end. */
static void under_every_seed(bool by_splicing)
{
    for (uint64_t seed = 1; seed <= world_seeds(200); seed++) {
        struct journey j = ragged_journey(seed, by_splicing);

        CHECK_OK(world_run(seed, journey, &j));
        check_whole(&j);
        if (failed("seed", (int)seed))
            return;
    }
}

TEST(splice, forwards_whole_and_in_order_under_every_seed,
     "splice.1 splice.17 hub_sim.10")
{
    under_every_seed(true);
}

TEST(splice, copying_forwards_the_same_under_every_seed, "socket.21 hub_sim.10")
{
    under_every_seed(false);
}

/* ---- a bulk stream ---- */

TEST(splice, a_bulk_stream_arrives_whole_under_every_seed,
     "splice.4 splice.21 hub_sim.10")
{
    for (uint64_t seed = 1; seed <= world_seeds(20); seed++) {
        struct world_link wide = { .ragged = seed % 2,
                                   .jitter = 0.0001 * (double)(seed % 3) };
        struct journey j = { .splice = true,
                             .near = wide,
                             .far = wide,
                             .there = 1 << 20,
                             .back = 400000 };

        CHECK_OK(world_run(seed, journey, &j));
        check_whole(&j);
        if (failed("seed", (int)seed))
            return;
    }
}

/* ---- the same again ---- */

TEST(splice, the_same_seed_forwards_by_the_same_calls, "hub_sim.8")
{
    struct journey j = ragged_journey(3, true);
    uint64_t trace, other;

    CHECK_OK(world_run(3, journey, &j));
    trace = world_trace();
    j = ragged_journey(3, true);
    CHECK_OK(world_run(3, journey, &j));
    CHECK(world_trace() == trace);
    j = ragged_journey(3, true);
    CHECK_OK(world_run(4, journey, &j));
    other = world_trace();
    CHECK(other != trace);
}

/* ---- resets ---- */

enum { RESETS = 300 };

/* What arrived is a beginning of what was sent, and both sides know that it
 * was not all. */
static void check_broken_off(const struct journey *j)
{
    CHECK(!j->differs);
    CHECK(j->got_there <= j->there);
    CHECK(j->got_back <= j->back);
    CHECK(j->client_end < 0 || j->client_sent < 0);
    CHECK(j->server_end < 0 || j->server_sent < 0);
}

static void reset_after_each_byte(bool by_splicing, bool near)
{
    for (int n = 0; n <= RESETS; n++) {
        struct world_link link = { .ragged = true,
                                   .resets = true,
                                   .reset_after = (uint64_t)n };
        struct journey j = { .splice = by_splicing,
                             .patient = n % 2,
                             .there = RESETS,
                             .back = RESETS };

        *(near ? &j.near : &j.far) = link;
        CHECK_OK(world_run((uint64_t)n + 1, journey, &j));
        check_broken_off(&j);
        if (failed("a reset after bytes:", n))
            return;
    }
}

TEST(splice, a_reset_after_any_byte_reaches_both_ends,
     "splice.10 splice.17 hub_sim.11")
{
    reset_after_each_byte(true, true);
    reset_after_each_byte(true, false);
}

TEST(splice, a_reset_after_any_byte_ends_copying_as_well,
     "socket.15 hub_sim.11")
{
    reset_after_each_byte(false, true);
    reset_after_each_byte(false, false);
}
