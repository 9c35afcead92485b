/* SPDX-License-Identifier: MIT */
/* spawn finish|wait COUNT: starts COUNT State Threads in batches, each of
 * which runs to its end; `wait` joins them one by one. A finished thread's
 * stack goes to the library's free list. */
#include "../../common.h"

#include <st.h>

enum { BATCH = 64 };

static uint64_t finished;
static st_cond_t all_finished;

static void *work(void *arg)
{
    (void)arg;
    finished++;
    return NULL;
}

static void *last(void *arg)
{
    st_cond_signal(all_finished);
    return work(arg);
}

/* No yield here either: the last of a batch wakes us. */
static void finish(uint64_t count)
{
    all_finished = st_cond_new();
    for (uint64_t i = 0; i < count; i++) {
        bool full = i % BATCH == BATCH - 1 || i + 1 == count;
        check(st_thread_create(full ? last : work, NULL, 0, 0),
              "st_thread_create");
        if (full)
            st_cond_wait(all_finished);
    }
}

static void wait_each(uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        st_thread_t thread = st_thread_create(work, NULL, 1, 0);
        check(thread, "st_thread_create");
        must(st_thread_join(thread, NULL), "st_thread_join");
    }
}

int main(int argc, char **argv)
{
    uint64_t count = count_arg(argc, argv, 2, "finish|wait COUNT");
    must(st_init(), "st_init");
    if (strcmp(argv[1], "finish") == 0)
        finish(count);
    else if (strcmp(argv[1], "wait") == 0)
        wait_each(count);
    else
        die("%s: no such mode", argv[1]);
    check(finished == count, "threads finished");
    return 0;
}
