/* SPDX-License-Identifier: MIT */
/* Files made from sockets: writing, and closing. */
#include "net/sockets.h"

#include "base/sys.h"

static eventlet_file *file_of(eventlet_socket *s, const char *mode,
                              size_t buffer)
{
    eventlet_file *f = NULL;

    CHECK_OK(eventlet_makefile(&f, s, mode, buffer));
    return f;
}

static void write_text(eventlet_file *f, const char *text)
{
    CHECK_CODE(eventlet_file_write(f, text, strlen(text)), 0);
}

GREEN_TEST_WORLD(file, writes_are_held_back_until_the_buffer_is_full, "file.6")
{
    eventlet_socket *pair[2];
    eventlet_file *f;

    REQUIRE(unix_pair(pair));
    f = file_of(pair[0], "w", 8);
    write_text(f, "1234");
    write_text(f, "5678");
    CHECK_INT(drain(pair[1]), 0);
    write_text(f, "9");
    expect_text(pair[1], "12345678");
    CHECK_CODE(eventlet_file_flush(f), 0);
    expect_text(pair[1], "9");
    CHECK_CODE(eventlet_file_flush(f), 0);
    CHECK_CODE(eventlet_file_write(f, "", 0), 0);
    CHECK_INT(drain(pair[1]), 0);
    eventlet_file_close(f);
    close_pair(pair);
}

GREEN_TEST_WORLD(file, what_is_larger_than_the_buffer_goes_directly, "file.6")
{
    eventlet_socket *pair[2];
    eventlet_file *f;

    REQUIRE(tcp_pair(pair));
    f = file_of(pair[0], "w", 8);
    write_text(f, "head ");
    write_text(f, "and a long body");
    expect_text(pair[1], "head and a long body");
    eventlet_file_close(f);
    close_pair(pair);
}

GREEN_TEST_WORLD(file, unbuffered_sends_at_once, "file.9")
{
    eventlet_socket *pair[2];
    eventlet_file *f;

    REQUIRE(unix_pair(pair));
    f = file_of(pair[0], "w", 1);
    write_text(f, "x");
    expect_text(pair[1], "x");
    eventlet_file_close(f);
    close_pair(pair);
}

/* Each write is cut by what the peer takes. */
static int write_pieces(void *arg)
{
    eventlet_file *f = arg;
    char piece[1031];
    int rc = 0;

    for (int i = 0; i < 300 && rc == 0; i++) {
        memset(piece, 'a' + i % 26, sizeof piece);
        rc = eventlet_file_write(f, piece, sizeof piece);
    }
    return rc < 0 ? rc : eventlet_file_flush(f);
}

GREEN_TEST_NET(file, many_pieces_arrive_whole_and_in_order, "file.6")
{
    eventlet_socket *pair[2];
    eventlet_greenthread *gt;
    eventlet_file *in, *out;
    char piece[1031];
    bool right = true;

    REQUIRE(tcp_pair(pair));
    small_buffer(pair[0]);
    out = file_of(pair[0], "w", 0);
    in = file_of(pair[1], "r", 0);
    gt = spawn(write_pieces, out);
    for (int i = 0; i < 300; i++) {
        CHECK_INT(eventlet_file_read(in, piece, sizeof piece), sizeof piece);
        for (size_t j = 0; j < sizeof piece; j++)
            right &= piece[j] == 'a' + i % 26;
    }
    CHECK(right);
    CHECK_CODE(end_of(gt), 0);
    eventlet_file_close(in);
    eventlet_file_close(out);
    close_pair(pair);
}

GREEN_TEST_WORLD(file, a_flush_that_failed_can_be_tried_again, "file.12")
{
    eventlet_socket *pair[2];
    eventlet_file *f;
    size_t before;

    REQUIRE(unix_pair(pair));
    f = file_of(pair[0], "w", 100);
    fill_up(pair[0]);
    write_text(f, "not lost, not twice");
    CHECK_CODE(eventlet_settimeout(pair[0], 1), 0);
    CHECK_CODE(eventlet_file_flush(f), EVENTLET_SOCKET_TIMEOUT);
    before = drain(pair[1]);
    CHECK(before > 0);
    CHECK_CODE(eventlet_file_flush(f), 0);
    expect_text(pair[1], "not lost, not twice");
    eventlet_file_close(f);
    close_pair(pair);
}

static int flush_it(void *arg)
{
    return eventlet_file_flush(arg);
}

GREEN_TEST_WORLD(file, second_writer_is_refused, "file.11")
{
    eventlet_socket *pair[2];
    eventlet_greenthread *gt;
    eventlet_file *f;

    REQUIRE(unix_pair(pair));
    f = file_of(pair[0], "w", 0);
    fill_up(pair[0]);
    write_text(f, "x");
    gt = spawn(flush_it, f);
    let_others_run();
    CHECK_CODE(eventlet_file_write(f, "y", 1), EVENTLET_SECOND_WRITER);
    CHECK_CODE(eventlet_file_flush(f), EVENTLET_SECOND_WRITER);
    drain(pair[1]);
    CHECK_CODE(end_of(gt), 0);
    eventlet_file_close(f);
    close_pair(pair);
}

/* ---- closing ---- */

GREEN_TEST_WORLD(file, close_flushes, "file.7")
{
    eventlet_socket *pair[2];
    eventlet_file *f;

    REQUIRE(unix_pair(pair));
    f = file_of(pair[0], "w", 0);
    write_text(f, "at last");
    CHECK_CODE(eventlet_file_close(f), 0);
    expect_text(pair[1], "at last");
    close_pair(pair);
}

GREEN_TEST_WORLD(file, close_closes_even_if_it_cannot_flush, "file.7")
{
    eventlet_socket *pair[2];
    eventlet_file *f;

    REQUIRE(unix_pair(pair));
    f = file_of(pair[0], "w", 0);
    eventlet_close(pair[0]);
    eventlet_close(pair[1]);
    write_text(f, "for nobody");
    CHECK_CODE(eventlet_file_close(f), -EPIPE);
}

GREEN_TEST_WORLD(file, connection_ends_with_the_last_of_both, "file.8 socket.6")
{
    eventlet_socket *pair[2];
    eventlet_file *f, *g;

    for (int socket_first = 0; socket_first < 2; socket_first++) {
        REQUIRE(unix_pair(pair));
        f = file_of(pair[0], "w", 1);
        g = file_of(pair[0], "r", 0);
        if (socket_first)
            CHECK_CODE(eventlet_close(pair[0]), 0);
        write_text(f, "still open");
        expect_text(pair[1], "still open");
        CHECK_CODE(eventlet_file_close(f), 0);
        CHECK_INT(drain(pair[1]), 0);
        CHECK_CODE(eventlet_file_close(g), 0);
        if (!socket_first) {
            send_text(pair[0], "open, too");
            expect_text(pair[1], "open, too");
            CHECK_CODE(eventlet_close(pair[0]), 0);
        }
        expect_text(pair[1], "");
        eventlet_close(pair[1]);
    }
}

GREEN_TEST_WORLD(file, close_fd_of_the_socket_ends_its_files, "file.8 socket.7")
{
    eventlet_socket *pair[2];
    eventlet_file *f;
    char byte;

    REQUIRE(unix_pair(pair));
    f = file_of(pair[0], "rw", 1);
    CHECK_CODE(eventlet_socket_close_fd(pair[0]), 0);
    CHECK_CODE(eventlet_file_write(f, "x", 1), -EBADF);
    CHECK_CODE(eventlet_file_read(f, &byte, 1), -EBADF);
    CHECK_CODE(eventlet_file_fileno(f), -EBADF);
    CHECK_CODE(eventlet_file_close(f), 0);
    close_pair(pair);
}

static int read_a_line(void *arg)
{
    char line[8];

    return (int)eventlet_file_readline(arg, line, sizeof line);
}

GREEN_TEST_WORLD(file, close_wakes_who_reads, "file.8")
{
    eventlet_socket *pair[2];
    eventlet_greenthread *gt;
    eventlet_file *f;

    REQUIRE(unix_pair(pair));
    f = file_of(pair[0], "r", 0);
    eventlet_close(pair[0]);
    gt = spawn(read_a_line, f);
    let_others_run();
    eventlet_debug_hub_exceptions(false);
    CHECK_CODE(eventlet_file_close(f), 0); /* the last: the descriptor goes */
    CHECK_CODE(end_of(gt), EVENTLET_CLOSED);
    eventlet_debug_hub_exceptions(true);
    eventlet_close(pair[1]);
}

GREEN_TEST_WORLD(file, who_reads_a_closed_file_of_an_open_socket_is_told,
                 "file.8")
{
    eventlet_socket *pair[2];
    eventlet_greenthread *gt;
    eventlet_file *f;

    REQUIRE(unix_pair(pair));
    f = file_of(pair[0], "r", 0);
    gt = spawn(read_a_line, f);
    let_others_run();
    CHECK_CODE(eventlet_file_close(f), 0);
    eventlet_debug_hub_exceptions(false);
    send_text(pair[1], "x\n");
    CHECK_CODE(end_of(gt), EVENTLET_CLOSED);
    eventlet_debug_hub_exceptions(true);
    close_pair(pair);
}

/* ---- everything fails once ---- */

static int converse(void *arg)
{
    eventlet_socket *pair[2] = { NULL, NULL };
    eventlet_file *in = NULL, *out = NULL;
    char line[100];
    int rc = eventlet_socketpair(pair, AF_UNIX, SOCK_STREAM, 0);
    int closed;

    (void)arg;
    if (rc < 0)
        return rc;
    eventlet_settimeout(pair[1], 1);
    rc = eventlet_makefile(&out, pair[0], "w", 8);
    if (rc == 0)
        rc = eventlet_makefile(&in, pair[1], "r", 4);
    if (rc == 0)
        rc = eventlet_file_write(out, "a line ", 7);
    if (rc == 0)
        rc = eventlet_file_write(out, "in pieces\n", 10);
    if (rc == 0)
        rc = eventlet_file_flush(out);
    if (rc == 0)
        rc = (int)eventlet_file_readline(in, line, sizeof line);
    closed = eventlet_file_close(out);
    eventlet_file_close(in);
    close_pair(pair);
    return rc < 0 ? rc : closed;
}

TEST(file, each_failure_is_returned_and_leaves_nothing, "file.13")
{
    FAULT_EACH(converse, NULL);
    FAULT_EACH_ON("world", converse, NULL);
}
