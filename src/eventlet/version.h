/* SPDX-License-Identifier: MIT */
/* Which release this is. */
#ifndef EVENTLET_VERSION_H
#define EVENTLET_VERSION_H

#include "export.h"

#define EVENTLET_VERSION_MAJOR 0
#define EVENTLET_VERSION_MINOR 1
#define EVENTLET_VERSION_PATCH 0
#define EVENTLET_VERSION       "0.1.0"

EVENTLET_DECLS

/* Returns   the version of the library that runs, which may be newer than the
 *           header that was compiled against. Static text.
 * Spec      errors.8 */
EVENTLET_API const char *eventlet_version(void);

EVENTLET_DECLS_END

#endif
