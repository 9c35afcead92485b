/* SPDX-License-Identifier: MIT */
/* core_support.h - what the tests of this folder share. */
#ifndef CORE_SUPPORT_H
#define CORE_SUPPORT_H

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "eventlet.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED true
#endif
#endif
#ifndef SANITIZED
#define SANITIZED false
#endif

/* ---- who ran, in what order ---- */

static char notes[512];

static inline void notes_clear(void)
{
    notes[0] = '\0';
}

static inline void note(const char *text)
{
    size_t used = strlen(notes);

    snprintf(notes + used, sizeof notes - used, "%s", text);
}

/* A green thread, or a callback, that only leaves a note. */
static inline int note_it(void *text)
{
    note(text);
    return 0;
}

/* ---- green threads ---- */

static inline eventlet_greenthread *spawn(eventlet_fn *fn, void *arg)
{
    eventlet_greenthread *gt = NULL;

    CHECK_OK(eventlet_spawn(&gt, fn, arg));
    return gt;
}

static inline int return_it(void *code)
{
    return *(int *)code;
}

static inline int sleep_it(void *seconds)
{
    return eventlet_sleep(*(double *)seconds);
}

static inline int sleep_long(void *arg)
{
    (void)arg;
    return eventlet_sleep(1000);
}

/* ---- the hub ---- */

static inline double now(void)
{
    return eventlet_hub_clock(eventlet_hubs_get_hub());
}

static inline size_t timers(void)
{
    return eventlet_hub_get_timers_count(eventlet_hubs_get_hub());
}

static inline size_t readers(void)
{
    return eventlet_hub_get_readers(eventlet_hubs_get_hub());
}

static inline size_t writers(void)
{
    return eventlet_hub_get_writers(eventlet_hubs_get_hub());
}

/* Has fn(arg) called in the hub on its next pass. */
static inline void call_in_hub(eventlet_hub_fn *fn, void *arg)
{
    CHECK_OK(eventlet_hub_schedule_call_global(NULL, eventlet_hubs_get_hub(), 0,
                                               fn, arg));
}

/* ---- what the library says ---- */

static struct {
    int lines;
    char text[2048];
} logged;

static inline void log_line(void *arg, enum eventlet_level level,
                            const char *line)
{
    size_t used = strlen(logged.text);

    (void)arg;
    if (level < EVENTLET_WARNING)
        return;
    logged.lines++;
    snprintf(logged.text + used, sizeof logged.text - used, "%s\n", line);
}

static inline void log_catch(void)
{
    logged.lines = 0;
    logged.text[0] = '\0';
    eventlet_log_to(log_line, NULL);
}

static inline void log_let_go(void)
{
    eventlet_log_to(NULL, NULL);
}

#endif
