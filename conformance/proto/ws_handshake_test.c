/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "eventlet/errors.h"
#include "eventlet/ws_handshake.h"

static struct eventlet_span text(const char *bytes)
{
    return (struct eventlet_span){ bytes, strlen(bytes) };
}

static struct eventlet_ws_field field(const char *name, const char *value)
{
    return (struct eventlet_ws_field){ text(name), text(value) };
}

static const char *const protocols[] = { "chat", "superchat", NULL };

static const struct eventlet_ws_client sample = {
    .host = "server.example.com",
    .target = "/chat?a=b",
    .origin = "http://example.com",
    .protocols = protocols,
    .deflate = true,
    .random = { 't', 'h', 'e', ' ', 's', 'a', 'm', 'p', 'l', 'e', ' ', 'n', 'o',
                'n', 'c', 'e' },
};

/* ---- requests ---- */

TEST(ws_handshake, requests_of_the_rfc, "ws_handshake.19")
{
    struct eventlet_ws_client client = sample;
    char out[1024];
    ssize_t n = eventlet_ws_request_write(out, sizeof out - 1, &client);

    REQUIRE(n > 0);
    out[n] = '\0';
    CHECK_STR(out, "GET /chat?a=b HTTP/1.1\r\n"
                   "Host: server.example.com\r\n"
                   "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                   "Sec-WebSocket-Version: 13\r\n"
                   "Origin: http://example.com\r\n"
                   "Sec-WebSocket-Protocol: chat, superchat\r\n"
                   "Sec-WebSocket-Extensions: permessage-deflate; "
                   "client_max_window_bits\r\n\r\n");
    client = (struct eventlet_ws_client){
        .version = 8,
        .host = "a",
        .origin = "b",
        .deflate = true,
        .params = { true, true, 9, 10 },
    };
    n = eventlet_ws_request_write(out, sizeof out - 1, &client);
    REQUIRE(n > 0);
    out[n] = '\0';
    CHECK_STR(out, "GET / HTTP/1.1\r\nHost: a\r\n"
                   "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                   "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                   "Sec-WebSocket-Version: 8\r\n"
                   "Sec-WebSocket-Origin: b\r\n"
                   "Sec-WebSocket-Extensions: permessage-deflate; "
                   "server_no_context_takeover; client_no_context_takeover; "
                   "server_max_window_bits=9; "
                   "client_max_window_bits=10\r\n\r\n");
}

/* A list of no protocols is no list, which RFC 6455 would not allow. */
TEST(ws_handshake, a_request_for_nothing_else, "ws_handshake.19")
{
    static const char *const none[] = { NULL };
    const char *const *const lists[] = { NULL, none };

    for (size_t i = 0; i < 2; i++) {
        const struct eventlet_ws_client client = { .host = "a",
                                                   .protocols = lists[i] };
        char out[1024];
        ssize_t n = eventlet_ws_request_write(out, sizeof out - 1, &client);

        REQUIRE(n > 0);
        out[n] = '\0';
        CHECK_STR(out, "GET / HTTP/1.1\r\nHost: a\r\n"
                       "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                       "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                       "Sec-WebSocket-Version: 13\r\n\r\n");
    }
}

TEST(ws_handshake, requests_of_hixie_75, "ws_handshake.19")
{
    struct eventlet_ws_client client = sample;
    char out[1024];
    ssize_t n;

    client.version = 75;
    n = eventlet_ws_request_write(out, sizeof out - 1, &client);
    REQUIRE(n > 0);
    out[n] = '\0';
    CHECK_STR(out, "GET /chat?a=b HTTP/1.1\r\nHost: server.example.com\r\n"
                   "Upgrade: WebSocket\r\nConnection: Upgrade\r\n"
                   "Origin: http://example.com\r\n"
                   "WebSocket-Protocol: chat\r\n\r\n");
}

static bool is_draft_key(const char *at, const char *end)
{
    int digits = 0, spaces = 0, others = 0;

    if (*at == ' ' || end[-1] == ' ')
        return CHECK_FAIL("a space at an end of %.20s", at);
    for (; at < end; at++) {
        digits += *at >= '0' && *at <= '9';
        spaces += *at == ' ';
        others += *at > ' ' && *at < 0x7f && (*at < '0' || *at > '9');
    }
    return CHECK(digits > 0 && digits <= 10 && spaces >= 1 && spaces <= 12 &&
                 others >= 1 && others <= 12);
}

/* Keys of many kinds, and each request is answered by our server and the
 * answer taken. */
TEST(ws_handshake, hixie_76_with_ourselves,
     "ws_handshake.17 ws_handshake.20 ws_handshake.26")
{
    struct eventlet_ws_client client = sample;

    client.version = 76;
    for (unsigned i = 0; i < 2000; i++) {
        struct eventlet_ws_handshake h;
        struct eventlet_ws_error error;
        struct eventlet_ws_field fields[8], back[3];
        char out[1024], answer[1024];
        char *key[2], *end[2];
        ssize_t n, m;

        memcpy(client.random, &i, sizeof i);
        n = eventlet_ws_request_write(out, sizeof out, &client);
        REQUIRE(n > 0);
        for (int k = 0; k < 2; k++) {
            char name[] = "Sec-WebSocket-Key1: ";

            name[17] = (char)('1' + k);
            key[k] = (char *)memmem(out, (size_t)n, name, 20) + 20;
            end[k] = memmem(key[k], 64, "\r\n", 2);
            REQUIRE(is_draft_key(key[k], end[k]));
            fields[5 + k] =
                field(k ? "Sec-WebSocket-Key2" : "Sec-WebSocket-Key1", "");
            fields[5 + k].value =
                (struct eventlet_span){ key[k], (size_t)(end[k] - key[k]) };
        }
        fields[0] = field("Host", client.host);
        fields[1] = field("Origin", client.origin);
        fields[2] = field("Upgrade", "WebSocket");
        fields[3] = field("Connection", "Upgrade");
        fields[4] = field("Sec-WebSocket-Protocol", "chat");
        REQUIRE_CODE(
            eventlet_ws_accept(
                &h, &error,
                &(struct eventlet_ws_request){ .target = text(client.target),
                                               .fields = fields,
                                               .count = 7 },
                &(struct eventlet_ws_server_opts){ .legacy = true }),
            0);
        m = eventlet_ws_answer_write(answer, sizeof answer, &h, out + n - 8);
        REQUIRE(m > 16);
        back[0] = field("Sec-WebSocket-Origin", client.origin);
        back[1] =
            field("Sec-WebSocket-Location", "ws://server.example.com/chat?a=b");
        back[2] = fields[4];
        memcpy(fields + 4, back, sizeof back);
        CHECK_CODE(
            eventlet_ws_established(&h, &error,
                                    &(struct eventlet_ws_response){
                                        101, fields, 7, answer + m - 16 },
                                    &client),
            0);
        CHECK_CODE(eventlet_ws_established(
                       &h, &error,
                       &(struct eventlet_ws_response){ 101, fields, 7, NULL },
                       &client),
                   EVENTLET_WS_HANDSHAKE);
    }
}

TEST(ws_handshake, requests_that_cannot_be_made, "ws_handshake.21")
{
    const struct eventlet_ws_client wrong[] = {
        { .host = NULL },
        { .host = "a", .origin = "\x7f" },
        { .host = "a", .origin = "b\r\nc: d" },
        { .host = "a", .version = 12 },
        { .host = "a", .version = 75 },
        { .host = "a", .version = 76 },
    };
    char out[1024];

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK_CODE(eventlet_ws_request_write(out, sizeof out, wrong + i),
                   -EINVAL);
}

TEST(ws_handshake, a_server_without_options, "ws_handshake.28")
{
    const struct eventlet_ws_field fields[] = {
        field("Host", "a"),
        field("Upgrade", "websocket"),
        field("Connection", "Upgrade"),
        field("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="),
        field("Origin", "http://anywhere"),
        field("Sec-WebSocket-Protocol", "chat"),
        field("Sec-WebSocket-Extensions", "permessage-deflate"),
        field("Sec-WebSocket-Version", "13"),
    };
    struct eventlet_ws_request request = { .target = text("/"),
                                           .fields = fields,
                                           .count = 8 };
    struct eventlet_ws_handshake h;
    struct eventlet_ws_error error;

    CHECK_CODE(eventlet_ws_accept(&h, &error, &request, NULL), 0);
    CHECK_PTR(h.protocol.at, NULL);
    CHECK(h.deflate);
    request.count = 7;
    CHECK_CODE(eventlet_ws_accept(&h, &error, &request, NULL),
               EVENTLET_WS_HANDSHAKE);
}

TEST(ws_handshake, protocols_that_are_no_tokens, "ws_handshake.21")
{
    static const char *const wrong[] = {
        "",  "a, b", "a b",  " a",       "a ",  "a\r\nb",
        ",", "a/b",  "a\"b", "\xc3\xa4", "a;b", "a:b",
    };
    char out[1024];

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const char *const names[] = { "chat", wrong[i], NULL };
        const char *const again[] = { "chat", "b", "chat", NULL };
        struct eventlet_ws_client client = { .host = "a", .protocols = names };

        CHECK_CODE(eventlet_ws_request_write(out, sizeof out, &client),
                   -EINVAL);
        client.protocols = again;
        CHECK_CODE(eventlet_ws_request_write(out, sizeof out, &client),
                   -EINVAL);
        client.protocols = again + 1;
        CHECK(eventlet_ws_request_write(out, sizeof out, &client) > 0);
    }
}

TEST(ws_handshake, targets_and_hosts_that_are_none, "ws_handshake.27")
{
    static const char *const targets[] = {
        "",    " ",  "/a b",  "/ HTTP/1.1\r\nX: y\r\n\r\nGET /",
        "/\r", "/#", "/\x7f", "/\xc3\xa4",
        "a",   "*",  "?a",    "http://a/",
    };
    static const char *const hosts[] = {
        "",    " a",     "a b", "a\nb", "a:b:c",   "a@b",
        ":80", "[::zz]", "::1", "a/",   "a:99999",
    };
    char out[1024];

    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        CHECK_CODE(
            eventlet_ws_request_write(out, sizeof out,
                                      &(struct eventlet_ws_client){
                                          .host = "a", .target = targets[i] }),
            EVENTLET_BAD_URI);
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
        CHECK_CODE(eventlet_ws_request_write(
                       out, sizeof out,
                       &(struct eventlet_ws_client){ .host = hosts[i] }),
                   EVENTLET_BAD_URI);
    CHECK(eventlet_ws_request_write(
              out, sizeof out,
              &(struct eventlet_ws_client){ .host = "[::1]:80",
                                            .target = "/a?b=%20" }) > 0);
}

/* ---- room ---- */

TEST(ws_handshake, what_does_not_fit, "ws_handshake.21")
{
    static const int versions[] = { 13, 8, 75, 76 };

    for (size_t i = 0; i < 4; i++) {
        struct eventlet_ws_client client = sample;
        struct eventlet_ws_handshake h = {
            .version = versions[i],
            .host = text("a"),
            .origin = text("b"),
            .protocol = text("chat"),
            .target = text("/"),
            .deflate = true,
            .params = { true, true, 8, 15 },
        };
        char out[1024];
        ssize_t n, size = -1;

        client.version = versions[i];
        do
            n = eventlet_ws_request_write(out, (size_t)++size, &client);
        while (n == -ENOBUFS);
        CHECK_INT(n, size);
        size = -1;
        do
            n = eventlet_ws_answer_write(out, (size_t)++size, &h, "12345678");
        while (n == -ENOBUFS);
        CHECK_INT(n, size);
    }
}

TEST(ws_handshake, refusals, "ws_handshake.18")
{
    static const struct {
        int status;
        const char *line;
    } cases[] = {
        { 400, "HTTP/1.1 400 Bad Request\r\n" },
        { 403, "HTTP/1.1 403 Forbidden\r\n" },
        { 426, "HTTP/1.1 426 Upgrade Required\r\n" },
        { 500, "HTTP/1.1 500 Internal Server Error\r\n" },
    };

    for (size_t i = 0; i < 4; i++) {
        const struct eventlet_ws_error error = { .status = cases[i].status };
        char out[256];
        ssize_t n = eventlet_ws_refusal_write(out, sizeof out - 1, &error);

        REQUIRE(n > 0);
        out[n] = '\0';
        CHECK_HAS(out, cases[i].line);
        CHECK_HAS(out, cases[i].status == 426
                           ? "\r\nConnection: close, Upgrade\r\n"
                             "Upgrade: websocket\r\n"
                           : "\r\nConnection: close\r\n");
        CHECK_STR(out + n - 23, "\r\nContent-Length: 0\r\n\r\n");
        CHECK_CODE(eventlet_ws_refusal_write(out, (size_t)n - 1, &error),
                   -ENOBUFS);
    }
}

TEST(ws_handshake, drafts_repeat_no_control_characters, "ws_handshake.13")
{
    static const char *const bad[] = { "a\nb", "a\rb", "\x01", "\x7f" };

    for (size_t i = 0; i < 16; i++) {
        const char *value[4] = { "a", "b", "c", "/" };
        struct eventlet_ws_handshake h;
        struct eventlet_ws_error error;

        value[i / 4] = bad[i % 4];
        const struct eventlet_ws_field fields[] = {
            field("Host", value[0]),
            field("Origin", value[1]),
            field("WebSocket-Protocol", value[2]),
            field("Upgrade", "WebSocket"),
            field("Connection", "Upgrade"),
        };
        CHECK_CODE(eventlet_ws_accept(
                       &h, &error,
                       &(struct eventlet_ws_request){
                           .target = text(value[3]),
                           .fields = fields,
                           .count = 5,
                       },
                       &(struct eventlet_ws_server_opts){ .legacy = true }),
                   EVENTLET_WS_HANDSHAKE);
        CHECK_INT(error.status, 400);
    }
}
