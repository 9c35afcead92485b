/* SPDX-License-Identifier: MIT */
/* Escapes, queries and dot segments: eventlet_uri_decode, eventlet_uri_encode,
 * eventlet_uri_path_info, eventlet_uri_query_next, eventlet_uri_remove_dots.
 *
 * Parser: src/proto/uri_escape.c
 * Parser: src/proto/uri_path.c
 * Parser: src/proto/uri_query.c
 *
 * An input is a byte that chooses, one that limits, and the bytes. */
#include "fuzz.h"

#include <ctype.h>

#include "eventlet/errors.h"
#include "eventlet/uri.h"

static struct eventlet_span bytes;

/* A copy that nothing stands before or behind; to be freed. */
static struct eventlet_span copy_of(struct eventlet_span span)
{
    char *copy = fuzz_block(span.len ? span.len : 1);

    if (span.len)
        memcpy(copy, span.at, span.len);
    return (struct eventlet_span){ copy, span.len };
}

static void give_back(struct eventlet_span copy)
{
    union {
        const char *given;
        char *ours;
    } at = { copy.at };

    fuzz_free(at.ours);
}

/* ---- decoding, as the page puts it ---- */

static bool slow_escape(const char *at, size_t len, char *byte)
{
    char digits[3] = { 0 };

    if (len < 3 || at[0] != '%' || !isxdigit((unsigned char)at[1]) ||
        !isxdigit((unsigned char)at[2]))
        return false;
    memcpy(digits, at + 1, 2);
    *byte = (char)strtol(digits, NULL, 16);
    return true;
}

/* -1: it is refused, at *where. */
static ssize_t slow_decode(char *out, const struct eventlet_uri_decode_opts *o,
                           size_t *where)
{
    size_t n = 0;

    for (size_t i = 0; i < bytes.len; i++) {
        const bool escape = slow_escape(bytes.at + i, bytes.len - i, &out[n]);

        *where = i;
        if (!escape)
            out[n] = bytes.at[i];
        if (!escape && out[n] == '%' && !o->keep_bad)
            return -1;
        if (out[n] == '\0' && !o->nul)
            return -1;
        if (!escape && out[n] == '+' && o->plus)
            out[n] = ' ';
        n++;
        i += escape ? 2 : 0;
    }
    return (ssize_t)n;
}

static void decode(unsigned choice, size_t size)
{
    const struct eventlet_uri_decode_opts opts = { .plus = choice & 1,
                                                   .keep_bad = choice & 2,
                                                   .nul = choice & 4 };
    struct eventlet_proto_error error = { 0 };
    char *want = fuzz_block(bytes.len + 1), *got = fuzz_block(size);
    struct eventlet_span in = copy_of(bytes);
    size_t where = 0;
    const ssize_t n = slow_decode(want, &opts, &where);
    ssize_t rc;

    memset(got, 'x', size);
    rc = eventlet_uri_decode(got, size, in, choice & 7 ? &opts : NULL, &error);
    FUZZ_CHECK(rc == (n < 0 ? EVENTLET_BAD_URI : n));
    if (n < 0)
        FUZZ_CHECK(error.at == where && error.what);
    if (n >= 0 && (size_t)n <= size)
        FUZZ_CHECK(memcmp(got, want, (size_t)n) == 0);
    for (size_t i = n < 0 || (size_t)n > size ? 0 : (size_t)n; i < size; i++)
        FUZZ_CHECK(got[i] == 'x');
    fuzz_free(want);
    fuzz_free(got);
    give_back(in);
}

/* In the place where the bytes are. */
static void decode_here(unsigned choice)
{
    const struct eventlet_uri_decode_opts opts = { .plus = choice & 1,
                                                   .keep_bad = choice & 2,
                                                   .nul = choice & 4 };
    char *want = fuzz_block(bytes.len + 1), *here = fuzz_block(bytes.len + 1);
    size_t where;
    ssize_t n = slow_decode(want, &opts, &where);
    ssize_t rc;

    memcpy(here, bytes.at, bytes.len);
    rc = eventlet_uri_decode(here, bytes.len,
                             (struct eventlet_span){ here, bytes.len }, &opts,
                             NULL);
    FUZZ_CHECK(rc == (n < 0 ? EVENTLET_BAD_URI : n));
    FUZZ_CHECK(memcmp(here, n < 0 ? bytes.at : want,
                      n < 0 ? bytes.len : (size_t)n) == 0);
    fuzz_free(want);
    fuzz_free(here);
}

/* ---- encoding ---- */

static void encode(unsigned choice)
{
    const enum eventlet_uri_safe safe = choice % 3;
    const struct eventlet_uri_decode_opts opts = {
        .plus = safe == EVENTLET_URI_FORM, .nul = true
    };
    const size_t len = eventlet_uri_encode(NULL, 0, bytes, safe);
    char *text = fuzz_block(len + 1), *back = fuzz_block(bytes.len + 1);

    FUZZ_CHECK(len >= bytes.len && len <= 3 * bytes.len);
    FUZZ_CHECK(eventlet_uri_encode(text, len, bytes, safe) == len);
    for (size_t i = 0; i < len; i++)
        FUZZ_CHECK(isalnum((unsigned char)text[i]) ||
                   memchr(safe == EVENTLET_URI_PATH   ? "-._~%/"
                          : safe == EVENTLET_URI_FORM ? "-._~%+"
                                                      : "-._~%%",
                          text[i], 6));
    FUZZ_CHECK(eventlet_uri_decode(back, bytes.len,
                                   (struct eventlet_span){ text, len }, &opts,
                                   NULL) == (ssize_t)bytes.len);
    FUZZ_CHECK(memcmp(back, bytes.at, bytes.len) == 0);
    fuzz_free(text);
    fuzz_free(back);
}

/* ---- PATH_INFO ---- */

/* Like a decoding that keeps what is no escape and refuses nothing; or else,
 * strictly, like one that refuses all it can. */
static void path_info(unsigned choice)
{
    const struct eventlet_uri_decode_opts none = { 0 };
    const struct eventlet_uri_opts strict = { .profile = EVENTLET_URI_STRICT };
    const struct eventlet_uri_decode_opts all = { .keep_bad = true,
                                                  .nul = true };
    const struct eventlet_uri_opts compat = { .profile = EVENTLET_URI_COMPAT };
    const struct eventlet_uri uri = { .path = bytes };
    char *want = fuzz_block(bytes.len + 1), *got = fuzz_block(bytes.len + 1);
    size_t where;
    ssize_t n = slow_decode(want, &all, &where);

    FUZZ_CHECK(eventlet_uri_path_info(got, bytes.len, &uri, &compat, NULL) ==
               n);
    FUZZ_CHECK(memcmp(got, want, (size_t)n) == 0);
    n = slow_decode(want, &none, &where);
    FUZZ_CHECK(eventlet_uri_path_info(got, bytes.len, &uri,
                                      choice & 1 ? &strict : NULL,
                                      NULL) == (n < 0 ? EVENTLET_BAD_URI : n));
    FUZZ_CHECK(n < 0 || memcmp(got, want, (size_t)n) == 0);
    fuzz_free(want);
    fuzz_free(got);
}

/* ---- dot segments: the five steps of RFC 3986, section 5.2.4 ---- */

/* An escaped dot is a dot where a segment consists of nothing else. */
static size_t plain_dots(char *to)
{
    size_t n = 0;

    for (size_t i = 0; i < bytes.len;) {
        size_t end = i, dots = 0, at;
        char byte;

        while (end < bytes.len && bytes.at[end] != '/')
            end++;
        for (at = i; at < end; dots++) {
            const bool escape = slow_escape(bytes.at + at, end - at, &byte);

            if ((escape ? byte : bytes.at[at]) != '.')
                break;
            at += escape ? 3 : 1;
        }
        if (at == end && dots <= 2)
            memset(to + n, '.', dots);
        else
            memcpy(to + n, bytes.at + i, dots = end - i);
        n += dots;
        if (end < bytes.len)
            to[n++] = '/';
        i = end + 1;
    }
    return n;
}

static bool begins(const char *in, size_t len, const char *with)
{
    return len >= strlen(with) && memcmp(in, with, strlen(with)) == 0;
}

static bool is(const char *in, size_t len, const char *what)
{
    return len == strlen(what) && begins(in, len, what);
}

static size_t slow_remove_dots(char *in, size_t len, char *out)
{
    size_t n = 0;

    while (len > 0) {
        size_t gone = 0;

        if (begins(in, len, "../") || begins(in, len, "./")) {
            gone = in[1] == '.' ? 3 : 2;
        } else if (begins(in, len, "/./")) {
            gone = 2;
        } else if (is(in, len, "/.")) {
            in[1] = '/';
            gone = 1;
        } else if (begins(in, len, "/../") || is(in, len, "/..")) {
            gone = len == 3 ? 2 : 3;
            in[gone] = '/';
            while (n > 0 && out[--n] != '/')
                ;
        } else if (is(in, len, ".") || is(in, len, "..")) {
            gone = len;
        } else {
            do
                out[n++] = in[gone++];
            while (gone < len && in[gone] != '/');
        }
        in += gone;
        len -= gone;
    }
    return n;
}

static void dots(void)
{
    char *plain = fuzz_block(bytes.len + 1), *want = fuzz_block(bytes.len + 1);
    char *got = fuzz_block(bytes.len), *here = fuzz_block(bytes.len + 1);
    const size_t n = slow_remove_dots(plain, plain_dots(plain), want);

    FUZZ_CHECK(eventlet_uri_remove_dots(got, bytes) == n);
    FUZZ_CHECK(memcmp(got, want, n) == 0);
    memcpy(here, bytes.at, bytes.len);
    FUZZ_CHECK(eventlet_uri_remove_dots(
                   here, (struct eventlet_span){ here, bytes.len }) == n);
    FUZZ_CHECK(memcmp(here, want, n) == 0);
    fuzz_free(plain);
    fuzz_free(want);
    fuzz_free(got);
    fuzz_free(here);
}

/* ---- queries ---- */

/* The pairs, joined again, are the query without its empty pairs. */
static void query(unsigned choice, size_t max)
{
    const struct eventlet_uri_query_opts opts = { .max_pairs = max,
                                                  .separator =
                                                      choice & 1 ? ';' : '\0' };
    const char separator = choice & 1 ? ';' : '&';
    struct eventlet_uri_query pairs;
    struct eventlet_span name, value;
    size_t at = 0, n = 0;
    int rc;

    eventlet_uri_query_init(&pairs, bytes, max || choice & 1 ? &opts : NULL);
    while ((rc = eventlet_uri_query_next(&pairs, &name, &value)) > 0) {
        while (bytes.at[at] == separator)
            at++;
        FUZZ_CHECK(name.at == bytes.at + at);
        FUZZ_CHECK(!memchr(name.at, separator, name.len));
        FUZZ_CHECK(!memchr(name.at, '=', name.len));
        at += name.len;
        if (value.at) {
            FUZZ_CHECK(bytes.at[at] == '=' && value.at == bytes.at + at + 1);
            FUZZ_CHECK(!memchr(value.at, separator, value.len));
            at += 1 + value.len;
        }
        FUZZ_CHECK(at == bytes.len || bytes.at[at] == separator);
        n++;
    }
    while (at < bytes.len && bytes.at[at] == separator)
        at++;
    FUZZ_CHECK(rc == (at < bytes.len ? EVENTLET_TOO_MANY : 0));
    FUZZ_CHECK(n <= (max ? max : EVENTLET_URI_PAIRS));
    FUZZ_CHECK(rc == 0 || n == (max ? max : EVENTLET_URI_PAIRS));
    FUZZ_CHECK(eventlet_uri_query_next(&pairs, &name, &value) == rc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input in = { data, size };
    const unsigned choice = fuzz_byte(&in), limit = fuzz_byte(&in);
    struct eventlet_span copy;

    bytes = (struct eventlet_span){ (const char *)in.at, in.len };
    copy = copy_of(bytes);
    bytes.at = copy.at;
    decode(choice, limit);
    decode_here(choice);
    encode(choice);
    path_info(choice);
    dots();
    query(choice, limit % 8);
    give_back(copy);
    return 0;
}
