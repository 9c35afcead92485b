/* SPDX-License-Identifier: MIT */
/* The checksum of RFC 9260, appendix A: CRC-32C. */
#ifndef EVENTLET_PROTO_CRC32C_H
#define EVENTLET_PROTO_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* Begin with 0; give what came back for the bytes that follow.
 * Returns   the checksum of all bytes so far. */
uint32_t eventlet__crc32c(uint32_t crc, const char *bytes, size_t len);

#endif
