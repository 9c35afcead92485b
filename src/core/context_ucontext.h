/* SPDX-License-Identifier: MIT */
/* The switch by ucontext: portable, and fifty times slower, since it saves the
 * signal mask by a system call. The second implementation under one test. */
#ifndef EVENTLET_CORE_CONTEXT_UCONTEXT_H
#define EVENTLET_CORE_CONTEXT_UCONTEXT_H

void eventlet__jump(struct eventlet__context *from,
                    struct eventlet__context *to);
void eventlet__jump_last(struct eventlet__context *from,
                         struct eventlet__context *to);

#endif
