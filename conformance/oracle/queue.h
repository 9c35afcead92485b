/* SPDX-License-Identifier: MIT */
/* What the scenarios of queues share. */
#ifndef ORACLE_QUEUE_H
#define ORACLE_QUEUE_H

#include "support.h"

/* The items are numbers. Sizes as in eventlet. */
eventlet_queue *queue_of(int size);
void tell_queue(eventlet_queue *q);

/* The item, or the code. */
long get(eventlet_queue *q);
long get_nowait(eventlet_queue *q);
long get_within(eventlet_queue *q, double seconds);
int put(eventlet_queue *q, long n);
int put_nowait(eventlet_queue *q, long n);
int put_within(eventlet_queue *q, long n, double seconds);

/* A thread that gets so many, and tells each; that puts so many. */
eventlet_greenthread *gets(eventlet_queue *q, const char *who, int count);
eventlet_greenthread *gets_within(eventlet_queue *q, const char *who,
                                  double seconds);
eventlet_greenthread *puts_from(eventlet_queue *q, const char *who, int first,
                                int count);

#endif
