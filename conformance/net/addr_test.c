/* SPDX-License-Identifier: MIT */
/* Addresses, from text and to text. */
#include "check.h"
#include "eventlet.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <string.h>

/* ---- splitting ---- */

static void splits(const char *text, const char *host, int port)
{
    char got[128];
    int got_port = -7;

    CHECK_CODE(eventlet_addr_split(text, got, sizeof got, &got_port), 0);
    CHECK_STR(got, host);
    CHECK_INT(got_port, port);
}

static void is_malformed(const char *text)
{
    char host[16] = "before";
    int port = -7;

    if (!CHECK_CODE(eventlet_addr_split(text, host, sizeof host, &port),
                    EVENTLET_BAD_ADDRESS))
        CHECK_FAIL("\"%s\" was taken for an address", text);
    CHECK_STR(host, "before");
    CHECK_INT(port, -7);
}

TEST(addr, split_takes_host_and_port_apart, "addr.1")
{
    splits("127.0.0.1:80", "127.0.0.1", 80);
    splits("host.example:65535", "host.example", 65535);
    splits(":80", "", 80);
    splits("h:0", "h", 0);
    splits("h:007", "h", 7);
}

TEST(addr, split_knows_brackets_and_unix, "addr.2")
{
    splits("[::1]:80", "::1", 80);
    splits("[fe80::1%lo]:0", "fe80::1%lo", 0);
    splits("unix:/tmp/a:b", "/tmp/a:b", -1);
    splits("unix:@name", "@name", -1);
}

TEST(addr, split_refuses_what_is_malformed, "addr.3")
{
    static const char *const bad[] = {
        "",      "host",     "host:",     "host:x",       "host:80x", "h:-1",
        "h:+1",  "h: 1",     "h:65536",   "h:4294967376", "::1:80",   "[::1]",
        "[::1]", "[::1]80",  "[::1:80",   "::1]:80",      "[]:80",    "a:b:80",
        "unix:", "h\n:80",   "[::1]:",    "[::1]:x",      "h]:80",    "h:80]",
        ":",     "unix:a\n", "0x50:0x50",
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        is_malformed(bad[i]);
}

TEST(addr, split_refuses_a_host_that_does_not_fit, "addr.3")
{
    is_malformed("sixteen.letters1:80"); /* with its end, one too many */
    is_malformed("unix:sixteen.letters1");
    splits("fifteen.letters:80", "fifteen.letters", 80);
}

/* ---- from text ---- */

static struct eventlet_addr numeric(const char *host, int port, int family)
{
    struct eventlet_addr addr = { .len = 0 };

    CHECK_CODE(eventlet_addr_numeric(&addr, host, port, family), 0);
    return addr;
}

static void is_refused(const char *host, int port, int family, int code)
{
    struct eventlet_addr addr = { .len = 3 };

    if (!CHECK_CODE(eventlet_addr_numeric(&addr, host, port, family), code))
        CHECK_FAIL("it was \"%s\"", host);
    CHECK_INT(addr.len, 3);
}

TEST(addr, numeric_reads_both_families, "addr.4")
{
    struct eventlet_addr addr = numeric("127.0.0.2", 80, AF_UNSPEC);

    CHECK_INT(addr.len, sizeof addr.in);
    CHECK_INT(addr.in.sin_family, AF_INET);
    CHECK_INT(ntohl(addr.in.sin_addr.s_addr), 0x7f000002);
    CHECK_INT(ntohs(addr.in.sin_port), 80);

    addr = numeric("::1", 81, AF_UNSPEC);
    CHECK_INT(addr.len, sizeof addr.in6);
    CHECK_INT(addr.in6.sin6_family, AF_INET6);
    CHECK(IN6_IS_ADDR_LOOPBACK(&addr.in6.sin6_addr));
    CHECK_INT(ntohs(addr.in6.sin6_port), 81);
}

TEST(addr, numeric_takes_nothing_for_any, "addr.4")
{
    struct eventlet_addr addr = numeric("", 1, AF_UNSPEC);

    CHECK_INT(addr.in.sin_family, AF_INET);
    CHECK_INT(addr.in.sin_addr.s_addr, INADDR_ANY);
    addr = numeric("", 1, AF_INET6);
    CHECK_INT(addr.in6.sin6_family, AF_INET6);
    CHECK(IN6_IS_ADDR_UNSPECIFIED(&addr.in6.sin6_addr));
}

TEST(addr, numeric_reads_the_scope, "addr.5")
{
    CHECK_INT(numeric("::1%2", 0, AF_UNSPEC).in6.sin6_scope_id, 2);
    CHECK_INT(numeric("fe80::1%lo", 0, AF_INET6).in6.sin6_scope_id,
              if_nametoindex("lo"));
    is_refused("fe80::1%", 0, AF_UNSPEC, EVENTLET_NO_NAME);
    is_refused("fe80::1%no-such-interface", 0, AF_UNSPEC, EVENTLET_NO_NAME);
    is_refused("fe80::1%99999999999", 0, AF_UNSPEC, EVENTLET_NO_NAME);
    is_refused("fe80::1%1x", 0, AF_UNSPEC, EVENTLET_NO_NAME);
}

TEST(addr, numeric_makes_unix_addresses, "addr.6")
{
    struct eventlet_addr addr = numeric("/tmp/s", -1, AF_UNSPEC);

    CHECK_INT(addr.un.sun_family, AF_UNIX);
    CHECK_STR(addr.un.sun_path, "/tmp/s");
    CHECK_INT(addr.len, offsetof(struct sockaddr_un, sun_path) + 7);
    addr = numeric("@name", -1, AF_UNIX);
    CHECK_MEM(addr.un.sun_path, "\0name", 5);
    CHECK_INT(addr.len, offsetof(struct sockaddr_un, sun_path) + 5);
    CHECK_STR(numeric("/s", 0, AF_UNIX).un.sun_path, "/s");
}

TEST(addr, numeric_measures_unix_paths, "addr.6")
{
    char path[sizeof((struct sockaddr_un *)0)->sun_path + 1];

    memset(path, 'p', sizeof path);
    path[sizeof path - 1] = '\0';
    is_refused(path, -1, AF_UNSPEC, EVENTLET_BAD_ADDRESS);
    path[sizeof path - 2] = '\0';
    CHECK_STR(numeric(path, -1, AF_UNSPEC).un.sun_path, path);
    is_refused("", -1, AF_UNSPEC, EVENTLET_BAD_ADDRESS);
    is_refused("/s", -1, AF_INET, EVENTLET_NO_DATA);
}

TEST(addr, numeric_tells_names_from_numbers, "addr.7")
{
    static const char *const names[] = {
        "localhost", "127.1",    "1.2.3.4.5", "256.0.0.1", "0x7f.0.0.1",
        " 1.2.3.4",  "1.2.3.4 ", "[::1]",     "::g",       "1:2:3:4:5:6:7:8:9"
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        is_refused(names[i], 1, AF_UNSPEC, EVENTLET_NO_NAME);
    is_refused("::1", 1, AF_INET, EVENTLET_NO_DATA);
    is_refused("127.0.0.1", 1, AF_INET6, EVENTLET_NO_DATA);
    is_refused("::1", 65536, AF_UNSPEC, EVENTLET_BAD_ADDRESS);
    is_refused("::1", -2, AF_UNSPEC, EVENTLET_BAD_ADDRESS);
}

/* ---- to text ---- */

static void says(const char *host, int port, const char *text)
{
    struct eventlet_addr addr = numeric(host, port, AF_UNSPEC);
    char buf[EVENTLET_ADDRSTRLEN], again[EVENTLET_ADDRSTRLEN];
    int again_port;

    CHECK_STR(eventlet_addr_str(&addr, buf, sizeof buf), text);
    CHECK_CODE(eventlet_addr_split(buf, again, sizeof again, &again_port), 0);
    CHECK_STR(again, host);
    CHECK_INT(again_port, port);
}

TEST(addr, text_can_be_read_again, "addr.8")
{
    says("1.2.3.4", 80, "1.2.3.4:80");
    says("::1", 0, "[::1]:0");
    says("fe80::1%lo", 65535, "[fe80::1%lo]:65535");
    says("fe80::1%4000000000", 1, "[fe80::1%4000000000]:1");
    says("/tmp/s", -1, "unix:/tmp/s");
    says("@name", -1, "unix:@name");
}

TEST(addr, text_is_one_line_that_fits, "addr.8")
{
    struct eventlet_addr addr = numeric("/tmp/a\nb", -1, AF_UNIX);
    char buf[EVENTLET_ADDRSTRLEN];

    CHECK_STR(eventlet_addr_str(&addr, buf, sizeof buf), "unix:/tmp/a?b");
    CHECK_STR(eventlet_addr_str(&addr, buf, 8), "unix:/t");
    buf[0] = 'x';
    CHECK_PTR(eventlet_addr_str(&addr, buf, 0), buf);
    CHECK_INT(buf[0], 'x');
    addr.len = 0;
    CHECK_STR(eventlet_addr_str(&addr, buf, sizeof buf), "");
    addr.len = sizeof(sa_family_t);
    CHECK_STR(eventlet_addr_str(&addr, buf, sizeof buf), "unix:");
    addr.sa.sa_family = 99;
    CHECK_STR(eventlet_addr_str(&addr, buf, sizeof buf), "family 99");
}

TEST(addr, longest_unix_path_has_room_as_text, "addr.8")
{
    char path[sizeof((struct sockaddr_un *)0)->sun_path];
    char buf[EVENTLET_ADDRSTRLEN];
    struct eventlet_addr addr;

    memset(path, 'p', sizeof path);
    path[sizeof path - 1] = '\0';
    addr = numeric(path, -1, AF_UNIX);
    CHECK_STR(eventlet_addr_str(&addr, buf, sizeof buf) + 5, path);
}

/* ---- comparing ---- */

static bool same(const char *host, int port, const char *other, int other_port)
{
    struct eventlet_addr a = numeric(host, port, AF_UNSPEC);
    struct eventlet_addr b = numeric(other, other_port, AF_UNSPEC);

    memset(a.in.sin_zero, 0xff, port >= 0 ? sizeof a.in.sin_zero : 0);
    return eventlet_addr_equal(&a, &b);
}

TEST(addr, equal_compares_what_counts, "addr.9")
{
    CHECK(same("1.2.3.4", 5, "1.2.3.4", 5));
    CHECK(!same("1.2.3.4", 5, "1.2.3.4", 6));
    CHECK(!same("1.2.3.4", 5, "1.2.3.5", 5));
    CHECK(!same("1.2.3.4", 5, "::1", 5));
    CHECK(same("/a", -1, "/a", -1));
    CHECK(!same("/a", -1, "/ab", -1));
    CHECK(!same("@a", -1, "@b", -1));
}

TEST(addr, equal_compares_ipv6_whole, "addr.9")
{
    struct eventlet_addr a = numeric("fe80::1%1", 5, AF_INET6), b = a;

    b.in6.sin6_flowinfo = 7;
    CHECK(eventlet_addr_equal(&a, &b));
    b.in6.sin6_scope_id = 2;
    CHECK(!eventlet_addr_equal(&a, &b));
    b = numeric("fe80::1%1", 6, AF_INET6);
    CHECK(!eventlet_addr_equal(&a, &b));
    b = numeric("fe80::2%1", 5, AF_INET6);
    CHECK(!eventlet_addr_equal(&a, &b));
}

TEST(addr, equal_knows_what_it_does_not_know, "addr.9")
{
    struct eventlet_addr a = numeric("1.2.3.4", 5, AF_INET), b;

    a.sa.sa_family = 99;
    b = a;
    CHECK(eventlet_addr_equal(&a, &b));
    b.in.sin_port++;
    CHECK(!eventlet_addr_equal(&a, &b));
    CHECK_INT(eventlet_addr_port(&a), -1);
}

TEST(addr, port_of_each_family, "addr.9")
{
    struct eventlet_addr addr = numeric("1.2.3.4", 80, AF_UNSPEC);

    CHECK_INT(eventlet_addr_port(&addr), 80);
    addr = numeric("::1", 81, AF_UNSPEC);
    CHECK_INT(eventlet_addr_port(&addr), 81);
    addr = numeric("/s", -1, AF_UNSPEC);
    CHECK_INT(eventlet_addr_port(&addr), -1);
}

TEST(addr, is_addr_tells_the_kinds, "addr.10")
{
    CHECK(eventlet_is_ipv4_addr("1.2.3.4"));
    CHECK(!eventlet_is_ipv4_addr("::1"));
    CHECK(!eventlet_is_ipv4_addr(""));
    CHECK(eventlet_is_ipv6_addr("::1"));
    CHECK(eventlet_is_ipv6_addr("::1%2"));
    CHECK(!eventlet_is_ipv6_addr("1.2.3.4"));
    CHECK(!eventlet_is_ipv6_addr(""));
    CHECK(eventlet_is_ip_addr("1.2.3.4"));
    CHECK(eventlet_is_ip_addr("::"));
    CHECK(!eventlet_is_ip_addr("localhost"));
    CHECK(!eventlet_is_ip_addr(""));
    CHECK(!eventlet_is_ipv4_addr(NULL));
    CHECK(!eventlet_is_ipv6_addr(NULL));
    CHECK(!eventlet_is_ip_addr(NULL));
}
