/* SPDX-License-Identifier: MIT */
/* What the examples of the page cannot show: looking up, and how much work it
 * is. */
#include "check.h"
#include "eventlet.h"
#include "proto/simd_each.h"

#include <stdio.h>
#include <string.h>

enum { ROOM = 250 };

static struct eventlet_http_header headers[ROOM];

static struct eventlet_http_head parsed(const char *data, size_t room)
{
    struct eventlet_http_head head;

    eventlet_http_request_init(&head, headers, room, NULL);
    CHECK_INT(eventlet_http_parse(&head, data, strlen(data)), strlen(data));
    return head;
}

static void has(const char *data, const struct eventlet_http_header *header,
                const char *value)
{
    if (!CHECK(header != NULL))
        return;
    CHECK_INT(header->value_len, strlen(value));
    CHECK_MEM(data + header->value, value, strlen(value));
}

TEST(http_parse, headers_are_found_by_number_and_by_name, "http_parse.31")
{
    static const char data[] = "GET / HTTP/1.1\r\n"
                               "HOST: a\r\n"
                               "X-Mine: 1\r\n"
                               "Accept: b\r\n"
                               "x-mine: 2\r\n"
                               "accept: c\r\n\r\n";
    const struct eventlet_http_head head = parsed(data, ROOM);
    const struct eventlet_http_header *found;

    has(data, eventlet_http_find(&head, EVENTLET_HEADER_HOST), "a");
    has(data, eventlet_http_find_name(&head, data, "Host"), "a");
    found = eventlet_http_find_name(&head, data, "x-MINE");
    has(data, found, "1");
    found = eventlet_http_find_next(&head, data, found);
    has(data, found, "2");
    CHECK_PTR(eventlet_http_find_next(&head, data, found), NULL);
    found = eventlet_http_find(&head, EVENTLET_HEADER_ACCEPT);
    has(data, found, "b");
    found = eventlet_http_find_next(&head, data, found);
    has(data, found, "c");
    CHECK_PTR(eventlet_http_find_next(&head, data, found), NULL);
}

TEST(http_parse, what_is_not_there_is_not_found, "http_parse.31")
{
    static const char data[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    const struct eventlet_http_head head = parsed(data, ROOM);

    CHECK_PTR(eventlet_http_find(&head, EVENTLET_HEADER_COOKIE), NULL);
    CHECK_PTR(eventlet_http_find(&head, EVENTLET_HEADER_OTHER), NULL);
    CHECK_PTR(eventlet_http_find(&head, EVENTLET_HTTP_KNOWN_MAX), NULL);
    CHECK_PTR(eventlet_http_find_name(&head, data, "Hos"), NULL);
    CHECK_PTR(eventlet_http_find_name(&head, data, "X-Mine"), NULL);
    CHECK_PTR(eventlet_http_find_next(&head, data, &headers[0]), NULL);
}

TEST(http_parse, of_nothing_nothing_is_read, "http_parse.1")
{
    struct eventlet_http_head head;

    SIMD_EACH(n)
    {
        eventlet_http_request_init(&head, headers, ROOM, NULL);
        CHECK_INT(eventlet_http_parse(&head, NULL, 0), 0);
    }
}

TEST(http_parse, an_error_stays, "http_parse.1")
{
    static const char bad[] = "GET / HTTP/3.0\r\n";
    struct eventlet_http_head head;

    eventlet_http_request_init(&head, headers, ROOM, NULL);
    for (int i = 0; i < 3; i++)
        CHECK_CODE(eventlet_http_parse(&head, bad, sizeof bad - 1),
                   EVENTLET_HTTP_BAD_VERSION);
    CHECK_CODE(head.error.code, EVENTLET_HTTP_BAD_VERSION);
    CHECK_INT(head.error.status, 505);
    CHECK_INT(head.error.at, 6);
    CHECK_STR(head.error.what, "HTTP version is not 1.x");
}

TEST(http_parse, a_head_can_be_used_again, "http_parse.1")
{
    static const char first[] =
        "POST /a HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n";
    static const char second[] = "GET /b HTTP/1.1\r\nHost: c\r\n\r\n";
    struct eventlet_http_head head;

    eventlet_http_request_init(&head, headers, ROOM, NULL);
    CHECK_CODE(eventlet_http_parse(&head, first, sizeof first - 1),
               EVENTLET_HTTP_BAD_HOST);
    eventlet_http_again(&head);
    CHECK_INT(eventlet_http_parse(&head, second, sizeof second - 1),
              sizeof second - 1);
    CHECK_INT(head.n_headers, 1);
    CHECK_INT(head.method, EVENTLET_HTTP_GET);
    CHECK_INT(eventlet_http_parse(&head, second, sizeof second - 1),
              sizeof second - 1);
}

/* The room is a limit; beyond 250 it counts as 250, for the place of a known
 * header has eight bits. */
TEST(http_parse, room_is_a_limit, "http_parse.8")
{
    static char data[8192];
    static struct eventlet_http_header many[300];
    struct eventlet_http_head head;
    size_t len = (size_t)sprintf(data, "GET / HTTP/1.1\r\nHost: a\r\n");

    for (int i = 1; i < 250; i++)
        len += (size_t)sprintf(data + len, "X-%d: a\r\n", i);
    eventlet_http_request_init(&head, many, 300, NULL);
    strcpy(data + len, "\r\n");
    CHECK_INT(eventlet_http_parse(&head, data, len + 2), len + 2);
    CHECK_INT(head.n_headers, 250);
    strcpy(data + len, "X: a\r\n\r\n");
    eventlet_http_again(&head);
    CHECK_CODE(eventlet_http_parse(&head, data, len + 8),
               EVENTLET_HTTP_TOO_MANY_HEADERS);
    CHECK_INT(head.error.status, 431);
}

TEST(http_parse, state_is_small, "http_parse.2")
{
    CHECK(sizeof(struct eventlet_http_head) <= 512);
    CHECK(sizeof(struct eventlet_http_header) == 16);
}
