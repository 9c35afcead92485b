/* SPDX-License-Identifier: MIT */
/* Keys under test: values are names, noted when they are destroyed. */
#ifndef CONFORMANCE_SYNC_COROLOCAL_H
#define CONFORMANCE_SYNC_COROLOCAL_H

#include "check.h"
#include "eventlet.h"
#include "sync/notes.h"

__attribute__((unused)) static void note_end(void *prefix, void *value)
{
    if (prefix)
        note(prefix);
    note(value);
}

/* A key without init, whose values are noted at their end. */
__attribute__((unused)) static eventlet_local *named_key(const char *prefix)
{
    eventlet_local *key = NULL;

    notes();
    CHECK_CODE(
        eventlet_local_new(&key, NULL, note_end, (void *)(uintptr_t)prefix), 0);
    return key;
}

/* What the caller has; NULL if it cannot be had. */
__attribute__((unused)) static const char *mine(eventlet_local *key)
{
    void *value = NULL;

    CHECK_CODE(eventlet_local_get(key, &value), 0);
    return value;
}

__attribute__((unused)) static void make_mine(eventlet_local *key,
                                              const char *value)
{
    CHECK_CODE(eventlet_local_set(key, (void *)(uintptr_t)value), 0);
}

/* A green thread that has a value, and keeps it for a second. */
struct owner {
    eventlet_local *key;
    const char *name;
    eventlet_greenthread *gt;
};

__attribute__((unused)) static int own(void *arg)
{
    struct owner *o = arg;
    int rc;

    CHECK_PTR(mine(o->key), NULL);
    make_mine(o->key, o->name);
    rc = eventlet_sleep(1);
    if (rc == 0)
        CHECK_STR(mine(o->key), o->name);
    return rc;
}

__attribute__((unused)) static void owner(struct owner *o, eventlet_local *key,
                                          const char *name)
{
    *o = (struct owner){ key, name, NULL };
    CHECK_CODE(eventlet_spawn(&o->gt, own, o), 0);
    let_others_run();
}

__attribute__((unused)) static void call_in_hub(eventlet_hub_fn *fn, void *arg)
{
    CHECK_CODE(eventlet_hub_schedule_call_global(NULL, eventlet_hubs_get_hub(),
                                                 0, fn, arg),
               0);
    clock_advance(0.1);
}

#endif
