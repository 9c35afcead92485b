/* SPDX-License-Identifier: MIT */
/* A schedule is the list of choices made in it. The next one is the same up to
 * the last choice that has an alternative left, of which the next is taken. */
#include "search.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct path {
    unsigned char choice[EXPLORE_CHOICES];
    unsigned char of[EXPLORE_CHOICES];
    int len;
    int at;
};

static int follow(void *arg, int of)
{
    struct path *path = arg;

    if (path->at == path->len) {
        path->choice[path->len] = 0;
        path->of[path->len++] = (unsigned char)of;
    }
    if (path->of[path->at] != of)
        explore_fail("the same choices led to another place");
    return path->choice[path->at++];
}

static bool advance(struct path *path)
{
    while (path->len > 0 &&
           path->choice[path->len - 1] + 1 == path->of[path->len - 1])
        path->len--;
    if (path->len == 0)
        return false;
    path->choice[path->len - 1]++;
    path->at = 0;
    return true;
}

static void count(struct explore_totals *totals, struct explore_result result)
{
    totals->schedules++;
    totals->choices += result.choices;
    totals->injections += result.injected;
}

static int draw(void *arg, int of)
{
    uint64_t z = (*(uint64_t *)arg += 0x9e3779b97f4a7c15u);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (int)((z ^ (z >> 31)) % (unsigned)of);
}

struct explore_totals explore_all(const struct explore_program *program,
                                  long most)
{
    struct explore_totals totals = { 0 };
    struct path path = { .len = 0 };
    uint64_t seed = 1;

    do {
        if (most && totals.schedules == most)
            totals.capped = true;
        else
            count(&totals, explore_run(program, follow, &path));
    } while (!totals.capped && advance(&path));
    for (; totals.capped && totals.drawn < most; totals.drawn++)
        count(&totals, explore_run(program, draw, &seed));
    return totals;
}

/* ---- one ---- */

static int read_next(void *arg, int of)
{
    const char **text = arg;
    char *end;
    long choice = strtol(*text, &end, 10);

    if (end == *text)
        return 0;
    *text = *end ? end + 1 : end;
    if (choice < 0 || choice >= of) {
        fprintf(stderr, "explore: there is no choice %ld of %d\n", choice, of);
        exit(2);
    }
    return (int)choice;
}

void explore_again(const struct explore_program *program, const char *choices)
{
    explore_be_loud();
    explore_run(program, read_next, &choices);
    puts("nothing is wrong");
}
