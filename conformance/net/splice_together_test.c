/* SPDX-License-Identifier: MIT */
/* Movers that share a connection, a hub, or a fork. */
#include "core/child.h"
#include "net/splice_relay.h"

/* ---- many streams ---- */

enum { STREAMS = 24, EACH = 1 << 20 };

struct stream {
    struct relay relay;
    eventlet_greenthread *from, *to;
    size_t got;
};

static int pour(void *arg)
{
    struct stream *s = arg;
    int rc = eventlet_sendall(s->relay.in[0], pattern(), EACH);

    return rc < 0 ? rc : eventlet_shutdown(s->relay.in[0], SHUT_WR);
}

static int take(void *arg)
{
    struct stream *s = arg;
    static unsigned char buf[1 << 16];
    ssize_t n = 1;

    while (s->got < EACH && n > 0) {
        n = eventlet_recv(s->relay.out[1], buf, sizeof buf);
        CHECK(n < 0 || memcmp(buf, pattern() + s->got, (size_t)n) == 0);
        s->got += n > 0 ? (size_t)n : 0;
    }
    return n < 0 ? (int)n : 0;
}

/* So many that the time for each is too short to be waited for. */
GREEN_TEST_NET(splice, many_streams_share_the_time, "splice.20")
{
    static struct stream streams[STREAMS];

    for (int i = 0; i < STREAMS; i++) {
        struct stream *s = &streams[i];

        relay_open(&s->relay, tcp_pair);
        s->got = 0;
        relay_start(&s->relay);
        s->from = spawn(pour, s);
        s->to = spawn(take, s);
    }
    for (int i = 0; i < STREAMS; i++) {
        CHECK_OK(end_of(streams[i].from));
        CHECK_INT(relay_end(&streams[i].relay), EACH);
        CHECK_OK(end_of(streams[i].to));
        CHECK_INT(streams[i].got, EACH);
        relay_close(&streams[i].relay);
    }
}

/* ---- the other direction ---- */

static void pass(int times)
{
    while (times-- > 0)
        let_others_run();
}

/* What has come back meanwhile, while no time passes. */
static size_t came_back(struct relay *r)
{
    pass(20);
    return drain(r->in[0]);
}

/* Puts a mover of the other direction beside the relay's. */
static void relay_back(struct relay *back, const struct relay *r)
{
    *back = (struct relay){ .opts = r->opts,
                            .in = { r->out[1], r->out[0] },
                            .out = { r->in[1], r->in[0] } };
    relay_start(back);
}

GREEN_TEST_WORLD(splice, answers_to_a_stream_gather_too, "splice.21")
{
    enum { STREAM = 512 << 10 };
    struct sink sink = { .differs = false };
    eventlet_greenthread *gt;
    struct relay r, back;

    relay_open(&r, tcp_pair);
    r.opts.gather = 1;
    sink.s = r.out[1];
    gt = spawn(sink_run, &sink);
    relay_start(&r);
    relay_back(&back, &r);
    CHECK_CODE(eventlet_sendall(r.in[0], pattern(), STREAM), 0);
    pass(1000);
    send_text(r.out[1], "a");
    CHECK_INT(came_back(&r), 1);
    send_text(r.out[1], "b");
    CHECK_INT(came_back(&r), 0);
    clock_advance(2);
    CHECK_INT(came_back(&r), 1);
    send_text(r.out[1], "c"); /* the stream is over */
    CHECK_INT(came_back(&r), 1);
    CHECK_OK(eventlet_shutdown(r.in[0], SHUT_WR));
    CHECK_INT(relay_end(&r), STREAM);
    CHECK_OK(eventlet_shutdown(r.out[1], SHUT_WR));
    CHECK_INT(relay_end(&back), 3);
    eventlet_reap(gt);
    relay_close(&r);
}

/* ---- after a fork ---- */

static int count_in_child(void *parents)
{
    return descriptors() == *(int *)parents - 2 ? 0 : 1;
}

GREEN_TEST_REAL(splice, a_child_has_no_pipe_of_its_parent, "splice.22")
{
    struct relay r;
    int count;

    relay_open(&r, tcp_pair);
    push_bulk(&r);
    relay_close(&r);
    count = descriptors();
    CHECK_INT(in_child(count_in_child, &count, NULL, 0), 0);
    CHECK_INT(descriptors(), count);
}
