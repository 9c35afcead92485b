/* SPDX-License-Identifier: MIT */
/* abnf_nodes.h - what a grammar is once it has been read. */
#ifndef ABNF_NODES_H
#define ABNF_NODES_H

#include "abnf.h"
#include "fuzz.h"

enum { NODES_MAX = 1024, RULES_MAX = 96, NAME_MAX_LEN = 32, NONE = -1 };

enum kind { ALTERNATIVES, SEQUENCE, REPEAT, RULE, LITERAL, RANGE };

/* A set of bytes. */
struct bytes {
    uint64_t bits[4];
};

struct node {
    enum kind kind;
    int child, next; /* the first one below, and the one beside */
    int least, most; /* REPEAT; also the bounds of a RANGE */
    const char *text;
    size_t len; /* LITERAL */

    /* What saves time, found out once: the bytes each of which it matches
     * alone, those that any other match begins with, and whether it may match
     * nothing. */
    bool asked, nullable;
    struct bytes single, first;
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

static inline bool bytes_have(const struct bytes *set, unsigned char byte)
{
    return set->bits[byte / 64] >> (byte % 64) & 1;
}

#endif
