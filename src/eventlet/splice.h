/* SPDX-License-Identifier: MIT */
/* Moving bytes from socket to socket without copying them to user space. */
#ifndef EVENTLET_SPLICE_H
#define EVENTLET_SPLICE_H

#include <stdint.h>

#include "export.h"
#include "socket.h"

EVENTLET_DECLS

struct eventlet_splice_opts {
    size_t pipe_size; /* bytes under way; 0 is the default, 1 MiB */
    int64_t limit;    /* stop after this many bytes; 0 (default): at the end */

    /* A bulk stream is moved in large bites: after a busy turn the mover sleeps
     * up to this long so that bytes gather. A single small message passes at
     * once. Seconds; 0 is the default, 0.001; negative: never. */
    double gather;
};

/* Moves from one socket to the other until `from` ends or the limit is reached.
 * Bytes that were read are written before it returns, unless `to` fails.
 * Returns   the bytes moved, or what either socket failed with, or was thrown;
 *           *moved (may be NULL) counts them in every case.
 * Spec      splice.1 … splice.8 */
EVENTLET_API int64_t eventlet_splice(eventlet_socket *to, eventlet_socket *from,
                                     int64_t *moved,
                                     const struct eventlet_splice_opts *opts)
    EVENTLET_MUST_CHECK;

EVENTLET_DECLS_END

#endif
