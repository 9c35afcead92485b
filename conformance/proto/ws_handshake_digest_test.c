/* SPDX-License-Identifier: MIT */
/* Handshakes when OpenSSL makes no digest: it is told to take one from a
 * provider that there is not, as it may be told to take only approved ones. */
#include "check.h"

#include <errno.h>
#include <openssl/evp.h>
#include <string.h>

#include "eventlet/errors.h"
#include "eventlet/ws_handshake.h"

static void refuse_digests(bool yes)
{
    CHECK(EVP_set_default_properties(NULL, yes ? "provider=none" : ""));
}

#define SPAN(text)                                                             \
    {                                                                          \
        text, sizeof(text) - 1                                                 \
    }
#define FIELD(name, value)                                                     \
    {                                                                          \
        SPAN(name), SPAN(value)                                                \
    }

static const struct eventlet_ws_field rfc[] = {
    FIELD("Host", "a"),
    FIELD("Upgrade", "websocket"),
    FIELD("Connection", "Upgrade"),
    FIELD("Sec-WebSocket-Version", "13"),
    FIELD("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="),
};

TEST(ws_handshake, no_digest_for_a_request, "ws_handshake.14 ws_handshake.29")
{
    const struct eventlet_ws_request request = { .target = SPAN("/"),
                                                 .fields = rfc,
                                                 .count = 5 };
    struct eventlet_ws_handshake h;
    struct eventlet_ws_error error;

    refuse_digests(true);
    CHECK_CODE(eventlet_ws_accept(&h, &error, &request, NULL), -ENOMEM);
    CHECK_INT(error.status, 500);
    refuse_digests(false);
    CHECK_CODE(eventlet_ws_accept(&h, &error, &request, NULL), 0);
}

TEST(ws_handshake, no_digest_for_a_draft, "ws_handshake.29")
{
    const struct eventlet_ws_handshake h = { .version = 76,
                                             .host = SPAN("a"),
                                             .origin = SPAN("b"),
                                             .target = SPAN("/") };
    char out[512];

    refuse_digests(true);
    CHECK_CODE(eventlet_ws_answer_write(out, sizeof out, &h, "12345678"),
               -ENOMEM);
    refuse_digests(false);
    CHECK(eventlet_ws_answer_write(out, sizeof out, &h, "12345678") > 0);
}

static const struct eventlet_ws_client client = { .host = "a", .origin = "b" };

TEST(ws_handshake, no_digest_for_an_answer, "ws_handshake.29")
{
    static const struct eventlet_ws_field fields[] = {
        FIELD("Upgrade", "websocket"),
        FIELD("Connection", "Upgrade"),
        FIELD("Sec-WebSocket-Accept", "ICX+Yqv66kxgM0FcWaLWlFLwTAI="),
    };
    const struct eventlet_ws_response response = { 101, fields, 3, NULL };
    struct eventlet_ws_handshake h;
    struct eventlet_ws_error error;

    refuse_digests(true);
    CHECK_CODE(eventlet_ws_established(&h, &error, &response, &client),
               -ENOMEM);
    CHECK_STR(error.what, "out of memory");
    refuse_digests(false);
    CHECK_CODE(eventlet_ws_established(&h, &error, &response, &client), 0);
}

TEST(ws_handshake, no_digest_for_the_answer_of_a_draft, "ws_handshake.29")
{
    static const struct eventlet_ws_field fields[] = {
        FIELD("Upgrade", "websocket"),
        FIELD("Connection", "Upgrade"),
        FIELD("Sec-WebSocket-Origin", "b"),
        FIELD("Sec-WebSocket-Location", "ws://a/"),
    };
    const struct eventlet_ws_response response = { 101, fields, 4,
                                                   "0123456789abcdef" };
    struct eventlet_ws_client draft = client;
    struct eventlet_ws_handshake h;
    struct eventlet_ws_error error;

    draft.version = 76;
    refuse_digests(true);
    CHECK_CODE(eventlet_ws_established(&h, &error, &response, &draft), -ENOMEM);
    CHECK_STR(error.what, "out of memory");
    refuse_digests(false);
    CHECK_CODE(eventlet_ws_established(&h, &error, &response, &draft),
               EVENTLET_WS_HANDSHAKE);
}
