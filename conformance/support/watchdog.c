/* SPDX-License-Identifier: MIT */
/* watchdog.c - no test hangs for ever, and none dies without a name. */
#include "support/watchdog.h"

#include "base/sys.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *volatile running = "no test";
static const char *volatile trying = "";

static void say(const char *text)
{
    if (write(STDERR_FILENO, text, strlen(text)) < 0)
        return;
}

static void last_words(int signo)
{
    say("\n== ");
    say(running);
    say(signo == SIGALRM ? ": hangs" : ": crashes");
    say(trying[0] ? ", while " : "");
    say(trying);
    if (eventlet__fault_site()) {
        say(", which was ");
        say(eventlet__fault_site());
    }
    say("\n");
    signal(SIGABRT, SIG_DFL);
    if (signo == SIGALRM || signo == SIGABRT)
        abort();
    signal(signo, SIG_DFL);
    raise(signo);
}

static void take(int signo)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = last_words;
    action.sa_flags = SA_ONSTACK | SA_NODEFER;
    sigaction(signo, &action, NULL);
}

/* A sanitizer's own handler says more about a crash than we could. */
static void take_if_free(int signo)
{
    struct sigaction now;

    if (sigaction(signo, NULL, &now) == 0 && now.sa_handler == SIG_DFL)
        take(signo);
}

void watchdog_prepare(void)
{
    static char stack[64 * 1024]; /* a green stack may be what overflowed */
    stack_t other = { .ss_sp = stack, .ss_size = sizeof stack };

    sigaltstack(&other, NULL);
    take(SIGALRM);
    take_if_free(SIGSEGV);
    take_if_free(SIGBUS);
    take_if_free(SIGABRT);
}

static unsigned patience(void)
{
    const char *seconds = getenv("CHECK_SECONDS");

    return seconds ? (unsigned)atoi(seconds) : 60;
}

void watchdog_watch(const char *name)
{
    running = name ? name : "no test";
    trying = "";
    alarm(name ? patience() : 0);
}

void watchdog_note(const char *note)
{
    trying = note;
    alarm(patience());
}
