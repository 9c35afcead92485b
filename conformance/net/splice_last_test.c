/* SPDX-License-Identifier: MIT */
/* Moving bytes: the last of a stream are not waited for. */
#include "net/splice_relay.h"

enum { STREAM = 600 << 10 };

/* Sends so much at one go, while the mover waits. */
static void push_at_once(eventlet_socket *s, size_t len)
{
    const int room = 4 << 20;

    CHECK_OK(eventlet_setsockopt(s, SOL_SOCKET, SO_SNDBUF, &room, sizeof room));
    CHECK_CODE(eventlet_sendall(s, pattern(), len), 0);
}

static void open_patient(struct relay *r, struct sink *sink,
                         eventlet_greenthread **gt)
{
    const int room = 4 << 20;

    relay_open(r, tcp_pair);
    CHECK_OK(eventlet_setsockopt(r->in[1], SOL_SOCKET, SO_RCVBUF, &room,
                                 sizeof room));
    r->opts.gather = 1e6;
    sink->s = r->out[1];
    *gt = spawn(sink_run, sink);
}

static int take_all(void *s)
{
    static char buf[1 << 16];
    ssize_t n;

    do
        n = eventlet_recv(s, buf, sizeof buf);
    while (n > 0);
    return (int)n;
}

/* Its event came while the mover waited for room, and no further one will. */
GREEN_TEST_HUBS(splice, an_end_that_was_there_already_is_not_waited_for,
                "splice.4")
{
    struct sink sink = { .len = 0 };
    eventlet_greenthread *gt;
    struct relay r;
    double began = now();

    open_patient(&r, &sink, &gt);
    r.opts.gather = 20;
    relay_start(&r);
    push_at_once(r.in[0], STREAM);
    for (int i = 0; i < 1000; i++)
        let_others_run(); /* it gathers now */
    eventlet_reap(gt);
    fill_up(r.out[0]);
    push_at_once(r.in[0], STREAM);
    CHECK_OK(eventlet_shutdown(r.in[0], SHUT_WR));
    for (int i = 0; i < 1000; i++)
        let_others_run();
    gt = spawn(take_all, r.out[1]);
    CHECK_INT(relay_end(&r), 2 * STREAM);
    CHECK(now() - began < 15);
    eventlet_reap(gt);
    relay_close(&r);
}

GREEN_TEST(splice, what_the_limit_wants_is_enough, "splice.2 splice.4")
{
    struct sink sink = { .len = 0 };
    eventlet_greenthread *gt;
    struct relay r;
    double began = now();

    open_patient(&r, &sink, &gt);
    r.opts.limit = STREAM + 1000;
    relay_start(&r);
    push_at_once(r.in[0], STREAM);
    for (int i = 0; i < 100; i++)
        let_others_run();
    push_at_once(r.in[0], 2000);
    CHECK_INT(relay_end(&r), STREAM + 1000);
    CHECK(now() - began < 1000);
    eventlet_reap(gt);
    relay_close(&r);
}
