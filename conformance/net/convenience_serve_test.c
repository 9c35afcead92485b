/* SPDX-License-Identifier: MIT */
/* serve: a green thread for each client. */
#include "net/sockets.h"

#include "base/sys.h"

/* A server in a green thread of its own, and what its handlers do. */
struct site {
    eventlet_socket *listener;
    struct eventlet_serve_opts opts;
    eventlet_greenthread *gt;
    int calls;
    int code;       /* what each handler returns */
    double seconds; /* after so long */
    eventlet_socket *kept;
    struct eventlet_addr seen;
};

static int handle(eventlet_socket *client, const struct eventlet_addr *addr,
                  void *arg)
{
    struct site *site = arg;
    int rc = 0;

    (void)client;
    site->calls++;
    site->seen = *addr;
    if (site->seconds)
        rc = eventlet_sleep(site->seconds);
    return rc < 0 ? rc : site->code;
}

static int run_site(void *arg)
{
    struct site *site = arg;

    return eventlet_serve(site->listener, handle, site, &site->opts);
}

static void open_site(struct site *site)
{
    eventlet_debug_hub_exceptions(false);
    site->listener = new_listener();
    site->gt = spawn(run_site, site);
    let_others_run();
}

/* What serve returned, which it has or does by itself. */
static int site_result(struct site *site)
{
    int rc = end_of(site->gt);

    eventlet_close(site->listener);
    eventlet_debug_hub_exceptions(true);
    return rc;
}

/* Ends it from outside. */
static void close_site(struct site *site)
{
    CHECK(!eventlet_dead(site->gt));
    CHECK_CODE(eventlet_kill(site->gt, 0), 0);
    CHECK_CODE(site_result(site), EVENTLET_EXIT);
}

/* Visits and stays until the server closes the connection. */
static void visit(struct site *site)
{
    eventlet_socket *s = connect_to(site->listener);

    expect_text(s, "");
    eventlet_close(s);
}

GREEN_TEST_NET(convenience, serve_calls_for_each_client, "convenience.8")
{
    struct site site = { .calls = 0 };

    open_site(&site);
    for (int i = 0; i < 100; i++)
        visit(&site);
    CHECK_INT(site.calls, 100);
    close_site(&site);
}

GREEN_TEST_WORLD(convenience, serve_tells_who_the_client_is, "convenience.8")
{
    struct site site = { .calls = 0 };
    struct eventlet_addr me;
    eventlet_socket *s;

    open_site(&site);
    s = connect_to(site.listener);
    me = address_of(s);
    expect_text(s, "");
    CHECK(eventlet_addr_equal(&me, &site.seen));
    eventlet_close(s);
    close_site(&site);
}

GREEN_TEST_WORLD(convenience, serve_does_not_return_by_itself, "convenience.8")
{
    struct site site = { .listener = new_listener() };
    bool timed_out = false;

    CHECK_CODE(eventlet_with_timeout(0.01, run_site, &site, &timed_out), 0);
    CHECK(timed_out);
    eventlet_close(site.listener);
}

/* ---- how handlers end ---- */

GREEN_TEST_NET(convenience, serve_ends_with_a_handlers_stop, "convenience.10")
{
    struct site site = { .code = EVENTLET_STOP };

    open_site(&site);
    visit(&site);
    CHECK_CODE(site_result(&site), 0);
}

GREEN_TEST_NET(convenience, serve_ends_with_a_handlers_error, "convenience.11")
{
    static const int codes[] = { EVENTLET_USER(1), -EMFILE, -ENOMEM, -EINTR };

    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        struct site site = { .code = codes[i] };

        open_site(&site);
        visit(&site); /* closed all the same */
        CHECK_CODE(site_result(&site), codes[i]);
    }
}

GREEN_TEST_WORLD(convenience, serve_goes_on_after_kills_and_timeouts,
                 "convenience.12")
{
    static const int codes[] = { EVENTLET_EXIT,
                                 EVENTLET_TIMEOUT,
                                 EVENTLET_SOCKET_TIMEOUT,
                                 -ETIMEDOUT,
                                 EVENTLET_USER_TIMEOUT(3),
                                 0,
                                 17 };
    struct site site = { .calls = 0 };

    open_site(&site);
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        site.code = codes[i];
        visit(&site);
        CHECK_INT(site.calls, i + 1);
    }
    close_site(&site);
}

GREEN_TEST_WORLD(convenience, serve_stopped_leaves_others_running,
                 "convenience.13")
{
    struct site site = { .seconds = 5 };
    eventlet_socket *slow, *s;

    open_site(&site);
    slow = connect_to(site.listener);
    let_others_run();
    let_others_run();
    site.seconds = 0;
    site.code = EVENTLET_STOP;
    visit(&site);
    CHECK_CODE(end_of(site.gt), 0);
    CHECK_CODE(eventlet_settimeout(slow, 1), 0);
    CHECK_CODE(eventlet_recv(slow, &(char){ 0 }, 1), EVENTLET_SOCKET_TIMEOUT);
    s = connect_to(site.listener); /* which is open still */
    eventlet_close(s);
    CHECK_CODE(eventlet_settimeout(slow, 10), 0);
    expect_text(slow, ""); /* ends with EVENTLET_STOP for nobody */
    eventlet_close(slow);
    eventlet_close(site.listener);
    eventlet_debug_hub_exceptions(true);
}

GREEN_TEST_WORLD(convenience, serve_is_ended_by_the_first_that_fails,
                 "convenience.11")
{
    struct site site = { .code = EVENTLET_USER(1), .seconds = 1 };
    eventlet_socket *a, *b;

    open_site(&site);
    a = connect_to(site.listener);
    b = connect_to(site.listener); /* both end at the same time */
    CHECK_CODE(site_result(&site), EVENTLET_USER(1));
    expect_text(a, "");
    expect_text(b, "");
    CHECK_INT(site.calls, 2);
    eventlet_close(a);
    eventlet_close(b);
}

GREEN_TEST_WORLD(convenience, serve_hands_on_what_is_thrown_at_it,
                 "convenience.14")
{
    struct site site = { .calls = 0 };

    open_site(&site);
    CHECK_CODE(eventlet_kill(site.gt, EVENTLET_USER(9)), 0);
    CHECK_CODE(site_result(&site), EVENTLET_USER(9));
    open_site(&site);
    CHECK_CODE(eventlet_kill(site.gt, EVENTLET_STOP), 0);
    CHECK_CODE(site_result(&site), 0);
}

GREEN_TEST_NET(convenience, serve_ends_when_the_listener_is_closed,
               "convenience.14")
{
    struct site site = { .calls = 0 };

    open_site(&site);
    CHECK_CODE(eventlet_close(site.listener), 0);
    site.listener = NULL;
    CHECK_CODE(site_result(&site), EVENTLET_CLOSED);
}

/* ---- how many ---- */

GREEN_TEST_WORLD(convenience, serve_runs_so_many_at_a_time, "convenience.9")
{
    struct site site = { .seconds = 10, .opts = { .concurrency = 5 } };
    eventlet_socket *s[8];

    open_site(&site);
    for (int i = 0; i < 8; i++)
        s[i] = connect_to(site.listener);
    clock_advance(1);
    CHECK_INT(site.calls, 5);
    for (int i = 5; i < 8; i++) { /* the sixth is accepted, the others wait */
        eventlet_setblocking(s[i], false);
        CHECK_CODE(eventlet_recv(s[i], &(char){ 0 }, 1), -EAGAIN);
    }
    clock_advance(10);
    CHECK_INT(site.calls, 8);
    for (int i = 0; i < 8; i++)
        eventlet_close(s[i]);
    clock_advance(10);
    close_site(&site);
}

GREEN_TEST_WORLD(convenience, serve_thrown_at_while_full_closes_who_waits,
                 "convenience.9 convenience.14")
{
    struct site site = { .seconds = 10, .opts = { .concurrency = 1 } };
    eventlet_socket *a, *b;

    open_site(&site);
    a = connect_to(site.listener);
    b = connect_to(site.listener);
    clock_advance(1);
    close_site(&site);
    expect_text(b, ""); /* it was accepted, and is closed */
    CHECK_INT(site.calls, 1);
    expect_text(a, "");
    eventlet_close(a);
    eventlet_close(b);
}

GREEN_TEST_WORLD(convenience, serve_ends_if_closed_while_full, "convenience.14")
{
    struct site site = { .seconds = 10, .opts = { .concurrency = 1 } };
    eventlet_socket *a, *b;

    open_site(&site);
    a = connect_to(site.listener);
    b = connect_to(site.listener);
    clock_advance(1);
    eventlet_close(site.listener);
    site.listener = NULL;
    expect_text(a, "");
    CHECK_CODE(site_result(&site), EVENTLET_CLOSED);
    expect_text(b, ""); /* who was accepted is served */
    CHECK_INT(site.calls, 2);
    eventlet_close(a);
    eventlet_close(b);
}

GREEN_TEST_WORLD(convenience, serve_refuses_a_negative_number, "convenience.9")
{
    const struct eventlet_serve_opts opts = { .concurrency = -1 };
    eventlet_socket *s = new_listener();

    CHECK_CODE(eventlet_serve(s, handle, NULL, &opts), -EINVAL);
    eventlet_socket_close_fd(s);
    CHECK_CODE(eventlet_serve(s, handle, NULL, NULL), -EBADF);
    eventlet_close(s);
}

/* ---- whose the client is ---- */

static int keep(eventlet_socket *client, const struct eventlet_addr *addr,
                void *arg)
{
    struct site *site = arg;

    (void)addr;
    eventlet_serve_keep(client);
    eventlet_serve_keep(client); /* harmless */
    site->kept = client;
    return EVENTLET_STOP;
}

GREEN_TEST_WORLD(convenience, serve_leaves_a_client_that_is_kept,
                 "convenience.17")
{
    struct site site = { .listener = new_listener() };
    eventlet_socket *s = connect_to(site.listener);

    CHECK_CODE(eventlet_serve(site.listener, keep, &site, NULL), 0);
    send_text(site.kept, "still here");
    expect_text(s, "still here");
    eventlet_serve_keep(site.kept); /* not served any more */
    eventlet_close(site.kept);
    expect_text(s, "");
    eventlet_close(s);
    eventlet_close(site.listener);
}

static int keep_and_close(eventlet_socket *client,
                          const struct eventlet_addr *addr, void *arg)
{
    char text[EVENTLET_ADDRSTRLEN];

    (void)arg;
    eventlet_serve_keep(client);
    eventlet_close(client);
    CHECK_HAS(eventlet_addr_str(addr, text, sizeof text), "127.0.0.1:");
    return EVENTLET_USER(2);
}

static int close_descriptor(eventlet_socket *client,
                            const struct eventlet_addr *addr, void *arg)
{
    (void)addr, (void)arg;
    CHECK_CODE(eventlet_socket_close_fd(client), 0);
    return EVENTLET_USER(2);
}

GREEN_TEST_WORLD(convenience, handler_may_close_its_client, "convenience.17")
{
    eventlet_serve_fn *const both[] = { keep_and_close, close_descriptor };

    for (int i = 0; i < 2; i++) {
        eventlet_socket *listener = new_listener();
        eventlet_socket *s = connect_to(listener);

        CHECK_CODE(eventlet_serve(listener, both[i], NULL, NULL),
                   EVENTLET_USER(2));
        expect_text(s, "");
        eventlet_close(s);
        eventlet_close(listener);
    }
}
