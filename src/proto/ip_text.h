/* SPDX-License-Identifier: MIT */
/* Numeric addresses as RFC 3986 writes them, which is narrower than what the
 * system's own functions read. */
#ifndef EVENTLET_PROTO_IP_TEXT_H
#define EVENTLET_PROTO_IP_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The longest texts, without an end. */
enum { IPV4_TEXT_MAX = 15, IPV6_TEXT_MAX = 45 };

/* Returns   whether all of text is four numbers from 0 to 255 with dots
 *           between and no zeros in front; only then is out written. */
bool eventlet__ipv4_read(const char *text, size_t len, uint8_t out[4]);

/* Returns   whether all of text is an IPv6 address; only then is out
 *           written. */
bool eventlet__ipv6_read(const char *text, size_t len, uint8_t out[16]);

/* Write the address, with no end.
 * Returns   its length. The longest run of zeros, the first of equals, is
 *           written as :: (RFC 5952). */
size_t eventlet__ipv4_write(char out[IPV4_TEXT_MAX], const uint8_t in[4]);
size_t eventlet__ipv6_write(char out[IPV6_TEXT_MAX], const uint8_t in[16]);

/* Writes a number of at most five digits.
 * Returns   its length. */
size_t eventlet__decimal_write(char *out, unsigned number);

#endif
