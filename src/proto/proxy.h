/* SPDX-License-Identifier: MIT */
/* What the parts of the module proxy_protocol share. */
#ifndef EVENTLET_PROTO_PROXY_H
#define EVENTLET_PROTO_PROXY_H

#include "eventlet/proxy_protocol.h"

enum {
    PROXY_V1_PREFIX = 6, /* "PROXY " */
    PROXY_V2_PREFIX = 12,
    PROXY_V2_FIXED = 16, /* up to where the addresses begin */
    PROXY_UNIX_PATH = 108,
    PROXY_TLV_FIXED = 3, /* type and length */
    PROXY_CRC_LEN = 4
};

extern const char eventlet__proxy_v2_prefix[PROXY_V2_PREFIX];

/* Notes what is wrong and where. Returns EVENTLET_BAD_PROXY_HEADER. */
int eventlet__proxy_wrong(struct eventlet_proto_error *error, const char *what,
                          size_t at);

/* How many bytes the two addresses of a family have in version 2. */
size_t eventlet__proxy_room(enum eventlet_proxy_family family);

/* Looks at a header of version 2, as eventlet_proxy_protocol_feed does. */
ssize_t eventlet__proxy_v2_feed(struct eventlet_proxy_protocol *parser,
                                struct eventlet_proxy_header *out,
                                struct eventlet_span bytes,
                                struct eventlet_proto_error *error);

/* Returns   whether span is one TLV after the other, up to its end. */
bool eventlet__proxy_is_tlvs(struct eventlet_span span);

/* Takes the first one off, fillers too. *rest is one TLV after the other, and
 * not empty. */
struct eventlet_proxy_tlv eventlet__proxy_take_tlv(struct eventlet_span *rest);

/* Checks what is in the TLVs with which a whole header ends. Returns 0 with
 * *checksum set if there is one, or what is wrong. */
int eventlet__proxy_check_tlvs(struct eventlet_span header,
                               struct eventlet_span tlvs, bool *checksum,
                               struct eventlet_proto_error *error);

/* The checksum of a header, in which the four bytes at `at` count as zero. */
uint32_t eventlet__proxy_crc(struct eventlet_span header, size_t at);

static inline unsigned eventlet__get16(const char *bytes)
{
    return (unsigned)(unsigned char)bytes[0] << 8 | (unsigned char)bytes[1];
}

static inline uint32_t eventlet__get32(const char *bytes)
{
    return (uint32_t)eventlet__get16(bytes) << 16 | eventlet__get16(bytes + 2);
}

static inline void eventlet__put16(char *bytes, unsigned value)
{
    bytes[0] = (char)(value >> 8);
    bytes[1] = (char)value;
}

#endif
