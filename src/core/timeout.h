/* SPDX-License-Identifier: MIT */
/* Timeouts from inside. */
#ifndef EVENTLET_CORE_TIMEOUT_H
#define EVENTLET_CORE_TIMEOUT_H

#include <stdbool.h>

#include "eventlet/timeout.h"

enum eventlet__timeout_state {
    EVENTLET__IDLE,
    EVENTLET__ARMED,
    EVENTLET__LATE,  /* due, but its thread was woken already */
    EVENTLET__FIRED, /* its code was thrown */
};

/* Called by the hub when one is due. True: its thread is to run now. */
bool eventlet__timeout_due(struct eventlet_timeout *t);

#endif
