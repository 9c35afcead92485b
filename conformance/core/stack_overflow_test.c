/* SPDX-License-Identifier: MIT */
/* An overflow has a name; running out of memory is a code. */
#include "child.h"
#include "core_support.h"

#include "core/stack.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>

/* ---- overflow ---- */

static __attribute__((noinline)) int recurse(volatile char *above)
{
    volatile char frame[512];

    frame[0] = *above;
    return frame[0] ? recurse(frame) + frame[0] : 0;
}

static int overflow(void *arg)
{
    volatile char start = 1;

    (void)arg;
    return recurse(&start);
}

/* Becomes this very test: a process in which no hub was used yet, for the
 * library looks once whether the program has a handler of its own. */
static int run_self(void *test)
{
    setenv("EVENTLET_TEST_CRASH", "1", 1);
    execl("/proc/self/exe", "conformance", "--gtest_brief=1", (char *)test,
          (char *)NULL);
    return 9;
}

static void overflow_here(void)
{
    eventlet_greenthread *gt;

    signal(SIGSEGV, SIG_DFL);
    REQUIRE_OK(eventlet_hubs_use_hub("sim"));
    CHECK_OK(eventlet_spawn(NULL, sleep_long, NULL));
    CHECK_OK(eventlet_sleep(0));
    REQUIRE_OK(eventlet_spawn(&gt, overflow, NULL));
    fprintf(stderr, "its id is %llu.\n", (unsigned long long)eventlet_id(gt));
    CHECK_OK(eventlet_wait(gt));
}

static void check_overflow(const char *said)
{
    char want[64];
    unsigned long long id = 0;
    const char *at = strstr(said, "its id is ");

    REQUIRE(at && sscanf(at, "its id is %llu.", &id) == 1);
    snprintf(want, sizeof want, "green thread %llu", id);
    CHECK_HAS(said, want);
    CHECK_HAS(said, "overflow");
    CHECK_HAS(said, "spawned at");
}

TEST(stack, an_overflow_names_whose_it_was_and_kills, "stack.2")
{
    static char said[8192];
    int status;

    if (SANITIZED)
        SKIP("a sanitizer reports it in its own way");
    if (getenv("EVENTLET_TEST_CRASH")) {
        overflow_here();
        return;
    }
    status = in_child(run_self,
                      "--gtest_filter=stack.an_overflow_names_whose_it_was_*",
                      said, sizeof said);
    CHECK_INT(status, 1000 + SIGSEGV);
    check_overflow(said);
}

static volatile int *volatile no_stack_of_ours = (volatile int *)64;

static void crash_here(void)
{
    signal(SIGSEGV, SIG_DFL);
    CHECK_OK(eventlet_hubs_use_hub("sim"));
    CHECK_OK(eventlet_sleep(0));
    *no_stack_of_ours = 1;
}

TEST(stack, another_crash_is_left_as_it_is, "stack.2")
{
    static char said[8192];

    if (SANITIZED)
        SKIP("a sanitizer reports it in its own way");
    if (getenv("EVENTLET_TEST_CRASH")) {
        crash_here();
        return;
    }
    CHECK_INT(in_child(run_self, "--gtest_filter=stack.another_crash_is_left_*",
                       said, sizeof said),
              1000 + SIGSEGV);
    CHECK(!strstr(said, "overflow"));
}

static struct sigaction seen_action;
static volatile sig_atomic_t handler_called;

static void own_handler(int signo)
{
    (void)signo;
    handler_called = 1;
    _exit(42);
}

static int crash_with_own_handler(void *arg)
{
    (void)arg;
    seen_action.sa_handler = own_handler;
    seen_action.sa_flags = SA_ONSTACK;
    sigaction(SIGSEGV, &seen_action, NULL);
    if (eventlet_hubs_use_hub("sim") < 0 || eventlet_sleep(0) < 0)
        return 1;
    *no_stack_of_ours = 1;
    return 2;
}

TEST(stack, the_programs_own_handler_is_called_as_before, "stack.2")
{
    if (SANITIZED)
        SKIP("a sanitizer reports it in its own way");
    CHECK_INT(in_child(crash_with_own_handler, NULL, NULL, 0), 42);
}

/* ---- size, by the environment ---- */

/* In a child, for the library may have read it already. */
static int large_by_environment(void *arg)
{
    (void)arg;
    execl("/proc/self/exe", "conformance", "--gtest_brief=1",
          "--gtest_filter=stack.environment_is_read", (char *)NULL);
    return 9;
}

TEST(stack, environment_is_read, "stack.1")
{
    const char *asked = getenv("EVENTLET_TEST_STACK_SIZE");

    if (asked) { /* the child: what it was told to ask for */
        setenv("EVENTLET_STACK_SIZE", asked, 1);
        CHECK(eventlet__stack_size() >= (size_t)atol(asked) - 8192);
        return;
    }
    setenv("EVENTLET_TEST_STACK_SIZE", "1048576", 1);
    CHECK_INT(in_child(large_by_environment, NULL, NULL, 0), 0);
    unsetenv("EVENTLET_TEST_STACK_SIZE");
}

/* ---- out of memory ---- */

static int spawn_until_it_fails(void *arg)
{
    struct rlimit limit = { 64 << 20, 64 << 20 };
    int rc = 0;
    long made = 0;

    (void)arg;
    if (eventlet_hubs_use_hub("sim") < 0)
        return 1;
    eventlet_log_to(log_line, NULL);
    if (setrlimit(RLIMIT_AS, &limit) < 0)
        return 2;
    for (; rc == 0 && made < 100000; made++)
        rc = eventlet_spawn(NULL, sleep_long, NULL);
    if (rc != -ENOMEM)
        return 3;
    return eventlet_sleep(0.5) == 0 ? 0 : 4; /* the others go on */
}

TEST(stack, running_out_of_memory_is_a_code, "stack.7")
{
    if (SANITIZED)
        SKIP("a sanitizer needs room of its own");
    CHECK_INT(in_child(spawn_until_it_fails, NULL, NULL, 0), 0);
}

static int spawn_hundreds(void *arg)
{
    eventlet_greenthread *gt[200] = { NULL };
    int rc = 0;

    (void)arg;
    for (int i = 0; i < 200 && rc == 0; i++)
        rc = eventlet_spawn(&gt[i], note_it, "");
    for (int i = 0; i < 200; i++)
        if (gt[i])
            eventlet_reap(gt[i]);
    return rc;
}

TEST(stack, survives_a_failure_at_each_place, "stack.7")
{
    log_catch();
    FAULT_EACH(spawn_hundreds, NULL);
    log_let_go();
}
