/* SPDX-License-Identifier: MIT */
/* child.h - a test's deed in a process of its own. */
#ifndef CHILD_H
#define CHILD_H

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

/* Waits for a child; what it exited with, or 1000 + its signal. */
static inline int child_status(pid_t pid)
{
    int status = 0;

    if (waitpid(pid, &status, 0) != pid)
        return -1;
    return WIFSIGNALED(status) ? 1000 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* Runs fn(arg) in a child, which exits with what it returns; what it writes to
 * standard error is in said[size] if that is wanted. Returns child_status. */
static inline int in_child(int (*fn)(void *), void *arg, char *said,
                           size_t size)
{
    int err[2] = { -1, -1 };
    size_t len = 0;
    ssize_t n;
    pid_t pid;

    fflush(NULL);
    if (said && pipe(err) < 0)
        return -1;
    pid = fork();
    if (pid == 0) {
        if (said)
            dup2(err[1], STDERR_FILENO);
        alarm(60);
        _exit(fn(arg));
    }
    if (said) {
        close(err[1]);
        while (len + 1 < size &&
               (n = read(err[0], said + len, size - 1 - len)) > 0)
            len += (size_t)n;
        said[len] = '\0';
        close(err[0]);
    }
    return child_status(pid);
}

#endif
