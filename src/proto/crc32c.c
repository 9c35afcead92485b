/* SPDX-License-Identifier: MIT */
/* The checksum of RFC 9260, appendix A: CRC-32C, four bits at a time. A header
 * has a few hundred bytes: a larger table would cost more than it saves. */
#include "proto/crc32c.h"

/* What each four bits leave behind, for the polynomial 0x1edc6f41. */
static const uint32_t left_by[16] = {
    0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3,
    0x61c69362, 0x7198540d, 0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9,
    0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
};

uint32_t eventlet__crc32c(uint32_t crc, const char *bytes, size_t len)
{
    crc = ~crc;
    for (size_t i = 0; i < len; i++) {
        crc ^= (unsigned char)bytes[i];
        crc = crc >> 4 ^ left_by[crc & 15];
        crc = crc >> 4 ^ left_by[crc & 15];
    }
    return ~crc;
}
