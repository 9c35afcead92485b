/* SPDX-License-Identifier: MIT */
/* For our own files: saying something to a person. */
#ifndef EVENTLET_BASE_LOG_H
#define EVENTLET_BASE_LOG_H

#include <stdatomic.h>

#include "eventlet/log.h"

/* Formats one line (cut at 512 bytes; control characters, which could forge
 * further lines, become '?') and hands it to the callback. errno stays. */
void eventlet__log(enum eventlet_level level, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What eventlet_debug_hub_exceptions chose. */
extern atomic_bool eventlet__hub_exceptions;

#endif
