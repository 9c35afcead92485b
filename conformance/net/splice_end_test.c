/* SPDX-License-Identifier: MIT */
/* How moving bytes ends. */
#include "net/splice_relay.h"

GREEN_TEST_WORLD(splice, timeout_of_from_holds, "splice.8")
{
    struct relay r;
    double began = now();

    relay_open(&r, tcp_pair);
    CHECK_OK(eventlet_settimeout(r.in[1], 0.5));
    relay_start(&r);
    send_text(r.in[0], "abc");
    CHECK_CODE(relay_end(&r), EVENTLET_SOCKET_TIMEOUT);
    CHECK_INT(r.moved, 3);
    CHECK_DBL_NEAR(now() - began, 0.5, 1e-6);
    expect_text(r.out[1], "abc");
    relay_close(&r);
}

GREEN_TEST_WORLD(splice, timeout_of_to_holds, "splice.9")
{
    struct relay r;

    relay_open(&r, tcp_pair);
    fill_up(r.out[0]);
    CHECK_OK(eventlet_settimeout(r.out[0], 0.5));
    relay_start(&r);
    send_text(r.in[0], "abc");
    CHECK_CODE(relay_end(&r), EVENTLET_SOCKET_TIMEOUT);
    CHECK_INT(r.moved, 0);
    relay_close(&r);
}

GREEN_TEST_WORLD(splice, a_reset_is_told, "splice.10")
{
    struct relay r;

    relay_open(&r, tcp_pair);
    relay_start(&r);
    send_text(r.in[0], "abc");
    expect_text(r.out[1], "abc");
    reset_on_close(r.in[0]);
    CHECK_OK(eventlet_close(r.in[0]));
    CHECK_CODE(relay_end(&r), -ECONNRESET);
    CHECK_INT(r.moved, 3);
    r.in[0] = NULL;
    relay_close(&r);
}

GREEN_TEST_WORLD(splice, ends_when_from_is_closed, "splice.11")
{
    struct relay r;

    relay_open(&r, tcp_pair);
    relay_start(&r);
    CHECK_OK(eventlet_close(r.in[1]));
    CHECK_CODE(relay_end(&r), EVENTLET_CLOSED);
    r.in[1] = NULL;
    relay_close(&r);
}

GREEN_TEST_WORLD(splice, ends_when_to_is_closed, "splice.11")
{
    struct relay r;

    relay_open(&r, tcp_pair);
    fill_up(r.out[0]);
    relay_start(&r);
    send_text(r.in[0], "abc");
    let_others_run();
    CHECK_OK(eventlet_close(r.out[0]));
    CHECK_CODE(relay_end(&r), EVENTLET_CLOSED);
    r.out[0] = NULL;
    relay_close(&r);
}

/* It holds nothing for `to` when that goes, and looks at it only when the next
 * bytes come. */
GREEN_TEST_WORLD(splice, ends_when_to_was_closed_while_from_was_silent,
                 "splice.11")
{
    struct relay r;

    relay_open(&r, tcp_pair);
    relay_start(&r);
    CHECK_OK(eventlet_close(r.out[0]));
    r.out[0] = NULL;
    send_text(r.in[0], "abc");
    CHECK_CODE(relay_end(&r), EVENTLET_CLOSED);
    CHECK_INT(r.moved, 0);
    relay_close(&r);
}

GREEN_TEST_WORLD(splice, killed_it_counts_what_was_taken, "splice.12")
{
    struct relay r;
    struct writer w;

    relay_open(&r, tcp_pair);
    relay_start(&r);
    writer_start(&w, r.in[0], pattern(), BULK);
    clock_advance(1);
    CHECK_OK(eventlet_kill(r.gt, EVENTLET_USER(1)));
    CHECK_CODE(relay_end(&r), EVENTLET_USER(1));
    CHECK(r.moved > 0 && r.moved < BULK);
    CHECK_INT(drain(r.out[1]), r.moved);
    (void)eventlet_kill(w.gt, 0);
    (void)writer_end(&w);
    relay_close(&r);
}

GREEN_TEST_WORLD(splice, a_broken_pipe_is_a_code_and_no_signal, "splice.13")
{
    struct relay r;
    struct writer w;

    relay_open(&r, unix_pair);
    CHECK_OK(eventlet_close(r.out[1]));
    r.out[1] = NULL;
    relay_start(&r);
    writer_start(&w, r.in[0], pattern(), BULK);
    CHECK_CODE(relay_end(&r), -EPIPE);
    CHECK_INT(r.moved, 0);
    (void)eventlet_kill(w.gt, 0);
    (void)writer_end(&w);
    relay_close(&r);
}

/* ---- pipes ---- */

GREEN_TEST_WORLD(splice, without_descriptors_it_copies, "splice.14 splice.7")
{
    struct rlimit limit, none;
    struct relay r;
    int next;

    relay_open(&r, tcp_pair);
    CHECK_INT(getrlimit(RLIMIT_NOFILE, &limit), 0);
    next = dup(0);
    close(next);
    none = limit;
    none.rlim_cur = (rlim_t)next; /* those that are open stay so */
    CHECK_INT(setrlimit(RLIMIT_NOFILE, &none), 0);
    push_bulk(&r);
    CHECK_INT(setrlimit(RLIMIT_NOFILE, &limit), 0);
    relay_close(&r);
}

GREEN_TEST_WORLD(splice, a_pipe_is_used_again, "splice.15")
{
    int before = descriptors();
    struct relay r;

    for (int i = 0; i < 3; i++) {
        relay_open(&r, tcp_pair);
        push_bulk(&r);
        relay_close(&r);
        CHECK_INT(descriptors(), before + 2);
    }
}

/* ---- options ---- */

GREEN_TEST_WORLD(splice, refuses_options_without_meaning, "splice.16")
{
    struct relay r;
    struct eventlet_splice_opts limit = { .limit = -1 };
    struct eventlet_splice_opts gather = { .gather = (double)NAN };

    relay_open(&r, tcp_pair);
    r.moved = 7;
    CHECK_CODE(eventlet_splice(r.out[0], r.in[1], &r.moved, &limit), -EINVAL);
    CHECK_INT(r.moved, 0);
    CHECK_CODE(eventlet_splice(r.out[0], r.in[1], NULL, &gather), -EINVAL);
    relay_close(&r);
}

/* ---- a failure at each place ---- */

/* 16 KiB from one pair to the other, alone: the buffers hold that much. */
static int small_transfer(void *arg)
{
    static unsigned char back[16 << 10];
    eventlet_socket *in[2], *out[2];
    int64_t n, moved = -1;
    ssize_t got = 0;
    int rc = eventlet_socketpair(in, AF_UNIX, SOCK_STREAM, 0);

    (void)arg;
    if (rc < 0)
        return rc;
    rc = eventlet_socketpair(out, AF_UNIX, SOCK_STREAM, 0);
    if (rc == 0) {
        rc = eventlet_sendall(in[0], pattern(), sizeof back);
        if (rc == 0)
            rc = eventlet_shutdown(in[0], SHUT_WR);
        n = rc < 0 ? rc : eventlet_splice(out[0], in[1], &moved, NULL);
        if (n >= 0) {
            CHECK_INT(n, moved);
            got = recv(eventlet_fileno(out[1]), back, sizeof back, 0);
            CHECK_INT(got, n);
            CHECK_MEM(back, pattern(), (size_t)(got > 0 ? got : 0));
        }
        rc = n < 0 ? (int)n : 0;
        eventlet_close(out[0]);
        eventlet_close(out[1]);
    }
    eventlet_close(in[0]);
    eventlet_close(in[1]);
    return rc;
}

TEST(splice, whatever_fails_nothing_is_left, "splice.17 splice.7")
{
    FAULT_EACH(small_transfer, NULL);
}

/* ---- pacing ---- */

GREEN_TEST_WORLD(splice, unpace_leaves_others_alone, "splice.18")
{
    struct eventlet_addr here, there;
    struct relay r;

    relay_open(&r, unix_pair);
    CHECK_OK(eventlet_addr_numeric(&here, "127.0.0.1", 1, AF_INET));
    CHECK_OK(eventlet_addr_numeric(&there, "192.0.2.1", 1, AF_INET));
    CHECK_CODE(eventlet_splice_unpace(r.in[0], &here), 0);
    relay_close(&r);
    relay_open(&r, tcp_pair);
    CHECK_CODE(eventlet_splice_unpace(r.in[0], &there), 0);
    relay_close(&r);
}

GREEN_TEST_WORLD(splice, unpace_takes_bbr_away, "splice.19")
{
    struct eventlet_addr here;
    eventlet_socket *s;
    int rc;

    CHECK_OK(eventlet_addr_numeric(&here, "127.0.0.1", 1, AF_INET));
    REQUIRE_OK(eventlet_socket_new(&s, AF_INET, SOCK_STREAM, 0));
    rc = eventlet_setsockopt(s, IPPROTO_TCP, TCP_CONGESTION, "bbr", 3);
    if (rc == 0) {
        CHECK_CODE(eventlet_splice_unpace(s, &here), 1);
        CHECK_CODE(eventlet_splice_unpace(s, &here), 0);
    }
    CHECK_OK(eventlet_close(s));
    if (rc < 0)
        SKIP("this system has no bbr");
}
