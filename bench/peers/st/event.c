/* SPDX-License-Identifier: MIT */
/* event COUNT: as ours. The library has no events: a condition that is
 * broadcast, and the number of the round as the value. */
#include "../../common.h"

#include <st.h>

enum { WAITERS = 10000 };

static st_cond_t sent, all_woken;
static uint64_t rounds, value, woken;

static void *wait_each_round(void *arg)
{
    for (uint64_t i = 1; i <= rounds; i++) {
        while (value < i)
            st_cond_wait(sent);
        check(value == i, "value");
        if (++woken % WAITERS == 0)
            st_cond_signal(all_woken);
    }
    return arg;
}

int main(int argc, char **argv)
{
    rounds = count_arg(argc, argv, 1, "COUNT") / WAITERS;
    must(st_init(), "st_init");
    sent = st_cond_new();
    all_woken = st_cond_new();
    for (int i = 0; i < WAITERS; i++)
        check(st_thread_create(wait_each_round, NULL, 0, 0),
              "st_thread_create");
    st_sleep(0);
    while (value < rounds) {
        value++;
        st_cond_broadcast(sent);
        st_cond_wait(all_woken);
        check(woken == value * WAITERS, "threads woken");
    }
    return 0;
}
