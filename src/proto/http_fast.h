/* SPDX-License-Identifier: MIT */
/* The fast reader of heads, included by a file for each instruction set, which
 * defines before:
 *
 *   FAST                       the function's attributes
 *   FAST_NAME                  its name
 *   struct text32              32 bytes
 *   text32_load(p)             from p
 *   in_set(t, set)             bit i: byte i is in the set, of 16 bytes: the
 *                              lower half of a byte chooses which upper halves
 *                              make a byte of the set with it, a bit for each
 *   text32_colons(t)           bit i: byte i is a colon
 *   text32_same(t, name)       bit i: byte i is that of the name in lower case
 *   first_of32(w)              which is the lowest bit set; 32: none
 *   low_of32(w, n)             the lowest n bits, n up to 32
 *   struct bounds              of what is looked for in a block
 *   bounds_from(least)         from there to '~'
 *   outside64(p, bounds)       bit i: p[i] is not within
 *
 * It takes heads as they nearly always are: lines that end in CR LF, without
 * any other control, high byte or tab; and looks at each byte once, in blocks.
 * Whatever is otherwise it leaves to the careful reader, at the beginning of
 * that line. Nothing is read beyond the limit: the last block is read from
 * further ahead and shifted. */
#include "proto/http_internal.h"

#include "proto/http_names.h"

#include <assert.h>
#include <string.h>

enum { BLOCK = 64, NAME = 32, LINE_REST = NAME + 4 };

/* Bytes that may be in a token, and in a host's name. */
FAST static inline uint32_t text32_tokens(struct text32 text)
{
    return in_set(text,
                  _mm_setr_epi8((char)0xe8, (char)0xfc, (char)0xf8, (char)0xfc,
                                (char)0xfc, (char)0xfc, (char)0xfc, (char)0xfc,
                                (char)0xf8, (char)0xf8, (char)0xf4, 0x54,
                                (char)0xd0, 0x54, (char)0xf4, 0x70));
}

FAST static inline uint32_t text32_hosts(struct text32 text)
{
    return in_set(text,
                  _mm_setr_epi8((char)0xa8, (char)0xfc, (char)0xf8, (char)0xf8,
                                (char)0xfc, (char)0xf8, (char)0xfc, (char)0xfc,
                                (char)0xfc, (char)0xfc, (char)0xf4, 0x5c, 0x54,
                                0x5c, (char)0xd4, 0x70));
}

/* The bits of the block that begins at `base`, as far as the limit. */
FAST static inline uint64_t outside_block(const char *data, size_t base,
                                          size_t limit, struct bounds bounds)
{
    if (__builtin_expect(base + BLOCK <= limit, 1))
        return outside64(data + base, bounds);
    return outside64(data + limit - BLOCK, bounds) >> (base + BLOCK - limit);
}

/* The bytes from `at` on; behind the limit there is anything. */
FAST static inline struct text32 load_text(const char *data, size_t at,
                                           size_t limit)
{
    char copy[2 * NAME];

    if (__builtin_expect(at + NAME <= limit, 1))
        return text32_load(data + at);
    memcpy(copy, data + limit - NAME, NAME);
    memset(copy + NAME, 0, NAME);
    return text32_load(copy + (NAME - (limit - at)));
}

/* Reads the header line from `at` to its carriage return, which is the first
 * odd byte, into *header. Returns which known header it is; -1: leave it.
 *
 * A name that is known, or has nothing but bytes of tokens up to its colon, has
 * no odd byte, so its colon is on this line. Of a name shorter than four the
 * slot is made from bytes before it, too: there is a line. Of two bytes it is
 * missed if that line, in compat, had no CR: such short names are left, and
 * those of the slot that has two names. */
FAST static inline int fast_header(struct eventlet_http_header *header,
                                   const char *data, size_t at, size_t cr,
                                   size_t limit)
{
    const struct text32 text = load_text(data, at, limit);
    const unsigned len = first_of32(text32_colons(text));
    size_t value = at + len + 1;
    unsigned known;

    if (len == NAME)
        return -1;
    known = eventlet__http_slots[eventlet__http_slot(data + at, len)];
    if (low_of32(~text32_same(text, eventlet__http_names[known]), len + 1)) {
        if (len < 3 || known == EVENTLET__HEADER_DOUBLE ||
            low_of32(~text32_tokens(text), len))
            return -1;
        known = EVENTLET_HEADER_OTHER;
    }
    value += data[value] == ' ';
    if (__builtin_expect(data[value] == ' ' || data[cr - 1] == ' ', 0))
        return -1;
    header->name = (uint32_t)at;
    header->value = (uint32_t)value;
    header->value_len = (uint32_t)(cr - value);
    header->name_len = (uint16_t)len;
    header->known = (uint16_t)known;
    return (int)known;
}

/* Whether a value is nothing but a name that a host may have. */
FAST static inline bool is_plain_host(const char *data,
                                      const struct eventlet_http_header *host,
                                      size_t limit)
{
    if (host->value_len > NAME)
        return false;
    return low_of32(~text32_hosts(load_text(data, host->value, limit)),
                    host->value_len) == 0;
}

FAST static inline uint64_t load8(const char *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof word);
    return word;
}

/* Where the first byte is that is no part of a target; `limit` if all are,
 * which is at least a block away from the beginning. */
FAST static inline size_t target_end(const char *data, size_t at, size_t limit)
{
    const struct bounds bounds = bounds_from('!');

    for (; at < limit; at += BLOCK) {
        const uint64_t bits = outside_block(data, at, limit, bounds);

        if (bits)
            return at + (unsigned)__builtin_ctzll(bits);
    }
    return limit;
}

/* Reads "METHOD /TARGET HTTP/1.x\r\n". Any other form is left. */
FAST static inline bool fast_request_line(struct eventlet_http_head *head,
                                          const char *data, size_t limit)
{
    static const char version[] = "HTTP/1.1";
    const size_t at = head->private.line;
    const char *text = data + at;
    size_t target, end;

    assert(limit > BLOCK);
    if (limit - at < 16)
        return false;
    if (memcmp(text, "GET /", 5) == 0) {
        head->method = EVENTLET_HTTP_GET;
        head->method_len = 3;
    } else if (memcmp(text, "POST /", 6) == 0) {
        head->method = EVENTLET_HTTP_POST;
        head->method_len = 4;
    } else {
        return false;
    }
    target = at + head->method_len + 1;
    end = target_end(data, target, limit);
    if (end + 11 > limit || data[end] != ' ' ||
        load8(data + end + 1) != load8(version) || data[end + 9] != '\r' ||
        data[end + 10] != '\n' || end + 11 >= head->private.line_limit)
        return false;
    head->method_at = (uint32_t)at;
    head->target_at = (uint32_t)target;
    head->target_len = (uint32_t)(end - target);
    head->minor = 1;
    head->private.line = head->private.headers_at = (uint32_t)end + 11;
    head->private.state = HTTP_HEADERS;
    return true;
}

FAST static inline bool is_line_end(const char *at)
{
    uint16_t both;

    memcpy(&both, at, sizeof both);
    return both == ('\n' << 8 | '\r');
}

/* The end of the head was reached at `line`. */
FAST static inline void fast_end(struct eventlet_http_head *head,
                                 const char *data, size_t limit, uint64_t seen)
{
    head->private.state = HTTP_WHOLE;
    if (seen >> EVENTLET_HEADER_HOST & 1)
        head->private.plain_host = is_plain_host(
            data, &head->headers[head->private.first[EVENTLET_HEADER_HOST]],
            limit);
}

/* Takes lines from head's line on. The scanner stops one byte before the limit:
 * behind each odd byte that it finds there is another that may be read. */
FAST static inline void fast_headers(struct eventlet_http_head *head,
                                     const char *data, size_t limit)
{
    const size_t last = limit - 1;
    size_t line = head->private.line, base = line;
    uint64_t seen = head->private.seen, mask;
    uint32_t n = head->n_headers;
    struct eventlet_http_header *header = &head->headers[n];
    const struct bounds bounds = bounds_from(' ');
    /* As long as a value may be with any name that is read here. */
    const uint32_t longest = head->private.header_limit - LINE_REST;

    if (limit <= BLOCK || line >= last)
        return;
    mask = outside_block(data, base, last, bounds);
    for (;;) {
        size_t cr;
        int known;

        while (mask == 0) {
            base += BLOCK;
            if (__builtin_expect(base + BLOCK <= last, 1))
                mask = outside64(data + base, bounds);
            else if (base >= last)
                goto out;
            else
                mask = outside_block(data, base, last, bounds);
        }
        cr = base + (unsigned)__builtin_ctzll(mask);
        if (!is_line_end(data + cr))
            break;
        if (cr == line) {
            fast_end(head, data, limit, seen);
            line = cr + 2;
            break;
        }
        if (n == head->private.room)
            break;
        known = fast_header(header, data, line, cr, limit);
        if (known < 0 || header->value_len > longest)
            break;
        if (__builtin_expect(seen >> known & 1, 0))
            head->private.repeated |= UINT64_C(1) << known;
        else
            head->private.first[known] = (uint8_t)n;
        seen |= UINT64_C(1) << known;
        n++;
        header++;
        line = cr + 2;
        /* The line feed was seen with it, unless it is in the next block. */
        mask &= mask - 1;
        mask &= mask - 1;
        if (__builtin_expect(line - base == BLOCK + 1, 0)) {
            base = line - BLOCK;
            mask = 0;
        }
    }
out:
    head->private.line = (uint32_t)line;
    head->n_headers = n;
    head->private.seen = seen;
}

/* Less than a block is read from a copy with NULs behind it: where they begin,
 * no line goes on. */
FAST void FAST_NAME(struct eventlet_http_head *head, const char *data,
                    size_t limit)
{
    char copy[2 * BLOCK];

    if (head->private.header_limit <= LINE_REST)
        return;
    if (limit <= BLOCK) {
        if (limit > 0)
            memcpy(copy, data, limit);
        memset(copy + limit, 0, sizeof copy - limit);
        data = copy;
        limit = sizeof copy;
    }
    if (head->private.state == HTTP_START &&
        (head->private.response || !fast_request_line(head, data, limit)))
        return;
    if (limit > head->private.headers_at + (size_t)head->private.headers_limit)
        limit = head->private.headers_at + head->private.headers_limit;
    fast_headers(head, data, limit);
    head->private.scanned = head->private.line;
}
