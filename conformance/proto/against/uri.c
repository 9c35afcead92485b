/* SPDX-License-Identifier: MIT */
/* uri.c - does what each line of standard input says with the bytes whose
 * hexadecimal digits follow, and says what came of it in such digits; uri.py
 * asks the original the same.
 *
 *     GET, OPTIONS, CONNECT   the target of such a request, in compat
 *     decode, form            decoded, keeping what is no escape
 *     component, path, plus   encoded
 *     query                   its pairs, decoded */
#include "eventlet/uri.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 4096 };

static size_t from_hex(char *out, const char *hex)
{
    size_t n = 0;

    for (; hex[0] && hex[0] != '\n'; hex += 2) {
        const char digits[3] = { hex[0], hex[1], '\0' };

        out[n++] = (char)strtol(digits, NULL, 16);
    }
    return n;
}

static void print_hex(const char *what, struct eventlet_span span)
{
    printf(" %s=%s", what, span.at ? "" : "-");
    for (size_t i = 0; i < span.len; i++)
        printf("%02x", (unsigned char)span.at[i]);
}

static void look_at(struct eventlet_span method, struct eventlet_span target)
{
    const struct eventlet_uri_opts compat = { .profile = EVENTLET_URI_COMPAT };
    struct eventlet_proto_error error;
    struct eventlet_uri uri;
    char info[LINE];
    ssize_t n;

    if (eventlet_uri_target(&uri, method, target, &compat, &error) < 0) {
        printf("refused %s", error.what);
        return;
    }
    n = eventlet_uri_path_info(info, sizeof info, &uri, &compat, &error);
    printf("form=%d", uri.form);
    print_hex("path", (struct eventlet_span){ info, (size_t)n });
    print_hex("query", uri.query);
    print_hex("raw", uri.path);
}

static void decode(const char *what, struct eventlet_span text, bool plus)
{
    const struct eventlet_uri_decode_opts all = { .plus = plus,
                                                  .keep_bad = true,
                                                  .nul = true };
    char out[LINE];
    ssize_t n = eventlet_uri_decode(out, sizeof out, text, &all, NULL);

    print_hex(what, (struct eventlet_span){ out, (size_t)n });
}

static void encode(struct eventlet_span text, enum eventlet_uri_safe safe)
{
    char out[3 * LINE];
    size_t n = eventlet_uri_encode(out, sizeof out, text, safe);

    print_hex("text", (struct eventlet_span){ out, n });
}

static void split(struct eventlet_span text)
{
    struct eventlet_uri_query query;
    struct eventlet_span name, value;

    eventlet_uri_query_init(&query, text, NULL);
    while (eventlet_uri_query_next(&query, &name, &value) > 0) {
        decode("name", name, true);
        decode("value", value, true);
    }
}

static void work(const char *word, struct eventlet_span text)
{
    if (strcmp(word, "decode") == 0)
        decode("text", text, false);
    else if (strcmp(word, "form") == 0)
        decode("text", text, true);
    else if (strcmp(word, "component") == 0)
        encode(text, EVENTLET_URI_COMPONENT);
    else if (strcmp(word, "path") == 0)
        encode(text, EVENTLET_URI_PATH);
    else if (strcmp(word, "plus") == 0)
        encode(text, EVENTLET_URI_FORM);
    else if (strcmp(word, "query") == 0)
        split(text);
    else
        look_at((struct eventlet_span){ word, strlen(word) }, text);
    putchar('\n');
}

int main(void)
{
    char line[LINE], bytes[LINE];

    while (fgets(line, sizeof line, stdin)) {
        char *blank = strchr(line, ' ');

        if (!blank)
            return EXIT_FAILURE;
        *blank = '\0';
        work(line, (struct eventlet_span){ bytes, from_hex(bytes, blank + 1) });
    }
    return EXIT_SUCCESS;
}
