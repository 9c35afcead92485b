/* SPDX-License-Identifier: MIT */
/* http_parse COUNT: ../../http_parse.c, with llhttp: where the target and the
 * headers are is noted, as ours does by itself. */
#include "../../common.h"
#include "../../parse_request.h"

#include <llhttp.h>

struct note {
    const char *at;
    size_t len;
};

struct found {
    struct note target, names[100], values[100];
    unsigned n;
    bool whole;
};

static int on_url(llhttp_t *parser, const char *at, size_t len)
{
    struct found *found = parser->data;
    found->target = (struct note){ at, len };
    return 0;
}

static int on_name(llhttp_t *parser, const char *at, size_t len)
{
    struct found *found = parser->data;
    found->names[found->n] = (struct note){ at, len };
    return 0;
}

static int on_value(llhttp_t *parser, const char *at, size_t len)
{
    struct found *found = parser->data;
    found->values[found->n++] = (struct note){ at, len };
    return 0;
}

static int on_complete(llhttp_t *parser)
{
    struct found *found = parser->data;
    found->whole = true;
    return 0;
}

int main(int argc, char **argv)
{
    const uint64_t count = count_arg(argc, argv, 1, "COUNT");
    struct found found = { .n = 0 };
    llhttp_settings_t settings;
    llhttp_t parser;
    llhttp_settings_init(&settings);
    settings.on_url = on_url;
    settings.on_header_field = on_name;
    settings.on_header_value = on_value;
    settings.on_message_complete = on_complete;
    for (uint64_t i = 0; i < count; i++) {
        found.n = 0;
        found.whole = false;
        llhttp_init(&parser, HTTP_REQUEST, &settings);
        parser.data = &found;
        check(llhttp_execute(&parser, request, REQUEST_LEN) == HPE_OK,
              "length");
        check(found.whole && found.n == REQUEST_HEADERS, "headers");
    }
    return 0;
}
