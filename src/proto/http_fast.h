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

#include "proto/http_names.h"

#include <assert.h>
#include <string.h>

/* What most heads spend their time in is one loop that has all it needs in
 * registers. */
#define FAST_INLINE __attribute__((always_inline)) FAST static inline

enum { BLOCK = 64, NAME = 32, LEAVE = 256 };

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
                                          size_t limit, struct constants with)
{
    if (__builtin_expect(base + BLOCK <= limit, 1))
        return outside64(data + base, with);
    return outside64(data + limit - BLOCK, with) >> (base + BLOCK - limit);
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

/* How far headers were read. What bits there are in `odd`: byte base + i is
 * odd, and belongs to no line taken; all before that block was looked at. */
struct reading {
    const char *data;
    size_t limit, line, base;
    uint64_t odd, seen;
    struct eventlet_http_header *header; /* the next one, which is number n */
    uint32_t n;
};

/* Whether this can be taken for a name that is not known: it has nothing but
 * bytes of tokens up to its colon, so that is on this line.
 *
 * The slot of a name shorter than four is made from bytes before it, too. Those
 * are CR LF but for a line that ended, in compat, in LF alone: behind it a
 * known name of two bytes is missed. So names as short are left, and those of
 * the slot that has two names. */
FAST static inline bool is_other_name(struct text32 text, size_t len,
                                      size_t known)
{
    return len < NAME && len > 2 && known != EVENTLET__HEADER_DOUBLE &&
           low_of32(~text32_tokens(text), (unsigned)len) == 0;
}

/* Which header the line begins with; its length goes into *len. LEAVE if that
 * is not clear.
 *
 * In lower case CR looks like '-', and LF like '*'. But an odd byte that ends
 * no line was left before, and no name has a '*' or begins with '-': so what is
 * known ends on this line, and is not empty. */
FAST_INLINE size_t fast_name(size_t *len, const char *line, struct text32 text,
                             struct constants with, bool near_end)
{
    const uint32_t colons = text32_colons(text, with);
    size_t known;

    if (near_end && colons == 0)
        return LEAVE;
    *len = first_of32(colons);
    known = eventlet__http_known.slots[eventlet__http_slot(line + *len, *len)];
    /* A known name ends with its colon; what follows there is in no text. */
    if (__builtin_expect(text32_same(text, eventlet__http_known.names[known],
                                     with) == (colons ^ (colons - 1)),
                         1))
        return known;
    return is_other_name(text, *len, known) ? EVENTLET_HEADER_OTHER : LEAVE;
}

/* Reads the header line to its carriage return, which is the first odd byte.
 * Returns which known header it is, or LEAVE. */
FAST_INLINE size_t fast_header(const struct reading *r, size_t cr,
                               struct text32 text, struct constants with,
                               bool near_end)
{
    const char *line = r->data + r->line;
    size_t len;
    const size_t known = fast_name(&len, line, text, with, near_end);
    size_t value;

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

/* Looks at the next block. Away from the end a block can be read from each name
 * that begins there. Near the end it stops one byte before the limit: behind
 * each odd byte there is another that may be read. */
FAST_INLINE bool look_ahead(struct reading *r, struct constants with,
                            bool near_end)
{
    const size_t next = r->base + BLOCK, last = r->limit - 1;

    if (near_end ? next >= last : next + 2 * BLOCK > r->limit)
        return false;
    r->odd = near_end ? outside_block(r->data, next, last, with)
                      : outside64(r->data + next, with);
    r->base = next;
    return true;
}

/* Takes the line that the first odd byte ends. Returns false if it is left, or
 * was the last. */
FAST_INLINE bool take_line(struct reading *r, struct eventlet_http_head *head,
                           struct constants with, bool near_end)
{
    const size_t cr = r->base + (unsigned)__builtin_ctzll(r->odd);
    size_t known = LEAVE;

    if (!is_line_end(r->data + cr))
        return false;
    if ((!near_end || cr != r->line) && r->n < head->private.room)
        known = fast_header(r, cr,
                            near_end ? load_text(r->data, r->line, r->limit)
                                     : text32_load(r->data + r->line),
                            with, near_end);
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

/* Returns whether there may be more lines, nearer to the end. */
FAST_INLINE bool take_lines(struct reading *r, struct eventlet_http_head *head,
                            bool near_end)
{
    const struct constants with = constants_from(' ');

    while (look_ahead(r, with, near_end))
        while (r->odd)
            if (!take_line(r, head, with, near_end))
                return false;
    return true;
}

FAST static inline bool has_plain_host(const struct eventlet_http_head *head,
                                       const char *data, size_t limit)
{
    return head->private.seen >> EVENTLET_HEADER_HOST & 1 &&
           is_plain_host(
               data, &head->headers[head->private.first[EVENTLET_HEADER_HOST]],
               limit);
}

/* Puts down in the head how far it was read. */
FAST_INLINE void put_down(const struct reading *r,
                          struct eventlet_http_head *head)
{
    head->n_headers = r->n;
    head->private.seen = r->seen;
    head->private.line = head->private.scanned = (uint32_t)r->line;
    if (head->private.state == HTTP_WHOLE)
        head->private.plain_host = has_plain_host(head, r->data, r->limit);
}

/* On its own, so that it does not take registers from what most lines need. */
FAST __attribute__((noinline)) static void take_last_lines(
    const struct reading *from, struct eventlet_http_head *head)
{
    struct reading r = *from;

    (void)take_lines(&r, head, true);
    put_down(&r, head);
}

/* Takes lines of headers from head's line on. */
FAST_INLINE void fast_headers(struct eventlet_http_head *head, const char *data,
                              size_t limit)
{
    struct reading r = {
        .data = data,
        .limit = limit,
        .line = head->private.line,
        .base = (size_t)head->private.line - BLOCK,
        .seen = head->private.seen,
        .header = head->headers + head->n_headers,
        .n = head->n_headers,
    };

    if (limit > BLOCK && r.line < limit - 1 && take_lines(&r, head, false)) {
        const struct reading rest = r; /* r itself stays in registers */

        take_last_lines(&rest, head);
    } else {
        put_down(&r, head);
    }
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
