/* SPDX-License-Identifier: MIT */
/* Moving bytes: a sender, two connections with the mover between, a receiver. */
#include "eventlet/splice.h"

#include <dirent.h>
#include <math.h>
#include <netinet/tcp.h>
#include <sys/resource.h>

#include "net/sockets.h"

enum { BULK = 8 << 20 };

/* in[0] is written to, out[1] is read from; the mover is between the others. */
struct relay {
    eventlet_socket *in[2], *out[2];
    struct eventlet_splice_opts opts;
    int64_t got, moved;
    eventlet_greenthread *gt;
};

static int relay_run(void *arg)
{
    struct relay *r = arg;

    r->got = eventlet_splice(r->out[0], r->in[1], &r->moved, &r->opts);
    return 0;
}

static void relay_start(struct relay *r)
{
    r->gt = spawn(relay_run, r);
    let_others_run();
}

static void relay_open(struct relay *r, bool (*pair)(eventlet_socket *[2]))
{
    *r = (struct relay){ .got = 1 };
    pair(r->in);
    pair(r->out);
}

static int64_t relay_end(struct relay *r)
{
    CHECK_OK(end_of(r->gt));
    return r->got;
}

static void relay_close(struct relay *r)
{
    close_pair(r->in);
    close_pair(r->out);
}

static bool datagram_pair(eventlet_socket *pair[2])
{
    return CHECK_OK(eventlet_socketpair(pair, AF_UNIX, SOCK_DGRAM, 0));
}

/* ---- much data ---- */

static unsigned char *pattern(void)
{
    static unsigned char bytes[BULK];

    for (size_t i = 0; !bytes[1] && i < BULK; i++)
        bytes[i] = (unsigned char)(i * 31 + (i >> 8) * 7 + (i >> 16));
    return bytes;
}

struct sink {
    eventlet_socket *s;
    size_t len;
    bool differs;
};

static int sink_run(void *arg)
{
    static unsigned char buf[1 << 16];
    struct sink *k = arg;
    ssize_t n;

    while (k->len < BULK && (n = eventlet_recv(k->s, buf, sizeof buf)) > 0) {
        if (k->len + (size_t)n > BULK ||
            memcmp(buf, pattern() + k->len, (size_t)n) != 0)
            k->differs = true;
        k->len += (size_t)n;
    }
    return 0;
}

/* Sends the pattern through; seconds that it took by the hub's clock. */
static double push_bulk(struct relay *r)
{
    struct sink sink = { .s = r->out[1] };
    eventlet_greenthread *gt = spawn(sink_run, &sink);
    double began = now();

    relay_start(r);
    CHECK_CODE(eventlet_sendall(r->in[0], pattern(), BULK), 0);
    CHECK_OK(eventlet_shutdown(r->in[0], SHUT_WR));
    CHECK_INT(relay_end(r), BULK);
    CHECK_INT(r->moved, BULK);
    CHECK_OK(end_of(gt));
    CHECK_INT(sink.len, BULK);
    CHECK(!sink.differs);
    return now() - began;
}

static int descriptors(void)
{
    DIR *dir = opendir("/proc/self/fd");
    int count = 0;

    while (readdir(dir))
        count++;
    closedir(dir);
    return count;
}

/* ---- all of it ---- */

GREEN_TEST_HUBS(splice, moves_until_the_end_and_counts, "splice.1")
{
    struct relay r;

    relay_open(&r, tcp_pair);
    relay_start(&r);
    send_text(r.in[0], "hello ");
    expect_text(r.out[1], "hello ");
    send_text(r.in[0], "world");
    expect_text(r.out[1], "world");
    CHECK_OK(eventlet_shutdown(r.in[0], SHUT_WR));
    CHECK_INT(relay_end(&r), 11);
    send_text(r.out[0], "more");
    expect_text(r.out[1], "more");
    relay_close(&r);
}

GREEN_TEST(splice, stops_at_the_limit, "splice.2")
{
    struct relay r;

    relay_open(&r, tcp_pair);
    r.opts.limit = 5;
    send_text(r.in[0], "12345rest");
    relay_start(&r);
    CHECK_INT(relay_end(&r), 5);
    expect_text(r.out[1], "12345");
    expect_text(r.in[1], "rest");
    relay_close(&r);
}

GREEN_TEST(splice, a_limit_holds_in_a_bulk_stream_too, "splice.2")
{
    struct relay r;
    struct sink sink = { .differs = false };
    eventlet_greenthread *gt;
    struct writer w;

    relay_open(&r, tcp_pair);
    r.opts.limit = 3000001;
    sink.s = r.out[1];
    gt = spawn(sink_run, &sink);
    relay_start(&r);
    writer_start(&w, r.in[0], pattern(), BULK);
    CHECK_INT(relay_end(&r), 3000001);
    CHECK_OK(eventlet_shutdown(r.out[0], SHUT_WR));
    CHECK_OK(end_of(gt));
    CHECK_INT(sink.len, 3000001);
    CHECK(!sink.differs);
    (void)eventlet_kill(w.gt, 0);
    (void)writer_end(&w);
    relay_close(&r);
}

/* ---- time ---- */

GREEN_TEST(splice, a_message_passes_at_once, "splice.3")
{
    struct relay r;
    double began = now();

    relay_open(&r, tcp_pair);
    relay_start(&r);
    for (int i = 0; i < 100; i++) {
        send_text(r.in[0], "x");
        expect_text(r.out[1], "x");
    }
    CHECK_DBL_NEAR(now(), began, 1e-9);
    CHECK_OK(eventlet_shutdown(r.in[0], SHUT_WR));
    CHECK_INT(relay_end(&r), 100);
    relay_close(&r);
}

GREEN_TEST(splice, a_message_after_a_stream_passes_at_once, "splice.3")
{
    struct sink sink = { .differs = false };
    eventlet_greenthread *gt;
    struct relay r;
    double began;

    relay_open(&r, tcp_pair);
    sink.s = r.out[1];
    gt = spawn(sink_run, &sink);
    relay_start(&r);
    CHECK_CODE(eventlet_sendall(r.in[0], pattern(), BULK), 0);
    CHECK_OK(end_of(gt));
    clock_advance(1);
    began = now();
    send_text(r.in[0], "x");
    expect_text(r.out[1], "x");
    CHECK_DBL_NEAR(now(), began, 1e-9);
    CHECK_OK(eventlet_shutdown(r.in[0], SHUT_WR));
    CHECK_INT(relay_end(&r), BULK + 1);
    relay_close(&r);
}

/* Sends a stream and, with the mover at its end, 20 KiB more; how much of that
 * has come through after half a second and after two. */
static void after_a_stream(double gather, size_t *soon, size_t *late)
{
    enum { STREAM = 512 << 10, MORE = 20 << 10 };
    struct sink sink = { .differs = false };
    eventlet_greenthread *gt;
    struct relay r;

    relay_open(&r, tcp_pair);
    r.opts.gather = gather;
    sink.s = r.out[1];
    gt = spawn(sink_run, &sink);
    relay_start(&r);
    CHECK_CODE(eventlet_sendall(r.in[0], pattern(), STREAM), 0);
    for (int i = 0; i < 100 && sink.len < STREAM; i++)
        let_others_run();
    CHECK_CODE(eventlet_sendall(r.in[0], pattern() + STREAM, MORE), 0);
    clock_advance(0.5);
    *soon = sink.len;
    clock_advance(1.5);
    *late = sink.len;
    CHECK(!sink.differs);
    CHECK_OK(eventlet_shutdown(r.in[0], SHUT_WR));
    CHECK_INT(relay_end(&r), STREAM + MORE);
    CHECK_OK(eventlet_shutdown(r.out[0], SHUT_WR));
    CHECK_OK(end_of(gt));
    CHECK_INT(sink.len, STREAM + MORE);
    relay_close(&r);
}

GREEN_TEST(splice, a_bulk_stream_gathers, "splice.4")
{
    size_t soon, late;

    after_a_stream(1, &soon, &late);
    CHECK_INT(soon, 512 << 10);
    CHECK_INT(late, 532 << 10);
}

GREEN_TEST(splice, never_gathers_if_told_so, "splice.5")
{
    size_t soon, late;

    after_a_stream(-1, &soon, &late);
    CHECK_INT(soon, 532 << 10);
}

GREEN_TEST_REAL(splice, a_bulk_stream_arrives_unchanged, "splice.4")
{
    struct relay r;

    relay_open(&r, tcp_pair);
    CHECK(push_bulk(&r) >= 0);
    relay_close(&r);
}

/* ---- what is no TCP ---- */

GREEN_TEST(splice, unix_streams_are_moved, "splice.1")
{
    struct relay r;

    relay_open(&r, unix_pair);
    push_bulk(&r);
    relay_close(&r);
}

GREEN_TEST(splice, datagrams_stay_whole, "splice.6")
{
    struct relay r;

    relay_open(&r, datagram_pair);
    r.opts.limit = 6;
    relay_start(&r);
    send_text(r.in[0], "one");
    send_text(r.in[0], "two");
    CHECK_INT(relay_end(&r), 6);
    expect_text(r.out[1], "one");
    expect_text(r.out[1], "two");
    relay_close(&r);
}

/* ---- ends of other kinds ---- */

GREEN_TEST(splice, timeout_of_from_holds, "splice.8")
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

GREEN_TEST(splice, timeout_of_to_holds, "splice.9")
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

GREEN_TEST(splice, a_reset_is_told, "splice.10")
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

GREEN_TEST(splice, ends_when_from_is_closed, "splice.11")
{
    struct relay r;

    relay_open(&r, tcp_pair);
    relay_start(&r);
    CHECK_OK(eventlet_close(r.in[1]));
    CHECK_CODE(relay_end(&r), EVENTLET_CLOSED);
    r.in[1] = NULL;
    relay_close(&r);
}

GREEN_TEST(splice, ends_when_to_is_closed, "splice.11")
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

GREEN_TEST(splice, killed_it_counts_what_was_taken, "splice.12")
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

GREEN_TEST(splice, a_broken_pipe_is_a_code_and_no_signal, "splice.13")
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

GREEN_TEST(splice, without_descriptors_it_copies, "splice.14 splice.7")
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

GREEN_TEST(splice, a_pipe_is_used_again, "splice.15")
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

GREEN_TEST(splice, refuses_options_without_meaning, "splice.16")
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

GREEN_TEST(splice, unpace_leaves_others_alone, "splice.18")
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

GREEN_TEST(splice, unpace_takes_bbr_away, "splice.19")
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
