/* SPDX-License-Identifier: MIT */
/* memory COUNT: bytes resident for each of COUNT parked State Threads. */
#include "../../resident.h"

#include <st.h>

static st_cond_t never;
static uint64_t parked;

static void *park(void *arg)
{
    (void)arg;
    parked++;
    st_cond_wait(never);
    return NULL;
}

int main(int argc, char **argv)
{
    uint64_t count = count_arg(argc, argv, 1, "COUNT");
    must(st_init(), "st_init");
    never = st_cond_new();
    struct resident before = resident_now();
    for (uint64_t i = 0; i < count; i++)
        check(st_thread_create(park, NULL, 0, 0), "st_thread_create");
    st_sleep(0);
    check(parked == count, "threads parked");
    resident_print(before, count);
    return 0;
}
