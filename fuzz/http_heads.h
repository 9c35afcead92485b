/* SPDX-License-Identifier: MIT */
/* http_heads.h - what the targets of requests and of responses share. */
#ifndef HTTP_HEADS_H
#define HTTP_HEADS_H

#include <strings.h>

#include "eventlet.h"
#include "fuzz.h"
#include "http_slow.h"
#include "proto/simd.h"

struct head_run {
    ssize_t end; /* what parse returned last */
    struct eventlet_http_head head;
    struct eventlet_http_header headers[SLOW_HEADERS];
};

/* Two bytes of the input choose the profile, the limits, and the pieces. */
struct head_choice {
    bool compat;
    struct slow_limits limits;
    struct eventlet_http_opts opts;
    bool usual;  /* as without options */
    size_t most; /* bytes in a piece */
    unsigned second;
};

static inline struct head_choice choose_head(struct fuzz_input *in)
{
    const unsigned first = fuzz_byte(in), second = fuzz_byte(in);
    const struct slow_limits limits =
        first & 2 ? (struct slow_limits){ 60, 50, 200, 8 }
                  : (struct slow_limits){ 8192, 8192, 65536, 100 };

    return (struct head_choice){
        .compat = first & 1,
        .limits = limits,
        .opts = {
            .profile = first & 1 ? EVENTLET_HTTP_COMPAT : EVENTLET_HTTP_STRICT,
            .line_limit = (uint32_t)limits.line,
            .header_limit = (uint32_t)limits.header,
            .headers_limit = (uint32_t)limits.headers,
        },
        .usual = (first & 3) == 0,
        .most = first / 4 + 64 * second,
        .second = second,
    };
}

static inline void begin_head(struct head_run *run, bool response,
                              const struct head_choice *c, bool usual)
{
    (response ? eventlet_http_response_init : eventlet_http_request_init)(
        &run->head, run->headers, c->limits.count, usual ? NULL : &c->opts);
}

/* Hands the input over in pieces of up to `most` bytes; each time all of it
 * that has arrived, in a block of its own. */
static inline void run_head(struct head_run *run, const char *data, size_t len,
                            size_t most)
{
    size_t arrived = 0;

    run->end = 0;
    while (arrived < len && run->end == 0) {
        const size_t n = 1 + (arrived * 7 + most) % most;
        char *block;

        arrived = n < len - arrived ? arrived + n : len;
        block = fuzz_block(arrived);
        memcpy(block, data, arrived);
        run->end = eventlet_http_parse(&run->head, block, arrived);
        FUZZ_CHECK(run->end <= (ssize_t)arrived);
        if (run->end < 0)
            FUZZ_CHECK(eventlet_http_parse(&run->head, block, arrived) ==
                       run->end);
        fuzz_free(block);
    }
}

/* The same struct is used again, after headers that were the same, or those,
 * or such as no head has, in other places. */
static inline void again_head(struct head_run *run, unsigned choice)
{
    const size_t n = run->head.n_headers;

    if (choice & 1 && n > 1)
        memmove(run->headers + 1, run->headers,
                (n - 1) * sizeof run->headers[0]);
    if (choice & 2)
        memset(run->headers, 0xff, sizeof run->headers[0]);
    eventlet_http_again(&run->head);
}

static inline void same_runs(const struct head_run *a, const struct head_run *b)
{
    const struct eventlet_http_head *x = &a->head, *y = &b->head;

    FUZZ_CHECK(a->end == b->end);
    if (a->end < 0) {
        FUZZ_CHECK(x->error.code == y->error.code);
        FUZZ_CHECK(x->error.at == y->error.at);
        FUZZ_CHECK(x->error.status == y->error.status);
        FUZZ_CHECK(strcmp(x->error.what, y->error.what) == 0);
    }
    if (a->end <= 0)
        return;
    FUZZ_CHECK(x->n_headers == y->n_headers);
    FUZZ_CHECK(memcmp(a->headers, b->headers,
                      x->n_headers * sizeof a->headers[0]) == 0);
    FUZZ_CHECK(x->body == y->body && x->keep_alive == y->keep_alive);
    FUZZ_CHECK(x->upgrade == y->upgrade && x->expect == y->expect);
    FUZZ_CHECK(x->method == y->method && x->status == y->status);
    FUZZ_CHECK(x->target_at == y->target_at && x->target_len == y->target_len);
    FUZZ_CHECK(x->private.seen == y->private.seen);
    FUZZ_CHECK(x->private.repeated == y->private.repeated);
}

static inline void same_as_slow(const struct head_run *run, const char *data,
                                const struct slow_head *slow)
{
    const struct eventlet_http_head *head = &run->head;

    FUZZ_CHECK((slow->verdict == SLOW_WRONG) == (run->end < 0));
    FUZZ_CHECK((slow->verdict == SLOW_WHOLE) == (run->end > 0));
    if (run->end <= 0)
        return;
    FUZZ_CHECK(slow->len == (size_t)run->end && slow->n == head->n_headers);
    FUZZ_CHECK((int)slow->body == (int)head->body);
    FUZZ_CHECK(slow->minor == head->minor && slow->status == head->status);
    FUZZ_CHECK(slow->keep_alive == head->keep_alive);
    if (slow->body == SLOW_LENGTH)
        FUZZ_CHECK(slow->length == head->content_length);
    for (size_t i = 0; i < slow->n; i++) {
        const struct eventlet_http_header *header = &run->headers[i];

        FUZZ_CHECK(slow->headers[i].name == header->name);
        FUZZ_CHECK(slow->headers[i].name_len == header->name_len);
        FUZZ_CHECK(slow->headers[i].value == header->value);
        FUZZ_CHECK(slow->headers[i].value_len == header->value_len);
        FUZZ_CHECK(
            eventlet_http_known_of(data + header->name, header->name_len) ==
            (enum eventlet_http_known)header->known);
    }
}

/* The header of that name from there on; NULL: none. */
static inline const struct eventlet_http_header *slow_find(
    const struct head_run *run, const char *data, size_t from, const char *name)
{
    const size_t len = strlen(name);

    for (size_t i = from; i < run->head.n_headers; i++)
        if (run->headers[i].name_len == len &&
            strncasecmp(data + run->headers[i].name, name, len) == 0)
            return &run->headers[i];
    return NULL;
}

/* Each header is found by its name, and as the next of that name. */
static inline void same_lookups(const struct head_run *run, const char *data)
{
    const struct eventlet_http_head *head = &run->head;

    for (int known = 0; known <= EVENTLET_HTTP_KNOWN_MAX; known++) {
        const char *name = eventlet_http_known_str(known);

        FUZZ_CHECK((name != NULL) ==
                   (known > 0 && known < EVENTLET_HTTP_KNOWN_MAX));
        FUZZ_CHECK(eventlet_http_find(head, (enum eventlet_http_known)known) ==
                   (name ? slow_find(run, data, 0, name) : NULL));
    }
    for (size_t i = 0; i < head->n_headers; i++) {
        const size_t len = run->headers[i].name_len;
        char *name = fuzz_block(len + 1);

        memcpy(name, data + run->headers[i].name, len);
        name[len] = '\0';
        FUZZ_CHECK(eventlet_http_find_name(head, data, name) ==
                   slow_find(run, data, 0, name));
        FUZZ_CHECK(eventlet_http_find_next(head, data, &run->headers[i]) ==
                   slow_find(run, data, i + 1, name));
        fuzz_free(name);
    }
}

/* The input in four ways: the best whole, another cut, that again but whole,
 * and slowly. */
static inline void try_head(struct head_run *run, const char *data, size_t len,
                            bool response, const struct head_choice *c,
                            const struct slow_head *slow)
{
    static struct head_run other;
    const int worse = (int)(c->most % 4 % 3);

    eventlet__simd_limit = EVENTLET__AVX2;
    begin_head(run, response, c, c->usual && c->opts.answers == 0);
    run_head(run, data, len, len);
    eventlet__simd_limit = (enum eventlet__simd)(EVENTLET__AVX2 - worse);
    begin_head(&other, response, c, false);
    run_head(&other, data, len, 1 + c->most / 4 % 40);
    same_runs(run, &other);
    again_head(&other, c->second);
    run_head(&other, data, len, len);
    same_runs(run, &other);
    same_as_slow(run, data, slow);
    if (run->end > 0)
        same_lookups(run, data);
}

/* ---- http_peers.c: what others say of a head that we take ---- */

enum { PEER_MISSING, PEER_TAKES, PEER_REFUSES };

int peer_llhttp(const char *data, size_t len, bool response);
int peer_http_parser(const char *data, size_t len, bool response);

#endif
