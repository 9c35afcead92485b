/* SPDX-License-Identifier: MIT */
/* self.c - tests that have to fail, each in its own way. CMakeLists.txt says
 * which words each must fail with: a net without holes is a promise too. */
#include "base/mem.h"
#include "base/sys.h"
#include "check.h"
#include "eventlet.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static int sleep_for_ever(void *arg)
{
    (void)arg;
    return eventlet_sleep(EVENTLET_NEVER);
}

static int never_called(void *arg)
{
    (void)arg;
    return 0;
}

TEST(self, leaves_a_block, "")
{
    CHECK(eventlet__alloc(1) != NULL);
}

TEST(self, leaves_a_descriptor, "")
{
    CHECK_OK(open("/dev/null", O_RDONLY | O_CLOEXEC));
}

WORLD_TEST(self, leaves_a_simulated_descriptor, "")
{
    CHECK_OK(eventlet__sys_socket(AF_INET, SOCK_STREAM, 0));
}

TEST(self, closes_a_descriptor, "")
{
    close(STDIN_FILENO);
}

GREEN_TEST(self, leaves_a_green_thread, "")
{
    CHECK_OK(eventlet_spawn(NULL, sleep_for_ever, NULL));
    let_others_run();
}

GREEN_TEST(self, leaves_a_timer, "")
{
    CHECK_OK(eventlet_hub_schedule_call_global(NULL, eventlet_hubs_get_hub(),
                                               10, never_called, NULL));
}

GREEN_TEST(self, waits_for_nothing, "")
{
    CHECK_OK(eventlet_sleep(EVENTLET_NEVER));
}

TEST(self, compares_numbers, "")
{
    CHECK_INT(1 + 1, 3);
}

TEST(self, compares_codes, "")
{
    CHECK_CODE(-ENOMEM, EVENTLET_TIMEOUT);
}

TEST(self, compares_strings, "")
{
    CHECK_STR("abc", "abd");
}

TEST(self, compares_memory, "")
{
    CHECK_MEM("abc", "abd", 3);
}

static int check_in_vain(void *arg)
{
    (void)arg;
    CHECK_DBL_NEAR(1.0, 2.0, 0.5);
    return 0;
}

GREEN_TEST(self, checks_in_another_green_thread, "")
{
    eventlet_greenthread *gt;

    REQUIRE_OK(eventlet_spawn(&gt, check_in_vain, NULL));
    CHECK_INT(eventlet_wait(gt), 0);
    eventlet_release(gt);
}

GREEN_TEST(self, ends_when_it_requires, "")
{
    REQUIRE(false);
    CHECK_FAIL("went on");
}

TEST(self, crashes, "")
{
    raise(SIGSEGV);
}

TEST(self, hangs, "")
{
    for (;;)
        pause();
}

static int forget_the_first_of_two(void *arg)
{
    void *first = eventlet__alloc(1);
    void *second = eventlet__alloc(1);

    (void)arg;
    if (!second)
        return -ENOMEM;
    eventlet__free(second);
    eventlet__free(first);
    return first ? 0 : -ENOMEM;
}

TEST(self, leaks_on_a_fault, "")
{
    FAULT_EACH(forget_the_first_of_two, NULL);
}

static int rely_on_memory(void *arg)
{
    char *block = eventlet__alloc(1);

    (void)arg;
    *(volatile char *)block = 1;
    eventlet__free(block);
    return 0;
}

TEST(self, crashes_on_a_fault, "")
{
    FAULT_EACH(rely_on_memory, NULL);
}

static int wait_for_ever_without_memory(void *arg)
{
    void *block = eventlet__alloc(1);

    (void)arg;
    if (!block)
        (void)!eventlet_sleep(EVENTLET_NEVER);
    eventlet__free(block);
    return 0;
}

TEST(self, hangs_on_a_fault, "")
{
    FAULT_EACH(wait_for_ever_without_memory, NULL);
}
