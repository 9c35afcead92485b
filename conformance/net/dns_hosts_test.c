/* SPDX-License-Identifier: MIT */
/* Names: the hosts file, and what is known without it. */
#include <arpa/inet.h>
#include <fcntl.h>

#include "net/dns_server.h"

static void rewrite_bytes(const char *bytes, size_t len)
{
    int fd = open(hosts_path, O_WRONLY | O_TRUNC);

    CHECK_INT(write(fd, bytes, len), (intmax_t)len);
    close(fd);
}

static void rewrite(const char *text)
{
    rewrite_bytes(text, strlen(text));
}

GREEN_TEST(dns, all_addresses_of_a_name_count, "dns.2")
{
    struct eventlet_addr found[2];
    char text[EVENTLET_ADDRSTRLEN];

    begin("10.0.0.1 many.test\nfd00::1 other.test many.test\n"
          "10.0.0.2 many.test");
    CHECK_CODE(eventlet_getaddrinfo(found, 2, "many.test", 80, NULL), 3);
    CHECK_STR(eventlet_addr_str(&found[0], text, sizeof text), "10.0.0.1:80");
    CHECK_STR(eventlet_addr_str(&found[1], text, sizeof text), "[fd00::1]:80");
    expect("many.test", AF_INET, 2, "10.0.0.1:80");
    end();
}

GREEN_TEST(dns, a_line_may_be_long, "dns.2")
{
    static char text[20000];
    size_t len = 0;

    strcpy(text, "10.0.0.1");
    for (int i = 0; i < 1000; i++) {
        len = strlen(text);
        snprintf(text + len, sizeof text - len, " name%d.test", i);
    }
    begin(text);
    expect("name0.test", AF_INET, 1, "10.0.0.1:80");
    expect("name999.test", AF_INET, 1, "10.0.0.1:80");
    CHECK_INT(server.asked, 0);
    end();
}

GREEN_TEST(dns, lines_end_in_any_way, "dns.2")
{
    begin("\r\n  # 10.0.0.9 hash.test\r\n10.0.0.1 one.test#two.test\r\n"
          "\n10.0.0.2\ttwo.test \t # three.test\n10.0.0.3 three.test");
    expect("one.test", AF_INET, 1, "10.0.0.1:80");
    expect("two.test", AF_INET, 1, "10.0.0.2:80");
    expect("three.test", AF_INET, 1, "10.0.0.3:80");
    expect("hash.test", AF_INET, EVENTLET_NO_NAME, "");
    end();
}

/* Otherwise "10.0.0.1\0x" would be an address, and "one.test\0x" a name. */
GREEN_TEST(dns, a_line_ends_at_a_nul, "dns.2")
{
    static const char lines[] = "10.0.0.1\0x one.test\n"
                                "10.0.0.2 two.test\0x three.test\n"
                                "10.0.0.3 four.test";

    begin("");
    rewrite_bytes(lines, sizeof lines - 1);
    expect("one.test", AF_INET, EVENTLET_NO_NAME, "");
    expect("two.test", AF_INET, 1, "10.0.0.2:80");
    expect("three.test", AF_INET, EVENTLET_NO_NAME, "");
    expect("four.test", AF_INET, 1, "10.0.0.3:80");
    end();
}

GREEN_TEST(dns, a_change_of_the_hosts_file_is_seen_at_once, "dns.22")
{
    begin("10.0.0.1 one.test\n");
    expect("one.test", AF_INET, 1, "10.0.0.1:80");
    rewrite("10.0.0.2 one.test\n");
    expect("one.test", AF_INET, 1, "10.0.0.2:80");
    end();
}

GREEN_TEST(dns, what_is_no_hosts_file_is_none, "dns.5")
{
    char text[EVENTLET_ADDRSTRLEN];
    struct eventlet_addr addr;

    begin("");
    addr = address_of(server.s);
    eventlet_addr_str(&addr, text, sizeof text);
    CHECK_OK(eventlet_dns_configure(text, "/"));
    expect("localhost", AF_INET, 1, "127.0.0.1:80");
    expect("four.test", AF_INET, 1, "10.0.0.7:80");
    end();
}

/* ---- what is known ---- */

GREEN_TEST(dns, what_ends_in_localhost_is_localhost, "dns.5")
{
    begin("10.0.0.1 hosts.localhost\n");
    expect("www.localhost", AF_UNSPEC, 2, "127.0.0.1:80");
    expect("localhost.", AF_INET6, 1, "[::1]:80");
    expect("hosts.localhost", AF_UNSPEC, 1, "10.0.0.1:80");
    CHECK_INT(server.asked, 0);
    expect("notlocalhost", AF_UNSPEC, EVENTLET_NO_NAME, "");
    CHECK(server.asked > 0);
    end();
}

GREEN_TEST(dns, no_name_is_this_machine, "dns.23")
{
    begin("");
    expect(NULL, AF_UNSPEC, 2, "127.0.0.1:80");
    expect(NULL, AF_INET6, 1, "[::1]:80");
    expect("", AF_INET, 1, "0.0.0.0:80");
    CHECK_INT(server.asked, 0);
    end();
}

GREEN_TEST(dns, refuses_what_it_cannot_know, "dns.24")
{
    struct eventlet_resolve_opts opts = { .family = AF_UNIX };
    struct eventlet_addr addr;

    begin("10.0.0.1 one.test\n");
    CHECK_CODE(eventlet_getaddrinfo(&addr, 1, "one.test", 1, &opts),
               -EAFNOSUPPORT);
    CHECK_CODE(eventlet_getaddrinfo(&addr, 1, "one.test", 65536, NULL),
               EVENTLET_BAD_ADDRESS);
    CHECK_CODE(eventlet_getaddrinfo(&addr, 1, "one.test", -2, NULL),
               EVENTLET_BAD_ADDRESS);
    CHECK_CODE(eventlet_getaddrinfo(&addr, 1, NULL, -1, NULL),
               EVENTLET_BAD_ADDRESS);
    end();
}

/* Both read the same file; neither asks anybody for this name. */
GREEN_TEST(dns, the_system_agrees_about_localhost, "dns.2")
{
    struct addrinfo hints = { .ai_family = AF_INET,
                              .ai_socktype = SOCK_STREAM };
    struct eventlet_resolve_opts opts = { .family = AF_INET };
    struct addrinfo *theirs;
    struct eventlet_addr ours;

    CHECK_INT(getaddrinfo("localhost", "80", &hints, &theirs), 0);
    CHECK_CODE(eventlet_getaddrinfo(&ours, 1, "localhost", 80, &opts), 1);
    CHECK_MEM(&ours.in, theirs->ai_addr, theirs->ai_addrlen);
    freeaddrinfo(theirs);
}

/* ---- back to names ---- */

static void expect_name(const char *address, int flags, int rc,
                        const char *name)
{
    struct eventlet_addr addr;
    char host[64] = "", service[16] = "";

    CHECK_OK(eventlet_addr_numeric(&addr, address, 1, AF_UNSPEC));
    CHECK_CODE(eventlet_getnameinfo(&addr, host, sizeof host, service,
                                    sizeof service, flags | NI_NUMERICSERV),
               rc);
    CHECK_STR(host, name);
    CHECK_STR(service, rc < 0 ? "" : "1");
}

GREEN_TEST(dns, names_are_found_in_the_hosts_file, "dns.25")
{
    begin("10.0.0.1 one.test other.test\nfd00::2 six.test\n");
    expect_name("10.0.0.1", 0, 0, "one.test");
    expect_name("fd00::2", NI_NAMEREQD, 0, "six.test");
    expect_name("127.0.0.1", NI_NAMEREQD, 0, "localhost");
    expect_name("::1", 0, 0, "localhost");
    CHECK_INT(server.asked, 0);
    end();
}

GREEN_TEST(dns, an_address_without_a_name_is_a_number, "dns.26")
{
    begin("");
    expect_name("10.0.0.1", 0, 0, "10.0.0.1");
    CHECK(server.asked > 0);
    expect_name("10.0.0.1", NI_NAMEREQD, EVENTLET_NO_NAME, "");
    expect_name("10.0.0.1", NI_NAMEREQD | NI_NUMERICHOST, -EINVAL, "");
    end();
}

GREEN_TEST(dns, a_path_has_no_name, "dns.24")
{
    struct eventlet_addr addr;
    char host[8], service[8];

    begin("");
    CHECK_OK(eventlet_addr_numeric(&addr, "/x", -1, AF_UNSPEC));
    CHECK_CODE(eventlet_getnameinfo(&addr, host, sizeof host, service,
                                    sizeof service, 0),
               -EAFNOSUPPORT);
    end();
}

/* ---- failures ---- */

static int find_in_hosts(void *arg)
{
    struct eventlet_addr addr, found;
    char host[32], service[8];
    int rc = eventlet_getaddrinfo(&found, 1, arg, 80, NULL);

    if (rc == 1)
        rc = eventlet_addr_numeric(&addr, "10.0.0.1", 80, AF_INET);
    if (rc == 0)
        rc = eventlet_getnameinfo(&addr, host, sizeof host, service,
                                  sizeof service, NI_NUMERICSERV);
    CHECK(rc < 0 || strcmp(host, "one.test") == 0 ||
          strcmp(host, "10.0.0.1") == 0);
    eventlet_dns_reset();
    return rc;
}

TEST(dns, whatever_fails_with_the_hosts_file, "dns.15")
{
    static char name[] = "one.test";

    hosts_write("10.0.0.1 one.test\n");
    CHECK_OK(eventlet_dns_configure("127.0.0.1:1", hosts_path));
    FAULT_EACH(find_in_hosts, name);
    CHECK_OK(eventlet_dns_configure(NULL, NULL));
    unlink(hosts_path);
}
