/* SPDX-License-Identifier: MIT */
/* ws_heads.h - heads of handshakes as an input has them, and what a list of
 * extensions is. */
#ifndef WS_HEADS_H
#define WS_HEADS_H

#include "fuzz.h"

#include <regex.h>
#include <strings.h>

#include "eventlet/ws_handshake.h"

enum { FIELDS = 16 };

struct head {
    struct eventlet_span line;
    struct eventlet_ws_field fields[FIELDS];
    size_t count;
    struct fuzz_input body;
};

/* Text in a block of its own. */
static inline struct eventlet_span keep(const uint8_t *at, size_t len)
{
    char *block = fuzz_block(len);

    if (len)
        memcpy(block, at, len);
    return (struct eventlet_span){ block, len };
}

static inline void take_line(struct head *h, const uint8_t *at, size_t len)
{
    const uint8_t *colon = memchr(at, ':', len);

    if (!h->line.at) {
        h->line = keep(at, len);
    } else if (colon && h->count < FIELDS) {
        h->fields[h->count++] =
            (struct eventlet_ws_field){ keep(at, (size_t)(colon - at)),
                                        keep(colon + 1,
                                             (size_t)(at + len - colon - 1)) };
    }
}

/* Lines end with LF here: a shorter input is a better one. */
static inline void take_head(struct head *h, struct fuzz_input in)
{
    *h = (struct head){ .line = { NULL, 0 } };
    while (in.len > 0) {
        const uint8_t *end = memchr(in.at, '\n', in.len);
        const size_t len = end ? (size_t)(end - in.at) : in.len;
        const size_t used = end ? len + 1 : len;

        if (len > 0)
            take_line(h, in.at, len);
        in.at += used;
        in.len -= used;
        if (len == 0)
            break;
    }
    h->body = in;
}

static inline void drop_head(struct head *h)
{
    fuzz_free((void *)(uintptr_t)h->line.at);
    for (size_t i = 0; i < h->count; i++) {
        fuzz_free((void *)(uintptr_t)h->fields[i].name.at);
        fuzz_free((void *)(uintptr_t)h->fields[i].value.at);
    }
}

static inline bool is_named(const struct eventlet_ws_field *f, const char *name)
{
    return f->name.len == strlen(name) &&
           strncasecmp(f->name.at, name, f->name.len) == 0;
}

/* ---- the grammar ---- */

#define B     "[ \t]*"
#define TOKEN "[-!#$%&'*+.^_`|~0-9A-Za-z]+"
#define VALUE "(" TOKEN "|\"(\\\\?[-!#$%&'*+.^_`|~0-9A-Za-z])+\")"
#define PARAM ";" B TOKEN B "(=" B VALUE B ")?"
#define ONE   TOKEN B "(" PARAM ")*"
#define LIST  "^[ \t,]*(" ONE "(,[ \t,]*" ONE ")*(,[ \t,]*)?)?$"

static inline bool is_list(const struct eventlet_span *value)
{
    static regex_t list;
    static bool made;
    char text[512];

    if (!made)
        FUZZ_CHECK(regcomp(&list, LIST, REG_EXTENDED | REG_NOSUB) == 0);
    made = true;
    FUZZ_CHECK(value->len < sizeof text);
    if (memchr(value->at, '\0', value->len))
        return false;
    memcpy(text, value->at, value->len);
    text[value->len] = '\0';
    return regexec(&list, text, 0, NULL, 0) == 0;
}

static inline bool lists_are_good(const struct head *h)
{
    for (size_t i = 0; i < h->count; i++)
        if (is_named(&h->fields[i], "Sec-WebSocket-Extensions") &&
            !is_list(&h->fields[i].value))
            return false;
    return true;
}

static inline bool lists_are_short(const struct head *h)
{
    for (size_t i = 0; i < h->count; i++)
        if (h->fields[i].value.len > 500)
            return false;
    return true;
}

#endif
