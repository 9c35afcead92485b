/* SPDX-License-Identifier: MIT */
/* What the scenarios of dagpools share: values are numbers. */
#ifndef ORACLE_DAG_H
#define ORACLE_DAG_H

#include <stdint.h>

#include "support.h"

eventlet_dagpool *dag_new(void);

void *boxed(intptr_t n);
int unboxed(const void *value);

int dag_post(eventlet_dagpool *pool, const char *key, int n, bool replace);
eventlet_dagpool_results *dag_each(eventlet_dagpool *pool,
                                   const char *const *keys, size_t n);

/* A code or a number, in words. */
void dag_tell(const char *who, int rc);
void dag_tell_getitem(const char *who, eventlet_dagpool *pool, const char *key);
void dag_tell_get(eventlet_dagpool *pool, const char *key, int otherwise);
/* All that comes, up to the end or to what else it is. */
void dag_drain(const char *who, eventlet_dagpool_results *results);
void dag_tell_state(eventlet_dagpool *pool);
void dag_tell_lacks(eventlet_dagpool *pool); /* what x lacks */

#endif
