/* SPDX-License-Identifier: MIT */
/* bytes.c - "quoted\r\n" "x"*70 @ [00-1f 7f]: bytes as a page writes them. */
#include "proto/examples/bytes.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static void add(struct bytes *to, const void *bytes, size_t len)
{
    if (to->len + len > to->size) {
        to->wrong = "too many bytes";
        return;
    }
    if (len)
        memcpy(to->at + to->len, bytes, len);
    to->len += len;
}

static int hex(const char *at)
{
    char digits[3] = { at[0], at[0] ? at[1] : '\0', '\0' };
    char *end;
    long value = strtol(digits, &end, 16);

    return isxdigit((unsigned char)digits[0]) && end == digits + 2 ? (int)value
                                                                   : -1;
}

/* What stands behind a backslash. */
static const char *read_escape(struct bytes *to, const char *at)
{
    static const char letters[] = "rnt0\"\\", meant[] = "\r\n\t\0\"\\";
    const char *known = *at ? strchr(letters, *at) : NULL;
    int value;

    if (known) {
        add(to, &meant[known - letters], 1);
        return at + 1;
    }
    value = *at == 'x' ? hex(at + 1) : -1;
    if (value < 0) {
        to->wrong = "an escape that is not known";
        return at;
    }
    add(to, &(unsigned char){ (unsigned char)value }, 1);
    return at + 3;
}

static const char *read_string(struct bytes *to, const char *at)
{
    while (*at && *at != '"' && !to->wrong) {
        if (*at == '\\') {
            at = read_escape(to, at + 1);
        } else {
            add(to, at, 1);
            at++;
        }
    }
    if (*at != '"' && !to->wrong)
        to->wrong = "a string without its end";
    return *at ? at + 1 : at;
}

/* [00-1f 7f]: each of these bytes in turn, of which one is meant now. */
static const char *read_class(struct bytes *to, const char *at)
{
    while (*at && *at != ']') {
        int first = hex(at), last = first;

        if (first >= 0 && at[2] == '-') {
            last = hex(at + 3);
            at += 3;
        }
        if (first < 0 || last < first) {
            to->wrong = "a class that is not understood";
            return at;
        }
        if (to->in_class >= to->classes &&
            to->in_class <= to->classes + last - first)
            add(to,
                &(unsigned char){
                    (unsigned char)(first + to->in_class - to->classes) },
                1);
        to->classes += last - first + 1;
        at += 2 + strspn(at + 2, " ");
    }
    return *at ? at + 1 : at;
}

/* *70 behind something repeats it. */
static const char *read_count(struct bytes *to, const char *at, size_t from)
{
    const size_t len = to->len - from;
    char *end;
    unsigned long count;

    if (*at != '*')
        return at;
    count = strtoul(at + 1, &end, 10);
    if (end == at + 1) {
        to->wrong = "a repetition without its count";
        return at;
    }
    to->len = from + (count ? len : 0);
    for (unsigned long i = 1; i < count && !to->wrong; i++)
        add(to, to->at + from, len);
    return end;
}

const char *bytes_read(struct bytes *to, const char *at)
{
    to->wrong = NULL;
    for (at += strspn(at, " "); *at && !to->wrong; at += strspn(at, " ")) {
        const size_t from = to->len;

        if (strncmp(at, "-> ", 3) == 0 || strcmp(at, "->") == 0)
            break;
        if (*at == '"') {
            at = read_string(to, at + 1);
        } else if (*at == '[') {
            at = read_class(to, at + 1);
        } else if (*at == '@' && to->hole) {
            add(to, to->hole, to->hole_len);
            at++;
        } else {
            to->wrong = "bytes that are not quoted";
            break;
        }
        at = read_count(to, at, from);
    }
    return at;
}
