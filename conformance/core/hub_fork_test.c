/* SPDX-License-Identifier: MIT */
/* After a fork the child starts afresh: only who forked goes on in it. */
#include "child.h"
#include "core_support.h"
#include "pair.h"
#include "poll_kind.h"

#include <netinet/in.h>
#include <stdlib.h>

/* Exits a child with n of which it can be told where it went wrong. */
#define CHILD_CHECK(n, cond)                                                   \
    do {                                                                       \
        if (!(cond))                                                           \
            _exit(n);                                                          \
    } while (0)

static int woken;

static int wake_up(void *seconds)
{
    int rc = eventlet_sleep(*(double *)seconds);

    woken++;
    return rc;
}

GREEN_TEST_HUBS(hub, only_who_forked_goes_on_in_the_child, "hub.27")
{
    enum { SLEEPERS = 1000 };
    static eventlet_greenthread *gt[SLEEPERS];
    double soon = 0.01;
    pid_t pid;

    woken = 0;
    for (int i = 0; i < SLEEPERS; i++)
        gt[i] = spawn(wake_up, &soon);
    CHECK_OK(eventlet_sleep(0));
    pid = fork();
    if (pid == 0) {
        CHILD_CHECK(1, eventlet_sleep(0.05) == 0);
        CHILD_CHECK(2, woken == 0);
        CHILD_CHECK(3, timers() == 0);
        _exit(0);
    }
    CHECK_INT(child_status(pid), 0);
    for (int i = 0; i < SLEEPERS; i++)
        CHECK_OK(eventlet_wait(gt[i]));
    CHECK_INT(woken, SLEEPERS);
    for (int i = 0; i < SLEEPERS; i++)
        eventlet_release(gt[i]);
}

GREEN_TEST_HUBS(hub, the_parent_goes_on_as_if_nothing_was, "hub.27")
{
    double soon = 0.001;
    eventlet_greenthread *gt;
    int pair[2];
    struct waiter w;
    pid_t pid;

    REQUIRE(pair_open(pair));
    gt = spawn(wake_up, &soon);
    waiter_start(&w, pair[0], EVENTLET_READ, 100);
    pid = fork();
    if (pid == 0) /* takes its own descriptors down, and nobody else's */
        _exit(eventlet_hubs_trampoline(pair[0], EVENTLET_READ, 0.001) ==
                      EVENTLET_TIMEOUT
                  ? 0
                  : 1);
    CHECK_INT(child_status(pid), 0);
    pair_poke(pair[1]);
    CHECK_INT(waiter_end(&w), 0);
    CHECK_OK(eventlet_wait(gt));
    eventlet_release(gt);
    pair_close(pair);
}

static int child_of_main(void)
{
    eventlet_greenthread *gt;
    int seven = 7;

    if (eventlet_spawn(&gt, return_it, &seven) < 0)
        return 1;
    if (eventlet_wait(gt) != 7)
        return 2;
    eventlet_release(gt);
    return eventlet_sleep(0.001) == 0 ? 0 : 3;
}

TEST(hub, child_and_parent_each_use_their_own, "hub.27")
{
    static const char *const kinds[] = { "epolls", "poll", "selects", "pyevent",
                                         "sim" };

    for (int i = 0; i < 5; i++) {
        pid_t pid;

        REQUIRE_OK(eventlet_hubs_use_hub(kinds[i]));
        CHECK_OK(eventlet_spawn(NULL, sleep_long, NULL));
        CHECK_OK(eventlet_sleep(0));
        pid = fork();
        if (pid == 0)
            _exit(child_of_main());
        CHECK_INT(child_of_main(), 0);
        CHECK_INT(child_status(pid), 0);
    }
}

TEST(hub, a_child_may_choose_another, "hub.1 hub.27")
{
    pid_t pid;

    REQUIRE_OK(eventlet_hubs_use_hub("epolls"));
    CHECK_OK(eventlet_sleep(0));
    pid = fork();
    if (pid == 0) {
        setenv("EVENTLET_HUB", "selects", 1);
        CHILD_CHECK(1, eventlet_hubs_use_hub(NULL) == 0);
        CHILD_CHECK(2, !strcmp(eventlet_hubs_current_name(), "selects"));
        _exit(child_of_main());
    }
    CHECK_INT(child_status(pid), 0);
    CHECK_STR(eventlet_hubs_current_name(), "epolls");
}

static char last_error[200];

static void hear(void *arg, enum eventlet_level level, const char *line)
{
    (void)arg;
    if (level == EVENTLET_ERROR)
        snprintf(last_error, sizeof last_error, "%s", line);
}

static int childs_child_without_a_hub(void *arg)
{
    (void)arg;
    return eventlet_sleep(0.01) == -ENFILE ? 0 : 1;
}

static int child_without_a_hub(void *pair)
{
    eventlet_greenthread *gt;
    int seven = 7;

    CHILD_CHECK(
        1, strstr(last_error, "after fork: cannot make hub \"poll-kind\": "));
    CHILD_CHECK(2, eventlet_spawn(&gt, return_it, &seven) == 0);
    CHILD_CHECK(3, eventlet_wait(gt) == 7);
    CHILD_CHECK(4, eventlet_sleep(0) == 0);
    CHILD_CHECK(5, eventlet_sleep(0.01) == -ENFILE);
    CHILD_CHECK(6, eventlet_hubs_trampoline(*(int *)pair, EVENTLET_READ, 1) ==
                       -ENFILE);
    CHILD_CHECK(7, in_child(childs_child_without_a_hub, NULL, NULL, 0) == 0);
    CHILD_CHECK(8, eventlet_hubs_use_hub("epolls") == 0);
    return child_of_main();
}

TEST(hub, a_child_that_gets_no_hub_is_told_so, "hub.44")
{
    int pair[2];

    REQUIRE(pair_open(pair));
    REQUIRE(use_poll_kind());
    CHECK_OK(eventlet_spawn(NULL, sleep_long, NULL));
    CHECK_CODE(eventlet_hubs_trampoline(pair[0], EVENTLET_READ, 0.001),
               EVENTLET_TIMEOUT);
    poll_kind.refusal = -ENFILE;
    eventlet_log_to(hear, NULL);
    CHECK_INT(in_child(child_without_a_hub, pair, NULL, 0), 0);
    eventlet_log_to(NULL, NULL);
    poll_kind.refusal = 0;
    CHECK_INT(child_of_main(), 0);
    CHECK_OK(eventlet_hubs_use_hub("epolls"));
    pair_close(pair);
}

/* ---- inherited descriptors ---- */

static int loopback_listener(struct sockaddr_in *addr)
{
    socklen_t len = sizeof *addr;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    memset(addr, 0, sizeof *addr);
    addr->sin_family = AF_INET;
    addr->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK_INT(bind(fd, (struct sockaddr *)addr, len), 0);
    CHECK_INT(listen(fd, 5), 0);
    CHECK_INT(getsockname(fd, (struct sockaddr *)addr, &len), 0);
    return fd;
}

/* Accepts one on an inherited listener and says a word. */
static void serve_in_child(int listener)
{
    int fd;

    CHILD_CHECK(1, eventlet_hubs_trampoline(listener, EVENTLET_READ, 30) == 0);
    fd = accept(listener, NULL, NULL);
    CHILD_CHECK(2, fd >= 0);
    CHILD_CHECK(3, eventlet_hubs_trampoline(fd, EVENTLET_WRITE, 30) == 0);
    CHILD_CHECK(4, write(fd, "hi", 2) == 2);
    _exit(0);
}

GREEN_TEST_REAL(hub, an_inherited_listener_accepts_in_the_child, "hub.28")
{
    struct sockaddr_in addr;
    int listener = loopback_listener(&addr), client;
    char word[3] = "";
    pid_t pid;

    CHECK_CODE(eventlet_hubs_trampoline(listener, EVENTLET_READ, 0.001),
               EVENTLET_TIMEOUT); /* it is known to the parent's hub */
    pid = fork();
    if (pid == 0)
        serve_in_child(listener);
    client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK_INT(connect(client, (struct sockaddr *)&addr, sizeof addr), 0);
    CHECK_OK(eventlet_hubs_trampoline(client, EVENTLET_READ, 30));
    CHECK_INT(read(client, word, 2), 2);
    CHECK_STR(word, "hi");
    CHECK_INT(child_status(pid), 0);
    eventlet_hubs_notify_close(client);
    close(client);
    eventlet_hubs_notify_close(listener);
    close(listener);
}

/* Is told by the parent only after the parent's waiter was: had it taken the
 * parent's event away, this would hang. */
GREEN_TEST_REAL(hub, the_child_takes_no_events_of_the_parent, "hub.27 hub.28")
{
    int pair[2];
    struct waiter w;
    pid_t pid;

    REQUIRE(pair_open(pair));
    waiter_start(&w, pair[0], EVENTLET_READ, 30);
    pid = fork();
    if (pid == 0) {
        CHILD_CHECK(1,
                    eventlet_hubs_trampoline(pair[0], EVENTLET_READ, 30) == 0);
        _exit(0);
    }
    pair_poke(pair[1]);
    CHECK_INT(waiter_end(&w), 0);
    CHECK_INT(child_status(pid), 0);
    pair_close(pair);
}

static int fork_in_hub(void *pid)
{
    pid_t child = fork();

    if (child == 0)
        _exit(5);
    *(pid_t *)pid = child;
    return 0;
}

GREEN_TEST(hub, a_callback_may_fork, "hub.27")
{
    pid_t pid = 0;

    call_in_hub(fork_in_hub, &pid);
    clock_advance(1);
    CHECK(pid > 0);
    CHECK_INT(child_status(pid), 5);
}

/* Descriptors that some epoll of ours has in its list. */
static int watched_by_epoll(void)
{
    int count = 0;

    for (int fd = 0; fd < 256; fd++) {
        char path[64], line[256];
        FILE *file;

        snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
        file = fopen(path, "r");
        while (file && fgets(line, sizeof line, file))
            count += !strncmp(line, "tfd:", 4);
        if (file)
            fclose(file);
    }
    return count;
}

/* The file lives on in the child, and with it what the kernel knows. */
TEST(hub, what_was_closed_after_a_fork_is_not_heard_of, "hub.27")
{
    eventlet_socket *pair[2];
    int before;
    pid_t pid;
    char byte;

    REQUIRE_OK(eventlet_hubs_use_hub("epolls"));
    before = watched_by_epoll();
    REQUIRE_OK(eventlet_socketpair(pair, AF_UNIX, SOCK_STREAM, 0));
    CHECK_OK(eventlet_settimeout(pair[0], 0.001));
    CHECK_CODE(eventlet_recv(pair[0], &byte, 1), EVENTLET_SOCKET_TIMEOUT);
    CHECK_INT(watched_by_epoll(), before + 1);
    pid = fork();
    if (pid == 0) {
        pause();
        _exit(0);
    }
    CHECK_OK(eventlet_close(pair[0]));
    CHECK_INT(watched_by_epoll(), before);
    CHECK_INT(kill(pid, SIGKILL), 0);
    CHECK_INT(child_status(pid), 1000 + SIGKILL);
    CHECK_OK(eventlet_close(pair[1]));
}
