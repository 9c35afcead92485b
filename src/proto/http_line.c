/* SPDX-License-Identifier: MIT */
/* The careful reader: one line, all rules. */
#include "proto/http_internal.h"

#include "proto/http_chars.h"
#include "proto/http_names.h"
#include "proto/uri_reader.h"

#include <assert.h>
#include <string.h>

#define DIGIT(c) ((unsigned)(c) - '0' <= 9)

/* Bits of each byte; see the enum. */
#define T      HTTP_TOKEN
#define V      HTTP_TEXT
#define G      HTTP_TARGET
#define N      HTTP_NAME
#define LETTER (T | V | G | N)
#define MARK   (V | G | N) /* a delimiter: "(),/;<=>?@[\]{} */
const uint8_t eventlet__http_chars[256] = {
    ['\t'] = V,
    [' '] = V,
    ['!'] = LETTER,
    ['"'] = MARK,
    ['#'] = LETTER,
    ['$'] = LETTER,
    ['%'] = LETTER,
    ['&'] = LETTER,
    ['\''] = LETTER,
    ['('] = MARK,
    [')'] = MARK,
    ['*'] = LETTER,
    ['+'] = LETTER,
    [','] = MARK,
    ['-'] = LETTER,
    ['.'] = LETTER,
    ['/'] = MARK,
    ['0' ... '9'] = LETTER,
    [':'] = V | G,
    [';'] = MARK,
    ['<'] = MARK,
    ['='] = MARK,
    ['>'] = MARK,
    ['?'] = MARK,
    ['@'] = MARK,
    ['A' ... 'Z'] = LETTER,
    ['['] = MARK,
    ['\\'] = MARK,
    [']'] = MARK,
    ['^'] = LETTER,
    ['_'] = LETTER,
    ['`'] = LETTER,
    ['a' ... 'z'] = LETTER,
    ['{'] = MARK,
    ['|'] = LETTER,
    ['}'] = MARK,
    ['~'] = LETTER,
    [0x80 ... 0xff] = V,
};

int eventlet__http_fail(struct eventlet_http_head *head, int code, int status,
                        size_t at, const char *what)
{
    head->error.code = code;
    head->error.status = head->private.response ? 502 : status;
    head->error.at = at;
    head->error.what = what;
    return code;
}

static bool is_compat(const struct eventlet_http_head *head)
{
    return head->private.profile == EVENTLET_HTTP_COMPAT;
}

/* How far bytes of that kind go. */
static size_t span(const char *data, size_t at, size_t end, int what)
{
    while (at < end && http_is((unsigned char)data[at], what))
        at++;
    return at;
}

static size_t skip_blanks(const char *data, size_t at, size_t end)
{
    while (at < end && (data[at] == ' ' || data[at] == '\t'))
        at++;
    return at;
}

/* ---- the version ---- */

/* "HTTP/1.x" and nothing else. A minor version above the one we know is read
 * as the one we know (RFC 9110 2.5); a longer number is nobody's. */
static int read_version(struct eventlet_http_head *head, const char *data,
                        size_t at, size_t len)
{
    if (len != 8 || memcmp(data + at, "HTTP/", 5) != 0 ||
        !DIGIT(data[at + 5]) || data[at + 6] != '.' || !DIGIT(data[at + 7]))
        return eventlet__http_fail(head, EVENTLET_HTTP_BAD_START, 400, at,
                                   "malformed HTTP version");
    if (data[at + 5] != '1')
        return eventlet__http_fail(head, EVENTLET_HTTP_BAD_VERSION, 505, at,
                                   "HTTP version is not 1.x");
    head->minor = (uint8_t)(data[at + 7] - '0');
    return 0;
}

/* ---- the request line ---- */

/* RFC 9112 3.2: which form goes with which method. Whom a target names is what
 * the module uri says; its path and query are not this parser's business. */
static int check_form(struct eventlet_http_head *head, const char *data)
{
    const char *at = data + head->target_at;
    const bool connect = head->method == EVENTLET_HTTP_CONNECT;
    struct eventlet_proto_error error;

    if (at[0] == '/' && !connect)
        return 0;
    if (at[0] == '*' && head->target_len == 1 &&
        head->method == EVENTLET_HTTP_OPTIONS)
        return 0;
    if (eventlet__uri_server((struct eventlet_span){ at, head->target_len },
                             connect, &error) == 0)
        return 0;
    if (!connect && error.at == 0)
        error.what = "request target does not fit the method";
    return eventlet__http_fail(head, EVENTLET_HTTP_BAD_TARGET, 400,
                               head->target_at + error.at, error.what);
}

static int check_target(struct eventlet_http_head *head, const char *data)
{
    const size_t at = head->target_at, end = at + head->target_len;
    size_t bad = span(data, at, end, HTTP_TARGET);

    /* eventlet reads Latin-1, and browsers of old sent it. */
    while (is_compat(head) && bad < end && (unsigned char)data[bad] >= 0x80)
        bad = span(data, bad + 1, end, HTTP_TARGET);
    if (bad < end)
        return eventlet__http_fail(head, EVENTLET_HTTP_BAD_TARGET, 400, bad,
                                   "a byte that no request target has");
    return is_compat(head) ? 0 : check_form(head, data);
}

/* What is between two words: one space; in compat any blanks. Returns where
 * the next word begins, 0 if it is not so. */
static size_t between(const struct eventlet_http_head *head, const char *data,
                      size_t at, size_t end)
{
    if (is_compat(head)) {
        const size_t next = skip_blanks(data, at, end);

        assert(next == at || next < end); /* the line's last is no blank */
        return next > at ? next : 0;
    }
    return at + 1 < end && data[at] == ' ' && data[at + 1] != ' ' ? at + 1 : 0;
}

static int bad_request_line(struct eventlet_http_head *head, size_t at)
{
    return eventlet__http_fail(head, EVENTLET_HTTP_BAD_START, 400, at,
                               "not METHOD SP TARGET SP VERSION");
}

int eventlet__http_request_line(struct eventlet_http_head *head,
                                const char *data, size_t at, size_t end)
{
    size_t word;
    int rc;

    if (is_compat(head)) {
        at = skip_blanks(data, at, end);
        while (end > at && (data[end - 1] == ' ' || data[end - 1] == '\t'))
            end--;
    }
    word = span(data, at, end, HTTP_TOKEN);
    head->method_at = (uint32_t)at;
    head->method_len = (uint32_t)(word - at);
    if (word == at || !(at = between(head, data, word, end)))
        return bad_request_line(head, word);
    head->method =
        eventlet_http_method_of(data + head->method_at, head->method_len);
    for (word = at; word < end && data[word] != ' ' && data[word] != '\t';)
        word++;
    head->target_at = (uint32_t)at;
    head->target_len = (uint32_t)(word - at);
    if (!(at = between(head, data, word, end)))
        return bad_request_line(head, word);
    rc = read_version(head, data, at, end - at);
    return rc < 0 ? rc : check_target(head, data);
}

/* ---- the status line ---- */

int eventlet__http_status_line(struct eventlet_http_head *head,
                               const char *data, size_t at, size_t end)
{
    const char *code = data + at + 9;
    int rc = read_version(head, data, at, end - at < 8 ? end - at : 8);

    if (rc < 0)
        return rc;
    if (end - at < 12 || data[at + 8] != ' ' || !DIGIT(code[0]) ||
        !DIGIT(code[1]) || !DIGIT(code[2]) || code[0] == '0')
        return eventlet__http_fail(head, EVENTLET_HTTP_BAD_START, 502, at + 8,
                                   "no status of three digits");
    head->status = (uint16_t)((code[0] - '0') * 100 + (code[1] - '0') * 10 +
                              (code[2] - '0'));
    at += 12;
    /* The space before the reason is there even without a reason; many
     * servers do not know. */
    if (at < end ? data[at] != ' ' : !is_compat(head))
        return eventlet__http_fail(head, EVENTLET_HTTP_BAD_START, 502, at,
                                   "no space behind the status");
    at += at < end;
    head->target_at = (uint32_t)at;
    head->target_len = (uint32_t)(end - at);
    at = span(data, at, end, HTTP_TEXT);
    if (at < end)
        return eventlet__http_fail(head, EVENTLET_HTTP_BAD_START, 502, at,
                                   "a byte that no reason has");
    return 0;
}

/* ---- a header line ---- */

/* RFC 9110 5.5: CR, LF and NUL never, other controls are invalid, too, but may
 * be kept. */
static int check_value(struct eventlet_http_head *head, const char *data,
                       size_t at, size_t end)
{
    while ((at = span(data, at, end, HTTP_TEXT)) < end) {
        if (!is_compat(head) || data[at] == '\0' || data[at] == '\r')
            return eventlet__http_fail(head, EVENTLET_HTTP_BAD_HEADER, 400, at,
                                       "a control character in a header");
        at++;
    }
    return 0;
}

static int check_name(struct eventlet_http_head *head, const char *data,
                      size_t at, size_t end)
{
    const char first = data[at];

    if (first == ' ' || first == '\t')
        return eventlet__http_fail(head, EVENTLET_HTTP_BAD_HEADER, 400, at,
                                   "a header line begins with white space");
    return eventlet__http_fail(head, EVENTLET_HTTP_BAD_HEADER, 400, end,
                               end == at ? "a header without a name"
                                         : "no colon behind a header's name");
}

int eventlet__http_header_line(struct eventlet_http_head *head,
                               const char *data, size_t at, size_t end)
{
    const size_t colon =
        span(data, at, end, is_compat(head) ? HTTP_NAME : HTTP_TOKEN);
    struct eventlet_http_header header;
    int rc;

    if (colon == at || colon == end || data[colon] != ':')
        return check_name(head, data, at, colon);
    if (head->n_headers == head->private.room)
        return eventlet__http_fail(head, EVENTLET_HTTP_TOO_MANY_HEADERS, 431,
                                   at, "too many headers");
    rc = check_value(head, data, colon + 1, end);
    if (rc < 0)
        return rc;
    header.name = (uint32_t)at;
    header.name_len = (uint16_t)(colon - at);
    header.known = (uint16_t)eventlet_http_known_of(data + at, header.name_len);
    at = skip_blanks(data, colon + 1, end);
    while (end > at && (data[end - 1] == ' ' || data[end - 1] == '\t'))
        end--;
    header.value = (uint32_t)at;
    header.value_len = (uint32_t)(end - at);
    eventlet__http_add(head, &header);
    return 0;
}
