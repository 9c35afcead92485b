/* SPDX-License-Identifier: MIT */
/* One line at a time to whoever listens.
 *
 * The callback and its argument belong together, but are two words, and any OS
 * thread may log while another one exchanges them. `version` is odd during an
 * exchange; a reader takes both words and begins again if it has moved. No
 * lock: a callback may itself log. */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/sys.h"

enum { LINE_AT_MOST = 512, PREFIX_AT_MOST = 32 };

atomic_bool eventlet__hub_exceptions = true;

static _Atomic(eventlet_log_fn *) sink_fn;
static _Atomic(void *) sink_arg;
static atomic_uint version;

static unsigned begin_exchange(void)
{
    unsigned even = atomic_load(&version) & ~1u;

    while (!atomic_compare_exchange_weak(&version, &even, even + 1))
        even &= ~1u;
    return even;
}

void eventlet_log_to(eventlet_log_fn *fn, void *arg)
{
    unsigned even = begin_exchange();

    atomic_store(&sink_fn, fn);
    atomic_store(&sink_arg, arg);
    atomic_store(&version, even + 2);
}

static eventlet_log_fn *take_sink(void **arg)
{
    eventlet_log_fn *fn;
    unsigned before;

    do {
        before = atomic_load(&version) & ~1u;
        fn = atomic_load(&sink_fn);
        *arg = atomic_load(&sink_arg);
    } while (atomic_load(&version) != before);
    return fn;
}

/* One write per line, so that lines of several threads or processes that share
 * a log do not run into each other. That it fails cannot be told to anyone. */
static void write_line(enum eventlet_level level, const char *line)
{
    char whole[PREFIX_AT_MOST + LINE_AT_MOST + 2];
    int len = snprintf(whole, sizeof whole, "eventlet: %s: %s\n",
                       level == EVENTLET_ERROR ? "error" : "warning", line);

    while (eventlet__sys_write(STDERR_FILENO, whole, (size_t)len) < 0 &&
           errno == EINTR)
        continue;
}

static void make_one_line(char *line)
{
    for (unsigned char *c = (unsigned char *)line; *c; c++)
        if ((*c < ' ' && *c != '\t') || *c == 0x7f)
            *c = '?';
}

void eventlet__log(enum eventlet_level level, const char *format, ...)
{
    int saved_errno = errno;
    char line[LINE_AT_MOST + 1] = "";
    void *arg;
    eventlet_log_fn *fn = take_sink(&arg);
    va_list args;

    if (!fn && level < EVENTLET_WARNING)
        return;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    make_one_line(line);
    if (fn)
        fn(arg, level, line);
    else
        write_line(level, line);
    errno = saved_errno;
}

void eventlet_debug_hub_exceptions(bool on)
{
    atomic_store(&eventlet__hub_exceptions, on);
}
