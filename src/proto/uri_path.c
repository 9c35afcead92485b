/* SPDX-License-Identifier: MIT */
/* Paths: as eventlet's servers hand them on, and without dot segments. */
#include "eventlet/uri.h"

#include "proto/uri_bytes.h"

#include <string.h>

/* ---- PATH_INFO ---- */

static ssize_t one_byte(char *out, size_t size, char c)
{
    if (size > 0)
        *out = c;
    return 1;
}

ssize_t eventlet_uri_path_info(char *out, size_t size,
                               const struct eventlet_uri *uri,
                               const struct eventlet_uri_opts *opts,
                               struct eventlet_proto_error *error)
{
    const bool compat = opts && opts->profile == EVENTLET_URI_COMPAT;
    const struct eventlet_uri_decode_opts decode = { .keep_bad = compat,
                                                     .nul = compat };

    if (uri->form == EVENTLET_URI_ABSOLUTE && uri->path.len == 0)
        return one_byte(out, size, uri->whole_server ? '*' : '/');
    return eventlet_uri_decode(out, size, uri->path, &decode, error);
}

/* ---- dot segments ---- */

/* How many bytes a dot has that stands at the beginning: 1, 3 or 0. */
static size_t dot_len(const char *bytes, size_t len)
{
    if (len > 0 && bytes[0] == '.')
        return 1;
    if (eventlet__uri_is_escape(bytes, len) &&
        eventlet__uri_unescape(bytes) == '.')
        return 3;
    return 0;
}

/* How many dots a segment is made of; 0 if of anything else, or of more than
 * two. */
static int dots_of(const char *segment, size_t len)
{
    const size_t first = dot_len(segment, len);
    size_t second;

    if (first == 0)
        return 0;
    if (first == len)
        return 1;
    second = dot_len(segment + first, len - first);
    return second > 0 && first + second == len ? 2 : 0;
}

/* The output without its last segment and the slash before that. What is gone
 * over here is gone for good, so all of it together is linear. */
static size_t without_last(const char *out, size_t n)
{
    while (n > 0 && out[--n] != '/')
        ;
    return n;
}

/* A segment is taken with the slash in front of it. Only the first may have
 * none; if that is dots, the slash behind it goes with it. */
size_t eventlet_uri_remove_dots(char *out, struct eventlet_span path)
{
    size_t at = 0, n = 0;

    while (at < path.len) {
        const size_t slash = path.at[at] == '/';
        const char *segment = path.at + at + slash;
        const size_t left = path.len - at - slash;
        const char *next = memchr(segment, '/', left);
        const size_t len = next ? (size_t)(next - segment) : left;
        const int dots = dots_of(segment, len);

        if (dots == 2)
            n = without_last(out, n);
        if (dots == 0) {
            memmove(out + n, path.at + at, slash + len);
            n += slash + len;
        } else if (slash && !next) {
            out[n++] = '/'; /* what remains names a folder */
        }
        at += slash + len;
        if (dots > 0 && !slash && next)
            at++;
    }
    return n;
}
