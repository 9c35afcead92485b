/* SPDX-License-Identifier: MIT */
/* Numeric addresses as RFC 3986 writes them. */
#include "proto/ip_text.h"

#include "proto/uri_bytes.h"

#include <string.h>

/* ---- reading ---- */

/* Reads a number from 0 to 255 without zeros in front. Returns how many digits
 * it has, 0 if there is none. */
static size_t read_octet(const char *text, size_t len, uint8_t *octet)
{
    unsigned value = 0;
    size_t n = 0;

    while (n < len && n < 3 && text[n] >= '0' && text[n] <= '9')
        value = value * 10 + (unsigned)(text[n++] - '0');
    if (value > 255 || (n > 1 && text[0] == '0'))
        return 0;
    *octet = (uint8_t)value;
    return n;
}

bool eventlet__ipv4_read(const char *text, size_t len, uint8_t out[4])
{
    uint8_t octets[4];
    size_t at = 0;

    for (int i = 0; i < 4; i++) {
        size_t n;

        if (i > 0 && (at == len || text[at++] != '.'))
            return false;
        n = read_octet(text + at, len - at, &octets[i]);
        if (n == 0)
            return false;
        at += n;
    }
    if (at != len)
        return false;
    memcpy(out, octets, sizeof octets);
    return true;
}

/* How far an IPv6 address has been read. */
struct groups {
    uint8_t bytes[16];
    size_t n;   /* bytes read */
    size_t gap; /* where :: stood; NO_GAP if it did not */
};

enum { NO_GAP = 17 };

/* Reads one to four hexadecimal digits, or at the end a dotted quad. Returns
 * how many bytes of text that took, 0 if there is neither. */
static size_t read_group(const char *text, size_t len, struct groups *groups)
{
    unsigned value = 0;
    size_t n = 0;

    while (n < len && n < 4 && eventlet__uri_hex(text[n]) >= 0)
        value = value << 4 | (unsigned)eventlet__uri_hex(text[n++]);
    if (n < len && text[n] == '.') {
        if (groups->n > 12 ||
            !eventlet__ipv4_read(text, len, groups->bytes + groups->n))
            return 0;
        groups->n += 4;
        return len;
    }
    if (n == 0 || groups->n > 14)
        return 0;
    groups->bytes[groups->n++] = (uint8_t)(value >> 8);
    groups->bytes[groups->n++] = (uint8_t)value;
    return n;
}

static bool is_gap(const char *text, size_t len)
{
    return len >= 2 && text[0] == ':' && text[1] == ':';
}

static bool read_groups(const char *text, size_t len, struct groups *groups)
{
    size_t at = 0;

    while (at < len) {
        size_t n;

        if (is_gap(text + at, len - at)) {
            if (groups->gap != NO_GAP)
                return false;
            groups->gap = groups->n;
            at += 2;
            if (at == len)
                return true;
        } else if (at > 0 && text[at++] != ':') {
            return false;
        }
        n = read_group(text + at, len - at, groups);
        if (n == 0)
            return false;
        at += n;
    }
    return true;
}

bool eventlet__ipv6_read(const char *text, size_t len, uint8_t out[16])
{
    struct groups groups = { .gap = NO_GAP };
    size_t behind;

    if (!read_groups(text, len, &groups))
        return false;
    if (groups.gap == NO_GAP && groups.n != 16)
        return false;
    if (groups.gap != NO_GAP && groups.n > 14)
        return false; /* the gap stands for one group at least */
    memcpy(out, groups.bytes, 16);
    if (groups.gap == NO_GAP)
        return true;
    behind = groups.n - groups.gap;
    memset(out + groups.gap, 0, 16 - groups.gap);
    memcpy(out + 16 - behind, groups.bytes + groups.gap, behind);
    return true;
}

/* ---- writing ---- */

size_t eventlet__decimal_write(char *out, unsigned number)
{
    char digits[10]; /* enough for any number, so that none can overrun it */
    size_t n = 0;

    do
        digits[n++] = (char)('0' + number % 10);
    while (number /= 10);
    for (size_t i = 0; i < n; i++)
        out[i] = digits[n - 1 - i];
    return n;
}

size_t eventlet__ipv4_write(char out[IPV4_TEXT_MAX], const uint8_t in[4])
{
    size_t n = 0;

    for (int i = 0; i < 4; i++) {
        if (i > 0)
            out[n++] = '.';
        n += eventlet__decimal_write(out + n, in[i]);
    }
    return n;
}

static unsigned group_at(const uint8_t in[16], int i)
{
    return (unsigned)in[2 * i] << 8 | in[2 * i + 1];
}

/* The longest run of at least two groups that are zero. Returns its length. */
static int longest_run(const uint8_t in[16], int *start)
{
    int best = 1, run = 0;

    for (int i = 0; i < 8; i++) {
        run = group_at(in, i) ? 0 : run + 1;
        if (run > best) {
            best = run;
            *start = i + 1 - run;
        }
    }
    return best > 1 ? best : 0;
}

static size_t write_group(char *out, unsigned group)
{
    static const char digits[] = "0123456789abcdef";
    size_t n = 0;

    for (int shift = 12; shift >= 0; shift -= 4)
        if (n > 0 || shift == 0 || group >> shift)
            out[n++] = digits[group >> shift & 15];
    return n;
}

size_t eventlet__ipv6_write(char out[IPV6_TEXT_MAX], const uint8_t in[16])
{
    int start = 0;
    const int run = longest_run(in, &start);
    size_t n = 0;

    for (int i = 0; i < 8; i++) {
        if (run && i == start) {
            out[n++] = ':';
            out[n++] = ':';
            i += run - 1;
            continue;
        }
        if (i > 0 && out[n - 1] != ':')
            out[n++] = ':';
        n += write_group(out + n, group_at(in, i));
    }
    return n;
}
