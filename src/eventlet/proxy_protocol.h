/* SPDX-License-Identifier: MIT */
/* The header that a proxy puts before a connection to tell whose it is: the
 * PROXY protocol, version 1 (text) and 2 (binary), read and written. */
#ifndef EVENTLET_PROXY_PROTOCOL_H
#define EVENTLET_PROXY_PROTOCOL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "export.h"
#include "proto.h"

EVENTLET_DECLS

enum eventlet_proxy_command { EVENTLET_PROXY_LOCAL, EVENTLET_PROXY_PROXY };

/* Families and transports have the values that version 2 gives them. */
enum eventlet_proxy_family {
    EVENTLET_PROXY_UNSPEC,
    EVENTLET_PROXY_INET,
    EVENTLET_PROXY_INET6,
    EVENTLET_PROXY_UNIX
};

enum eventlet_proxy_transport {
    EVENTLET_PROXY_ANY,
    EVENTLET_PROXY_STREAM,
    EVENTLET_PROXY_DGRAM
};

struct eventlet_proxy_end {
    uint8_t address[16];       /* of INET the first four bytes */
    uint16_t port;             /* of INET and INET6 */
    struct eventlet_span path; /* of UNIX, up to its first NUL */
};

struct eventlet_proxy_header {
    int version; /* 1 or 2 */
    enum eventlet_proxy_command command;
    enum eventlet_proxy_family family; /* UNSPEC: the connection's own ends */
    enum eventlet_proxy_transport transport;
    struct eventlet_proxy_end source, destination;
    struct eventlet_span tlvs; /* version 2: what follows the addresses */
    bool checksum;             /* there was one, and it was right */
};

/* The longest header of version 1, with its end. */
#define EVENTLET_PROXY_V1_MAX 107

/* How many bytes may follow the first 16 of version 2. */
#define EVENTLET_PROXY_V2_LIMIT 8192

struct eventlet_proxy_protocol_opts {
    int version;  /* only this one: either */
    size_t limit; /* of what follows the first 16: EVENTLET_PROXY_V2_LIMIT */
};

struct eventlet_proxy_protocol {
    struct eventlet_proxy_protocol_opts opts;
    size_t seen; /* bytes known to be right so far */
    size_t need; /* so many more belong to the header at least */
    int version; /* 0: not known yet */
};

EVENTLET_API void eventlet_proxy_protocol_init(
    struct eventlet_proxy_protocol *parser,
    const struct eventlet_proxy_protocol_opts *opts);

/* Looks at what has come: always all bytes from the header's first one on, so
 * the caller keeps them and comes again with more behind. What lies behind the
 * header is never looked at. error may be NULL.
 * Returns   the length of the header, when it is whole and *out is set; 0 if
 *           more is needed, at least parser->need bytes; or
 *           EVENTLET_BAD_PROXY_HEADER with *error set.
 * Owns      the parts of *out are parts of bytes.
 * Spec      proxy_protocol.1 … proxy_protocol.20 */
EVENTLET_API ssize_t eventlet_proxy_protocol_feed(
    struct eventlet_proxy_protocol *parser, struct eventlet_proxy_header *out,
    struct eventlet_span bytes,
    struct eventlet_proto_error *error) EVENTLET_MUST_CHECK;

/* ---- what follows the addresses ---- */

enum eventlet_proxy_tlv_type {
    EVENTLET_PROXY_ALPN = 0x01,
    EVENTLET_PROXY_AUTHORITY = 0x02,
    EVENTLET_PROXY_CRC32C = 0x03,
    EVENTLET_PROXY_NOOP = 0x04,
    EVENTLET_PROXY_UNIQUE_ID = 0x05,
    EVENTLET_PROXY_SSL = 0x20,
    EVENTLET_PROXY_SSL_VERSION = 0x21,
    EVENTLET_PROXY_SSL_CN = 0x22,
    EVENTLET_PROXY_SSL_CIPHER = 0x23,
    EVENTLET_PROXY_SSL_SIG_ALG = 0x24,
    EVENTLET_PROXY_SSL_KEY_ALG = 0x25,
    EVENTLET_PROXY_NETNS = 0x30
};

struct eventlet_proxy_tlv {
    uint8_t type;
    struct eventlet_span value;
};

/* Takes the next one off *rest, which begins as header.tlvs or ssl.tlvs;
 * fillers (NOOP) are passed over.
 * Returns   1; 0 at the end; EVENTLET_BAD_PROXY_HEADER if *rest ends within
 *           one, which does not happen in what the parser gave.
 * Spec      proxy_protocol.21 proxy_protocol.22 */
EVENTLET_API int eventlet_proxy_tlv_next(struct eventlet_span *rest,
                                         struct eventlet_proxy_tlv *tlv)
    EVENTLET_MUST_CHECK;

enum eventlet_proxy_ssl_client {
    EVENTLET_PROXY_CLIENT_SSL = 1,       /* it came over TLS */
    EVENTLET_PROXY_CLIENT_CERT_CONN = 2, /* with a certificate, just now */
    EVENTLET_PROXY_CLIENT_CERT_SESS = 4  /* or in this TLS session */
};

struct eventlet_proxy_ssl {
    uint8_t client;            /* bits of eventlet_proxy_ssl_client */
    bool verified;             /* the certificate was good */
    struct eventlet_span tlvs; /* SSL_VERSION and so on */
};

/* Takes the value of an SSL one apart.
 * Returns   0, or EVENTLET_BAD_PROXY_HEADER if it is too short.
 * Spec      proxy_protocol.23 */
EVENTLET_API int eventlet_proxy_tlv_ssl(struct eventlet_proxy_ssl *out,
                                        struct eventlet_span value)
    EVENTLET_MUST_CHECK;

/* ---- writing ---- */

/* Writes one and its value, to be put into header.tlvs.
 * Returns   its length; if that is above size, nothing was written; -EINVAL
 *           for a value above 65,535 bytes.
 * Spec      proxy_protocol.26 */
EVENTLET_API ssize_t eventlet_proxy_tlv_write(
    char *out, size_t size,
    const struct eventlet_proxy_tlv *tlv) EVENTLET_MUST_CHECK;

/* Writes a header as its version says; with checksum set, version 2 ends with
 * one. Version 1 has neither tlvs nor UNIX nor DGRAM.
 * Returns   its length; if that is above size, nothing was written; -EINVAL
 *           for what the version cannot say.
 * Spec      proxy_protocol.24 proxy_protocol.25 */
EVENTLET_API ssize_t eventlet_proxy_protocol_write(
    char *out, size_t size,
    const struct eventlet_proxy_header *header) EVENTLET_MUST_CHECK;

EVENTLET_DECLS_END

#endif
