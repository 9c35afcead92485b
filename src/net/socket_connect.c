/* SPDX-License-Identifier: MIT */
/* Green sockets: connecting. */
#include "net/socket.h"

#include "base/sys.h"
#include "eventlet/errors.h"

#include <errno.h>

/* Nothing can have arrived yet on a connection that is new and that the hub
 * does not watch: waiting comes first, and the first wait sees what is there.
 */
static int connected(eventlet_socket *s)
{
    struct eventlet__fd *fd = eventlet__fd(s->fd, s->life);

    if (!fd)
        return -ENOMEM;
    if (!(fd->watched & EVENTLET_READ))
        fd->ready &= (uint8_t)~EVENTLET_READ;
    return 0;
}

/* The second connect(2) is what asks how the first came out: it gives the
 * pending error of the socket, which refused and unreachable are, and tells a
 * connection that is there from one that is still on its way, which SO_ERROR
 * does not. Before the first wait it is asked once as well: within one machine
 * the answer is there already, and a switch is saved. */
int eventlet_socket_connect(eventlet_socket *s,
                            const struct eventlet_addr *addr)
{
    bool asked = false;
    double until = 0;

    if (s->fd < 0)
        return -EBADF;
    for (;;) {
        int rc = eventlet__sys_connect(s->fd, &addr->sa, addr->len);

        if (rc == 0 || errno == EISCONN)
            return connected(s);
        switch (errno) {
        case EINTR:
            continue;
        case EAGAIN: /* a unix listener whose line is full */
            rc = eventlet__socket_nap(s, &until);
            break;
        case EINPROGRESS:
        case EALREADY:
            if (s->timeout == 0)
                return -errno;
            rc = asked ? eventlet__socket_wait(s, EVENTLET_WRITE, &until) : 0;
            asked = true;
            break;
        default:
            return -errno;
        }
        if (rc < 0)
            return rc;
    }
}

int eventlet_socket_connect_ex(eventlet_socket *s,
                               const struct eventlet_addr *addr)
{
    const int errno_max = 4095;
    int rc = eventlet_socket_connect(s, addr);

    if (rc == EVENTLET_SOCKET_TIMEOUT)
        return EAGAIN;
    if (rc == EVENTLET_CLOSED)
        return EBADFD;
    return rc < 0 && rc >= -errno_max ? -rc : rc;
}
