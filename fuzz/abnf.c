/* SPDX-License-Identifier: MIT */
/* abnf.c - matches text against a grammar as an RFC prints it. */
#include "abnf.h"

#include "fuzz.h"

#include <ctype.h>
#include <strings.h>

enum { NODES_MAX = 1024, RULES_MAX = 96, NAME_MAX_LEN = 32, NONE = -1 };

enum kind { ALTERNATIVES, SEQUENCE, REPEAT, RULE, LITERAL, RANGE };

struct node {
    enum kind kind;
    int child, next; /* the first one below, and the one beside */
    int least, most; /* REPEAT; also the bounds of a RANGE */
    const char *text;
    size_t len; /* LITERAL */
};

struct rule {
    char name[NAME_MAX_LEN];
    int node; /* NONE: not defined yet */
};

struct abnf {
    struct node nodes[NODES_MAX];
    int n_nodes;
    struct rule rules[RULES_MAX];
    int n_rules;
    const char *at; /* while it is read */
};

/* ---- reading a grammar ---- */

static int read_alternatives(struct abnf *abnf);

static int new_node(struct abnf *abnf, enum kind kind)
{
    FUZZ_CHECK(abnf->n_nodes < NODES_MAX);
    abnf->nodes[abnf->n_nodes] =
        (struct node){ .kind = kind, .child = NONE, .next = NONE };
    return abnf->n_nodes++;
}

static int rule_named(struct abnf *abnf, const char *name, size_t len)
{
    for (int i = 0; i < abnf->n_rules; i++)
        if (strlen(abnf->rules[i].name) == len &&
            memcmp(abnf->rules[i].name, name, len) == 0)
            return i;
    FUZZ_CHECK(abnf->n_rules < RULES_MAX && len < NAME_MAX_LEN);
    memcpy(abnf->rules[abnf->n_rules].name, name, len);
    abnf->rules[abnf->n_rules].node = NONE;
    return abnf->n_rules++;
}

static void skip_blanks(struct abnf *abnf)
{
    while (*abnf->at == ' ')
        abnf->at++;
}

static size_t name_len(const char *at)
{
    size_t n = 0;

    while (isalnum((unsigned char)at[n]) || at[n] == '-')
        n++;
    return n;
}

static int read_number(struct abnf *abnf, int base, int absent)
{
    char *end;
    const long value = strtol(abnf->at, &end, base);
    const bool there = isxdigit((unsigned char)*abnf->at) && end > abnf->at;

    if (there)
        abnf->at = end;
    return there ? (int)value : absent;
}

static int read_range(struct abnf *abnf)
{
    const int node = new_node(abnf, RANGE);

    FUZZ_CHECK(strncmp(abnf->at, "%x", 2) == 0);
    abnf->at += 2;
    abnf->nodes[node].least = read_number(abnf, 16, NONE);
    abnf->nodes[node].most = abnf->nodes[node].least;
    if (*abnf->at == '-') {
        abnf->at++;
        abnf->nodes[node].most = read_number(abnf, 16, NONE);
    }
    return node;
}

static int read_literal(struct abnf *abnf)
{
    const int node = new_node(abnf, LITERAL);
    const char *end = strchr(++abnf->at, '"');

    FUZZ_CHECK(end);
    abnf->nodes[node].text = abnf->at;
    abnf->nodes[node].len = (size_t)(end - abnf->at);
    abnf->at = end + 1;
    return node;
}

static int read_group(struct abnf *abnf, char end)
{
    int node;

    abnf->at++;
    node = read_alternatives(abnf);
    FUZZ_CHECK(*abnf->at == end);
    abnf->at++;
    return node;
}

static int repeated(struct abnf *abnf, int child, int least, int most)
{
    const int node = new_node(abnf, REPEAT);

    abnf->nodes[node].child = child;
    abnf->nodes[node].least = least;
    abnf->nodes[node].most = most;
    return node;
}

static int read_element(struct abnf *abnf)
{
    int node;
    size_t len;

    switch (*abnf->at) {
    case '(':
        return read_group(abnf, ')');
    case '[':
        return repeated(abnf, read_group(abnf, ']'), 0, 1);
    case '"':
        return read_literal(abnf);
    case '%':
        return read_range(abnf);
    default:
        len = name_len(abnf->at);
        FUZZ_CHECK(len > 0);
        node = new_node(abnf, RULE);
        abnf->nodes[node].least = rule_named(abnf, abnf->at, len);
        abnf->at += len;
        return node;
    }
}

/* An element with how often in front of it: 3, 1*, *4 or 2*4. */
static int read_repetition(struct abnf *abnf)
{
    const bool often = isdigit((unsigned char)*abnf->at) || *abnf->at == '*';
    int least, most;

    if (!often)
        return read_element(abnf);
    least = read_number(abnf, 10, 0);
    most = least;
    if (*abnf->at == '*') {
        abnf->at++;
        most = isdigit((unsigned char)*abnf->at) ? read_number(abnf, 10, 0)
                                                 : ABNF_TEXT_MAX + 1;
    }
    return repeated(abnf, read_element(abnf), least, most);
}

static int read_sequence(struct abnf *abnf)
{
    const int node = new_node(abnf, SEQUENCE);
    int last = NONE;

    for (skip_blanks(abnf); *abnf->at && !strchr("/)]\n", *abnf->at);
         skip_blanks(abnf)) {
        const int child = read_repetition(abnf);

        if (last == NONE)
            abnf->nodes[node].child = child;
        else
            abnf->nodes[last].next = child;
        last = child;
    }
    return node;
}

static int read_alternatives(struct abnf *abnf)
{
    const int node = new_node(abnf, ALTERNATIVES);
    int last = read_sequence(abnf);

    abnf->nodes[node].child = last;
    while (*abnf->at == '/') {
        abnf->at++;
        abnf->nodes[last].next = read_sequence(abnf);
        last = abnf->nodes[last].next;
    }
    return node;
}

static void read_rule(struct abnf *abnf)
{
    const size_t len = name_len(abnf->at);
    const int rule = rule_named(abnf, abnf->at, len);

    abnf->at += len;
    skip_blanks(abnf);
    FUZZ_CHECK(*abnf->at == '=' && abnf->rules[rule].node == NONE);
    abnf->at++;
    abnf->rules[rule].node = read_alternatives(abnf);
    FUZZ_CHECK(*abnf->at == '\n');
    abnf->at++;
}

const struct abnf *abnf_read(const char *grammar)
{
    struct abnf *abnf = fuzz_block(sizeof *abnf);

    memset(abnf, 0, sizeof *abnf);
    for (abnf->at = grammar; *abnf->at;)
        read_rule(abnf);
    for (int i = 0; i < abnf->n_rules; i++)
        FUZZ_CHECK(abnf->rules[i].node != NONE);
    return abnf;
}

/* ---- matching ---- */

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

static struct places after_repeat(const struct matching *m,
                                  const struct node *node, struct places from)
{
    struct places to = { { 0 } };

    if (node->least == 0)
        to = from;
    for (int n = 1; n <= node->most; n++) {
        from = after(m, node->child, from);
        if (n >= node->least && !add(&to, &from))
            break; /* whatever follows from these places is there already */
    }
    return to;
}

/* The places that can be reached from those by what the node matches. */
static struct places after(const struct matching *m, int index,
                           struct places from)
{
    const struct node *node = &m->abnf->nodes[index];
    struct places to = { { 0 } }, one;

    if (is_empty(&from))
        return from;
    switch (node->kind) {
    case RULE:
        return after(m, m->abnf->rules[node->least].node, from);
    case SEQUENCE:
        for (int i = node->child; i != NONE; i = m->abnf->nodes[i].next)
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
