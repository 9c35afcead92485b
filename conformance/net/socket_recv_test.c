/* SPDX-License-Identifier: MIT */
/* Sockets: receiving. */
#include "net/sockets.h"

#include "base/sys.h"

GREEN_TEST_NET(socket, recv_gives_what_is_there, "socket.14")
{
    eventlet_socket *pair[2];
    char buf[8];

    REQUIRE(tcp_pair(pair));
    send_text(pair[0], "abcdef");
    CHECK_INT(eventlet_recv(pair[1], buf, 4), 4);
    CHECK_INT(eventlet_recv(pair[1], buf + 4, 4), 2);
    CHECK_MEM(buf, "abcdef", 6);
    close_pair(pair);
}

GREEN_TEST_NET(socket, recv_waits_while_there_is_nothing, "socket.14")
{
    eventlet_socket *pair[2];
    struct reader r;

    REQUIRE(tcp_pair(pair));
    for (int i = 0; i < 3; i++) {
        reader_start(&r, pair[1]);
        CHECK_INT(r.got, -1);
        send_text(pair[0], "come");
        CHECK_INT(reader_end(&r), 4);
    }
    close_pair(pair);
}

GREEN_TEST_NET(socket, recv_is_zero_at_the_end_each_time, "socket.14")
{
    eventlet_socket *pair[2];
    struct reader r;

    REQUIRE(tcp_pair(pair));
    send_text(pair[0], "last");
    reader_start(&r, pair[1]);
    CHECK_INT(reader_end(&r), 4);
    reader_start(&r, pair[1]);
    CHECK_INT(r.got, -1);
    eventlet_close(pair[0]);
    CHECK_INT(reader_end(&r), 0);
    for (int i = 0; i < 3; i++)
        expect_text(pair[1], "");
    CHECK_CODE(eventlet_recv_error(pair[1]), 0);
    eventlet_close(pair[1]);
}

/* What arrived together with the end: a short read has not seen the end. */
GREEN_TEST_NET(socket, recv_finds_the_end_behind_data, "socket.14")
{
    eventlet_socket *pair[2];
    struct reader r;

    for (int round = 0; round < 2; round++) {
        REQUIRE(tcp_pair(pair));
        if (round == 1)
            reader_start(&r, pair[1]); /* so that the hub watches it */
        send_text(pair[0], "data");
        eventlet_close(pair[0]);
        if (round == 1)
            CHECK_INT(reader_end(&r), 4);
        else
            expect_text(pair[1], "data");
        expect_text(pair[1], "");
        eventlet_close(pair[1]);
    }
}

GREEN_TEST_NET(socket, reset_counts_as_the_end, "socket.15")
{
    eventlet_socket *pair[2];
    struct reader r;

    REQUIRE(tcp_pair(pair));
    reader_start(&r, pair[1]);
    reset_on_close(pair[0]);
    eventlet_close(pair[0]);
    CHECK_INT(reader_end(&r), 0);
    CHECK_CODE(eventlet_recv_error(pair[1]), -ECONNRESET);
    expect_text(pair[1], ""); /* from now on in order, as the system says */
    CHECK_CODE(eventlet_recv_error(pair[1]), 0);
    eventlet_close(pair[1]);
}

TEST(socket, other_errors_that_count_as_the_end, "socket.15")
{
    static const int ends[] = { EPIPE, ESHUTDOWN, ECONNRESET };
    eventlet_socket *pair[2];
    char byte;

    for (size_t i = 0; i < 3; i++) {
        REQUIRE(unix_pair(pair));
        send_text(pair[0], "x");
        eventlet__fault_arm(1, ends[i]);
        CHECK_INT(eventlet_recv(pair[1], &byte, 1), 0);
        CHECK_STR(eventlet__fault_site(), "recv");
        eventlet__fault_arm(0, 0);
        CHECK_CODE(eventlet_recv_error(pair[1]), -ends[i]);
        close_pair(pair);
    }
}

TEST(socket, other_errors_come_out, "socket.15")
{
    eventlet_socket *pair[2];
    char byte;

    REQUIRE(unix_pair(pair));
    send_text(pair[0], "x");
    eventlet__fault_arm(1, ETIMEDOUT);
    CHECK_CODE(eventlet_recv(pair[1], &byte, 1), -ETIMEDOUT);
    eventlet__fault_arm(0, 0);
    CHECK_INT(eventlet_recv(pair[1], &byte, 1), 1);
    close_pair(pair);
}

GREEN_TEST_NET(socket, recv_waits_if_not_connected, "socket.16")
{
    eventlet_socket *s;
    char byte;

    REQUIRE_CODE(eventlet_socket_new(&s, AF_INET, SOCK_STREAM, 0), 0);
    CHECK_CODE(eventlet_settimeout(s, 0.05), 0);
    CHECK_CODE(eventlet_recv(s, &byte, 1), EVENTLET_SOCKET_TIMEOUT);
    CHECK_CODE(eventlet_settimeout(s, 0), 0);
    CHECK_CODE(eventlet_recv(s, &byte, 1), -ENOTCONN);
    CHECK_CODE(eventlet_send(s, "x", 1), -EPIPE);
    eventlet_close(s);
}

GREEN_TEST_WORLD(socket, recv_goes_on_once_it_is_connected, "socket.16")
{
    eventlet_socket *listener = new_listener(), *client, *s;
    struct eventlet_addr addr = address_of(listener);
    struct reader r;

    REQUIRE_CODE(eventlet_socket_new(&s, AF_INET, SOCK_STREAM, 0), 0);
    reader_start(&r, s);
    CHECK_INT(r.got, -1);
    CHECK_CODE(eventlet_socket_connect(s, &addr), 0);
    CHECK_CODE(eventlet_accept(&client, listener, NULL), 0);
    send_text(client, "x");
    CHECK_INT(reader_end(&r), 1);
    eventlet_close(client);
    eventlet_close(s);
    eventlet_close(listener);
}

/* Where the kind of hub says again and again that it has hung up, too. */
GREEN_TEST_NET(socket, waiting_unconnected_does_not_spin, "socket.16")
{
    eventlet_socket *s;
    char byte;

    REQUIRE_CODE(eventlet_socket_new(&s, AF_INET, SOCK_STREAM, 0), 0);
    CHECK_CODE(eventlet_settimeout(s, 0.1), 0);
    eventlet__fault_arm(0, 0);
    CHECK_CODE(eventlet_recv(s, &byte, 1), EVENTLET_SOCKET_TIMEOUT);
    CHECK(eventlet__fault_count() < 50);
    eventlet_close(s);
}

GREEN_TEST_WORLD(socket, close_ends_a_wait_for_a_connection,
                 "socket.5 socket.16")
{
    eventlet_socket *s;
    struct reader r;

    REQUIRE_CODE(eventlet_socket_new(&s, AF_INET, SOCK_STREAM, 0), 0);
    reader_start(&r, s);
    eventlet_close(s);
    CHECK_CODE(reader_end(&r), EVENTLET_CLOSED);
}

GREEN_TEST_NET(socket, recv_of_nothing_waits_for_something, "socket.17")
{
    eventlet_socket *pair[2];
    struct reader r;

    REQUIRE(tcp_pair(pair));
    CHECK_CODE(eventlet_settimeout(pair[1], 0.02), 0);
    CHECK_CODE(eventlet_recv(pair[1], NULL, 0), EVENTLET_SOCKET_TIMEOUT);
    CHECK_CODE(eventlet_settimeout(pair[1], EVENTLET_NEVER), 0);
    reader_start_len(&r, pair[1], 0);
    CHECK_INT(r.got, -1);
    send_text(pair[0], "still there");
    CHECK_INT(reader_end(&r), 0);
    CHECK_INT(eventlet_recv(pair[1], NULL, 0), 0);
    expect_text(pair[1], "still there");
    close_pair(pair);
}

GREEN_TEST_WORLD(socket, peeking_leaves_the_data, "socket.14")
{
    eventlet_socket *pair[2];
    char buf[8];

    REQUIRE(tcp_pair(pair));
    send_text(pair[0], "abc");
    for (int i = 0; i < 3; i++)
        CHECK_INT(eventlet_recv_flags(pair[1], buf, sizeof buf, MSG_PEEK), 3);
    expect_text(pair[1], "abc");
    close_pair(pair);
}

/* ---- as few calls as can be ---- */

static int receive_to_the_end(void *arg)
{
    char buf[16];
    ssize_t n;

    do
        n = eventlet_recv(arg, buf, sizeof buf);
    while (n > 0);
    return (int)n;
}

GREEN_TEST_WORLD(socket, a_short_read_is_not_followed_by_a_useless_one,
                 "socket.29")
{
    eventlet_socket *pair[2];
    eventlet_greenthread *gt;

    REQUIRE(tcp_pair(pair));
    gt = spawn(receive_to_the_end, pair[1]);
    let_others_run(); /* from now on the hub watches it */
    eventlet__fault_arm(0, 0);
    for (int i = 0; i < 5; i++) {
        send_text(pair[0], "x");
        let_others_run();
    }
    CHECK_INT(eventlet__fault_count(), 3 * 5); /* send, poll, recv */
    eventlet_close(pair[0]);
    CHECK_CODE(end_of(gt), 0);
    eventlet_close(pair[1]);
}

GREEN_TEST_WORLD(socket, recv_of_what_is_there_is_one_call, "socket.29")
{
    eventlet_socket *pair[2];
    char buf[4];

    REQUIRE(tcp_pair(pair));
    send_text(pair[0], "abcdefgh");
    eventlet__fault_arm(0, 0);
    CHECK_INT(eventlet_recv(pair[1], buf, 4), 4);
    CHECK_INT(eventlet_recv(pair[1], buf, 4), 4);
    CHECK_INT(eventlet_send(pair[1], buf, 4), 4);
    CHECK_INT(eventlet__fault_count(), 3);
    close_pair(pair);
}

/* A unix stream stops behind a message that has rights: short, not empty. */
GREEN_TEST(socket, a_short_read_of_a_unix_stream_is_not_the_last, "socket.29")
{
    eventlet_socket *pair[2];
    char control[CMSG_SPACE(sizeof(int))] = { 0 };
    struct iovec piece = { .iov_base = (char[]){ 'b' }, .iov_len = 1 };
    struct msghdr msg = { .msg_iov = &piece,
                          .msg_iovlen = 1,
                          .msg_control = control,
                          .msg_controllen = sizeof control };
    struct cmsghdr *rights = CMSG_FIRSTHDR(&msg);
    struct reader r;

    REQUIRE(unix_pair(pair));
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(rights), &(int){ 0 }, sizeof(int));
    reader_start(&r, pair[1]);
    CHECK_INT(eventlet_sendmsg(pair[0], &msg, 0), 1);
    send_text(pair[0], "a");
    CHECK_INT(reader_end(&r), 1);
    CHECK_CODE(eventlet_settimeout(pair[1], 1), 0);
    expect_text(pair[1], "a");
    close_pair(pair);
}
