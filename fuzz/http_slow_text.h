/* SPDX-License-Identifier: MIT */
/* http_slow_text.h - bytes and lines, for the slow readers alone. */
#ifndef HTTP_SLOW_TEXT_H
#define HTTP_SLOW_TEXT_H

#include "http_slow.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

struct span {
    const char *at;
    size_t len;
};

static inline bool is_tchar(int c)
{
    return c > 0 && c < 128 &&
           (isalnum(c) || strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static inline bool is_vchar(int c)
{
    return c > 0x20 && c < 0x7f;
}

static inline bool is_blank(int c)
{
    return c == ' ' || c == '\t';
}

/* field-content and the blanks in it. */
static inline bool is_text(int c)
{
    return is_blank(c) || is_vchar(c) || c >= 0x80;
}

static inline bool equals(struct span s, const char *text)
{
    return s.len == strlen(text) && strncasecmp(s.at, text, s.len) == 0;
}

static inline struct span trim(struct span s)
{
    while (s.len && is_blank(s.at[0]))
        s.at++, s.len--;
    while (s.len && is_blank(s.at[s.len - 1]))
        s.len--;
    return s;
}

static inline bool all(struct span s, bool (*is)(int))
{
    for (size_t i = 0; i < s.len; i++)
        if (!is((unsigned char)s.at[i]))
            return false;
    return true;
}

/* ---- lines ---- */

/* Cuts the next line off; it may have `most` bytes with its end. Returns
 * SLOW_WHOLE if there is one. */
static inline int cut_line(struct span *rest, struct span *line, size_t most,
                           bool lf_alone)
{
    size_t i = 0;

    while (i < rest->len && i < most && rest->at[i] != '\n')
        i++;
    if (i == most && i < rest->len)
        return SLOW_WRONG;
    if (i == rest->len)
        return SLOW_MORE;
    line->at = rest->at;
    line->len = i;
    if (i > 0 && rest->at[i - 1] == '\r')
        line->len--;
    else if (!lf_alone)
        return SLOW_WRONG;
    rest->at += i + 1;
    rest->len -= i + 1;
    return SLOW_WHOLE;
}

#endif
