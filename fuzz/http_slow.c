/* SPDX-License-Identifier: MIT */
/* http_slow.c - see http_slow.h. Shares nothing with src/proto, but for names
 * of servers that are too long for a grammar. */
#include "http_slow.h"

#include "abnf.h"
#include "http_slow_text.h"
#include "proto/uri_reader.h"
#include "uri_grammar.h"

/* ---- the start line ---- */

static bool read_version(struct span s, int *minor)
{
    if (s.len != 8 || memcmp(s.at, "HTTP/1.", 7) != 0 ||
        !isdigit((unsigned char)s.at[7]))
        return false;
    *minor = s.at[7] - '0';
    return true;
}

/* Cuts off what stands before the next blank, and blanks: one space, or in
 * compat any. */
static struct span cut_word(struct span *s, bool compat, bool *ok)
{
    struct span word = { s->at, 0 };
    size_t blanks = 0;

    while (word.len < s->len && !is_blank(s->at[word.len]))
        word.len++;
    s->at += word.len;
    s->len -= word.len;
    while (blanks < s->len && is_blank(s->at[blanks]))
        blanks++;
    *ok = *ok && word.len && blanks &&
          (compat || (blanks == 1 && s->at[0] == ' '));
    s->at += blanks;
    s->len -= blanks;
    return word;
}

/* Of at most ABNF_TEXT_MAX bytes: what is longer is left to the module uri,
 * whose own target compares it with the grammar. */
static bool is_rule(const char *rule, struct span s)
{
    static const struct abnf *grammar;

    if (!grammar)
        grammar = abnf_read(GRAMMAR_OF_URIS GRAMMAR_OF_TARGETS);
    return abnf_matches(grammar, rule, s.at, s.len);
}

static bool names_a_server(struct span target, struct span name, bool connect)
{
    if (name.len > ABNF_TEXT_MAX)
        return eventlet__uri_server(
                   (struct eventlet_span){ target.at, target.len }, connect,
                   NULL) == 0;
    if (connect)
        return is_rule("authority-form", name);
    return is_rule(is_rule("of-known-scheme", name) ? "front" : "other-front",
                   name);
}

static bool is_target(struct span target, struct span method)
{
    const bool connect =
        method.len == 7 && memcmp(method.at, "CONNECT", 7) == 0;
    const char *colon = memchr(target.at, ':', target.len);
    struct span front = target;

    if (connect)
        return names_a_server(target, target, true);
    if (target.at[0] == '/')
        return true;
    if (equals(target, "*"))
        return method.len == 7 && memcmp(method.at, "OPTIONS", 7) == 0;
    if (!colon || target.at + target.len - colon < 3)
        return false;
    front.len = (size_t)(colon - target.at) + 3;
    while (front.len < target.len && !strchr("/?#", target.at[front.len]))
        front.len++;
    return names_a_server(target, front, false);
}

static bool read_request_line(struct slow_head *head, struct span line,
                              bool compat, struct span *method)
{
    struct span target;
    bool ok = true;

    if (compat)
        line = trim(line);
    *method = cut_word(&line, compat, &ok);
    target = cut_word(&line, compat, &ok);
    if (!ok || !all(*method, is_tchar) || !read_version(line, &head->minor))
        return false;
    for (size_t i = 0; i < target.len; i++)
        if (!is_vchar((unsigned char)target.at[i]) &&
            !(compat && (unsigned char)target.at[i] >= 0x80))
            return false;
    return compat || is_target(target, *method);
}

static bool read_status_line(struct slow_head *head, struct span line,
                             bool compat)
{
    if (line.len < 12 ||
        !read_version((struct span){ line.at, 8 }, &head->minor) ||
        line.at[8] != ' ' || line.at[9] == '0')
        return false;
    for (int i = 9; i < 12; i++) {
        if (!isdigit((unsigned char)line.at[i]))
            return false;
        head->status = head->status * 10 + line.at[i] - '0';
    }
    if (line.len == 12)
        return compat;
    return line.at[12] == ' ' &&
           all((struct span){ line.at + 13, line.len - 13 }, is_text);
}

/* ---- headers ---- */

static bool read_header(struct slow_head *head, struct span line,
                        const char *data, bool compat, size_t count)
{
    struct span value;
    size_t colon = 0;

    while (colon < line.len && line.at[colon] != ':') {
        const int c = (unsigned char)line.at[colon++];

        if (compat ? !is_vchar(c) : !is_tchar(c))
            return false;
    }
    if (colon == 0 || colon == line.len || head->n == count)
        return false;
    value = (struct span){ line.at + colon + 1, line.len - colon - 1 };
    for (size_t i = 0; i < value.len; i++) {
        const int c = (unsigned char)value.at[i];

        if (compat ? c == 0 || c == '\r' : !is_text(c))
            return false;
    }
    value = trim(value);
    head->headers[head->n++] =
        (struct slow_header){ (size_t)(line.at - data), colon,
                              (size_t)(value.at - data), value.len };
    return true;
}

static struct span value_of(const struct slow_head *head, const char *data,
                            size_t i)
{
    return (struct span){ data + head->headers[i].value,
                          head->headers[i].value_len };
}

static bool is_named(const struct slow_head *head, const char *data, size_t i,
                     const char *name)
{
    return equals((struct span){ data + head->headers[i].name,
                                 head->headers[i].name_len },
                  name);
}

static size_t count_of(const struct slow_head *head, const char *data,
                       const char *name, struct span *last)
{
    size_t n = 0;

    for (size_t i = 0; i < head->n; i++)
        if (is_named(head, data, i, name)) {
            *last = value_of(head, data, i);
            n++;
        }
    return n;
}

static bool list_has(const struct slow_head *head, const char *data,
                     const char *name, const char *word)
{
    for (size_t i = 0; i < head->n; i++) {
        struct span s = value_of(head, data, i);

        if (!is_named(head, data, i, name))
            continue;
        while (s.len) {
            const char *comma = memchr(s.at, ',', s.len);
            const size_t n = comma ? (size_t)(comma - s.at) : s.len;

            if (equals(trim((struct span){ s.at, n }), word))
                return true;
            s.at += n + (comma != NULL);
            s.len -= n + (comma != NULL);
        }
    }
    return false;
}

/* ---- what they mean ---- */

/* uri-host [ ":" port ] */
static bool is_host(struct span s)
{
    struct eventlet_uri_authority host;

    if (s.len > ABNF_TEXT_MAX)
        return eventlet_uri_host(&host, (struct eventlet_span){ s.at, s.len },
                                 NULL, NULL) == 0;
    return is_rule("Host", s);
}

static bool read_framing(struct slow_head *head, const char *data)
{
    struct span length = { NULL, 0 }, encoding = { NULL, 0 };
    const size_t lengths = count_of(head, data, "content-length", &length);
    const size_t encodings =
        count_of(head, data, "transfer-encoding", &encoding);

    if (lengths + encodings > 1)
        return false;
    if (encodings) {
        head->body = SLOW_CHUNKED;
        return head->minor > 0 && equals(encoding, "chunked");
    }
    if (lengths == 0)
        return true;
    head->body = SLOW_LENGTH;
    for (size_t i = 0; i < length.len; i++) {
        if (!isdigit((unsigned char)length.at[i]) ||
            head->length >
                ((uint64_t)INT64_MAX - (uint64_t)(length.at[i] - '0')) / 10)
            return false;
        head->length = head->length * 10 + (uint64_t)(length.at[i] - '0');
    }
    return length.len > 0;
}

static bool read_host(const struct slow_head *head, const char *data,
                      bool compat)
{
    struct span host = { NULL, 0 };
    const size_t hosts = count_of(head, data, "host", &host);

    if (hosts > 1)
        return false;
    if (compat)
        return true;
    return hosts ? is_host(host) : head->minor == 0;
}

static void decide_connection(struct slow_head *head, const char *data)
{
    head->keep_alive =
        head->body < SLOW_CLOSE &&
        !list_has(head, data, "connection", "close") &&
        (head->minor > 0 || list_has(head, data, "connection", "keep-alive"));
}

/* ---- heads ---- */

/* All lines behind the start line. */
static int read_headers(struct slow_head *head, struct span *rest,
                        const char *data, bool compat,
                        const struct slow_limits *limits)
{
    const char *from = rest->at;

    for (;;) {
        const size_t left = limits->headers - (size_t)(rest->at - from);
        struct span line = { NULL, 0 };
        const int verdict = cut_line(
            rest, &line, left < limits->header - 1 ? left : limits->header - 1,
            compat);

        if (verdict != SLOW_WHOLE)
            return verdict;
        if (line.len == 0)
            return SLOW_WHOLE;
        if (!read_header(head, line, data, compat, limits->count))
            return SLOW_WRONG;
    }
}

void slow_request(struct slow_head *head, const char *data, size_t len,
                  bool compat, const struct slow_limits *limits)
{
    struct span rest = { data, len }, line = { NULL, 0 }, method;

    memset(head, 0, sizeof *head);
    do {
        const size_t gone = (size_t)(rest.at - data);

        head->verdict = cut_line(
            &rest, &line, limits->line - 1 > gone ? limits->line - 1 - gone : 0,
            compat);
        if (head->verdict != SLOW_WHOLE)
            return;
    } while (line.len == 0);
    head->verdict = SLOW_WRONG;
    if (!read_request_line(head, line, compat, &method))
        return;
    head->verdict = read_headers(head, &rest, data, compat, limits);
    if (head->verdict != SLOW_WHOLE)
        return;
    head->verdict = SLOW_WRONG;
    if (!read_host(head, data, compat) || !read_framing(head, data))
        return;
    if (method.len == 7 && memcmp(method.at, "CONNECT", 7) == 0) {
        if (head->body == SLOW_CHUNKED || head->length)
            return;
        head->body = SLOW_TUNNEL;
    }
    decide_connection(head, data);
    head->len = (size_t)(rest.at - data);
    head->verdict = SLOW_WHOLE;
}

void slow_response(struct slow_head *head, const char *data, size_t len,
                   bool compat, const struct slow_limits *limits,
                   const char *method)
{
    struct span rest = { data, len }, line = { NULL, 0 };
    bool tunnel, bodiless;

    memset(head, 0, sizeof *head);
    head->verdict = cut_line(&rest, &line, limits->line - 1, compat);
    if (head->verdict != SLOW_WHOLE)
        return;
    head->verdict = SLOW_WRONG;
    if (!read_status_line(head, line, compat))
        return;
    head->verdict = read_headers(head, &rest, data, compat, limits);
    if (head->verdict != SLOW_WHOLE)
        return;
    head->body = SLOW_CLOSE;
    tunnel = head->status == 101 ||
             (strcmp(method, "CONNECT") == 0 && head->status / 100 == 2);
    bodiless = head->status < 200 || head->status == 204 ||
               head->status == 304 || strcmp(method, "HEAD") == 0;
    if (tunnel)
        head->body = SLOW_TUNNEL;
    else if (bodiless)
        head->body = SLOW_NONE;
    else if (!read_framing(head, data))
        head->verdict = SLOW_WRONG;
    decide_connection(head, data);
    head->len = (size_t)(rest.at - data);
}
