/* SPDX-License-Identifier: MIT */
/* Sockets: their timeouts, and what is thrown at who waits. */
#include "net/sockets.h"

#include "base/sys.h"
#include "core/park.h"

#include <math.h>
#include <pthread.h>

GREEN_TEST_WORLD(socket, timeout_ends_a_recv, "socket.23")
{
    eventlet_socket *pair[2];
    double began = now();
    char buf[8];
    int rc;

    REQUIRE(tcp_pair(pair));
    CHECK_CODE(eventlet_settimeout(pair[0], 0.1), 0);
    rc = (int)eventlet_recv(pair[0], buf, sizeof buf);
    CHECK_CODE(rc, EVENTLET_SOCKET_TIMEOUT);
    CHECK_DBL_NEAR(now() - began, 0.1, 1e-6);
    CHECK(eventlet_is_timeout(rc));
    CHECK_STR(eventlet_strerror(rc), "timed out");
    close_pair(pair);
}

GREEN_TEST_WORLD(socket, timeout_ends_a_send, "socket.23")
{
    eventlet_socket *pair[2];

    REQUIRE(unix_pair(pair));
    fill_up(pair[0]);
    CHECK_CODE(eventlet_settimeout(pair[0], 0.1), 0);
    CHECK_CODE(eventlet_send(pair[0], "x", 1), EVENTLET_SOCKET_TIMEOUT);
    CHECK_CODE(eventlet_sendall(pair[0], "x", 1), EVENTLET_SOCKET_TIMEOUT);
    close_pair(pair);
}

GREEN_TEST_NET(socket, who_timed_out_is_left_alone_later, "socket.23")
{
    eventlet_socket *pair[2];
    char buf[8];

    REQUIRE(tcp_pair(pair));
    CHECK_CODE(eventlet_settimeout(pair[0], 0.01), 0);
    CHECK_CODE(eventlet_recv(pair[0], buf, sizeof buf),
               EVENTLET_SOCKET_TIMEOUT);
    send_text(pair[1], "late");
    CHECK_CODE(eventlet_sleep(0.03), 0); /* not cut short */
    expect_text(pair[0], "late");
    close_pair(pair);
}

/* Woken in vain, a call goes on with the time that is left. */
GREEN_TEST_WORLD(socket, timeout_is_for_the_whole_call, "socket.23")
{
    eventlet_socket *pair[2];
    double began = now();
    struct reader r;

    REQUIRE(unix_pair(pair));
    CHECK_CODE(eventlet_settimeout(pair[0], 10), 0);
    reader_start(&r, pair[0]);
    for (int i = 0; i < 5; i++) {
        clock_advance(1.5);
        send_text(pair[1], "x");
        CHECK_INT(
            eventlet__sys_recv(eventlet_fileno(pair[0]), &(char){ 0 }, 1, 0),
            1);
        eventlet__wake(r.gt);
    }
    CHECK_CODE(reader_end(&r), EVENTLET_SOCKET_TIMEOUT);
    CHECK_DBL_NEAR(now() - began, 10, 0.1);
    close_pair(pair);
}

GREEN_TEST_NET(socket, without_time_calls_do_not_wait, "socket.25")
{
    eventlet_socket *pair[2];
    char buf[8];

    REQUIRE(tcp_pair(pair));
    CHECK_CODE(eventlet_settimeout(pair[0], 0.01), 0);
    CHECK_CODE(eventlet_recv(pair[0], buf, 8), EVENTLET_SOCKET_TIMEOUT);
    CHECK_CODE(eventlet_settimeout(pair[0], 0), 0);
    CHECK_CODE(eventlet_recv(pair[0], buf, 8), -EAGAIN);
    CHECK_CODE(eventlet_recv(pair[0], buf, 0), -EAGAIN);
    CHECK_CODE(eventlet_settimeout(pair[0], 0.01), 0);
    CHECK_CODE(eventlet_recv(pair[0], buf, 8), EVENTLET_SOCKET_TIMEOUT);
    CHECK_CODE(eventlet_setblocking(pair[0], false), 0);
    CHECK_DBL_NEAR(eventlet_gettimeout(pair[0]), 0, 0);
    CHECK(flags_of(eventlet_fileno(pair[0])) & O_NONBLOCK);
    CHECK_CODE(eventlet_setblocking(pair[0], true), 0);
    CHECK(eventlet_gettimeout(pair[0]) == EVENTLET_NEVER);
    CHECK(flags_of(eventlet_fileno(pair[0])) & O_NONBLOCK);
    close_pair(pair);
}

/* Nobody watches for it: what has come since is there all the same. */
GREEN_TEST_NET(socket, without_time_calls_look_each_time, "socket.25")
{
    eventlet_socket *pair[2];
    char byte;

    REQUIRE(tcp_pair(pair));
    CHECK_CODE(eventlet_setblocking(pair[0], false), 0);
    CHECK_CODE(eventlet_setblocking(pair[1], false), 0);
    for (int i = 0; i < 3; i++) {
        CHECK_CODE(eventlet_recv(pair[0], &byte, 1), -EAGAIN);
        send_text(pair[1], "x");
        CHECK_INT(eventlet_recv(pair[0], &byte, 1), 1);
    }
    CHECK_CODE(eventlet_recv(pair[0], &byte, 1), -EAGAIN);
    CHECK_CODE(eventlet_setblocking(pair[0], true), 0);
    send_text(pair[1], "y");
    expect_text(pair[0], "y");
    close_pair(pair);
}

GREEN_TEST_WORLD(socket, impossible_timeouts_are_refused, "socket.25 socket.26")
{
    eventlet_socket *s = new_listener();

    CHECK_CODE(eventlet_settimeout(s, 3), 0);
    CHECK_CODE(eventlet_settimeout(s, -1), -EINVAL);
    CHECK_CODE(eventlet_settimeout(s, (double)NAN), -EINVAL);
    CHECK_DBL_NEAR(eventlet_gettimeout(s), 3, 0);
    CHECK_CODE(eventlet_setdefaulttimeout(-1), -EINVAL);
    CHECK_CODE(eventlet_setdefaulttimeout((double)NAN), -EINVAL);
    CHECK(eventlet_getdefaulttimeout() == EVENTLET_NEVER);
    eventlet_close(s);
}

GREEN_TEST_WORLD(socket, default_timeout_is_for_new_ones, "socket.26")
{
    eventlet_socket *before = new_listener(), *after;

    CHECK_CODE(eventlet_setdefaulttimeout(4), 0);
    after = new_listener();
    CHECK_DBL_NEAR(eventlet_getdefaulttimeout(), 4, 0);
    CHECK_CODE(eventlet_setdefaulttimeout(EVENTLET_NEVER), 0);
    CHECK(eventlet_gettimeout(before) == EVENTLET_NEVER);
    CHECK_DBL_NEAR(eventlet_gettimeout(after), 4, 0);
    eventlet_close(before);
    eventlet_close(after);
}

/* ---- thrown at ---- */

GREEN_TEST_NET(socket, who_is_killed_takes_nothing, "socket.27")
{
    eventlet_socket *pair[2];
    struct reader r;

    REQUIRE(tcp_pair(pair));
    reader_start(&r, pair[0]);
    send_text(pair[1], "for the next");
    CHECK_CODE(eventlet_kill(r.gt, EVENTLET_USER(1)), 0);
    CHECK_CODE(reader_end(&r), EVENTLET_USER(1));
    expect_text(pair[0], "for the next");
    close_pair(pair);
}

GREEN_TEST_WORLD(socket, code_of_an_error_that_is_thrown_is_no_end, "socket.27")
{
    eventlet_socket *pair[2];
    struct reader r;

    REQUIRE(tcp_pair(pair));
    reader_start(&r, pair[0]);
    CHECK_CODE(eventlet_kill(r.gt, -ECONNRESET), 0);
    CHECK_CODE(reader_end(&r), -ECONNRESET);
    close_pair(pair);
}

GREEN_TEST_WORLD(socket, a_timeout_of_the_thread_comes_out_as_itself,
                 "socket.27")
{
    eventlet_socket *pair[2];
    struct eventlet_timeout t;
    char byte;

    REQUIRE(tcp_pair(pair));
    CHECK_CODE(eventlet_settimeout(pair[0], 5), 0);
    CHECK_CODE(eventlet_timeout_start(&t, 1), 0);
    CHECK_CODE(eventlet_recv(pair[0], &byte, 1), EVENTLET_TIMEOUT);
    CHECK(eventlet_timeout_cancel(&t));
    close_pair(pair);
}

GREEN_TEST_WORLD(socket, interrupted_calls_are_made_again, "socket.28")
{
    eventlet_socket *pair[2];
    char buf[4];

    REQUIRE(tcp_pair(pair));
    eventlet__fault_arm(1, EINTR);
    CHECK_INT(eventlet_send(pair[0], "x", 1), 1);
    CHECK_STR(eventlet__fault_site(), "send");
    eventlet__fault_arm(1, EINTR);
    CHECK_INT(eventlet_recv(pair[1], buf, 4), 1);
    CHECK_STR(eventlet__fault_site(), "recv");
    eventlet__fault_arm(0, 0);
    close_pair(pair);
}

/* ---- everything fails once ---- */

static int talk(eventlet_socket *a, eventlet_socket *b)
{
    char buf[16];
    int rc = eventlet_sendall(a, "hello", 5);
    ssize_t n = rc < 0 ? rc : eventlet_recv(b, buf, sizeof buf);

    if (n < 0)
        return (int)n;
    rc = eventlet_sendall(b, "world", 5);
    n = rc < 0 ? rc : eventlet_recv(a, buf, sizeof buf);
    return n < 0 ? (int)n : 0;
}

static int whole_life(void *arg)
{
    eventlet_socket *listener, *a = NULL, *b = NULL, *copy = NULL;
    struct eventlet_addr addr;
    int rc = eventlet_listen(&listener, "127.0.0.1", 0, NULL);

    (void)arg;
    if (rc < 0)
        return rc;
    rc = eventlet_getsockname(listener, &addr);
    if (rc == 0)
        rc = eventlet_connect_addr(&a, &addr, NULL);
    if (rc == 0)
        rc = eventlet_settimeout(listener, 1);
    if (rc == 0)
        rc = eventlet_accept(&b, listener, &addr);
    if (rc == 0)
        rc = eventlet_dup(&copy, a);
    if (rc == 0)
        rc = eventlet_settimeout(a, 1);
    if (rc == 0)
        rc = eventlet_settimeout(b, 1);
    if (rc == 0)
        rc = talk(a, b);
    eventlet_close(copy);
    eventlet_close(a);
    eventlet_close(b);
    eventlet_close(listener);
    return rc;
}

TEST(socket, each_failure_is_returned_and_leaves_nothing, "socket.30")
{
    FAULT_EACH(whole_life, NULL);
    FAULT_EACH_ON("world", whole_life, NULL);
}

static int pair_of_wrapped(void *arg)
{
    eventlet_socket *pair[2], *wrapped = NULL;
    int rc = eventlet_socketpair(pair, AF_UNIX, SOCK_STREAM, 0);
    int fd;

    (void)arg;
    if (rc < 0)
        return rc;
    fd = dup(eventlet_fileno(pair[0]));
    rc = eventlet_socket_wrap(&wrapped, fd);
    if (rc < 0)
        close(fd);
    eventlet_close(wrapped);
    close_pair(pair);
    return rc;
}

TEST(socket, each_failure_of_wrapping_leaves_the_descriptor, "socket.30")
{
    FAULT_EACH(pair_of_wrapped, NULL);
}

/* ---- OS threads ---- */

static void *echo_once(void *arg)
{
    eventlet_socket *s = arg;
    char buf[16];
    ssize_t n = eventlet_recv(s, buf, sizeof buf);

    if (n > 0)
        n = eventlet_sendall(s, buf, (size_t)n);
    if (n == 0)
        n = eventlet_recv(s, buf, sizeof buf);
    return (void *)(intptr_t)n;
}

TEST(socket, may_move_to_another_os_thread, "socket.31")
{
    eventlet_socket *pair[2];
    pthread_t thread;
    void *result;

    REQUIRE(tcp_pair(pair));
    CHECK_CODE(eventlet_setblocking(pair[1], false), 0);
    CHECK_CODE(eventlet_recv(pair[1], NULL, 0), -EAGAIN); /* known here, too */
    CHECK_CODE(eventlet_setblocking(pair[1], true), 0);
    CHECK_INT(pthread_create(&thread, NULL, echo_once, pair[1]), 0);
    send_text(pair[0], "over there");
    expect_text(pair[0], "over there");
    CHECK_CODE(eventlet_shutdown(pair[0], SHUT_WR), 0);
    CHECK_INT(pthread_join(thread, &result), 0);
    CHECK_INT((intptr_t)result, 0);
    send_text(pair[1], "and back");
    expect_text(pair[0], "and back");
    close_pair(pair);
}
