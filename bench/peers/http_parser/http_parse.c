/* SPDX-License-Identifier: MIT */
/* http_parse COUNT: ../../http_parse.c, with http-parser: where the target and
 * the headers are is noted, as ours does by itself. */
#include "../../common.h"
#include "../../parse_request.h"

#include <http_parser.h>

struct note {
    const char *at;
    size_t len;
};

struct found {
    struct note target, names[100], values[100];
    unsigned n;
    bool whole;
};

static int on_url(http_parser *parser, const char *at, size_t len)
{
    struct found *found = parser->data;
    found->target = (struct note){ at, len };
    return 0;
}

static int on_name(http_parser *parser, const char *at, size_t len)
{
    struct found *found = parser->data;
    found->names[found->n] = (struct note){ at, len };
    return 0;
}

static int on_value(http_parser *parser, const char *at, size_t len)
{
    struct found *found = parser->data;
    found->values[found->n++] = (struct note){ at, len };
    return 0;
}

static int on_complete(http_parser *parser)
{
    struct found *found = parser->data;
    found->whole = true;
    return 0;
}

int main(int argc, char **argv)
{
    const uint64_t count = count_arg(argc, argv, 1, "COUNT");
    struct found found = { .n = 0 };
    http_parser_settings settings;
    http_parser parser;
    http_parser_settings_init(&settings);
    settings.on_url = on_url;
    settings.on_header_field = on_name;
    settings.on_header_value = on_value;
    settings.on_message_complete = on_complete;
    for (uint64_t i = 0; i < count; i++) {
        found.n = 0;
        found.whole = false;
        http_parser_init(&parser, HTTP_REQUEST);
        parser.data = &found;
        check(http_parser_execute(&parser, &settings, request, REQUEST_LEN) ==
                  REQUEST_LEN,
              "length");
        check(found.whole && found.n == REQUEST_HEADERS, "headers");
    }
    return 0;
}
