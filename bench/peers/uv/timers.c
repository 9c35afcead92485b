/* SPDX-License-Identifier: MIT */
/* timers cancel|fire COUNT: libuv's timers. Their clock is read once a pass
 * and counts milliseconds, so `cancel` reads a clock of its own each time as
 * the others do, and `fire` checks the order of whole milliseconds. */
#include "../../common.h"

#include <uv.h>

struct timer {
    uv_timer_t uv;
    uint64_t delay_ms;
};

static uint64_t fired, last_ms;

static void rings(uv_timer_t *uv)
{
    struct timer *timer = (struct timer *)uv;
    check(timer->delay_ms >= last_ms, "the order of firing");
    last_ms = timer->delay_ms;
    fired++;
}

static void cancel(uv_loop_t *loop, uint64_t count)
{
    uv_timer_t timer;
    uv_timer_init(loop, &timer);
    for (uint64_t i = 0; i < count; i++) {
        uv_update_time(loop);
        uv_timer_start(&timer, rings, 10000, 0);
        uv_timer_stop(&timer);
    }
    uv_run(loop, UV_RUN_DEFAULT);
    check(fired == 0, "no cancelled timer fires");
}

static void fire(uv_loop_t *loop, uint64_t count)
{
    struct timer *timers = calloc(count + 1, sizeof *timers);
    uint64_t random = 88172645463325252u;
    for (uint64_t i = 0; i < count; i++) {
        timers[i].delay_ms = next_random(&random) % 1000;
        uv_timer_init(loop, &timers[i].uv);
        uv_timer_start(&timers[i].uv, rings, timers[i].delay_ms, 0);
    }
    uv_run(loop, UV_RUN_DEFAULT);
    check(fired == count, "timers fired");
    free(timers);
}

int main(int argc, char **argv)
{
    uint64_t count = count_arg(argc, argv, 2, "cancel|fire COUNT");
    if (strcmp(argv[1], "cancel") == 0)
        cancel(uv_default_loop(), count);
    else if (strcmp(argv[1], "fire") == 0)
        fire(uv_default_loop(), count);
    else
        die("%s: no such mode", argv[1]);
    return 0;
}
