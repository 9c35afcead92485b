/* SPDX-License-Identifier: MIT */
/* Handshakes: requests as a server, and answers as a client reads them. A list
 * of extensions is malformed if and only if a regular expression, which is the
 * grammar, says so; whatever is answered fits exactly and is a head.
 *
 * Parser: src/proto/ws_handshake.c
 * Parser: src/proto/ws_extension.c
 * Parser: src/proto/ws_answer.c
 * Parser: src/proto/ws_client.c
 *
 * An input is a byte that chooses, and a head, behind which may be a body. */
#include "fuzz.h"

#include <errno.h>
#include <regex.h>

#include "eventlet/errors.h"
#include "eventlet/ws_handshake.h"

enum { FIELDS = 16 };

struct head {
    struct eventlet_span line;
    struct eventlet_ws_field fields[FIELDS];
    size_t count;
    struct fuzz_input body;
};

/* Text in a block of its own. */
static struct eventlet_span keep(const uint8_t *at, size_t len)
{
    char *block = fuzz_block(len);

    if (len)
        memcpy(block, at, len);
    return (struct eventlet_span){ block, len };
}

static void take_line(struct head *h, const uint8_t *at, size_t len)
{
    const uint8_t *colon = memchr(at, ':', len);

    if (!h->line.at) {
        h->line = keep(at, len);
    } else if (colon && h->count < FIELDS) {
        h->fields[h->count++] =
            (struct eventlet_ws_field){ keep(at, (size_t)(colon - at)),
                                        keep(colon + 1,
                                             (size_t)(at + len - colon - 1)) };
    }
}

/* Lines end with LF here: a shorter input is a better one. */
static void take_head(struct head *h, struct fuzz_input in)
{
    *h = (struct head){ .line = { NULL, 0 } };
    while (in.len > 0) {
        const uint8_t *end = memchr(in.at, '\n', in.len);
        const size_t len = end ? (size_t)(end - in.at) : in.len;
        const size_t used = end ? len + 1 : len;

        if (len > 0)
            take_line(h, in.at, len);
        in.at += used;
        in.len -= used;
        if (len == 0)
            break;
    }
    h->body = in;
}

static void drop_head(struct head *h)
{
    fuzz_free((void *)(uintptr_t)h->line.at);
    for (size_t i = 0; i < h->count; i++) {
        fuzz_free((void *)(uintptr_t)h->fields[i].name.at);
        fuzz_free((void *)(uintptr_t)h->fields[i].value.at);
    }
}

static bool is_named(const struct eventlet_ws_field *f, const char *name)
{
    return f->name.len == strlen(name) &&
           strncasecmp(f->name.at, name, f->name.len) == 0;
}

/* ---- the grammar ---- */

#define B     "[ \t]*"
#define TOKEN "[-!#$%&'*+.^_`|~0-9A-Za-z]+"
#define VALUE "(" TOKEN "|\"(\\\\?[-!#$%&'*+.^_`|~0-9A-Za-z])+\")"
#define PARAM ";" B TOKEN B "(=" B VALUE B ")?"
#define ONE   TOKEN B "(" PARAM ")*"
#define LIST  "^[ \t,]*(" ONE "(,[ \t,]*" ONE ")*(,[ \t,]*)?)?$"

static bool is_list(const struct eventlet_span *value)
{
    static regex_t list;
    static bool made;
    char text[512];

    if (!made)
        FUZZ_CHECK(regcomp(&list, LIST, REG_EXTENDED | REG_NOSUB) == 0);
    made = true;
    FUZZ_CHECK(value->len < sizeof text);
    if (memchr(value->at, '\0', value->len))
        return false;
    memcpy(text, value->at, value->len);
    text[value->len] = '\0';
    return regexec(&list, text, 0, NULL, 0) == 0;
}

static bool lists_are_good(const struct head *h)
{
    for (size_t i = 0; i < h->count; i++)
        if (is_named(&h->fields[i], "Sec-WebSocket-Extensions") &&
            !is_list(&h->fields[i].value))
            return false;
    return true;
}

static bool lists_are_short(const struct head *h)
{
    for (size_t i = 0; i < h->count; i++)
        if (h->fields[i].value.len > 500)
            return false;
    return true;
}

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

static void serve(const struct head *head, unsigned choice)
{
    static const char *const protocols[] = { "chat", "superchat", NULL };
    const struct eventlet_ws_server_opts opts = {
        .protocols = choice & 2 ? protocols : NULL,
        .legacy = choice & 4,
        .no_deflate = choice & 8,
    };
    const struct eventlet_ws_request request = {
        .target = head->line,
        .fields = head->fields,
        .count = head->count,
    };
    struct eventlet_ws_handshake h;
    struct eventlet_ws_error error = { 0 };
    int rc = eventlet_ws_accept(&h, &error, &request, &opts);

    if (rc < 0) {
        char out[256];

        FUZZ_CHECK(error.what && error.status >= 400);
        FUZZ_CHECK(eventlet_ws_refusal_write(out, sizeof out, &error) > 0);
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

static void ask(const struct head *head, unsigned choice)
{
    static const char *const protocols[] = { "chat", "superchat", NULL };
    static const int versions[] = { 13, 8, 75, 76 };
    struct eventlet_ws_client client = {
        .version = versions[choice >> 1 & 3],
        .host = "a",
        .origin = "b",
        .protocols = choice & 8 ? protocols : NULL,
        .deflate = choice & 16,
        .params = { choice & 32, choice & 64,
                    (unsigned char)(choice & 128 ? 10 : 0), 0 },
    };
    const struct eventlet_ws_response response = {
        .status = 101,
        .fields = head->fields,
        .count = head->count,
        .body = head->body.len >= 16 ? head->body.at : NULL,
    };
    struct eventlet_ws_handshake h;
    struct eventlet_ws_error error = { 0 };

    memcpy(client.random, "the sample nonce", 16);
    if (eventlet_ws_established(&h, &error, &response, &client) < 0) {
        FUZZ_CHECK(error.what);
        return;
    }
    FUZZ_CHECK(h.version > 13 || lists_are_good(head));
    FUZZ_CHECK(!h.deflate || client.deflate);
    FUZZ_CHECK(!h.deflate || !client.params.server_no_context_takeover ||
               h.params.server_no_context_takeover);
    check_params(&h.params);
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
