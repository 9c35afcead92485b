/* SPDX-License-Identifier: MIT */
/* Sockets: accepting and connecting. */
#include "net/sockets.h"

#include "base/sys.h"

struct accepting {
    eventlet_socket *listener;
    eventlet_socket *client;
    struct eventlet_addr addr;
    int rc; /* 1 while it waits */
};

static int accept_it(void *arg)
{
    struct accepting *a = arg;

    a->rc = eventlet_accept(&a->client, a->listener, &a->addr);
    return 0;
}

GREEN_TEST_NET(socket, accept_waits_for_a_client, "socket.10")
{
    struct accepting a = { .listener = new_listener(), .rc = 1 };
    eventlet_greenthread *gt = spawn(accept_it, &a);
    eventlet_socket *s;
    struct eventlet_addr mine;

    let_others_run();
    CHECK_INT(a.rc, 1);
    s = connect_to(a.listener);
    CHECK_CODE(eventlet_wait(gt), 0);
    CHECK_CODE(a.rc, 0);
    mine = address_of(s);
    CHECK(eventlet_addr_equal(&mine, &a.addr));
    CHECK(flags_of(eventlet_fileno(a.client)) & O_NONBLOCK);
    CHECK(fcntl(eventlet_fileno(a.client), F_GETFD) & FD_CLOEXEC);
    CHECK_INT(eventlet_socket_family(a.client), AF_INET);
    eventlet_release(gt);
    eventlet_close(a.client);
    eventlet_close(s);
    eventlet_close(a.listener);
}

GREEN_TEST_WORLD(socket, accept_keeps_to_its_timeout, "socket.11")
{
    eventlet_socket *listener = new_listener(), *client = NULL;
    double began = now();

    CHECK_CODE(eventlet_settimeout(listener, 0.1), 0);
    CHECK_CODE(eventlet_accept(&client, listener, NULL),
               EVENTLET_SOCKET_TIMEOUT);
    CHECK_DBL_NEAR(now() - began, 0.1, 1e-6);
    CHECK_CODE(eventlet_setblocking(listener, false), 0);
    CHECK_CODE(eventlet_accept(&client, listener, NULL), -EAGAIN);
    CHECK_PTR(client, NULL);
    eventlet_close(listener);
}

GREEN_TEST_WORLD(socket, accepted_one_has_the_default_timeout, "socket.11")
{
    eventlet_socket *listener = new_listener(), *s, *client;

    CHECK_CODE(eventlet_settimeout(listener, 5), 0);
    s = connect_to(listener);
    REQUIRE_CODE(eventlet_accept(&client, listener, NULL), 0);
    CHECK(eventlet_gettimeout(client) == EVENTLET_NEVER);
    eventlet_close(client);
    eventlet_close(s);
    CHECK_CODE(eventlet_setdefaulttimeout(7), 0);
    s = connect_to(listener);
    REQUIRE_CODE(eventlet_accept(&client, listener, NULL), 0);
    CHECK_CODE(eventlet_setdefaulttimeout(EVENTLET_NEVER), 0);
    CHECK_DBL_NEAR(eventlet_gettimeout(client), 7, 0);
    eventlet_close(client);
    eventlet_close(s);
    eventlet_close(listener);
}

GREEN_TEST_WORLD(socket, accept_passes_over_clients_that_went, "socket.28")
{
    static const int gone[] = { ECONNABORTED, EPROTO, EINTR, ENETDOWN };
    eventlet_socket *listener = new_listener(), *s, *client;

    for (size_t i = 0; i < sizeof gone / sizeof gone[0]; i++) {
        s = connect_to(listener);
        eventlet__fault_arm(1, gone[i]);
        CHECK_CODE(eventlet_accept(&client, listener, NULL), 0);
        CHECK_STR(eventlet__fault_site(), "accept4");
        eventlet__fault_arm(0, 0);
        eventlet_close(client);
        eventlet_close(s);
    }
    eventlet_close(listener);
}

GREEN_TEST_WORLD(socket, accept_says_why_it_cannot, "socket.28")
{
    eventlet_socket *listener = new_listener(), *s, *client = NULL;

    s = connect_to(listener);
    eventlet__fault_arm(1, EMFILE);
    CHECK_CODE(eventlet_accept(&client, listener, NULL), -EMFILE);
    eventlet__fault_arm(0, 0);
    CHECK_PTR(client, NULL);
    eventlet_close(s);
    REQUIRE_CODE(eventlet_socket_new(&s, AF_INET, SOCK_STREAM, 0), 0);
    CHECK_CODE(eventlet_accept(&client, s, NULL), -EINVAL);
    eventlet_close(s);
    eventlet_close(listener);
}

/* ---- connecting ---- */

/* Lets nobody in any more; who holds its places is in holders[]. */
static eventlet_socket *full_listener(eventlet_socket *holders[2])
{
    struct eventlet_addr addr;
    eventlet_socket *s;

    CHECK_OK(eventlet_addr_numeric(&addr, "127.0.0.1", 0, AF_INET));
    CHECK_OK(eventlet_socket_new(&s, AF_INET, SOCK_STREAM, 0));
    CHECK_OK(eventlet_bind(s, &addr));
    CHECK_OK(eventlet_socket_listen(s, 0));
    addr = address_of(s);
    for (int i = 0; i < 2; i++) {
        CHECK_OK(eventlet_socket_new(&holders[i], AF_INET, SOCK_STREAM, 0));
        CHECK_OK(eventlet_setblocking(holders[i], false));
        CHECK_INT(eventlet_socket_connect_ex(holders[i], &addr), EINPROGRESS);
    }
    return s;
}

GREEN_TEST_WORLD(socket, connect_has_one_deadline_for_all, "socket.12")
{
    eventlet_socket *holders[2], *s;
    eventlet_socket *listener = full_listener(holders);
    struct eventlet_addr addr = address_of(listener);
    double began = now();

    REQUIRE_CODE(eventlet_socket_new(&s, AF_INET, SOCK_STREAM, 0), 0);
    CHECK_CODE(eventlet_settimeout(s, 0.1), 0);
    CHECK_CODE(eventlet_socket_connect(s, &addr), EVENTLET_SOCKET_TIMEOUT);
    CHECK_DBL_NEAR(now() - began, 0.1, 1e-6);
    CHECK_INT(eventlet_socket_connect_ex(s, &addr), EAGAIN);
    CHECK_CODE(eventlet_setblocking(s, false), 0);
    CHECK_CODE(eventlet_socket_connect(s, &addr), -EALREADY);
    eventlet_close(s);
    close_pair(holders);
    eventlet_close(listener);
}

GREEN_TEST_NET(socket, connect_says_refused, "socket.12")
{
    eventlet_socket *holder, *s;
    struct eventlet_addr addr = dead_address(&holder);

    REQUIRE_CODE(eventlet_socket_new(&s, AF_INET, SOCK_STREAM, 0), 0);
    CHECK_CODE(eventlet_socket_connect(s, &addr), -ECONNREFUSED);
    CHECK_HAS(eventlet_strerror(-ECONNREFUSED), "refused");
    eventlet_close(s);
    REQUIRE_CODE(eventlet_socket_new(&s, AF_INET, SOCK_STREAM, 0), 0);
    CHECK_CODE(eventlet_settimeout(s, 5), 0);
    CHECK_INT(eventlet_socket_connect_ex(s, &addr), ECONNREFUSED);
    eventlet_close(s);
    eventlet_close(holder);
}

/* The answer comes while it waits: the first attempts say "on its way". */
GREEN_TEST_NET(socket, connect_that_waited_says_refused, "socket.12")
{
    eventlet_socket *holder, *s;
    struct eventlet_addr addr = dead_address(&holder);

    REQUIRE_CODE(eventlet_socket_new(&s, AF_INET, SOCK_STREAM, 0), 0);
    eventlet__fault_arm(2, EALREADY);
    CHECK_CODE(eventlet_socket_connect(s, &addr), -ECONNREFUSED);
    CHECK_STR(eventlet__fault_site(), "connect");
    eventlet__fault_arm(0, 0);
    eventlet_close(s);
    eventlet_close(holder);
}

GREEN_TEST_NET(socket, connect_that_waited_succeeds, "socket.12")
{
    eventlet_socket *listener = new_listener(), *s;
    struct eventlet_addr addr = address_of(listener);

    REQUIRE_CODE(eventlet_socket_new(&s, AF_INET, SOCK_STREAM, 0), 0);
    eventlet__fault_arm(2, EALREADY);
    CHECK_CODE(eventlet_socket_connect(s, &addr), 0);
    CHECK_STR(eventlet__fault_site(), "connect");
    eventlet__fault_arm(0, 0);
    eventlet_close(s);
    eventlet_close(listener);
}

GREEN_TEST_WORLD(socket, connect_ex_gives_positive_numbers, "socket.13")
{
    eventlet_socket *listener = new_listener(), *s;
    struct eventlet_addr addr = address_of(listener);

    REQUIRE_CODE(eventlet_socket_new(&s, AF_INET, SOCK_STREAM, 0), 0);
    CHECK_INT(eventlet_socket_connect_ex(s, &addr), 0);
    CHECK_INT(eventlet_socket_connect_ex(s, &addr), 0); /* it is connected */
    addr.sa.sa_family = 9999;
    eventlet_close(s);
    REQUIRE_CODE(eventlet_socket_new(&s, AF_INET, SOCK_STREAM, 0), 0);
    CHECK_INT(eventlet_socket_connect_ex(s, &addr), EAFNOSUPPORT);
    eventlet_close(s);
    eventlet_close(listener);
}

struct connecting {
    eventlet_socket *s;
    struct eventlet_addr addr;
    bool ex;
};

static int connect_it(void *arg)
{
    struct connecting *c = arg;

    return c->ex ? eventlet_socket_connect_ex(c->s, &c->addr)
                 : eventlet_socket_connect(c->s, &c->addr);
}

GREEN_TEST_WORLD(socket, close_ends_connecting, "socket.5 socket.13")
{
    eventlet_socket *holders[2];
    eventlet_socket *listener = full_listener(holders);

    for (int ex = 0; ex < 2; ex++) {
        struct connecting c = { .addr = address_of(listener), .ex = ex };
        eventlet_greenthread *gt;

        REQUIRE_CODE(eventlet_socket_new(&c.s, AF_INET, SOCK_STREAM, 0), 0);
        gt = spawn(connect_it, &c);
        let_others_run();
        eventlet_debug_hub_exceptions(false);
        eventlet_close(c.s);
        CHECK_CODE(end_of(gt), ex ? EBADFD : EVENTLET_CLOSED);
        eventlet_debug_hub_exceptions(true);
    }
    close_pair(holders);
    eventlet_close(listener);
}

GREEN_TEST_WORLD(socket, connect_ex_hands_on_what_is_thrown,
                 "socket.13 socket.27")
{
    eventlet_socket *holders[2];
    eventlet_socket *listener = full_listener(holders);
    struct connecting c = { .addr = address_of(listener), .ex = true };
    eventlet_greenthread *gt;

    REQUIRE_CODE(eventlet_socket_new(&c.s, AF_INET, SOCK_STREAM, 0), 0);
    gt = spawn(connect_it, &c);
    let_others_run();
    CHECK_CODE(eventlet_kill(gt, 0), 0);
    CHECK_CODE(end_of(gt), EVENTLET_EXIT);
    eventlet_close(c.s);
    close_pair(holders);
    eventlet_close(listener);
}

/* A unix listener says EAGAIN when its line is full, and gives no event. */
GREEN_TEST_NET(socket, connect_waits_for_a_full_unix_listener, "socket.12")
{
    eventlet_socket *listener, *first, *client;
    struct connecting c = { .ex = false };
    eventlet_greenthread *gt;

    CHECK_OK(eventlet_addr_numeric(&c.addr, own_name(), -1, AF_UNIX));
    REQUIRE_CODE(eventlet_socket_new(&listener, AF_UNIX, SOCK_STREAM, 0), 0);
    CHECK_CODE(eventlet_bind(listener, &c.addr), 0);
    CHECK_CODE(eventlet_socket_listen(listener, 0), 0);
    first = connect_to(listener);
    REQUIRE_CODE(eventlet_socket_new(&c.s, AF_UNIX, SOCK_STREAM, 0), 0);
    gt = spawn(connect_it, &c);
    let_others_run();
    CHECK(!eventlet_dead(gt));
    CHECK_CODE(eventlet_accept(&client, listener, NULL), 0);
    CHECK_CODE(eventlet_wait(gt), 0);
    eventlet_release(gt);
    eventlet_close(client);
    eventlet_close(first);
    eventlet_close(c.s);
    eventlet_close(listener);
}

GREEN_TEST_WORLD(socket, connecting_costs_two_calls, "socket.29")
{
    eventlet_socket *listener = new_listener(), *s;
    struct eventlet_addr addr = address_of(listener);

    eventlet_close(connect_to(listener)); /* the hub has made room */
    REQUIRE_CODE(eventlet_socket_new(&s, AF_INET, SOCK_STREAM, 0), 0);
    eventlet__fault_arm(0, 0);
    CHECK_CODE(eventlet_socket_connect(s, &addr), 0);
    CHECK_INT(eventlet__fault_count(), 2);
    eventlet_close(s);
    eventlet_close(listener);
}
