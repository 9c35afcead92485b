/* SPDX-License-Identifier: MIT */
/* Time, and what seconds become. */
#include "child.h"
#include "core_support.h"

#include "core/clock.h"

#include <glob.h>
#include <stdlib.h>
#include <time.h>

TEST(clock, never_goes_back, "clock.1")
{
    int64_t last = eventlet__clock_ns();

    for (int i = 0; i < 100000; i++) {
        int64_t t = eventlet__clock_ns();

        CHECK(t >= last);
        last = t;
    }
}

TEST(clock, is_the_monotonic_one, "clock.1")
{
    struct timespec t;
    int64_t ours = eventlet__clock_ns();

    clock_gettime(CLOCK_MONOTONIC, &t);
    CHECK_DBL_NEAR((double)ours / 1e9, (double)t.tv_sec + t.tv_nsec / 1e9, 10);
}

TEST(clock, seconds_are_rounded_up, "clock.4")
{
    CHECK_INT(eventlet__seconds_to_ns(0), 0);
    CHECK_INT(eventlet__seconds_to_ns(1), 1000000000);
    CHECK_INT(eventlet__seconds_to_ns(1e-9), 1);
    CHECK_INT(eventlet__seconds_to_ns(1e-12), 1);
    CHECK_INT(eventlet__seconds_to_ns(1.5e-9), 2);
    CHECK_INT(eventlet__seconds_to_ns(-1), -1000000000);
    CHECK_INT(eventlet__seconds_to_ns(3600), 3600000000000);
}

TEST(clock, what_is_too_long_to_say_is_for_ever, "clock.5")
{
    CHECK_INT(eventlet__seconds_to_ns(1e300), EVENTLET__NEVER_NS);
    CHECK_INT(eventlet__seconds_to_ns(EVENTLET_NEVER), EVENTLET__NEVER_NS);
    CHECK_INT(eventlet__seconds_to_ns(-1e300), EVENTLET__EARLIEST_NS);
    CHECK_INT(eventlet__ns_add(1, 2), 3);
    CHECK_INT(eventlet__ns_add(10, EVENTLET__NEVER_NS), EVENTLET__NEVER_NS);
    CHECK_INT(eventlet__ns_add(-10, -EVENTLET__NEVER_NS), -EVENTLET__NEVER_NS);
}

static int sleep_ages(void *seconds)
{
    return eventlet_sleep(*(double *)seconds);
}

GREEN_TEST(clock, a_sleep_of_ages_does_not_end_at_once, "clock.5")
{
    double ages[] = { 1e12, 1e300 };
    eventlet_greenthread *gt[2];

    for (int i = 0; i < 2; i++)
        gt[i] = spawn(sleep_ages, &ages[i]);
    CHECK_OK(eventlet_sleep(1e6));
    for (int i = 0; i < 2; i++) {
        CHECK(!eventlet_dead(gt[i]));
        eventlet_reap(gt[i]);
    }
}

/* ---- the clock on the wall ---- */

static char *faketime_library(void)
{
    static char path[256];
    glob_t found;

    path[0] = '\0';
    if (glob("/usr/lib/*/faketime/libfaketime.so.1", 0, NULL, &found) == 0)
        snprintf(path, sizeof path, "%s", found.gl_pathv[0]);
    globfree(&found);
    return path[0] ? path : NULL;
}

/* Becomes this very test, with a wall clock that can be set. */
static int run_with_faketime(void *library)
{
    setenv("LD_PRELOAD", library, 1);
    setenv("FAKETIME", "+0", 1);
    setenv("FAKETIME_NO_CACHE", "1", 1);
    setenv("FAKETIME_DONT_FAKE_MONOTONIC", "1", 1);
    execl("/proc/self/exe", "conformance", "--gtest_brief=1",
          "--gtest_filter=clock.setting_the_wall_clock_changes_nothing",
          (char *)NULL);
    return 9;
}

/* Sleeps while the wall clock is set to `where`. */
static void check_step(const char *where, double days)
{
    time_t wall = time(NULL);
    double began = now();
    eventlet_greenthread *gt;
    double slept = 0.02;

    gt = spawn(sleep_it, &slept);
    CHECK_OK(eventlet_sleep(0.01));
    setenv("FAKETIME", where, 1);
    CHECK_DBL_NEAR(difftime(time(NULL), wall), days * 86400, 3600);
    CHECK_OK(eventlet_wait(gt));
    CHECK_OK(eventlet_sleep(0.01));
    CHECK(now() - began >= 0.03 - 1e-9);
    CHECK(now() - began < 10);
    eventlet_release(gt);
}

TEST(clock, setting_the_wall_clock_changes_nothing, "clock.1")
{
    static const char *const kinds[] = { "epolls", "poll", "selects" };
    char *library = faketime_library();

    if (!library || SANITIZED)
        SKIP("no libfaketime, or a sanitizer that does not go with it");
    if (!getenv("FAKETIME")) {
        CHECK_INT(in_child(run_with_faketime, library, NULL, 0), 0);
        return;
    }
    for (int i = 0; i < 3; i++) {
        REQUIRE_OK(eventlet_hubs_use_hub(kinds[i]));
        check_step("+1d", 1);
        check_step("+0", -1);
        check_step("-1d", -1);
        check_step("+0", 1);
    }
}
