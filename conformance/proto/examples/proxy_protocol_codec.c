/* SPDX-License-Identifier: MIT */
/* proxy_protocol_codec.c - examples of spec/proto/proxy_protocol.md. Bytes
 * behind the header are said as they come: they are not the parser's. With
 * `rewrite` the header is written again, as the version that is asked for. */
#include "eventlet/proxy_protocol.h"
#include "proto/examples/examples.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WRITTEN = 4096 };

struct proxy_example {
    struct eventlet_proxy_protocol parser;
    struct eventlet_proxy_protocol_opts opts;
    bool begun, whole, sign;
    int rewrite;  /* 0: no */
    size_t bytes; /* seen so far, and needed then */
    size_t need;
};

static void start(void *state)
{
    memset(state, 0, sizeof(struct proxy_example));
}

static bool option(void *state, const char *name, const char *value)
{
    struct proxy_example *p = state;

    if (strcmp(name, "version") == 0)
        p->opts.version = atoi(value);
    else if (strcmp(name, "limit") == 0)
        p->opts.limit = (size_t)atoi(value);
    else if (strcmp(name, "rewrite") == 0)
        p->rewrite = atoi(value);
    else if (strcmp(name, "sign") == 0)
        p->sign = true;
    else
        return false;
    return true;
}

/* ---- saying ---- */

static void say_end(struct says *out, const char *what,
                    enum eventlet_proxy_family family,
                    const struct eventlet_proxy_end *end)
{
    char text[INET6_ADDRSTRLEN];

    if (family == EVENTLET_PROXY_UNIX)
        say_bytes(out, what, end->path.at, end->path.len);
    else if (family != EVENTLET_PROXY_UNSPEC)
        say(out, "%s %s %d", what,
            inet_ntop(family == EVENTLET_PROXY_INET ? AF_INET : AF_INET6,
                      end->address, text, sizeof text),
            end->port);
}

static void say_ssl(struct says *out, struct eventlet_span value)
{
    struct eventlet_proxy_ssl ssl;
    struct eventlet_proxy_tlv tlv;
    char name[16];
    int rc = eventlet_proxy_tlv_ssl(&ssl, value);

    if (rc < 0)
        say(out, "error in ssl");
    else
        say(out, "ssl client=%d %s", ssl.client,
            ssl.verified ? "verified" : "not verified");
    while (rc >= 0 && (rc = eventlet_proxy_tlv_next(&ssl.tlvs, &tlv)) > 0) {
        sprintf(name, "sub 0x%02x", tlv.type);
        say_bytes(out, name, tlv.value.at, tlv.value.len);
    }
}

static void say_tlvs(struct says *out, struct eventlet_span rest)
{
    struct eventlet_proxy_tlv tlv;
    char name[16];
    int rc;

    while ((rc = eventlet_proxy_tlv_next(&rest, &tlv)) > 0) {
        sprintf(name, "tlv 0x%02x", tlv.type);
        if (tlv.type == EVENTLET_PROXY_SSL)
            say_ssl(out, tlv.value);
        else
            say_bytes(out, name, tlv.value.at, tlv.value.len);
    }
    if (rc < 0)
        say(out, "error in tlvs");
}

static void say_header(struct says *out,
                       const struct eventlet_proxy_header *header)
{
    static const char *const families[] = { "unspec", "inet", "inet6", "unix" };
    static const char *const transports[] = { "", " stream", " dgram" };

    say(out, "v%d %s %s%s%s", header->version,
        header->command == EVENTLET_PROXY_LOCAL ? "local" : "proxy",
        families[header->family], transports[header->transport],
        header->checksum ? " checksum" : "");
    say_end(out, "from", header->family, &header->source);
    say_end(out, "to", header->family, &header->destination);
    say_tlvs(out, header->tlvs);
}

static void say_rewritten(const struct proxy_example *p, struct says *out,
                          struct eventlet_proxy_header header)
{
    char room[WRITTEN];
    ssize_t n, again;

    header.version = p->rewrite;
    header.checksum = p->sign;
    n = eventlet_proxy_protocol_write(room, 0, &header);
    again = eventlet_proxy_protocol_write(room, sizeof room, &header);
    if (n != again)
        say(out, "first %zd, then %zd", n, again);
    if (n < 0)
        say(out, "cannot be written");
    else
        say_bytes(out, "written", room, (size_t)n);
}

/* ---- running ---- */

/* Whoever reads no more than is needed never reads behind the header. */
static void check_need(struct proxy_example *p, struct says *out, size_t len)
{
    if (p->need > len - p->bytes || p->parser.need == 0)
        say(out, "needed %zu, but it took %zu", p->need, len - p->bytes);
}

static ssize_t feed(void *state, const char *data, size_t len, struct says *out)
{
    struct proxy_example *p = state;
    struct eventlet_proto_error error;
    struct eventlet_proxy_header header;
    ssize_t n;

    if (p->whole) {
        say_piece(out, "rest", data, len);
        return (ssize_t)len;
    }
    if (!p->begun)
        eventlet_proxy_protocol_init(&p->parser, &p->opts);
    p->begun = true;
    n = eventlet_proxy_protocol_feed(
        &p->parser, &header, (struct eventlet_span){ data, len }, &error);
    if (n < 0)
        say(out, "error at %zu: %s", error.at, error.what);
    if (n == 0) {
        p->bytes = len;
        p->need = p->parser.need;
    }
    if (n <= 0)
        return n;
    check_need(p, out, (size_t)n);
    p->whole = true;
    if (p->rewrite)
        say_rewritten(p, out, header);
    else
        say_header(out, &header);
    return n;
}

EXAMPLE_CODEC(proxy_protocol, .state_size = sizeof(struct proxy_example),
              .start = start, .option = option, .feed = feed);
