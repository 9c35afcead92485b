/* SPDX-License-Identifier: MIT */
/* main.c - makes a test of each section of spec/proto that has examples. Its
 * name is that of the page and the heading: http_parse.host_is_missing. The
 * environment's EXAMPLES_PAGES is another folder of pages. */
#include "check.h"
#include "proto/examples/feed.h"

#include <ctype.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_LEN = 512, NAME_LEN = 128, SHOWS_LEN = 256 };

struct section {
    struct check_test test;
    char page[PATH_LEN], module[NAME_LEN], name[NAME_LEN], shows[SHOWS_LEN];
};

/* ---- running one ---- */

static void run_example(void *arg, int heading, const struct example *example)
{
    const struct section *section = arg;

    if (heading == section->test.line)
        feed_example(example);
}

static void tell_wrong(void *arg, int heading, const char *page, int line,
                       const char *why)
{
    const struct section *section = arg;

    if (heading == section->test.line || heading == 0)
        check__fail(page, line, "%s:%d: %s", page, line, why);
}

static void run_section(const void *arg)
{
    static struct section section;

    section = *(const struct section *)arg;
    page_read(section.page, &(struct page_reader){ .example = run_example,
                                                   .wrong = tell_wrong,
                                                   .arg = &section });
}

/* ---- finding them ---- */

static void name_after(char *to, const char *title)
{
    size_t len = 0;

    for (; *title && len + 1 < NAME_LEN; title++) {
        if (isalnum((unsigned char)*title))
            to[len++] = (char)tolower((unsigned char)*title);
        else if (len && to[len - 1] != '_')
            to[len++] = '_';
    }
    while (len && to[len - 1] == '_')
        len--;
    to[len] = '\0';
}

static void add_section(void *arg, const char *page, int line,
                        const char *title, const char *shows)
{
    struct section *new = calloc(1, sizeof *new);
    const char *base = strrchr(page, '/') + 1;
    const bool readme = strcmp(base, "README.md") == 0;

    (void)arg;
    if (!new)
        abort();
    snprintf(new->page, sizeof new->page, "%s", page);
    snprintf(new->module, sizeof new->module, "%.*s",
             readme ? 5 : (int)strcspn(base, "."), readme ? "proto" : base);
    name_after(new->name, title);
    snprintf(new->shows, sizeof new->shows, "%s", shows);
    new->test = (struct check_test){
        .module = new->module,
        .name = new->name,
        .promises = new->shows,
        .file = new->page,
        .line = line,
        .kind = CHECK__PLAIN,
        .body_with = run_section,
        .arg = new,
    };
    check__add(&new->test);
}

__attribute__((constructor)) static void add_sections(void)
{
    const char *folder = getenv("EXAMPLES_PAGES");
    char pattern[PATH_LEN];
    glob_t found;

    snprintf(pattern, sizeof pattern, "%s/*.md",
             folder ? folder : SOURCE_DIR "/spec/proto");
    if (glob(pattern, 0, NULL, &found) != 0)
        return;
    for (size_t i = 0; i < found.gl_pathc; i++)
        page_read(found.gl_pathv[i],
                  &(struct page_reader){ .section = add_section });
    globfree(&found);
}
