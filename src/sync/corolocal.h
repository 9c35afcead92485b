/* SPDX-License-Identifier: MIT */
/* What a green thread has under a key, for our own files. */
#ifndef EVENTLET_SYNC_COROLOCAL_H
#define EVENTLET_SYNC_COROLOCAL_H

#include <stdbool.h>

#include "base/list.h"
#include "eventlet/corolocal.h"

struct eventlet__attr {
    struct eventlet__node node;
    void *value;
    char name[];
};

struct eventlet__value {
    struct eventlet__node of_holder;
    struct eventlet__node of_key;
    eventlet_local *key;
    void *data;
    struct eventlet__list attrs; /* in the order of setting */
    bool starting;               /* in init */
};

/* What the caller has, made if need be. Returns 0, or why it has nothing. */
int eventlet__local_touch(struct eventlet__value **out, eventlet_local *key);

#endif
