/* SPDX-License-Identifier: MIT */
/* explore - runs scenarios under every schedule: see README.md. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "search.h"

static const struct explore_scenario *const tables[] = {
    explore_queue_scenarios, explore_semaphore_scenarios,
    explore_event_scenarios, explore_lock_scenarios,
    explore_pool_scenarios,
};
enum { TABLES = sizeof tables / sizeof *tables };

static long most;       /* schedules of each */
static int throws = -1; /* -1: as the scenario says */

static void parse(struct explore_program *program,
                  const struct explore_scenario *s)
{
    explore_parse(program, s);
    if (throws >= 0)
        program->throws = throws;
}

static const struct explore_scenario *find(const char *name)
{
    for (int i = 0; i < TABLES; i++)
        for (const struct explore_scenario *s = tables[i]; s->name; s++)
            if (strcmp(s->name, name) == 0)
                return s;
    fprintf(stderr, "explore: no scenario %s\n", name);
    exit(2);
}

static void print_row(const char *name, const struct explore_totals *t)
{
    printf("%-24s %10ld %11ld %10ld", name, t->schedules, t->choices,
           t->injections);
    if (t->capped)
        printf("  capped, %ld of them at random", t->drawn);
    putchar('\n');
    fflush(stdout);
}

static void print_head(void)
{
    printf("%-24s %10s %11s %10s\n", "scenario", "schedules", "choices",
           "injections");
}

static struct explore_totals explore(const struct explore_scenario *s)
{
    struct explore_program program;
    struct explore_totals totals;

    parse(&program, s);
    explore_open();
    explore_watch_signals();
    totals = explore_all(&program, most);
    explore_close();
    print_row(s->name, &totals);
    return totals;
}

/* In a process of its own, since what fails ends it. */
static int explore_apart(const struct explore_scenario *s,
                         struct explore_totals *totals)
{
    int ends[2], status = 1;
    pid_t child;

    if (pipe(ends) < 0)
        return 1;
    child = fork();
    if (child == 0) {
        *totals = explore(s);
        exit(write(ends[1], totals, sizeof *totals) != sizeof *totals);
    }
    close(ends[1]);
    if (child < 0 || read(ends[0], totals, sizeof *totals) != sizeof *totals)
        memset(totals, 0, sizeof *totals);
    close(ends[0]);
    if (child < 0 || waitpid(child, &status, 0) < 0)
        return 1;
    return status != 0;
}

static int explore_everything(void)
{
    struct explore_totals sum = { 0 }, totals;
    int scenarios = 0, failed = 0;

    print_head();
    fflush(stdout);
    for (int i = 0; i < TABLES; i++)
        for (const struct explore_scenario *s = tables[i]; s->name; s++) {
            failed += explore_apart(s, &totals);
            scenarios++;
            sum.schedules += totals.schedules;
            sum.choices += totals.choices;
            sum.injections += totals.injections;
            sum.drawn += totals.drawn;
            sum.capped |= totals.capped;
        }
    print_row("total", &sum);
    printf("%d scenarios, %d failed\n", scenarios, failed);
    return failed > 0;
}

static int list(void)
{
    for (int i = 0; i < TABLES; i++)
        for (const struct explore_scenario *s = tables[i]; s->name; s++)
            printf("%-24s %s\n", s->name, s->script);
    return 0;
}

static int explore_again_one(const char *name, const char *choices)
{
    struct explore_program program;

    parse(&program, find(name));
    explore_open();
    explore_watch_signals();
    explore_again(&program, choices);
    explore_close();
    return 0;
}

static bool read_option(const char *name, const char *number)
{
    if (strcmp(name, "--most") == 0)
        most = atol(number);
    else if (strcmp(name, "--throws") == 0)
        throws = atoi(number);
    else
        return false;
    return true;
}

int main(int argc, char **argv)
{
    while (argc > 2 && read_option(argv[1], argv[2])) {
        argc -= 2;
        argv += 2;
    }
    if (argc == 2 && strcmp(argv[1], "--list") == 0)
        return list();
    if (argc > 3 || (argc > 1 && argv[1][0] == '-')) {
        fputs("usage: explore [--most N] [--throws N] [SCENARIO [CHOICES]]\n"
              "       explore --list\n",
              stderr);
        return 2;
    }
    if (argc == 3)
        return explore_again_one(argv[1], argv[2]);
    if (argc == 1)
        return explore_everything();
    print_head();
    explore(find(argv[1]));
    return 0;
}
