/* SPDX-License-Identifier: MIT */
/* http_say.h - what the codecs of HTTP share. */
#ifndef HTTP_SAY_H
#define HTTP_SAY_H

#include "eventlet.h"
#include "proto/examples/examples.h"

/* Says what is wrong. Returns -1, for feed. */
ssize_t http_say_error(struct says *out,
                       const struct eventlet_http_error *error);

/* Reads on in a body of chunks, up to its end at most, and then *ended. As
 * feed does. */
ssize_t http_feed_chunks(struct eventlet_http_chunk *chunk, const char *data,
                         size_t len, bool *ended, struct says *out);

#endif
