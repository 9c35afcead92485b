/* SPDX-License-Identifier: MIT */
/* Names: a hosts file of our own, and a name server that is a green thread. */
#include "net/dns_server.h"

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
    expect("localhost", AF_UNSPEC, 2, "127.0.0.1:80");
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
    expect("broken.test", AF_UNSPEC, EVENTLET_DNS_FAILED, "");
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
    CHECK_CODE(look_up("nobody.test", AF_INET, 0.5, text), EVENTLET_DNS_FAILED);
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
    return rc == EVENTLET_DNS_FAILED ? 0 : rc;
}

TEST(dns, whatever_fails_nothing_is_left, "dns.15")
{
    static char name[] = "nobody.test";

    CHECK_OK(eventlet_dns_configure("127.0.0.1:1", "/nonexistent"));
    FAULT_EACH(ask_nobody, name);
    CHECK_OK(eventlet_dns_configure(NULL, NULL));
}
