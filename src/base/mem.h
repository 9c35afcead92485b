/* SPDX-License-Identifier: MIT */
/* For our own files: memory through the allocator hook, and the counters. */
#ifndef EVENTLET_BASE_MEM_H
#define EVENTLET_BASE_MEM_H

#include "eventlet/mem.h"

/* NULL when out of memory. Zeroed. */
void *eventlet__alloc(size_t size);
/* As realloc; old stays valid on failure. What is new is not zeroed. */
void *eventlet__resize(void *old, size_t size);
void eventlet__free(void *block); /* NULL is allowed */

/* This OS thread's counters. */
extern __thread struct eventlet_live eventlet__live
    __attribute__((tls_model("initial-exec")));

#define EVENTLET__BORN(kind) ((void)eventlet__live.kind++)
#define EVENTLET__DIED(kind) ((void)eventlet__live.kind--)

#endif
