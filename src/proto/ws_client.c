/* SPDX-License-Identifier: MIT */
/* Opening handshakes, the client's side.
 *
 * Whatever of a request is random is made from client->random each time, so
 * that it need not be kept until the answer comes. */
#include <errno.h>
#include <stdint.h>

#include "eventlet/errors.h"
#include "proto/ws_extension.h"
#include "proto/ws_handshake.h"

/* ---- the keys of hixie-76 ---- */

/* A number times how many spaces there are, with spaces and other characters
 * strewn in. Nobody is to guess it from outside a browser; it keeps no
 * secret. */
struct draft_keys {
    char text[2][40];
    size_t len[2];
    unsigned char numbers[8];
};

static uint64_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return *state >> 32;
}

static void insert(char *text, size_t *len, size_t at, char c)
{
    memmove(text + at + 1, text + at, *len - at);
    text[at] = c;
    ++*len;
}

/* Printable, neither a digit nor a space. */
static char other_char(uint64_t random)
{
    unsigned n = (unsigned)(random % (15 + 69));

    return (char)(n < 15 ? 0x21 + n : 0x3a + n - 15);
}

static void make_key(char *text, size_t *len, unsigned char *number,
                     uint64_t *state)
{
    unsigned spaces = 1 + (unsigned)(next_random(state) % 12);
    unsigned others = 1 + (unsigned)(next_random(state) % 12);
    uint64_t n = next_random(state) % ((uint64_t)UINT32_MAX / spaces + 1);

    for (int i = 0; i < 4; i++)
        number[i] = (unsigned char)(n >> (24 - 8 * i));
    *len = 0;
    n *= spaces;
    do
        insert(text, len, 0, (char)('0' + n % 10));
    while ((n /= 10) > 0);
    for (; others > 0; others--)
        insert(text, len, next_random(state) % (*len + 1),
               other_char(next_random(state)));
    for (; spaces > 0; spaces--)
        insert(text, len, 1 + next_random(state) % (*len - 1), ' ');
}

static void make_keys(struct draft_keys *keys,
                      const struct eventlet_ws_client *client)
{
    uint64_t state;

    memcpy(&state, client->random, sizeof state);
    for (int i = 0; i < 2; i++)
        make_key(keys->text[i], keys->len + i, keys->numbers + 4 * i, &state);
}

/* ---- the request ---- */

static void put(struct eventlet__ws_out *o, const char *name, const char *value)
{
    eventlet__ws_puts(o, name);
    eventlet__ws_puts(o, ": ");
    eventlet__ws_puts(o, value);
    eventlet__ws_puts(o, "\r\n");
}

static void put_protocols(struct eventlet__ws_out *o, const char *name,
                          const struct eventlet_ws_client *client, bool all)
{
    if (!client->protocols || !client->protocols[0])
        return;
    eventlet__ws_puts(o, name);
    eventlet__ws_puts(o, ": ");
    eventlet__ws_puts(o, client->protocols[0]);
    for (size_t i = 1; all && client->protocols[i]; i++) {
        eventlet__ws_puts(o, ", ");
        eventlet__ws_puts(o, client->protocols[i]);
    }
    eventlet__ws_puts(o, "\r\n");
}

static void put_rfc(struct eventlet__ws_out *o,
                    const struct eventlet_ws_client *client)
{
    char key[25];

    eventlet__ws_base64(key, client->random);
    eventlet__ws_puts(o, "Upgrade: websocket\r\nConnection: Upgrade\r\n");
    put(o, "Sec-WebSocket-Key", key);
    put(o, "Sec-WebSocket-Version", client->version == 8 ? "8" : "13");
    if (client->origin)
        put(o, client->version == 8 ? "Sec-WebSocket-Origin" : "Origin",
            client->origin);
    put_protocols(o, "Sec-WebSocket-Protocol", client, true);
    if (client->deflate)
        eventlet__ws_put_deflate(o, &client->params, true);
    eventlet__ws_puts(o, "\r\n");
}

static void put_75(struct eventlet__ws_out *o,
                   const struct eventlet_ws_client *client)
{
    eventlet__ws_puts(o, "Upgrade: WebSocket\r\nConnection: Upgrade\r\n");
    put(o, "Origin", client->origin);
    put_protocols(o, "WebSocket-Protocol", client, false);
    eventlet__ws_puts(o, "\r\n");
}

static void put_76(struct eventlet__ws_out *o,
                   const struct eventlet_ws_client *client)
{
    struct draft_keys keys;

    make_keys(&keys, client);
    eventlet__ws_puts(o, "Upgrade: WebSocket\r\nConnection: Upgrade\r\n");
    put(o, "Origin", client->origin);
    put_protocols(o, "Sec-WebSocket-Protocol", client, false);
    eventlet__ws_puts(o, "Sec-WebSocket-Key1: ");
    eventlet__ws_put(o, keys.text[0], keys.len[0]);
    eventlet__ws_puts(o, "\r\nSec-WebSocket-Key2: ");
    eventlet__ws_put(o, keys.text[1], keys.len[1]);
    eventlet__ws_puts(o, "\r\n\r\n");
    eventlet__ws_put(o, client->random + 8, 8);
}

ssize_t eventlet_ws_request_write(char *out, size_t size,
                                  const struct eventlet_ws_client *client)
{
    struct eventlet__ws_out o = { out, size, false };
    int rc = eventlet__ws_can_ask(client);

    if (rc < 0)
        return rc;
    eventlet__ws_puts(&o, "GET ");
    eventlet__ws_puts(&o, client->target ? client->target : "/");
    eventlet__ws_puts(&o, " HTTP/1.1\r\n");
    put(&o, "Host", client->host);
    if (client->version == 75)
        put_75(&o, client);
    else if (client->version == 76)
        put_76(&o, client);
    else
        put_rfc(&o, client);
    return o.full ? -ENOBUFS : o.at - out;
}

/* ---- the answer ---- */

static int bad(struct eventlet_ws_error *error, const char *what)
{
    *error = (struct eventlet_ws_error){ .what = what };
    return EVENTLET_WS_HANDSHAKE;
}

static size_t fields_of(struct eventlet_span *value,
                        const struct eventlet_ws_response *r, const char *name)
{
    return eventlet__ws_fields(value, r->fields, r->count, name);
}

static bool is_text(const struct eventlet_span *text, const char *want)
{
    return text->len == strlen(want) && memcmp(text->at, want, text->len) == 0;
}

/* What was offered binds the server; what was only hinted at does not. */
static bool is_within_offer(const struct eventlet_ws_deflate_params *p,
                            const struct eventlet_ws_deflate_params *offer)
{
    if (offer->server_no_context_takeover && !p->server_no_context_takeover)
        return false;
    if (offer->server_max_window_bits &&
        (p->server_max_window_bits == 0 ||
         p->server_max_window_bits > offer->server_max_window_bits))
        return false;
    return !offer->client_max_window_bits ||
           p->client_max_window_bits <= offer->client_max_window_bits;
}

/* What we said of our own side holds, whether it was taken up or not. */
static void agree(struct eventlet_ws_handshake *out,
                  const struct eventlet_ws_deflate_params *p,
                  const struct eventlet_ws_deflate_params *offer)
{
    out->deflate = true;
    out->params = *p;
    if (offer->client_no_context_takeover)
        out->params.client_no_context_takeover = true;
    if (p->client_max_window_bits == 0)
        out->params.client_max_window_bits = offer->client_max_window_bits;
}

static bool take_extensions(struct eventlet_ws_handshake *out,
                            const struct eventlet_span *list,
                            const struct eventlet_ws_client *client)
{
    const char *at = list->at;
    struct eventlet__ws_extension e;
    int rc;

    while ((rc = eventlet__ws_next_extension(&e, &at, list->at + list->len)) >
           0) {
        if (!client->deflate || out->deflate || !e.is_deflate ||
            !e.acceptable || e.bare_server_bits || e.bare_client_bits ||
            !is_within_offer(&e.params, &client->params))
            return false;
        agree(out, &e.params, &client->params);
    }
    return rc == 0;
}

static bool take_protocol(struct eventlet_ws_handshake *out,
                          const struct eventlet_ws_response *r,
                          const char *name,
                          const struct eventlet_ws_client *client)
{
    size_t n = fields_of(&out->protocol, r, name);

    for (size_t i = 0; n == 1 && client->protocols && client->protocols[i]; i++)
        if (is_text(&out->protocol, client->protocols[i]))
            return true;
    return n == 0;
}

static int judge_rfc(struct eventlet_ws_handshake *out,
                     struct eventlet_ws_error *error,
                     const struct eventlet_ws_response *r,
                     const struct eventlet_ws_client *client)
{
    struct eventlet_span value;
    char key[25];

    eventlet__ws_base64(key, client->random);
    if (eventlet__ws_accept_key(out->accept, key, 24) < 0) {
        *error = (struct eventlet_ws_error){ .what = "out of memory" };
        return -ENOMEM;
    }
    if (fields_of(&value, r, "Sec-WebSocket-Accept") != 1 ||
        !is_text(&value, out->accept))
        return bad(error, "Sec-WebSocket-Accept is not the answer to our key");
    if (!take_protocol(out, r, "Sec-WebSocket-Protocol", client))
        return bad(error, "a protocol that was not offered");
    for (size_t i = 0; i < r->count; i++)
        if (eventlet__ws_trim(&value, r->fields + i,
                              "Sec-WebSocket-Extensions") &&
            !take_extensions(out, &value, client))
            return bad(error, "an extension that was not offered like that");
    return 0;
}

static bool is_our_location(const struct eventlet_span *value,
                            const struct eventlet_ws_client *client)
{
    const char *target = client->target ? client->target : "/";
    const char *scheme = client->secure ? "wss://" : "ws://";
    size_t before = strlen(scheme), host = strlen(client->host);

    return value->len == before + host + strlen(target) &&
           memcmp(value->at, scheme, before) == 0 &&
           memcmp(value->at + before, client->host, host) == 0 &&
           memcmp(value->at + before + host, target, strlen(target)) == 0;
}

static int judge_draft(struct eventlet_ws_handshake *out,
                       struct eventlet_ws_error *error,
                       const struct eventlet_ws_response *r,
                       const struct eventlet_ws_client *client)
{
    bool old = client->version == 75;
    struct eventlet_span value;

    if (fields_of(&value, r,
                  old ? "WebSocket-Origin" : "Sec-WebSocket-Origin") != 1 ||
        !is_text(&value, client->origin))
        return bad(error, "the answer is for another origin");
    if (fields_of(&value, r,
                  old ? "WebSocket-Location" : "Sec-WebSocket-Location") != 1 ||
        !is_our_location(&value, client))
        return bad(error, "the answer is for another location");
    if (client->protocols && client->protocols[0] &&
        (fields_of(&out->protocol, r,
                   old ? "WebSocket-Protocol" : "Sec-WebSocket-Protocol") !=
             1 ||
         !is_text(&out->protocol, client->protocols[0])))
        return bad(error, "the answer is for another protocol");
    return 0;
}

static int judge_digest(struct eventlet_ws_error *error,
                        const struct eventlet_ws_response *r,
                        const struct eventlet_ws_client *client)
{
    struct draft_keys keys;
    unsigned char want[16];

    make_keys(&keys, client);
    if (eventlet__ws_draft_answer(want, keys.numbers, client->random + 8) < 0) {
        *error = (struct eventlet_ws_error){ .what = "out of memory" };
        return -ENOMEM;
    }
    if (!r->body || memcmp(r->body, want, sizeof want) != 0)
        return bad(error, "the answer does not belong to our keys");
    return 0;
}

int eventlet_ws_established(struct eventlet_ws_handshake *out,
                            struct eventlet_ws_error *error,
                            const struct eventlet_ws_response *r,
                            const struct eventlet_ws_client *client)
{
    int rc;

    *out = (struct eventlet_ws_handshake){
        .version = client->version ? client->version : 13,
        .secure = client->secure,
    };
    if (r->status != 101)
        return bad(error, "the status is not 101");
    if (!eventlet__ws_has_word(r->fields, r->count, "Connection", "upgrade") ||
        !eventlet__ws_has_word(r->fields, r->count, "Upgrade", "websocket"))
        return bad(error, "no upgrade to a websocket");
    if (out->version == 13 || out->version == 8)
        return judge_rfc(out, error, r, client);
    rc = judge_draft(out, error, r, client);
    return rc == 0 && out->version == 76 ? judge_digest(error, r, client) : rc;
}
