/* SPDX-License-Identifier: MIT */
/* asan.h - what AddressSanitizer is told; nothing where it is not. */
#ifndef FUZZ_ASAN_H
#define FUZZ_ASAN_H

#if defined __has_feature
#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#endif
#endif
#ifndef ASAN_POISON_MEMORY_REGION
#define ASAN_POISON_MEMORY_REGION(at, len)   ((void)(at), (void)(len))
#define ASAN_UNPOISON_MEMORY_REGION(at, len) ((void)(at), (void)(len))
#endif

#endif
