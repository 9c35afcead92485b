/* SPDX-License-Identifier: MIT */
/* Opening handshakes, the server's side: what a request asks for. */
#include "proto/ws_handshake.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdint.h>

#include "eventlet/errors.h"
#include "proto/ws_extension.h"

/* ---- fields ---- */

bool eventlet__ws_trim(struct eventlet_span *value,
                       const struct eventlet_ws_field *field, const char *name)
{
    struct eventlet_span v = field->value;

    if (!eventlet__ws_is_word(field->name.at, field->name.len, name))
        return false;
    while (v.len > 0 && (*v.at == ' ' || *v.at == '\t')) {
        v.at++;
        v.len--;
    }
    while (v.len > 0 && (v.at[v.len - 1] == ' ' || v.at[v.len - 1] == '\t'))
        v.len--;
    *value = v;
    return true;
}

size_t eventlet__ws_fields(struct eventlet_span *value,
                           const struct eventlet_ws_field *fields, size_t count,
                           const char *name)
{
    size_t found = 0;

    for (size_t i = 0; i < count; i++)
        found += eventlet__ws_trim(value, fields + i, name);
    return found;
}

static bool is_listed(const struct eventlet_span *list, const char *word)
{
    const char *at = list->at, *element;
    size_t len;

    while (eventlet__ws_next_element(&element, &len, &at, list->at + list->len))
        if (eventlet__ws_is_word(element, len, word))
            return true;
    return false;
}

bool eventlet__ws_has_word(const struct eventlet_ws_field *fields, size_t count,
                           const char *name, const char *word)
{
    struct eventlet_span list;

    for (size_t i = 0; i < count; i++)
        if (eventlet__ws_trim(&list, fields + i, name) &&
            is_listed(&list, word))
            return true;
    return false;
}

static size_t fields_of(struct eventlet_span *value,
                        const struct eventlet_ws_request *r, const char *name)
{
    return eventlet__ws_fields(value, r->fields, r->count, name);
}

/* ---- what the answer is made of ---- */

int eventlet__ws_accept_key(char out[29], const char *key, size_t len)
{
    static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    unsigned char hash[20];
    char both[24 + sizeof guid];

    memcpy(both, key, len);
    memcpy(both + len, guid, sizeof guid - 1);
    if (!EVP_Digest(both, len + sizeof guid - 1, hash, NULL, EVP_sha1(), NULL))
        return -ENOMEM;
    EVP_EncodeBlock((unsigned char *)out, hash, sizeof hash);
    return 0;
}

int eventlet__ws_draft_answer(unsigned char out[16],
                              const unsigned char keys[8], const void *body)
{
    unsigned char all[16];

    memcpy(all, keys, 8);
    memcpy(all + 8, body, 8);
    return EVP_Digest(all, sizeof all, out, NULL, EVP_md5(), NULL) ? 0
                                                                   : -ENOMEM;
}

void eventlet__ws_base64(char out[25], const unsigned char bytes[16])
{
    EVP_EncodeBlock((unsigned char *)out, bytes, 16);
}

/* Sixteen bytes in base64, written in the one way there is: the last digit has
 * four bits that mean nothing, and they are zero. */
static bool is_key(const struct eventlet_span *key)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789+/";

    if (key->len != 24 || memcmp(key->at + 22, "==", 2) != 0)
        return false;
    for (size_t i = 0; i < 22; i++)
        if (!memchr(digits, key->at[i], 64))
            return false;
    return memchr("AQgw", key->at[21], 4);
}

bool eventlet__ws_draft_number(unsigned char out[4],
                               const struct eventlet_span *key)
{
    uint64_t number = 0;
    unsigned spaces = 0, digits = 0;

    for (size_t i = 0; i < key->len; i++) {
        char c = key->at[i];

        spaces += c == ' ';
        if (c < '0' || c > '9')
            continue;
        if (++digits > 18)
            return false;
        number = number * 10 + (unsigned)(c - '0');
    }
    if (digits == 0 || spaces == 0 || number % spaces != 0 ||
        number / spaces > UINT32_MAX)
        return false;
    number /= spaces;
    for (int i = 3; i >= 0; i--, number >>= 8)
        out[i] = (unsigned char)number;
    return true;
}

/* ---- judging ---- */

static int refuse(struct eventlet_ws_error *error, int code, int status,
                  const char *what)
{
    *error = (struct eventlet_ws_error){ .what = what, .status = status };
    return code;
}

static int bad(struct eventlet_ws_error *error, const char *what)
{
    return refuse(error, EVENTLET_WS_HANDSHAKE, 400, what);
}

static bool is_text(const struct eventlet_span *text, const char *want)
{
    return text->len == strlen(want) && memcmp(text->at, want, text->len) == 0;
}

/* What the client would like most, of what the server speaks. */
static void choose_protocol(struct eventlet_ws_handshake *out,
                            const struct eventlet_span *offered,
                            const struct eventlet_ws_server_opts *opts)
{
    const char *at = offered->at;
    struct eventlet_span p;

    while (!out->protocol.at &&
           eventlet__ws_next_element(&p.at, &p.len, &at,
                                     offered->at + offered->len))
        for (size_t i = 0; opts->protocols && opts->protocols[i]; i++)
            if (is_text(&p, opts->protocols[i]))
                out->protocol = p;
}

/* Returns -1 if the list is no list. The rest of it has to be one even when
 * the choice is made. */
static int choose_extension(struct eventlet_ws_handshake *out,
                            const struct eventlet_span *offered,
                            const struct eventlet_ws_server_opts *opts)
{
    const char *at = offered->at;
    struct eventlet__ws_extension e;
    int rc;

    while ((rc = eventlet__ws_next_extension(&e, &at,
                                             offered->at + offered->len)) > 0) {
        if (out->deflate || opts->no_deflate || !e.is_deflate || !e.acceptable)
            continue;
        out->deflate = true;
        out->params = e.params;
        if (e.bare_server_bits)
            out->params.server_max_window_bits = 15;
        if (e.bare_client_bits)
            out->params.client_max_window_bits = 15;
    }
    return rc;
}

static int choose(struct eventlet_ws_handshake *out,
                  struct eventlet_ws_error *error,
                  const struct eventlet_ws_request *r,
                  const struct eventlet_ws_server_opts *opts)
{
    struct eventlet_span list;

    for (size_t i = 0; i < r->count; i++) {
        const struct eventlet_ws_field *f = r->fields + i;

        if (eventlet__ws_trim(&list, f, "Sec-WebSocket-Protocol"))
            choose_protocol(out, &list, opts);
        if (eventlet__ws_trim(&list, f, "Sec-WebSocket-Extensions") &&
            choose_extension(out, &list, opts) < 0)
            return bad(error, "Sec-WebSocket-Extensions is malformed");
    }
    return 0;
}

static int judge_origin(struct eventlet_ws_handshake *out,
                        struct eventlet_ws_error *error,
                        const struct eventlet_ws_server_opts *opts)
{
    if (opts->origin && !opts->origin(opts->arg, &out->host, &out->origin))
        return refuse(error, EVENTLET_WS_ORIGIN, 403, "origin is not wanted");
    return 0;
}

static int accept_rfc(struct eventlet_ws_handshake *out,
                      struct eventlet_ws_error *error,
                      const struct eventlet_ws_request *r,
                      const struct eventlet_ws_server_opts *opts)
{
    struct eventlet_span key;
    size_t origins;
    int rc;

    if (fields_of(&key, r, "Sec-WebSocket-Key") != 1)
        return bad(error, "there has to be one Sec-WebSocket-Key");
    if (!is_key(&key))
        return bad(error, "Sec-WebSocket-Key is not 16 bytes in base64");
    if (fields_of(&out->host, r, "Host") != 1)
        return bad(error, "there has to be one Host");
    origins = fields_of(&out->origin, r, "Origin");
    if (origins == 0 && out->version == 8)
        origins = fields_of(&out->origin, r, "Sec-WebSocket-Origin");
    if (origins > 1)
        return bad(error, "more than one Origin");
    rc = judge_origin(out, error, opts);
    if (rc == 0)
        rc = choose(out, error, r, opts);
    if (rc < 0)
        return rc;
    if (eventlet__ws_accept_key(out->accept, key.at, key.len) < 0)
        return refuse(error, -ENOMEM, 500, "out of memory");
    return 0;
}

/* The drafts' answers repeat what came, so it has to be fit for a header. */
static bool is_plain(const struct eventlet_span *text)
{
    for (size_t i = 0; i < text->len; i++)
        if ((unsigned char)text->at[i] < ' ' || text->at[i] == 0x7f)
            return false;
    return true;
}

static int accept_draft(struct eventlet_ws_handshake *out,
                        struct eventlet_ws_error *error,
                        const struct eventlet_ws_request *r,
                        const struct eventlet_ws_server_opts *opts)
{
    struct eventlet_span keys[2];
    size_t one = fields_of(keys, r, "Sec-WebSocket-Key1");
    size_t two = fields_of(keys + 1, r, "Sec-WebSocket-Key2");

    out->version = one + two > 0 ? 76 : 75;
    if (out->version == 76 && (one != 1 || two != 1))
        return bad(error, "there have to be two keys, each once");
    if (out->version == 76 &&
        (!eventlet__ws_draft_number(out->keys, keys) ||
         !eventlet__ws_draft_number(out->keys + 4, keys + 1)))
        return bad(error, "a key is no number");
    out->body = out->version == 76 ? 8 : 0;
    if (fields_of(&out->host, r, "Host") != 1 ||
        fields_of(&out->origin, r, "Origin") != 1)
        return bad(error, "there have to be one Host and one Origin");
    if (out->version == 76)
        fields_of(&out->protocol, r, "Sec-WebSocket-Protocol");
    else
        fields_of(&out->protocol, r, "WebSocket-Protocol");
    if (!is_plain(&out->host) || !is_plain(&out->origin) ||
        !is_plain(&out->protocol) || !is_plain(&out->target))
        return bad(error, "a field has a control character");
    return judge_origin(out, error, opts);
}

static bool asks_for_upgrade(const struct eventlet_ws_request *r)
{
    return eventlet__ws_has_word(r->fields, r->count, "Connection",
                                 "upgrade") &&
           eventlet__ws_has_word(r->fields, r->count, "Upgrade", "websocket");
}

int eventlet_ws_accept(struct eventlet_ws_handshake *out,
                       struct eventlet_ws_error *error,
                       const struct eventlet_ws_request *r,
                       const struct eventlet_ws_server_opts *opts)
{
    const struct eventlet_ws_server_opts none = { 0 };
    struct eventlet_span version;
    size_t versions = fields_of(&version, r, "Sec-WebSocket-Version");

    opts = opts ? opts : &none;
    *out = (struct eventlet_ws_handshake){ .target = r->target,
                                           .secure = r->secure };
    if (r->http10 || (r->method.at && !is_text(&r->method, "GET")))
        return bad(error, "a websocket begins with GET, in HTTP/1.1");
    if (!asks_for_upgrade(r))
        return bad(error, "no upgrade to a websocket is asked for");
    if (versions > 1)
        return bad(error, "more than one Sec-WebSocket-Version");
    if (versions == 0 && !opts->legacy)
        return bad(error, "no Sec-WebSocket-Version");
    if (versions == 0)
        return accept_draft(out, error, r, opts);
    out->version = is_text(&version, "13")  ? 13
                   : is_text(&version, "8") ? 8
                                            : 0;
    if (out->version == 0)
        return refuse(error, EVENTLET_WS_VERSION, 426, "unknown version");
    return accept_rfc(out, error, r, opts);
}
