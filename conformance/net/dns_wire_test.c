/* SPDX-License-Identifier: MIT */
/* Names: what goes over the wire, and what goes wrong there. */
#include <netinet/in.h>

#include "core/child.h"
#include "net/dns_server.h"

/* ---- over TCP ---- */

/* Reads n bytes. */
static bool read_all(eventlet_socket *s, unsigned char *to, size_t n)
{
    while (n > 0) {
        ssize_t got = eventlet_recv(s, to, n);

        if (got <= 0)
            return false;
        to += got;
        n -= (size_t)got;
    }
    return true;
}

/* Answers over one connection, the length and the rest of it in pieces. */
static int serve_names_by_tcp(void *arg)
{
    unsigned char buf[2 + ROOM + 64];
    eventlet_socket *client;

    if (eventlet_accept(&client, arg, NULL) < 0)
        return 0;
    while (read_all(client, buf, 2)) {
        size_t len = (size_t)(buf[0] << 8 | buf[1]);

        if (len > ROOM || !read_all(client, buf + 2, len))
            break;
        server.by_tcp = true;
        server.asked++;
        len = answer(buf + 2, len);
        put(buf, (unsigned)len);
        CHECK_CODE(eventlet_sendall(client, buf, 1), 0);
        CHECK_OK(eventlet_sleep(0.01));
        CHECK_CODE(eventlet_sendall(client, buf + 1, len + 1), 0);
    }
    return eventlet_close(client);
}

/* Starts the server, with a listener of the same number. Somebody else may have
 * that by now: then at another. */
static eventlet_socket *begin_with_tcp(void)
{
    eventlet_socket *listener = NULL;

    for (int i = 0; i < 100; i++) {
        struct eventlet_addr addr;

        begin("");
        addr = address_of(server.s);
        if (eventlet_listen(&listener, "127.0.0.1", eventlet_addr_port(&addr),
                            NULL) == 0)
            return listener;
        end();
    }
    return NULL;
}

GREEN_TEST_HUBS(dns, a_cut_answer_is_asked_for_again_by_tcp, "dns.17")
{
    eventlet_socket *listener = begin_with_tcp();
    eventlet_greenthread *gt;

    REQUIRE(listener);
    gt = spawn(serve_names_by_tcp, listener);
    expect("long.test", AF_INET, 1, "10.0.0.7:80");
    CHECK_INT(server.asked, 2);
    eventlet_dns_reset();
    eventlet_reap(gt);
    eventlet_close(listener);
    end();
}

/* ---- which server, which answer ---- */

GREEN_TEST(dns, a_server_may_have_an_ipv6_address, "dns.18")
{
    begin_at("::1", "");
    expect("four.test", AF_INET, 1, "10.0.0.7:80");
    end();
}

GREEN_TEST(dns, a_server_that_answers_makes_up_for_others, "dns.18")
{
    char name[EVENTLET_ADDRSTRLEN], both[2 * EVENTLET_ADDRSTRLEN];
    struct eventlet_addr addr;

    begin("");
    addr = address_of(server.s);
    eventlet_addr_str(&addr, name, sizeof name);
    snprintf(both, sizeof both, "127.0.0.1:1,%s", name);
    CHECK_OK(eventlet_dns_configure(both, hosts_path));
    eventlet_dns_reset();
    expect("four.test", AF_INET, 1, "10.0.0.7:80");
    end();
}

/* Answers each question from a socket that was not asked. */
static int answer_from_elsewhere(void *other)
{
    unsigned char buf[ROOM + 64];
    struct eventlet_addr from;
    ssize_t n;

    while ((n = eventlet_recvfrom(server.s, buf, ROOM, 0, &from)) >= 12) {
        size_t len = answer(buf, (size_t)n);

        server.asked++;
        if (eventlet_sendto(other, buf, len, 0, &from) < 0)
            break;
    }
    return 0;
}

GREEN_TEST(dns, an_answer_from_elsewhere_does_not_count, "dns.8")
{
    char text[EVENTLET_ADDRSTRLEN];
    struct eventlet_addr addr;
    eventlet_socket *other;

    begin("");
    eventlet_reap(server.gt);
    CHECK_OK(eventlet_socket_new(&other, AF_INET, SOCK_DGRAM, 0));
    CHECK_OK(eventlet_addr_numeric(&addr, "127.0.0.1", 0, AF_INET));
    CHECK_OK(eventlet_bind(other, &addr));
    server.gt = spawn(answer_from_elsewhere, other);
    CHECK_CODE(look_up("four.test", AF_INET, 0.5, text), EVENTLET_DNS_AGAIN);
    CHECK(server.asked > 0);
    eventlet_close(other);
    end();
}

GREEN_TEST(dns, one_family_that_fails_leaves_the_other, "dns.19")
{
    begin("");
    expect("half.test", AF_UNSPEC, 1, "10.0.0.7:80");
    expect("half.test", AF_INET6, EVENTLET_DNS_FAILED, "");
    end();
}

GREEN_TEST(dns, an_address_nobody_asked_for_does_not_count, "dns.6")
{
    char text[EVENTLET_ADDRSTRLEN];

    begin("");
    expect("odd.test", AF_INET, 1, "10.0.0.7:80");
    expect("odd.test", AF_INET6, EVENTLET_NO_DATA, "");
    CHECK_OK(look_up("odd.test", AF_UNSPEC, 5, text));
    CHECK_STR(text, "10.0.0.7:80");
    end();
}

/* ---- the search list ---- */

GREEN_TEST(dns, a_short_name_is_looked_for_in_the_search_list, "dns.20")
{
    begin("");
    setenv("LOCALDOMAIN", "nobody.test", 1);
    expect("four", AF_INET, 1, "10.0.0.7:80");
    CHECK_INT(server.asked, 1);
    unsetenv("LOCALDOMAIN");
    end();
}

GREEN_TEST(dns, search_entries_that_begin_with_a_dot_harm_nobody, "dns.20")
{
    begin("");
    setenv("LOCALDOMAIN", ". .test a..b", 1);
    expect("four", AF_INET, 1, "10.0.0.7:80");
    expect("nobody", AF_INET, EVENTLET_NO_NAME, "");
    CHECK_INT(server.asked, 3); /* nobody.test, and nobody */
    unsetenv("LOCALDOMAIN");
    end();
}

GREEN_TEST(dns, names_that_cannot_be_do_not_exist, "dns.7")
{
    char name[300];

    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    begin("");
    expect(name, AF_UNSPEC, EVENTLET_NO_NAME, "");
    expect("bad..name", AF_UNSPEC, EVENTLET_NO_NAME, "");
    CHECK_INT(server.asked, 0);
    end();
}

/* ---- after a fork ---- */

static int look_up_silent(void *arg)
{
    char text[EVENTLET_ADDRSTRLEN];

    (void)arg;
    return look_up("silent.test", AF_INET, 0.5, text);
}

/* The server is a green thread of the parent's, so it is gone here: what can
 * be seen is that a new question is asked, and that nothing breaks. */
static int ask_in_child(void *arg)
{
    char text[EVENTLET_ADDRSTRLEN];
    int rc;

    (void)arg;
    rc = look_up("four.test", AF_INET, 0.2, text);
    eventlet_dns_reset();
    return rc == EVENTLET_DNS_AGAIN ? 0 : 1;
}

GREEN_TEST_REAL(dns, a_child_has_a_resolver_of_its_own, "dns.21")
{
    eventlet_greenthread *gt;

    begin("");
    gt = spawn(look_up_silent, NULL);
    let_others_run();
    CHECK_INT(in_child(ask_in_child, NULL, NULL, 0), 0);
    CHECK_CODE(eventlet_wait(gt), EVENTLET_DNS_AGAIN);
    eventlet_reap(gt);
    expect("four.test", AF_INET, 1, "10.0.0.7:80");
    end();
}
