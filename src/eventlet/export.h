/* SPDX-License-Identifier: MIT */
/* Marks of a public declaration. */
#ifndef EVENTLET_EXPORT_H
#define EVENTLET_EXPORT_H

#if defined(__GNUC__)
#define EVENTLET_API        __attribute__((visibility("default")))
#define EVENTLET_MUST_CHECK __attribute__((warn_unused_result))
#define EVENTLET_DEPRECATED __attribute__((deprecated))
#else
#define EVENTLET_API
#define EVENTLET_MUST_CHECK
#define EVENTLET_DEPRECATED
#endif

#ifdef __cplusplus
#define EVENTLET_DECLS     extern "C" {
#define EVENTLET_DECLS_END }
#else
#define EVENTLET_DECLS
#define EVENTLET_DECLS_END
#endif

#endif
