/* SPDX-License-Identifier: MIT */
/* run.h - between check.cc and the C files of this folder. */
#ifndef CHECK_RUN_H
#define CHECK_RUN_H

#include "check.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Once, before the first test. */
void check__prepare(void);

/* Runs the test and everything that is demanded of it afterwards; `name` is
 * for messages, `hub` the kind of hub, "" for none. */
void check__run(const struct check_test *test, const char *name,
                const char *hub);

/* Tells googletest. */
void check__record(const char *file, int line, const char *message);

/* Runs body(arg) in a green thread on a fresh hub of that kind and takes the
 * hub down. Returns what the body returned, or why it could not be run. */
int check__on_fresh_hub(const char *hub, int (*body)(void *), void *arg);

#ifdef __cplusplus
}
#endif

#endif
