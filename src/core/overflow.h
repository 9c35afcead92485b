/* SPDX-License-Identifier: MIT */
/* Naming the green thread whose stack has overflowed. */
#ifndef EVENTLET_CORE_OVERFLOW_H
#define EVENTLET_CORE_OVERFLOW_H

/* From now on, in this OS thread, an access to a guard page prints whose stack
 * it was before the process dies of it. Does nothing where the program has a
 * handler of its own for SIGSEGV. */
void eventlet__overflow_watch(void);

/* The OS thread ends: gives back what watching took. */
void eventlet__overflow_unwatch(void);

#endif
