/* SPDX-License-Identifier: MIT */
/* Sockets: how they are made, and what they are asked. */
#include "net/sockets.h"

#include <netinet/in.h>

static bool is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

/* ---- making ---- */

GREEN_TEST_WORLD(socket, new_one_never_blocks, "socket.1")
{
    eventlet_socket *s;

    REQUIRE_CODE(eventlet_socket_new(&s, AF_INET, SOCK_STREAM, 0), 0);
    CHECK(flags_of(eventlet_fileno(s)) & O_NONBLOCK);
    CHECK(fcntl(eventlet_fileno(s), F_GETFD) & FD_CLOEXEC);
    CHECK_INT(eventlet_socket_family(s), AF_INET);
    CHECK_INT(eventlet_socket_type(s), SOCK_STREAM);
    CHECK_INT(eventlet_socket_proto(s), 0);
    CHECK(eventlet_gettimeout(s) == EVENTLET_NEVER);
    CHECK_CODE(eventlet_close(s), 0);
}

GREEN_TEST_WORLD(socket, new_one_of_an_unknown_family_is_refused, "socket.1")
{
    eventlet_socket *s = NULL;

    CHECK_CODE(eventlet_socket_new(&s, 9999, SOCK_STREAM, 0), -EAFNOSUPPORT);
    CHECK_PTR(s, NULL);
}

TEST(socket, new_one_says_that_there_is_no_such_hub, "socket.1")
{
    eventlet_socket *s = NULL;

    log_catch();
    setenv("EVENTLET_HUB", "nonsense", 1);
    CHECK_CODE(eventlet_socket_new(&s, AF_INET, SOCK_STREAM, 0),
               EVENTLET_UNKNOWN_HUB);
    unsetenv("EVENTLET_HUB");
    log_let_go();
    CHECK_PTR(s, NULL);
    CHECK_HAS(logged.text, "nonsense");
}

GREEN_TEST_NET(socket, may_be_waited_for_by_its_number, "socket.35")
{
    eventlet_socket *pair[2];
    int fd;

    REQUIRE(tcp_pair(pair));
    fd = eventlet_fileno(pair[0]);
    for (int i = 0; i < 3; i++) {
        CHECK_CODE(eventlet_hubs_trampoline(fd, EVENTLET_READ, 0.001),
                   EVENTLET_TIMEOUT);
        send_text(pair[1], "x");
        CHECK_CODE(eventlet_hubs_trampoline(fd, EVENTLET_READ, 1), 0);
        expect_text(pair[0], "x");
    }
    close_pair(pair);
}

GREEN_TEST_WORLD(socket, wrapping_takes_over_the_descriptor, "socket.2")
{
    eventlet_socket *s;
    int fds[2];

    REQUIRE_INT(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds), 0);
    REQUIRE_CODE(eventlet_socket_wrap(&s, fds[0]), 0);
    CHECK_INT(eventlet_fileno(s), fds[0]);
    CHECK(flags_of(fds[0]) & O_NONBLOCK);
    CHECK_INT(eventlet_socket_family(s), AF_UNIX);
    CHECK_INT(eventlet_socket_type(s), SOCK_SEQPACKET);
    eventlet_close(s);
    CHECK(!is_open(fds[0]));
    close(fds[1]);
}

GREEN_TEST_WORLD(socket, wrapping_leaves_what_it_refuses, "socket.2")
{
    eventlet_socket *s = NULL;
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

    CHECK_CODE(eventlet_socket_wrap(&s, fd), -ENOTSOCK);
    CHECK_CODE(eventlet_socket_wrap(&s, -1), -EBADF);
    CHECK_PTR(s, NULL);
    CHECK(is_open(fd));
    close(fd);
}

GREEN_TEST_WORLD(socket, wrapped_raw_keeps_its_flags_but_blocks_nobody,
                 "socket.2")
{
    eventlet_socket *s;
    struct reader r;
    int fds[2];

    REQUIRE_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    REQUIRE_CODE(eventlet_socket_wrap_raw(&s, fds[0]), 0);
    CHECK(!(flags_of(fds[0]) & O_NONBLOCK));
    reader_start(&r, s); /* a call that blocks would never come back */
    CHECK_INT(r.got, -1);
    CHECK_INT(write(fds[1], "x", 1), 1);
    CHECK_INT(reader_end(&r), 1);
    CHECK(!(flags_of(fds[0]) & O_NONBLOCK));
    eventlet_close(s);
    close(fds[1]);
}

GREEN_TEST_WORLD(socket, set_nonblocking_sets_that_flag_alone, "socket.33")
{
    int fds[2];

    REQUIRE_INT(pipe2(fds, O_CLOEXEC), 0);
    int before = flags_of(fds[1]);

    CHECK(!(before & O_NONBLOCK));
    CHECK_CODE(eventlet_set_nonblocking(fds[1]), 0);
    CHECK_INT(flags_of(fds[1]), before | O_NONBLOCK);
    CHECK_CODE(eventlet_set_nonblocking(fds[1]), 0);
    CHECK_INT(flags_of(fds[1]), before | O_NONBLOCK);
    close(fds[0]);
    close(fds[1]);
    CHECK_CODE(eventlet_set_nonblocking(fds[1]), -EBADF);
}

GREEN_TEST_WORLD(socket, pair_is_connected, "socket.3")
{
    eventlet_socket *pair[2];

    REQUIRE(unix_pair(pair));
    CHECK(flags_of(eventlet_fileno(pair[1])) & O_NONBLOCK);
    send_text(pair[0], "there");
    expect_text(pair[1], "there");
    send_text(pair[1], "back");
    expect_text(pair[0], "back");
    close_pair(pair);
    CHECK_CODE(eventlet_socketpair(pair, AF_INET, SOCK_STREAM, 0), -EOPNOTSUPP);
}

GREEN_TEST_WORLD(socket, dup_is_the_same_connection, "socket.4")
{
    eventlet_socket *pair[2], *copy;

    REQUIRE(tcp_pair(pair));
    CHECK_CODE(eventlet_settimeout(pair[0], 2.5), 0);
    REQUIRE_CODE(eventlet_dup(&copy, pair[0]), 0);
    CHECK(eventlet_fileno(copy) != eventlet_fileno(pair[0]));
    CHECK(flags_of(eventlet_fileno(copy)) & O_NONBLOCK);
    CHECK(fcntl(eventlet_fileno(copy), F_GETFD) & FD_CLOEXEC);
    CHECK_DBL_NEAR(eventlet_gettimeout(copy), 2.5, 0);
    CHECK_INT(eventlet_socket_family(copy), AF_INET);
    eventlet_close(pair[0]);
    send_text(copy, "still here");
    expect_text(pair[1], "still here");
    eventlet_close(copy);
    expect_text(pair[1], "");
    eventlet_close(pair[1]);
}

GREEN_TEST_NET(socket, closed_copy_leaves_the_other_one_waiting, "socket.4")
{
    eventlet_socket *pair[2], *copy;
    struct reader a, b;

    REQUIRE(unix_pair(pair));
    REQUIRE_CODE(eventlet_dup(&copy, pair[0]), 0);
    reader_start(&a, pair[0]);
    reader_start(&b, copy);
    eventlet_close(copy);
    CHECK_CODE(reader_end(&b), EVENTLET_CLOSED);
    CHECK_INT(a.got, -1);
    send_text(pair[1], "x");
    CHECK_INT(reader_end(&a), 1);
    close_pair(pair);
}

/* ---- asking ---- */

GREEN_TEST_WORLD(socket, names_of_both_ends, "socket.34")
{
    eventlet_socket *pair[2];
    struct eventlet_addr mine, yours;

    REQUIRE(tcp_pair(pair));
    CHECK_CODE(eventlet_getpeername(pair[0], &yours), 0);
    CHECK_CODE(eventlet_getsockname(pair[1], &mine), 0);
    CHECK(eventlet_addr_equal(&mine, &yours));
    CHECK_INT(mine.len, sizeof mine.in);
    close_pair(pair);
}

GREEN_TEST_WORLD(socket, name_is_written_on_success_only, "socket.34")
{
    struct eventlet_addr addr = { .len = 77 };
    eventlet_socket *s;

    REQUIRE_CODE(eventlet_socket_new(&s, AF_INET, SOCK_STREAM, 0), 0);
    CHECK_CODE(eventlet_getpeername(s, &addr), -ENOTCONN);
    CHECK_INT(addr.len, 77);
    eventlet_close(s);
}

GREEN_TEST(socket, options_are_handed_through, "socket.34")
{
    eventlet_socket *s = new_listener();
    int value = 0;
    socklen_t len = sizeof value;
    struct timeval tv;
    socklen_t tv_len = sizeof tv;

    CHECK_CODE(eventlet_getsockopt(s, SOL_SOCKET, SO_REUSEADDR, &value, &len),
               0);
    CHECK_INT(value, 1);
    value = 0;
    CHECK_CODE(eventlet_setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &value, len),
               0);
    value = 1;
    CHECK_CODE(eventlet_getsockopt(s, SOL_SOCKET, SO_REUSEADDR, &value, &len),
               0);
    CHECK_INT(value, 0);
    CHECK_CODE(eventlet_getsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &tv, &tv_len),
               0);
    CHECK_INT(tv_len, sizeof tv);
    CHECK_CODE(eventlet_getsockopt(s, SOL_SOCKET, 9999, &value, &len),
               -ENOPROTOOPT);
    CHECK_CODE(eventlet_setsockopt(s, SOL_SOCKET, 9999, &value, len),
               -ENOPROTOOPT);
    eventlet_close(s);
}

GREEN_TEST_WORLD(socket, bind_and_listen_hand_errors_through, "socket.34")
{
    eventlet_socket *s = new_listener(), *t;
    struct eventlet_addr addr = address_of(s);

    REQUIRE_CODE(eventlet_socket_new(&t, AF_INET, SOCK_STREAM, 0), 0);
    CHECK_CODE(eventlet_bind(t, &addr), -EADDRINUSE);
    eventlet_close(t);
    REQUIRE_CODE(eventlet_socket_new(&t, AF_INET, SOCK_DGRAM, 0), 0);
    CHECK_CODE(eventlet_socket_listen(t, 5), -EOPNOTSUPP);
    eventlet_close(t);
    eventlet_close(s);
}

/* ---- shutdown ---- */

GREEN_TEST_WORLD(socket, shutdown_ends_one_direction, "socket.24")
{
    eventlet_socket *pair[2];

    REQUIRE(tcp_pair(pair));
    CHECK_CODE(eventlet_shutdown(pair[0], SHUT_WR), 0);
    expect_text(pair[1], "");
    send_text(pair[1], "the other still works");
    expect_text(pair[0], "the other still works");
    close_pair(pair);
}

GREEN_TEST_WORLD(socket, shutdown_safe_ignores_what_is_over, "socket.24")
{
    eventlet_socket *pair[2], *s;

    REQUIRE(tcp_pair(pair));
    CHECK_CODE(eventlet_shutdown_safe(pair[0]), 0);
    expect_text(pair[1], "");
    eventlet_socket_close_fd(pair[0]);
    CHECK_CODE(eventlet_shutdown(pair[0], SHUT_RDWR), -EBADF);
    CHECK_CODE(eventlet_shutdown_safe(pair[0]), 0);
    close_pair(pair);
    REQUIRE_CODE(eventlet_socket_new(&s, AF_INET, SOCK_STREAM, 0), 0);
    CHECK_CODE(eventlet_shutdown(s, SHUT_RDWR), -ENOTCONN);
    CHECK_CODE(eventlet_shutdown_safe(s), 0);
    CHECK_CODE(eventlet_shutdown(s, 99), -EINVAL);
    eventlet_close(s);
}
