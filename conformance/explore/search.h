/* SPDX-License-Identifier: MIT */
/* search.h - all schedules of a scenario, one after the other. */
#ifndef EXPLORE_SEARCH_H
#define EXPLORE_SEARCH_H

#include "engine.h"

struct explore_totals {
    long schedules;
    long choices;    /* made in them */
    long injections; /* schedules with a kill or a timeout */
    long drawn;      /* of the schedules at random, after a limit */
    bool capped;
};

/* Depth first. After `most` (0: no limit) as many more are drawn at random, as
 * the first ones are all alike; the same ones each time. */
struct explore_totals explore_all(const struct explore_program *program,
                                  long most);

/* The one that the text says: numbers with dots between. */
void explore_again(const struct explore_program *program, const char *choices);

#endif
