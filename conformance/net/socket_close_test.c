/* SPDX-License-Identifier: MIT */
/* Sockets: how they go, and who waits meanwhile. */
#include "net/sockets.h"

GREEN_TEST_NET(socket, close_wakes_who_receives, "socket.5")
{
    eventlet_socket *pair[2];
    struct reader r;

    REQUIRE(tcp_pair(pair));
    reader_start(&r, pair[0]);
    CHECK_INT(r.got, -1);
    CHECK_CODE(eventlet_close(pair[0]), 0);
    CHECK_CODE(reader_end(&r), EVENTLET_CLOSED);
    expect_text(pair[1], "");
    eventlet_close(pair[1]);
}

GREEN_TEST_NET(socket, close_wakes_who_sends, "socket.5")
{
    eventlet_socket *pair[2];
    struct writer w;

    REQUIRE(unix_pair(pair));
    fill_up(pair[0]);
    writer_start(&w, pair[0], "x", 1);
    CHECK_INT(w.got, 1);
    CHECK_CODE(eventlet_close(pair[0]), 0);
    CHECK_CODE(writer_end(&w), EVENTLET_CLOSED);
    eventlet_close(pair[1]);
}

struct accepting {
    eventlet_socket *listener;
    eventlet_socket *client;
    struct eventlet_addr addr;
};

static int accept_it(void *arg)
{
    struct accepting *a = arg;

    return eventlet_accept(&a->client, a->listener, &a->addr);
}

GREEN_TEST_NET(socket, close_wakes_who_accepts, "socket.5")
{
    struct accepting a = { .listener = new_listener() };
    eventlet_greenthread *gt = spawn(accept_it, &a);

    let_others_run();
    eventlet_debug_hub_exceptions(false);
    CHECK_CODE(eventlet_close(a.listener), 0);
    CHECK_CODE(end_of(gt), EVENTLET_CLOSED);
    CHECK_PTR(a.client, NULL);
    eventlet_debug_hub_exceptions(true);
}

GREEN_TEST_WORLD(socket, close_of_null_is_nothing, "socket.5")
{
    CHECK_CODE(eventlet_close(NULL), 0);
}

/* Woken by data, but closed before it runs: the close wins. */
GREEN_TEST_WORLD(socket, close_beats_data_not_yet_taken, "socket.5")
{
    eventlet_socket *pair[2];
    struct reader r;

    REQUIRE(unix_pair(pair));
    reader_start(&r, pair[0]);
    eventlet_hub_ready(eventlet_hubs_get_hub(), eventlet_fileno(pair[0]),
                       EVENTLET_READ, false);
    send_text(pair[1], "late");
    CHECK_CODE(eventlet_close(pair[0]), 0);
    CHECK_CODE(reader_end(&r), EVENTLET_CLOSED);
    eventlet_close(pair[1]);
}

static int recv_rc(eventlet_socket *s)
{
    char byte;

    return (int)eventlet_recv(s, &byte, 1);
}

static int send_rc(eventlet_socket *s)
{
    return (int)eventlet_send(s, "x", 1);
}

GREEN_TEST_WORLD(socket, closed_descriptor_is_bad_for_every_call, "socket.7")
{
    struct eventlet_addr addr = { .len = 0 };
    eventlet_socket *s = new_listener(), *other;
    struct msghdr msg = { .msg_iovlen = 0 };
    int value = 0;
    socklen_t len = sizeof value;

    CHECK_CODE(eventlet_socket_close_fd(s), 0);
    CHECK_CODE(eventlet_socket_close_fd(s), -EBADF);
    CHECK_CODE(eventlet_fileno(s), -EBADF);
    CHECK_CODE(recv_rc(s), -EBADF);
    CHECK_CODE(send_rc(s), -EBADF);
    CHECK_CODE(eventlet_recvmsg(s, &msg, 0), -EBADF);
    CHECK_CODE(eventlet_sendmsg(s, &msg, 0), -EBADF);
    CHECK_CODE(eventlet_sendall(s, "x", 1), -EBADF);
    CHECK_CODE(eventlet_accept(&other, s, NULL), -EBADF);
    CHECK_CODE(eventlet_socket_connect(s, &addr), -EBADF);
    CHECK_CODE(eventlet_socket_connect_ex(s, &addr), EBADF);
    CHECK_CODE(eventlet_bind(s, &addr), -EBADF);
    CHECK_CODE(eventlet_socket_listen(s, 1), -EBADF);
    CHECK_CODE(eventlet_dup(&other, s), -EBADF);
    CHECK_CODE(eventlet_getsockname(s, &addr), -EBADF);
    CHECK_CODE(eventlet_getpeername(s, &addr), -EBADF);
    CHECK_CODE(eventlet_getsockopt(s, 1, 1, &value, &len), -EBADF);
    CHECK_CODE(eventlet_setsockopt(s, 1, 1, &value, len), -EBADF);
    CHECK_CODE(eventlet_close(s), 0);
}

GREEN_TEST_NET(socket, close_fd_wakes_who_waits, "socket.7")
{
    eventlet_socket *pair[2];
    struct reader r;

    REQUIRE(tcp_pair(pair));
    reader_start(&r, pair[0]);
    CHECK_CODE(eventlet_socket_close_fd(pair[0]), 0);
    CHECK_CODE(reader_end(&r), EVENTLET_CLOSED);
    CHECK_CODE(recv_rc(pair[0]), -EBADF);
    close_pair(pair);
}

/* ---- numbers used again ---- */

/* Closes s's descriptor behind its back, and gives the number to `other`. */
static int take_number(eventlet_socket *s, int other)
{
    int fd = eventlet_fileno(s);

    CHECK_INT(dup2(other, fd), fd);
    eventlet_hubs_notify_opened(fd);
    return fd;
}

GREEN_TEST_WORLD(socket, recycled_number_ends_the_wait_and_the_socket,
                 "socket.8")
{
    eventlet_socket *pair[2], *strangers[2];
    struct reader r;

    REQUIRE(unix_pair(pair));
    REQUIRE(unix_pair(strangers));
    reader_start(&r, pair[0]);
    int fd = take_number(pair[0], eventlet_fileno(strangers[0]));

    CHECK_CODE(reader_end(&r), EVENTLET_CLOSED);
    CHECK_CODE(eventlet_fileno(pair[0]), -EBADF);
    close_pair(pair); /* not the stranger's descriptor */
    CHECK(fcntl(fd, F_GETFD) >= 0);
    eventlet__sys_close(fd);
    close_pair(strangers);
}

GREEN_TEST_WORLD(socket, code_thrown_by_hand_leaves_the_socket_open, "socket.8")
{
    eventlet_socket *pair[2];
    struct reader r;

    REQUIRE(unix_pair(pair));
    reader_start(&r, pair[0]);
    CHECK_CODE(eventlet_kill(r.gt, EVENTLET_CLOSED), 0);
    CHECK_CODE(reader_end(&r), EVENTLET_CLOSED);
    send_text(pair[1], "alive");
    expect_text(pair[0], "alive");
    close_pair(pair);
}

GREEN_TEST_NET(socket, number_used_again_starts_afresh, "socket.9")
{
    eventlet_socket *pair[2], *next[2];
    struct reader r;

    for (int i = 0; i < 20; i++) {
        REQUIRE(unix_pair(pair));
        reader_start(&r, pair[0]);
        int fd = eventlet_fileno(pair[0]);

        eventlet_close(pair[0]);
        REQUIRE(unix_pair(next)); /* the first gets the same number */
        CHECK_INT(eventlet_fileno(next[0]), fd);
        CHECK_CODE(reader_end(&r), EVENTLET_CLOSED);
        reader_start(&r, next[0]);
        CHECK_CODE(send_rc(pair[1]), -EPIPE);
        let_others_run();
        CHECK_INT(r.got, -1);
        send_text(next[1], "you");
        CHECK_INT(reader_end(&r), 3);
        close_pair(next);
        eventlet_close(pair[1]);
    }
}
