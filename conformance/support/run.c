/* SPDX-License-Identifier: MIT */
/* run.c - runs one test, and looks at what it leaves behind. */
#include "support/run.h"

#include "eventlet.h"
#include "support/census.h"
#include "support/watchdog.h"
#include "support/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Yields after time was made to pass: a green thread woken at that moment may
 * wake another, and that one a third. */
enum { ROUNDS_AFTER_ADVANCE = 4 };

static const char *current_hub = "";

const char *check_hub(void)
{
    return current_hub;
}

void let_others_run(void)
{
    int rc = eventlet_sleep(0);

    if (rc < 0)
        check__fail(CHECK__AT, "thrown at while letting others run: %s",
                    eventlet_strerror(rc));
}

void clock_advance(double seconds)
{
    int rc = eventlet_sleep(seconds);

    if (rc < 0)
        check__fail(CHECK__AT, "thrown at while time passes: %s",
                    eventlet_strerror(rc));
    for (int i = 0; i < ROUNDS_AFTER_ADVANCE; i++)
        let_others_run();
}

void check__prepare(void)
{
    /* Both decide what the tests see; each test asks for what it needs. */
    unsetenv("EVENTLET_HUB");
    unsetenv("EVENTLET_STACK_SIZE");
    watchdog_prepare();
}

static int on_fresh_hub(const char *kind, uint64_t seed, int (*body)(void *),
                        void *arg)
{
    eventlet_greenthread *gt;
    int rc = eventlet_hubs_use_hub(kind);

    if (rc < 0)
        return rc;
    if (seed)
        world_seed(seed);
    rc = eventlet_spawn(&gt, body, arg);
    if (rc == 0) {
        rc = eventlet_wait(gt);
        if (eventlet_dead(gt))
            eventlet_release(gt);
        else
            eventlet_reap(gt);
    }
    eventlet_hubs_drop();
    return rc;
}

int world_run(uint64_t seed, check_scenario *scenario, void *arg)
{
    int rc;

    world_open();
    rc = on_fresh_hub("sim", seed, scenario, arg);
    world_close();
    return rc;
}

int check__on_fresh_hub(const char *hub, int (*body)(void *), void *arg)
{
    if (strcmp(hub, "world") == 0)
        return world_run(world_default_seed(), body, arg);
    return on_fresh_hub(hub, 0, body, arg);
}

/* What the green thread of a test is handed. */
struct green {
    const struct check_test *test;
    struct eventlet_live before;
};

static void run_body(const struct check_test *test)
{
    if (test->arg)
        test->body_with(test->arg);
    else
        test->body();
}

static int run_green_body(void *arg)
{
    struct green *green = arg;

    eventlet_live(&green->before);
    run_body(green->test);
    census_check_users(&green->before, green->test->file, green->test->line);
    return 0;
}

static void run_green(const struct check_test *test, const char *hub)
{
    struct green green = { .test = test };
    int rc = check__on_fresh_hub(hub, run_green_body, &green);

    if (rc < 0)
        check__fail(test->file, test->line, "the body was ended by %d (%s)", rc,
                    eventlet_strerror(rc));
}

void check__run(const struct check_test *test, const char *name,
                const char *hub)
{
    static struct census before;

    current_hub = hub;
    census_take(&before);
    watchdog_watch(name);
    if (test->kind == CHECK__GREEN)
        run_green(test, hub);
    else
        run_body(test);
    eventlet_hubs_drop(); /* a TEST may have used one by the way */
    census_check(&before, test->file, test->line, "after the test");
    watchdog_watch(NULL);
    current_hub = "";
}
