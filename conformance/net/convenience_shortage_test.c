/* SPDX-License-Identifier: MIT */
/* serve when descriptors or memory run out. */
#include "net/sockets.h"

#include "base/sys.h"

#include <sys/resource.h>

struct site {
    eventlet_socket *listener;
    eventlet_greenthread *gt;
    int calls;
    bool hold; /* handlers stay until the client goes */
};

static int handle(eventlet_socket *client, const struct eventlet_addr *addr,
                  void *arg)
{
    struct site *site = arg;
    char byte;

    (void)addr;
    site->calls++;
    if (site->hold && eventlet_recv(client, &byte, 1) < 0)
        return EVENTLET_EXIT;
    return 0;
}

static int run_site(void *arg)
{
    struct site *site = arg;

    return eventlet_serve(site->listener, handle, site, NULL);
}

static void open_site(struct site *site)
{
    site->listener = new_listener();
    site->gt = spawn(run_site, site);
    let_others_run();
    log_catch();
}

static void close_site(struct site *site)
{
    log_let_go();
    CHECK(!eventlet_dead(site->gt));
    CHECK_CODE(eventlet_reap(site->gt), EVENTLET_EXIT);
    eventlet_close(site->listener);
}

GREEN_TEST_WORLD(convenience, serve_waits_out_each_kind_of_shortage,
                 "convenience.15")
{
    static const int errors[] = { EMFILE, ENFILE, ENOBUFS, ENOMEM, EPERM };

    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        struct site site = { .calls = 0 };
        eventlet_socket *s;

        open_site(&site);
        s = connect_to(site.listener);
        eventlet__fault_arm(1, errors[i]);
        let_others_run();
        CHECK_STR(eventlet__fault_site(), "accept4");
        eventlet__fault_arm(0, 0);
        CHECK_INT(site.calls, 0);
        CHECK_INT(logged.lines, 1);
        CHECK_HAS(logged.text, eventlet_strerror(-errors[i]));
        eventlet_close(s);
        s = connect_to(site.listener);
        expect_text(s, "");
        eventlet_close(s);
        close_site(&site);
    }
}

/* No descriptor can be opened for the length of a test. */
static struct rlimit limit_before;

static void take_all_descriptors(void)
{
    int next = open("/dev/null", O_RDONLY | O_CLOEXEC);
    struct rlimit limit;

    CHECK(next >= 0);
    close(next);
    CHECK_INT(getrlimit(RLIMIT_NOFILE, &limit_before), 0);
    limit = limit_before;
    limit.rlim_cur = (rlim_t)next;
    CHECK_INT(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

static void give_back_descriptors(void)
{
    CHECK_INT(setrlimit(RLIMIT_NOFILE, &limit_before), 0);
}

GREEN_TEST_WORLD(convenience, serve_turns_clients_away_without_spinning,
                 "convenience.15")
{
    struct site site = { .calls = 0 };
    eventlet_socket *s[6];

    open_site(&site);
    for (int i = 0; i < 6; i++)
        s[i] = connect_to(site.listener);
    take_all_descriptors();
    eventlet__fault_arm(0, 0);
    clock_advance(0.005);
    expect_text(s[0], ""); /* told at once, not served */
    clock_advance(10);
    CHECK(eventlet__fault_count() < 200);
    give_back_descriptors();
    CHECK_INT(site.calls, 0);
    CHECK_INT(logged.lines, 1); /* not again and again */
    clock_advance(1.01);
    for (int i = 0; i < 6; i++)
        eventlet_close(s[i]);
    close_site(&site);
}

GREEN_TEST_WORLD(convenience, serve_recovers_within_a_second, "convenience.15")
{
    struct site site = { .hold = true };
    eventlet_socket *s[20], *late;
    struct rlimit all;

    open_site(&site);
    for (int i = 0; i < 20; i++)
        s[i] = connect_to(site.listener);
    late = connect_to(site.listener);
    CHECK_INT(getrlimit(RLIMIT_NOFILE, &all), 0);
    take_all_descriptors();
    clock_advance(3);
    give_back_descriptors();
    clock_advance(1);
    CHECK(site.calls > 0);
    CHECK_CODE(eventlet_settimeout(late, 0), 0);
    CHECK_CODE(eventlet_recv(late, &(char){ 0 }, 1), -EAGAIN); /* served */
    for (int i = 0; i < 20; i++)
        eventlet_close(s[i]);
    eventlet_close(late);
    let_others_run();
    let_others_run();
    close_site(&site);
}

GREEN_TEST_WORLD(convenience,
                 serve_ends_if_closed_while_it_waits_for_better_times,
                 "convenience.14 convenience.15")
{
    struct site site = { .calls = 0 };
    eventlet_socket *s;

    open_site(&site);
    s = connect_to(site.listener);
    eventlet__fault_arm(1, ENOBUFS);
    let_others_run();
    eventlet__fault_arm(0, 0);
    eventlet_close(site.listener);
    eventlet_debug_hub_exceptions(false);
    CHECK_CODE(end_of(site.gt), EVENTLET_CLOSED);
    eventlet_debug_hub_exceptions(true);
    log_let_go();
    eventlet_close(s);
}

GREEN_TEST_WORLD(convenience, serve_does_without_a_descriptor_in_reserve,
                 "convenience.15")
{
    struct site site = { .listener = new_listener() };
    eventlet_socket *s = connect_to(site.listener);

    take_all_descriptors(); /* before serve opens it */
    log_catch();
    site.gt = spawn(run_site, &site);
    clock_advance(1);
    CHECK_INT(site.calls, 0);
    CHECK_INT(logged.lines, 1);
    give_back_descriptors();
    clock_advance(1);
    CHECK_INT(site.calls, 1);
    eventlet_close(s);
    close_site(&site);
}

/* ---- everything fails once ---- */

static int one_visit(eventlet_socket *client, const struct eventlet_addr *addr,
                     void *arg)
{
    (void)client, (void)addr, (void)arg;
    return EVENTLET_STOP;
}

static int visitor(void *arg)
{
    eventlet_socket *s;
    char byte;
    int rc = 0;

    for (int i = 0; i < 3 && rc == 0; i++) {
        rc = eventlet_connect_addr(&s, arg, NULL);
        if (rc < 0)
            return rc;
        rc = (int)eventlet_recv(s, &byte, 1);
        eventlet_close(s);
        if (rc == 0)
            rc = eventlet_sleep(0.1);
    }
    return rc;
}

static int served(void *arg)
{
    eventlet_greenthread *gt = NULL;
    eventlet_socket *listener = NULL;
    struct eventlet_timeout limit;
    struct eventlet_addr addr;
    int rc = eventlet_timeout_start(&limit, 30);

    (void)arg;
    if (rc == 0)
        rc = eventlet_listen(&listener, "127.0.0.1", 0, NULL);
    if (rc == 0)
        rc = eventlet_getsockname(listener, &addr);
    if (rc == 0)
        rc = eventlet_spawn(&gt, visitor, &addr);
    if (rc == 0)
        rc = eventlet_serve(listener, one_visit, NULL, NULL);
    eventlet_timeout_cancel(&limit);
    eventlet_reap(gt);
    eventlet_close(listener);
    return rc;
}

TEST(convenience, each_failure_is_outlived_or_returned, "convenience.18")
{
    log_catch();
    FAULT_EACH(served, NULL);
    FAULT_EACH_ON("world", served, NULL);
    log_let_go();
}

static int connected_by_name(void *arg)
{
    const struct eventlet_connect_opts opts = { .bind = "127.0.0.1",
                                                .seconds = 5 };
    eventlet_socket *listener, *s;
    struct eventlet_addr addr;
    int rc = eventlet_listen(&listener, "127.0.0.1", 0, NULL);

    (void)arg;
    if (rc < 0)
        return rc;
    rc = eventlet_getsockname(listener, &addr);
    if (rc == 0)
        rc =
            eventlet_connect(&s, "127.0.0.1", eventlet_addr_port(&addr), &opts);
    if (rc == 0)
        eventlet_close(s);
    eventlet_close(listener);
    return rc;
}

TEST(convenience, each_failure_of_connecting_is_returned, "convenience.18")
{
    log_catch();
    FAULT_EACH(connected_by_name, NULL);
    FAULT_EACH_ON("world", connected_by_name, NULL);
    log_let_go();
}
