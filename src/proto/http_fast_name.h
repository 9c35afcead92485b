/* SPDX-License-Identifier: MIT */
/* Which header a line begins with: the part of the fast reader that looks for
 * names, with what http_fast.h says that there is. */
#include "proto/http_names.h"

#include <stdbool.h>
#include <string.h>

enum { NAME = 32, LEAVE = 256 };

/* Bytes that may be in a token. */
FAST static inline uint32_t text32_tokens(struct text32 text)
{
    return in_set(text,
                  _mm_setr_epi8((char)0xe8, (char)0xfc, (char)0xf8, (char)0xfc,
                                (char)0xfc, (char)0xfc, (char)0xfc, (char)0xfc,
                                (char)0xf8, (char)0xf8, (char)0xf4, 0x54,
                                (char)0xd0, 0x54, (char)0xf4, 0x70));
}

/* The bytes from `at` on; behind the limit there are NULs. */
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

/* Whether this can be taken for a name that is not known: it has nothing but
 * bytes of tokens up to its colon, so that is on this line.
 *
 * The slot of a name shorter than four is made from bytes before it, too. Those
 * are CR LF but for a line that ended, in compat, in LF alone: behind it a
 * known name of two bytes is missed. So names as short are left, and those of
 * the slot that has two names. */
FAST static inline bool is_other_name(struct text32 text, size_t len,
                                      unsigned known)
{
    return len < NAME && len > 2 && known != EVENTLET__HEADER_DOUBLE &&
           low_of32(~text32_tokens(text), (unsigned)len) == 0;
}

/* ---- known names ----
 *
 * In lower case CR looks like '-', SUB like ':', and LF like '*'. But an odd
 * byte that ends no line was left before, and no name has a '*' or begins with
 * '-': so what is known ends on this line, in a colon, and is not empty. */

/* Which header a line begins with; the name's length goes into *len. LEAVE if
 * that is not clear. */
FAST_INLINE unsigned name_in(struct text32 text, size_t *len, const char *line,
                             struct constants with)
{
    const uint32_t colons = text32_colons(text, with);
    unsigned known;

    *len = first_of32(colons);
    known = eventlet__http_known.slots[eventlet__http_slot(line + *len, *len)];
    /* A known name ends with its colon; what follows there is in no text. */
    if (__builtin_expect(text32_same(text, eventlet__http_known.names[known],
                                     with) == (colons ^ (colons - 1)),
                         1))
        return known;
    return is_other_name(text, *len, known) ? EVENTLET_HEADER_OTHER : LEAVE;
}

/* Where there is no colon, a slot is looked for 64 bytes on. */
FAST_INLINE unsigned find_name(size_t *len, const char *data, size_t at,
                               size_t limit, struct constants with)
{
    const char *line = data + at;
    struct text32 text;

    if (__builtin_expect(at + 2 * NAME <= limit, 1))
        return name_in(text32_load(line), len, line, with);
    text = load_text(data, at, limit);
    if (text32_colons(text, with) == 0)
        return LEAVE;
    return name_in(text, len, line, with);
}

/* Whether a line begins with the name that is expected there: that of the head
 * before, for whoever sends several sends their headers in the same order. To
 * know the name before the line is looked at spares the wait from its colon to
 * its slot, and from there to the name. */
FAST_INLINE bool is_expected(size_t *len, const char *line, unsigned known,
                             struct constants with)
{
    if (__builtin_expect(known >= EVENTLET_HTTP_KNOWN_MAX, 0))
        return false; /* not by us */
    *len = eventlet__http_known.lens[known];
    return text32_same(text32_load(line), eventlet__http_known.names[known],
                       with) == eventlet__http_known.masks[known];
}
