/* SPDX-License-Identifier: MIT */
/* uri_codec.c - examples of spec/proto/uri.md. What is taken apart there has no
 * end of its own, so all bytes are gathered first; then they lie once right
 * before a page that cannot be touched, and once right behind one. */
#include "eventlet/uri.h"
#include "proto/examples/says.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { GATHERED = 4096, PAGE = 65536 };

struct uri_example {
    enum { TARGET, PARSE, HOST, SAME, DECODE, ENCODE, DOTS, QUERY } work;
    char method[16];
    bool info; /* PATH_INFO, too */
    int port;  /* of who has none */
    size_t size;
    struct eventlet_uri_opts opts;
    struct eventlet_uri_decode_opts decode;
    enum eventlet_uri_safe safe;
    struct eventlet_uri_query_opts query;
    size_t len;
    char bytes[GATHERED];
};

static void start(void *state)
{
    struct uri_example *u = state;

    memset(u, 0, sizeof *u);
    strcpy(u->method, "GET");
    u->size = GATHERED;
    u->port = -1;
}

/* ---- options ---- */

static bool is_work(struct uri_example *u, const char *name)
{
    static const char *const names[] = { "target", "parse",  "host", "same",
                                         "decode", "encode", "dots", "query" };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(name, names[i]) == 0) {
            u->work = i;
            return true;
        }
    return false;
}

static bool is_flag(struct uri_example *u, const char *name)
{
    const struct {
        const char *name;
        bool *flag;
    } flags[] = {
        { "info", &u->info },        { "userinfo", &u->opts.userinfo },
        { "plus", &u->decode.plus }, { "keep_bad", &u->decode.keep_bad },
        { "nul", &u->decode.nul },
    };

    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        if (strcmp(name, flags[i].name) == 0)
            return *flags[i].flag = true;
    return false;
}

static bool option(void *state, const char *name, const char *value)
{
    struct uri_example *u = state;

    if (strcmp(name, "compat") == 0)
        u->opts.profile = EVENTLET_URI_COMPAT;
    else if (strcmp(name, "method") == 0)
        snprintf(u->method, sizeof u->method, "%s", value);
    else if (strcmp(name, "port") == 0)
        u->port = atoi(value);
    else if (strcmp(name, "size") == 0)
        u->size = (size_t)atoi(value);
    else if (strcmp(name, "safe") == 0)
        u->safe = strcmp(value, "path") == 0   ? EVENTLET_URI_PATH
                  : strcmp(value, "form") == 0 ? EVENTLET_URI_FORM
                                               : EVENTLET_URI_COMPONENT;
    else if (strcmp(name, "max") == 0)
        u->query.max_pairs = (size_t)atoi(value);
    else if (strcmp(name, "separator") == 0)
        u->query.separator = value[0];
    else
        return is_flag(u, name) || is_work(u, name);
    return true;
}

/* ---- saying ---- */

static void say_part(struct says *out, const char *what,
                     struct eventlet_span part)
{
    if (part.at)
        say_bytes(out, what, part.at, part.len);
}

static void say_error(struct says *out, const struct eventlet_proto_error *e)
{
    say(out, "error %d at %zu: %s", e->status, e->at, e->what);
}

static void say_address(struct says *out,
                        const struct eventlet_uri_authority *host)
{
    char text[64] = "address";
    const size_t len = host->kind == EVENTLET_HOST_IPV4   ? 4
                       : host->kind == EVENTLET_HOST_IPV6 ? 16
                                                          : 0;

    for (size_t i = 0; i < len; i++)
        sprintf(text + strlen(text), i % 2 ? "%02x" : " %02x",
                host->address[i]);
    if (len)
        say(out, "%s", text);
}

static void say_authority(struct says *out,
                          const struct eventlet_uri_authority *host)
{
    static const char *const kinds[] = { "no host", "name", "ipv4", "ipv6",
                                         "future" };

    say_part(out, "userinfo", host->userinfo);
    if (host->host.at)
        say_bytes(out, kinds[host->kind], host->host.at, host->host.len);
    say_address(out, host);
    if (host->digits.at)
        say_bytes(out, "digits", host->digits.at, host->digits.len);
    if (host->port >= 0)
        say(out, "port %d", host->port);
}

static void say_info(struct uri_example *u, const struct eventlet_uri *uri,
                     struct says *out)
{
    struct eventlet_proto_error error;
    char info[GATHERED];
    ssize_t n = eventlet_uri_path_info(info, u->size, uri, &u->opts, &error);

    if (n < 0)
        say_error(out, &error);
    else if ((size_t)n > u->size)
        say(out, "needs %zd", n);
    else
        say_bytes(out, "info", info, (size_t)n);
}

static void say_uri(struct uri_example *u, struct eventlet_span text,
                    struct says *out)
{
    static const char *const forms[] = { "origin", "absolute", "authority",
                                         "asterisk", "other" };
    const struct eventlet_span method = { u->method, strlen(u->method) };
    struct eventlet_proto_error error;
    struct eventlet_uri uri;
    int rc = u->work == PARSE
                 ? eventlet_uri_parse(&uri, text, &u->opts, &error)
                 : eventlet_uri_target(&uri, method, text, &u->opts, &error);

    if (rc < 0) {
        say_error(out, &error);
        return;
    }
    if (u->work == TARGET)
        say(out, "%s", forms[uri.form]);
    if (uri.whole_server)
        say(out, "whole server");
    say_part(out, "scheme", uri.scheme);
    say_authority(out, &uri.authority);
    say_part(out, "path", uri.path);
    say_part(out, "query", uri.query);
    say_part(out, "fragment", uri.fragment);
    if (u->info)
        say_info(u, &uri, out);
}

static void say_host(struct uri_example *u, struct eventlet_span text,
                     struct says *out)
{
    struct eventlet_uri_authority host;
    struct eventlet_proto_error error;

    if (eventlet_uri_host(&host, text, &u->opts, &error) < 0)
        say_error(out, &error);
    else
        say_authority(out, &host);
}

/* Two hosts with a blank between. */
static void say_same(struct uri_example *u, struct eventlet_span text,
                     struct says *out)
{
    const char *blank = memchr(text.at, ' ', text.len);
    const size_t len = blank ? (size_t)(blank - text.at) : 0;
    struct eventlet_uri_authority a, b;

    if (!blank ||
        eventlet_uri_host(&a, (struct eventlet_span){ text.at, len }, &u->opts,
                          NULL) < 0 ||
        eventlet_uri_host(
            &b, (struct eventlet_span){ blank + 1, text.len - len - 1 },
            &u->opts, NULL) < 0)
        say(out, "error");
    else
        say(out, eventlet_uri_same_host(&a, &b, u->port) ? "same" : "other");
    if (blank && eventlet_uri_same_host(&a, &b, u->port) !=
                     eventlet_uri_same_host(&b, &a, u->port))
        say(out, "but not the other way round");
}

/* ---- bytes to bytes ---- */

static ssize_t convert(const struct uri_example *u, char *to,
                       struct eventlet_span text,
                       struct eventlet_proto_error *error)
{
    switch (u->work) {
    case DECODE:
        return eventlet_uri_decode(to, u->size, text, &u->decode, error);
    case ENCODE:
        return (ssize_t)eventlet_uri_encode(to, u->size, text, u->safe);
    default:
        return (ssize_t)eventlet_uri_remove_dots(to, text);
    }
}

static void say_converted(struct uri_example *u, struct eventlet_span text,
                          struct says *out)
{
    struct eventlet_proto_error error;
    char to[GATHERED], here[GATHERED];
    ssize_t n = convert(u, to, text, &error), in_place;

    if (n < 0)
        say_error(out, &error);
    else if ((size_t)n > u->size)
        say(out, "needs %zd", n);
    else
        say_bytes(out, "text", to, (size_t)n);
    if (u->work == ENCODE || n < 0)
        return;
    if (text.len)
        memcpy(here, text.at, text.len);
    in_place = convert(u, here, (struct eventlet_span){ here, text.len }, NULL);
    if (in_place != n ||
        ((size_t)n <= u->size && memcmp(here, to, (size_t)n) != 0))
        say(out, "another text in place");
}

static void say_query(struct uri_example *u, struct eventlet_span text,
                      struct says *out)
{
    struct eventlet_uri_query query;
    struct eventlet_span name, value;
    int rc, n = 0;

    eventlet_uri_query_init(&query, text, &u->query);
    while ((rc = eventlet_uri_query_next(&query, &name, &value)) > 0) {
        n++;
        say_part(out, "name", name);
        say_part(out, "value", value);
    }
    if (rc < 0)
        say(out, "too many");
    else if (n == 0)
        say(out, "none");
    if (eventlet_uri_query_next(&query, &name, &value) != rc)
        say(out, "and then something else");
}

/* ---- running ---- */

static void work(struct uri_example *u, const char *at, struct says *out)
{
    const struct eventlet_span text = { at, u->len };

    switch (u->work) {
    case TARGET:
    case PARSE:
        say_uri(u, text, out);
        break;
    case HOST:
        say_host(u, text, out);
        break;
    case SAME:
        say_same(u, text, out);
        break;
    case QUERY:
        say_query(u, text, out);
        break;
    default:
        say_converted(u, text, out);
    }
}

static ssize_t feed(void *state, const char *data, size_t len, struct says *out)
{
    struct uri_example *u = state;

    if (len > sizeof u->bytes - u->len) {
        say(out, "more than the example has room for");
        return -1;
    }
    if (len)
        memcpy(u->bytes + u->len, data, len);
    u->len += len;
    return (ssize_t)len;
}

/* One page of room between two that cannot be touched. */
static char *make_room(void)
{
    char *at =
        mmap(NULL, 3 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (at == MAP_FAILED || mprotect(at + PAGE, PAGE, PROT_READ | PROT_WRITE))
        abort();
    return at + PAGE;
}

static void end(void *state, struct says *out)
{
    static struct says other;
    static char *room;
    struct uri_example *u = state;

    if (!room)
        room = make_room();
    memcpy(room, u->bytes, u->len); /* for who reads before the beginning */
    says_begin(&other);
    work(u, room, &other);
    memcpy(room + PAGE - u->len, u->bytes, u->len);
    work(u, room + PAGE - u->len, out);
}

EXAMPLE_CODEC(uri, .state_size = sizeof(struct uri_example), .start = start,
              .option = option, .feed = feed, .end = end);
