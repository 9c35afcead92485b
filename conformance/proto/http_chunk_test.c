/* SPDX-License-Identifier: MIT */
/* What the examples of the page cannot show. */
#include "check.h"
#include "eventlet.h"

#include <string.h>

static struct eventlet_http_chunk chunk;

static int read_some(const char *text, size_t *used)
{
    return eventlet_http_chunk_read(&chunk, text, strlen(text), used);
}

TEST(http_chunk, an_error_stays_and_consumes_nothing, "http_chunk.9")
{
    size_t used = 7;

    eventlet_http_chunk_init(&chunk, NULL);
    for (int i = 0; i < 3; i++) {
        CHECK_CODE(read_some("x\r\n", &used), EVENTLET_HTTP_BAD_CHUNK);
        CHECK_INT(used, 0);
    }
    CHECK_INT(chunk.error.code, EVENTLET_HTTP_BAD_CHUNK);
    CHECK_INT(chunk.error.status, 400);
    CHECK_INT(chunk.error.at, 0);
    CHECK_STR(chunk.error.what, "no chunk size");
}

TEST(http_chunk, the_end_stays_and_consumes_nothing, "http_chunk.1")
{
    size_t used;

    eventlet_http_chunk_init(&chunk, NULL);
    CHECK_INT(read_some("0\r\n\r\nx", &used), EVENTLET_HTTP_CHUNK_BEGIN);
    CHECK_INT(used, 3);
    CHECK_INT(read_some("\r\nx", &used), EVENTLET_HTTP_CHUNK_END);
    CHECK_INT(used, 2);
    CHECK_INT(read_some("x", &used), EVENTLET_HTTP_CHUNK_END);
    CHECK_INT(used, 0);
}

TEST(http_chunk, data_come_as_they_arrive, "http_chunk.1 http_chunk.2")
{
    size_t used;

    eventlet_http_chunk_init(&chunk, NULL);
    CHECK_INT(read_some("3", &used), EVENTLET_HTTP_CHUNK_MORE);
    CHECK_INT(used, 0);
    CHECK_INT(read_some("3\r\nab", &used), EVENTLET_HTTP_CHUNK_BEGIN);
    CHECK_INT(chunk.size, 3);
    CHECK_INT(used, 3);
    CHECK_INT(read_some("ab", &used), EVENTLET_HTTP_CHUNK_DATA);
    CHECK_INT(used, 2);
    CHECK_INT(read_some("", &used), EVENTLET_HTTP_CHUNK_MORE);
    CHECK_INT(read_some("c\r\n0", &used), EVENTLET_HTTP_CHUNK_DATA);
    CHECK_MEM(chunk.text, "c", 1);
    CHECK_INT(used, 1);
    CHECK_INT(read_some("\r\n0", &used), EVENTLET_HTTP_CHUNK_MORE);
    CHECK_INT(used, 2);
}

TEST(http_chunk, state_is_small, "http_chunk.1")
{
    CHECK(sizeof chunk <= 512);
}
