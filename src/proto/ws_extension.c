/* SPDX-License-Identifier: MIT */
/* Sec-WebSocket-Extensions by its grammar:
 *
 *     extension ("," extension)*
 *     extension = token (";" token ["=" (token | quoted-string)])*
 *
 * where what a quoted string says has to be a token, too. */
#include "proto/ws_extension.h"

#include <string.h>
#include <strings.h>

bool eventlet__ws_is_word(const char *bytes, size_t n, const char *word)
{
    return strlen(word) == n && strncasecmp(bytes, word, n) == 0;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static void skip_blanks(const char **at, const char *end)
{
    while (*at < end && is_blank(**at))
        ++*at;
}

bool eventlet__ws_next_element(const char **element, size_t *len,
                               const char **at, const char *end)
{
    while (*at < end && (is_blank(**at) || **at == ','))
        ++*at;
    if (*at == end)
        return false;
    *element = *at;
    while (*at < end && **at != ',')
        ++*at;
    *len = (size_t)(*at - *element);
    while (is_blank((*element)[*len - 1]))
        --*len;
    return true;
}

static bool is_token_char(char c)
{
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
        (c >= 'A' && c <= 'Z'))
        return true;
    return c && strchr("!#$%&'*+-.^_`|~", c);
}

/* A token and the blanks around it. */
static bool take_token(const char **token, size_t *len, const char **at,
                       const char *end)
{
    skip_blanks(at, end);
    *token = *at;
    while (*at < end && is_token_char(**at))
        ++*at;
    *len = (size_t)(*at - *token);
    skip_blanks(at, end);
    return *len > 0;
}

static bool take_char(const char **at, const char *end, char c)
{
    if (*at == end || **at != c)
        return false;
    ++*at;
    return true;
}

/* A parameter's value, read as a number. */
struct value {
    bool there;
    bool number; /* digits, the first of which is not 0 */
    unsigned bits;
};

static void add_digit(struct value *v, char c, bool first)
{
    const char least = first ? '1' : '0';

    v->number = (first || v->number) && c >= least && c <= '9';
    if (v->number && v->bits < 100)
        v->bits = v->bits * 10 + (unsigned)(c - '0');
}

static bool take_quoted(struct value *v, const char **at, const char *end)
{
    bool first = true;

    while (*at < end && **at != '"') {
        (void)take_char(at, end, '\\');
        if (*at == end || !is_token_char(**at))
            return false;
        add_digit(v, *(*at)++, first);
        first = false;
    }
    if (first || !take_char(at, end, '"'))
        return false;
    skip_blanks(at, end);
    return true;
}

static bool take_value(struct value *v, const char **at, const char *end)
{
    const char *token;
    size_t len;

    *v = (struct value){ 0 };
    if (!take_char(at, end, '='))
        return true;
    v->there = true;
    skip_blanks(at, end);
    if (take_char(at, end, '"'))
        return take_quoted(v, at, end);
    if (!take_token(&token, &len, at, end))
        return false;
    for (size_t i = 0; i < len; i++)
        add_digit(v, token[i], i == 0);
    return true;
}

/* ---- the parameters of permessage-deflate, RFC 7692 section 7.1 ---- */

static bool set_flag(bool *flag, const struct value *v)
{
    if (*flag || v->there)
        return false;
    return *flag = true;
}

static bool set_bits(unsigned char *bits, bool *bare, const struct value *v)
{
    if (*bits || *bare)
        return false;
    if (!v->there)
        return *bare = true;
    if (!v->number || v->bits < 8 || v->bits > 15)
        return false;
    *bits = (unsigned char)v->bits;
    return true;
}

static bool set_param(struct eventlet__ws_extension *e, const char *name,
                      size_t len, const struct value *v)
{
    struct eventlet_ws_deflate_params *p = &e->params;

    if (eventlet__ws_is_word(name, len, "server_no_context_takeover"))
        return set_flag(&p->server_no_context_takeover, v);
    if (eventlet__ws_is_word(name, len, "client_no_context_takeover"))
        return set_flag(&p->client_no_context_takeover, v);
    if (eventlet__ws_is_word(name, len, "server_max_window_bits"))
        return set_bits(&p->server_max_window_bits, &e->bare_server_bits, v);
    if (eventlet__ws_is_word(name, len, "client_max_window_bits"))
        return set_bits(&p->client_max_window_bits, &e->bare_client_bits, v);
    return false;
}

static int take_extension(struct eventlet__ws_extension *e, const char **at,
                          const char *end)
{
    const char *name;
    size_t len;

    *e = (struct eventlet__ws_extension){ .acceptable = true };
    if (!take_token(&name, &len, at, end))
        return -1;
    e->is_deflate = eventlet__ws_is_word(name, len, "permessage-deflate");
    while (take_char(at, end, ';')) {
        struct value v;

        if (!take_token(&name, &len, at, end) || !take_value(&v, at, end))
            return -1;
        if (!set_param(e, name, len, &v))
            e->acceptable = false;
    }
    return *at == end || **at == ',' ? 1 : -1;
}

int eventlet__ws_next_extension(struct eventlet__ws_extension *out,
                                const char **at, const char *end)
{
    skip_blanks(at, end);
    while (take_char(at, end, ','))
        skip_blanks(at, end);
    return *at == end ? 0 : take_extension(out, at, end);
}
