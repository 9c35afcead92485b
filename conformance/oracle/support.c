/* SPDX-License-Identifier: MIT */
/* Trace lines, outcomes, and the smallest pieces of scenarios. */
#include "support.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/hub.h"

static const struct {
    int rc;
    const char *word;
} words[] = {
    { EVENTLET_EXIT, "exit" },
    { EVENTLET_TIMEOUT, "timeout" },
    { EVENTLET_SOCKET_TIMEOUT, "socket timeout" },
    { EVENTLET_CLOSED, "closed" },
    { EVENTLET_STOP, "stop" },
    { EVENTLET_END, "end" },
    { EVENTLET_EMPTY, "empty" },
    { EVENTLET_FULL, "full" },
    { EVENTLET_SECOND_READER, "busy" },
    { EVENTLET_SECOND_WRITER, "busy" },
    { EVENTLET_IN_HUB, "misuse" },
    { EVENTLET_FROM_MEMBER, "misuse" },
    { EVENTLET_NOT_SENT, "misuse" },
    { EVENTLET_ALREADY_SENT, "misuse" },
    { EVENTLET_UNBALANCED, "misuse" },
    { -EINVAL, "misuse" },
};

/* One of eight buffers in turn: several may be used in one line. */
static char *scratch(size_t *size)
{
    static char buffers[8][128];
    static unsigned turn;

    *size = sizeof buffers[0];
    return buffers[turn++ % 8];
}

void say(const char *who, const char *format, ...)
{
    va_list args;

    printf("%s: ", who);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf("\n");
    fflush(stdout);
}

const char *code(long rc)
{
    size_t size;
    char *buf;

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i].rc == rc)
            return words[i].word;
    buf = scratch(&size);
    if (rc >= 0)
        snprintf(buf, size, "ok %ld", rc);
    else if (rc <= EVENTLET_USER(0) && rc > EVENTLET_USER_TIMEOUT(0))
        snprintf(buf, size, "user %ld", EVENTLET_USER(0) - rc);
    else
        snprintf(buf, size, "%s", eventlet_strerrorname((int)rc));
    return buf;
}

const char *yes(bool condition)
{
    return condition ? "yes" : "no";
}

const char *text_of(long n, const char *data)
{
    size_t size;
    char *buf;

    if (n < 0)
        return code(n);
    if (n == 0)
        return "eof";
    buf = scratch(&size);
    snprintf(buf, size, "got %.*s", (int)n, data);
    return buf;
}

int must(int rc)
{
    if (rc >= 0)
        return rc;
    say("scenario", "died of %s", eventlet_strerrorname(rc));
    _exit(1);
}

double now(void)
{
    return eventlet_hub_clock(eventlet_hubs_get_hub());
}

void hog(double seconds)
{
    double end = now() + seconds;

    eventlet__sim_advance(eventlet_hubs_get_hub(), (int64_t)(seconds * 1e9));
    while (now() < end)
        ;
}

bool slept_in_full(double seconds)
{
    double start = now();

    must(eventlet_sleep(seconds));
    return now() - start >= seconds * 0.999999;
}

void yield_times(int count)
{
    while (count-- > 0)
        must(eventlet_sleep(0));
}

struct line *line(const char *who, const char *what)
{
    struct line *self = malloc(sizeof *self);

    if (!self)
        abort();
    *self = (struct line){ who, what };
    return self;
}

int speak(void *arg)
{
    const struct line *self = arg;

    say(self->who, "%s", self->what);
    return 0;
}

/* Arguments of threads are void *: nobody writes to what was const. */
static void *writable_arg(const void *arg)
{
    return (void *)(uintptr_t)arg;
}

eventlet_greenthread *spawn(eventlet_fn *fn, const void *arg)
{
    eventlet_greenthread *gt;

    must(eventlet_spawn(&gt, fn, writable_arg(arg)));
    return gt;
}

eventlet_greenthread *spawn_after(double seconds, eventlet_fn *fn,
                                  const void *arg)
{
    eventlet_greenthread *gt;

    must(eventlet_spawn_after(&gt, seconds, fn, writable_arg(arg)));
    return gt;
}

eventlet_timer *after(double seconds, eventlet_hub_fn *fn, const void *arg)
{
    eventlet_timer *timer;

    must(eventlet_hub_schedule_call_global(&timer, eventlet_hubs_get_hub(),
                                           seconds, fn, writable_arg(arg)));
    return timer;
}

int wait_for(eventlet_greenthread *gt)
{
    return eventlet_wait(gt);
}

const void *number(long n)
{
    return (const void *)(intptr_t)n;
}

int quick(void *arg)
{
    return (int)(intptr_t)arg;
}

int fails(void *arg)
{
    return EVENTLET_USER((intptr_t)arg);
}

int naps(void *arg)
{
    return eventlet_sleep(*(const double *)arg);
}

int waits(void *arg)
{
    return eventlet_wait(arg);
}

void linked(eventlet_greenthread *gt, void *name)
{
    say("link", "%s %s", (const char *)name, code(eventlet_wait(gt)));
}
