/* SPDX-License-Identifier: MIT */
/* Moving datagrams: large ones, empty ones. */
#include "net/splice_relay.h"

static bool udp_pair(eventlet_socket *pair[2])
{
    struct eventlet_addr any, addr[2];

    CHECK_OK(eventlet_addr_numeric(&any, "127.0.0.1", 0, AF_INET));
    for (int i = 0; i < 2; i++) {
        CHECK_OK(eventlet_socket_new(&pair[i], AF_INET, SOCK_DGRAM, 0));
        CHECK_OK(eventlet_bind(pair[i], &any));
        addr[i] = address_of(pair[i]);
    }
    return CHECK_OK(eventlet_socket_connect(pair[0], &addr[1])) &&
           CHECK_OK(eventlet_socket_connect(pair[1], &addr[0]));
}

GREEN_TEST(splice, an_empty_datagram_is_one_too, "splice.6")
{
    char byte[8];
    struct relay r;

    relay_open(&r, udp_pair);
    r.opts.limit = 6;
    relay_start(&r);
    send_text(r.in[0], "one");
    send_text(r.in[0], "");
    send_text(r.in[0], "two");
    CHECK_INT(relay_end(&r), 6);
    expect_text(r.out[1], "one");
    CHECK_INT(eventlet_recv(r.out[1], byte, sizeof byte), 0);
    expect_text(r.out[1], "two");
    relay_close(&r);
}

GREEN_TEST(splice, a_large_datagram_stays_whole, "splice.6")
{
    enum { LARGE = 100 << 10 };
    static unsigned char back[LARGE];
    struct relay r;

    relay_open(&r, datagram_pair);
    relay_start(&r);
    CHECK_INT(eventlet_send(r.in[0], pattern(), LARGE), LARGE);
    CHECK_INT(eventlet_recv(r.out[1], back, sizeof back), LARGE);
    CHECK_MEM(back, pattern(), LARGE);
    CHECK_OK(eventlet_kill(r.gt, 0));
    CHECK_CODE(relay_end(&r), EVENTLET_EXIT);
    relay_close(&r);
}
