/* SPDX-License-Identifier: MIT */
/* abnf.c - matches text against a grammar as an RFC prints it. */
#include "abnf_nodes.h"

#include <strings.h>

/* A set of places in the text: bit n stands for the place before byte n. */
enum { WORDS = (ABNF_TEXT_MAX + 1) / 64 };

struct places {
    uint64_t bits[WORDS];
};

struct matching {
    const struct abnf *abnf;
    const char *text;
    int len;
};

static bool has(const struct places *set, int at)
{
    return set->bits[at / 64] >> (at % 64) & 1;
}

static void put(struct places *set, int at)
{
    set->bits[at / 64] |= (uint64_t)1 << (at % 64);
}

static bool is_empty(const struct places *set)
{
    uint64_t all = 0;

    for (int i = 0; i < WORDS; i++)
        all |= set->bits[i];
    return all == 0;
}

/* Adds what is in more. Returns whether anything was new. */
static bool add(struct places *set, const struct places *more)
{
    bool new = false;

    for (int i = 0; i < WORDS; i++) {
        new = new || (more->bits[i] & ~set->bits[i]);
        set->bits[i] |= more->bits[i];
    }
    return new;
}

static bool is_there(const struct matching *m, const struct node *node, int at)
{
    if (node->kind == RANGE)
        return (unsigned char)m->text[at] >= node->least &&
               (unsigned char)m->text[at] <= node->most;
    return strncasecmp(m->text + at, node->text, node->len) == 0;
}

static struct places after(const struct matching *m, int index,
                           struct places from);

static struct places after_terminal(const struct matching *m,
                                    const struct node *node, struct places from)
{
    const int len = node->kind == RANGE ? 1 : (int)node->len;
    struct places to = { { 0 } };

    for (int i = 0; i < WORDS; i++)
        for (uint64_t left = from.bits[i]; left; left &= left - 1) {
            const int at = 64 * i + __builtin_ctzll(left);

            if (at + len <= m->len && is_there(m, node, at))
                put(&to, at + len);
        }
    return to;
}

/* Any number of what is at least a byte long: once from left to right. */
static struct places after_run(const struct matching *m,
                               const struct node *node, struct places from)
{
    const struct node *child = &m->abnf->nodes[node->child];
    struct places to = { { 0 } }, one;

    if (node->least == 0)
        to = from;
    for (int at = 0; at < m->len; at++) {
        const unsigned char byte = (unsigned char)m->text[at];

        if (!has(&from, at))
            continue;
        if (bytes_have(&child->single, byte)) {
            put(&to, at + 1);
            put(&from, at + 1);
        }
        if (bytes_have(&child->first, byte)) {
            one = (struct places){ { 0 } };
            put(&one, at);
            one = after(m, node->child, one);
            add(&to, &one);
            add(&from, &one);
        }
    }
    return to;
}

static struct places after_repeat(const struct matching *m,
                                  const struct node *node, struct places from)
{
    struct places to = { { 0 } };

    if (node->least <= 1 && node->most > ABNF_TEXT_MAX &&
        !m->abnf->nodes[node->child].nullable)
        return after_run(m, node, from);
    if (node->least == 0)
        to = from;
    for (int n = 1; n <= node->most && !is_empty(&from); n++) {
        from = after(m, node->child, from);
        if (n >= node->least && !add(&to, &from))
            break; /* whatever follows from these places is there already */
    }
    return to;
}

static struct places after_all(const struct matching *m,
                               const struct node *node, struct places from)
{
    struct places to = { { 0 } }, one;

    switch (node->kind) {
    case RULE:
        return after(m, m->abnf->rules[node->least].node, from);
    case SEQUENCE:
        for (int i = node->child; i != NONE && !is_empty(&from);
             i = m->abnf->nodes[i].next)
            from = after(m, i, from);
        return from;
    case ALTERNATIVES:
        for (int i = node->child; i != NONE; i = m->abnf->nodes[i].next) {
            one = after(m, i, from);
            add(&to, &one);
        }
        return to;
    case REPEAT:
        return after_repeat(m, node, from);
    default:
        return after_terminal(m, node, from);
    }
}

/* The places that can be reached from those by what the node matches. Where the
 * next byte says all, nothing else is asked. */
static struct places after(const struct matching *m, int index,
                           struct places from)
{
    const struct node *node = &m->abnf->nodes[index];
    struct places to = { { 0 } }, rest = from, more;

    for (int i = 0; i < WORDS; i++)
        for (uint64_t left = from.bits[i]; left; left &= left - 1) {
            const int at = 64 * i + __builtin_ctzll(left);
            const unsigned char byte =
                at < m->len ? (unsigned char)m->text[at] : 0;

            if (at < m->len && bytes_have(&node->single, byte))
                put(&to, at + 1);
            if (!node->nullable &&
                (at == m->len || !bytes_have(&node->first, byte)))
                rest.bits[i] &= ~((uint64_t)1 << (at % 64));
        }
    if (is_empty(&rest))
        return to;
    more = after_all(m, node, rest);
    add(&to, &more);
    return to;
}

bool abnf_matches(const struct abnf *abnf, const char *rule, const char *text,
                  size_t len)
{
    const struct matching m = { abnf, text, (int)len };
    struct places from = { { 1 } };

    FUZZ_CHECK(len <= ABNF_TEXT_MAX);
    for (int i = 0; i < abnf->n_rules; i++)
        if (strcmp(abnf->rules[i].name, rule) == 0) {
            from = after(&m, abnf->rules[i].node, from);
            return has(&from, m.len);
        }
    FUZZ_CHECK(!"a rule that the grammar has");
    return false;
}
