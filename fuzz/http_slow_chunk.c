/* SPDX-License-Identifier: MIT */
/* http_slow_chunk.c - bodies in chunks, see http_slow.h. */
#include "http_slow.h"

#include "http_slow_text.h"

static size_t blanks(struct span s, size_t i)
{
    while (i < s.len && is_blank((unsigned char)s.at[i]))
        i++;
    return i;
}

static size_t token(struct span s, size_t i)
{
    while (i < s.len && is_tchar((unsigned char)s.at[i]))
        i++;
    return i;
}

/* Behind a quoted string; 0: it is none. */
static size_t quoted(struct span s, size_t i)
{
    for (i++; i < s.len; i++) {
        if (s.at[i] == '"')
            return i + 1;
        if (s.at[i] == '\\' && ++i == s.len)
            return 0;
        if (!is_text((unsigned char)s.at[i]))
            return 0;
    }
    return 0;
}

static bool are_extensions(struct span s)
{
    size_t i = 0, next;

    while (i < s.len) {
        i = blanks(s, i);
        if (i == s.len || s.at[i] != ';')
            return false;
        i = blanks(s, i + 1);
        next = token(s, i);
        if (next == i)
            return false;
        i = next;
        next = blanks(s, i);
        if (next < s.len && s.at[next] == '=') {
            i = blanks(s, next + 1);
            next = i < s.len && s.at[i] == '"' ? quoted(s, i) : token(s, i);
            if (next <= i)
                return false;
            i = next;
        }
    }
    return true;
}

static bool is_lenient(struct span s)
{
    const size_t i = blanks(s, 0);

    if (i == s.len)
        return true;
    return s.at[i] == ';' && !memchr(s.at, '\0', s.len) &&
           !memchr(s.at, '\r', s.len);
}

/* What is more than 16 digits is counted with the extensions. */
static bool read_size(struct span *s, uint64_t *size, size_t *extensions)
{
    const char *digits = "0123456789abcdef", *digit;
    const size_t len = s->len;

    *size = 0;
    while (s->len && s->at[0] &&
           (digit = strchr(digits, tolower((unsigned char)s->at[0])))) {
        if (*size >> 59)
            return false;
        *size = *size * 16 + (uint64_t)(digit - digits);
        s->at++;
        s->len--;
    }
    *extensions += len - s->len > 16 ? len - s->len - 16 : 0;
    return s->len < len;
}

static bool is_trailer(struct span line, bool compat)
{
    size_t colon = 0;

    while (colon < line.len && line.at[colon] != ':') {
        const int c = (unsigned char)line.at[colon++];

        if (compat ? !is_vchar(c) : !is_tchar(c))
            return false;
    }
    if (colon == 0 || colon == line.len)
        return false;
    for (size_t i = colon + 1; i < line.len; i++) {
        const int c = (unsigned char)line.at[i];

        if (compat ? c == 0 || c == '\r' : !is_text(c))
            return false;
    }
    return true;
}

static int read_trailers(struct span *rest, bool compat,
                         const struct slow_chunk_limits *limits)
{
    const char *from = rest->at;

    for (size_t n = 0;; n++) {
        const size_t left = limits->trailers - (size_t)(rest->at - from);
        struct span line = { NULL, 0 };
        const int verdict = cut_line(
            rest, &line,
            left < limits->trailer - 1 ? left : limits->trailer - 1, false);

        if (verdict != SLOW_WHOLE || line.len == 0)
            return verdict;
        if (n == limits->count || !is_trailer(line, compat))
            return SLOW_WRONG;
    }
}

int slow_chunks(const char *data, size_t len, bool compat,
                const struct slow_chunk_limits *limits, size_t *used,
                uint64_t *total)
{
    struct span rest = { data, len };
    size_t extensions = 0;
    uint64_t size;
    int verdict;

    *total = 0;
    do {
        struct span line = { NULL, 0 };

        verdict = cut_line(&rest, &line, limits->line - 1, false);
        if (verdict != SLOW_WHOLE)
            return verdict;
        if (!read_size(&line, &size, &extensions) ||
            !(compat ? is_lenient(line) : are_extensions(line)) ||
            (extensions += line.len) > limits->extensions)
            return SLOW_WRONG;
        if (size >= rest.len && size)
            return SLOW_MORE;
        rest.at += size;
        rest.len -= size;
        *total += size;
        if (size && rest.len && rest.at[0] != '\r')
            return SLOW_WRONG;
        if (size && rest.len > 1 && rest.at[1] != '\n')
            return SLOW_WRONG;
        if (size && rest.len < 2)
            return SLOW_MORE;
        rest.at += size ? 2 : 0;
        rest.len -= size ? 2 : 0;
    } while (size);
    verdict = read_trailers(&rest, compat, limits);
    *used = (size_t)(rest.at - data);
    return verdict;
}
