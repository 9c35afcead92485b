/* SPDX-License-Identifier: MIT */
/* Escapes: bytes to what may stand in a URI, and back. */
#include "eventlet/uri.h"

#include "eventlet/errors.h"
#include "proto/uri_bytes.h"

enum { BAD_REQUEST = 400 };

static int wrong(struct eventlet_proto_error *error, const char *what,
                 size_t at)
{
    if (error)
        *error = (struct eventlet_proto_error){ what, at, BAD_REQUEST };
    return EVENTLET_BAD_URI;
}

/* The length of the decoded bytes, or what is wrong with them. */
static ssize_t decoded_len(struct eventlet_span bytes,
                           const struct eventlet_uri_decode_opts *opts,
                           struct eventlet_proto_error *error)
{
    size_t n = 0;

    for (size_t i = 0; i < bytes.len; i++, n++) {
        const size_t at = i;
        char c = bytes.at[i];

        if (eventlet__uri_is_escape(bytes.at + i, bytes.len - i)) {
            c = eventlet__uri_unescape(bytes.at + i);
            i += 2;
        } else if (c == '%' && !opts->keep_bad) {
            return wrong(error, "a % that begins no escape", at);
        }
        if (c == '\0' && !opts->nul)
            return wrong(error, "a NUL", at);
    }
    return (ssize_t)n;
}

ssize_t eventlet_uri_decode(char *out, size_t size, struct eventlet_span bytes,
                            const struct eventlet_uri_decode_opts *opts,
                            struct eventlet_proto_error *error)
{
    static const struct eventlet_uri_decode_opts defaults;
    ssize_t len;

    if (!opts)
        opts = &defaults;
    len = decoded_len(bytes, opts, error);
    if (len < 0 || (size_t)len > size)
        return len;
    for (size_t i = 0; i < bytes.len; i++) {
        char c = bytes.at[i];

        if (eventlet__uri_is_escape(bytes.at + i, bytes.len - i)) {
            c = eventlet__uri_unescape(bytes.at + i);
            i += 2;
        } else if (c == '+' && opts->plus) {
            c = ' ';
        }
        *out++ = c;
    }
    return len;
}

/* ---- encoding ---- */

static bool stays(char c, enum eventlet_uri_safe safe)
{
    const unsigned set =
        URI_UNRESERVED | (safe == EVENTLET_URI_PATH ? URI_SLASH : 0);

    return eventlet__uri_reach(&c, 1, set) == 1;
}

static bool is_form_blank(char c, enum eventlet_uri_safe safe)
{
    return c == ' ' && safe == EVENTLET_URI_FORM;
}

static size_t encoded_len(struct eventlet_span bytes,
                          enum eventlet_uri_safe safe)
{
    size_t n = bytes.len;

    for (size_t i = 0; i < bytes.len; i++)
        if (!stays(bytes.at[i], safe) && !is_form_blank(bytes.at[i], safe))
            n += 2;
    return n;
}

size_t eventlet_uri_encode(char *out, size_t size, struct eventlet_span bytes,
                           enum eventlet_uri_safe safe)
{
    static const char digits[] = "0123456789ABCDEF";
    const size_t len = encoded_len(bytes, safe);

    if (len > size)
        return len;
    for (size_t i = 0; i < bytes.len; i++) {
        const unsigned char c = (unsigned char)bytes.at[i];

        if (stays(bytes.at[i], safe)) {
            *out++ = bytes.at[i];
        } else if (is_form_blank(bytes.at[i], safe)) {
            *out++ = '+';
        } else {
            *out++ = '%';
            *out++ = digits[c >> 4];
            *out++ = digits[c & 15];
        }
    }
    return len;
}
