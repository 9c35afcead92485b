/* SPDX-License-Identifier: MIT */
/* plain.c - runs TESTs without googletest, where there is none: cross-compiled
 * and emulated. Knows no hub, so GREEN_TESTs are left out. */
#include "check.h"
#include "support/run.h"

#include <stdio.h>
#include <stdlib.h>

static struct check_test *all;
static struct check_test **end = &all;
static int failures;

void check__add(struct check_test *test)
{
    *end = test;
    end = &test->next;
}

void check__skip(const char *why)
{
    printf("  skipped: %s\n", why);
}

void check__record(const char *file, int line, const char *message)
{
    printf("%s:%d: %s\n", file, line, message);
    failures++;
}

int check_failures(void)
{
    return failures;
}

int main(void)
{
    int run = 0, bad = 0;

    for (struct check_test *test = all; test; test = test->next) {
        if (test->kind != CHECK__PLAIN)
            continue;
        failures = 0;
        test->body();
        printf("%s %s.%s\n", failures ? "FAILED" : "ok    ", test->module,
               test->name);
        run++;
        bad += failures > 0;
    }
    printf("%d tests, %d failed\n", run, bad);
    return bad > 0 || run == 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
