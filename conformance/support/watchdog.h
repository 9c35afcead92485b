/* SPDX-License-Identifier: MIT */
/* watchdog.h - no test hangs for ever, and none dies without a name. */
#ifndef CHECK_WATCHDOG_H
#define CHECK_WATCHDOG_H

/* Takes over SIGALRM, and the signals of a crash where no sanitizer does. */
void watchdog_prepare(void);

/* Gives the test of that name a minute (CHECK_SECONDS in the environment says
 * another number, 0 means for ever). NULL ends the watch. */
void watchdog_watch(const char *name);

/* What is being tried now, for the last words: a string that stays, even if
 * its letters change. The time begins anew. */
void watchdog_note(const char *note);

#endif
