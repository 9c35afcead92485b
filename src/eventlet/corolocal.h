/* SPDX-License-Identifier: MIT */
/* Values of which each green thread has its own.
 *
 * A key stands for one value and any number of named attributes in each green
 * thread that touches it. Main and the hub itself, in whose name callbacks run,
 * have theirs as well. A key belongs to the OS thread that made it. */
#ifndef EVENTLET_COROLOCAL_H
#define EVENTLET_COROLOCAL_H

#include <stddef.h>
#include <stdint.h>

#include "export.h"

EVENTLET_DECLS

typedef struct eventlet_local eventlet_local;

/* Makes the value of the calling green thread, at its first touch of the key,
 * whichever call that is. May switch. What it fails with comes out of that
 * call, and the next touch tries again. */
typedef int eventlet_local_init_fn(void *arg, void **value);

/* Called once for each value but NULL, when nobody has it any more; must not
 * switch. In the green thread that ends, replaces or deletes it, or in the
 * caller of eventlet_local_free or of eventlet_hubs_drop. */
typedef void eventlet_local_destroy_fn(void *arg, void *value);

/* init: default none, values are NULL at first. destroy: default none.
 * Returns   0 or -ENOMEM.
 * Owns      *key is the caller's.
 * Spec      corolocal.1 … corolocal.4 */
EVENTLET_API int eventlet_local_new(eventlet_local **key,
                                    eventlet_local_init_fn *init,
                                    eventlet_local_destroy_fn *destroy,
                                    void *arg) EVENTLET_MUST_CHECK;

/* Destroys the values that green threads still have. NULL is allowed.
 * Spec      corolocal.10 corolocal.11 */
EVENTLET_API void eventlet_local_free(eventlet_local *key);

/* All that follow return also what init failed with, -ENOMEM at the first
 * touch, -EPERM for a key of another OS thread, and EVENTLET_CLOSED for a first
 * touch while the green thread's values are being destroyed. They switch only
 * if init does. */

/* Returns   0.
 * Owns      *value stays the key's.
 * Spec      corolocal.1 */
EVENTLET_API int eventlet_local_get(eventlet_local *key,
                                    void **value) EVENTLET_MUST_CHECK;

/* Destroys the former value, if it is another.
 * Returns   0.
 * Owns      value is the key's from now on.
 * Spec      corolocal.5 */
EVENTLET_API int eventlet_local_set(eventlet_local *key,
                                    void *value) EVENTLET_MUST_CHECK;

/* Destroys the value and forgets the attributes, as if this green thread had
 * not touched the key yet.
 * Returns   0, -ENOENT if it has not, -EBUSY in its init.
 * Spec      corolocal.6 */
EVENTLET_API int eventlet_local_delete(eventlet_local *key);

/* Sets an attribute; the name is copied.
 * Returns   0 or -ENOMEM, and then it is as before.
 * Owns      what value points to stays the caller's.
 * Spec      corolocal.12 */
EVENTLET_API int eventlet_local_setattr(eventlet_local *key, const char *name,
                                        void *value) EVENTLET_MUST_CHECK;

/* Returns   0, -ENOENT if there is none of that name.
 * Spec      corolocal.12 */
EVENTLET_API int eventlet_local_getattr(eventlet_local *key, const char *name,
                                        void **value) EVENTLET_MUST_CHECK;
/* Returns   0, -ENOENT.
 * Spec      corolocal.12 */
EVENTLET_API int eventlet_local_delattr(eventlet_local *key, const char *name);

/* Calls fn for each attribute of the caller, in the order in which they were
 * first set, until it returns other than 0. It may set attributes, and delete
 * the one it was called for, but no other; it must not switch.
 * Returns   0, or what fn returned.
 * Spec      corolocal.13 */
EVENTLET_API int eventlet_local_each(eventlet_local *key,
                                     int (*fn)(const char *name, void *value,
                                               void *arg),
                                     void *arg);

/* Returns   a number that no other green thread has meanwhile, whichever OS
 *           thread it is of; the hub has one, too. 0 if there can be no hub.
 * Spec      corolocal.14 */
EVENTLET_API uintptr_t eventlet_corolocal_get_ident(void);

EVENTLET_DECLS_END

#endif
