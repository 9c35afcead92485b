/* SPDX-License-Identifier: MIT */
/* Addresses: eventlet_addr_split, eventlet_addr_numeric, eventlet_addr_str.
 *
 * Parser: src/net/addr.c
 *
 * An input is five bytes that choose, and a text: the room for a host, the
 * family, and the port. */
#include "fuzz.h"

#include <arpa/inet.h>
#include <net/if.h>

#include "eventlet/addr.h"
#include "eventlet/errors.h"

/* ---- a machine with two interfaces, the same everywhere ---- */

static const char *const interfaces[] = { "lo", "7up" };

unsigned if_nametoindex(const char *name)
{
    for (unsigned i = 0; i < 2; i++)
        if (strcmp(name, interfaces[i]) == 0)
            return i + 1;
    return 0;
}

char *if_indextoname(unsigned index, char name[IF_NAMESIZE])
{
    return index == 1 || index == 2 ? strcpy(name, interfaces[index - 1])
                                    : NULL;
}

/* ---- splitting, as the page puts it ---- */

struct parts {
    const char *host;
    size_t len;
    int port;
};

static bool is_control(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7f;
}

static bool has_control(const char *text)
{
    for (; *text; text++)
        if (is_control(*text))
            return true;
    return false;
}

/* -1: it is none. */
static int slow_port(const char *digits)
{
    int port = *digits ? 0 : -1;

    for (; *digits; digits++) {
        if (*digits < '0' || *digits > '9')
            return -1;
        port = port * 10 + *digits - '0';
        if (port > 65535)
            return -1;
    }
    return port;
}

static bool slow_split(const char *text, struct parts *parts)
{
    const char *colon = strrchr(text, ':');
    const char *within;

    if (has_control(text) || !colon)
        return false;
    if (strncmp(text, "unix:", 5) == 0) {
        *parts = (struct parts){ text + 5, strlen(text + 5), -1 };
        return parts->len > 0;
    }
    *parts =
        (struct parts){ text, (size_t)(colon - text), slow_port(colon + 1) };
    within = *text == '[' ? "]" : ":]";
    if (*text == '[') {
        if (parts->len < 3 || colon[-1] != ']')
            return false;
        parts->host++;
        parts->len -= 2;
    }
    for (size_t i = 0; i < parts->len; i++)
        if (strchr(within, parts->host[i]))
            return false;
    return parts->port >= 0;
}

static void splits(const char *text, size_t size)
{
    char *host = fuzz_block(size);
    struct parts parts;
    int port = -7;
    bool right = slow_split(text, &parts) && parts.len < size;
    int rc;

    memset(host, 'x', size);
    rc = eventlet_addr_split(text, host, size, &port);
    FUZZ_CHECK(rc == (right ? 0 : EVENTLET_BAD_ADDRESS));
    if (right) {
        FUZZ_CHECK(port == parts.port);
        FUZZ_CHECK(memcmp(host, parts.host, parts.len) == 0);
        FUZZ_CHECK(host[parts.len] == '\0');
    } else {
        FUZZ_CHECK(port == -7);
        for (size_t i = 0; i < size; i++)
            FUZZ_CHECK(host[i] == 'x');
    }
    fuzz_free(host);
}

/* ---- to text ---- */

/* However little room there is, it holds the beginning, and an end. */
static void is_cut(const struct eventlet_addr *addr, const char *whole,
                   size_t size)
{
    char *text = fuzz_block(size);

    FUZZ_CHECK(eventlet_addr_str(addr, text, size) == text);
    if (size > 0) {
        size_t len = strlen(whole) < size ? strlen(whole) : size - 1;

        FUZZ_CHECK(strlen(text) == len);
        FUZZ_CHECK(memcmp(text, whole, len) == 0);
    }
    fuzz_free(text);
}

static void is_one_line(const struct eventlet_addr *addr, size_t size)
{
    char whole[EVENTLET_ADDRSTRLEN];

    memset(whole, 'x', sizeof whole);
    eventlet_addr_str(addr, whole, sizeof whole);
    FUZZ_CHECK(strlen(whole) < sizeof whole - 1);
    FUZZ_CHECK(!has_control(whole));
    is_cut(addr, whole, size);
}

static void is_equal(const struct eventlet_addr *a,
                     const struct eventlet_addr *b)
{
    FUZZ_CHECK(eventlet_addr_equal(a, b) && eventlet_addr_equal(b, a));
    FUZZ_CHECK(eventlet_addr_port(a) == eventlet_addr_port(b));
}

/* Text that leads to the same place again, and is the same again. */
static void comes_back(const struct eventlet_addr *addr)
{
    char text[EVENTLET_ADDRSTRLEN], host[EVENTLET_ADDRSTRLEN];
    char text_again[EVENTLET_ADDRSTRLEN];
    struct eventlet_addr again;
    int port;

    eventlet_addr_str(addr, text, sizeof text);
    FUZZ_CHECK(eventlet_addr_split(text, host, sizeof host, &port) == 0);
    FUZZ_CHECK(eventlet_addr_numeric(&again, host, port, AF_UNSPEC) == 0);
    is_equal(addr, &again);
    eventlet_addr_str(&again, text_again, sizeof text_again);
    FUZZ_CHECK(strcmp(text, text_again) == 0);
}

/* ---- from text ---- */

/* Four numbers below 256, without zeros in front. */
static bool slow_is_ipv4(const char *text)
{
    for (int i = 0; i < 4; i++) {
        int value = -1;

        for (; *text >= '0' && *text <= '9'; text++) {
            if (value == 0 || value > 255)
                return false;
            value = (value < 0 ? 0 : value * 10) + *text - '0';
        }
        if (value < 0 || value > 255 || *text != (i < 3 ? '.' : '\0'))
            return false;
        text++;
    }
    return true;
}

/* The name of an interface, or a number but 0 of 32 bits. */
static bool slow_is_scope(const char *text)
{
    size_t len = strspn(text, "0123456789");

    if (if_nametoindex(text))
        return true;
    if (len == 0 || text[len])
        return false;
    text += strspn(text, "0");
    return *text && strlen(text) <= 10 &&
           strtoull(text, NULL, 10) <= UINT32_MAX;
}

static bool slow_is_ipv6(const char *text)
{
    const char *scope = strchr(text, '%');
    size_t len = scope ? (size_t)(scope - text) : strlen(text);
    char number[64] = "";
    struct in6_addr in6;

    if (len >= sizeof number)
        return false;
    memcpy(number, text, len);
    if (*text && inet_pton(AF_INET6, number, &in6) != 1)
        return false;
    return !scope || slow_is_scope(scope + 1);
}

/* What eventlet_addr_numeric has to say; a path is looked at by its length. */
static int slow_numeric(const char *host, int port, int family)
{
    const bool four = !*host || slow_is_ipv4(host);
    const bool six = slow_is_ipv6(host);

    if (family == AF_UNIX || (port == -1 && family == AF_UNSPEC))
        return *host && strlen(host) < 108 ? 0 : EVENTLET_BAD_ADDRESS;
    if (port == -1)
        return EVENTLET_NO_DATA;
    if (port < 0 || port > 65535)
        return EVENTLET_BAD_ADDRESS;
    if ((four && family != AF_INET6) || (six && family != AF_INET))
        return 0;
    return four || six ? EVENTLET_NO_DATA : EVENTLET_NO_NAME;
}

static void reads(const char *host, int port, int family, size_t size)
{
    struct eventlet_addr addr, before;
    int rc;

    memset(&addr, 0xa5, sizeof addr);
    before = addr;
    rc = eventlet_addr_numeric(&addr, host, port, family);
    FUZZ_CHECK(rc == slow_numeric(host, port, family));
    if (rc < 0) {
        FUZZ_CHECK(memcmp(&addr, &before, sizeof addr) == 0);
        return;
    }
    FUZZ_CHECK(family == AF_UNSPEC || addr.sa.sa_family == family);
    FUZZ_CHECK(eventlet_addr_port(&addr) ==
               (addr.sa.sa_family == AF_UNIX ? -1 : port));
    is_one_line(&addr, size);
    if (addr.sa.sa_family != AF_UNIX || !has_control(host))
        comes_back(&addr);
}

static void is_told_apart(const char *text)
{
    const bool four = slow_is_ipv4(text), six = *text && slow_is_ipv6(text);

    FUZZ_CHECK(eventlet_is_ipv4_addr(text) == four);
    FUZZ_CHECK(eventlet_is_ipv6_addr(text) == six);
    FUZZ_CHECK(eventlet_is_ip_addr(text) == (four || six));
}

/* ---- what a system may have written ---- */

static void shows(const struct fuzz_input *in, size_t size)
{
    struct eventlet_addr addr;
    size_t len = in->len < sizeof addr.storage ? in->len : sizeof addr.storage;

    memset(&addr, 0, sizeof addr);
    if (len)
        memcpy(&addr.storage, in->at, len);
    addr.len = (socklen_t)len;
    is_one_line(&addr, size);
    is_equal(&addr, &addr);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int families[] = { AF_UNSPEC, AF_INET, AF_INET6, AF_UNIX };
    struct fuzz_input in = { data, size };
    const size_t room = fuzz_byte(&in);
    const int family = families[fuzz_byte(&in) % 4];
    int port = (int)fuzz_byte(&in) << 8;
    char *text;

    port |= (int)fuzz_byte(&in);
    port += (int)fuzz_byte(&in) % 4 - 2;
    text = fuzz_text(&in);
    splits(text, room);
    reads(text, port, family, room);
    is_told_apart(text);
    shows(&in, room);
    fuzz_free(text);
    return 0;
}
