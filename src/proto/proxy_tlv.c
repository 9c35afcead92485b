/* SPDX-License-Identifier: MIT */
/* What follows the addresses in a PROXY header: types, lengths and values. */
#include "proto/proxy.h"

#include "eventlet/errors.h"
#include "proto/crc32c.h"

#include <errno.h>
#include <string.h>

enum { UNIQUE_ID_MAX = 128, SSL_FIXED = 5, VALUE_MAX = 65535 };

/* ---- reading ---- */

/* The length of the one at the beginning; 0 if it does not end there. */
static size_t tlv_len(struct eventlet_span rest)
{
    size_t len;

    if (rest.len < PROXY_TLV_FIXED)
        return 0;
    len = PROXY_TLV_FIXED + eventlet__get16(rest.at + 1);
    return len <= rest.len ? len : 0;
}

struct eventlet_proxy_tlv eventlet__proxy_take_tlv(struct eventlet_span *rest)
{
    const size_t len = tlv_len(*rest);
    const struct eventlet_proxy_tlv tlv = { (uint8_t)rest->at[0],
                                            { rest->at + PROXY_TLV_FIXED,
                                              len - PROXY_TLV_FIXED } };

    rest->at += len;
    rest->len -= len;
    return tlv;
}

bool eventlet__proxy_is_tlvs(struct eventlet_span span)
{
    while (span.len > 0) {
        if (tlv_len(span) == 0)
            return false;
        eventlet__proxy_take_tlv(&span);
    }
    return true;
}

int eventlet_proxy_tlv_next(struct eventlet_span *rest,
                            struct eventlet_proxy_tlv *tlv)
{
    while (rest->len > 0) {
        struct eventlet_proxy_tlv next;

        if (tlv_len(*rest) == 0)
            return EVENTLET_BAD_PROXY_HEADER;
        next = eventlet__proxy_take_tlv(rest);
        if (next.type != EVENTLET_PROXY_NOOP) {
            *tlv = next;
            return 1;
        }
    }
    return 0;
}

int eventlet_proxy_tlv_ssl(struct eventlet_proxy_ssl *out,
                           struct eventlet_span value)
{
    if (value.len < SSL_FIXED)
        return EVENTLET_BAD_PROXY_HEADER;
    out->client = (uint8_t)value.at[0];
    out->verified = eventlet__get32(value.at + 1) == 0;
    out->tlvs =
        (struct eventlet_span){ value.at + SSL_FIXED, value.len - SSL_FIXED };
    return 0;
}

/* ---- checking ---- */

uint32_t eventlet__proxy_crc(struct eventlet_span header, size_t at)
{
    static const char zeros[PROXY_CRC_LEN];
    const size_t behind = at + PROXY_CRC_LEN;
    uint32_t crc = eventlet__crc32c(0, header.at, at);

    crc = eventlet__crc32c(crc, zeros, sizeof zeros);
    return eventlet__crc32c(crc, header.at + behind, header.len - behind);
}

static const char *check_crc(struct eventlet_span header,
                             struct eventlet_span value, bool *checksum)
{
    if (*checksum)
        return "a second checksum";
    if (value.len != PROXY_CRC_LEN)
        return "a checksum that has not four bytes";
    if (eventlet__get32(value.at) !=
        eventlet__proxy_crc(header, (size_t)(value.at - header.at)))
        return "a checksum that is wrong";
    *checksum = true;
    return NULL;
}

static const char *check_ssl(struct eventlet_span value)
{
    struct eventlet_proxy_ssl ssl;

    if (eventlet_proxy_tlv_ssl(&ssl, value) < 0)
        return "a TLV about TLS that is too short";
    if (!eventlet__proxy_is_tlvs(ssl.tlvs))
        return "a TLV within another that does not end";
    return NULL;
}

/* What is wrong with it, or NULL. */
static const char *check(struct eventlet_span header,
                         const struct eventlet_proxy_tlv *tlv, bool *checksum)
{
    switch (tlv->type) {
    case EVENTLET_PROXY_CRC32C:
        return check_crc(header, tlv->value, checksum);
    case EVENTLET_PROXY_SSL:
        return check_ssl(tlv->value);
    case EVENTLET_PROXY_UNIQUE_ID:
        return tlv->value.len > UNIQUE_ID_MAX ? "a unique id above 128 bytes"
                                              : NULL;
    default:
        return NULL;
    }
}

int eventlet__proxy_check_tlvs(struct eventlet_span header,
                               struct eventlet_span tlvs, bool *checksum,
                               struct eventlet_proto_error *error)
{
    while (tlvs.len > 0) {
        const size_t at = (size_t)(tlvs.at - header.at);
        const struct eventlet_proxy_tlv tlv = eventlet__proxy_take_tlv(&tlvs);
        const char *what = check(header, &tlv, checksum);

        if (what)
            return eventlet__proxy_wrong(error, what, at);
    }
    return 0;
}

/* ---- writing ---- */

ssize_t eventlet_proxy_tlv_write(char *out, size_t size,
                                 const struct eventlet_proxy_tlv *tlv)
{
    const size_t len = PROXY_TLV_FIXED + tlv->value.len;

    if (tlv->value.len > VALUE_MAX)
        return -EINVAL;
    if (len > size)
        return (ssize_t)len;
    out[0] = (char)tlv->type;
    eventlet__put16(out + 1, (unsigned)tlv->value.len);
    if (tlv->value.len > 0)
        memcpy(out + PROXY_TLV_FIXED, tlv->value.at, tlv->value.len);
    return (ssize_t)len;
}
