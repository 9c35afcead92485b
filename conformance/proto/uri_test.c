/* SPDX-License-Identifier: MIT */
/* URIs: what the examples of the page cannot show. */
#include "check.h"
#include "eventlet.h"

#include <string.h>

static struct eventlet_span span(const char *text)
{
    return (struct eventlet_span){ text, strlen(text) };
}

static const struct eventlet_uri_opts compat = { .profile =
                                                     EVENTLET_URI_COMPAT };

/* ---- parts ---- */

TEST(uri, parts_lie_in_the_callers_bytes, "uri.1 uri.2")
{
    const struct eventlet_span text = span("http://h:1/p?q");
    struct eventlet_uri uri;

    REQUIRE_OK(eventlet_uri_target(&uri, span("GET"), text, NULL, NULL));
    CHECK_PTR(uri.scheme.at, text.at);
    CHECK_PTR(uri.authority.host.at, text.at + 7);
    CHECK_PTR(uri.authority.digits.at, text.at + 9);
    CHECK_PTR(uri.path.at, text.at + 10);
    CHECK_PTR(uri.query.at, text.at + 13);
    CHECK_PTR(uri.fragment.at, NULL);
    CHECK_PTR(uri.authority.userinfo.at, NULL);
}

TEST(uri, what_is_absent_has_no_place, "uri.1")
{
    struct eventlet_uri uri;

    REQUIRE_OK(eventlet_uri_target(&uri, span("GET"), span("/"), NULL, NULL));
    CHECK_PTR(uri.query.at, NULL);
    CHECK_PTR(uri.scheme.at, NULL);
    CHECK_PTR(uri.authority.host.at, NULL);
    CHECK_INT(uri.authority.kind, EVENTLET_HOST_NONE);
    CHECK_INT(uri.authority.port, -1);
    REQUIRE_OK(eventlet_uri_target(&uri, span("GET"), span("/?"), NULL, NULL));
    CHECK(uri.query.at);
    CHECK_INT(uri.query.len, 0);
}

TEST(uri, what_is_refused_touches_nothing, "uri.9 uri.6")
{
    struct eventlet_uri uri, before;
    struct eventlet_proto_error error;

    memset(&uri, 7, sizeof uri);
    before = uri;
    CHECK_CODE(
        eventlet_uri_target(&uri, span("GET"), span("/a b"), NULL, &error),
        EVENTLET_BAD_URI);
    CHECK_STR(error.what, "a blank");
    CHECK_INT(error.at, 2);
    CHECK_INT(error.status, 400);
    CHECK_CODE(eventlet_uri_parse(&uri, span("http://h:1x"), NULL, &error),
               EVENTLET_BAD_URI);
    CHECK_INT(error.at, 10);
    CHECK_CODE(eventlet_uri_host(&uri.authority, span("a/b"), NULL, &error),
               EVENTLET_BAD_URI);
    CHECK_INT(error.at, 1);
    CHECK_MEM(&uri, &before, sizeof uri);
}

TEST(uri, nobody_has_to_take_the_error, "uri.6 uri.25")
{
    struct eventlet_uri uri;
    char out[4];

    CHECK_CODE(eventlet_uri_target(&uri, span("GET"), span(""), NULL, NULL),
               EVENTLET_BAD_URI);
    CHECK_CODE(eventlet_uri_decode(out, sizeof out, span("%"), NULL, NULL),
               EVENTLET_BAD_URI);
}

TEST(uri, a_span_of_nothing_is_empty, "uri.9 uri.14 uri.23")
{
    const struct eventlet_span none = { NULL, 0 };
    struct eventlet_uri uri;
    struct eventlet_uri_query query;
    char out[1];

    CHECK_CODE(eventlet_uri_target(&uri, none, none, NULL, NULL),
               EVENTLET_BAD_URI);
    CHECK_CODE(eventlet_uri_parse(&uri, none, NULL, NULL), EVENTLET_BAD_URI);
    CHECK_CODE(eventlet_uri_host(&uri.authority, none, NULL, NULL), 0);
    CHECK_INT(uri.authority.kind, EVENTLET_HOST_NONE);
    CHECK_INT(eventlet_uri_decode(out, 0, none, NULL, NULL), 0);
    CHECK_INT(eventlet_uri_encode(out, 0, none, EVENTLET_URI_PATH), 0);
    CHECK_INT(eventlet_uri_remove_dots(out, none), 0);
    eventlet_uri_query_init(&query, none, NULL);
    CHECK_INT(eventlet_uri_query_next(&query, &uri.path, &uri.query), 0);
}

TEST(uri, a_path_behind_slashes_begins_with_the_last, "uri.7")
{
    const struct eventlet_span text = span("///h/x");
    struct eventlet_uri uri;

    REQUIRE_OK(eventlet_uri_target(&uri, span("GET"), text, &compat, NULL));
    CHECK_PTR(uri.path.at, text.at + 2);
    CHECK_INT(uri.path.len, 4);
}

/* ---- ports ---- */

TEST(uri, schemes_imply_ports, "uri.11")
{
    CHECK_INT(eventlet_uri_default_port(span("http")), 80);
    CHECK_INT(eventlet_uri_default_port(span("HTTPS")), 443);
    CHECK_INT(eventlet_uri_default_port(span("Ws")), 80);
    CHECK_INT(eventlet_uri_default_port(span("wsS")), 443);
    CHECK_INT(eventlet_uri_default_port(span("ftp")), -1);
    CHECK_INT(eventlet_uri_default_port(span("")), -1);
    CHECK_INT(eventlet_uri_default_port(span("httpss")), -1);
}

TEST(uri, the_host_of_a_target_is_compared_with_the_header, "uri.21 uri.22")
{
    struct eventlet_uri uri;
    struct eventlet_uri_authority host;

    REQUIRE_OK(eventlet_uri_target(&uri, span("GET"), span("http://H.example"),
                                   NULL, NULL));
    REQUIRE_OK(eventlet_uri_host(&host, span("h.example"), NULL, NULL));
    CHECK(eventlet_uri_same_host(&uri.authority, &host, 80));
    CHECK(!eventlet_uri_same_host(&uri.authority, &host, 443));
    CHECK(eventlet_uri_same_host(&host, &uri.authority, 80));
}

/* ---- bytes ---- */

TEST(uri, what_does_not_fit_is_not_begun, "uri.27 uri.29")
{
    char out[4] = "xyz";

    CHECK_INT(eventlet_uri_decode(out, 1, span("%41b"), NULL, NULL), 2);
    CHECK_STR(out, "xyz");
    CHECK_CODE(eventlet_uri_decode(out, 3, span("ab%"), NULL, NULL),
               EVENTLET_BAD_URI);
    CHECK_STR(out, "xyz");
    CHECK_INT(eventlet_uri_encode(out, 3, span("a b"), EVENTLET_URI_PATH), 5);
    CHECK_STR(out, "xyz");
    CHECK_INT(eventlet_uri_encode(NULL, 0, span("/ "), EVENTLET_URI_PATH), 4);
}

TEST(uri, path_info_is_strict_by_default, "uri.32 uri.30")
{
    const struct eventlet_uri uri = { .path = { "/%00", 4 } };
    char out[4];

    CHECK_CODE(eventlet_uri_path_info(out, 4, &uri, NULL, NULL),
               EVENTLET_BAD_URI);
    CHECK_INT(eventlet_uri_path_info(out, 4, &uri, &compat, NULL), 2);
    CHECK_MEM(out, "/", 2);
}

TEST(uri, path_info_that_does_not_fit_is_not_begun, "uri.29 uri.31")
{
    const struct eventlet_uri uri = { .form = EVENTLET_URI_ABSOLUTE };
    char out[2] = "x";

    CHECK_INT(eventlet_uri_path_info(out, 0, &uri, NULL, NULL), 1);
    CHECK_STR(out, "x");
    CHECK_INT(eventlet_uri_path_info(out, 1, &uri, NULL, NULL), 1);
    CHECK_STR(out, "/");
}

TEST(uri, what_is_refused_in_place_is_as_it_was, "uri.27")
{
    char text[] = "%41%4";

    CHECK_CODE(eventlet_uri_decode(text, 5, span(text), NULL, NULL),
               EVENTLET_BAD_URI);
    CHECK_STR(text, "%41%4");
}

TEST(uri, each_byte_is_decoded_from_what_it_is_encoded_to, "uri.23 uri.28")
{
    const struct eventlet_uri_decode_opts all = { .plus = true, .nul = true };
    char bytes[256], text[3 * 256], back[256];

    for (int i = 0; i < 256; i++)
        bytes[i] = (char)i;
    for (int safe = EVENTLET_URI_COMPONENT; safe <= EVENTLET_URI_FORM; safe++) {
        const struct eventlet_span from = { bytes, sizeof bytes };
        const size_t n = eventlet_uri_encode(text, sizeof text, from, safe);

        CHECK_INT(n, 3 * 256 - 2 * (safe == EVENTLET_URI_COMPONENT ? 66 : 67));
        memset(back, 0, sizeof back);
        CHECK_INT(eventlet_uri_decode(back, sizeof back,
                                      (struct eventlet_span){ text, n }, &all,
                                      NULL),
                  256);
        CHECK_MEM(back, bytes, sizeof bytes);
    }
}

/* ---- queries ---- */

static int count_pairs(size_t n, const struct eventlet_uri_query_opts *opts,
                       size_t *pairs)
{
    static char text[4096];
    struct eventlet_uri_query query;
    struct eventlet_span name, value;
    int rc;

    for (size_t i = 0; i < n; i++)
        memcpy(text + 2 * i, "a&", 2);
    eventlet_uri_query_init(&query, (struct eventlet_span){ text, 2 * n },
                            opts);
    for (*pairs = 0; (rc = eventlet_uri_query_next(&query, &name, &value)) > 0;)
        ++*pairs;
    CHECK_INT(eventlet_uri_query_next(&query, &name, &value), rc);
    return rc;
}

TEST(uri, a_query_has_a_thousand_pairs, "uri.38")
{
    const struct eventlet_uri_query_opts more = { .max_pairs = 1001 };
    size_t n;

    CHECK_CODE(count_pairs(1000, NULL, &n), 0);
    CHECK_INT(n, 1000);
    CHECK_CODE(count_pairs(1001, NULL, &n), EVENTLET_TOO_MANY);
    CHECK_INT(n, 1000);
    CHECK_CODE(count_pairs(1001, &more, &n), 0);
    CHECK_INT(n, 1001);
}
