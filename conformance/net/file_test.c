/* SPDX-License-Identifier: MIT */
/* Files made from sockets. */
#include "net/sockets.h"

#include "base/sys.h"

static eventlet_file *file_of(eventlet_socket *s, const char *mode,
                              size_t buffer)
{
    eventlet_file *f = NULL;

    CHECK_OK(eventlet_makefile(&f, s, mode, buffer));
    return f;
}

static void expect_line(eventlet_file *f, const char *line)
{
    char buf[64] = "untouched";

    CHECK_INT(eventlet_file_readline(f, buf, sizeof buf), strlen(line));
    CHECK_STR(buf, line);
}

/* ---- modes ---- */

GREEN_TEST_WORLD(file, modes_are_read_write_and_both, "file.1")
{
    static const char *const good[] = { "r", "w", "rw", "wr", "rb", "brw" };
    static const char *const bad[] = { "", "b", "rr", "a", "r+", "rwx", "R" };
    eventlet_socket *pair[2];
    eventlet_file *f = NULL;

    REQUIRE(unix_pair(pair));
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        CHECK_CODE(eventlet_file_close(file_of(pair[0], good[i], 0)), 0);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK_CODE(eventlet_makefile(&f, pair[0], bad[i], 0), -EINVAL);
    eventlet_socket_close_fd(pair[0]);
    CHECK_CODE(eventlet_makefile(&f, pair[0], "r", 0), -EBADF);
    CHECK_PTR(f, NULL);
    close_pair(pair);
}

GREEN_TEST_WORLD(file, does_what_its_mode_says_only, "file.1")
{
    eventlet_socket *pair[2];
    eventlet_file *r, *w;
    char buf[8];

    REQUIRE(unix_pair(pair));
    r = file_of(pair[0], "r", 0);
    w = file_of(pair[0], "w", 0);
    CHECK_CODE(eventlet_file_write(r, "x", 1), -EBADF);
    CHECK_CODE(eventlet_file_flush(r), -EBADF);
    CHECK_CODE(eventlet_file_read(w, buf, 8), -EBADF);
    CHECK_CODE(eventlet_file_read1(w, buf, 8), -EBADF);
    CHECK_CODE(eventlet_file_readline(w, buf, 8), -EBADF);
    CHECK_INT(eventlet_file_fileno(r), eventlet_fileno(pair[0]));
    CHECK_CODE(eventlet_file_close(r), 0);
    CHECK_CODE(eventlet_file_close(w), 0);
    CHECK_CODE(eventlet_file_close(NULL), 0);
    close_pair(pair);
}

/* ---- reading ---- */

GREEN_TEST_WORLD(file, read_waits_for_all_it_was_asked_for, "file.2")
{
    eventlet_socket *pair[2];
    eventlet_file *f;
    struct writer w;
    char buf[20000];
    static char data[30000];

    memset(data, 'd', sizeof data);
    REQUIRE(unix_pair(pair));
    f = file_of(pair[1], "r", 0);
    writer_start(&w, pair[0], data, sizeof data);
    CHECK_INT(eventlet_file_read(f, buf, 5), 5);
    CHECK_INT(eventlet_file_read(f, buf, sizeof buf), sizeof buf);
    CHECK_MEM(buf, data, sizeof buf);
    CHECK_CODE(writer_end(&w), 0);
    eventlet_close(pair[0]);
    CHECK_INT(eventlet_file_read(f, buf, sizeof buf), 9995);
    CHECK_INT(eventlet_file_read(f, buf, sizeof buf), 0);
    CHECK_INT(eventlet_file_read(f, buf, 0), 0);
    eventlet_file_close(f);
    eventlet_close(pair[1]);
}

GREEN_TEST_WORLD(file, read1_gives_what_is_there, "file.3")
{
    eventlet_socket *pair[2];
    eventlet_file *f;
    char buf[16];

    REQUIRE(unix_pair(pair));
    f = file_of(pair[1], "r", 0);
    send_text(pair[0], "abcdef");
    CHECK_INT(eventlet_file_read1(f, buf, 2), 2);
    CHECK_INT(eventlet_file_read1(f, buf + 2, 14), 4);
    CHECK_MEM(buf, "abcdef", 6);
    CHECK_INT(eventlet_file_read1(f, buf, 0), 0);
    eventlet_close(pair[0]);
    CHECK_INT(eventlet_file_read1(f, buf, 16), 0);
    eventlet_file_close(f);
    eventlet_close(pair[1]);
}

GREEN_TEST_WORLD(file, lines_come_whole_however_they_arrive, "file.4")
{
    static const char text[] = "one\n\ntwo\r\nthe last";
    eventlet_socket *pair[2];

    for (size_t buffer = 1; buffer < sizeof text; buffer++) {
        eventlet_file *f;

        REQUIRE(unix_pair(pair));
        f = file_of(pair[1], "r", buffer);
        for (size_t i = 0; i < sizeof text - 1; i++)
            CHECK_CODE(eventlet_sendall(pair[0], text + i, 1), 0);
        eventlet_close(pair[0]);
        expect_line(f, "one\n");
        expect_line(f, "\n");
        expect_line(f, "two\r\n");
        expect_line(f, "the last");
        expect_line(f, "");
        eventlet_file_close(f);
        eventlet_close(pair[1]);
    }
}

static int send_slowly(void *arg)
{
    static const char text[] = "slow\nnext\n";
    int rc = 0;

    for (const char *c = text; *c && rc == 0; c++) {
        rc = eventlet_sendall(arg, c, 1);
        if (rc == 0)
            rc = eventlet_sleep(0.001);
    }
    return rc;
}

GREEN_TEST_NET(file, readline_waits_for_the_end_of_the_line, "file.4")
{
    eventlet_socket *pair[2];
    eventlet_greenthread *gt;
    eventlet_file *f;

    REQUIRE(tcp_pair(pair));
    f = file_of(pair[1], "r", 0);
    gt = spawn(send_slowly, pair[0]);
    expect_line(f, "slow\n");
    expect_line(f, "next\n");
    CHECK_CODE(end_of(gt), 0);
    eventlet_file_close(f);
    close_pair(pair);
}

GREEN_TEST_WORLD(file, a_line_too_long_is_said_and_consumed, "file.5")
{
    eventlet_socket *pair[2];
    eventlet_file *f;
    char buf[5];

    REQUIRE(unix_pair(pair));
    f = file_of(pair[1], "r", 2);
    send_text(pair[0], "abcdefgh\nijk\nrest");
    CHECK_CODE(eventlet_file_readline(f, buf, sizeof buf),
               EVENTLET_LINE_TOO_LONG);
    CHECK_STR(buf, "abcd");
    CHECK_CODE(eventlet_file_readline(f, buf, sizeof buf),
               EVENTLET_LINE_TOO_LONG);
    CHECK_INT(eventlet_file_readline(f, buf, sizeof buf), 1);
    CHECK_STR(buf, "\n");
    CHECK_INT(eventlet_file_readline(f, buf, sizeof buf), 4); /* just fits */
    CHECK_STR(buf, "ijk\n");
    CHECK_CODE(eventlet_file_readline(f, buf, 1), -EINVAL);
    CHECK_CODE(eventlet_file_readline(f, buf, 0), -EINVAL);
    eventlet_file_close(f);
    close_pair(pair);
}

GREEN_TEST_WORLD(file, unbuffered_reads_nothing_ahead, "file.9")
{
    eventlet_socket *pair[2];
    eventlet_file *f;

    REQUIRE(unix_pair(pair));
    f = file_of(pair[1], "r", 1);
    send_text(pair[0], "line\nthe socket's");
    expect_line(f, "line\n");
    expect_text(pair[1], "the socket's");
    eventlet_file_close(f);
    close_pair(pair);
}

/* ---- failing consumes nothing ---- */

GREEN_TEST_WORLD(file, a_read_that_fails_puts_back_what_it_had, "file.10")
{
    eventlet_socket *pair[2];
    eventlet_file *f;
    char buf[64];

    REQUIRE(unix_pair(pair));
    for (size_t buffer = 1; buffer <= 64; buffer *= 4) {
        f = file_of(pair[1], "r", buffer);
        CHECK_CODE(eventlet_settimeout(pair[1], 1), 0);
        send_text(pair[0], "no end");
        CHECK_CODE(eventlet_file_readline(f, buf, sizeof buf),
                   EVENTLET_SOCKET_TIMEOUT);
        CHECK_CODE(eventlet_file_read(f, buf, sizeof buf),
                   EVENTLET_SOCKET_TIMEOUT);
        send_text(pair[0], " yet\n");
        expect_line(f, "no end yet\n");
        eventlet_file_close(f);
    }
    close_pair(pair);
}

struct reading {
    eventlet_file *f;
    char buf[64];
    ssize_t n;
};

static int read_it(void *arg)
{
    struct reading *r = arg;

    r->n = eventlet_file_read(r->f, r->buf, sizeof r->buf);
    return 0;
}

GREEN_TEST_WORLD(file, who_is_killed_while_reading_takes_nothing, "file.10")
{
    eventlet_socket *pair[2];
    struct reading r = { .n = 1 };
    eventlet_greenthread *gt;

    REQUIRE(unix_pair(pair));
    r.f = file_of(pair[1], "r", 4);
    gt = spawn(read_it, &r);
    send_text(pair[0], "half of it\n");
    let_others_run();
    CHECK_CODE(eventlet_kill(gt, EVENTLET_USER(3)), 0);
    CHECK_CODE(end_of(gt), 0);
    CHECK_CODE(r.n, EVENTLET_USER(3));
    expect_line(r.f, "half of it\n");
    eventlet_file_close(r.f);
    close_pair(pair);
}

GREEN_TEST_WORLD(file, second_reader_is_refused, "file.11")
{
    eventlet_socket *pair[2];
    struct reading r = { .n = 1 };
    eventlet_greenthread *gt;
    char buf[4];

    REQUIRE(unix_pair(pair));
    r.f = file_of(pair[1], "r", 0);
    gt = spawn(read_it, &r);
    let_others_run();
    CHECK_CODE(eventlet_file_read(r.f, buf, 4), EVENTLET_SECOND_READER);
    CHECK_CODE(eventlet_file_read1(r.f, buf, 4), EVENTLET_SECOND_READER);
    CHECK_CODE(eventlet_file_readline(r.f, buf, 4), EVENTLET_SECOND_READER);
    send_text(pair[0], "mine");
    eventlet_close(pair[0]);
    CHECK_CODE(end_of(gt), 0);
    CHECK_INT(r.n, 4);
    eventlet_file_close(r.f);
    eventlet_close(pair[1]);
}

GREEN_TEST_HUBS(file, who_reads_in_one_that_is_closed_takes_nothing,
                "file.8 file.10")
{
    eventlet_socket *pair[2];
    struct reading r = { .n = 1 };
    eventlet_greenthread *gt;

    REQUIRE(tcp_pair(pair));
    r.f = file_of(pair[1], "r", 0);
    gt = spawn(read_it, &r);
    let_others_run();
    CHECK_OK(eventlet_file_close(r.f));
    let_others_run();
    send_text(pair[0], "for the socket");
    expect_text(pair[1], "for the socket");
    CHECK_OK(end_of(gt));
    CHECK_CODE(r.n, EVENTLET_CLOSED);
    close_pair(pair);
}
