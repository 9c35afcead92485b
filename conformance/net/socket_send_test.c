/* SPDX-License-Identifier: MIT */
/* Sockets: sending. */
#include "net/sockets.h"

#include "base/sys.h"

GREEN_TEST_NET(socket, send_may_take_a_part, "socket.19")
{
    static const char big[1 << 20];
    eventlet_socket *pair[2];
    ssize_t n;

    REQUIRE(tcp_pair(pair));
    small_buffer(pair[0]);
    n = eventlet_send(pair[0], big, sizeof big);
    CHECK(n > 0 && n < (ssize_t)sizeof big);
    CHECK_INT(drain(pair[1]), n);
    close_pair(pair);
}

GREEN_TEST_NET(socket, send_waits_while_there_is_no_room, "socket.19")
{
    eventlet_socket *pair[2];
    struct writer w;

    REQUIRE(unix_pair(pair));
    fill_up(pair[0]);
    writer_start(&w, pair[0], "x", 1);
    CHECK_INT(w.got, 1);
    drain(pair[1]);
    CHECK_CODE(writer_end(&w), 0);
    expect_text(pair[1], "x");
    close_pair(pair);
}

GREEN_TEST_NET(socket, send_says_that_the_connection_is_gone, "socket.20")
{
    eventlet_socket *pair[2];

    REQUIRE(tcp_pair(pair));
    reset_on_close(pair[0]);
    eventlet_close(pair[0]);
    CHECK_CODE(eventlet_send(pair[1], "x", 1), -ECONNRESET);
    CHECK_CODE(eventlet_send(pair[1], "x", 1), -EPIPE); /* and no signal */
    CHECK_CODE(eventlet_sendall(pair[1], "x", 1), -EPIPE);
    eventlet_close(pair[1]);
    REQUIRE(unix_pair(pair));
    CHECK_CODE(eventlet_shutdown(pair[0], SHUT_WR), 0);
    CHECK_CODE(eventlet_send(pair[0], "x", 1), -EPIPE);
    close_pair(pair);
}

/* ---- sendall ---- */

static void make_pattern(char *buf, size_t len)
{
    for (size_t i = 0; i < len; i++)
        buf[i] = (char)(i % 251);
}

static void receive_pattern(eventlet_socket *s, size_t len)
{
    static char buf[10000];
    size_t at = 0;
    bool right = true;

    while (at < len) {
        ssize_t n = eventlet_recv(s, buf, sizeof buf);

        if (n <= 0)
            break;
        for (ssize_t i = 0; i < n; i++)
            right &= buf[i] == (char)((at + (size_t)i) % 251);
        at += (size_t)n;
    }
    CHECK_INT(at, len);
    CHECK(right);
}

GREEN_TEST_NET(socket, sendall_sends_all_of_any_size, "socket.21")
{
    static const size_t sizes[] = { 1000, 10000, 100000, 1000000 };
    static char data[1000000];
    eventlet_socket *pair[2];
    struct writer w;

    make_pattern(data, sizeof data);
    REQUIRE(tcp_pair(pair));
    small_buffer(pair[0]);
    small_buffer(pair[1]);
    for (int i = 0; i < 4; i++) {
        writer_start(&w, pair[0], data, sizes[i]);
        receive_pattern(pair[1], sizes[i]);
        CHECK_CODE(writer_end(&w), 0);
    }
    close_pair(pair);
}

GREEN_TEST_WORLD(socket, sendall_counts_what_went_before_it_failed, "socket.21")
{
    static const char big[1 << 20];
    eventlet_socket *pair[2];
    size_t sent = 99;

    REQUIRE(unix_pair(pair));
    CHECK_CODE(eventlet_settimeout(pair[0], 1), 0);
    CHECK_CODE(eventlet_sendall_count(pair[0], big, sizeof big, 0, &sent),
               EVENTLET_SOCKET_TIMEOUT);
    CHECK(sent > 0 && sent < sizeof big);
    CHECK_INT(drain(pair[1]), sent);
    CHECK_CODE(eventlet_sendall_count(pair[0], big, 10, 0, &sent), 0);
    CHECK_INT(sent, 10);
    close_pair(pair);
}

static int take_some_each_second(void *arg)
{
    eventlet_socket *s = arg;
    static char buf[4096];
    int rc = 0;

    while (rc == 0) {
        ssize_t n = eventlet_recv(s, buf, sizeof buf);

        if (n <= 0)
            return (int)n;
        rc = eventlet_sleep(1);
    }
    return rc;
}

GREEN_TEST_WORLD(socket, sendall_has_its_timeout_for_each_piece, "socket.21")
{
    static const char big[1000000];
    eventlet_socket *pair[2];
    eventlet_greenthread *slow;
    double began = now();

    REQUIRE(unix_pair(pair));
    slow = spawn(take_some_each_second, pair[1]);
    CHECK_CODE(eventlet_settimeout(pair[0], 60), 0);
    CHECK_CODE(eventlet_sendall(pair[0], big, sizeof big), 0);
    CHECK(now() - began > 60);
    eventlet_reap(slow);
    close_pair(pair);
}

GREEN_TEST_NET(socket, both_directions_at_once, "socket.22")
{
    static char data[300000];
    eventlet_socket *pair[2];
    struct writer there, back;

    make_pattern(data, sizeof data);
    REQUIRE(tcp_pair(pair));
    small_buffer(pair[0]);
    small_buffer(pair[1]);
    writer_start(&there, pair[0], data, sizeof data);
    writer_start(&back, pair[1], data, sizeof data);
    receive_pattern(pair[1], sizeof data);
    receive_pattern(pair[0], sizeof data);
    CHECK_CODE(writer_end(&there), 0);
    CHECK_CODE(writer_end(&back), 0);
    close_pair(pair);
}

/* ---- two at once ---- */

GREEN_TEST_NET(socket, second_reader_is_refused, "socket.22")
{
    eventlet_socket *pair[2];
    struct reader first, second;

    REQUIRE(tcp_pair(pair));
    reader_start(&first, pair[1]);
    reader_start(&second, pair[1]);
    CHECK_CODE(reader_end(&second), EVENTLET_SECOND_READER);
    CHECK_INT(first.got, -1);
    send_text(pair[0], "undisturbed");
    CHECK_INT(reader_end(&first), 11);
    close_pair(pair);
}

GREEN_TEST_NET(socket, second_writer_is_refused, "socket.22")
{
    eventlet_socket *pair[2];
    struct writer first, second;

    REQUIRE(unix_pair(pair));
    fill_up(pair[0]);
    writer_start(&first, pair[0], "x", 1);
    writer_start(&second, pair[0], "y", 1);
    CHECK_CODE(writer_end(&second), EVENTLET_SECOND_WRITER);
    drain(pair[1]);
    CHECK_CODE(writer_end(&first), 0);
    expect_text(pair[1], "x");
    close_pair(pair);
}

GREEN_TEST_NET(socket, many_readers_if_that_is_allowed, "socket.22")
{
    eventlet_socket *pair[2];
    struct reader first, second;

    eventlet_debug_hub_prevent_multiple_readers(false);
    REQUIRE(tcp_pair(pair));
    reader_start(&first, pair[1]);
    reader_start(&second, pair[1]);
    send_text(pair[0], "x");
    CHECK_INT(reader_end(&first), 1);
    CHECK_INT(second.got, -1);
    send_text(pair[0], "y");
    CHECK_INT(reader_end(&second), 1);
    eventlet_debug_hub_prevent_multiple_readers(true);
    close_pair(pair);
}

/* ---- messages ---- */

GREEN_TEST_NET(socket, datagrams_carry_their_sender, "socket.18")
{
    eventlet_socket *a, *b;
    struct eventlet_addr any, to, from, me;
    char buf[8];

    CHECK_OK(eventlet_addr_numeric(&any, "127.0.0.1", 0, AF_INET));
    REQUIRE_CODE(eventlet_socket_new(&a, AF_INET, SOCK_DGRAM, 0), 0);
    REQUIRE_CODE(eventlet_socket_new(&b, AF_INET, SOCK_DGRAM, 0), 0);
    CHECK_CODE(eventlet_bind(a, &any), 0);
    CHECK_CODE(eventlet_bind(b, &any), 0);
    me = address_of(a);
    to = address_of(b);
    CHECK_INT(eventlet_sendto(a, "one", 3, 0, &to), 3);
    CHECK_INT(eventlet_sendto(a, "", 0, 0, &to), 0);
    CHECK_INT(eventlet_sendto(a, "three", 5, 0, &to), 5);
    CHECK_INT(eventlet_recvfrom(b, buf, sizeof buf, 0, &from), 3);
    CHECK(eventlet_addr_equal(&from, &me));
    CHECK_INT(eventlet_recvfrom(b, buf, sizeof buf, 0, &from), 0);
    CHECK_INT(eventlet_recvfrom(b, buf, 2, 0, NULL), 2); /* the rest is lost */
    CHECK_CODE(eventlet_settimeout(b, 0.01), 0);
    CHECK_CODE(eventlet_recvfrom(b, buf, sizeof buf, 0, &from),
               EVENTLET_SOCKET_TIMEOUT);
    CHECK_CODE(eventlet_recvfrom(b, NULL, 0, 0, NULL), EVENTLET_SOCKET_TIMEOUT);
    eventlet_close(a);
    eventlet_close(b);
}

GREEN_TEST_WORLD(socket, sendall_of_nothing_is_an_empty_datagram, "socket.18")
{
    eventlet_socket *pair[2];
    char buf[8];

    REQUIRE_CODE(eventlet_socketpair(pair, AF_UNIX, SOCK_DGRAM, 0), 0);
    CHECK_CODE(eventlet_sendall(pair[0], "", 0), 0);
    CHECK_INT(eventlet_recv(pair[1], buf, sizeof buf), 0);
    close_pair(pair);
}

/* The room that is missing is the receiver's, and no event tells of it. */
GREEN_TEST_NET(socket, unix_datagrams_wait_for_the_receivers_room, "socket.18")
{
    eventlet_socket *from, *to;
    struct eventlet_addr addr;
    char buf[1];

    CHECK_OK(eventlet_addr_numeric(&addr, own_name(), -1, AF_UNIX));
    REQUIRE_CODE(eventlet_socket_new(&from, AF_UNIX, SOCK_DGRAM, 0), 0);
    REQUIRE_CODE(eventlet_socket_new(&to, AF_UNIX, SOCK_DGRAM, 0), 0);
    REQUIRE_CODE(eventlet_bind(to, &addr), 0);
    CHECK_CODE(eventlet_settimeout(from, 0.05), 0);
    while (eventlet_sendto(from, "x", 1, 0, &addr) == 1)
        ;
    CHECK_CODE(eventlet_sendto(from, "x", 1, 0, &addr),
               EVENTLET_SOCKET_TIMEOUT);
    CHECK_INT(eventlet_recv(to, buf, 1), 1);
    CHECK_INT(eventlet_sendto(from, "x", 1, 0, &addr), 1);
    eventlet_close(from);
    eventlet_close(to);
}

GREEN_TEST_HUBS(socket, messages_can_carry_descriptors, "socket.32")
{
    eventlet_socket *pair[2];
    char control[CMSG_SPACE(sizeof(int))] = { 0 }, text[] = "gift";
    struct iovec piece = { .iov_base = text, .iov_len = 4 };
    struct msghdr msg = { .msg_iov = &piece,
                          .msg_iovlen = 1,
                          .msg_control = control,
                          .msg_controllen = sizeof control };
    struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
    int fd = 0;

    REQUIRE(unix_pair(pair));
    *c = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof fd),
                           .cmsg_level = SOL_SOCKET,
                           .cmsg_type = SCM_RIGHTS };
    memcpy(CMSG_DATA(c), &fd, sizeof fd);
    CHECK_INT(eventlet_sendmsg(pair[0], &msg, 0), 4);
    CHECK_INT(eventlet_recvmsg(pair[1], &msg, MSG_CMSG_CLOEXEC), 4);
    memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof fd);
    CHECK(fd > 0 && fcntl(fd, F_GETFD) >= 0);
    close(fd);
    close_pair(pair);
}

/* ---- fairness ---- */

struct stream {
    eventlet_socket *pair[2];
    eventlet_greenthread *from, *to;
    long received;
    long others_at_half; /* the least that another had by then */
};

enum { STREAMS = 5, STREAM_BYTES = 400000 };

static struct stream streams[STREAMS];

static int flood(void *arg)
{
    static const char block[STREAM_BYTES];
    struct stream *st = arg;

    return eventlet_sendall(st->pair[0], block, sizeof block);
}

static long least_received(void)
{
    long least = STREAM_BYTES;

    for (int i = 0; i < STREAMS; i++)
        if (streams[i].received < least)
            least = streams[i].received;
    return least;
}

static int take_all(void *arg)
{
    static char buf[1000];
    struct stream *st = arg;
    ssize_t n = 1;

    while (n > 0 && st->received < STREAM_BYTES) {
        n = eventlet_recv(st->pair[1], buf, sizeof buf);
        st->received += n;
        if (st->received == STREAM_BYTES / 2)
            st->others_at_half = least_received();
        if (n > 0)
            n = eventlet_sleep(0) < 0 ? -1 : n;
    }
    return (int)n;
}

GREEN_TEST_NET(socket, many_streams_share_the_time, "socket.36")
{
    for (int i = 0; i < STREAMS; i++) {
        streams[i].received = streams[i].others_at_half = 0;
        REQUIRE(unix_pair(streams[i].pair));
        streams[i].from = spawn(flood, &streams[i]);
        streams[i].to = spawn(take_all, &streams[i]);
    }
    for (int i = 0; i < STREAMS; i++) {
        CHECK_OK(end_of(streams[i].from));
        CHECK_OK(end_of(streams[i].to));
        CHECK_INT(streams[i].received, STREAM_BYTES);
        CHECK(streams[i].others_at_half > STREAM_BYTES / 4);
        close_pair(streams[i].pair);
    }
}
