/* SPDX-License-Identifier: MIT */
/* Runs scenarios on our library and prints their traces: the other half of
 * oracle.py, with the same arguments. After `--hub KIND` they run on a hub of
 * that kind, whatever they ask for. */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support.h"

#define LIMIT 20 /* seconds a scenario may take */

static struct scenario *scenarios;
static const char *hub; /* NULL: the scenario's own */

void scenario_add(struct scenario *scenario)
{
    struct scenario **end = &scenarios;

    while (*end)
        end = &(*end)->next;
    *end = scenario;
}

static const struct scenario *find(const char *name)
{
    for (const struct scenario *s = scenarios; s; s = s->next)
        if (strcmp(s->name, name) == 0)
            return s;
    return NULL;
}

/* Threads that still wait are not unwound, as they are not in eventlet: the
 * process ends at once. */
static void run_here(const struct scenario *s)
{
    alarm(LIMIT);
    must(eventlet_hubs_use_hub(hub ? hub : s->hub));
    s->run();
    fflush(stdout);
    _exit(0);
}

static int run(const struct scenario *s)
{
    int status = 1;
    pid_t child;

    fflush(stdout);
    child = fork();
    if (child == 0)
        run_here(s);
    if (child < 0 || waitpid(child, &status, 0) < 0)
        perror("oracle_c");
    if (status != 0)
        printf("scenario: ended with status %d\n", status);
    return status != 0;
}

static int run_all(void)
{
    int bad = 0;

    for (const struct scenario *s = scenarios; s; s = s->next) {
        printf("== %s\n", s->name);
        bad |= run(s);
    }
    return bad;
}

static int run_named(char **names, int count)
{
    int bad = 0;

    for (int i = 0; i < count; i++) {
        const struct scenario *s = find(names[i]);

        if (count > 1)
            printf("== %s\n", names[i]);
        if (s)
            bad |= run(s);
        else
            printf("scenario: not there\n");
        bad |= !s;
    }
    return bad;
}

static int list(void)
{
    for (const struct scenario *s = scenarios; s; s = s->next)
        puts(s->name);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc > 2 && strcmp(argv[1], "--hub") == 0) {
        hub = argv[2];
        argc -= 2;
        argv += 2;
    }
    if (argc < 2) {
        fprintf(stderr,
                "usage: oracle_c [--hub KIND] NAME... | --all | --list\n");
        return 2;
    }
    if (argc == 2 && strcmp(argv[1], "--list") == 0)
        return list();
    if (argc == 2 && strcmp(argv[1], "--all") == 0)
        return run_all();
    return run_named(argv + 1, argc - 1);
}
