/* SPDX-License-Identifier: MIT */
/* fault.c - FAULT_EACH: a scenario with each of its calls failing in turn. */
#include "base/sys.h"
#include "eventlet.h"
#include "support/census.h"
#include "support/run.h"
#include "support/watchdog.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

enum {
    RUNS_AT_MOST = 20000, /* more than that is a scenario that never ends */
    FAILURES_AT_MOST = 3, /* then the reader has seen enough */
    ERRORS_AT_MOST = 5,
};

struct scenario {
    const char *file;
    int line;
    const char *text;
    check_scenario *run;
    void *arg;
    const char *hub;
    long failed; /* runs that did something wrong */
};

/* Which errors a call is made to fail with, after ENOMEM, which each gets; the
 * first entry whose name is contained in that of the site counts. */
static const struct {
    const char *site;
    int errors[ERRORS_AT_MOST];
} more_errors[] = {
    { "accept", { EINTR, EMFILE, ECONNABORTED, EPERM } },
    { "connect", { ECONNREFUSED, ENETUNREACH, EADDRNOTAVAIL } },
    { "wait", { EINTR } },
    { "getsock", { ENOTCONN, EINVAL } },
    { "setsock", { EINVAL, ENOPROTOOPT } },
    { "socket", { EMFILE, EACCES } },
    { "pipe", { EMFILE, ENFILE } },
    { "open", { EMFILE, ENOENT } },
    { "dup", { EMFILE } },
    { "eventfd", { EMFILE } },
    { "create", { EMFILE, ENFILE } },
    { "bind", { EADDRINUSE, EACCES } },
    { "listen", { EADDRINUSE } },
    { "send", { EINTR, EPIPE, ECONNRESET, ENOBUFS } },
    { "write", { EINTR, EPIPE, ECONNRESET, EIO } },
    { "recv", { EINTR, ECONNRESET, ENOTCONN } },
    { "read", { EINTR, ECONNRESET, EIO } },
    { "splice", { EINTR, EINVAL, EPIPE } },
    { "ctl", { EINTR, ENOSPC, EPERM } },
    { "fcntl", { EBADF } },
};

static const int *errors_for(const char *site)
{
    static const int none[ERRORS_AT_MOST];

    for (size_t i = 0; i < sizeof more_errors / sizeof more_errors[0]; i++)
        if (strstr(site, more_errors[i].site))
            return more_errors[i].errors;
    return none;
}

struct attempt {
    long nth;
    int error;
    bool fired;
    const char *site; /* "" if not fired */
    int rc;           /* what the scenario returned, or why it did not run */
};

static int run_scenario(void *arg)
{
    struct scenario *s = arg;

    return s->run(s->arg);
}

/* Once, the nth call failing. False if something was wrong with it. */
static bool attempt(struct scenario *s, struct attempt *a)
{
    static char note[128];
    static struct census before;
    const char *site;
    int failures = check_failures();

    census_take(&before);
    snprintf(note, sizeof note, "call %ld of %s fails with %s", a->nth, s->text,
             eventlet_strerrorname(-a->error));
    watchdog_note(note);
    eventlet__fault_arm(a->nth, a->error);
    a->rc = check__on_fresh_hub(s->hub, run_scenario, s);
    a->fired = eventlet__fault_count() >= a->nth;
    site = eventlet__fault_site();
    a->site = a->fired && site ? site : "";
    eventlet__fault_arm(0, 0);
    eventlet_hubs_drop();

    snprintf(note, sizeof note, "%s, call %ld (%s) failing with %s", s->text,
             a->nth, a->site, eventlet_strerrorname(-a->error));
    if (a->rc == EVENTLET_DEADLOCK)
        check__fail(s->file, s->line, "%s: nothing goes on any more", note);
    census_check(&before, s->file, s->line, note);
    if (check_failures() > failures)
        check__fail(s->file, s->line, "... %s", note);
    return check_failures() == failures;
}

/* Undisturbed, the scenario has to succeed. */
static bool rehearse(struct scenario *s)
{
    struct attempt none = { .nth = LONG_MAX, .error = ENOMEM };

    if (!attempt(s, &none))
        return false;
    return none.rc >= 0 ||
           check__fail(s->file, s->line, "%s fails undisturbed: %s", s->text,
                       eventlet_strerror(none.rc));
}

bool check__fault_each(const char *file, int line, const char *text,
                       check_scenario *scenario, void *arg, const char *hub)
{
    struct scenario s = { file, line, text, scenario, arg, hub, 0 };
    struct attempt a = { .nth = 1, .error = ENOMEM, .fired = true };

    if (!rehearse(&s))
        return false;
    for (; a.nth < RUNS_AT_MOST && s.failed < FAILURES_AT_MOST; a.nth++) {
        const int *more;

        a.error = ENOMEM;
        s.failed += !attempt(&s, &a);
        if (!a.fired)
            return s.failed == 0;
        more = errors_for(a.site);
        for (int i = 0; i < ERRORS_AT_MOST && more[i]; i++) {
            a.error = more[i];
            s.failed += !attempt(&s, &a);
        }
    }
    return check__fail(file, line, "%s: stopped at call %ld", text, a.nth);
}
