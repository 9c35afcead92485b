/* SPDX-License-Identifier: MIT */
/* Green threads: functions that run on stacks of their own and give way to
 * each other only where they wait.
 *
 * A call that can switch returns >= 0, or the negative code that it failed with
 * or that was thrown into it there. It is delivered once, to that call. */
#ifndef EVENTLET_GREENTHREAD_H
#define EVENTLET_GREENTHREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "errors.h"
#include "export.h"

EVENTLET_DECLS

typedef struct eventlet_greenthread eventlet_greenthread;

/* A negative result is the uncaught exception: every waiter gets it, and it is
 * logged unless it is EVENTLET_EXIT. */
typedef int eventlet_fn(void *arg);

/* Makes a green thread that calls fn(arg) on the hub's next pass, in the order
 * of spawning, never before the caller yields. What arg points to must outlive
 * it: see eventlet_reap and eventlet_spawn_copy.
 * Returns   0, -ENOMEM, or why the hub could not be made.
 * Owns      *gt (if gt is not NULL) is the caller's: one of eventlet_release,
 *           eventlet_reap gives it back. With NULL nobody holds it.
 * Spec      greenthread.1 greenthread.2 */
EVENTLET_API int eventlet_spawn(eventlet_greenthread **gt, eventlet_fn *fn,
                                void *arg);

/* The same, cheaper: its result is dropped, so it cannot be waited for or
 * linked to; it can be killed.
 * Spec      greenthread.3 */
EVENTLET_API int eventlet_spawn_n(eventlet_greenthread **gt, eventlet_fn *fn,
                                  void *arg);

/* As eventlet_spawn, with a copy of `size` bytes at arg (at most 1,024, aligned
 * as malloc does) that lives as long as the green thread runs.
 * Returns   also -E2BIG.
 * Spec      greenthread.4 */
EVENTLET_API int eventlet_spawn_copy(eventlet_greenthread **gt, eventlet_fn *fn,
                                     const void *arg, size_t size);

/* As eventlet_spawn, but starts after `seconds`. The local one does not start
 * if its spawner is dead by then (a waiter then waits for ever).
 * Spec      greenthread.5 greenthread.6 */
EVENTLET_API int eventlet_spawn_after(eventlet_greenthread **gt, double seconds,
                                      eventlet_fn *fn, void *arg);
EVENTLET_API int eventlet_spawn_after_local(eventlet_greenthread **gt,
                                            double seconds, eventlet_fn *fn,
                                            void *arg);

/* Lets others run; comes back after at least `seconds`. sleep(0) is the
 * cooperative yield; in the hub itself it does nothing.
 * Returns   0, what was thrown, EVENTLET_IN_HUB for seconds > 0 in the hub,
 *           -EINVAL for not-a-number.
 * Spec      greenthread.7 greenthread.8 greenthread.28 */
EVENTLET_API int eventlet_sleep(double seconds);

/* Returns   the one now running, main included; NULL in the hub. Borrowed.
 * Spec      greenthread.9 */
EVENTLET_API eventlet_greenthread *eventlet_getcurrent(void);

/* Throws `code` (negative; 0 is EVENTLET_EXIT) into gt: the call it waits in
 * returns it, at once; the caller goes on in the next pass. One that has not
 * started never runs its function. The dead are left alone, without yielding.
 * A request, not a join: gt may catch the code and wait for something else.
 * Returns   0, -EINVAL for a code > 0, -EPERM for one of another OS thread, or
 *           what is thrown into the caller; its own code for itself.
 * Spec      greenthread.10 … greenthread.16, 26, 35, 37 */
EVENTLET_API int eventlet_kill(eventlet_greenthread *gt, int code);

/* Kills what has not started yet; else does nothing, without yielding.
 * Spec      greenthread.17 */
EVENTLET_API int eventlet_cancel(eventlet_greenthread *gt, int code);

/* Waits for the end. Any number of waiters, any number of times.
 * Returns   what the function returned, or what it was killed with; or what is
 *           thrown into the waiter itself.
 * Spec      greenthread.18 greenthread.19 */
EVENTLET_API int eventlet_wait(eventlet_greenthread *gt) EVENTLET_MUST_CHECK;

/* Called at the end of gt, in its own context and in the order of linking,
 * before its waiters go on. */
typedef void eventlet_link_fn(eventlet_greenthread *gt, void *arg);

/* A finished one calls back at once.
 * Returns   0, -ENOMEM, -EINVAL for one made by spawn_n.
 * Spec      greenthread.20 greenthread.21 greenthread.23 greenthread.39 */
EVENTLET_API int eventlet_link(eventlet_greenthread *gt, eventlet_link_fn *fn,
                               void *arg);

/* Returns   whether a link with this very fn and arg was there; it is gone.
 * Spec      greenthread.22 */
EVENTLET_API bool eventlet_unlink(eventlet_greenthread *gt,
                                  eventlet_link_fn *fn, void *arg);

/* Kills if alive, waits to the end whatever happens, and releases: what makes
 * arguments on the caller's stack safe. What is thrown at the caller meanwhile
 * is thrown again, at its next wait. NULL is allowed.
 * Returns   as eventlet_wait.
 * Spec      greenthread.24 */
EVENTLET_API int eventlet_reap(eventlet_greenthread *gt);

/* Gives a handle back; the green thread goes on. NULL is allowed. */
EVENTLET_API void eventlet_release(eventlet_greenthread *gt);
/* One more handle on the same. Returns gt. */
EVENTLET_API eventlet_greenthread *eventlet_retain(eventlet_greenthread *gt);

EVENTLET_API bool eventlet_dead(const eventlet_greenthread *gt);
EVENTLET_API bool eventlet_started(const eventlet_greenthread *gt);
EVENTLET_API uint64_t eventlet_id(const eventlet_greenthread *gt);

/* Stacks of green threads to come hold this many bytes (rounded up to pages;
 * default 64 KiB, or $EVENTLET_STACK_SIZE).
 * Returns   0, or -EINVAL outside 16 KiB … 1 GiB.
 * Spec      stack.1 */
EVENTLET_API int eventlet_set_stack_size(size_t bytes);

EVENTLET_DECLS_END

#endif
