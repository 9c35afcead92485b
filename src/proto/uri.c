/* SPDX-License-Identifier: MIT */
/* Request targets, Host values and URIs taken apart. */
#include "eventlet/uri.h"

#include "eventlet/errors.h"
#include "proto/uri_bytes.h"
#include "proto/uri_reader.h"

#include <assert.h>
#include <string.h>

static_assert(sizeof(struct eventlet_uri) <= 512, "a state is small");
static_assert(sizeof(struct eventlet_uri_query) <= 512, "a state is small");

static struct eventlet__uri_reader reader(struct eventlet_span text,
                                          const struct eventlet_uri_opts *opts,
                                          struct eventlet_proto_error *error)
{
    return (struct eventlet__uri_reader){
        .bytes = text.at ? text.at : "",
        .len = text.len,
        .compat = opts && opts->profile == EVENTLET_URI_COMPAT,
        .userinfo =
            opts && (opts->userinfo || opts->profile == EVENTLET_URI_COMPAT),
        .error = error,
    };
}

static bool is(struct eventlet_span text, const char *word)
{
    return text.len == strlen(word) && memcmp(text.at, word, text.len) == 0;
}

/* ---- schemes ---- */

static const struct scheme {
    const char *name; /* in lower case */
    int port;
    bool websocket;
} schemes[] = {
    { "http", 80, false },
    { "https", 443, false },
    { "ws", 80, true },
    { "wss", 443, true },
};

static bool is_scheme(struct eventlet_span text, const char *name)
{
    if (text.len != strlen(name))
        return false;
    for (size_t i = 0; i < text.len; i++)
        if ((text.at[i] | 0x20) != name[i])
            return false;
    return true;
}

static const struct scheme *find_scheme(struct eventlet_span text)
{
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
        if (is_scheme(text, schemes[i].name))
            return &schemes[i];
    return NULL;
}

int eventlet_uri_default_port(struct eventlet_span scheme)
{
    const struct scheme *known = find_scheme(scheme);

    return known ? known->port : -1;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool goes_on_scheme(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' ||
           c == '.';
}

/* The length of what could be a scheme at the beginning, if a colon ends it;
 * otherwise 0. */
static size_t scheme_len(const struct eventlet__uri_reader *in)
{
    size_t n = 1;

    if (in->len == 0 || !is_letter(in->bytes[0]))
        return 0;
    while (n < in->len && goes_on_scheme(in->bytes[n]))
        n++;
    return n < in->len && in->bytes[n] == ':' ? n : 0;
}

/* Whether an authority follows the scheme of that length. */
static bool has_authority(const struct eventlet__uri_reader *in, size_t scheme)
{
    return in->len - scheme >= 3 && memcmp(in->bytes + scheme, "://", 3) == 0;
}

/* ---- what follows the authority ---- */

/* Which bytes a path has; a query has ? too. */
static unsigned path_set(const struct eventlet__uri_reader *in)
{
    return URI_PATH_BYTES | (in->compat ? URI_LOOSE : 0);
}

/* Reads a path and, behind ?, a query, of which `more` may be a part too. What
 * is left begins at the return value. */
static size_t read_path(const struct eventlet__uri_reader *in, size_t at,
                        unsigned more, struct eventlet_uri *uri)
{
    const unsigned set = path_set(in) | more;
    size_t end = at + eventlet__uri_reach(in->bytes + at, in->len - at, set);

    uri->path = eventlet__uri_part(in, at, end);
    if (end == in->len || in->bytes[end] != '?')
        return end;
    at = end + 1;
    end = at +
          eventlet__uri_reach(in->bytes + at, in->len - at, set | URI_QUESTION);
    uri->query = eventlet__uri_part(in, at, end);
    return end;
}

/* ---- scheme://authority ---- */

/* Where the authority ends that begins at `at`. */
static size_t authority_end(const struct eventlet__uri_reader *in, size_t at)
{
    while (at < in->len && !memchr("/?#", in->bytes[at], 3))
        at++;
    return at;
}

/* Reads the part before the path. What is left begins at *at. */
static int read_front(const struct eventlet__uri_reader *in,
                      struct eventlet_uri *uri, size_t *at)
{
    const size_t n = scheme_len(in);
    const struct scheme *known;
    int rc;

    if (n == 0)
        return eventlet__uri_wrong(in, "no scheme", 0);
    if (!has_authority(in, n))
        return eventlet__uri_wrong(in, "no authority", n);
    uri->scheme = eventlet__uri_part(in, 0, n);
    *at = authority_end(in, n + 3);
    rc = eventlet__uri_authority(in, n + 3, *at, &uri->authority);
    known = find_scheme(uri->scheme);
    if (rc < 0 || !known)
        return rc;
    if (uri->authority.kind == EVENTLET_HOST_NONE)
        return eventlet__uri_wrong(in, "no host", n + 3);
    if (uri->authority.port < 0)
        uri->authority.port = known->port;
    return 0;
}

static int read_fragment(const struct eventlet__uri_reader *in, size_t at,
                         struct eventlet_uri *uri)
{
    const unsigned set = path_set(in) | URI_QUESTION;
    const size_t from = at + 1;
    size_t end;

    if (find_scheme(uri->scheme)->websocket && !in->compat)
        return eventlet__uri_wrong(in, "a fragment in a websocket's URI", at);
    end = from + eventlet__uri_reach(in->bytes + from, in->len - from, set);
    if (end < in->len)
        return eventlet__uri_wrong_byte(in, end);
    uri->fragment = eventlet__uri_part(in, from, end);
    return 0;
}

int eventlet_uri_parse(struct eventlet_uri *out, struct eventlet_span text,
                       const struct eventlet_uri_opts *opts,
                       struct eventlet_proto_error *error)
{
    const struct eventlet__uri_reader in = reader(text, opts, error);
    struct eventlet_uri uri = { .form = EVENTLET_URI_ABSOLUTE,
                                .authority.port = -1 };
    size_t at;
    int rc = read_front(&in, &uri, &at);

    if (rc < 0)
        return rc;
    if (!find_scheme(uri.scheme))
        return eventlet__uri_wrong(&in, "none of http, https, ws, wss", 0);
    at = read_path(&in, at, 0, &uri);
    if (at < in.len && in.bytes[at] != '#')
        return eventlet__uri_wrong_byte(&in, at);
    if (at < in.len)
        rc = read_fragment(&in, at, &uri);
    if (rc == 0)
        *out = uri;
    return rc;
}

/* ---- targets ---- */

static int read_absolute(const struct eventlet__uri_reader *in,
                         struct eventlet_span method, struct eventlet_uri *uri)
{
    size_t at;
    int rc = read_front(in, uri, &at);

    if (rc < 0)
        return rc;
    uri->form = EVENTLET_URI_ABSOLUTE;
    at = read_path(in, at, 0, uri);
    if (at < in->len)
        return eventlet__uri_wrong_byte(in, at);
    uri->whole_server =
        uri->path.len == 0 && !uri->query.at && is(method, "OPTIONS");
    return 0;
}

static int read_origin(const struct eventlet__uri_reader *in,
                       struct eventlet_uri *uri)
{
    const size_t end = read_path(in, 0, in->compat ? URI_HASH : 0, uri);

    if (end < in->len)
        return eventlet__uri_wrong_byte(in, end);
    /* Python's server makes one of several slashes, lest what is taken for a
     * path here is taken for a host where it is sent back to. */
    while (in->compat && uri->path.len > 1 && uri->path.at[0] == '/' &&
           uri->path.at[1] == '/') {
        uri->path.at++;
        uri->path.len--;
    }
    return 0;
}

static int read_asterisk(const struct eventlet__uri_reader *in,
                         struct eventlet_span method, struct eventlet_uri *uri)
{
    if (!in->compat && !is(method, "OPTIONS"))
        return eventlet__uri_wrong(in, "a * with another method than OPTIONS",
                                   0);
    uri->form = EVENTLET_URI_ASTERISK;
    uri->whole_server = is(method, "OPTIONS");
    uri->path = eventlet__uri_part(in, 0, 1);
    return 0;
}

static int read_connect(const struct eventlet__uri_reader *in,
                        struct eventlet_uri *uri)
{
    struct eventlet__uri_reader strict = *in;
    int rc;

    strict.userinfo = false;
    rc = eventlet__uri_authority(&strict, 0, in->len, &uri->authority);
    if (rc < 0)
        return rc;
    if (uri->authority.kind == EVENTLET_HOST_NONE)
        return eventlet__uri_wrong(in, "no host", 0);
    if (uri->authority.port < 0)
        return eventlet__uri_wrong(in, "no port", in->len);
    uri->form = EVENTLET_URI_AUTHORITY;
    uri->path = eventlet__uri_part(in, 0, in->len);
    return 0;
}

static int read_other(const struct eventlet__uri_reader *in,
                      struct eventlet_uri *uri)
{
    uri->form = EVENTLET_URI_OTHER;
    return read_origin(in, uri);
}

static bool is_absolute(const struct eventlet__uri_reader *in)
{
    const size_t n = scheme_len(in);

    return n > 0 && has_authority(in, n);
}

int eventlet_uri_target(struct eventlet_uri *out, struct eventlet_span method,
                        struct eventlet_span target,
                        const struct eventlet_uri_opts *opts,
                        struct eventlet_proto_error *error)
{
    const struct eventlet__uri_reader in = reader(target, opts, error);
    struct eventlet_uri uri = { .authority.port = -1 };
    int rc;

    if (target.len == 0)
        return eventlet__uri_wrong(&in, "no target", 0);
    if (is(method, "CONNECT"))
        rc = read_connect(&in, &uri);
    else if (target.at[0] == '/')
        rc = read_origin(&in, &uri);
    else if (is(target, "*"))
        rc = read_asterisk(&in, method, &uri);
    else if (!in.compat || is_absolute(&in))
        rc = read_absolute(&in, method, &uri);
    else
        rc = read_other(&in, &uri);
    if (rc == 0)
        *out = uri;
    return rc;
}

/* ---- for http_parse ---- */

int eventlet__uri_server(struct eventlet_span target, bool connect,
                         struct eventlet_proto_error *error)
{
    const struct eventlet__uri_reader in = reader(target, NULL, error);
    struct eventlet_uri uri = { .authority.port = -1 };
    size_t at;

    return connect ? read_connect(&in, &uri) : read_front(&in, &uri, &at);
}

/* ---- Host ---- */

int eventlet_uri_host(struct eventlet_uri_authority *out,
                      struct eventlet_span value,
                      const struct eventlet_uri_opts *opts,
                      struct eventlet_proto_error *error)
{
    struct eventlet__uri_reader in = reader(value, opts, error);
    struct eventlet_uri_authority host = { .port = -1 };
    int rc;

    in.userinfo = false;
    rc = eventlet__uri_authority(&in, 0, in.len, &host);
    if (rc < 0)
        return rc;
    if (host.kind == EVENTLET_HOST_NONE && host.digits.at)
        return eventlet__uri_wrong(&in, "a port without a host", 0);
    *out = host;
    return 0;
}
