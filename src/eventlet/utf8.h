/* SPDX-License-Identifier: MIT */
/* UTF-8, checked as it comes in: no byte is looked at twice, and the first one
 * that cannot be right is found when it is there, not when the text ends. */
#ifndef EVENTLET_UTF8_H
#define EVENTLET_UTF8_H

#include <stdbool.h>
#include <stddef.h>

#include "export.h"

EVENTLET_DECLS

/* Where a text stands; all zero is its beginning. */
struct eventlet_utf8 {
    unsigned char need; /* bytes that the character begun still needs */
    unsigned char low;  /* the next of them is from here */
    unsigned char high; /* to here */
};

/* Goes on with a text. A character may be cut between two calls.
 * Returns   len if all that came so far can be the beginning of a text in
 *           UTF-8; less if not: the offset of the first byte that cannot be
 *           right. Then *u is as before that byte.
 * Spec      utf8.1 … utf8.5 */
EVENTLET_API size_t eventlet_utf8_feed(struct eventlet_utf8 *u,
                                       const void *bytes,
                                       size_t len) EVENTLET_MUST_CHECK;

/* Returns   whether the text may end here: no character is begun.
 * Spec      utf8.6 */
static inline bool eventlet_utf8_may_end(const struct eventlet_utf8 *u)
{
    return u->need == 0;
}

/* Returns   whether the bytes are a whole text in UTF-8.
 * Spec      utf8.7 */
EVENTLET_API bool eventlet_utf8_valid(const void *bytes, size_t len);

EVENTLET_DECLS_END

#endif
