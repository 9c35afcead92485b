/* SPDX-License-Identifier: MIT */
/* says.c - events as text. */
#include "proto/examples/says.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* From how many equal bytes on they are counted instead of shown. */
enum { RUN = 24 };

static void append(struct says *out, const char *text, size_t len)
{
    if (out->len + len >= sizeof out->text) {
        fputs("examples: events have more text than there is room for\n",
              stderr);
        abort();
    }
    memcpy(out->text + out->len, text, len);
    out->len += len;
}

static void append_byte(struct says *out, unsigned char byte)
{
    static const char plain[] = "\r\n\t\"\\", letters[] = "rnt\"\\";
    const char *known = byte ? strchr(plain, byte) : NULL;
    char text[8];
    int len;

    if (known)
        len = snprintf(text, sizeof text, "\\%c", letters[known - plain]);
    else if (byte < 0x20 || byte > 0x7e)
        len = snprintf(text, sizeof text, "\\x%02x", byte);
    else
        len = snprintf(text, sizeof text, "%c", byte);
    append(out, text, (size_t)len);
}

static size_t run_of(const unsigned char *at, size_t len)
{
    size_t n = 1;

    while (n < len && at[n] == at[0])
        n++;
    return n;
}

/* Quoted, long runs as "x"*70: as bytes are written on a page. */
static void append_quoted(struct says *out, const void *bytes, size_t len)
{
    const unsigned char *at = bytes;
    bool open = false;
    size_t n;

    for (size_t i = 0; i < len || i == 0; i += n) {
        char count[32];

        n = len ? run_of(at + i, len - i) : 0;
        if (open && n >= RUN) {
            append(out, "\"", 1);
            open = false;
        }
        if (!open)
            append(out, i ? " \"" : "\"", i ? 2 : 1);
        open = n < RUN;
        for (size_t j = 0; j < (open ? n : 1); j++)
            append_byte(out, at[i]);
        if (!open)
            append(out, count,
                   (size_t)snprintf(count, sizeof count, "\"*%zu", n));
        if (len == 0)
            break;
    }
    if (open)
        append(out, "\"", 1);
}

static void write_held(struct says *out)
{
    if (!out->piece[0])
        return;
    append(out, out->piece, strlen(out->piece));
    append(out, " ", 1);
    append_quoted(out, out->hold, out->held);
    append(out, "\n", 1);
    out->piece[0] = '\0';
    out->held = 0;
}

void says_begin(struct says *out)
{
    out->len = out->held = 0;
    out->piece[0] = '\0';
}

const char *says_end(struct says *out)
{
    write_held(out);
    out->text[out->len] = '\0';
    return out->text;
}

void say(struct says *out, const char *format, ...)
{
    char line[1024];
    va_list args;
    int len;

    write_held(out);
    va_start(args, format);
    len = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    append(out, line, len < (int)sizeof line ? (size_t)len : sizeof line - 1);
    append(out, "\n", 1);
}

void say_bytes(struct says *out, const char *what, const void *bytes,
               size_t len)
{
    write_held(out);
    append(out, what, strlen(what));
    append(out, " ", 1);
    append_quoted(out, bytes, len);
    append(out, "\n", 1);
}

void say_piece(struct says *out, const char *what, const void *bytes,
               size_t len)
{
    if (strcmp(out->piece, what) != 0)
        write_held(out);
    snprintf(out->piece, sizeof out->piece, "%s", what);
    if (out->held + len > sizeof out->hold)
        abort();
    if (len)
        memcpy(out->hold + out->held, bytes, len);
    out->held += len;
}

/* Whether the word is one of those with commas between. */
static bool is_among(const char *word, size_t len, const char *words)
{
    for (;;) {
        size_t n = strcspn(words, ",");

        if (n == len && memcmp(word, words, len) == 0)
            return true;
        if (!words[n])
            return false;
        words += n + 1;
    }
}

void says_show_only(struct says *out, const char *words)
{
    char *to = out->text;

    says_end(out);
    for (char *line = out->text; *line;) {
        size_t len = strcspn(line, "\n") + 1;

        if (is_among(line, strcspn(line, " \n"), words)) {
            memmove(to, line, len);
            to += len;
        }
        line += len;
    }
    *to = '\0';
    out->len = (size_t)(to - out->text);
}
