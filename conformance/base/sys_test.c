/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <errno.h>
#include <pthread.h>

#include "base/sys.h"

TEST(sys, the_nth_call_fails, "sys.1")
{
    int fd;

    eventlet__fault_arm(2, EMFILE);
    fd = eventlet__sys_dup(0);
    CHECK_OK(fd);
    CHECK_INT(eventlet__sys_dup(0), -1);
    CHECK_INT(errno, EMFILE);
    close(fd);
    fd = eventlet__sys_dup(0);
    CHECK_OK(fd);
    close(fd);
    eventlet__fault_arm(0, 0);
}

TEST(sys, a_call_that_fails_is_not_made, "sys.1")
{
    int pair[2];
    char byte;

    REQUIRE_INT(pipe2(pair, O_NONBLOCK), 0);
    eventlet__fault_arm(1, EINTR);
    CHECK_INT(eventlet__sys_write(pair[1], "x", 1), -1);
    CHECK_INT(read(pair[0], &byte, 1), -1);
    eventlet__fault_arm(0, 0);
    close(pair[0]);
    close(pair[1]);
}

TEST(sys, failing_results_are_those_of_the_call, "sys.1")
{
    eventlet__fault_arm(1, ENOMEM);
    CHECK(eventlet__sys_mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS,
                             -1, 0) == MAP_FAILED);
    CHECK_INT(errno, ENOMEM);
    eventlet__fault_arm(0, 0);
}

TEST(sys, calls_are_counted_and_named, "sys.2")
{
    eventlet__fault_arm(2, EINVAL);
    CHECK_INT(eventlet__fault_count(), 0);
    CHECK_INT(eventlet__sys_shutdown(-1, SHUT_RD), -1);
    CHECK_INT(eventlet__fault_count(), 1);
    CHECK_STR(eventlet__fault_site(), NULL);
    CHECK_INT(eventlet__sys_listen(-1, 1), -1);
    CHECK_INT(eventlet__fault_count(), 2);
    CHECK_STR(eventlet__fault_site(), "listen");
    CHECK_INT(eventlet__sys_listen(-1, 1), -1);
    CHECK_INT(eventlet__fault_count(), 3);
    eventlet__fault_arm(0, 0);
    CHECK_STR(eventlet__fault_site(), NULL);
}

TEST(sys, nothing_fails_unarmed, "sys.3")
{
    eventlet__fault_arm(0, EIO);
    for (int i = 1; i <= 3; i++) {
        int fd = eventlet__sys_dup(0);

        CHECK_OK(fd);
        CHECK_INT(eventlet__fault_count(), i);
        close(fd);
    }
    CHECK_STR(eventlet__fault_site(), NULL);
}

static void *calls_of_its_own(void *arg)
{
    int fd = eventlet__sys_dup(0);

    CHECK_OK(fd);
    close(fd);
    CHECK_INT(eventlet__fault_count(), 1);
    return arg;
}

TEST(sys, threads_have_counts_of_their_own, "sys.4")
{
    pthread_t thread;

    eventlet__fault_arm(1, EMFILE);
    REQUIRE_INT(pthread_create(&thread, NULL, calls_of_its_own, NULL), 0);
    pthread_join(thread, NULL);
    CHECK_INT(eventlet__fault_count(), 0);
    CHECK_INT(eventlet__sys_dup(0), -1);
    eventlet__fault_arm(0, 0);
}

TEST(sys, calls_do_what_the_systems_do, "sys.5")
{
    char bytes[4] = "";
    int pair[2];

    errno = 0;
    CHECK_INT(eventlet__sys_dup(-1), -1);
    CHECK_INT(errno, EBADF);
    REQUIRE_INT(eventlet__sys_socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    CHECK_INT(eventlet__sys_send(pair[0], "abc", 3, 0), 3);
    CHECK_INT(eventlet__sys_recv(pair[1], bytes, sizeof bytes, 0), 3);
    CHECK_STR(bytes, "abc");
    close(pair[0]);
    close(pair[1]);
}

/* ---- another system ---- */

static int closed;

static int answer_dup(int fd)
{
    return fd + 1000;
}

static int note_close(int fd)
{
    closed = fd;
    return 0;
}

static const struct eventlet__system other = {
    .dup = answer_dup,
    .close = note_close,
};

TEST(sys, another_system_is_asked_first, "sys.6")
{
    int fd = eventlet__sys_dup(0);

    eventlet__system = &other;
    CHECK_INT(eventlet__sys_dup(0), 1000);
    CHECK(eventlet__sys_fcntl(fd, F_GETFD, 0) >= 0); /* it has none */
    CHECK_INT(eventlet__sys_close(fd), 0);
    eventlet__system = NULL;
    CHECK_INT(closed, fd);
    CHECK_INT(eventlet__sys_close(fd), 0);
    CHECK_INT(eventlet__sys_fcntl(fd, F_GETFD, 0), -1);
}

TEST(sys, a_call_that_fails_does_not_reach_another_system, "sys.6 sys.1")
{
    eventlet__system = &other;
    closed = -1;
    eventlet__fault_arm(1, EMFILE);
    CHECK_INT(eventlet__sys_close(7), 0);
    CHECK_INT(closed, 7);
    CHECK_INT(eventlet__fault_count(), 0); /* no number */
    CHECK_INT(eventlet__sys_dup(0), -1);
    CHECK_INT(errno, EMFILE);
    CHECK_INT(eventlet__sys_dup(0), 1000);
    eventlet__fault_arm(0, 0);
    eventlet__system = NULL;
}
