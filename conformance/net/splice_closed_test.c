/* SPDX-License-Identifier: MIT */
/* Moving bytes, when the socket that is not waited for goes. */
#include "net/splice_relay.h"

GREEN_TEST(splice, ends_when_to_was_closed_before_bytes_came, "splice.11")
{
    struct relay r;

    relay_open(&r, tcp_pair);
    relay_start(&r); /* waits for from */
    CHECK_OK(eventlet_close(r.out[0]));
    r.out[0] = NULL;
    send_text(r.in[0], "abc");
    CHECK_CODE(relay_end(&r), EVENTLET_CLOSED);
    CHECK_INT(r.moved, 0);
    relay_close(&r);
}

GREEN_TEST(splice, ends_when_from_was_closed_while_to_had_no_room, "splice.11")
{
    struct relay r;

    relay_open(&r, tcp_pair);
    fill_up(r.out[0]);
    relay_start(&r);
    send_text(r.in[0], "abc");
    let_others_run();
    let_others_run(); /* waits for to */
    CHECK_OK(eventlet_close(r.in[1]));
    r.in[1] = NULL;
    while (drain(r.out[1]) > 0)
        let_others_run();
    CHECK_CODE(relay_end(&r), EVENTLET_CLOSED);
    CHECK_INT(r.moved, 3);
    relay_close(&r);
}

GREEN_TEST(splice, copying_ends_when_either_was_closed, "splice.11 splice.6")
{
    struct relay r;

    relay_open(&r, datagram_pair);
    relay_start(&r);
    CHECK_OK(eventlet_close(r.out[0]));
    r.out[0] = NULL;
    send_text(r.in[0], "abc");
    CHECK_CODE(relay_end(&r), EVENTLET_CLOSED);
    relay_close(&r);
}

/* ---- while bytes gather ---- */

static int lowat_of(eventlet_socket *s)
{
    int lowat = -1;
    socklen_t len = sizeof lowat;

    CHECK_OK(eventlet_getsockopt(s, SOL_SOCKET, SO_RCVLOWAT, &lowat, &len));
    return lowat;
}

enum { STREAM = 512 << 10 };

static int push_stream(void *s)
{
    return eventlet_sendall(s, pattern(), STREAM);
}

/* Comes to the wait in which bytes gather, which lasts for ever. */
static eventlet_greenthread *gathering(struct relay *r, struct sink *sink)
{
    eventlet_greenthread *gt;

    relay_open(r, tcp_pair);
    r->opts.gather = 1e6;
    relay_start(r);
    sink->s = r->out[1];
    gt = spawn(sink_run, sink);
    CHECK_OK(end_of(spawn(push_stream, r->in[0])));
    for (int i = 0; i < 1000 && lowat_of(r->in[1]) == 1; i++)
        let_others_run();
    CHECK(lowat_of(r->in[1]) > 1);
    return gt;
}

GREEN_TEST(splice, a_code_thrown_while_bytes_gather_closes_nothing, "splice.12")
{
    struct sink sink = { .len = 0 };
    struct relay r;
    eventlet_greenthread *gt = gathering(&r, &sink);

    CHECK_OK(eventlet_kill(r.gt, EVENTLET_CLOSED));
    CHECK_CODE(relay_end(&r), EVENTLET_CLOSED);
    CHECK(eventlet_fileno(r.in[1]) >= 0);
    if (eventlet_fileno(r.in[1]) >= 0)
        CHECK_INT(lowat_of(r.in[1]), 1);
    eventlet_reap(gt);
    relay_close(&r);
}
