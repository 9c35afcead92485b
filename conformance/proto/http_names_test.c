/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "eventlet.h"

#include "proto/http_names.h"
#include "proto/simd_each.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

TEST(http_names, methods_are_found, "http_names.1")
{
    for (int i = 1; eventlet_http_method_str(i); i++) {
        const char *text = eventlet_http_method_str(i);
        char longer[32] = "";

        strcpy(longer, text);
        CHECK_INT(eventlet_http_method_of(text, strlen(text)), i);
        CHECK_INT(eventlet_http_method_of(longer, strlen(text) + 1), 0);
        CHECK_INT(eventlet_http_method_of(text, strlen(text) - 1), 0);
        longer[0] = (char)tolower(longer[0]);
        CHECK_INT(eventlet_http_method_of(longer, strlen(text)), 0);
    }
    CHECK_INT(eventlet_http_method_of("PATCH", 5), EVENTLET_HTTP_PATCH);
    CHECK_INT(eventlet_http_method_of("", 0), EVENTLET_HTTP_OTHER);
    CHECK_PTR(eventlet_http_method_str(EVENTLET_HTTP_OTHER), NULL);
    CHECK_PTR(eventlet_http_method_str(-1), NULL);
    CHECK_PTR(eventlet_http_method_str(1000), NULL);
}

TEST(http_names, headers_are_found, "http_names.2")
{
    for (int i = 1; i < EVENTLET_HTTP_KNOWN_MAX; i++) {
        const char *text = eventlet_http_known_str(i);
        const size_t len = strlen(text);
        char other[64] = "";

        for (size_t j = 0; j < len; j++)
            other[j] = (char)(j % 2 ? text[j] : toupper(text[j]));
        CHECK_INT(eventlet_http_known_of(text, len), i);
        CHECK_INT(eventlet_http_known_of(other, len), i);
        CHECK_INT(eventlet_http_known_of(other, len + 1), 0);
        other[len / 2] = '_';
        CHECK_INT(eventlet_http_known_of(other, len), 0);
    }
    CHECK_PTR(eventlet_http_known_str(0), NULL);
    CHECK_PTR(eventlet_http_known_str(EVENTLET_HTTP_KNOWN_MAX), NULL);
    CHECK_INT(eventlet_http_known_of("", 0), 0);
    CHECK_INT(eventlet_http_known_of("x", 1), 0);
    CHECK_INT(eventlet_http_known_of("ag", 2), 0);
    CHECK_INT(eventlet_http_known_of("TE", 2), EVENTLET_HEADER_TE);
    CHECK_INT(eventlet_http_known_of("ta", 2), 0);
    CHECK_INT(eventlet_http_known_of("a-name-of-32-bytes-is-one-too-long", 34),
              0);
}

/* With a bit more a name would but be looked for each time, which nobody
 * notices; with one less, what only begins with it would be taken for it. */
TEST(http_names, a_mask_has_a_bit_for_each_byte, "http_names.2")
{
    for (int i = 1; i < EVENTLET_HTTP_KNOWN_MAX; i++) {
        const size_t len = strlen(eventlet_http_known_str(i));
        uint32_t mask = 0;

        for (size_t j = 0; j < sizeof eventlet__http_known.names[i]; j++)
            mask |= (uint32_t)(eventlet__http_known.names[i][j] != 0) << j;
        CHECK_INT(eventlet__http_known.masks[i], mask);
        CHECK_INT(eventlet__http_known.lens[i], len);
        CHECK_INT(mask, (UINT64_C(2) << len) - 1);
    }
    CHECK_INT(eventlet__http_known.masks[EVENTLET_HEADER_OTHER], 1);
    CHECK_INT(eventlet__http_known.names[EVENTLET_HEADER_OTHER][0], 0);
}

/* Which number the second header of a head has, if that is its name. */
static int known_in_head(const char *name, const char *end)
{
    struct eventlet_http_header headers[8];
    struct eventlet_http_head head;
    char data[512];
    int len = snprintf(data, sizeof data,
                       "GET / HTTP/1.1\r\nX-First: y%s%s: v\r\n"
                       "X-Last: %064d\r\n\r\n",
                       end, name, 0);

    eventlet_http_request_init(
        &head, headers, 8,
        &(struct eventlet_http_opts){ .profile = EVENTLET_HTTP_COMPAT });
    /* Some names have values that v is not. */
    if (eventlet_http_parse(&head, data, (size_t)len) < 0 && !head.n_headers)
        return -1;
    CHECK_INT(head.n_headers, 3);
    return headers[1].known;
}

TEST(http_names, they_are_the_same_in_a_head, "http_names.3")
{
    SIMD_EACH(way)
    for (int i = 1; i < EVENTLET_HTTP_KNOWN_MAX; i++) {
        const char *name = eventlet_http_known_str(i);
        char other[64] = "";

        CHECK_INT(known_in_head(name, "\r\n"), i);
        CHECK_INT(known_in_head(name, "\n"), i);
        strcpy(other, name);
        other[0] = (char)toupper(other[0]);
        CHECK_INT(known_in_head(other, "\r\n"), i);
        other[0] = '-';
        CHECK_INT(known_in_head(other, "\r\n"), 0);
    }
}
