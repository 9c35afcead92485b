/* SPDX-License-Identifier: MIT */
/* Names: a hosts file of our own, and a name server that is a green thread. */
#include <netdb.h>

#include "eventlet/dns.h"
#include "net/sockets.h"

enum { TYPE_A = 1, TYPE_AAAA = 28, ROOM = 512 };

/* ---- the hosts file ---- */

static char hosts_path[] = "/tmp/dns-test-XXXXXX";

static void hosts_write(const char *text)
{
    int fd;

    strcpy(hosts_path + sizeof hosts_path - 7, "XXXXXX");
    fd = mkstemp(hosts_path);
    CHECK_INT(write(fd, text, strlen(text)), (intmax_t)strlen(text));
    close(fd);
}

/* ---- the server ---- */

static struct {
    eventlet_socket *s;
    eventlet_greenthread *gt;
    int asked;   /* questions so far */
    double slow; /* seconds before an answer */
} server;

/* Puts a 16-bit number. */
static unsigned char *put(unsigned char *to, unsigned number)
{
    to[0] = (unsigned char)(number >> 8);
    to[1] = (unsigned char)number;
    return to + 2;
}

/* A record that answers the question at byte 12. */
static unsigned char *put_address(unsigned char *to, int type)
{
    static const unsigned char four[4] = { 10, 0, 0, 7 };
    static const unsigned char six[16] = { 0xfd, [15] = 7 };
    size_t len = type == TYPE_A ? sizeof four : sizeof six;

    to = put(to, 0xc00c);
    to = put(to, (unsigned)type);
    to = put(put(put(to, 1), 0), 60);
    to = put(to, (unsigned)len);
    memcpy(to, type == TYPE_A ? four : six, len);
    return to + len;
}

/* The first label of the name says what becomes of the question. Returns the
 * length of the answer; 0 for none. */
static size_t answer(unsigned char *m, size_t len)
{
    const char *label = (const char *)m + 13;
    size_t end = 12;
    int type;

    while (end < len && m[end])
        end += m[end] + 1u;
    type = m[end + 2];
    end += 5;
    m[2] = 0x84 | (m[2] & 1);
    m[3] = 0x80;
    memset(m + 6, 0, 6);
    if (strncmp(label, "silent", 6) == 0)
        return 0;
    if (strncmp(label, "garbage", 7) == 0) {
        memset(m + 4, 0xff, end - 4);
        return end;
    }
    if (strncmp(label, "broken", 6) == 0)
        m[3] |= 2;
    else if (strncmp(label, "four", 4) == 0 && type == TYPE_A)
        return m[7] = 1, (size_t)(put_address(m + end, type) - m);
    else if (strncmp(label, "both", 4) == 0)
        return m[7] = 1, (size_t)(put_address(m + end, type) - m);
    else if (strncmp(label, "four", 4) != 0 && strncmp(label, "none", 4) != 0)
        m[3] |= 3;
    return end;
}

static int serve_names(void *arg)
{
    unsigned char buf[ROOM + 64];
    struct eventlet_addr from;
    ssize_t n;

    (void)arg;
    while ((n = eventlet_recvfrom(server.s, buf, ROOM, 0, &from)) >= 12) {
        size_t len = answer(buf, (size_t)n);

        server.asked++;
        if (server.slow > 0 && eventlet_sleep(server.slow) < 0)
            break;
        if (len > 0 && eventlet_sendto(server.s, buf, len, 0, &from) < 0)
            break;
    }
    return 0;
}

/* Starts it, with a hosts file of that text. */
static void begin(const char *hosts)
{
    struct eventlet_addr addr;
    char name[EVENTLET_ADDRSTRLEN];

    hosts_write(hosts);
    server.asked = 0;
    server.slow = 0;
    CHECK_OK(eventlet_addr_numeric(&addr, "127.0.0.1", 0, AF_INET));
    CHECK_OK(eventlet_socket_new(&server.s, AF_INET, SOCK_DGRAM, 0));
    CHECK_OK(eventlet_bind(server.s, &addr));
    addr = address_of(server.s);
    eventlet_addr_str(&addr, name, sizeof name);
    CHECK_OK(eventlet_dns_configure(name, hosts_path));
    eventlet_dns_reset();
    server.gt = spawn(serve_names, NULL);
    let_others_run();
}

static void end(void)
{
    eventlet_reap(server.gt);
    eventlet_close(server.s);
    eventlet_dns_reset();
    CHECK_OK(eventlet_dns_configure(NULL, NULL));
    unlink(hosts_path);
    let_others_run();
}

static int look_up(const char *name, int family, double seconds, char *text)
{
    struct eventlet_resolve_opts opts = { family, seconds };
    struct eventlet_addr found[4];
    int rc = eventlet_getaddrinfo(found, 4, name, 80, &opts);

    text[0] = '\0';
    if (rc > 0)
        eventlet_addr_str(&found[0], text, EVENTLET_ADDRSTRLEN);
    return rc;
}

static void expect(const char *name, int family, int rc, const char *text)
{
    char got[EVENTLET_ADDRSTRLEN];

    CHECK_CODE(look_up(name, family, 5, got), rc);
    CHECK_STR(got, text);
}

/* ---- without asking ---- */

GREEN_TEST(dns, numbers_are_their_own_answer, "dns.1")
{
    begin("");
    expect("10.1.2.3", AF_UNSPEC, 1, "10.1.2.3:80");
    expect("::1", AF_UNSPEC, 1, "[::1]:80");
    expect("::1%lo", AF_UNSPEC, 1, "[::1%lo]:80");
    expect("::1", AF_INET, EVENTLET_NO_DATA, "");
    expect("10.1.2.3", AF_INET6, EVENTLET_NO_DATA, "");
    CHECK_INT(server.asked, 0);
    end();
}

GREEN_TEST(dns, hosts_file_is_asked_first, "dns.2")
{
    begin("# both.test\n"
          "\t10.0.0.1  one.test\tMixed.Test # both.test\r\n"
          "fd00::2 six.test\n\nnonsense one.test\n10.0.0.9\n");
    expect("one.test", AF_UNSPEC, 1, "10.0.0.1:80");
    expect("mIXED.tEST", AF_UNSPEC, 1, "10.0.0.1:80");
    expect("six.test", AF_INET6, 1, "[fd00::2]:80");
    CHECK_INT(server.asked, 0);
    expect("both.test", AF_INET, 1, "10.0.0.7:80");
    CHECK(server.asked > 0);
    end();
}

GREEN_TEST(dns, link_local_addresses_do_not_count, "dns.3")
{
    begin("fe80::1 local.test four.test\n10.0.0.2 local.test\n");
    expect("local.test", AF_UNSPEC, 1, "10.0.0.2:80");
    expect("local.test", AF_INET6, EVENTLET_NO_DATA, "");
    CHECK_INT(server.asked, 0);
    expect("four.test", AF_INET, 1, "10.0.0.7:80");
    end();
}

GREEN_TEST(dns, the_other_family_in_the_hosts_file_ends_it, "dns.4")
{
    begin("10.0.0.1 both.test\nfd00::2 four.test\n");
    expect("both.test", AF_INET6, EVENTLET_NO_DATA, "");
    expect("four.test", AF_INET, EVENTLET_NO_DATA, "");
    CHECK_INT(server.asked, 0);
    end();
}

GREEN_TEST(dns, localhost_is_known_without_a_file, "dns.5")
{
    begin("");
    unlink(hosts_path);
    expect("localhost", AF_UNSPEC, 1, "127.0.0.1:80");
    expect("LocalHost", AF_INET6, 1, "[::1]:80");
    CHECK_INT(server.asked, 0);
    end();
}

/* ---- asking ---- */

GREEN_TEST_HUBS(dns, servers_know_both_families, "dns.6")
{
    begin("");
    expect("both.test", AF_INET, 1, "10.0.0.7:80");
    expect("both.test", AF_INET6, 1, "[fd00::7]:80");
    expect("four.test", AF_UNSPEC, 1, "10.0.0.7:80");
    end();
}

GREEN_TEST(dns, all_found_are_counted_and_as_many_written_as_fit, "dns.6")
{
    struct eventlet_addr found[2] = { { .len = 0 }, { .len = 99 } };

    begin("");
    CHECK_CODE(eventlet_getaddrinfo(found, 1, "both.test", 7, NULL), 2);
    CHECK_INT(eventlet_addr_port(&found[0]), 7);
    CHECK_INT(found[1].len, 99);
    CHECK_CODE(eventlet_getaddrinfo(NULL, 0, "both.test", 7, NULL), 2);
    end();
}

GREEN_TEST_HUBS(dns, refusals_are_told_apart, "dns.7")
{
    begin("");
    expect("nobody.test", AF_UNSPEC, EVENTLET_NO_NAME, "");
    expect("none.test", AF_UNSPEC, EVENTLET_NO_DATA, "");
    expect("four.test", AF_INET6, EVENTLET_NO_DATA, "");
    expect("broken.test", AF_UNSPEC, EVENTLET_DNS_AGAIN, "");
    end();
}

GREEN_TEST(dns, silence_ends_by_the_clock_of_the_hub, "dns.8")
{
    char text[EVENTLET_ADDRSTRLEN];
    double began;

    begin("");
    began = now();
    CHECK_CODE(look_up("silent.test", AF_INET, 0.5, text), EVENTLET_DNS_AGAIN);
    CHECK_DBL_NEAR(now() - began, 0.5, 1e-6);
    end();
}

GREEN_TEST(dns, garbage_is_no_answer, "dns.8")
{
    char text[EVENTLET_ADDRSTRLEN];
    int rc;

    begin("");
    rc = look_up("garbage.test", AF_INET, 0.5, text);
    CHECK(rc == EVENTLET_DNS_AGAIN || rc == EVENTLET_DNS_FAILED);
    expect("four.test", AF_INET, 1, "10.0.0.7:80");
    end();
}

/* ---- several ---- */

static int look_up_both(void *arg)
{
    char text[EVENTLET_ADDRSTRLEN];

    (void)arg;
    return look_up("both.test", AF_INET, 5, text);
}

static int look_up_silent(void *arg)
{
    char text[EVENTLET_ADDRSTRLEN];

    (void)arg;
    return look_up("silent.test", AF_INET, 0.5, text);
}

GREEN_TEST(dns, ten_lookups_overlap, "dns.9")
{
    eventlet_greenthread *gt[10];
    double began;

    begin("");
    began = now();
    for (int i = 0; i < 10; i++)
        gt[i] = spawn(i % 2 ? look_up_silent : look_up_both, NULL);
    for (int i = 0; i < 10; i++)
        CHECK_CODE(end_of(gt[i]), i % 2 ? EVENTLET_DNS_AGAIN : 1);
    CHECK_DBL_NEAR(now() - began, 0.5, 1e-3);
    end();
}

GREEN_TEST(dns, a_late_answer_harms_nobody, "dns.12")
{
    eventlet_greenthread *gt;

    begin("");
    server.slow = 0.2;
    gt = spawn(look_up_both, NULL);
    clock_advance(0.1);
    CHECK_INT(server.asked, 1);
    CHECK_OK(eventlet_kill(gt, EVENTLET_USER(1)));
    CHECK_CODE(end_of(gt), EVENTLET_USER(1));
    clock_advance(1);
    server.slow = 0;
    expect("four.test", AF_INET, 1, "10.0.0.7:80");
    end();
}

GREEN_TEST(dns, reset_ends_what_is_under_way, "dns.14")
{
    eventlet_greenthread *gt;

    begin("");
    gt = spawn(look_up_silent, NULL);
    clock_advance(0.1);
    eventlet_dns_reset();
    CHECK_CODE(end_of(gt), EVENTLET_DNS_FAILED);
    expect("both.test", AF_INET, 1, "10.0.0.7:80");
    end();
}

/* ---- the others ---- */

GREEN_TEST(dns, gethostbyname_gives_text, "dns.10")
{
    char text[INET_ADDRSTRLEN];

    begin("10.0.0.3 three.test\nfd00::6 six.test\n");
    CHECK_CODE(eventlet_gethostbyname(text, sizeof text, "three.test"), 0);
    CHECK_STR(text, "10.0.0.3");
    CHECK_CODE(eventlet_gethostbyname(text, sizeof text, "six.test"),
               EVENTLET_NO_DATA);
    CHECK_CODE(eventlet_gethostbyname(text, 3, "three.test"), -ENOSPC);
    end();
}

GREEN_TEST(dns, getnameinfo_gives_numbers, "dns.11")
{
    const int flags = NI_NUMERICHOST | NI_NUMERICSERV;
    struct eventlet_addr addr;
    char host[64], service[64];

    begin("");
    CHECK_OK(eventlet_addr_numeric(&addr, "127.0.0.1", 8080, AF_INET));
    CHECK_CODE(eventlet_getnameinfo(&addr, host, sizeof host, service,
                                    sizeof service, flags),
               0);
    CHECK_STR(host, "127.0.0.1");
    CHECK_STR(service, "8080");
    CHECK_INT(server.asked, 0);
    end();
}

static int look_up_in_hub(void *arg)
{
    *(int *)arg = look_up_both(NULL);
    return 0;
}

GREEN_TEST(dns, cannot_ask_in_the_hub, "dns.13")
{
    int rc = 0;

    begin("");
    CHECK_OK(eventlet_hub_schedule_call_global(NULL, eventlet_hubs_get_hub(), 0,
                                               look_up_in_hub, &rc));
    clock_advance(0);
    CHECK_CODE(rc, EVENTLET_IN_HUB);
    CHECK_INT(server.asked, 0);
    end();
}

TEST(dns, first_lookup_makes_the_hub, "dns.16")
{
    char text[EVENTLET_ADDRSTRLEN];

    CHECK_OK(eventlet_dns_configure("127.0.0.1:1", "/nonexistent"));
    CHECK_CODE(look_up("nobody.test", AF_INET, 0.5, text), EVENTLET_DNS_AGAIN);
    CHECK_OK(eventlet_hubs_drop());
    CHECK_OK(eventlet_dns_configure(NULL, NULL));
}

/* The servers are closed ports: what fails is ours, not the server. */
static int ask_nobody(void *arg)
{
    struct eventlet_resolve_opts opts = { AF_INET, 0.5 };
    struct eventlet_addr found;
    int rc = eventlet_getaddrinfo(&found, 1, arg, 80, &opts);

    CHECK(rc < 0);
    eventlet_dns_reset();
    return rc == EVENTLET_DNS_AGAIN ? 0 : rc;
}

TEST(dns, whatever_fails_nothing_is_left, "dns.15")
{
    static char name[] = "nobody.test";

    CHECK_OK(eventlet_dns_configure("127.0.0.1:1", "/nonexistent"));
    FAULT_EACH(ask_nobody, name);
    CHECK_OK(eventlet_dns_configure(NULL, NULL));
}
