/* SPDX-License-Identifier: MIT */
/* What the scenarios of pools share. */
#ifndef ORACLE_POOL_H
#define ORACLE_POOL_H

#include "support.h"

/* A member that tells when it starts and ends. */
struct task {
    const char *name;
    double seconds;
    int result;
};

int task(void *task);

/* Spawns from a thread of its own, and tells when it could. */
struct spawner {
    eventlet_greenpool *pool;
    const char *who;
    struct task task;
};

int spawns(void *spawner);

eventlet_greenpool *pool_of(int size);
void tell_counts(eventlet_greenpool *pool);
void pool_run(eventlet_greenpool *pool, eventlet_fn *fn, const void *arg);
eventlet_greenthread *pool_spawn(eventlet_greenpool *pool, eventlet_fn *fn,
                                 const void *arg);
/* Says in main how the thread ended. */
void tell_end(eventlet_greenthread *gt);
/* A thread's function. */
int waits_for_all(void *pool);

#endif
