/* SPDX-License-Identifier: MIT */
/* Heads, chunks and dates of HTTP/1. */
#include "eventlet/http_write.h"

#include "eventlet/errors.h"
#include "proto/http_chars.h"

#include <errno.h>
#include <string.h>

/* ---- the writer ---- */

void eventlet_http_write_init(struct eventlet_http_writer *writer, void *buf,
                              size_t size)
{
    *writer = (struct eventlet_http_writer){ .at = buf, .size = size };
}

static void put(struct eventlet_http_writer *writer, const void *bytes,
                size_t len)
{
    if (writer->code)
        return;
    if (len > writer->size - writer->len) {
        writer->code = -ENOSPC;
        return;
    }
    if (len)
        memcpy(writer->at + writer->len, bytes, len);
    writer->len += len;
}

/* Puts bytes all of which have to be of that kind. */
static void put_all(struct eventlet_http_writer *writer, const char *bytes,
                    size_t len, int what, int code)
{
    for (size_t i = 0; i < len && !writer->code; i++)
        if (!http_is((unsigned char)bytes[i], what))
            writer->code = code;
    put(writer, bytes, len);
}

/* The same, and not empty. */
static void put_word(struct eventlet_http_writer *writer, const char *word,
                     int what, int code)
{
    if (!*word && !writer->code)
        writer->code = code;
    put_all(writer, word, strlen(word), what, code);
}

/* The digits end at `end`. Returns where they begin. */
static char *digits(char *end, uint64_t value)
{
    do
        *--end = (char)('0' + value % 10);
    while (value /= 10);
    return end;
}

/* ---- heads ---- */

void eventlet_http_write_status(struct eventlet_http_writer *writer, int minor,
                                int status, const char *reason)
{
    char line[] = "HTTP/1.1 000 ";

    if (status < 100 || status > 999 || minor < 0 || minor > 9) {
        if (!writer->code)
            writer->code = EVENTLET_HTTP_BAD_START;
        return;
    }
    line[7] = (char)('0' + minor);
    digits(line + 12, (uint64_t)status);
    put(writer, line, 13);
    reason = reason ? reason : eventlet_http_reason(status);
    put_all(writer, reason, strlen(reason), HTTP_TEXT, EVENTLET_HTTP_BAD_START);
    put(writer, "\r\n", 2);
}

void eventlet_http_write_request(struct eventlet_http_writer *writer,
                                 const char *method, const char *target)
{
    put_word(writer, method, HTTP_TOKEN, EVENTLET_HTTP_BAD_START);
    put(writer, " ", 1);
    put_word(writer, target, HTTP_TARGET, EVENTLET_HTTP_BAD_TARGET);
    put(writer, " HTTP/1.1\r\n", 11);
}

void eventlet_http_write_header(struct eventlet_http_writer *writer,
                                const char *name, const void *value, size_t len)
{
    put_word(writer, name, HTTP_TOKEN, EVENTLET_HTTP_BAD_HEADER);
    put(writer, ": ", 2);
    put_all(writer, value, len, HTTP_TEXT, EVENTLET_HTTP_BAD_HEADER);
    put(writer, "\r\n", 2);
}

void eventlet_http_write_header_str(struct eventlet_http_writer *writer,
                                    const char *name, const char *value)
{
    eventlet_http_write_header(writer, name, value, strlen(value));
}

void eventlet_http_write_header_uint(struct eventlet_http_writer *writer,
                                     const char *name, uint64_t value)
{
    char text[20], *end = text + sizeof text;
    const char *from = digits(end, value);

    eventlet_http_write_header(writer, name, from, (size_t)(end - from));
}

void eventlet_http_write_date(struct eventlet_http_writer *writer,
                              int64_t seconds)
{
    char text[EVENTLET_HTTP_DATE_LEN + 1];

    eventlet_http_date(text, seconds);
    eventlet_http_write_header(writer, "Date", text, EVENTLET_HTTP_DATE_LEN);
}

int eventlet_http_write_end(struct eventlet_http_writer *writer)
{
    put(writer, "\r\n", 2);
    return writer->code ? writer->code : (int)writer->len;
}

/* ---- chunks ---- */

size_t eventlet_http_chunk_head(char buf[EVENTLET_HTTP_CHUNK_HEAD],
                                uint64_t size)
{
    size_t len = 1;

    if (size == 0)
        return 0;
    while (len < 16 && size >> (4 * len))
        len++;
    for (size_t i = 0; i < len; i++)
        buf[i] = "0123456789abcdef"[size >> (4 * (len - 1 - i)) & 15];
    memcpy(buf + len, "\r\n", 2);
    return len + 2;
}

/* ---- dates ---- */

enum { DAY = 86400 };

/* A day since 1970 as year, month and day. The year is counted from March, so
 * that the leap day is its last: 146,097 days are 400 years, in which each
 * month begins at a fixed day of the year. */
static void civil(int64_t days, int *year, int *month, int *day)
{
    const int64_t since = days + 719468; /* 1 March of the year 0 */
    const int64_t era = (since >= 0 ? since : since - 146096) / 146097;
    const int of_era = (int)(since - era * 146097);
    const int years =
        (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const int of_year = of_era - (365 * years + years / 4 - years / 100);
    const int march = (5 * of_year + 2) / 153;

    *day = of_year - (153 * march + 2) / 5 + 1;
    *month = march < 10 ? march + 2 : march - 10;
    *year = (int)(years + era * 400) + (*month < 2);
}

static void two_digits(char *at, int value)
{
    at[0] = (char)('0' + value / 10);
    at[1] = (char)('0' + value % 10);
}

char *eventlet_http_date(char buf[EVENTLET_HTTP_DATE_LEN + 1], int64_t seconds)
{
    static const char days[] = "ThuFriSatSunMonTueWed";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    static const int64_t first = -62167219200, last = 253402300799;
    int64_t since;
    int year, month, day, second;

    seconds = seconds < first ? first : seconds > last ? last : seconds;
    since = (seconds >= 0 ? seconds : seconds - (DAY - 1)) / DAY;
    second = (int)(seconds - since * DAY);
    civil(since, &year, &month, &day);
    memcpy(buf, "Thu, 01 Jan 1970 00:00:00 GMT", EVENTLET_HTTP_DATE_LEN + 1);
    memcpy(buf, days + 3 * ((since % 7 + 7) % 7), 3);
    two_digits(buf + 5, day);
    memcpy(buf + 8, months + (size_t)(3 * month), 3);
    two_digits(buf + 12, year / 100);
    two_digits(buf + 14, year % 100);
    two_digits(buf + 17, second / 3600);
    two_digits(buf + 20, second / 60 % 60);
    two_digits(buf + 23, second % 60);
    return buf;
}

/* ---- names and reasons ---- */

void eventlet_http_capitalize(char *name, size_t len)
{
    char before = '-';

    for (size_t i = 0; i < len; i++) {
        const unsigned letter = (unsigned)(name[i] | 0x20) - 'a';

        if (letter < 26)
            name[i] = (char)((before == '-' ? 'A' : 'a') + letter);
        before = name[i];
    }
}

const char *eventlet_http_reason(int status)
{
    static const struct {
        int status;
        const char *reason;
    } list[] = {
        { 100, "Continue" },
        { 101, "Switching Protocols" },
        { 200, "OK" },
        { 201, "Created" },
        { 202, "Accepted" },
        { 203, "Non-Authoritative Information" },
        { 204, "No Content" },
        { 205, "Reset Content" },
        { 206, "Partial Content" },
        { 300, "Multiple Choices" },
        { 301, "Moved Permanently" },
        { 302, "Found" },
        { 303, "See Other" },
        { 304, "Not Modified" },
        { 305, "Use Proxy" },
        { 307, "Temporary Redirect" },
        { 308, "Permanent Redirect" },
        { 400, "Bad Request" },
        { 401, "Unauthorized" },
        { 402, "Payment Required" },
        { 403, "Forbidden" },
        { 404, "Not Found" },
        { 405, "Method Not Allowed" },
        { 406, "Not Acceptable" },
        { 407, "Proxy Authentication Required" },
        { 408, "Request Timeout" },
        { 409, "Conflict" },
        { 410, "Gone" },
        { 411, "Length Required" },
        { 412, "Precondition Failed" },
        { 413, "Content Too Large" },
        { 414, "URI Too Long" },
        { 415, "Unsupported Media Type" },
        { 416, "Range Not Satisfiable" },
        { 417, "Expectation Failed" },
        { 421, "Misdirected Request" },
        { 422, "Unprocessable Content" },
        { 426, "Upgrade Required" },
        { 428, "Precondition Required" },
        { 429, "Too Many Requests" },
        { 431, "Request Header Fields Too Large" },
        { 500, "Internal Server Error" },
        { 501, "Not Implemented" },
        { 502, "Bad Gateway" },
        { 503, "Service Unavailable" },
        { 504, "Gateway Timeout" },
        { 505, "HTTP Version Not Supported" },
        { 511, "Network Authentication Required" },
    };

    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
        if (list[i].status == status)
            return list[i].reason;
    return "";
}
