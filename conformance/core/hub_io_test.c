/* SPDX-License-Identifier: MIT */
/* Waiting for descriptors. */
#include "core_support.h"
#include "pair.h"

#include <netinet/in.h>
#include <sys/mman.h>

static void check_nothing_left(size_t timers_before)
{
    CHECK_INT(readers(), 0);
    CHECK_INT(writers(), 0);
    CHECK_INT(timers(), timers_before);
}

GREEN_TEST_HUBS(hub, trampoline_waits_until_there_is_something_to_read,
                "hub.10 hub.31")
{
    struct waiter w;
    int pair[2];

    REQUIRE(pair_open(pair));
    waiter_start(&w, pair[0], EVENTLET_READ, EVENTLET_NEVER);
    let_others_run();
    CHECK_INT(w.got, 1);
    CHECK_INT(readers(), 1);
    pair_poke(pair[1]);
    CHECK_INT(waiter_end(&w), 0);
    check_nothing_left(timers());
    pair_close(pair);
}

GREEN_TEST_HUBS(hub, trampoline_waits_until_there_is_room_to_write,
                "hub.10 hub.31")
{
    struct waiter w;
    int pair[2];

    REQUIRE(pair_open(pair));
    pair_fill(pair[0]);
    waiter_start(&w, pair[0], EVENTLET_WRITE, EVENTLET_NEVER);
    let_others_run();
    CHECK_INT(w.got, 1);
    CHECK_INT(writers(), 1);
    pair_drain(pair[1]);
    CHECK_INT(waiter_end(&w), 0);
    pair_close(pair);
}

GREEN_TEST_HUBS(hub, trampoline_sees_what_was_there_before, "hub.10")
{
    int pair[2];

    REQUIRE(pair_open(pair));
    pair_poke(pair[1]);
    for (int i = 0; i < 3; i++) { /* nobody reads it: it stays readable */
        CHECK_OK(eventlet_hubs_trampoline(pair[0], EVENTLET_READ, 10));
        CHECK_OK(eventlet_hubs_trampoline(pair[0], EVENTLET_WRITE, 10));
    }
    pair_close(pair);
}

GREEN_TEST_HUBS(hub, trampoline_returns_when_the_peer_closes, "hub.10 hub.14")
{
    struct waiter w;
    int pair[2];
    size_t before = timers();

    REQUIRE(pair_open(pair));
    waiter_start(&w, pair[0], EVENTLET_READ, 100);
    close(pair[1]);
    pair[1] = -1;
    CHECK_INT(waiter_end(&w), 0);
    check_nothing_left(before);
    pair_close(pair);
}

/* ---- timeouts ---- */

GREEN_TEST_HUBS(hub, trampoline_times_out_and_leaves_nothing, "hub.11")
{
    int pair[2];
    size_t before = timers();
    double began = now();

    REQUIRE(pair_open(pair));
    CHECK_CODE(eventlet_hubs_trampoline(pair[0], EVENTLET_READ, 0.001),
               EVENTLET_TIMEOUT);
    CHECK(now() - began >= 0.001 - 1e-9);
    check_nothing_left(before);
    pair_poke(pair[1]);
    CHECK_OK(eventlet_hubs_trampoline(pair[0], EVENTLET_READ, 10));
    check_nothing_left(before);
    pair_close(pair);
}

GREEN_TEST(hub, trampoline_throws_a_code_of_ones_own, "hub.11")
{
    int pair[2];

    REQUIRE(pair_open(pair));
    CHECK_CODE(eventlet_hubs_trampoline_code(pair[0], EVENTLET_READ, 1,
                                             EVENTLET_SOCKET_TIMEOUT),
               EVENTLET_SOCKET_TIMEOUT);
    pair_close(pair);
}

GREEN_TEST_HUBS(hub, trampoline_with_no_time_at_all_still_looks, "hub.11")
{
    int pair[2];

    REQUIRE(pair_open(pair));
    CHECK_CODE(eventlet_hubs_trampoline(pair[0], EVENTLET_READ, 0),
               EVENTLET_TIMEOUT);
    pair_poke(pair[1]);
    CHECK_OK(eventlet_hubs_trampoline(pair[0], EVENTLET_READ, 0));
    pair_close(pair);
}

/* Reads the first descriptor, then writes to the second, and only gives way
 * when the deadline of who waits there has passed. */
static int write_late(void *arg)
{
    int *fds = arg;
    int rc = eventlet_hubs_trampoline(fds[0], EVENTLET_READ, EVENTLET_NEVER);
    double began = now();

    pair_poke(fds[1]);
    while (now() - began < 0.01)
        ;
    return rc;
}

GREEN_TEST_REAL(hub, data_beats_a_timeout_that_is_due_as_well, "hub.16")
{
    int a[2], b[2], fds[2];
    struct waiter w;
    eventlet_greenthread *gt;

    REQUIRE(pair_open(a) && pair_open(b));
    fds[0] = b[0];
    fds[1] = a[1];
    gt = spawn(write_late, fds);
    waiter_start(&w, a[0], EVENTLET_READ, 0.005);
    pair_poke(b[1]);
    CHECK_INT(waiter_end(&w), 0);
    CHECK_OK(eventlet_wait(gt));
    eventlet_release(gt);
    pair_close(a);
    pair_close(b);
}

static int poke_in_hub(void *fd)
{
    pair_poke(*(int *)fd);
    return 0;
}

GREEN_TEST(hub, data_that_comes_at_the_deadline_beats_a_timeout, "hub.16")
{
    int pair[2];
    struct waiter w;
    eventlet_hub *hub = eventlet_hubs_get_hub();

    REQUIRE(pair_open(pair));
    CHECK_OK(eventlet_hub_schedule_call_global(NULL, hub, 0.999999, poke_in_hub,
                                               &pair[1]));
    waiter_start(&w, pair[0], EVENTLET_READ, 1);
    CHECK_INT(waiter_end(&w), 0);
    pair_close(pair);
}

/* ---- a kill ---- */

GREEN_TEST_HUBS(hub, trampoline_killed_leaves_nothing, "hub.11 hub.15")
{
    int pair[2];
    struct waiter w, other;
    size_t before = timers();

    REQUIRE(pair_open(pair));
    waiter_start(&w, pair[0], EVENTLET_READ, 100);
    CHECK_INT(timers(), before + 1);
    CHECK_OK(eventlet_kill(w.gt, EVENTLET_USER(1)));
    CHECK_CODE(waiter_end(&w), EVENTLET_USER(1));
    check_nothing_left(before);
    waiter_start(&other, pair[0], EVENTLET_READ, 100);
    pair_poke(pair[1]);
    CHECK_INT(waiter_end(&other), 0);
    pair_close(pair);
}

/* ---- what it refuses ---- */

static int trampoline_in_hub(void *arg)
{
    int *fds = arg;

    fds[2] = eventlet_hubs_trampoline(fds[0], EVENTLET_READ, 1);
    return 0;
}

GREEN_TEST(hub, trampoline_refuses_the_hub_itself, "hub.15 hub.32")
{
    int fds[3] = { 0, 0, 0 };

    REQUIRE(pair_open(fds));
    call_in_hub(trampoline_in_hub, fds);
    clock_advance(0);
    CHECK_CODE(fds[2], EVENTLET_IN_HUB);
    check_nothing_left(timers());
    pair_close(fds);
}

GREEN_TEST(hub, trampoline_refuses_both_ways_and_none, "hub.15")
{
    int pair[2];

    REQUIRE(pair_open(pair));
    CHECK_CODE(eventlet_hubs_trampoline(
                   pair[0],
                   (enum eventlet_interest)(EVENTLET_READ | EVENTLET_WRITE), 1),
               -EINVAL);
    CHECK_CODE(eventlet_hubs_trampoline(pair[0], (enum eventlet_interest)0, 1),
               -EINVAL);
    CHECK_CODE(
        eventlet_hubs_trampoline(pair[0], EVENTLET_READ, __builtin_nan("")),
        -EINVAL);
    pair_close(pair);
}

GREEN_TEST_HUBS(hub, trampoline_refuses_what_is_no_descriptor, "hub.35")
{
    int pair[2];

    REQUIRE(pair_open(pair));
    pair_close(pair);
    REQUIRE(pair_open(pair));
    for (int i = 0; i < 3; i++) {
        CHECK_CODE(eventlet_hubs_trampoline(-1, EVENTLET_READ, 1), -EBADF);
        CHECK_CODE(eventlet_hubs_trampoline(1000, EVENTLET_READ, 1), -EBADF);
        pair_poke(pair[1]);
        CHECK_OK(eventlet_hubs_trampoline(pair[0], EVENTLET_READ, 1));
    }
    check_nothing_left(timers());
    pair_close(pair);
}

GREEN_TEST_HUBS(hub, a_plain_file_is_always_ready, "hub.36")
{
    int fd = memfd_create("plain", MFD_CLOEXEC);

    REQUIRE(fd >= 0);
    for (int i = 0; i < 3; i++) {
        CHECK_OK(eventlet_hubs_trampoline(fd, EVENTLET_READ, 1));
        CHECK_OK(eventlet_hubs_trampoline(fd, EVENTLET_WRITE, 1));
    }
    eventlet_hubs_notify_close(fd);
    close(fd);
}

/* ---- hang-up, errors, urgent data ---- */

GREEN_TEST_HUBS(hub, a_hang_up_wakes_reader_and_writer, "hub.14")
{
    int pair[2];
    struct waiter reader, writer;

    REQUIRE(pair_open(pair));
    pair_fill(pair[0]);
    waiter_start(&reader, pair[0], EVENTLET_READ, 100);
    waiter_start(&writer, pair[0], EVENTLET_WRITE, 100);
    close(pair[1]);
    pair[1] = -1;
    CHECK_INT(waiter_end(&reader), 0);
    CHECK_INT(waiter_end(&writer), 0);
    pair_close(pair);
}

GREEN_TEST_HUBS(hub, an_error_wakes_a_writer_on_a_pipe, "hub.14")
{
    int pair[2];
    struct waiter writer;

    REQUIRE_INT(pipe2(pair, O_NONBLOCK | O_CLOEXEC), 0);
    pair_fill(pair[1]);
    waiter_start(&writer, pair[1], EVENTLET_WRITE, 100);
    close(pair[0]);
    pair[0] = -1;
    CHECK_INT(waiter_end(&writer), 0);
    pair_close(pair);
}

static bool tcp_pair(int pair[2])
{
    struct sockaddr_in addr = { .sin_family = AF_INET,
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof addr;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    pair[0] = pair[1] = -1;
    if (bind(listener, (struct sockaddr *)&addr, len) == 0 &&
        listen(listener, 1) == 0 &&
        getsockname(listener, (struct sockaddr *)&addr, &len) == 0) {
        pair[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (connect(pair[0], (struct sockaddr *)&addr, len) == 0)
            pair[1] = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    }
    close(listener);
    return CHECK(pair[1] >= 0);
}

GREEN_TEST_REAL(hub, urgent_data_is_something_to_read, "hub.34")
{
    int pair[2];
    struct waiter w;

    if (strcmp(check_hub(), "epolls") != 0)
        SKIP("libevent does not ask poll and select for urgent data");

    REQUIRE(tcp_pair(pair));
    waiter_start(&w, pair[0], EVENTLET_READ, 5);
    CHECK_INT(send(pair[1], "!", 1, MSG_OOB), 1);
    CHECK_INT(waiter_end(&w), 0);
    pair_close(pair);
}

/* ---- many ---- */

GREEN_TEST_HUBS(hub, many_wait_and_each_gets_its_own, "hub.10")
{
    enum { MANY = 40 };
    static struct waiter w[MANY];
    static int pair[MANY][2];

    for (int i = 0; i < MANY; i++) {
        REQUIRE(pair_open(pair[i]));
        waiter_start(&w[i], pair[i][0], EVENTLET_READ, 100);
    }
    for (int i = 1; i < MANY; i += 2)
        pair_poke(pair[i][1]);
    for (int i = 1; i < MANY; i += 2)
        CHECK_INT(waiter_end(&w[i]), 0);
    for (int i = 0; i < MANY; i += 2) {
        CHECK_INT(w[i].got, 1);
        pair_poke(pair[i][1]);
        CHECK_INT(waiter_end(&w[i]), 0);
    }
    for (int i = 0; i < MANY; i++)
        pair_close(pair[i]);
}

/* ---- a failure at each place ---- */

static int wait_both_ways(void *arg)
{
    int pair[2], code, rc;

    if (!pair_open(pair))
        return -EMFILE;
    pair_poke(pair[1]);
    rc = eventlet_hubs_trampoline(pair[0], EVENTLET_READ, 1);
    code = eventlet_hubs_trampoline(pair[0], EVENTLET_WRITE, 1);
    rc = rc < 0 ? rc : code;
    pair_drain(pair[0]);
    code = eventlet_hubs_trampoline(pair[0], EVENTLET_READ, 0.001);
    rc = rc < 0 ? rc : code == EVENTLET_TIMEOUT ? 0 : code;
    pair_close(pair);
    (void)arg;
    return rc;
}

TEST(hub, trampoline_survives_a_failure_at_each_place, "hub.38")
{
    static const char *const kinds[] = { "epolls", "poll", "selects", "pyevent",
                                         "sim" };

    log_catch();
    for (int i = 0; i < 5; i++)
        FAULT_EACH_ON(kinds[i], wait_both_ways, NULL);
    log_let_go();
}
