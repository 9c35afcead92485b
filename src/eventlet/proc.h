/* SPDX-License-Identifier: MIT */
/* Procs: things that end once, with a value or a code, and tell those who are
 * linked to them. eventlet.proc, after Erlang's processes.
 *
 * A proc that is spawned is a green thread and ends as its function does; one
 * made by eventlet_proc_source_new ends when somebody says so.
 *
 * It belongs to the OS thread that made it; another one is refused with
 * -EPERM. */
#ifndef EVENTLET_PROC_H
#define EVENTLET_PROC_H

#include <stdbool.h>
#include <stddef.h>

#include "errors.h"
#include "event.h"
#include "export.h"
#include "greenthread.h"
#include "queue.h"

EVENTLET_DECLS

typedef struct eventlet_proc eventlet_proc;

/* The ends that a link is for. */
enum eventlet_proc_end {
    EVENTLET_PROC_ANY,
    EVENTLET_PROC_VALUE,     /* but not a code: link_value */
    EVENTLET_PROC_EXCEPTION, /* but not a value: link_exception */
};

/* ---- making ---- */

/* Returns   0 or -ENOMEM.
 * Owns      *p is the caller's.
 * Spec      proc.1 */
EVENTLET_API int eventlet_proc_source_new(eventlet_proc **p)
    EVENTLET_MUST_CHECK;

/* Runs fn(arg) in a green thread, from the next pass on. Its result is the
 * proc's end: zero or more the value, as a number in a pointer; negative the
 * code.
 * Returns   0, -ENOMEM, or why there is no hub.
 * Owns      *p is the caller's.
 * Spec      proc.2 */
EVENTLET_API int eventlet_proc_spawn(eventlet_proc **p, eventlet_fn *fn,
                                     void *arg) EVENTLET_MUST_CHECK;

/* The same, and links the caller to it. Spec proc.9 */
EVENTLET_API int eventlet_proc_spawn_link(eventlet_proc **p, eventlet_fn *fn,
                                          void *arg, enum eventlet_proc_end end)
    EVENTLET_MUST_CHECK;

/* Drops its links. Who waits gets EVENTLET_CLOSED; the green thread goes on.
 * NULL is allowed.
 * Spec      proc.15 */
EVENTLET_API void eventlet_proc_free(eventlet_proc *p);

/* ---- its end ---- */

/* Ends one that was not spawned, with a value; with a code.
 * Returns   0, EVENTLET_ALREADY_SENT, -EPERM; -EINVAL for one that was spawned
 *           or for a code that is none.
 * Switches  never; fine in the hub.
 * Spec      proc.1 */
EVENTLET_API int eventlet_proc_send(eventlet_proc *p, void *value);
EVENTLET_API int eventlet_proc_send_exception(eventlet_proc *p, int code);

/* As eventlet_event_wait and its kin.
 * Spec      proc.3 */
EVENTLET_API int eventlet_proc_wait(eventlet_proc *p,
                                    void **value) EVENTLET_MUST_CHECK;
EVENTLET_API int eventlet_proc_wait_timeout(eventlet_proc *p, void **value,
                                            double seconds) EVENTLET_MUST_CHECK;
EVENTLET_API int eventlet_proc_poll(const eventlet_proc *p, void **value);
EVENTLET_API bool eventlet_proc_ready(const eventlet_proc *p);
EVENTLET_API bool eventlet_proc_has_value(const eventlet_proc *p);
EVENTLET_API bool eventlet_proc_has_exception(const eventlet_proc *p);

/* As eventlet_kill; nothing for one that was not spawned.
 * Spec      proc.4 */
EVENTLET_API int eventlet_proc_kill(eventlet_proc *p, int code);

/* Returns   the green thread of one that was spawned and has not ended; else
 *           NULL. Borrowed. */
EVENTLET_API eventlet_greenthread *eventlet_proc_greenthread(
    const eventlet_proc *p);

/* ---- links ---- */

/* A negative result is logged, and keeps nobody else from being told. */
typedef int eventlet_proc_fn(eventlet_proc *p, void *arg);

/* Whom to tell when it has ended, on the pass after that; if it has ended
 * already, on the next one. Each is told once, in the order of linking:
 *     fn           is called in the hub;
 *     event        is sent the value or the code;
 *     queue        is put the proc itself, without waiting;
 *     greenthread  (NULL: the caller) is thrown EVENTLET_LINKED_COMPLETED,
 *                  _FAILED, or _KILLED if the code was EVENTLET_EXIT.
 * What is linked must live until it was told or unlinked, but for a green
 * thread, which may end.
 * Returns   0, -ENOMEM, -EPERM; EVENTLET_IN_HUB for the caller in the hub.
 * Spec      proc.5 … proc.11 */
EVENTLET_API int eventlet_proc_link(eventlet_proc *p,
                                    enum eventlet_proc_end end,
                                    eventlet_proc_fn *fn, void *arg);
EVENTLET_API int eventlet_proc_link_event(eventlet_proc *p,
                                          enum eventlet_proc_end end,
                                          eventlet_event *event);
EVENTLET_API int eventlet_proc_link_queue(eventlet_proc *p,
                                          enum eventlet_proc_end end,
                                          eventlet_queue *queue);
EVENTLET_API int eventlet_proc_link_greenthread(eventlet_proc *p,
                                                enum eventlet_proc_end end,
                                                eventlet_greenthread *gt);

/* Takes out the first link with that function and argument; to that event,
 * queue or green thread (NULL: the caller).
 * Returns   whether there was one: it will not be told.
 * Spec      proc.12 */
EVENTLET_API bool eventlet_proc_unlink(eventlet_proc *p, eventlet_proc_fn *fn,
                                       void *arg);
EVENTLET_API bool eventlet_proc_unlink_from(eventlet_proc *p,
                                            const void *listener);

/* ---- several ---- */

/* Waits for all; values may be NULL. Each is set when its proc has ended, also
 * if the call fails later.
 * Returns   0, or the code of the first to end with one, without waiting for
 *           the rest; what was thrown, -ENOMEM, EVENTLET_CLOSED if one is freed
 *           meanwhile, EVENTLET_IN_HUB, -EPERM.
 * Spec      proc.13 */
EVENTLET_API int eventlet_proc_waitall(eventlet_proc *const *procs, size_t n,
                                       void **values) EVENTLET_MUST_CHECK;

/* Throws `code` (negative; 0 is EVENTLET_EXIT) into all that run, the caller
 * included, without waiting for their ends.
 * Returns   0; -EINVAL for a code > 0, -EPERM: then nobody is thrown at.
 * Switches  never.
 * Spec      proc.14 */
EVENTLET_API int eventlet_proc_killall(eventlet_proc *const *procs, size_t n,
                                       int code);

EVENTLET_DECLS_END

#endif
