/* SPDX-License-Identifier: MIT */
/* Handshakes: requests as a server, and answers as a client reads them. A list
 * of extensions is malformed if and only if a regular expression, which is the
 * grammar, says so; whatever is answered fits exactly and is a head; and what a
 * client asks, a server takes, and the client its answer.
 *
 * Parser: src/proto/ws_handshake.c
 * Parser: src/proto/ws_extension.c
 * Parser: src/proto/ws_answer.c
 * Parser: src/proto/ws_client.c
 *
 * An input is a byte that chooses, and a head, behind which may be a body. Of a
 * client's, fields such as Our-Host say what it asks for. */
#include "ws_heads.h"

#include <errno.h>

#include "eventlet/errors.h"
#include "eventlet/uri.h"
/* ---- the server ---- */

static void check_params(const struct eventlet_ws_deflate_params *p)
{
    FUZZ_CHECK(
        p->server_max_window_bits == 0 ||
        (p->server_max_window_bits >= 8 && p->server_max_window_bits <= 15));
    FUZZ_CHECK(
        p->client_max_window_bits == 0 ||
        (p->client_max_window_bits >= 8 && p->client_max_window_bits <= 15));
}

static void check_answer(const struct eventlet_ws_handshake *h,
                         const void *body)
{
    char room[8192];
    ssize_t n = eventlet_ws_answer_write(room, sizeof room, h, body);
    char *exact;

    FUZZ_CHECK(n > 0);
    FUZZ_CHECK(memcmp(room, "HTTP/1.1 101 ", 13) == 0);
    FUZZ_CHECK(memmem(room, (size_t)n, "\r\n\r\n", 4) ==
               room + n - (h->version == 76 ? 20 : 4));
    exact = fuzz_block((size_t)n);
    FUZZ_CHECK(eventlet_ws_answer_write(exact, (size_t)n, h, body) == n);
    FUZZ_CHECK(memcmp(exact, room, (size_t)n) == 0);
    FUZZ_CHECK(eventlet_ws_answer_write(exact, (size_t)n - 1, h, body) ==
               -ENOBUFS);
    fuzz_free(exact);
}

static bool is_wanted(void *arg, const struct eventlet_span *host,
                      const struct eventlet_span *origin)
{
    (void)arg;
    return host->len > 0 && origin->len > 0 && origin->at[0] != 'x';
}

static void check_refusal(const struct eventlet_ws_error *error)
{
    char out[256];
    const ssize_t n = eventlet_ws_refusal_write(out, sizeof out, error);

    FUZZ_CHECK(error->what && error->status >= 400 && n > 0);
    FUZZ_CHECK(eventlet_ws_refusal_write(out, (size_t)n - 1, error) ==
               -ENOBUFS);
}

static void serve(const struct head *head, unsigned choice)
{
    static const char *const protocols[] = { "chat", "superchat", NULL };
    const struct eventlet_ws_server_opts opts = {
        .protocols = choice & 2 ? protocols : NULL,
        .legacy = choice & 4,
        .no_deflate = choice & 8,
        .origin = choice & 16 ? is_wanted : NULL,
    };
    const struct eventlet_ws_request request = {
        .method = { choice & 128 ? head->line.at : NULL, head->line.len },
        .target = head->line,
        .http10 = choice & 32,
        .secure = choice & 64,
        .fields = head->fields,
        .count = head->count,
    };
    struct eventlet_ws_handshake h;
    struct eventlet_ws_error error = { 0 };
    int rc =
        eventlet_ws_accept(&h, &error, &request, choice & 30 ? &opts : NULL);

    if (rc < 0) {
        check_refusal(&error);
        FUZZ_CHECK(
            strcmp(error.what, "Sec-WebSocket-Extensions is malformed") != 0 ||
            !lists_are_good(head));
        return;
    }
    FUZZ_CHECK(h.version > 13 || lists_are_good(head));
    FUZZ_CHECK(!h.deflate || !opts.no_deflate);
    check_params(&h.params);
    if (head->body.len >= h.body)
        check_answer(&h, head->body.at);
}

/* ---- the client ---- */

/* What was written, with LF alone as here, read again. Returns a block to be
 * freed after the head. */
static uint8_t *take_written(struct head *head, const char *text, ssize_t len)
{
    const char *end;
    uint8_t *copy;
    size_t n = 0;

    FUZZ_CHECK(len > 0);
    end = memmem(text, (size_t)len, "\r\n\r\n", 4);
    FUZZ_CHECK(end);
    copy = fuzz_block((size_t)len);
    for (const char *c = text; c < text + len; c++)
        if (c >= end + 4 || *c != '\r')
            copy[n++] = (uint8_t)*c;
    take_head(head, (struct fuzz_input){ copy, n });
    return copy;
}

/* Of what the input says a client is, as far as it does. */
static char *told(const struct head *head, const char *name)
{
    for (size_t i = 0; i < head->count; i++) {
        const struct eventlet_span value = head->fields[i].value;
        char *text;

        if (!is_named(&head->fields[i], name))
            continue;
        text = fuzz_block(value.len + 1);
        memcpy(text, value.at, value.len);
        text[value.len] = '\0';
        return text;
    }
    return NULL;
}

static bool is_plain(const char *text)
{
    for (; text && *text; text++)
        if ((*text > 0 && *text < ' ') || *text == 0x7f)
            return false;
    return true;
}

/* The second is always the same, which is a token; see ask. */
static bool are_protocols(const char *const *names)
{
    static const char tchars[] = "!#$%&'*+-.^_`|~0123456789"
                                 "abcdefghijklmnopqrstuvwxyz"
                                 "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const char *name = names ? names[0] : NULL;

    return !name || (*name && !name[strspn(name, tchars)] &&
                     strcmp(name, names[1]) != 0);
}

static struct eventlet_span span_of(const char *text)
{
    return (struct eventlet_span){ text, strlen(text) };
}

/* Which the target uri has a grammar for. */
static bool is_place(const struct eventlet_ws_client *c)
{
    struct eventlet_uri_authority host;
    struct eventlet_uri uri;

    return *c->host &&
           eventlet_uri_host(&host, span_of(c->host), NULL, NULL) == 0 &&
           host.host.len > 0 &&
           (!c->target ||
            (*c->target == '/' &&
             eventlet_uri_target(&uri, span_of("GET"), span_of(c->target), NULL,
                                 NULL) == 0));
}

/* What a client gets that asks so, but for want of room. */
static int can_ask(const struct eventlet_ws_client *c)
{
    const bool draft = c->version == 75 || c->version == 76;

    if (!c->host || !is_plain(c->origin) || !are_protocols(c->protocols))
        return -EINVAL;
    if (draft ? !c->origin
              : c->version != 0 && c->version != 8 && c->version != 13)
        return -EINVAL;
    return is_place(c) ? 0 : EVENTLET_BAD_URI;
}

static void judge(const struct eventlet_ws_client *client,
                  const struct head *head, int status)
{
    const struct eventlet_ws_response response = {
        .status = status,
        .fields = head->fields,
        .count = head->count,
        .body = head->body.len >= 16 ? head->body.at : NULL,
    };
    struct eventlet_ws_handshake h;
    struct eventlet_ws_error error = { 0 };

    if (eventlet_ws_established(&h, &error, &response, client) < 0) {
        FUZZ_CHECK(error.what);
        return;
    }
    FUZZ_CHECK(status == 101);
    FUZZ_CHECK(h.version > 13 || lists_are_good(head));
    FUZZ_CHECK(!h.deflate || client->deflate);
    FUZZ_CHECK(!h.deflate || !client->params.server_no_context_takeover ||
               h.params.server_no_context_takeover);
    check_params(&h.params);
}

/* Texts that a client could have, and that stay what they are on the way. */
static bool is_simple(const struct eventlet_ws_client *c)
{
    const char *texts[] = { c->host, c->target, c->origin,
                            c->protocols ? c->protocols[0] : NULL };

    for (int i = 0; i < 4; i++)
        if (texts[i] && (strlen(texts[i]) > 200 || !*texts[i] ||
                         strpbrk(texts[i], " ,:\"")))
            return false;
    return true;
}

/* A server takes the request, and the client what that answers. */
static void agree(const struct eventlet_ws_client *client, const char *text,
                  ssize_t len)
{
    const struct eventlet_ws_server_opts opts = {
        .protocols = client->protocols,
        .legacy = true,
    };
    struct eventlet_ws_request request = { .secure = client->secure };
    struct eventlet_ws_error error = { 0 };
    struct eventlet_ws_handshake h;
    struct head asked, answered;
    uint8_t *first = take_written(&asked, text, len), *second;
    char room[4096];

    request.target =
        (struct eventlet_span){ client->target ? client->target : "/", 0 };
    request.target.len = strlen(request.target.at);
    request.fields = asked.fields;
    request.count = asked.count;
    FUZZ_CHECK(eventlet_ws_accept(&h, &error, &request, &opts) == 0);
    FUZZ_CHECK(h.version == (client->version ? client->version : 13));
    FUZZ_CHECK(h.deflate == (client->deflate && h.version <= 13));
    FUZZ_CHECK(asked.body.len == h.body);
    second = take_written(
        &answered, room,
        eventlet_ws_answer_write(room, sizeof room, &h, asked.body.at));
    FUZZ_CHECK(eventlet_ws_established(
                   &h, &error,
                   &(struct eventlet_ws_response){
                       101, answered.fields, answered.count,
                       answered.body.len == 16 ? answered.body.at : NULL },
                   client) == 0);
    drop_head(&answered);
    drop_head(&asked);
    fuzz_free(second);
    fuzz_free(first);
}

static void request(const struct eventlet_ws_client *client)
{
    char room[4096];
    const ssize_t n = eventlet_ws_request_write(room, sizeof room, client);
    char *exact;

    FUZZ_CHECK(n == -ENOBUFS || (n < 0 ? n : 0) == can_ask(client));
    if (n < 0)
        return;
    exact = fuzz_block((size_t)n);
    FUZZ_CHECK(eventlet_ws_request_write(exact, (size_t)n, client) == n);
    FUZZ_CHECK(memcmp(exact, room, (size_t)n) == 0);
    FUZZ_CHECK(eventlet_ws_request_write(exact, (size_t)n - 1, client) ==
               -ENOBUFS);
    fuzz_free(exact);
    if (is_simple(client))
        agree(client, room, n);
}

static void ask(const struct head *head, unsigned choice)
{
    static const int versions[] = { 13, 8, 75, 76, 0, 7 };
    char *host = told(head, "Our-Host"), *target = told(head, "Our-Target");
    char *origin = told(head, "Our-Origin"), *bits = told(head, "Our-Bits");
    char *protocol = told(head, "Our-Protocol");
    char *which = told(head, "Our-Version"), *status = told(head, "Status");
    const char *protocols[] = { protocol ? protocol : "chat", "superchat",
                                NULL };
    struct eventlet_ws_client client = {
        .version = versions[which ? (unsigned)*which % 6 : choice >> 1 & 3],
        .host = host ? host : "a",
        .target = target,
        .origin = origin && !*origin ? NULL
                  : origin           ? origin
                                     : "b",
        .protocols = choice & 8 ? protocols : NULL,
        .deflate = choice & 16,
        .secure = status && *status == '!',
        .params = { choice & 32, choice & 64,
                    (unsigned char)(choice & 128 ? 10 : 0),
                    (unsigned char)(bits ? 9 + (unsigned)*bits % 7 : 0) },
    };

    if (protocol && !*protocol)
        protocols[0] = NULL;
    memcpy(client.random, "the sample nonce", 16);
    if (client.host && can_ask(&client) == 0)
        judge(&client, head, status && *status == '4' ? 404 : 101);
    if (host && !*host)
        client.host = NULL;
    request(&client);
    fuzz_free(host);
    fuzz_free(target);
    fuzz_free(origin);
    fuzz_free(bits);
    fuzz_free(protocol);
    fuzz_free(which);
    fuzz_free(status);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input in = { data, size };
    const unsigned choice = fuzz_byte(&in);
    struct head head;

    take_head(&head, in);
    if (lists_are_short(&head)) {
        if (choice & 1)
            ask(&head, choice);
        else
            serve(&head, choice);
    }
    drop_head(&head);
    return 0;
}
