/* SPDX-License-Identifier: MIT */
/* Moving bytes: a sender, two connections, the mover between, a receiver. */
#include "net/splice_relay.h"

/* ---- all of it ---- */

GREEN_TEST_NET(splice, moves_until_the_end_and_counts, "splice.1")
{
    struct relay r;

    relay_open(&r, tcp_pair);
    relay_start(&r);
    send_text(r.in[0], "hello ");
    expect_text(r.out[1], "hello ");
    send_text(r.in[0], "world");
    expect_text(r.out[1], "world");
    CHECK_OK(eventlet_shutdown(r.in[0], SHUT_WR));
    CHECK_INT(relay_end(&r), 11);
    send_text(r.out[0], "more");
    expect_text(r.out[1], "more");
    relay_close(&r);
}

GREEN_TEST_WORLD(splice, stops_at_the_limit, "splice.2")
{
    struct relay r;

    relay_open(&r, tcp_pair);
    r.opts.limit = 5;
    send_text(r.in[0], "12345rest");
    relay_start(&r);
    CHECK_INT(relay_end(&r), 5);
    expect_text(r.out[1], "12345");
    expect_text(r.in[1], "rest");
    relay_close(&r);
}

GREEN_TEST_WORLD(splice, a_limit_holds_in_a_bulk_stream_too, "splice.2")
{
    struct relay r;
    struct sink sink = { .differs = false };
    eventlet_greenthread *gt;
    struct writer w;

    relay_open(&r, tcp_pair);
    r.opts.limit = 3000001;
    sink.s = r.out[1];
    gt = spawn(sink_run, &sink);
    relay_start(&r);
    writer_start(&w, r.in[0], pattern(), BULK);
    CHECK_INT(relay_end(&r), 3000001);
    CHECK_OK(eventlet_shutdown(r.out[0], SHUT_WR));
    CHECK_OK(end_of(gt));
    CHECK_INT(sink.len, 3000001);
    CHECK(!sink.differs);
    (void)eventlet_kill(w.gt, 0);
    (void)writer_end(&w);
    relay_close(&r);
}

/* ---- time ---- */

GREEN_TEST_WORLD(splice, a_message_passes_at_once, "splice.3")
{
    struct relay r;
    double began = now();

    relay_open(&r, tcp_pair);
    relay_start(&r);
    for (int i = 0; i < 100; i++) {
        send_text(r.in[0], "x");
        expect_text(r.out[1], "x");
    }
    CHECK_DBL_NEAR(now(), began, 1e-9);
    CHECK_OK(eventlet_shutdown(r.in[0], SHUT_WR));
    CHECK_INT(relay_end(&r), 100);
    relay_close(&r);
}

GREEN_TEST_WORLD(splice, a_message_after_a_stream_passes_at_once, "splice.3")
{
    struct sink sink = { .differs = false };
    eventlet_greenthread *gt;
    struct relay r;
    double began;

    relay_open(&r, tcp_pair);
    sink.s = r.out[1];
    gt = spawn(sink_run, &sink);
    relay_start(&r);
    CHECK_CODE(eventlet_sendall(r.in[0], pattern(), BULK), 0);
    CHECK_OK(end_of(gt));
    clock_advance(1);
    began = now();
    send_text(r.in[0], "x");
    expect_text(r.out[1], "x");
    CHECK_DBL_NEAR(now(), began, 1e-9);
    CHECK_OK(eventlet_shutdown(r.in[0], SHUT_WR));
    CHECK_INT(relay_end(&r), BULK + 1);
    relay_close(&r);
}

/* Sends a stream and, with the mover at its end, 20 KiB more; how much of that
 * has come through after half a second and after two. */
static void after_a_stream(double gather, size_t *soon, size_t *late)
{
    enum { STREAM = 512 << 10, MORE = 20 << 10 };
    struct sink sink = { .differs = false };
    eventlet_greenthread *gt;
    struct relay r;

    relay_open(&r, tcp_pair);
    r.opts.gather = gather;
    sink.s = r.out[1];
    gt = spawn(sink_run, &sink);
    relay_start(&r);
    CHECK_CODE(eventlet_sendall(r.in[0], pattern(), STREAM), 0);
    for (int i = 0; i < 100000 && sink.len < STREAM; i++)
        let_others_run();
    CHECK_CODE(eventlet_sendall(r.in[0], pattern() + STREAM, MORE), 0);
    clock_advance(0.5);
    *soon = sink.len;
    clock_advance(1.5);
    *late = sink.len;
    CHECK(!sink.differs);
    CHECK_OK(eventlet_shutdown(r.in[0], SHUT_WR));
    CHECK_INT(relay_end(&r), STREAM + MORE);
    CHECK_OK(eventlet_shutdown(r.out[0], SHUT_WR));
    CHECK_OK(end_of(gt));
    CHECK_INT(sink.len, STREAM + MORE);
    relay_close(&r);
}

GREEN_TEST_WORLD(splice, a_bulk_stream_gathers, "splice.4")
{
    size_t soon, late;

    after_a_stream(1, &soon, &late);
    CHECK(soon < 532 << 10); /* how much is held back is the system's choice */
    CHECK_INT(late, 532 << 10);
}

GREEN_TEST_WORLD(splice, never_gathers_if_told_so, "splice.5")
{
    size_t soon, late;

    after_a_stream(-1, &soon, &late);
    CHECK_INT(soon, 532 << 10);
}

GREEN_TEST_REAL(splice, a_bulk_stream_arrives_unchanged, "splice.4")
{
    struct relay r;

    relay_open(&r, tcp_pair);
    CHECK(push_bulk(&r) >= 0);
    relay_close(&r);
}

/* ---- what is no TCP ---- */

GREEN_TEST_WORLD(splice, unix_streams_are_moved, "splice.1")
{
    struct relay r;

    relay_open(&r, unix_pair);
    push_bulk(&r);
    relay_close(&r);
}

GREEN_TEST_WORLD(splice, datagrams_stay_whole, "splice.6")
{
    struct relay r;

    relay_open(&r, datagram_pair);
    r.opts.limit = 6;
    relay_start(&r);
    send_text(r.in[0], "one");
    send_text(r.in[0], "two");
    CHECK_INT(relay_end(&r), 6);
    expect_text(r.out[1], "one");
    expect_text(r.out[1], "two");
    relay_close(&r);
}

/* ---- ends of other kinds ---- */
