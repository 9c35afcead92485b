/* SPDX-License-Identifier: MIT */
/* Every reason a call can fail with: one list makes the enum, the text of
 * eventlet_strerror and the table in spec/errors.md.
 *
 * Calls return >= 0 for success and a negative reason otherwise: -errno for
 * what the system said, one of the codes below for what this library says,
 * EVENTLET_USER(n) for what the program itself threw. */
#ifndef EVENTLET_ERRORS_H
#define EVENTLET_ERRORS_H

#include <stdbool.h>

#include "export.h"

/* X(name, value, eventlet's exception, text) */
#define EVENTLET_ERRORS(X)                                                     \
    X(EXIT, -5000, "GreenletExit", "killed")                                   \
    X(TIMEOUT, -5001, "Timeout", "timeout")                                    \
    X(SOCKET_TIMEOUT, -5002, "socket.timeout", "timed out")                    \
    X(STOP, -5003, "StopServe", "stop serving")                                \
    X(CLOSED, -5004, "IOClosed", "operation on closed file")                   \
    X(SECOND_READER, -5005, "RuntimeError",                                    \
      "second simultaneous read on one descriptor")                            \
    X(SECOND_WRITER, -5006, "RuntimeError",                                    \
      "second simultaneous write on one descriptor")                           \
    X(IN_HUB, -5007, "RuntimeError", "blocking call from the hub itself")      \
    X(UNKNOWN_HUB, -5008, "ImportError", "unknown hub")                        \
    X(HUB_UNAVAILABLE, -5009, "HubError", "hub not available here")            \
    X(DEADLOCK, -5010, "-", "nothing left that could wake this thread")        \
    X(FROM_MEMBER, -5011, "AssertionError",                                    \
      "waitall called by a member of the pool")                                \
    X(EMPTY, -5012, "queue.Empty", "empty")                                    \
    X(FULL, -5013, "queue.Full", "full")                                       \
    X(END, -5014, "StopIteration", "no further result")                        \
    X(BAD_ADDRESS, -5015, "ValueError", "malformed address")                   \
    X(NO_NAME, -5016, "socket.gaierror", "name does not resolve")              \
    X(NO_DATA, -5017, "socket.gaierror", "name has no address of that kind")   \
    X(DNS_AGAIN, -5018, "socket.gaierror", "name server did not answer")       \
    X(DNS_FAILED, -5019, "socket.gaierror", "name server failed")              \
    X(INTERRUPT, -5020, "KeyboardInterrupt", "interrupted")                    \
    X(SYSTEM_EXIT, -5021, "SystemExit", "exit requested")                      \
    X(LINE_TOO_LONG, -5022, "ValueError", "line longer than the limit")        \
    X(NOT_SENT, -5023, "AssertionError", "event was not sent")                 \
    X(ALREADY_SENT, -5024, "AssertionError", "event was sent already")         \
    X(UNBALANCED, -5025, "ValueError", "given back more often than taken")     \
    X(COLLISION, -5026, "Collision", "key is in use")                          \
    X(PROPAGATED, -5027, "PropagateError", "what it depends on failed")        \
    X(LINKED_COMPLETED, -5028, "LinkedCompleted", "linked proc has completed") \
    X(LINKED_FAILED, -5029, "LinkedFailed", "linked proc has failed")          \
    X(LINKED_KILLED, -5030, "LinkedKilled", "linked proc was killed")          \
    X(HTTP_BAD_START, -5040, "-", "malformed request or status line")          \
    X(HTTP_BAD_TARGET, -5041, "-", "malformed request target")                 \
    X(HTTP_BAD_VERSION, -5042, "-", "HTTP version not supported")              \
    X(HTTP_BAD_LINE_END, -5043, "-", "line feed without carriage return")      \
    X(HTTP_BAD_HEADER, -5044, "-", "malformed header")                         \
    X(HTTP_BAD_HOST, -5045, "-", "Host missing, repeated or malformed")        \
    X(HTTP_BAD_LENGTH, -5046, "ValueError",                                    \
      "Content-Length malformed or repeated")                                  \
    X(HTTP_BAD_ENCODING, -5047, "-", "malformed Transfer-Encoding")            \
    X(HTTP_UNKNOWN_ENCODING, -5048, "-", "Transfer-Encoding not implemented")  \
    X(HTTP_LENGTH_AND_ENCODING, -5049, "-",                                    \
      "both Content-Length and Transfer-Encoding")                             \
    X(HTTP_LINE_TOO_LONG, -5050, "-", "start line longer than the limit")      \
    X(HTTP_HEADER_TOO_LONG, -5051, "HeaderLineTooLong",                        \
      "header line longer than the limit")                                     \
    X(HTTP_HEADERS_TOO_LARGE, -5052, "HeadersTooLarge",                        \
      "header lines larger than the limit")                                    \
    X(HTTP_TOO_MANY_HEADERS, -5053, "HTTPException",                           \
      "more headers than the limit")                                           \
    X(HTTP_BAD_CHUNK, -5054, "ChunkReadError", "malformed chunk")              \
    X(HTTP_CHUNK_TOO_LONG, -5055, "-",                                         \
      "chunk extension or trailer longer than the limit")                      \
    X(HTTP_INCOMPLETE, -5056, "OSError", "ended in the middle of a message")   \
    X(WS_PROTOCOL, -5060, "FailedConnectionError",                             \
      "websocket: against the protocol")                                       \
    X(WS_BAD_TEXT, -5061, "UnicodeDecodeError",                                \
      "websocket: text is not UTF-8")                                          \
    X(WS_TOO_LONG, -5062, "FailedConnectionError",                             \
      "websocket: longer than the limit")                                      \
    X(WS_BAD_DEFLATE, -5063, "zlib.error",                                     \
      "websocket: compressed data is broken")                                  \
    X(WS_UNSENDABLE, -5064, "ProtocolError",                                   \
      "websocket: not a frame that may be sent")                               \
    X(WS_HANDSHAKE, -5065, "BadRequest", "websocket: no handshake")            \
    X(WS_VERSION, -5066, "BadRequest",                                         \
      "websocket: handshake of an unknown version")                            \
    X(WS_ORIGIN, -5067, "BadRequest", "websocket: origin not wanted here")     \
    X(BAD_URI, -5076, "ValueError", "malformed URI")                           \
    X(TOO_MANY, -5077, "ValueError", "more than the limit allows")             \
    X(BAD_PROXY_HEADER, -5078, "-", "malformed PROXY header")

enum eventlet_error {
#define EVENTLET_ENUM(name, value, python, text) EVENTLET_##name = (value),
    EVENTLET_ERRORS(EVENTLET_ENUM)
#undef EVENTLET_ENUM
};

/* The program's own reasons, n from 0 to 65,535. Those made with
 * EVENTLET_USER_TIMEOUT count as timeouts for eventlet_is_timeout. */
#define EVENTLET_USER(n)         (-0x10000 - (int)(n))
#define EVENTLET_USER_TIMEOUT(n) (-0x20000 - (int)(n))

EVENTLET_DECLS

/* Returns   the text of a code: one of ours, -errno, or EVENTLET_USER. Never
 *           NULL; valid until the same OS thread asks again.
 * Spec      errors.1 errors.2 errors.3 errors.7 errors.9 */
EVENTLET_API const char *eventlet_strerror(int code);

/* Returns   the code's name, such as "EVENTLET_TIMEOUT" or "ECONNRESET"; valid
 *           until the same OS thread asks again.
 * Spec      errors.4 */
EVENTLET_API const char *eventlet_strerrorname(int code);

/* Returns   whether the code says that time ran out: EVENTLET_TIMEOUT,
 *           EVENTLET_SOCKET_TIMEOUT, -ETIMEDOUT or any EVENTLET_USER_TIMEOUT.
 * Spec      errors.5 */
EVENTLET_API bool eventlet_is_timeout(int code);

EVENTLET_DECLS_END

#endif
