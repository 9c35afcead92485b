/* SPDX-License-Identifier: MIT */
/* Moving bytes from socket to socket without copying them to user space. */
#ifndef EVENTLET_SPLICE_H
#define EVENTLET_SPLICE_H

#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "export.h"
#include "socket.h"

EVENTLET_DECLS

struct eventlet_splice_opts {
    size_t pipe_size; /* bytes under way; 0 is the default, 1 MiB */
    int64_t limit;    /* stop after this many bytes; 0 (default): at the end */

    /* A bulk stream over TCP is moved in large bites: after each the mover
     * waits up to this long so that bytes gather, and so does the mover of the
     * other direction meanwhile. What is no bulk stream passes at once.
     * Seconds; 0 is the default, 0.001; negative: never. */
    double gather;
};

/* Moves from one socket to the other until `from` ends or the limit is reached.
 * What is neither a stream nor fit for splice(2) is received and sent instead,
 * a message at a time. Each wait may last as long as the timeout of the socket
 * that is waited for. The end is not passed on: see eventlet_shutdown. SIGPIPE
 * is held back if it would end the process; ignoring it saves two system calls
 * a bite.
 * Returns   the bytes moved, or what either socket failed with (a reset is no
 *           end here: -ECONNRESET), or was thrown, or -EINVAL for options that
 *           mean nothing. *moved (may be NULL) counts in every case what `to`
 *           has taken. After a failure bytes may have left `from` that `to`
 *           has not got: those under way when `to` failed, or when something
 *           was thrown into a wait for it.
 * Spec      splice.1 … splice.17 */
EVENTLET_API int64_t
eventlet_splice(eventlet_socket *to, eventlet_socket *from, int64_t *moved,
                const struct eventlet_splice_opts *opts) EVENTLET_MUST_CHECK;

/* Keeps the system from pacing what s will send, if addr is of this very
 * machine: congestion control that spreads packets over time (bbr) halves what
 * a loopback carries, and there is no network to be gentle to. To be called
 * before s connects to addr, or while it listens on addr; later is too late.
 * Returns   1 if there was something to change, 0 if not, or -errno.
 * Spec      splice.18 splice.19 */
EVENTLET_API int eventlet_splice_unpace(eventlet_socket *s,
                                        const struct eventlet_addr *addr);

EVENTLET_DECLS_END

#endif
