/* SPDX-License-Identifier: MIT */
/* page.c - finds the examples of a page. */
#include "proto/examples/page.h"

#include "proto/examples/bytes.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TITLE_MAX = 256, TEMPLATE_MAX = 64 };

static const char fence[] = "```";

struct reading {
    const struct page_reader *reader;
    const char *page;
    int line;

    int heading; /* line of the last one */
    bool told;   /* and whether the reader knows of it */
    char title[TITLE_MAX], shows[TITLE_MAX];
    bool in_shows;

    bool in_block, is_example, in_events, in_table;
    char *lines[TEMPLATE_MAX]; /* of bytes, so far */
    size_t n_lines;
    struct example example;
};

static void wrong(struct reading *r, int line, const char *why)
{
    if (r->reader->wrong)
        r->reader->wrong(r->reader->arg, r->heading, r->page, line, why);
}

/* ---- headings ---- */

static void tell_section(struct reading *r)
{
    if (r->told)
        return;
    r->told = true;
    if (!r->heading)
        wrong(r, r->line, "an example above the first heading");
    else if (r->reader->section)
        r->reader->section(r->reader->arg, r->page, r->heading, r->title,
                           r->shows);
}

/* "Shows NAME NAME." below a heading, on as many lines as it takes. */
static void read_prose(struct reading *r, const char *line)
{
    const size_t hashes = strspn(line, "#");

    if (hashes >= 2 && line[hashes] == ' ') {
        snprintf(r->title, sizeof r->title, "%s", line + hashes + 1);
        r->shows[0] = '\0';
        r->heading = r->line;
        r->told = r->in_shows = false;
        return;
    }
    if (strncmp(line, "Shows ", 6) == 0) {
        r->in_shows = true;
        line += 6;
    } else if (!*line) {
        r->in_shows = false;
    }
    if (r->in_shows) {
        const size_t len = strlen(r->shows);

        snprintf(r->shows + len, sizeof r->shows - len, "%s%s", len ? " " : "",
                 line);
        if (r->shows[0] && r->shows[strlen(r->shows) - 1] == '.')
            r->shows[strlen(r->shows) - 1] = '\0';
    }
}

/* ---- examples ---- */

static void give(struct reading *r)
{
    if (r->reader->example)
        r->reader->example(r->reader->arg, r->heading, &r->example);
}

static struct bytes room_in(struct example *example)
{
    return (struct bytes){ .at = example->bytes,
                           .size = sizeof example->bytes };
}

/* The bytes of the collected lines, with the hole filled. */
static bool fill_template(struct reading *r, const struct bytes *hole)
{
    struct bytes to = room_in(&r->example);

    to.hole = hole ? hole->at : NULL;
    to.hole_len = hole ? hole->len : 0;
    for (size_t i = 0; i < r->n_lines; i++) {
        bytes_read(&to, r->lines[i]);
        if (to.wrong || to.classes) {
            wrong(r, r->example.line, to.wrong ? to.wrong : "a class here");
            return false;
        }
    }
    r->example.len = to.len;
    return true;
}

/* The events of a row stand on one line with | between. */
static void take_row_events(struct example *example, const char *at)
{
    size_t len = 0;

    while (*at) {
        const char *end = strstr(at, " | ");
        const size_t n = end ? (size_t)(end - at) : strlen(at);

        len += (size_t)snprintf(example->events + len,
                                sizeof example->events - len, "%.*s\n", (int)n,
                                at);
        at += n + (end ? 3 : 0);
    }
    example->events[len] = '\0';
}

/* BYTES -> EVENTS: an example, or one for each byte of a class. */
static void read_row(struct reading *r, const char *line)
{
    static unsigned char bytes[EXAMPLE_BYTES_MAX];
    int n = 0;

    r->example.line = r->line;
    do {
        struct bytes hole = { .at = bytes,
                              .size = sizeof bytes,
                              .in_class = n };
        const char *at = bytes_read(&hole, line);

        if (hole.wrong || strncmp(at, "->", 2) != 0) {
            wrong(r, r->line, hole.wrong ? hole.wrong : "a row without ->");
            return;
        }
        at += 2 + strspn(at + 2, " ");
        take_row_events(&r->example, at);
        if (r->n_lines == 0) {
            memcpy(r->example.bytes, bytes, hole.len);
            r->example.len = hole.len;
            give(r);
        } else if (fill_template(r, &hole)) {
            give(r);
        }
        n = n + 1 < hole.classes ? n + 1 : 0;
    } while (n);
}

static bool is_row(const char *line)
{
    static unsigned char bytes[EXAMPLE_BYTES_MAX];
    struct bytes to = { .at = bytes, .size = sizeof bytes };

    to.hole = bytes; /* nothing, but allowed */
    return strncmp(bytes_read(&to, line), "->", 2) == 0;
}

static void keep_line(struct reading *r, const char *line)
{
    if (r->n_lines == TEMPLATE_MAX) {
        wrong(r, r->line, "too many lines of bytes");
        return;
    }
    if (r->n_lines == 0)
        r->example.line = r->line;
    r->lines[r->n_lines++] = strdup(line);
}

static void read_in_block(struct reading *r, const char *line)
{
    if (r->in_events) {
        size_t len = strlen(r->example.events);

        if (*line)
            snprintf(r->example.events + len, sizeof r->example.events - len,
                     "%s\n", line);
    } else if (strcmp(line, "->") == 0) {
        r->in_events = true;
    } else if (*line && *line != '#') {
        if (is_row(line)) {
            r->in_table = true;
            read_row(r, line);
        } else {
            keep_line(r, line);
        }
    }
}

static void begin_block(struct reading *r, const char *info)
{
    const size_t word = strcspn(info, " ");

    r->in_block = true;
    r->is_example = word && strcmp(info, "c") != 0 && strcmp(info, "text") != 0;
    if (!r->is_example)
        return;
    tell_section(r);
    r->in_events = r->in_table = false;
    r->n_lines = 0;
    r->example.page = r->page;
    r->example.line = r->line;
    r->example.events[0] = '\0';
    snprintf(r->example.info, sizeof r->example.info, "%s", info);
}

static void end_block(struct reading *r)
{
    r->in_block = false;
    if (!r->is_example)
        return;
    if (!r->in_table && !r->in_events)
        wrong(r, r->example.line, "an example without ->");
    else if (!r->in_table && fill_template(r, NULL))
        give(r);
    while (r->n_lines)
        free(r->lines[--r->n_lines]);
}

static void read_line(struct reading *r, const char *line)
{
    const bool at_fence = strncmp(line, fence, sizeof fence - 1) == 0;

    r->line++;
    if (at_fence && r->in_block)
        end_block(r);
    else if (at_fence)
        begin_block(r, line + sizeof fence - 1);
    else if (!r->in_block)
        read_prose(r, line);
    else if (r->is_example)
        read_in_block(r, line);
}

void page_read(const char *path, const struct page_reader *reader)
{
    static struct reading r;
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t size = 0;
    ssize_t len;

    memset(&r, 0, sizeof r);
    r.reader = reader;
    r.page = path;
    if (!file) {
        wrong(&r, 0, "cannot be read");
        return;
    }
    while ((len = getline(&line, &size, file)) >= 0) {
        if (len && line[len - 1] == '\n')
            line[len - 1] = '\0';
        read_line(&r, line);
    }
    if (r.in_block)
        wrong(&r, r.line, "a block without its end");
    free(line);
    fclose(file);
}
