/* SPDX-License-Identifier: MIT */
/* inside.h - what the files of the engine know of a run. */
#ifndef EXPLORE_INSIDE_H
#define EXPLORE_INSIDE_H

#include "engine.h"

#include "core/greenthread.h"
#include "eventlet.h"

enum explore_state {
    EXPLORE_GATED,    /* waits until the explorer lets it go on */
    EXPLORE_RELEASED, /* is about to */
    EXPLORE_RUNNING,  /* between two verbs, or at their beginning */
    EXPLORE_INSIDE,   /* in a call of the library */
    EXPLORE_ENDED,
};

struct explore_thread {
    char name[12];
    enum explore_state state;
    eventlet_greenthread *gt; /* NULL: the hub itself */
    const struct explore_script *script;
    int at;                            /* the next step */
    const struct explore_model *model; /* the verb's */
    const struct explore_verb *verb;
    int n;
    bool in_call;     /* of the library; be it at a gate within */
    bool killed;      /* and does not know yet */
    bool unwinding;   /* it knows */
    bool waited;      /* its last call had given way */
    uint64_t arrival; /* of the call */
    uint64_t seen;    /* how much had happened then */
    struct eventlet_timeout guard;
};

/* A call is guarded by a timeout that is due after everything else, unless the
 * explorer lets it fall due. */
#define EXPLORE_FAR_SECONDS 9e8
#define EXPLORE_FAR_NS      ((int64_t)1 << 59)

enum explore_event {
    EXPLORE_SAY,
    EXPLORE_DONE,
    EXPLORE_GO,
    EXPLORE_KILL,
    EXPLORE_THROW,
    EXPLORE_TIMEOUT,
    EXPLORE_KILLER,
    EXPLORE_CLOCK,
    EXPLORE_REST,
    EXPLORE_CLOSE,
};

struct explore_entry {
    enum explore_event event;
    const struct explore_thread *thread;
    const struct explore_verb *verb;
    int n;
};

enum { EXPLORE_ENTRIES = 4 * EXPLORE_CHOICES };

struct explore_run {
    const struct explore_program *program;
    explore_choose_fn *choose;
    void *arg;
    eventlet_hub *hub;
    struct explore_thread threads[EXPLORE_THREADS];
    int count;
    uint64_t happened; /* passes and calls */
    bool closing;      /* all is freed: no choices any more */
    int throws;        /* kills and timeouts that came */
    int passes;
    unsigned char made[EXPLORE_CHOICES];
    int made_count;
    struct explore_entry entries[EXPLORE_ENTRIES];
    int entry_count;
};

extern struct explore_run explore_now;

/* ---- log.c ---- */

void explore_log(enum explore_event event, const struct explore_thread *thread,
                 int n);

/* ---- run.c ---- */

/* The one that runs, or whose verb the hub is saying. */
struct explore_thread *explore_current(void);

/* Lets the hub say its next verb. */
void explore_say_in_hub(struct explore_thread *t);

void explore_check(void);

/* ---- schedule.c ---- */

/* Makes the hub look at each pass, and the explorer with it. */
void explore_hub_open(void);
void explore_hub_close(void);

/* Waits until nobody goes on any more. In main only. */
void explore_wait_for_rest(void);

#endif
