/* SPDX-License-Identifier: MIT */
/* timers MODE COUNT:
 *
 *   cancel  start and cancel a timeout COUNT times, 64 others pending
 *   fire    COUNT calls scheduled at random deadlines within a second
 *   sleep   COUNT green threads that sleep as long, and wake */
#include "common.h"

#include <eventlet.h>

struct sleeper {
    double seconds;
};

static struct sleeper *sleepers, *last;
static double arming; /* seconds from the first armed to the last */
static uint64_t fired;

/* A deadline is the clock at arming plus the delay: one with the longer delay
 * may come first only if it was armed first, and by no more than all arming
 * took. */
static void count_it(struct sleeper *s)
{
    double early = last ? last->seconds - s->seconds : 0;
    check(early <= 0 || (last < s && early <= arming), "the order of firing");
    last = s;
    fired++;
}

static int ring(void *arg)
{
    count_it(arg);
    return 0;
}

static int sleep_once(void *arg)
{
    struct sleeper *s = arg;
    int rc = eventlet_sleep(s->seconds);
    if (rc == 0)
        count_it(s);
    return rc;
}

static void arm_call(struct sleeper *s)
{
    check(eventlet_hub_schedule_call_global(NULL, eventlet_hubs_get_hub(),
                                            s->seconds, ring, s) == 0,
          "schedule_call_global");
}

static void arm_thread(struct sleeper *s)
{
    check(eventlet_spawn_n(NULL, sleep_once, s) == 0, "spawn_n");
}

static void fire(uint64_t count, void (*arm)(struct sleeper *))
{
    sleepers = calloc(count + 1, sizeof *sleepers);
    check(sleepers, "memory");
    uint64_t random = 88172645463325252u;
    int64_t begin = now_ns();
    for (uint64_t i = 0; i < count; i++) {
        sleepers[i].seconds = (double)(next_random(&random) % 1000000000) / 1e9;
        arm(&sleepers[i]);
    }
    if (arm == arm_thread && count > 0)
        check(eventlet_sleep(0) == 0, "sleep"); /* they arm as they start */
    arming = (double)(now_ns() - begin) / 1e9 + 1e-6;
    while (fired < count)
        check(eventlet_sleep(0.01) == 0, "sleep");
    free(sleepers);
}

static void cancel(uint64_t count)
{
    struct sleeper others[64];
    for (int i = 0; i < 64; i++) {
        others[i].seconds = 1000 + i;
        arm_call(&others[i]);
    }
    for (uint64_t i = 0; i < count; i++) {
        struct eventlet_timeout t;
        eventlet_timeout_start(&t, 10);
        check(!eventlet_timeout_cancel(&t), "no cancelled timeout fires");
    }
}

int main(int argc, char **argv)
{
    uint64_t count = count_arg(argc, argv, 2, "cancel|fire|sleep COUNT");
    if (strcmp(argv[1], "cancel") == 0)
        cancel(count);
    else if (strcmp(argv[1], "fire") == 0)
        fire(count, arm_call);
    else if (strcmp(argv[1], "sleep") == 0)
        fire(count, arm_thread);
    else
        die("%s: no such mode", argv[1]);
    return 0;
}
