/* SPDX-License-Identifier: MIT */
/* abnf_read.c - reads a grammar as an RFC prints it. */
#include "abnf_nodes.h"

#include <ctype.h>

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

/* ---- what a match begins with ---- */

static void put_byte(struct bytes *set, unsigned char byte)
{
    set->bits[byte / 64] |= (uint64_t)1 << (byte % 64);
}

static void put_bytes(struct bytes *set, const struct bytes *more)
{
    for (int i = 0; i < 4; i++)
        set->bits[i] |= more->bits[i];
}

static const struct node *look_ahead(struct abnf *abnf, int index);

static void look_at_literal(struct node *node)
{
    struct bytes *set = node->len == 1 ? &node->single : &node->first;

    node->nullable = node->len == 0;
    if (node->len == 0)
        return;
    put_byte(set, (unsigned char)tolower((unsigned char)node->text[0]));
    put_byte(set, (unsigned char)toupper((unsigned char)node->text[0]));
}

static void look_at_sequence(struct abnf *abnf, struct node *node)
{
    bool all = true;

    for (int i = node->child; i != NONE && all; i = abnf->nodes[i].next) {
        const struct node *child = look_ahead(abnf, i);

        put_bytes(&node->first, &child->single);
        put_bytes(&node->first, &child->first);
        all = child->nullable;
    }
    node->nullable = all;
}

/* As one of those below: of several, of a rule, or of a sequence of one. */
static void look_at_choice(struct abnf *abnf, struct node *node, int first)
{
    bool any = false;

    for (int i = first; i != NONE; i = abnf->nodes[i].next) {
        const struct node *child = look_ahead(abnf, i);

        put_bytes(&node->single, &child->single);
        put_bytes(&node->first, &child->first);
        any = any || child->nullable;
        if (node->kind == RULE)
            break;
    }
    node->nullable = any;
}

static const struct node *look_ahead(struct abnf *abnf, int index)
{
    struct node *node = &abnf->nodes[index];

    if (node->asked)
        return node;
    node->asked = true;
    node->nullable = true; /* for whoever asks meanwhile: nothing is saved */
    if (node->kind == LITERAL)
        look_at_literal(node);
    else if (node->kind == RULE)
        look_at_choice(abnf, node, abnf->rules[node->least].node);
    else if (node->kind == ALTERNATIVES ||
             (node->kind == SEQUENCE && node->child != NONE &&
              abnf->nodes[node->child].next == NONE))
        look_at_choice(abnf, node, node->child);
    else if (node->kind == SEQUENCE || node->kind == REPEAT)
        look_at_sequence(abnf, node);
    if (node->kind == REPEAT)
        node->nullable = node->nullable || node->least == 0;
    if (node->kind != RANGE)
        return node;
    node->nullable = false;
    for (int byte = node->least; byte <= node->most; byte++)
        put_byte(&node->single, (unsigned char)byte);
    return node;
}

const struct abnf *abnf_read(const char *grammar)
{
    struct abnf *abnf = fuzz_block(sizeof *abnf);

    memset(abnf, 0, sizeof *abnf);
    for (abnf->at = grammar; *abnf->at;)
        read_rule(abnf);
    for (int i = 0; i < abnf->n_rules; i++)
        FUZZ_CHECK(abnf->rules[i].node != NONE);
    for (int i = 0; i < abnf->n_nodes; i++)
        look_ahead(abnf, i);
    return abnf;
}
