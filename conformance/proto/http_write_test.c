/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "eventlet.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static char buf[1024];
static struct eventlet_http_writer writer;

static void begin(size_t size)
{
    memset(buf, '?', sizeof buf);
    eventlet_http_write_init(&writer, buf, size);
}

static void wrote(const char *text)
{
    CHECK_INT(eventlet_http_write_end(&writer), strlen(text));
    CHECK_MEM(buf, text, strlen(text));
}

static void failed(int code)
{
    CHECK_CODE(eventlet_http_write_end(&writer), code);
}

TEST(http_write, a_response, "http_write.1 http_write.2 http_write.4")
{
    begin(sizeof buf);
    eventlet_http_write_status(&writer, 1, 200, NULL);
    eventlet_http_write_header_str(&writer, "Server", "a b\tc\xff");
    eventlet_http_write_header_uint(&writer, "Content-Length", 0);
    eventlet_http_write_header_uint(&writer, "X-Max", UINT64_MAX);
    eventlet_http_write_date(&writer, 784111777);
    wrote("HTTP/1.1 200 OK\r\n"
          "Server: a b\tc\xff\r\n"
          "Content-Length: 0\r\n"
          "X-Max: 18446744073709551615\r\n"
          "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n");
}

TEST(http_write, a_request, "http_write.2")
{
    begin(sizeof buf);
    eventlet_http_write_request(&writer, "GET", "/a?b");
    eventlet_http_write_header(&writer, "Host", "abc", 1);
    wrote("GET /a?b HTTP/1.1\r\nHost: a\r\n\r\n");
}

TEST(http_write, what_is_written_can_be_read, "http_write.2")
{
    struct eventlet_http_header headers[4];
    struct eventlet_http_head head;
    int len;

    begin(sizeof buf);
    eventlet_http_write_status(&writer, 0, 999, "");
    eventlet_http_write_header_str(&writer, "Empty", "");
    len = eventlet_http_write_end(&writer);
    eventlet_http_response_init(&head, headers, 4, NULL);
    CHECK_INT(eventlet_http_parse(&head, buf, (size_t)len), len);
    CHECK_INT(head.status, 999);
    CHECK_INT(head.minor, 0);
    CHECK_INT(headers[0].value_len, 0);
}

TEST(http_write, a_reason_is_text, "http_write.3")
{
    static const char *const bad[] = { "a\r\n", "a\nb", "\r", "\x01", "\x7f" };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        begin(sizeof buf);
        eventlet_http_write_status(&writer, 1, 200, bad[i]);
        failed(EVENTLET_HTTP_BAD_START);
    }
    begin(sizeof buf);
    eventlet_http_write_status(&writer, 1, 299, NULL);
    wrote("HTTP/1.1 299 \r\n\r\n");
    CHECK_STR(eventlet_http_reason(404), "Not Found");
    CHECK_STR(eventlet_http_reason(599), "");
}

TEST(http_write, a_status_has_three_digits, "http_write.3")
{
    static const int bad[] = { 99, 1000, 0, -200 };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        begin(sizeof buf);
        eventlet_http_write_status(&writer, 1, bad[i], "");
        failed(EVENTLET_HTTP_BAD_START);
    }
    begin(sizeof buf);
    eventlet_http_write_status(&writer, 10, 200, "");
    failed(EVENTLET_HTTP_BAD_START);
    begin(sizeof buf);
    eventlet_http_write_status(&writer, -1, 200, "");
    failed(EVENTLET_HTTP_BAD_START);
}

TEST(http_write, a_request_line_has_no_holes, "http_write.3")
{
    static const char *const bad[][2] = { { "", "/" },
                                          { "G T", "/" },
                                          { "GET", "" },
                                          { "GET", "/ " },
                                          { "GET", "/\r\nX: y" } };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        begin(sizeof buf);
        eventlet_http_write_request(&writer, bad[i][0], bad[i][1]);
        failed(i < 2 ? EVENTLET_HTTP_BAD_START : EVENTLET_HTTP_BAD_TARGET);
    }
}

TEST(http_write, no_header_makes_another, "http_write.5")
{
    static const char *const bad[][2] = {
        { "", "a" },      { "A:", "a" },    { "A ", "a" },
        { "A", "b\r\n" }, { "A", "b\nC:" }, { "A\r\nB", "c" },
        { "A", "\r" },    { "A", "\x01" },  { "\xff", "a" },
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        begin(sizeof buf);
        eventlet_http_write_header_str(&writer, bad[i][0], bad[i][1]);
        failed(EVENTLET_HTTP_BAD_HEADER);
    }
    begin(sizeof buf);
    eventlet_http_write_header(&writer, "A", "b\0c", 3);
    failed(EVENTLET_HTTP_BAD_HEADER);
}

TEST(http_write, the_first_failure_counts, "http_write.1")
{
    begin(sizeof buf);
    eventlet_http_write_header_str(&writer, "A B", "c");
    eventlet_http_write_status(&writer, 1, 1, "");
    eventlet_http_write_request(&writer, "", "");
    eventlet_http_write_header_str(&writer, "A", "b");
    CHECK_INT(writer.len, 0);
    failed(EVENTLET_HTTP_BAD_HEADER);
}

/* Whatever the room is: all of it, or -ENOSPC and nothing behind the room. */
TEST(http_write, it_stays_in_its_room, "http_write.1")
{
    static const char text[] = "HTTP/1.1 200 OK\r\nA: b\r\n\r\n";

    for (size_t size = 0; size < sizeof text; size++) {
        begin(size);
        eventlet_http_write_status(&writer, 1, 200, NULL);
        eventlet_http_write_header_str(&writer, "A", "b");
        if (size == sizeof text - 1)
            wrote(text);
        else
            failed(-ENOSPC);
        CHECK_INT(buf[size], '?');
    }
}

static void head_of(uint64_t size, const char *text)
{
    char head[EVENTLET_HTTP_CHUNK_HEAD];

    CHECK_INT(eventlet_http_chunk_head(head, size), strlen(text));
    CHECK_MEM(head, text, strlen(text));
}

TEST(http_write, heads_of_chunks, "http_write.7")
{
    head_of(0, "");
    head_of(1, "1\r\n");
    head_of(15, "f\r\n");
    head_of(16, "10\r\n");
    head_of(0xabc, "abc\r\n");
    head_of(UINT64_MAX, "ffffffffffffffff\r\n");
    CHECK_STR(EVENTLET_HTTP_CHUNK_LAST, "0\r\n\r\n");
    CHECK_STR(EVENTLET_HTTP_CHUNK_TAIL, "\r\n");
}

static void is_date(int64_t seconds, const char *text)
{
    char date[EVENTLET_HTTP_DATE_LEN + 1];

    CHECK_STR(eventlet_format_date_time(date, seconds), text);
}

TEST(http_write, dates, "http_write.6")
{
    is_date(0, "Thu, 01 Jan 1970 00:00:00 GMT");
    is_date(784111777, "Sun, 06 Nov 1994 08:49:37 GMT");
    is_date(951782400, "Tue, 29 Feb 2000 00:00:00 GMT");
    is_date(-1, "Wed, 31 Dec 1969 23:59:59 GMT");
    is_date(253402300799, "Fri, 31 Dec 9999 23:59:59 GMT");
    is_date(INT64_MAX, "Fri, 31 Dec 9999 23:59:59 GMT");
    is_date(-62167219200, "Sat, 01 Jan 0000 00:00:00 GMT");
    is_date(INT64_MIN, "Sat, 01 Jan 0000 00:00:00 GMT");
}

/* The C library counts differently and has to come to the same. */
TEST(http_write, dates_are_those_of_the_c_library, "http_write.6")
{
    for (int64_t day = -200000; day < 200000; day += 13) {
        const time_t when = day * 86400 + (day * 7919 % 86400);
        char date[EVENTLET_HTTP_DATE_LEN + 1], want[64];
        struct tm tm;

        gmtime_r(&when, &tm);
        strftime(want, sizeof want, "%a, %d %b %Y %H:%M:%S GMT", &tm);
        if (!CHECK_STR(eventlet_http_date(date, when), want))
            break;
    }
}

static void capitalized(const char *name, const char *want)
{
    char copy[64];

    strcpy(copy, name);
    eventlet_http_capitalize(copy, strlen(copy));
    CHECK_STR(copy, want);
}

TEST(http_write, names_are_capitalized, "http_write.8")
{
    capitalized("etag", "Etag");
    capitalized("ETag", "Etag");
    capitalized("sOMe-WEirD", "Some-Weird");
    capitalized("content-MD5", "Content-Md5");
    capitalized("-a--b_c1d", "-A--B_c1d");
    capitalized("\xc4"
                "B",
                "\xc4"
                "b");
    capitalized("@[`{", "@[`{");
    capitalized("", "");
}
