/* SPDX-License-Identifier: MIT */
/* switch COUNT: two State Threads hand over to each other COUNT times in
 * all. The library has no yield; st_usleep(0) goes through the poller, so a
 * signalled condition is its cheapest way through the scheduler. */
#include "../../common.h"

#include <st.h>

static st_cond_t turn[2];
static uint64_t done;

static void *taker(void *arg)
{
    uint64_t count = *(uint64_t *)arg;
    for (uint64_t i = 0; i < count; i++) {
        st_cond_wait(turn[1]);
        done++;
        st_cond_signal(turn[0]);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    uint64_t count = count_arg(argc, argv, 1, "COUNT") / 2;
    must(st_init(), "st_init");
    turn[0] = st_cond_new();
    turn[1] = st_cond_new();
    st_thread_t other = st_thread_create(taker, &count, 1, 0);
    check(other, "st_thread_create");
    st_sleep(0);
    for (uint64_t i = 0; i < count; i++) {
        st_cond_signal(turn[1]);
        st_cond_wait(turn[0]);
        done++;
    }
    must(st_thread_join(other, NULL), "st_thread_join");
    check(done == count * 2, "switches counted");
    return 0;
}
