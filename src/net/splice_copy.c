/* SPDX-License-Identifier: MIT */
/* Moving what cannot be spliced: it is received and sent, a message at a time.
 */
#include "net/splice.h"

#include <errno.h>

#include "base/mem.h"
#include "eventlet/errors.h"

#define COPY_SIZE ((size_t)64 * 1024)

int eventlet__move_by_copying(struct eventlet__mover *m)
{
    char *buf = eventlet__alloc(COPY_SIZE);
    int rc = buf ? 0 : -ENOMEM;

    while (rc == 0 && m->left > 0) {
        size_t sent = 0;
        ssize_t n = EVENTLET_CLOSED;

        if (m->from->fd >= 0)
            n = eventlet_recv(m->from, buf,
                              eventlet__mover_at_most(m, COPY_SIZE));
        if (n <= 0) {
            rc = n < 0 ? (int)n : eventlet_recv_error(m->from);
            break;
        }
        m->left -= n;
        rc = EVENTLET_CLOSED;
        if (m->to->fd >= 0)
            rc = eventlet_sendall_count(m->to, buf, (size_t)n, 0, &sent);
        m->moved += (int64_t)sent;
        if (rc == 0)
            rc = eventlet__mover_give_way(m);
    }
    eventlet__free(buf);
    return rc;
}
