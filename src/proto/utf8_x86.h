/* SPDX-License-Identifier: MIT */
/* UTF-8 many bytes at once, for our own files. */
#ifndef EVENTLET_PROTO_UTF8_X86_H
#define EVENTLET_PROTO_UTF8_X86_H

#include <stddef.h>

#include "proto/simd.h"

/* Looks at whole blocks of 64 bytes from the beginning of a character on.
 * Returns   how many bytes are whole characters without a fault: all blocks up
 *           to the first faulty one, but for a character cut at the end. */
#if EVENTLET__X86
size_t eventlet__utf8_avx2(const unsigned char *p, size_t len);
size_t eventlet__utf8_sse42(const unsigned char *p, size_t len);
#else
#define eventlet__utf8_avx2(p, len)  ((void)(p), (void)(len), (size_t)0)
#define eventlet__utf8_sse42(p, len) ((void)(p), (void)(len), (size_t)0)
#endif

#endif
