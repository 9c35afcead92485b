/* SPDX-License-Identifier: MIT */
/* Request targets, absolute URIs and Host values: eventlet_uri_target,
 * eventlet_uri_parse, eventlet_uri_host.
 *
 * Parser: src/proto/uri.c
 * Parser: src/proto/uri_authority.c
 * Parser: src/proto/uri_bytes.c
 * Parser: src/proto/ip_text.c
 *
 * An input is a byte that chooses, and the text. What is right is said by the
 * grammars of the RFCs, matched by abnf.c. */
#include "abnf.h"
#include "fuzz.h"
#include "uri_grammar.h"

#include <arpa/inet.h>

#include "eventlet/errors.h"
#include "eventlet/uri.h"

static const struct abnf *grammar;
static struct eventlet_span text;

static bool matches(const char *rule)
{
    return abnf_matches(grammar, rule, text.at, text.len);
}

static bool part_matches(struct eventlet_span part, const char *rule)
{
    return abnf_matches(grammar, rule, part.at, part.len);
}

/* ---- what is right ---- */

static bool good_target(const char *method, bool compat)
{
    if (strcmp(method, "CONNECT") == 0)
        return matches(compat ? "loose-connect" : "authority-form");
    if (compat) {
        if (!matches("with-authority"))
            return matches("loose-target");
        return matches("of-known-scheme") ? matches("loose-absolute")
                                          : matches("loose-other");
    }
    if (matches("origin-form"))
        return true;
    if (matches("asterisk-form"))
        return strcmp(method, "OPTIONS") == 0;
    return matches("of-known-scheme") ? matches("absolute-form")
                                      : matches("other-form");
}

static bool good_uri(bool compat, bool userinfo)
{
    if (compat)
        return matches("loose-URI");
    if (matches(userinfo ? "user-without-fragment" : "without-fragment"))
        return true;
    return matches(userinfo ? "user-with-fragment" : "with-fragment") &&
           !matches("websocket");
}

/* ---- the parts ---- */

static char joined[4 * ABNF_TEXT_MAX];
static size_t joined_len;

static void join(const char *before, struct eventlet_span part,
                 const char *behind)
{
    if (part.at)
        joined_len += (size_t)snprintf(joined + joined_len,
                                       sizeof joined - joined_len, "%s%.*s%s",
                                       before, (int)part.len, part.at, behind);
}

static void join_authority(const struct eventlet_uri_authority *host)
{
    const bool literal =
        host->kind == EVENTLET_HOST_IPV6 || host->kind == EVENTLET_HOST_FUTURE;

    join("", host->userinfo, "@");
    join(literal ? "[" : "", host->host, literal ? "]" : "");
    join(":", host->digits, "");
}

/* The parts, put together, are the whole again: nothing was lost. */
static void check_joined(const char *from, size_t len)
{
    FUZZ_CHECK(joined_len == len && memcmp(joined, from, len) == 0);
}

static int slow_port(struct eventlet_span digits)
{
    int port = -1;

    for (size_t i = 0; i < digits.len; i++)
        port = (port < 0 ? 0 : port * 10) + digits.at[i] - '0';
    return port;
}

static void check_host(const struct eventlet_uri_authority *host, bool compat)
{
    const enum eventlet_host_kind kind = host->kind;
    uint8_t address[16];
    char host_text[ABNF_TEXT_MAX + 1];
    const int family = kind == EVENTLET_HOST_IPV4 ? AF_INET : AF_INET6;

    if (!host->host.at)
        return;
    FUZZ_CHECK((kind == EVENTLET_HOST_NONE) == (host->host.len == 0));
    FUZZ_CHECK((kind == EVENTLET_HOST_IPV4) ==
               part_matches(host->host, "IPv4address"));
    FUZZ_CHECK((kind == EVENTLET_HOST_IPV6) ==
               part_matches(host->host, "IPv6address"));
    if (kind == EVENTLET_HOST_FUTURE)
        FUZZ_CHECK(part_matches(host->host, "IPvFuture"));
    if (kind == EVENTLET_HOST_NAME && !compat)
        FUZZ_CHECK(part_matches(host->host, "reg-name"));
    if (kind != EVENTLET_HOST_IPV4 && kind != EVENTLET_HOST_IPV6)
        return;
    snprintf(host_text, sizeof host_text, "%.*s", (int)host->host.len,
             host->host.at);
    FUZZ_CHECK(inet_pton(family, host_text, address) == 1);
    FUZZ_CHECK(memcmp(address, host->address, family == AF_INET ? 4 : 16) == 0);
}

/* It is the same host as itself, and as no other. */
static void check_same_host(const struct eventlet_uri_authority *host)
{
    struct eventlet_uri_authority other = *host;
    char letters[ABNF_TEXT_MAX + 1];

    FUZZ_CHECK(eventlet_uri_same_host(host, &other, 80));
    other.port = host->port == 81 ? 82 : 81;
    FUZZ_CHECK(!eventlet_uri_same_host(host, &other, 80));
    other = *host;
    other.kind = (enum eventlet_host_kind)((host->kind + 1) % 5);
    FUZZ_CHECK(!eventlet_uri_same_host(host, &other, 80));
    if (host->kind != EVENTLET_HOST_NAME || host->host.len == 0)
        return;
    other = *host;
    other.host.len--;
    FUZZ_CHECK(!eventlet_uri_same_host(host, &other, 80));
    memcpy(letters, host->host.at, host->host.len);
    letters[0] = (letters[0] | 0x20) == 'x' ? 'y' : 'x';
    other.host = (struct eventlet_span){ letters, host->host.len };
    FUZZ_CHECK(*host->host.at == '%' ||
               !eventlet_uri_same_host(host, &other, 80));
}

static void check_authority(const struct eventlet_uri *uri, bool compat)
{
    const int given = slow_port(uri->authority.digits);

    check_host(&uri->authority, compat);
    FUZZ_CHECK(uri->authority.port ==
               (given >= 0 ? given : eventlet_uri_default_port(uri->scheme)));
    check_same_host(&uri->authority);
}

static void check_parts(const struct eventlet_uri *uri, bool compat)
{
    const char *from = text.at;

    joined_len = 0;
    if (uri->form == EVENTLET_URI_AUTHORITY) {
        join_authority(&uri->authority);
        check_joined(from, text.len);
        FUZZ_CHECK(uri->path.at == from && uri->path.len == text.len);
        return;
    }
    join("", uri->scheme, "://");
    join_authority(&uri->authority);
    join("", uri->path, "");
    join("?", uri->query, "");
    join("#", uri->fragment, "");
    if (uri->form == EVENTLET_URI_ORIGIN && compat)
        for (; uri->path.at > from; from++)
            FUZZ_CHECK(*from == '/');
    check_joined(from, text.len - (size_t)(from - text.at));
    if (!compat && uri->form != EVENTLET_URI_ASTERISK)
        FUZZ_CHECK(part_matches(uri->path, "path-abempty"));
}

/* An error says what, and where within the text or right behind it; and what
 * was to be set is as it was. */
static void check_refused(const void *out, size_t size,
                          const struct eventlet_proto_error *error)
{
    for (size_t i = 0; i < size; i++)
        FUZZ_CHECK(((const unsigned char *)out)[i] == 0xa5);
    FUZZ_CHECK(error->what && *error->what);
    FUZZ_CHECK(error->at <= text.len && error->status == 400);
}

/* An absolute URI without a path asks for the root, or for the server. */
static void check_path_info(const struct eventlet_uri *uri,
                            const struct eventlet_uri_opts *opts)
{
    char byte = 'x';

    if (uri->form != EVENTLET_URI_ABSOLUTE || uri->path.len > 0)
        return;
    FUZZ_CHECK(eventlet_uri_path_info(NULL, 0, uri, opts, NULL) == 1);
    FUZZ_CHECK(eventlet_uri_path_info(&byte, 1, uri, opts, NULL) == 1);
    FUZZ_CHECK(byte == (uri->whole_server ? '*' : '/'));
}

/* ---- each of the three ---- */

static bool target(const char *method, bool compat)
{
    const struct eventlet_span word = { method, strlen(method) };
    const struct eventlet_uri_opts opts = { .profile = compat };
    struct eventlet_proto_error error = { 0 };
    struct eventlet_uri uri;
    int rc;

    memset(&uri, 0xa5, sizeof uri);
    rc = eventlet_uri_target(&uri, word, text, &opts, &error);
    FUZZ_CHECK(rc == (good_target(method, compat) ? 0 : EVENTLET_BAD_URI));
    if (rc < 0)
        check_refused(&uri, sizeof uri, &error);
    if (rc < 0)
        return false;
    check_parts(&uri, compat);
    check_authority(&uri, compat);
    check_path_info(&uri, &opts);
    return true;
}

static bool parse(bool compat, bool userinfo)
{
    const struct eventlet_uri_opts opts = { .profile = compat,
                                            .userinfo = userinfo };
    struct eventlet_proto_error error = { 0 };
    struct eventlet_uri uri;
    int rc;

    memset(&uri, 0xa5, sizeof uri);
    rc = eventlet_uri_parse(&uri, text, &opts, &error);
    FUZZ_CHECK(rc == (good_uri(compat, userinfo) ? 0 : EVENTLET_BAD_URI));
    if (rc < 0)
        check_refused(&uri, sizeof uri, &error);
    if (rc < 0)
        return false;
    check_parts(&uri, compat);
    check_authority(&uri, compat);
    return true;
}

static bool host(bool compat)
{
    const struct eventlet_uri_opts opts = { .profile = compat };
    struct eventlet_proto_error error = { 0 };
    struct eventlet_uri_authority out;
    int rc;

    memset(&out, 0xa5, sizeof out);
    rc = eventlet_uri_host(&out, text, &opts, &error);
    FUZZ_CHECK(rc == 0 || eventlet_uri_host(&out, text, &opts, NULL) == rc);
    FUZZ_CHECK(
        rc == (matches(compat ? "loose-Host" : "Host") ? 0 : EVENTLET_BAD_URI));
    if (rc < 0)
        check_refused(&out, sizeof out, &error);
    if (rc < 0)
        return false;
    joined_len = 0;
    join_authority(&out);
    check_joined(text.at, text.len);
    check_host(&out, compat);
    FUZZ_CHECK(out.port == slow_port(out.digits));
    return true;
}

/* Whatever strict takes, compat takes. */
static void both(unsigned choice, const char *method)
{
    bool strict, compat;

    if (choice == 0) {
        strict = host(false);
        compat = host(true);
    } else if (choice == 1) {
        strict = parse(false, false);
        compat = parse(true, false);
        if (strict)
            FUZZ_CHECK(parse(false, true));
    } else if (choice == 2) {
        strict = parse(false, true);
        compat = parse(true, true);
    } else {
        strict = target(method, false);
        compat = target(method, true);
    }
    FUZZ_CHECK(!strict || compat);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const methods[] = { "GET", "OPTIONS", "CONNECT" };
    struct fuzz_input in = { data, size };
    const unsigned choice = fuzz_byte(&in);
    const char *method = methods[choice / 8 % 3];
    char *copy;

    if (!grammar)
        grammar =
            abnf_read(GRAMMAR_OF_URIS GRAMMAR_OF_TARGETS GRAMMAR_OF_COMPAT);
    if (in.len > ABNF_TEXT_MAX / 2)
        return 0;
    copy = fuzz_block(in.len);
    if (in.len)
        memcpy(copy, in.at, in.len);
    text.at = copy;
    text.len = in.len;
    both(choice % 8, method);
    fuzz_free(copy);
    return 0;
}
