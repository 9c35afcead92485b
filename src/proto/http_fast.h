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
 *   struct constants           what is compared with
 *   constants_from(least)      with blocks: from ' ' or '!' to '~'
 *   text32_colons(t, with)     bit i: byte i is a colon
 *   text32_same(t, name, with) bit i: byte i is that of the name in lower case
 *   first_of32(w)              which is the lowest bit set; 63 or 64: none
 *   low_of32(w, n)             the lowest n bits, n up to 32
 *   outside64(p, with)         bit i: p[i] is not within
 *
 * It takes heads as they nearly always are: lines that end in CR LF, without
 * any other control, high byte or tab; and looks at each byte once, in blocks.
 * Whatever is otherwise it leaves to the careful reader, at the beginning of
 * that line. Nothing is read beyond the limit: the last block is read from
 * further ahead and shifted. */
#include "proto/http_internal.h"

#include <assert.h>
#include <string.h>

/* What most heads spend their time in is one loop that has all it needs in
 * registers. */
#define FAST_INLINE __attribute__((always_inline)) FAST static inline

#include "proto/http_fast_name.h"

enum { BLOCK = 64 };

/* Bytes that may be in a host's name. */
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
                                          size_t limit, struct constants with)
{
    if (__builtin_expect(base + BLOCK <= limit, 1))
        return outside64(data + base, with);
    return outside64(data + limit - BLOCK, with) >> (base + BLOCK - limit);
}

/* How far headers were read. What bits there are in `odd`: byte base + i is
 * odd, and belongs to no line taken; all before that block was looked at. All
 * of it fits into registers, and what is needed less often stands in the head:
 * how far bytes may be read, and how many names can be expected. */
struct reading {
    const char *data;
    size_t line, base;
    uint64_t odd, seen;
    struct eventlet_http_header *header; /* the next one, which is number n */
    uint32_t n;
};

FAST_INLINE unsigned fast_name(size_t *len, const struct reading *r,
                               const struct eventlet_http_head *head,
                               struct constants with)
{
    if (r->n < head->private.expected &&
        is_expected(len, r->data + r->line, r->header->known, with))
        return r->header->known;
    if (r->n == head->private.room)
        return LEAVE;
    return find_name(len, r->data, r->line, head->private.limit, with);
}

/* Reads the header line to its carriage return, which is the first odd byte.
 * Returns which known header it is, or LEAVE. */
FAST_INLINE unsigned fast_header(const struct reading *r, size_t cr,
                                 const struct eventlet_http_head *head,
                                 struct constants with)
{
    const char *line = r->data + r->line;
    size_t len, value;
    const unsigned known = fast_name(&len, r, head, with);

    if (known == LEAVE)
        return LEAVE;
    value = r->line + len + 1;
    if (__builtin_expect(line[len + 1] == ' ', 1)) {
        value++;
        if (__builtin_expect(line[len + 2] == ' ', 0))
            return LEAVE;
    }
    if (__builtin_expect(r->data[cr - 1] == ' ', 0))
        return LEAVE;
    r->header->name = (uint32_t)r->line;
    r->header->value = (uint32_t)value;
    r->header->value_len = (uint32_t)(cr - value);
    r->header->name_len = (uint16_t)len;
    r->header->known = (uint16_t)known;
    return known;
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

/* Where the first byte is that is no part of a target; `limit` if all are,
 * which is at least a block away from the beginning. */
FAST static inline size_t target_end(const char *data, size_t at, size_t limit)
{
    const struct constants with = constants_from('!');

    for (; at < limit; at += BLOCK) {
        const uint64_t bits = outside_block(data, at, limit, with);

        if (bits)
            return at + (unsigned)__builtin_ctzll(bits);
    }
    return limit;
}

/* Reads the line of a GET or POST, with a path, in HTTP/1.1. Any other is
 * left. */
FAST static inline bool fast_request_line(struct eventlet_http_head *head,
                                          const char *data, size_t limit)
{
    static const char version[] = " HTTP/1.1\r\n";
    enum { VERSION = sizeof version - 1 };
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
    if (end + VERSION > limit || memcmp(data + end, version, VERSION) != 0 ||
        end + VERSION >= head->private.line_limit)
        return false;
    head->method_at = (uint32_t)at;
    head->target_at = (uint32_t)target;
    head->target_len = (uint32_t)(end - target);
    head->minor = 1;
    head->private.line = head->private.headers_at = (uint32_t)end + VERSION;
    head->private.state = HTTP_HEADERS;
    return true;
}

FAST static inline bool is_line_end(const char *at)
{
    uint16_t both;

    memcpy(&both, at, sizeof both);
    return both == ('\n' << 8 | '\r');
}

/* ---- lines of headers ---- */

/* Puts a bit into *set. Returns whether it was there. Compilers do not find
 * the one instruction that does both. */
FAST_INLINE bool put_in(uint64_t *set, size_t bit)
{
    bool was;

    __asm__("bts %2, %0" : "+r"(*set), "=@ccc"(was) : "r"((uint64_t)bit));
    return was;
}

/* Looks at the next block. That stops one byte before the limit: behind each
 * odd byte there is another that may be read. A name that begins in this block
 * is compared with the one expected only where all of 32 bytes may be read. */
FAST_INLINE bool look_ahead(struct reading *r, struct eventlet_http_head *head,
                            struct constants with)
{
    const size_t next = r->base + BLOCK, limit = head->private.limit;

    if (__builtin_expect(next + 2 * BLOCK <= limit, 1)) {
        r->odd = outside64(r->data + next, with);
    } else {
        head->private.expected = 0;
        if (next >= limit - 1)
            return false;
        r->odd = outside_block(r->data, next, limit - 1, with);
    }
    r->base = next;
    return true;
}

/* Takes the line that the first odd byte ends. Returns false if it is left, or
 * was the last. */
FAST_INLINE bool take_line(struct reading *r, struct eventlet_http_head *head,
                           struct constants with)
{
    const size_t cr = r->base + (unsigned)__builtin_ctzll(r->odd);
    unsigned known;

    if (!is_line_end(r->data + cr))
        return false;
    known = fast_header(r, cr, head, with);
    if (known == LEAVE) { /* as an empty line is */
        if (cr == r->line) {
            head->private.state = HTTP_WHOLE;
            r->line += 2;
        }
        return false;
    }
    if (__builtin_expect(put_in(&r->seen, known), 0))
        head->private.repeated |= UINT64_C(1) << known;
    else
        head->private.first[known] = (uint8_t)r->n;
    r->n++;
    r->header++;
    r->line = cr + 2;
    r->odd &= r->odd - 1;
    if (__builtin_expect(r->odd == 0, 0))
        r->base = r->line - BLOCK; /* its line feed is behind this block */
    else
        r->odd &= r->odd - 1;
    return true;
}

FAST_INLINE void take_lines(struct reading *r, struct eventlet_http_head *head)
{
    const struct constants with = constants_from(' ');

    while (look_ahead(r, head, with))
        while (r->odd)
            if (!take_line(r, head, with))
                return;
}

FAST static inline bool has_plain_host(const struct eventlet_http_head *head,
                                       const char *data, size_t limit)
{
    return head->private.seen >> EVENTLET_HEADER_HOST & 1 &&
           is_plain_host(
               data, &head->headers[head->private.first[EVENTLET_HEADER_HOST]],
               limit);
}

/* Takes lines of headers from head's line on. */
FAST_INLINE void fast_headers(struct eventlet_http_head *head, const char *data,
                              size_t limit)
{
    struct reading r = {
        .data = data,
        .line = head->private.line,
        .base = (size_t)head->private.line - BLOCK,
        .seen = head->private.seen,
        .header = head->headers + head->n_headers,
        .n = head->n_headers,
    };

    head->private.limit = (uint32_t)limit;
    head->private.expected = head->private.before;
    if (limit > BLOCK && r.line < limit - 1)
        take_lines(&r, head);
    head->n_headers = r.n;
    head->private.seen = r.seen;
    head->private.line = head->private.scanned = (uint32_t)r.line;
    if (head->private.state == HTTP_WHOLE)
        head->private.plain_host = has_plain_host(head, data, limit);
}

static inline size_t least_of(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* A block or less is read from a copy with NULs behind it: where they begin,
 * no line goes on. No more is read at once than a header line may have, so
 * none is too long. */
FAST void FAST_NAME(struct eventlet_http_head *head, const char *data,
                    size_t limit)
{
    char copy[2 * BLOCK];

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
    limit = least_of(limit, head->private.headers_at +
                                (size_t)head->private.headers_limit);
    limit = least_of(limit, (size_t)head->private.line +
                                head->private.header_limit - 1);
    fast_headers(head, data, limit);
}
