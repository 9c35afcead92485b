/* SPDX-License-Identifier: MIT */
/* What the headers of a whole head mean: where the message ends, and whether
 * the connection can be used after it. RFC 9112 6.3 in its order. */
#include "proto/http_internal.h"

#include "eventlet/uri.h"
#include "proto/http_chars.h"
#include "proto/http_names.h"

#include <string.h>

/* Beyond it nobody could count: the largest signed number of 64 bits. */
#define LENGTH_MAX ((uint64_t)INT64_MAX)

static bool is_compat(const struct eventlet_http_head *head)
{
    return head->private.profile == EVENTLET_HTTP_COMPAT;
}

static const struct eventlet_http_header *the(
    const struct eventlet_http_head *head, enum eventlet_http_known known)
{
    return &head->headers[head->private.first[known]];
}

static bool is_repeated(const struct eventlet_http_head *head,
                        enum eventlet_http_known known)
{
    return head->private.repeated >> known & 1;
}

static size_t skip_blanks(const char *data, size_t at, size_t end)
{
    while (at < end && (data[at] == ' ' || data[at] == '\t'))
        at++;
    return at;
}

/* ---- lists ---- */

/* An element of a list with commas between, without blanks around it. */
struct element {
    const char *at;
    size_t len;
};

/* Takes the next element out of data[*at … end), which may be empty. Quoted
 * strings are not known: none of the lists read here may have one. */
static struct element next_element(const char *data, size_t *at, size_t end)
{
    size_t from = skip_blanks(data, *at, end), to = from;

    while (to < end && data[to] != ',')
        to++;
    *at = to + 1;
    while (to > from && (data[to - 1] == ' ' || data[to - 1] == '\t'))
        to--;
    return (struct element){ data + from, to - from };
}

static bool is(struct element element, const char *name)
{
    return element.len == strlen(name) &&
           eventlet__http_same_name(element.at, name, element.len);
}

/* Whether a list, in one header or in several, has that element. */
static bool list_has(const struct eventlet_http_head *head, const char *data,
                     enum eventlet_http_known known, const char *name)
{
    const struct eventlet_http_header *header = eventlet_http_find(head, known);

    for (; header; header = eventlet_http_find_next(head, data, header)) {
        const size_t end = header->value + header->value_len;

        for (size_t at = header->value; at < end;)
            if (is(next_element(data, &at, end), name))
                return true;
    }
    return false;
}

/* ---- Host ---- */

/* uri-host [ ":" port ], RFC 9110 7.2, by the module uri; it may be empty. */
static bool is_host(const char *data, const struct eventlet_http_header *host)
{
    const struct eventlet_span value = { data + host->value, host->value_len };
    struct eventlet_uri_authority authority;

    return eventlet_uri_host(&authority, value, NULL, NULL) == 0;
}

static int check_host(struct eventlet_http_head *head, const char *data)
{
    const struct eventlet_http_header *host;

    if (!eventlet__http_saw(head, EVENTLET_HEADER_HOST)) {
        if (is_compat(head) || head->minor == 0)
            return 0;
        return eventlet__http_fail(head, EVENTLET_HTTP_BAD_HOST, 400,
                                   head->private.line, "Host is missing");
    }
    host = the(head, EVENTLET_HEADER_HOST);
    if (is_repeated(head, EVENTLET_HEADER_HOST))
        return eventlet__http_fail(
            head, EVENTLET_HTTP_BAD_HOST, 400,
            eventlet_http_find_next(head, data, host)->name,
            "Host is repeated");
    if (head->private.plain_host || is_compat(head) || is_host(data, host))
        return 0;
    return eventlet__http_fail(head, EVENTLET_HTTP_BAD_HOST, 400, host->value,
                               "Host is no host");
}

/* ---- the length ---- */

static int read_length(struct eventlet_http_head *head, const char *data)
{
    const struct eventlet_http_header *header =
        the(head, EVENTLET_HEADER_CONTENT_LENGTH);
    uint64_t length = 0;

    if (is_repeated(head, EVENTLET_HEADER_CONTENT_LENGTH))
        return eventlet__http_fail(
            head, EVENTLET_HTTP_BAD_LENGTH, 400,
            eventlet_http_find_next(head, data, header)->name,
            "Content-Length is repeated");
    if (header->value_len == 0)
        return eventlet__http_fail(head, EVENTLET_HTTP_BAD_LENGTH, 400,
                                   header->value, "Content-Length is empty");
    for (uint32_t i = 0; i < header->value_len; i++) {
        const unsigned digit =
            (unsigned char)data[header->value + i] - (unsigned)'0';

        if (digit > 9)
            return eventlet__http_fail(head, EVENTLET_HTTP_BAD_LENGTH, 400,
                                       header->value + i,
                                       "Content-Length is not digits alone");
        if (length > (LENGTH_MAX - digit) / 10)
            return eventlet__http_fail(head, EVENTLET_HTTP_BAD_LENGTH, 400,
                                       header->value + i,
                                       "Content-Length is too large");
        length = length * 10 + digit;
    }
    head->content_length = length;
    head->body = EVENTLET_HTTP_LENGTH;
    return 0;
}

/* ---- the encoding ---- */

static int bad_encoding(struct eventlet_http_head *head, size_t at,
                        const char *what)
{
    return eventlet__http_fail(head, EVENTLET_HTTP_BAD_ENCODING, 400, at, what);
}

static bool is_token(struct element element)
{
    for (size_t i = 0; i < element.len; i++)
        if (!http_is((unsigned char)element.at[i], HTTP_TOKEN))
            return false;
    return element.len > 0;
}

/* The codings that RFC 9112 7 defines beside chunked. */
static bool is_coding(struct element element)
{
    return is(element, "gzip") || is(element, "x-gzip") ||
           is(element, "deflate") || is(element, "compress") ||
           is(element, "x-compress");
}

/* What is known of the codings read so far. */
struct codings {
    bool chunked, others;
};

static int read_coding(struct eventlet_http_head *head, struct element element,
                       size_t at, struct codings *codings)
{
    if (!is_token(element))
        return bad_encoding(head, at, "Transfer-Encoding is no list of names");
    if (codings->chunked)
        return bad_encoding(head, at, "chunked is not the last encoding");
    codings->chunked = is(element, "chunked");
    if (codings->chunked || is_coding(element)) {
        codings->others |= !codings->chunked;
        return 0;
    }
    return eventlet__http_fail(head, EVENTLET_HTTP_UNKNOWN_ENCODING, 501, at,
                               "Transfer-Encoding is not known");
}

/* All headers of the name make one list (RFC 9110 5.2). Only the element
 * chunked alone is taken: to let another coding through would leave the
 * message to whoever knows no coding at all. */
static int read_encoding(struct eventlet_http_head *head, const char *data)
{
    const struct eventlet_http_header *header =
        the(head, EVENTLET_HEADER_TRANSFER_ENCODING);
    const uint32_t first = header->value;
    struct codings codings = { false, false };

    if (head->minor == 0)
        return bad_encoding(head, header->name,
                            "Transfer-Encoding in HTTP/1.0");
    for (; header; header = eventlet_http_find_next(head, data, header)) {
        const size_t end = header->value + header->value_len;
        size_t at = header->value;

        do {
            const struct element element = next_element(data, &at, end);
            int rc = read_coding(head, element, (size_t)(element.at - data),
                                 &codings);
            if (rc < 0)
                return rc;
        } while (at <= end);
    }
    if (!codings.chunked)
        return bad_encoding(head, first, "chunked is not the last encoding");
    if (codings.others)
        return eventlet__http_fail(head, EVENTLET_HTTP_UNKNOWN_ENCODING, 501,
                                   first, "an encoding beside chunked");
    head->body = EVENTLET_HTTP_CHUNKED;
    return 0;
}

/* ---- where the message ends ---- */

static int read_framing(struct eventlet_http_head *head, const char *data)
{
    const bool length =
        eventlet__http_saw(head, EVENTLET_HEADER_CONTENT_LENGTH);

    if (!eventlet__http_saw(head, EVENTLET_HEADER_TRANSFER_ENCODING))
        return length ? read_length(head, data) : 0;
    if (length)
        return eventlet__http_fail(
            head, EVENTLET_HTTP_LENGTH_AND_ENCODING, 400,
            the(head, EVENTLET_HEADER_CONTENT_LENGTH)->name,
            "Content-Length and Transfer-Encoding");
    return read_encoding(head, data);
}

static int frame_request(struct eventlet_http_head *head, const char *data)
{
    int rc;

    head->body = EVENTLET_HTTP_NO_BODY;
    if (head->private.seen &
        (UINT64_C(1) << EVENTLET_HEADER_CONTENT_LENGTH |
         UINT64_C(1) << EVENTLET_HEADER_TRANSFER_ENCODING)) {
        rc = read_framing(head, data);
        if (rc < 0)
            return rc;
    }
    if (head->method != EVENTLET_HTTP_CONNECT)
        return 0;
    if (head->body == EVENTLET_HTTP_CHUNKED ||
        (head->body == EVENTLET_HTTP_LENGTH && head->content_length))
        return eventlet__http_fail(head, EVENTLET_HTTP_BAD_LENGTH, 400,
                                   head->private.line, "CONNECT with a body");
    head->body = EVENTLET_HTTP_TUNNEL;
    return 0;
}

/* Responses that end with the head whatever their headers say. */
static bool is_bodiless(const struct eventlet_http_head *head)
{
    return head->private.answers == EVENTLET_HTTP_HEAD || head->status < 200 ||
           head->status == 204 || head->status == 304;
}

static int frame_response(struct eventlet_http_head *head, const char *data)
{
    head->body = EVENTLET_HTTP_CLOSE;
    if (head->status == 101 ||
        (head->private.answers == EVENTLET_HTTP_CONNECT &&
         head->status >= 200 && head->status < 300)) {
        head->body = EVENTLET_HTTP_TUNNEL;
        return 0;
    }
    if (is_bodiless(head)) {
        head->body = EVENTLET_HTTP_NO_BODY;
        return 0;
    }
    return read_framing(head, data);
}

/* ---- the connection ---- */

/* Most heads have this alone, and it needs no list. */
static bool is_plain_keep_alive(const struct eventlet_http_head *head,
                                const char *data)
{
    const struct eventlet_http_header *header =
        the(head, EVENTLET_HEADER_CONNECTION);

    return header->value_len == 10 &&
           !is_repeated(head, EVENTLET_HEADER_CONNECTION) &&
           memcmp(data + header->value, "keep-alive", 10) == 0;
}

static bool connection_has(const struct eventlet_http_head *head,
                           const char *data, const char *word)
{
    return list_has(head, data, EVENTLET_HEADER_CONNECTION, word);
}

static void decide_connection(struct eventlet_http_head *head, const char *data)
{
    head->keep_alive = head->minor > 0;
    if (eventlet__http_saw(head, EVENTLET_HEADER_CONNECTION)) {
        if (is_plain_keep_alive(head, data))
            head->keep_alive = true;
        else if (connection_has(head, data, "close"))
            head->keep_alive = false;
        else if (head->minor == 0)
            head->keep_alive = connection_has(head, data, "keep-alive");
    }
    if (head->body >= EVENTLET_HTTP_CLOSE)
        head->keep_alive = false;
    /* RFC 9110 7.8: a client of HTTP/1.0 cannot have meant it. */
    head->upgrade = head->minor > 0 &&
                    eventlet__http_saw(head, EVENTLET_HEADER_UPGRADE) &&
                    connection_has(head, data, "upgrade");
}

static uint8_t expectation(const struct eventlet_http_head *head,
                           const char *data)
{
    const struct eventlet_http_header *header;

    /* RFC 9110 10.1.1 has it ignored in HTTP/1.0, which eventlet does not. */
    if (!eventlet__http_saw(head, EVENTLET_HEADER_EXPECT) ||
        (head->minor == 0 && !is_compat(head)))
        return EVENTLET_HTTP_EXPECT_NOTHING;
    header = the(head, EVENTLET_HEADER_EXPECT);
    if (!is_repeated(head, EVENTLET_HEADER_EXPECT) &&
        is((struct element){ data + header->value, header->value_len },
           "100-continue"))
        return EVENTLET_HTTP_EXPECT_CONTINUE;
    return EVENTLET_HTTP_EXPECT_OTHER;
}

int eventlet__http_decide(struct eventlet_http_head *head, const char *data)
{
    int rc = head->private.response ? 0 : check_host(head, data);

    if (rc == 0)
        rc = head->private.response ? frame_response(head, data)
                                    : frame_request(head, data);
    if (rc < 0)
        return rc;
    decide_connection(head, data);
    head->expect = head->private.response ? EVENTLET_HTTP_EXPECT_NOTHING
                                          : expectation(head, data);
    return 0;
}
