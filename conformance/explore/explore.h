/* SPDX-License-Identifier: MIT */
/* explore.h - what models and scenarios of the explorer are written with.
 *
 * A model is some objects of the library, the verbs that use them, and a plain
 * account of what must be so. A scenario lets a few green threads say verbs;
 * the explorer runs it under every schedule. See README.md. */
#ifndef EXPLORE_H
#define EXPLORE_H

#include <stdbool.h>
#include <stddef.h>

enum {
    EXPLORE_THREADS = 10, /* of a program, members of pools included */
    EXPLORE_STEPS = 8,    /* of a thread */
    EXPLORE_NUMBERS = 4,  /* that a model begins with */
    EXPLORE_MODELS = 6,   /* of a program */
    EXPLORE_CHOICES = 400 /* of a schedule */
};

/* Who overtakes whom is looked at among those inside verbs of one line. */
enum explore_order {
    EXPLORE_ANYHOW,
    EXPLORE_WAITERS, /* of those who wait, the first comes out first */
    EXPLORE_STRICT,  /* and nobody who comes later gets in before them */
};

struct explore_verb {
    const char *name;
    void (*run)(int n); /* n: what stands behind the colon, or 0. NULL: it
                           frees what there is */

    /* At rest: whether it is right that `who` still waits in it. NULL: never.
     */
    bool (*may_wait)(int who);

    const char *line; /* NULL: stands in none */
    enum explore_order order;

    bool gives_back; /* said also by one that was killed, ungated */
    bool in_hub;     /* never waits, so that the hub may say it */
    bool timed;      /* may end with EVENTLET_TIMEOUT by itself */
    bool finishes;   /* may be over when the kill comes: then that comes out of
                        the next wait */
};

struct explore_model {
    const char *name;
    const struct explore_verb *verbs; /* ended by one without a name */
    void (*begin)(const int *with);
    bool (*is_closed)(void); /* its objects are freed: no verbs any more but
                                those that give back */
    void (*check)(void);     /* after each verb, and at each pass */
    void (*rest)(void);      /* nobody goes on any more; may be NULL */
    void (*free)(void);      /* what a verb that frees does; NULL: as close */
    void (*close)(void);     /* frees what is left: who waits gets
                            EVENTLET_CLOSED */
};

/* As a table of them: { "queue_one", &explore_queue, { 1 }, "put | get", 1 }. A
 * bar begins the next thread; `hub:` in front lets the hub itself say it. */
struct explore_scenario {
    const char *name;
    const struct explore_model *model;
    int with[EXPLORE_NUMBERS];
    const char *script;
    int throws; /* kills and timeouts in a schedule at most */
};

/* ---- for verbs ---- */

/* Who is saying the verb: a number below EXPLORE_THREADS. */
int explore_me(void);

/* Around the one call of the library that a verb makes. `closed`: whether the
 * object was freed, be it meanwhile. */
void explore_enter(void);
void explore_leave(int rc, bool closed);
/* The same, but who came first says nothing about it. */
void explore_leave_anyhow(int rc, bool closed);

/* What the call gave is 0, was thrown, says that it was freed, or is `own`. */
void explore_expect(int rc, int own);

/* Whether the call that was left had given way. */
bool explore_waited(void);

/* Whether who has been killed and does not know yet. */
bool explore_is_killed(int who);

/* Before `who` came this one, which is still inside a verb of the same line. */
bool explore_is_before(int who, int than);

/* Whether it is inside a verb, and called what. */
bool explore_is_inside(int who, const char *verb);

/* In a function that the library calls: a gate of its own. Returns 0, or what
 * was thrown there. */
int explore_pause(void);

/* A green thread that the library made takes a name, waits at a gate, where it
 * may be killed, and loses the name again. Returns what was thrown, or 0. */
int explore_member(void);

/* It is not so. Prints why, the steps, and how to see it again; no return. */
void explore_fail(const char *format, ...)
    __attribute__((format(printf, 1, 2), noreturn));

#define EXPLORE_SAME(got, want)                                                \
    explore_same((long)(got), (long)(want), #got, #want)
void explore_same(long got, long want, const char *got_text,
                  const char *want_text);

/* ---- the models ---- */

extern const struct explore_model explore_queue;
extern const struct explore_model explore_semaphore;
extern const struct explore_model explore_event;
extern const struct explore_model explore_lock;
extern const struct explore_model explore_pool;
extern const struct explore_model explore_greenpool;
extern const struct explore_model explore_greenpile;

/* ---- the scenarios: tables that end with one without a name ---- */

extern const struct explore_scenario explore_queue_scenarios[];
extern const struct explore_scenario explore_semaphore_scenarios[];
extern const struct explore_scenario explore_event_scenarios[];
extern const struct explore_scenario explore_lock_scenarios[];
extern const struct explore_scenario explore_pool_scenarios[];

#endif
