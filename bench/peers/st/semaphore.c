/* SPDX-License-Identifier: MIT */
/* semaphore handover|free COUNT: as ours. The library has no semaphores: units
 * and a condition are what its users write. */
#include "../../common.h"

#include <st.h>

struct semaphore {
    unsigned units;
    st_cond_t given;
};

static struct semaphore there, back;
static uint64_t turns;

static void init(struct semaphore *s, unsigned units)
{
    s->units = units;
    s->given = st_cond_new();
}

static void take(struct semaphore *s)
{
    while (s->units == 0)
        st_cond_wait(s->given);
    s->units--;
}

static void give(struct semaphore *s)
{
    s->units++;
    st_cond_signal(s->given);
}

static void *answer(void *arg)
{
    uint64_t count = *(uint64_t *)arg;
    for (uint64_t i = 0; i < count; i++) {
        take(&there);
        check(turns++ == 2 * i + 1, "turns there");
        give(&back);
    }
    return NULL;
}

static void handover(uint64_t count)
{
    st_thread_t other = st_thread_create(answer, &count, 1, 0);
    check(other, "st_thread_create");
    for (uint64_t i = 0; i < count; i++) {
        turns++;
        give(&there);
        take(&back);
        check(turns == 2 * i + 2, "turns back");
    }
    must(st_thread_join(other, NULL), "st_thread_join");
}

static void take_and_give(uint64_t count)
{
    give(&there);
    for (uint64_t i = 0; i < count; i++) {
        take(&there);
        give(&there);
    }
    check(there.units == 1, "units left");
}

int main(int argc, char **argv)
{
    uint64_t count = count_arg(argc, argv, 2, "handover|free COUNT");
    must(st_init(), "st_init");
    init(&there, 0);
    init(&back, 0);
    if (strcmp(argv[1], "handover") == 0)
        handover(count / 2);
    else if (strcmp(argv[1], "free") == 0)
        take_and_give(count);
    else
        die("%s: no such mode", argv[1]);
    return 0;
}
