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
