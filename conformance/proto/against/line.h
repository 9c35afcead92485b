/* SPDX-License-Identifier: MIT */
/* line.h - lines of words that a script sends to a program: words of text, and
 * bytes as hexadecimal digits, with a - for none. */
#ifndef LINE_H
#define LINE_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The next word of a line, or NULL. The first time `line` is not NULL. */
static inline char *line_word(char *line)
{
    static char *rest;

    return strtok_r(line, " \n", &rest);
}

static inline int line_number(void)
{
    const char *word = line_word(NULL);

    return word ? atoi(word) : 0;
}

/* The bytes of the next word, in its place and with a NUL behind; NULL if there
 * is none. */
static inline char *line_bytes(size_t *len)
{
    char *word = line_word(NULL), digits[3] = "";

    *len = 0;
    if (!word || strcmp(word, "-") == 0)
        return word ? word + 1 : NULL;
    for (const char *at = word; at[0] && at[1]; at += 2) {
        memcpy(digits, at, 2);
        word[(*len)++] = (char)strtol(digits, NULL, 16);
    }
    word[*len] = '\0';
    return word;
}

static inline void line_say(const void *bytes, size_t len)
{
    const unsigned char *at = bytes;

    fputs(len ? " " : " -", stdout);
    for (size_t i = 0; i < len; i++)
        printf("%02x", at[i]);
}

#endif
