/* SPDX-License-Identifier: MIT */
/* What happened, in order, as one line of words; and things for threads to do.
 */
#ifndef CONFORMANCE_SYNC_NOTES_H
#define CONFORMANCE_SYNC_NOTES_H

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "eventlet.h"

static char notes_text[4096];

__attribute__((unused)) static void note(const char *word)
{
    size_t len = strlen(notes_text);

    snprintf(notes_text + len, sizeof notes_text - len, "%s%s", len ? " " : "",
             word);
}

__attribute__((unused)) static void note_number(int n)
{
    char word[16];

    snprintf(word, sizeof word, "%d", n);
    note(word);
}

/* What was noted since the last time. */
__attribute__((unused)) static const char *notes(void)
{
    static char copy[sizeof notes_text];

    strcpy(copy, notes_text);
    notes_text[0] = '\0';
    return copy;
}

/* ---- what green threads do here ---- */

__attribute__((unused)) static int say(void *word)
{
    note(word);
    return 0;
}

__attribute__((unused)) static void *number(int n)
{
    return (void *)(intptr_t)n;
}

__attribute__((unused)) static int give(void *n)
{
    return (int)(intptr_t)n;
}

__attribute__((unused)) static int nap(void *arg)
{
    (void)arg;
    return eventlet_sleep(1);
}

/* Sleeps for ten seconds less n, and gives n: later ones end earlier. */
__attribute__((unused)) static int give_backwards(void *n)
{
    int rc = eventlet_sleep(10 - (int)(intptr_t)n);

    return rc < 0 ? rc : (int)(intptr_t)n;
}

__attribute__((unused)) static int say_and_nap(void *word)
{
    note(word);
    return eventlet_sleep(1);
}

/* ---- the log ---- */

static char logged_line[512];
static int logged_lines;

__attribute__((unused)) static void hear_log(void *arg,
                                             enum eventlet_level level,
                                             const char *line)
{
    (void)arg;
    (void)level;
    logged_lines++;
    snprintf(logged_line, sizeof logged_line, "%s", line);
}

__attribute__((unused)) static void catch_log(void)
{
    logged_lines = 0;
    logged_line[0] = '\0';
    eventlet_log_to(hear_log, NULL);
}

__attribute__((unused)) static void release_log(void)
{
    eventlet_log_to(NULL, NULL);
}

#endif
