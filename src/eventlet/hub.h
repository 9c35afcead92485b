/* SPDX-License-Identifier: MIT */
/* The hub: the loop, one per OS thread, that wakes green threads when their
 * time has come or their descriptor is ready. Made on first use. */
#ifndef EVENTLET_HUB_H
#define EVENTLET_HUB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "export.h"
#include "timer.h"

EVENTLET_DECLS

typedef struct eventlet_hub eventlet_hub;
typedef struct eventlet_listener eventlet_listener;
struct event_base; /* libevent's */

enum eventlet_interest {
    EVENTLET_READ = 1,
    EVENTLET_WRITE = 2,
};

/* No limit of time, wherever seconds are asked for. */
#define EVENTLET_NEVER ((double)__builtin_inff())

/* ---- choosing one ---- */
/* Throws this OS thread's hub away, with its timers and listeners, and makes
 * the named one: "epolls", "poll", "selects", "pyevent" (libevent's choice),
 * "sim", or one registered. NULL means $EVENTLET_HUB, or else the default.
 * Returns   0; EVENTLET_UNKNOWN_HUB (the log lists the good names; an empty
 *           name is unknown); EVENTLET_HUB_UNAVAILABLE; EVENTLET_IN_HUB;
 *           -EBUSY when the caller is not the main one, or was not before it
 *           forked; -ENOMEM, -EMFILE.
 * Spec      hub.1 hub.2 hub.3 hub.41 hub.42 */
EVENTLET_API int eventlet_hubs_use_hub(const char *name) EVENTLET_MUST_CHECK;

/* Returns   this OS thread's hub, made now if there was none; NULL if it could
 *           not be made (the log says why). */
EVENTLET_API eventlet_hub *eventlet_hubs_get_hub(void);

/* Returns   the name of the hub that is used when neither the program nor
 *           $EVENTLET_HUB asks for one. Spec hub.6 */
EVENTLET_API const char *eventlet_hubs_get_default_hub(void);

/* Returns   the kind of this OS thread's hub, or NULL without one. */
EVENTLET_API const char *eventlet_hubs_current_name(void);

/* Returns   the names that use_hub takes, best first, ended by NULL. */
EVENTLET_API const char *const *eventlet_hubs_names(void);

/* Runs this OS thread's hub inside a loop of libevent's that the program has
 * already and runs itself; the calling stack is then the hub's own, and may
 * not block. `base` must outlive the hub: see eventlet_hubs_drop.
 * Returns   0, -EBUSY if the thread has a hub, -ENOMEM.
 * Spec      hub.20 hub.21 */
EVENTLET_API int eventlet_hubs_use_base(struct event_base *base)
    EVENTLET_MUST_CHECK;

/* Gives up this OS thread's hub, as the end of the OS thread does. Green
 * threads that have not ended vanish without unwinding.
 * Returns   0, or EVENTLET_IN_HUB / -EBUSY from anywhere but the main stack.
 * Spec      hub.3 hub.43 */
EVENTLET_API int eventlet_hubs_drop(void);

/* A kind of hub of the program's own. All calls come from the hub's own OS
 * thread and must not switch. */
struct eventlet_hub_kind {
    const char *name;

    /* watch reports an edge once and stays until unwatch; without this flag
     * what was reported is watched no longer. */
    bool edge;

    /* Closing a descriptor is enough to unwatch it. */
    bool forgets;

    int (*open)(eventlet_hub *hub, void **state); /* 0 or negative */
    void (*close)(void *state);

    /* From now on fd is watched for `interest`, all of what is wanted, which
     * replaces what was wanted before. -EPERM: always ready (a plain file). */
    int (*watch)(void *state, int fd, int interest);
    void (*unwatch)(void *state, int fd);

    /* Waits for something to become ready, at most timeout_ns (0: does not
     * wait), and tells each by eventlet_hub_ready. 0, or negative (-EINTR is
     * fine). */
    int (*wait)(void *state, int64_t timeout_ns);

    int64_t (*clock)(void *state); /* ns; NULL is CLOCK_MONOTONIC */
};

/* Makes a kind known to use_hub, for the whole process. The struct is kept.
 * Returns   0, -EEXIST for a name in use, -EINVAL for one that is incomplete,
 *           -ENOSPC after sixteen. Spec hub.29 hub.30 */
EVENTLET_API int eventlet_hubs_register(const struct eventlet_hub_kind *kind);

/* For kinds of hubs: fd is ready for `interest`. sticky: it has hung up, has an
 * error or urgent data, so that a short read does not mean that it is drained.
 */
EVENTLET_API void eventlet_hub_ready(eventlet_hub *hub, int fd, int interest,
                                     bool sticky);

/* ---- waiting for a descriptor ---- */
/* Waits until fd can be read or written (one of EVENTLET_READ, EVENTLET_WRITE;
 * not both), at most `seconds`. Leaves no listener and no timer behind.
 * Returns   0; EVENTLET_TIMEOUT after `seconds`; EVENTLET_SECOND_READER or
 *           _WRITER; EVENTLET_CLOSED when fd is closed or its number recycled
 *           meanwhile; EVENTLET_IN_HUB; -EINVAL; or what was thrown.
 * Switches  always, but for a plain file.
 * Spec      hub.10 … hub.16, 34, 35, 36 */
EVENTLET_API int eventlet_hubs_trampoline(int fd, enum eventlet_interest what,
                                          double seconds) EVENTLET_MUST_CHECK;

/* As trampoline, but what is thrown when time runs out is `code`. */
EVENTLET_API int eventlet_hubs_trampoline_code(int fd,
                                               enum eventlet_interest what,
                                               double seconds,
                                               int code) EVENTLET_MUST_CHECK;

/* Tells the hub that fd is about to be closed: who waits on it gets
 * EVENTLET_CLOSED. Call it before close(2).
 * Spec      hub.17 */
EVENTLET_API void eventlet_hubs_notify_close(int fd);

/* Tells the hub that the system just handed out this number: whoever still
 * waits on its former life gets EVENTLET_CLOSED on the next pass.
 * Spec      hub.18 hub.19 */
EVENTLET_API void eventlet_hubs_notify_opened(int fd);

/* Whether a second reader (or writer) of a descriptor is an error (default), or
 * waits its turn. eventlet.debug.hub_prevent_multiple_readers.
 * Spec      hub.13 */
EVENTLET_API void eventlet_debug_hub_prevent_multiple_readers(bool on);

/* ---- callbacks in the hub ---- */
/* Runs on the hub's stack and must not switch. A negative result is logged. */
typedef int eventlet_hub_fn(void *arg);

/* Calls fn(arg) in the hub once `seconds` have passed (due now if <= 0).
 * The global one whatever happens; the local one only if the green thread that
 * asked is still alive then.
 * Returns   0, or -ENOMEM, EVENTLET_UNKNOWN_HUB…
 * Owns      *timer, if asked for (NULL: not), is the caller's to cancel or to
 *           eventlet_timer_free; without it the timer frees itself.
 * Spec      hub.22 hub.23 hub.24 */
EVENTLET_API int eventlet_hub_schedule_call_global(eventlet_timer **timer,
                                                   eventlet_hub *hub,
                                                   double seconds,
                                                   eventlet_hub_fn *fn,
                                                   void *arg);
EVENTLET_API int eventlet_hub_schedule_call_local(eventlet_timer **timer,
                                                  eventlet_hub *hub,
                                                  double seconds,
                                                  eventlet_hub_fn *fn,
                                                  void *arg);

/* Called in the hub each time fd becomes ready, until removed; `code` is 0, or
 * EVENTLET_CLOSED the last time. A negative result is logged, and every
 * listener of that descriptor is called a last time and dropped. */
typedef int eventlet_listener_fn(void *arg, int fd, int code);

/* Returns   0; EVENTLET_SECOND_READER/_WRITER unless allowed, in which case the
 *           listener waits until those before it are removed; -ENOMEM…
 * Owns      *listener is the caller's until eventlet_hub_remove.
 * Spec      hub.25 */
EVENTLET_API int eventlet_hub_add(eventlet_listener **listener,
                                  eventlet_hub *hub,
                                  enum eventlet_interest what, int fd,
                                  eventlet_listener_fn *fn,
                                  void *arg) EVENTLET_MUST_CHECK;
EVENTLET_API void eventlet_hub_remove(eventlet_listener *listener);

/* Calls every listener of fd a last time, with EVENTLET_CLOSED, and throws the
 * same into whoever waits on it. Spec hub.39 */
EVENTLET_API void eventlet_hub_remove_descriptor(eventlet_hub *hub, int fd);

/* Ends the loop after the current pass; then all timers are discarded. With
 * `wait` (main only) returns once it has ended. The next call that switches
 * starts the loop anew.
 * Returns   0, or EVENTLET_IN_HUB.
 * Spec      hub.26 hub.40 */
EVENTLET_API int eventlet_hub_abort(eventlet_hub *hub, bool wait);

/* ---- looking at one ---- */
EVENTLET_API size_t eventlet_hub_get_readers(const eventlet_hub *hub);
EVENTLET_API size_t eventlet_hub_get_writers(const eventlet_hub *hub);
EVENTLET_API size_t eventlet_hub_get_timers_count(const eventlet_hub *hub);
EVENTLET_API bool eventlet_hub_running(const eventlet_hub *hub);
EVENTLET_API bool eventlet_hub_stopping(const eventlet_hub *hub);
EVENTLET_API double eventlet_hub_clock(eventlet_hub *hub); /* seconds */

/* The seconds a hub waits for descriptors when no timer is due: 60. */
#define EVENTLET_HUB_DEFAULT_SLEEP 60.0

EVENTLET_DECLS_END

#endif
