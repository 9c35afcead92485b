/* SPDX-License-Identifier: MIT */
/* The one way in which the library says something to a person. */
#ifndef EVENTLET_LOG_H
#define EVENTLET_LOG_H

#include <stdbool.h>

#include "export.h"

EVENTLET_DECLS

enum eventlet_level {
    EVENTLET_DEBUG,
    EVENTLET_INFO,
    EVENTLET_WARNING,
    EVENTLET_ERROR,
};

/* Gets one line without its end. Must not switch. */
typedef void eventlet_log_fn(void *arg, enum eventlet_level level,
                             const char *line);

/* Sends all lines to fn; NULL brings back the default, which writes warnings
 * and errors to standard error. For the whole process; any OS thread, any time.
 * Spec      log.1 log.2 log.3 log.5 log.6 */
EVENTLET_API void eventlet_log_to(eventlet_log_fn *fn, void *arg);

/* Whether what escapes green threads and timers is logged (default: yes).
 * eventlet.debug.hub_exceptions.
 * Spec      log.4 */
EVENTLET_API void eventlet_debug_hub_exceptions(bool on);

EVENTLET_DECLS_END

#endif
