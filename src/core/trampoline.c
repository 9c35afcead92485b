/* SPDX-License-Identifier: MIT */
/* Waiting for descriptors that are not ours. */
#include <errno.h>

#include "core/fd.h"
#include "core/hub.h"
#include "eventlet/errors.h"

/* The life that a descriptor of somebody else's is in, as far as we were told.
 */
static uint32_t life_of(int fd)
{
    struct eventlet__fd *r =
        eventlet__hub ? eventlet__fd_known(eventlet__hub, fd) : NULL;

    return r && r->life ? r->life : eventlet__fd_life();
}

int eventlet_hubs_trampoline_code(int fd, enum eventlet_interest what,
                                  double seconds, int code)
{
    if (what != EVENTLET_READ && what != EVENTLET_WRITE)
        return -EINVAL;
    if (fd < 0)
        return -EBADF;
    if (seconds != seconds)
        return -EINVAL;
    return eventlet__fd_wait_anew(fd, life_of(fd), what, seconds, code);
}

int eventlet_hubs_trampoline(int fd, enum eventlet_interest what,
                             double seconds)
{
    return eventlet_hubs_trampoline_code(fd, what, seconds, EVENTLET_TIMEOUT);
}
