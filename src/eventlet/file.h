/* SPDX-License-Identifier: MIT */
/* Buffered reading and writing on a green socket: what makefile gives. Socket
 * and file are closed independently; the connection ends with the last. */
#ifndef EVENTLET_FILE_H
#define EVENTLET_FILE_H

#include <stddef.h>
#include <sys/types.h>

#include "export.h"
#include "socket.h"

EVENTLET_DECLS

typedef struct eventlet_file eventlet_file;

/* mode: "r", "w" or "rw" ("b" may be added). buffer: bytes, 0 for the default
 * of 8,192; 1 for none (every write is sent at once, nothing is read ahead).
 * Returns   0, -EINVAL for another mode, -EBADF, -ENOMEM.
 * Owns      *f is the caller's, to eventlet_file_close.
 * Spec      file.1 */
EVENTLET_API int eventlet_makefile(eventlet_file **f, eventlet_socket *s,
                                   const char *mode,
                                   size_t buffer) EVENTLET_MUST_CHECK;

/* A call that reads and fails, or is thrown at, consumes nothing: what had
 * arrived is there for the next one. -EBADF in a file that is not for it.
 * Spec      file.10 file.11 */

/* Reads until len bytes or the end of the stream.
 * Returns   bytes, fewer than len only at the end.
 * Spec      file.2 */
EVENTLET_API ssize_t eventlet_file_read(eventlet_file *f, void *buf,
                                        size_t len) EVENTLET_MUST_CHECK;

/* Reads what is there, waiting only if nothing is.
 * Spec      file.3 */
EVENTLET_API ssize_t eventlet_file_read1(eventlet_file *f, void *buf,
                                         size_t len) EVENTLET_MUST_CHECK;

/* Reads a line with its \n, which the last may lack, and ends it with NUL.
 * Returns   bytes, 0 at the end, EVENTLET_LINE_TOO_LONG when size - 1 bytes
 *           hold no \n (they are consumed, and in buf).
 * Spec      file.4 file.5 */
EVENTLET_API ssize_t eventlet_file_readline(eventlet_file *f, char *buf,
                                            size_t size) EVENTLET_MUST_CHECK;

/* Takes all of it: into the buffer, or on to the socket. What a flush that
 * failed did not send stays in the buffer.
 * Returns   0 or what sendall does.
 * Spec      file.6 file.9 file.12 */
EVENTLET_API int eventlet_file_write(eventlet_file *f, const void *buf,
                                     size_t len) EVENTLET_MUST_CHECK;
EVENTLET_API int eventlet_file_flush(eventlet_file *f) EVENTLET_MUST_CHECK;

/* Flushes, closes and frees, even when flushing fails. NULL is allowed.
 * Returns   0 or why the flush failed.
 * Spec      file.7 file.8 */
EVENTLET_API int eventlet_file_close(eventlet_file *f);

EVENTLET_API int eventlet_file_fileno(const eventlet_file *f);

EVENTLET_DECLS_END

#endif
