/* SPDX-License-Identifier: MIT */
/* What happened in a run, in words, and what is wrong with it. */
#include "inside.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static bool loud;
static void (*at_failure)(void);

void explore_be_loud(void)
{
    loud = true;
    setvbuf(stdout, NULL, _IOLBF, 0);
}

void explore_on_failure(void (*fn)(void))
{
    at_failure = fn;
}

static void print_verb(const struct explore_entry *e)
{
    if (!e->verb)
        fputs("on", stdout);
    else if (e->n)
        printf("%s:%d", e->verb->name, e->n);
    else
        fputs(e->verb->name, stdout);
}

static void print(const struct explore_entry *e)
{
    const char *name = e->thread ? e->thread->name : "";

    switch (e->event) {
    case EXPLORE_SAY:
        printf("  %s goes on: ", name);
        print_verb(e);
        putchar('\n');
        break;
    case EXPLORE_DONE:
        printf("      %s: %s gives %s\n", name, e->verb ? e->verb->name : "it",
               e->n < 0 ? eventlet_strerrorname(e->n) : "0");
        break;
    case EXPLORE_GO:
        puts("  the others run");
        break;
    case EXPLORE_KILL:
        printf("  the hub kills %s\n", name);
        break;
    case EXPLORE_THROW:
        printf("  the hub throws at %s, which keeps its turn\n", name);
        break;
    case EXPLORE_TIMEOUT:
        printf("  time is up for %s\n", name);
        break;
    case EXPLORE_KILLER:
        printf("  a green thread kills %s\n", name);
        break;
    case EXPLORE_CLOCK:
        puts("  the clock reaches the next deadline");
        break;
    case EXPLORE_REST:
        puts("  nobody goes on any more");
        break;
    case EXPLORE_CLOSE:
        puts("  all is freed");
        break;
    }
}

void explore_log(enum explore_event event, const struct explore_thread *thread,
                 int n)
{
    struct explore_entry e = { event, thread, thread ? thread->verb : NULL, n };

    if (loud)
        print(&e);
    if (explore_now.entry_count < EXPLORE_ENTRIES)
        explore_now.entries[explore_now.entry_count++] = e;
}

/* What is left out at the end is 0. */
static void print_choices(void)
{
    int count = explore_now.made_count;

    while (count > 1 && explore_now.made[count - 1] == 0)
        count--;
    for (int i = 0; i < count; i++)
        printf("%s%d", i ? "." : "", explore_now.made[i]);
    if (count == 0)
        putchar('0');
}

void explore_fail(const char *format, ...)
{
    va_list args;

    printf("%s: ", explore_now.program->name);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
    for (int i = 0; i < explore_now.entry_count && !loud; i++)
        print(&explore_now.entries[i]);
    fputs("again: explore ", stdout);
    printf("--throws %d %s ", explore_now.program->throws,
           explore_now.program->name);
    print_choices();
    putchar('\n');
    fflush(stdout);
    if (at_failure)
        at_failure();
    _exit(1);
}

/* Whatever dies of a signal says on which schedule, as far as it can. */
static void die(int sig)
{
    signal(sig, SIG_DFL);
    if (explore_now.program)
        explore_fail("signal %d", sig);
}

void explore_watch_signals(void)
{
    static const int signals[] = { SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV };
    struct sigaction action = { .sa_handler = die, .sa_flags = SA_ONSTACK };

    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        sigaction(signals[i], &action, NULL);
}

void explore_same(long got, long want, const char *got_text,
                  const char *want_text)
{
    if (got != want)
        explore_fail("%s is %ld, not %ld, which is %s", got_text, got, want,
                     want_text);
}
