/* SPDX-License-Identifier: MIT */
/* Signals, and being stopped, in the middle of a wait. */
#include "child.h"
#include "core_support.h"
#include "pair.h"

static volatile sig_atomic_t signals;

static void count_signal(int signo)
{
    (void)signo;
    signals++;
}

/* In the child: says that it is ready, and waits for what does not come. */
static int wait_in_vain(int ready, int silent)
{
    struct sigaction action = { .sa_handler = count_signal };
    double began = now();
    int rc;

    sigaction(SIGUSR1, &action, NULL); /* without SA_RESTART */
    if (write(ready, "r", 1) != 1)
        return 1;
    rc = eventlet_hubs_trampoline(silent, EVENTLET_READ, 0.2);
    if (rc != EVENTLET_TIMEOUT)
        return 2;
    return now() - began >= 0.2 - 1e-9 && signals > 0 ? 0 : 3;
}

GREEN_TEST_REAL(hub, signals_and_stops_do_not_end_a_wait, "hub.37")
{
    int ready[2], silent[2], status;
    char byte;
    pid_t pid;

    if (SANITIZED)
        SKIP(
            "a sanitizer delivers signals late, and the child's clock is real");
    REQUIRE(pair_open(silent));
    REQUIRE_INT(pipe(ready), 0);
    pid = fork();
    if (pid == 0)
        _exit(wait_in_vain(ready[1], silent[0]));
    CHECK_INT(read(ready[0], &byte, 1), 1);
    for (int i = 0; i < 3; i++)
        kill(pid, SIGUSR1);
    kill(pid, SIGSTOP);
    CHECK_INT(waitpid(pid, &status, WUNTRACED), pid);
    CHECK(WIFSTOPPED(status));
    kill(pid, SIGCONT);
    CHECK_INT(child_status(pid), 0);
    for (int i = 0; i < 2; i++)
        close(ready[i]);
    pair_close(silent);
}
