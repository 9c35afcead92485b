/* SPDX-License-Identifier: MIT */
/* greenpool COUNT: as ours. The library has no pools: the places that are taken
 * are counted, and a condition tells of one that is free again. */
#include "../../common.h"

#include <st.h>

enum { PLACES = 100 };

static st_cond_t place_free;
static unsigned running;
static uint64_t finished;

static void *work(void *arg)
{
    check(running <= PLACES, "how many run");
    finished++;
    running--;
    st_cond_signal(place_free);
    return arg;
}

int main(int argc, char **argv)
{
    uint64_t count = count_arg(argc, argv, 1, "COUNT");
    must(st_init(), "st_init");
    place_free = st_cond_new();
    for (uint64_t i = 0; i < count; i++) {
        while (running == PLACES)
            st_cond_wait(place_free);
        running++;
        check(st_thread_create(work, NULL, 0, 0), "st_thread_create");
    }
    while (running > 0)
        st_cond_wait(place_free);
    check(finished == count, "threads finished");
    return 0;
}
