/* SPDX-License-Identifier: MIT */
/* The forwarder in a world in memory, under every seed and every reset. */
#include "net/journey.h"
#include "net/splice_relay.h"

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

/* ---- a call that fails ---- */

/* Who is told of an end without an error has got everything; unless one of the
 * two has given up. */
static void check_honest(const struct journey *j)
{
    CHECK(!j->differs);
    if (j->server_sent < 0 || j->client_sent < 0)
        return;
    if (j->server_end == 0)
        CHECK_INT(j->got_there, j->there);
    if (j->client_end == 0)
        CHECK_INT(j->got_back, j->back);
}

static void fail_each(bool by_splicing, const char *site, int error)
{
    struct world_link narrow = { .capacity = 9000 };

    for (long nth = 1; nth <= 60; nth++) {
        struct journey j = { .splice = by_splicing,
                             .patient = nth % 2,
                             .near = narrow,
                             .far = narrow,
                             .there = 60000,
                             .back = 30000,
                             .site = site,
                             .nth = nth,
                             .error = error };

        CHECK_OK(world_run((uint64_t)nth, journey, &j));
        check_honest(&j);
        if (failed(site, (int)nth))
            return;
    }
}

TEST(splice, no_end_is_told_where_bytes_are_missing,
     "splice.7 splice.14 splice.17 hub_sim.11")
{
    fail_each(true, "recv", ECONNRESET);
    fail_each(true, "send", EPIPE);
    fail_each(true, "splice", EINVAL);
    fail_each(true, "splice", EPIPE);
    fail_each(true, "splice", EINTR);
    fail_each(true, "pipe2", EMFILE);
    fail_each(true, "read", EIO);
    fail_each(true, "fcntl", EPERM);
}

TEST(splice, no_end_is_told_by_copying_either, "socket.15 hub_sim.11")
{
    fail_each(false, "recv", ECONNRESET);
    fail_each(false, "recv", ETIMEDOUT);
    fail_each(false, "send", EPIPE);
    fail_each(false, "send", ENOBUFS);
}

/* ---- thrown at ---- */

/* A mover is killed at any moment; what has arrived then is what it counted. */
static int kill_a_mover(void *arg)
{
    const int seed = *(int *)arg;
    struct world_link link = ragged_link((uint64_t)seed);
    struct sink sink = { .len = 0 };
    eventlet_greenthread *gt;
    struct relay r;
    struct writer w;

    world_links(&link);
    relay_open(&r, tcp_pair);
    relay_start(&r);
    writer_start(&w, r.in[0], pattern(), 200000);
    sink.s = r.out[1];
    gt = spawn(sink_run, &sink);
    CHECK_OK(eventlet_sleep(0.0003 * (seed % 100)));
    CHECK_OK(eventlet_kill(r.gt, EVENTLET_USER(1)));
    CHECK_CODE(relay_end(&r), EVENTLET_USER(1));
    CHECK_OK(eventlet_shutdown(r.out[0], SHUT_WR));
    CHECK_OK(end_of(gt));
    CHECK_INT(sink.len, r.moved);
    CHECK(!sink.differs);
    CHECK_OK(eventlet_kill(w.gt, 0));
    (void)writer_end(&w);
    relay_close(&r);
    return r.moved > 0;
}

TEST(splice, killed_at_any_moment_it_counts_what_to_has_taken, "splice.12")
{
    int moved = 0;

    for (int seed = 1; seed <= (int)world_seeds(300); seed++) {
        int rc = world_run((uint64_t)seed, kill_a_mover, &seed);

        CHECK_OK(rc);
        moved += rc;
        if (failed("seed", seed))
            return;
    }
    CHECK(moved > 100);
}
