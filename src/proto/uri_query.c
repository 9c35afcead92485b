/* SPDX-License-Identifier: MIT */
/* Queries and the bodies of forms, pair by pair. */
#include "eventlet/uri.h"

#include "eventlet/errors.h"

#include <string.h>

void eventlet_uri_query_init(struct eventlet_uri_query *query,
                             struct eventlet_span text,
                             const struct eventlet_uri_query_opts *opts)
{
    query->rest = text;
    query->left =
        opts && opts->max_pairs ? opts->max_pairs : EVENTLET_URI_PAIRS;
    query->separator = opts && opts->separator ? opts->separator : '&';
}

/* Passes over separators that have nothing between them. */
static void skip_empty(struct eventlet_uri_query *query)
{
    while (query->rest.len > 0 && query->rest.at[0] == query->separator) {
        query->rest.at++;
        query->rest.len--;
    }
}

int eventlet_uri_query_next(struct eventlet_uri_query *query,
                            struct eventlet_span *name,
                            struct eventlet_span *value)
{
    struct eventlet_span pair;
    const char *end, *sign;

    skip_empty(query);
    if (query->rest.len == 0)
        return 0;
    if (query->left == 0)
        return EVENTLET_TOO_MANY;
    query->left--;
    pair = query->rest;
    end = memchr(pair.at, query->separator, pair.len);
    if (end)
        pair.len = (size_t)(end - pair.at);
    query->rest.at += pair.len;
    query->rest.len -= pair.len;
    sign = memchr(pair.at, '=', pair.len);
    *value = (struct eventlet_span){ NULL, 0 };
    *name = pair;
    if (sign) {
        name->len = (size_t)(sign - pair.at);
        *value = (struct eventlet_span){ sign + 1, pair.len - name->len - 1 };
    }
    return 1;
}
