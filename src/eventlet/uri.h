/* SPDX-License-Identifier: MIT */
/* Request targets, Host values and URIs (RFC 3986, 9110, 9112) taken apart as
 * parts of the caller's bytes; escapes, queries and dot segments. Nothing here
 * waits, allocates or keeps anything. */
#ifndef EVENTLET_URI_H
#define EVENTLET_URI_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "export.h"
#include "proto.h"

EVENTLET_DECLS

enum eventlet_uri_form {
    EVENTLET_URI_ORIGIN,    /* /path?query */
    EVENTLET_URI_ABSOLUTE,  /* http://host/path?query */
    EVENTLET_URI_AUTHORITY, /* host:port, of CONNECT */
    EVENTLET_URI_ASTERISK,  /* *, of OPTIONS */
    EVENTLET_URI_OTHER      /* what only compat takes; all of it is path */
};

enum eventlet_host_kind {
    EVENTLET_HOST_NONE, /* absent, or empty */
    EVENTLET_HOST_NAME, /* a registered name, escapes and all */
    EVENTLET_HOST_IPV4,
    EVENTLET_HOST_IPV6,
    EVENTLET_HOST_FUTURE /* an IP literal of a version to come: v1.x */
};

struct eventlet_uri_authority {
    struct eventlet_span userinfo;
    struct eventlet_span host;   /* an IP literal without its brackets */
    struct eventlet_span digits; /* of the port */
    enum eventlet_host_kind kind;
    int port; /* 0 … 65,535; the scheme's if none is given; or -1 */
    uint8_t address[16]; /* of IPV6; the first four bytes of IPV4 */
};

struct eventlet_uri {
    enum eventlet_uri_form form;
    bool whole_server; /* OPTIONS of the server, not of a resource */
    struct eventlet_uri_authority authority;
    struct eventlet_span scheme, query, fragment;
    struct eventlet_span path; /* of AUTHORITY and ASTERISK the whole target */
};

enum eventlet_uri_profile {
    EVENTLET_URI_STRICT, /* what RFC 3986, 9110 and 9112 allow */
    EVENTLET_URI_COMPAT  /* and what eventlet takes, if nobody is fooled */
};

struct eventlet_uri_opts {
    enum eventlet_uri_profile profile; /* EVENTLET_URI_STRICT */
    bool userinfo; /* an absolute URI may hold one, as compat allows: no */
};

/* Takes the target of a request apart: the form follows from the method and
 * from the first bytes. error may be NULL.
 * Returns   0, or EVENTLET_BAD_URI with *error set; *out is then as before.
 * Owns      the parts of *out are parts of target.
 * Spec      uri.1 … uri.9 */
EVENTLET_API int eventlet_uri_target(
    struct eventlet_uri *out, struct eventlet_span method,
    struct eventlet_span target, const struct eventlet_uri_opts *opts,
    struct eventlet_proto_error *error) EVENTLET_MUST_CHECK;

/* Takes an absolute URI apart as a client is given one: http, https, ws, wss.
 * Returns   0, or EVENTLET_BAD_URI with *error set; *out is then as before.
 * Owns      the parts of *out are parts of text.
 * Spec      uri.10 … uri.13 */
EVENTLET_API int eventlet_uri_parse(
    struct eventlet_uri *out, struct eventlet_span text,
    const struct eventlet_uri_opts *opts,
    struct eventlet_proto_error *error) EVENTLET_MUST_CHECK;

/* Takes the value of a Host header apart. An empty one is right: the target
 * has no authority.
 * Returns   0, or EVENTLET_BAD_URI with *error set; *out is then as before.
 * Owns      the parts of *out are parts of value.
 * Spec      uri.14 … uri.20 */
EVENTLET_API int eventlet_uri_host(
    struct eventlet_uri_authority *out, struct eventlet_span value,
    const struct eventlet_uri_opts *opts,
    struct eventlet_proto_error *error) EVENTLET_MUST_CHECK;

/* Returns   whether both name the same host and port; who has no port has
 *           `port`.
 * Spec      uri.21 uri.22 */
EVENTLET_API bool eventlet_uri_same_host(const struct eventlet_uri_authority *a,
                                         const struct eventlet_uri_authority *b,
                                         int port);

/* Returns   the port that a scheme implies, -1 if we know none.
 * Spec      uri.11 */
EVENTLET_API int eventlet_uri_default_port(struct eventlet_span scheme);

/* ---- escapes ---- */

struct eventlet_uri_decode_opts {
    bool plus;     /* + is a blank, as in forms: no */
    bool keep_bad; /* what is no escape stays as it is: an error */
    bool nul;      /* a NUL may come out: an error */
};

/* Writes bytes with their escapes decoded; out may be where they stand.
 * Returns   the length of the result; if it is above size, nothing was
 *           written. Or EVENTLET_BAD_URI, and nothing was written.
 * Spec      uri.23 … uri.27 */
EVENTLET_API ssize_t
eventlet_uri_decode(char *out, size_t size, struct eventlet_span bytes,
                    const struct eventlet_uri_decode_opts *opts,
                    struct eventlet_proto_error *error) EVENTLET_MUST_CHECK;

/* What stays as it is when bytes are encoded. */
enum eventlet_uri_safe {
    EVENTLET_URI_COMPONENT, /* letters, digits and -._~ */
    EVENTLET_URI_PATH,      /* these and / */
    EVENTLET_URI_FORM       /* the first, and a blank becomes + */
};

/* Writes bytes with escapes for whatever is not safe, in capitals.
 * Returns   the length of the result; if it is above size, nothing was
 *           written.
 * Spec      uri.28 uri.29 */
EVENTLET_API size_t eventlet_uri_encode(char *out, size_t size,
                                        struct eventlet_span bytes,
                                        enum eventlet_uri_safe safe);

/* Writes what eventlet's servers call PATH_INFO: the path with its escapes
 * decoded, one byte for each character of latin-1.
 * Returns   as eventlet_uri_decode.
 * Spec      uri.30 … uri.32 */
EVENTLET_API ssize_t
eventlet_uri_path_info(char *out, size_t size, const struct eventlet_uri *uri,
                       const struct eventlet_uri_opts *opts,
                       struct eventlet_proto_error *error) EVENTLET_MUST_CHECK;

/* Writes the path without its . and .. segments, which may be written with
 * %2e; out has room for path.len bytes and may be where the path stands.
 * Returns   the length of the result.
 * Spec      uri.33 uri.34 */
EVENTLET_API size_t eventlet_uri_remove_dots(char *out,
                                             struct eventlet_span path);

/* ---- queries ---- */

#define EVENTLET_URI_PAIRS 1000

struct eventlet_uri_query_opts {
    size_t max_pairs; /* EVENTLET_URI_PAIRS */
    char separator;   /* & */
};

struct eventlet_uri_query {
    struct eventlet_span rest; /* what is still to be looked at */
    size_t left;               /* how many pairs may still come */
    char separator;
};

/* Begins to go through a query, or the body of a form.
 * Spec      uri.35 */
EVENTLET_API void eventlet_uri_query_init(
    struct eventlet_uri_query *query, struct eventlet_span text,
    const struct eventlet_uri_query_opts *opts);

/* The next pair, still encoded; value is absent where there is no =.
 * Returns   1; 0 at the end; EVENTLET_TOO_MANY, again and again, where there is
 *           one more pair than allowed.
 * Owns      both are parts of the query.
 * Spec      uri.36 … uri.38 */
EVENTLET_API int eventlet_uri_query_next(
    struct eventlet_uri_query *query, struct eventlet_span *name,
    struct eventlet_span *value) EVENTLET_MUST_CHECK;

EVENTLET_DECLS_END

#endif
