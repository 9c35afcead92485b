/* SPDX-License-Identifier: MIT */
/* connect and listen. */
#include "net/sockets.h"

#include "base/sys.h"

#include <netinet/in.h>

/* ---- listen ---- */

static bool has_option(eventlet_socket *s, int option)
{
    int value = -1;
    socklen_t len = sizeof value;

    CHECK_OK(eventlet_getsockopt(s, SOL_SOCKET, option, &value, &len));
    return value != 0;
}

GREEN_TEST_WORLD(convenience, listen_gives_a_bound_listener, "convenience.4")
{
    char text[EVENTLET_ADDRSTRLEN];
    struct eventlet_addr addr;
    eventlet_socket *s;

    REQUIRE_CODE(eventlet_listen(&s, "", 0, NULL), 0);
    addr = address_of(s);
    CHECK(eventlet_addr_port(&addr) > 0);
    CHECK_HAS(eventlet_addr_str(&addr, text, sizeof text), "0.0.0.0:");
    CHECK(has_option(s, SO_ACCEPTCONN));
    CHECK(has_option(s, SO_REUSEADDR));
    CHECK(!has_option(s, SO_REUSEPORT));
    eventlet_close(s);
    CHECK_INT(eventlet_hub_get_readers(eventlet_hubs_get_hub()), 0);
    CHECK_INT(eventlet_hub_get_writers(eventlet_hubs_get_hub()), 0);
}

GREEN_TEST_WORLD(convenience, listen_knows_ipv6_and_unix, "convenience.4")
{
    const struct eventlet_listen_opts v6 = { .family = AF_INET6 };
    struct eventlet_addr addr;
    eventlet_socket *s;

    if (eventlet_listen(&s, "", 0, &v6) == 0) {
        CHECK_INT(eventlet_socket_family(s), AF_INET6);
        eventlet_close(s);
    }
    CHECK_CODE(eventlet_listen(&s, "127.0.0.1", 0, &v6), EVENTLET_NO_DATA);
    REQUIRE_CODE(eventlet_listen(&s, own_name(), -1, NULL), 0);
    addr = address_of(s);
    CHECK_INT(addr.sa.sa_family, AF_UNIX);
    eventlet_socket *client = connect_to(s);

    eventlet_close(client);
    REQUIRE_CODE(eventlet_connect(&client, own_name(), -1, NULL), 0);
    eventlet_close(client);
    eventlet_close(s);
}

GREEN_TEST_WORLD(convenience, listen_shares_a_port_that_was_chosen,
                 "convenience.5")
{
    eventlet_socket *holder, *a, *b;
    struct eventlet_addr addr = dead_address(&holder);
    int port = eventlet_addr_port(&addr);

    eventlet_close(holder);
    REQUIRE_CODE(eventlet_listen(&a, "127.0.0.1", port, NULL), 0);
    CHECK(has_option(a, SO_REUSEPORT));
    REQUIRE_CODE(eventlet_listen(&b, "127.0.0.1", port, NULL), 0);
    eventlet_close(a);
    eventlet_close(b);
    REQUIRE_CODE(eventlet_listen(&a, "127.0.0.1", port, NULL), 0);
    eventlet_close(a);
}

GREEN_TEST_WORLD(convenience, listen_says_that_a_port_is_in_use,
                 "convenience.5")
{
    const struct eventlet_listen_opts alone = { .reuse_port = EVENTLET_NO };
    eventlet_socket *holder, *a, *b = NULL;
    struct eventlet_addr addr = dead_address(&holder);
    int port = eventlet_addr_port(&addr);

    eventlet_close(holder);
    REQUIRE_CODE(eventlet_listen(&a, "127.0.0.1", port, &alone), 0);
    CHECK(!has_option(a, SO_REUSEPORT));
    CHECK_CODE(eventlet_listen(&b, "127.0.0.1", port, NULL), -EADDRINUSE);
    CHECK_PTR(b, NULL);
    eventlet_close(a);
}

GREEN_TEST_WORLD(convenience, listen_can_do_without_reuse, "convenience.5")
{
    const struct eventlet_listen_opts none = { .reuse_addr = EVENTLET_NO,
                                               .backlog = 1 };
    eventlet_socket *s;

    REQUIRE_CODE(eventlet_listen(&s, "127.0.0.1", 0, &none), 0);
    CHECK(!has_option(s, SO_REUSEADDR));
    eventlet_close(s);
    CHECK_CODE(eventlet_listen(&s, "127.0.0.1", 65536, &none),
               EVENTLET_BAD_ADDRESS);
    CHECK_CODE(eventlet_listen(&s, "192.0.2.1", 0, &none), -EADDRNOTAVAIL);
}

GREEN_TEST_WORLD(convenience, reuse_of_a_port_not_known_is_a_warning,
                 "convenience.6")
{
    const struct eventlet_listen_opts share = { .reuse_port = EVENTLET_YES };
    eventlet_socket *s;

    log_catch();
    REQUIRE_CODE(eventlet_listen(&s, "127.0.0.1", 0, &share), 0);
    log_let_go();
    CHECK_INT(logged.lines, 1);
    CHECK_HAS(logged.text, "port 0");
    CHECK(!has_option(s, SO_REUSEPORT));
    eventlet_close(s);
}

GREEN_TEST_WORLD(convenience, reuse_of_a_port_not_available_is_a_warning,
                 "convenience.7")
{
    static const int errors[] = { EINVAL, ENOPROTOOPT, EOPNOTSUPP };
    eventlet_socket *holder, *s;
    struct eventlet_addr addr = dead_address(&holder);
    int port = eventlet_addr_port(&addr);

    eventlet_close(holder);
    for (size_t i = 0; i < 3; i++) {
        log_catch();
        eventlet__fault_arm(4, errors[i]); /* alloc, socket, reuse_addr, this */
        CHECK_CODE(eventlet_listen(&s, "127.0.0.1", port, NULL), 0);
        CHECK_STR(eventlet__fault_site(), "setsockopt");
        eventlet__fault_arm(0, 0);
        log_let_go();
        CHECK_INT(logged.lines, 1);
        CHECK_HAS(logged.text, "not available");
        eventlet_close(s);
    }
    eventlet__fault_arm(4, EPERM);
    CHECK_CODE(eventlet_listen(&s, "127.0.0.1", port, NULL), -EPERM);
    eventlet__fault_arm(0, 0);
}

/* ---- connect ---- */

GREEN_TEST_NET(convenience, connect_gives_a_connected_socket, "convenience.1")
{
    eventlet_socket *listener = new_listener(), *s, *client;
    struct eventlet_addr addr = address_of(listener);

    REQUIRE_CODE(
        eventlet_connect(&s, "127.0.0.1", eventlet_addr_port(&addr), NULL), 0);
    REQUIRE_CODE(eventlet_accept(&client, listener, NULL), 0);
    send_text(client, "hello");
    expect_text(s, "hello");
    eventlet_close(s);
    eventlet_close(client);
    eventlet_close(listener);
}

GREEN_TEST(convenience, without_a_host_it_is_this_machine, "convenience.19")
{
    eventlet_socket *listener, *s;
    struct eventlet_addr addr;

    REQUIRE_CODE(eventlet_listen(&listener, NULL, 0, NULL), 0);
    addr = address_of(listener);
    CHECK_CODE(eventlet_connect(&s, NULL, eventlet_addr_port(&addr), NULL), 0);
    eventlet_close(s);
    eventlet_close(listener);
}

GREEN_TEST_WORLD(convenience, connect_says_why_not, "convenience.1")
{
    eventlet_socket *holder, *s = NULL;
    struct eventlet_addr addr = dead_address(&holder);
    const struct eventlet_connect_opts v6 = { .family = AF_INET6 };

    CHECK_CODE(
        eventlet_connect(&s, "127.0.0.1", eventlet_addr_port(&addr), NULL),
        -ECONNREFUSED);
    CHECK_CODE(eventlet_connect_addr(&s, &addr, NULL), -ECONNREFUSED);
    CHECK_CODE(eventlet_connect(&s, "127.0.0.1", -7, NULL),
               EVENTLET_BAD_ADDRESS);
    CHECK_CODE(eventlet_connect(&s, "127.0.0.1", 1, &v6), EVENTLET_NO_DATA);
    CHECK_CODE(eventlet_connect(&s, "/nonexistent/socket", -1, NULL), -ENOENT);
    CHECK_PTR(s, NULL);
    eventlet_close(holder);
}

/* A hosts file for the length of a test. */
static char hosts[] = "/tmp/eventlet-hosts-XXXXXX";

static void know_hosts(const char *text)
{
    int fd;

    strcpy(hosts + strlen(hosts) - 6, "XXXXXX");
    fd = mkstemp(hosts);
    CHECK_INT(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    CHECK_OK(eventlet_dns_configure(NULL, hosts));
    eventlet_dns_reset();
}

static void forget_hosts(void)
{
    CHECK_OK(eventlet_dns_configure(NULL, NULL));
    eventlet_dns_reset();
    unlink(hosts);
}

GREEN_TEST_WORLD(convenience, connect_tries_each_address_of_a_name,
                 "convenience.2")
{
    const struct eventlet_listen_opts opts = { .reuse_port = EVENTLET_NO };
    eventlet_socket *listener, *s, *t = NULL;
    struct eventlet_addr addr;
    int port;

    REQUIRE_CODE(eventlet_listen(&listener, "127.0.0.2", 0, &opts), 0);
    addr = address_of(listener);
    port = eventlet_addr_port(&addr);
    know_hosts("127.0.0.1 several\n127.0.0.2 several\n127.0.0.3 several\n"
               "127.0.0.4 none\n127.0.0.5 none\n");
    REQUIRE_CODE(eventlet_connect(&s, "several", port, NULL), 0);
    CHECK_CODE(eventlet_getpeername(s, &addr), 0);
    CHECK_INT(ntohl(addr.in.sin_addr.s_addr), 0x7f000002);
    CHECK_CODE(eventlet_connect(&t, "none", port, NULL), -ECONNREFUSED);
    CHECK_PTR(t, NULL);
    forget_hosts();
    eventlet_close(s);
    eventlet_close(listener);
}

GREEN_TEST_WORLD(convenience, connect_binds_first_if_asked, "convenience.3")
{
    eventlet_socket *listener = new_listener(), *holder, *s, *client;
    struct eventlet_addr addr = dead_address(&holder), peer;
    struct eventlet_connect_opts opts = { .bind = "127.0.0.1",
                                          .bind_port =
                                              eventlet_addr_port(&addr) };

    eventlet_close(holder);
    peer = address_of(listener);
    REQUIRE_CODE(eventlet_connect_addr(&s, &peer, &opts), 0);
    REQUIRE_CODE(eventlet_accept(&client, listener, &peer), 0);
    CHECK(eventlet_addr_equal(&peer, &addr));
    peer = address_of(listener);
    CHECK_CODE(eventlet_connect_addr(&holder, &peer, &opts), -EADDRINUSE);
    opts.bind = "192.0.2.1";
    CHECK_CODE(eventlet_connect_addr(&holder, &peer, &opts), -EADDRNOTAVAIL);
    eventlet_close(client);
    eventlet_close(s);
    eventlet_close(listener);
}

GREEN_TEST_WORLD(convenience, connect_has_one_deadline_for_all,
                 "convenience.16")
{
    const struct eventlet_connect_opts opts = { .seconds = 2 };
    const struct eventlet_listen_opts tight = { .backlog = 1 };
    eventlet_socket *listener, *held[3], *s = NULL;
    struct eventlet_addr addr;
    double began = now();

    REQUIRE_CODE(eventlet_listen(&listener, "127.0.0.1", 0, &tight), 0);
    addr = address_of(listener);
    for (int i = 0; i < 3; i++) {
        REQUIRE_CODE(eventlet_socket_new(&held[i], AF_INET, SOCK_STREAM, 0), 0);
        eventlet_setblocking(held[i], false);
        CHECK_OK(eventlet_socket_connect_ex(held[i], &addr));
    }
    CHECK_CODE(eventlet_connect_addr(&s, &addr, &opts), EVENTLET_TIMEOUT);
    CHECK_DBL_NEAR(now() - began, 2, 1e-6);
    CHECK_CODE(
        eventlet_connect(&s, "127.0.0.1", eventlet_addr_port(&addr), &opts),
        EVENTLET_TIMEOUT);
    CHECK_DBL_NEAR(now() - began, 4, 1e-6);
    CHECK_PTR(s, NULL);
    for (int i = 0; i < 3; i++)
        eventlet_close(held[i]);
    eventlet_close(listener);
}

GREEN_TEST_WORLD(convenience, connect_in_time_leaves_no_timer, "convenience.16")
{
    const struct eventlet_connect_opts opts = { .seconds = 2 };
    eventlet_socket *listener = new_listener(), *s;
    struct eventlet_addr addr = address_of(listener);

    REQUIRE_CODE(eventlet_connect_addr(&s, &addr, &opts), 0);
    CHECK_INT(eventlet_hub_get_timers_count(eventlet_hubs_get_hub()), 0);
    eventlet_close(s);
    eventlet_close(listener);
}

/* The file goes on when the socket is closed, at both ends. */
GREEN_TEST_NET(convenience, files_outlive_their_sockets, "convenience.1")
{
    eventlet_socket *listener = new_listener();
    eventlet_socket *s = connect_to(listener), *client;
    eventlet_file *in, *out;
    char line[16];

    REQUIRE_CODE(eventlet_accept(&client, listener, NULL), 0);
    REQUIRE_CODE(eventlet_makefile(&out, client, "w", 0), 0);
    REQUIRE_CODE(eventlet_makefile(&in, s, "r", 0), 0);
    eventlet_close(client);
    eventlet_close(s);
    CHECK_CODE(eventlet_file_write(out, "hello\n", 6), 0);
    CHECK_CODE(eventlet_file_close(out), 0);
    CHECK_INT(eventlet_file_readline(in, line, sizeof line), 6);
    CHECK_STR(line, "hello\n");
    CHECK_INT(eventlet_file_readline(in, line, sizeof line), 0);
    eventlet_file_close(in);
    eventlet_close(listener);
}
