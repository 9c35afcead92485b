/* SPDX-License-Identifier: MIT */
/* engine.h - programs, and running one under one schedule. */
#ifndef EXPLORE_ENGINE_H
#define EXPLORE_ENGINE_H

#include "explore.h"

#include <stdint.h>

struct explore_step {
    const struct explore_model *model;
    const struct explore_verb *verb;
    int n;
};

struct explore_script {
    struct explore_step steps[EXPLORE_STEPS];
    int count;
    bool in_hub;
};

struct explore_program {
    const char *name;
    const struct explore_model *models[EXPLORE_MODELS];
    int with[EXPLORE_MODELS][EXPLORE_NUMBERS];
    int model_count;
    struct explore_script scripts[EXPLORE_THREADS];
    int script_count;
    int throws; /* kills and timeouts in a run at most */
};

/* Decides: a number below `of`, which is at least 2. */
typedef int explore_choose_fn(void *arg, int of);

struct explore_result {
    int choices;
    bool injected; /* a kill or a timeout */
};

/* Makes the hub, for all that is to be run. */
void explore_open(void);
void explore_close(void);

/* Runs it once. Whatever is wrong ends in explore_fail. */
struct explore_result explore_run(const struct explore_program *program,
                                  explore_choose_fn *choose, void *arg);

/* Prints each step as it is made. */
void explore_be_loud(void);

/* What dies of a signal says so in the same way. */
void explore_watch_signals(void);

/* What explore_fail does at last; by default _exit(1). */
void explore_on_failure(void (*fn)(void));

/* Turns words into a program. Complains and exits if they make no sense. */
void explore_parse(struct explore_program *program,
                   const struct explore_scenario *scenario);

#endif
